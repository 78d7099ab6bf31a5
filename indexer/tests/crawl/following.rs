//! Which links are followed, and when it is enough.

use std::io::Write;

use ccr_indexer::config::Crawl;
use ccr_indexer::source::web::{Seed, crawl};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::site::{Site, html, page, plain, raw, redirect, reply};
use crate::{Runs, depth, messages, paths};

/// A site whose every page has the links that this gives of its path.
fn endless(links: impl Fn(&str) -> Vec<String> + Send + Sync + 'static) -> Site {
    Site::new().otherwise(raw(move |request, stream| {
        let links = links(&request.path);
        let links: Vec<&str> = links.iter().map(String::as_str).collect();
        let body = page(&request.path, &links);
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let _ = stream.write_all((head + &body).as_bytes());
    }))
}

#[test]
fn links_are_followed_as_far_as_is_said() {
    let site = Site::new()
        .with(
            "/docs/",
            html(page(
                "home",
                &[
                    "a",
                    "./a#part",
                    "/docs/b?utm_source=x",
                    "/blog/",
                    "https://elsewhere.test/",
                    "mailto:a@b",
                    "pic.png",
                ],
            )),
        )
        .with("/docs/a", html(page("a", &["/docs/c", "/docs/"])))
        .with("/docs/b", html(page("b", &["/docs/c"])))
        .with("/docs/c", html(page("c", &["/docs/d"])))
        .with("/docs/d", html(page("d", &[])))
        .with("/blog/", html(page("blog", &[])));
    let runs = Runs::of(&[&site]);
    let check = |settings: &Crawl, expected: &[&str]| {
        let crawled = runs.follow(&site.url("/docs/#top"), settings);
        assert_eq!(paths(&crawled), expected);
        assert_eq!(messages(&crawled), [""; 0]);
        crawled
    };
    check(&depth(0), &["/docs/"]);
    assert_eq!(site.asked(), ["/docs/", "/robots.txt"]);
    check(&depth(1), &["/docs/", "/docs/a", "/docs/b", "/blog/"]);
    let below = Crawl { same_path: true, ..depth(2) };
    let crawled = check(&below, &["/docs/", "/docs/a", "/docs/b", "/docs/c"]);
    assert_eq!(crawled.pages.iter().map(|page| page.depth).collect::<Vec<_>>(), [0, 1, 1, 2]);
    check(
        &Crawl { include: vec!["/docs/*".into()], exclude: vec!["**/b".into()], ..depth(9) },
        &["/docs/", "/docs/a", "/docs/c", "/docs/d"],
    );
    site.requests();
    check(&depth(9), &["/docs/", "/docs/a", "/docs/b", "/blog/", "/docs/c", "/docs/d"]);
    // Each page once.
    assert_eq!(
        site.asked(),
        ["/blog/", "/docs/", "/docs/a", "/docs/b", "/docs/c", "/docs/d", "/llms.txt", "/sitemap.xml"]
    );
}

#[test]
fn links_start_where_the_page_was_found_or_says() {
    let based = page("based", &["x"]).replace("<title>", "<base href=\"/deep/er/\"><title>");
    let site = Site::new()
        .with("/docs", redirect("/en/docs/"))
        .with("/en/docs/", html(page("home", &["a", "/outside"])))
        .with("/en/docs/a", html(page("a", &[])))
        .with("/outside", redirect("/en/docs/b"))
        .with("/based", html(based))
        .with("/deep/er/x", html(page("x", &[])))
        .with("/out", html(page("out", &["/gone-away"])))
        .with("/gone-away", redirect("https://elsewhere.test/"));
    let runs = Runs::of(&[&site]);
    let below = Crawl { same_path: true, ..depth(1) };
    assert_eq!(paths(&runs.follow(&site.url("/docs"), &below)), ["/en/docs/", "/en/docs/a"]);
    assert_eq!(paths(&runs.follow(&site.url("/based"), &depth(1))), ["/based", "/deep/er/x"]);
}

#[test]
fn pages_that_send_on_are_redirects() {
    let refresh = |to: &str| {
        html(format!("<html><head><meta http-equiv=\"refresh\" content=\"0; url={to}\"></head></html>"))
    };
    let site = Site::new()
        .with("/", refresh("latest/"))
        .with("/latest/", html(page("latest", &["a"])))
        .with("/latest/a", html(page("a", &[])))
        .with("/circle", refresh("/circle2"))
        .with("/circle2", refresh("/circle"))
        .with("/inside", refresh("http://10.0.0.1/"))
        .with(
            "/self",
            html(
                page("self", &[])
                    .replace("<title>", "<meta http-equiv=refresh content='1; url=/self'><title>"),
            ),
        );
    let runs = Runs::of(&[&site]);
    assert_eq!(
        paths(&runs.follow(&site.url("/"), &Crawl { same_path: true, ..depth(1) })),
        ["/latest/", "/latest/a"]
    );
    crate::assert_refused(&runs.read(&[&site.url("/circle")]), "run in a circle");
    crate::assert_refused(&runs.read(&[&site.url("/inside")]), "refused: ");
    assert_eq!(paths(&runs.read(&[&site.url("/self")])), ["/self"]);
}

#[test]
fn links_lead_to_no_other_host() {
    let other = Site::new().otherwise(html(page("other", &[])));
    let site = Site::new();
    site.set("/", html(page("home", &[&other.url("/"), "/moved"])));
    site.set("/moved", redirect(&other.url("/x")));
    let runs = Runs::of(&[&site, &other]);
    assert_eq!(paths(&runs.follow(&site.url("/"), &depth(2))), ["/"]);
    // A seed that moved to another host is read there, with its links.
    site.set("/seed", redirect(&other.url("/new/")));
    other.set("/new/", html(page("new", &["/more"])));
    let crawled = runs.follow(&site.url("/seed"), &depth(1));
    assert_eq!(
        crawled.pages.iter().map(|page| page.url.clone()).collect::<Vec<_>>(),
        [other.url("/new/"), other.url("/more")]
    );
}

#[test]
fn sitemaps_and_llms_txt() {
    let mut zipped = GzEncoder::new(Vec::new(), Compression::default());
    let body = "<urlset><url><loc>BASE/docs/c</loc></url><url><loc>https://elsewhere.test/docs/x</loc></url></urlset>";
    let site = Site::new();
    zipped.write_all(body.replace("BASE", &site.url("")).as_bytes()).unwrap();
    site.set("/robots.txt", plain("Sitemap: /index.xml\nSitemap: https://elsewhere.test/s.xml\n"));
    let index = "<sitemapindex><sitemap><loc>/more.xml.gz</loc></sitemap><sitemap><loc>/index.xml</loc></sitemap></sitemapindex>";
    site.set("/index.xml", reply(200, &[("Content-Type", "text/xml")], index));
    site.set("/more.xml.gz", reply(200, &[("Content-Type", "application/x-gzip")], zipped.finish().unwrap()));
    site.set("/llms.txt", plain("# Site\n\n- [C](/docs/c.md)\n- [D](/docs/d.md): more\n- [Out](/blog)\n"));
    site.set("/docs/", html(page("home", &["b"])));
    for path in ["b", "c", "d.md"] {
        site.set(&format!("/docs/{path}"), html(page(path, &[])));
    }
    let runs = Runs::of(&[&site]);
    let settings = Crawl { same_path: true, ..depth(1) };
    assert_eq!(
        paths(&runs.follow(&site.url("/docs/"), &settings)),
        ["/docs/", "/docs/b", "/docs/c", "/docs/d.md"]
    );
    // Nobody asks for them where no links are wanted.
    site.requests();
    runs.read(&[&site.url("/docs/")]);
    assert_eq!(site.asked(), ["/docs/"]);
    // On a day when they cannot be read, they are as they were.
    for path in ["/index.xml", "/more.xml.gz", "/llms.txt"] {
        site.set(path, reply(500, &[], ""));
    }
    assert_eq!(runs.follow(&site.url("/docs/"), &settings).pages.len(), 4);
    // A site that answers everything with a page has none.
    let site = endless(|_| Vec::new());
    site.set("/sitemap.xml", html("<html><body><a href=\"/x\">x</a> <loc>/y</loc></body></html>"));
    site.set("/llms.txt", html("<!doctype html><a href=\"/x\">x</a>"));
    assert_eq!(paths(&Runs::of(&[&site]).follow(&site.url("/"), &depth(1))), ["/"]);
}

#[test]
fn an_endless_calendar() {
    let site = endless(|path| {
        let number: u32 = path.rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or(0);
        (1..40).map(|more| format!("/calendar/{}", number + more)).collect()
    });
    let crawled = Runs::of(&[&site]).follow(&site.url("/calendar/0"), &depth(10));
    assert_eq!(crawled.pages.len(), 101);
    let told = messages(&crawled);
    assert!(
        told.len() == 1
            && told[0].contains("left out, such as")
            && told[0].contains("differ in numbers only from 100 others"),
        "{told:#?}"
    );
    assert_eq!(site.requests().len(), 104);
}

#[test]
fn queries_without_end() {
    let site =
        endless(|path| (0..50).map(|number| format!("/list?from={}&page={number}", path.len())).collect());
    let crawled = Runs::of(&[&site]).follow(&site.url("/"), &depth(10));
    assert_eq!(crawled.pages.len(), 21);
    assert!(messages(&crawled)[0].contains("differ from 20 others in what follows `?` only"));
}

#[test]
fn a_session_in_every_link() {
    let counter = std::sync::atomic::AtomicU64::new(0);
    let site = endless(move |_| {
        let session = counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        ["/a", "/b"]
            .iter()
            .flat_map(|path| {
                [
                    format!("{path};jsessionid={session:X}"),
                    format!("{path}?PHPSESSID={session}"),
                    format!("{path}?sid={session}&utm_campaign={session}"),
                ]
            })
            .collect()
    });
    assert_eq!(paths(&Runs::of(&[&site]).follow(&site.url("/"), &depth(10))), ["/", "/a", "/b"]);
    assert_eq!(site.asked(), ["/", "/a", "/b", "/llms.txt", "/robots.txt", "/sitemap.xml"]);
}

#[test]
fn links_that_are_resolved_wrongly_again_and_again() {
    let site = endless(|path| vec![format!("{path}docs/guide/"), format!("/{}", "x".repeat(3000))]);
    let crawled = Runs::of(&[&site]).follow(&site.url("/"), &depth(10));
    assert_eq!(crawled.pages.len(), 4);
    assert!(messages(&crawled)[0].contains("repeat themselves or never end"));
}

#[test]
fn enough_is_enough_and_always_the_same() {
    let site =
        endless(|path| "abcdefgh".chars().map(|c| format!("{}/{c}", path.trim_end_matches('/'))).collect());
    let settings = Crawl { max_pages: Some(30), ..depth(4) };
    let first = Runs::of(&[&site]).follow(&site.url("/"), &settings);
    assert_eq!(first.pages.len(), 30);
    assert!(
        messages(&first)[0].contains("30 pages are read at most; raise `max_pages`"),
        "{:#?}",
        messages(&first)
    );
    let second = Runs::of(&[&site]).follow(&site.url("/"), &settings);
    assert_eq!(paths(&first), paths(&second));
    // Without a word, 500.
    let site = endless(|path| {
        "abcdefghijklmnopqrstuvwxyz".chars().map(|c| format!("{}/{c}", path.trim_end_matches('/'))).collect()
    });
    let mut runs = Runs::of(&[&site]);
    runs.set(|options| options.max_pages = 40);
    assert_eq!(runs.follow(&site.url("/"), &depth(4)).pages.len(), 40);
}

#[test]
fn one_page_for_one_text() {
    let named = |title: &str, canonical: &str| {
        page(title, &[]).replace("<title>", &format!("<link rel=canonical href=\"{canonical}\"><title>"))
    };
    let site = Site::new()
        .with(
            "/",
            html(page("home", &["/copy-of-a-page", "/a", "/named", "/foreign", "/template1", "/template2"])),
        )
        .with("/copy-of-a-page", html(page("a", &[])))
        .with("/a", html(page("a", &[])))
        .with("/named", html(named("named", "/the-name")))
        .with("/foreign", html(named("foreign", "https://elsewhere.test/x")))
        .with("/template1", html(named("one", "/template")))
        .with("/template2", html(named("two", "/template")));
    let crawled = Runs::of(&[&site]).follow(&site.url("/"), &depth(1));
    assert_eq!(paths(&crawled), ["/", "/a", "/the-name", "/foreign", "/template1", "/template2"]);
}

#[test]
fn seeds_that_meet() {
    let site = Site::new()
        .with("/", html(page("home", &["/a"])))
        .with("/a", html(page("a", &["/b"])))
        .with("/b", html(page("b", &["/c"])))
        .with("/c", html(page("c", &[])))
        .with("/old", redirect("/a"));
    let runs = Runs::of(&[&site]);
    let urls =
        [site.url("/"), site.url("/a#one"), site.url("/a#two"), site.url("/old"), "nonsense".to_owned()];
    let settings = [Some(depth(1)), None, None, Some(depth(2)), None];
    let seeds: Vec<Seed<'_>> =
        urls.iter().zip(&settings).map(|(url, crawl)| Seed { url, crawl: crawl.as_ref() }).collect();
    let crawled = crawl(&seeds, &runs.options, &()).unwrap();
    let found: Vec<(usize, &[usize], u32)> =
        crawled.pages.iter().map(|page| (page.listed, &page.also_listed[..], page.depth)).collect();
    assert_eq!(paths(&crawled), ["/", "/a", "/b", "/c"]);
    assert_eq!(found, [(0, &[][..], 0), (1, &[2, 3], 0), (3, &[], 1), (3, &[], 2)]);
    assert_eq!(crawled.problems.len(), 1);
    assert!(crawled.problems[0].url == "nonsense" && crawled.problems[0].message.starts_with("no address"));
}

#[test]
fn a_link_that_is_dead_is_advice() {
    let site = Site::new().with("/", html(page("home", &["/a", "/dead"]))).with("/a", html(page("a", &[])));
    let crawled = Runs::of(&[&site]).follow(&site.url("/"), &depth(1));
    assert_eq!(crawled.problems.len(), 1);
    assert_eq!(
        (crawled.problems[0].url.as_str(), crawled.problems[0].severity),
        (site.url("/dead").as_str(), ccr_index::Severity::Warning)
    );
}
