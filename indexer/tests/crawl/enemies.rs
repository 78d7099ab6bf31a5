//! Servers and pages that mean harm, or are broken as if they did.

use std::io::{Read, Write};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ccr_indexer::source::web::{Reach, reach};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::site::{Site, html, page, raw, redirect, reply, text};
use crate::{Runs, assert_refused, messages, paths, said};

#[test]
fn redirects_that_never_end() {
    let site =
        Site::new().with("/a", redirect("/b")).with("/b", redirect("/a")).with("/self", redirect("/self#x"));
    let runs = Runs::of(&[&site]);
    assert_refused(&runs.read(&[&site.url("/a")]), "redirects run in a circle");
    assert_eq!(site.asked(), ["/a", "/b", "/robots.txt"]);
    assert_refused(&runs.read(&[&site.url("/self")]), "redirects run in a circle");
    assert_eq!(site.asked(), ["/self"]);
    for hop in 0..20 {
        site.set(&format!("/hop{hop}"), redirect(&format!("hop{}", hop + 1)));
    }
    assert_refused(&runs.read(&[&site.url("/hop0")]), "more than 10 redirects, the last to");
    assert_eq!(site.asked().len(), 11);
    assert_refused(&runs.read(&[&site.url("/nowhere")]), "404");
    site.set("/nowhere", reply(302, &[], ""));
    assert_refused(&runs.read(&[&site.url("/nowhere")]), "says not where to");
}

#[test]
fn redirects_to_where_nobody_else_can_go() {
    let secret = Site::new().otherwise(html(page("secret", &[])));
    let site = Site::new();
    let runs = Runs::of(&[&site]);
    runs.names.set("inside.test", &[&["127.0.0.1"]]);
    runs.names.set("metadata.test", &[&["169.254.169.254"]]);
    for target in [
        secret.url("/"),
        secret.at("localhost", "/"),
        secret.at("inside.test", "/"),
        secret.at("2130706433", "/"),
        secret.at("0x7f.1", "/"),
        secret.at("0177.0.0.1", "/"),
        secret.at("[::1]", "/"),
        secret.at("[::ffff:127.0.0.1]", "/"),
        secret.at("[64:ff9b::7f00:1]", "/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://metadata.test/".to_owned(),
        "http://10.1.2.3/".to_owned(),
        "http://0/".to_owned(),
    ] {
        runs.names.set("localhost", &[&["::1", "127.0.0.1"]]);
        site.set("/a", redirect(&target));
        assert_refused(&runs.read(&[&site.url("/a")]), "refused: ");
        assert_refused(&runs.read(&[&target]), "refused: ");
    }
    for target in ["file:///etc/passwd", "gopher://127.0.0.1/", "http://u:p@127.0.0.1/"] {
        site.set("/a", redirect(target));
        assert_refused(&runs.read(&[&site.url("/a")]), "a redirect is refused");
    }
    assert_eq!(secret.asked(), [""; 0]);
}

#[test]
fn an_allowed_host_is_allowed_for_its_seed_and_port_only() {
    let (open, other) = (Site::new(), Site::new());
    open.set("/a", html(page("open", &[])));
    open.set("/b", redirect(&other.url("/")));
    other.set("/", html(page("other", &[])));
    let runs = Runs::of(&[]);
    let allowing = |hosts: &[String]| ccr_indexer::config::Crawl {
        allow_private_hosts: hosts.to_vec(),
        ..Default::default()
    };
    assert_eq!(paths(&runs.follow(&open.url("/a"), &allowing(&[open.host()]))), ["/a"]);
    assert_refused(
        &runs.follow(&open.url("/b"), &allowing(&[open.host()])),
        "refused: the address is 127.0.0.1",
    );
    assert_eq!(other.asked(), [""; 0]);
    assert_eq!(paths(&runs.follow(&open.url("/b"), &allowing(&[open.host(), other.host()]))), ["/"]);
    assert_refused(&runs.read(&[&open.url("/c")]), "name it in `allow_private_hosts`");
    // What the one that may not ask it has learnt of its rules holds for no other.
    other.set("/robots.txt", crate::site::plain("User-agent: *\nDisallow: /"));
    let (first, second) = (open.url("/b"), other.url("/"));
    let (some, all) = (allowing(&[open.host()]), allowing(&[open.host(), other.host()]));
    let mut later = Runs::of(&[]);
    later.set(|options| options.per_host = 1);
    let seed = |url, crawl| ccr_indexer::source::web::Seed { url, crawl: Some(crawl) };
    let seeds = [seed(first.as_str(), &some), seed(second.as_str(), &all)];
    let crawled = ccr_indexer::source::web::crawl(&seeds, &later.options, &()).unwrap();
    assert!(
        messages(&crawled)[0].starts_with("refused: ") && messages(&crawled)[1].contains("forbids it"),
        "{crawled:#?}"
    );
    // An allowed name is no way to what is never read.
    runs.names.set("wiki.test", &[&["169.254.169.254"]]);
    let seed = "http://wiki.test/";
    assert_refused(&runs.follow(seed, &allowing(&["wiki.test".to_owned()])), "which is never read");
}

/// Takes this machine for the public web.
fn loopback_is_public(address: IpAddr) -> Reach {
    if address.is_loopback() { Reach::Public } else { reach(address) }
}

#[test]
fn names_that_change_between_check_and_use() {
    let site = Site::new().with("/a", html(page("a", &[])));
    let mut runs = Runs::of(&[]);
    runs.set(|options| options.reach = loopback_is_public);
    // If a name were resolved once for the check and once more for the connection, the first connection
    // would go to 10.0.0.1.
    runs.names.set("rebind.test", &[&["127.0.0.1"], &["10.0.0.1"]]);
    assert_refused(
        &runs.read(&[&site.at("rebind.test", "/a")]),
        "`rebind.test` has the address 10.0.0.1, which is private",
    );
    assert_eq!(site.asked(), ["/robots.txt"]);
    assert_eq!(runs.names.asked().len(), 2);
    // One bad address among good ones is enough.
    runs.names.set("mixed.test", &[&["127.0.0.1", "192.168.0.1"]]);
    assert_refused(&runs.read(&[&site.at("mixed.test", "/a")]), "192.168.0.1");
    assert_eq!(site.asked(), [""; 0]);
    runs.names.set("good.test", &[&["127.0.0.1"]]);
    assert_eq!(paths(&runs.read(&[&site.at("good.test", "/a")])), ["/a"]);
    let requests = site.requests();
    assert_eq!(requests[1].header("host"), Some(format!("good.test:{}", site.port).as_str()));
}

/// Writes until nobody listens, and counts.
fn endless(head: &'static str, piece: Vec<u8>, sent: &Arc<AtomicU64>) -> crate::site::Reply {
    let sent = Arc::clone(sent);
    raw(move |_, stream| {
        if stream.write_all(head.as_bytes()).is_err() {
            return;
        }
        while stream.write_all(&piece).is_ok() {
            sent.fetch_add(piece.len() as u64, Ordering::SeqCst);
        }
    })
}

#[test]
fn ten_gigabytes() {
    let sent = Arc::new(AtomicU64::new(0));
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
    let told = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10737418240\r\n\r\n";
    let untold = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n";
    assert!(told.starts_with(head) && untold.starts_with(head));
    let piece = b"<p>lorem ipsum dolor</p>".repeat(4096);
    let site = Site::new()
        .with("/told", endless(told, piece.clone(), &sent))
        .with("/untold", endless(untold, piece, &sent));
    let runs = Runs::of(&[&site]);
    for path in ["/told", "/untold"] {
        sent.store(0, Ordering::SeqCst);
        assert_refused(&runs.read(&[&site.url(path)]), "larger than 10 MB");
        // The limit, and what lies in the buffers of both ends.
        let sent = sent.load(Ordering::SeqCst);
        assert!(sent < 40 << 20, "{path}: {sent}");
    }
}

#[test]
fn an_endless_robots_txt_is_read_at_its_begin() {
    let sent = Arc::new(AtomicU64::new(0));
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /private\n";
    let site = Site::new()
        .with("/robots.txt", endless(head, b"# and so on\n".repeat(4096), &sent))
        .with("/a", html(page("a", &[])));
    let crawled = Runs::of(&[&site]).read(&[&site.url("/a"), &site.url("/private")]);
    assert_eq!(paths(&crawled), ["/a"]);
    assert!(messages(&crawled)[0].contains("forbids it"));
    assert!(sent.load(Ordering::SeqCst) < 16 << 20);
}

#[test]
fn a_gzip_bomb() {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..512 {
        bomb.write_all(&zeros).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    let headers = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")];
    let site = Site::new().with("/bomb", reply(200, &headers, &bomb));
    assert_refused(&Runs::of(&[&site]).read(&[&site.url("/bomb")]), "larger than 10 MB when decompressed");
    // The same as a sitemap.
    site.set("/robots.txt", reply(200, &[], "Sitemap: /bomb.xml.gz\n"));
    site.set("/bomb.xml.gz", reply(200, &[("Content-Type", "application/gzip")], &bomb));
    site.set("/a", html(page("a", &[])));
    assert_eq!(paths(&Runs::of(&[&site]).follow(&site.url("/a"), &crate::depth(1))), ["/a"]);
}

#[test]
fn compressed_pages_are_read() {
    let mut body = GzEncoder::new(Vec::new(), Compression::default());
    body.write_all(page("a", &[]).as_bytes()).unwrap();
    let headers = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")];
    let site = Site::new().with("/a", reply(200, &headers, body.finish().unwrap()));
    let crawled = Runs::of(&[&site]).read(&[&site.url("/a")]);
    assert!(said(&crawled, 0).contains(&text("a")));
    assert_eq!(site.requests()[1].header("accept-encoding"), Some("gzip, deflate"));
    site.set("/b", reply(200, &[("Content-Type", "text/html"), ("Content-Encoding", "br")], "xx"));
    assert_refused(&Runs::of(&[&site]).read(&[&site.url("/b")]), "compressed as `br`");
}

/// Sends the head of a page, then a byte each 10 ms until nobody listens.
fn drip() -> crate::site::Reply {
    raw(|_, stream| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n";
        let _ = stream.write_all(head.as_bytes());
        stream.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
        while stream.write_all(b"x").is_ok() {
            if matches!(stream.read(&mut [0]), Ok(0)) {
                return;
            }
        }
    })
}

#[test]
fn slow_servers() {
    let silent = raw(|_, stream| drop(stream.read(&mut [0])));
    let site = Site::new().with("/drip", drip()).with("/silent", silent);
    let mut runs = Runs::of(&[&site]);
    runs.set(|options| {
        options.attempts = 1;
        options.limits.patience = Duration::from_millis(100);
    });
    assert_refused(&runs.read(&[&site.url("/drip")]), "less than 1024 bytes a second");
    runs.set(|options| {
        options.limits.patience = Duration::from_secs(3600);
        options.limits.request = Duration::from_millis(200);
    });
    assert_refused(&runs.read(&[&site.url("/drip")]), "no whole answer within 0.2 s");
    runs.set(|options| {
        options.limits.request = Duration::from_secs(3600);
        options.limits.idle = Duration::from_millis(100);
    });
    assert_refused(&runs.read(&[&site.url("/silent")]), "nothing was heard for 0.1 s");
}

#[test]
fn servers_that_do_not_speak_http() {
    let site = Site::new()
        .with("/garbage", raw(|_, stream| drop(stream.write_all(b"\0\xff\0garbage\r\n\r\n"))))
        .with("/nothing", raw(|_, _| {}))
        .with(
            "/short",
            raw(|_, stream| drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<p>"))),
        )
        .with(
            "/headers",
            raw(|_, stream| {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
                while stream
                    .write_all(&b"X-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(64))
                    .is_ok()
                {}
            }),
        );
    let runs = Runs::of(&[&site]);
    for path in ["/garbage", "/nothing", "/short", "/headers"] {
        assert_refused(&runs.read(&[&site.url(path)]), "no answer");
    }
}

#[test]
fn a_server_that_cannot_prove_who_it_is() {
    let site = Site::new().with("/a", html(page("a", &[])));
    let crawled = Runs::of(&[&site]).read(&[&site.url("/a").replace("http:", "https:")]);
    assert!(crawled.pages.is_empty() && crawled.problems.len() == 1, "{crawled:#?}");
    assert_eq!(site.asked(), [""; 0]);
}

#[test]
fn what_is_no_page() {
    let site = Site::new();
    let runs = Runs::of(&[&site]);
    for (content_type, body, words) in [
        ("image/png", &b"\x89PNG\r\n"[..], "an image"),
        ("application/json", b"{}", "`application/json`, which is not read"),
        ("video/mp4", b"x", "`video/mp4`"),
        ("text/html", b"%PDF-1.4 and so on", "sent as `text/html` and is pdf"),
        ("text/html", b"\x00\x01\x02\x03\x04\x05\x00\x00\x00\x07", "sent as `text/html` and is binary"),
        ("text/html", b"", "empty"),
        ("text/html", b"   \n  ", "empty"),
        ("text/plain", b" ", "empty"),
    ] {
        site.set("/a", reply(200, &[("Content-Type", content_type)], body));
        assert_refused(&runs.read(&[&site.url("/a")]), words);
    }
    for status in [201, 204, 206, 304, 402, 418] {
        site.set("/a", reply(status, &[("Content-Type", "text/html")], ""));
        assert_refused(&runs.read(&[&site.url("/a")]), &format!("the server says {status}"));
    }
}

#[test]
fn html_that_is_broken() {
    let site = Site::new();
    let text = text("a");
    for broken in [
        format!("<p>{text}"),
        format!("<html><body><div><p>{text}</div></p></span></body>"),
        format!("<table><tr><td>{text}"),
        format!("<p title=\"<p>{text}</p>\n<a href='x>{text}</p>"),
        format!("<p>{text}</p><!-- never closed"),
        format!("{}<p>{text}</p>", "<div>".repeat(20_000)),
        format!("<p>{text}</p>{}", "<a href=x>".repeat(20_000)),
        format!("<p>{text}</p>\0\0<p>&#xFFFFFFFF;&nosuch;"),
    ] {
        site.set("/a", html(&broken));
        let crawled = Runs::of(&[&site]).read(&[&site.url("/a")]);
        // Whatever is made of it, it is made; where text stands plainly, it is found.
        assert!(crawled.pages.len() + crawled.problems.len() == 1, "{crawled:#?}");
    }
    site.set("/a", html(format!("<html><body><div><p>{text}</div></p></span></body>")));
    assert!(said(&Runs::of(&[&site]).read(&[&site.url("/a")]), 0).contains(&text));
}

#[test]
fn encodings_that_are_lies() {
    let site = Site::new();
    let runs = Runs::of(&[&site]);
    let body = |charset: &str, text: &[u8]| {
        let head = format!("<html><head><meta charset={charset}><title>T</title></head><body><h1>T</h1><p>");
        [head.as_bytes(), text, b"</p></body></html>"].concat()
    };
    let german = "Größe und Länge der Verzögerung werden für jede Prüfung geändert";
    let (latin1, _, _) = encoding_rs::WINDOWS_1252.encode(german);
    let (utf16, russian) = ("utf-16", "Привет, это страница о настройке кластера");
    let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
    for (header, body, expected) in [
        ("text/html; charset=iso-8859-1", body("latin1", german.as_bytes()), german),
        ("text/html; charset=utf-8", body("utf-8", &latin1), german),
        ("text/html; charset=utf-8", body("windows-1251", &cyrillic), russian),
        ("text/html; charset=bogus", body("bogus", german.as_bytes()), german),
        ("text/html", body(utf16, german.as_bytes()), german),
    ] {
        site.set("/a", reply(200, &[("Content-Type", header)], body));
        let crawled = runs.read(&[&site.url("/a")]);
        assert!(said(&crawled, 0).contains(expected), "{header}: {}", said(&crawled, 0));
    }
}
