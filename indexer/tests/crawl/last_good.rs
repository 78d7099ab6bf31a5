//! What a page said last stands until there is something better.

use ccr_index::Severity;

use crate::site::{Reply, Site, html, page, plain, raw, redirect, reply, text};
use crate::{DAY, NOW, Runs, assert_refused, depth, messages, paths, said};

const LOGIN: &str = "<html><head><title>Sign in</title></head><body><form action=\"/login\" method=\"post\">\
    <h1>Sign in</h1><label>User <input name=\"user\"></label><label>Password <input type=\"password\" name=\"password\">\
    </label><button>Sign in</button></form></body></html>";
const SHELL: &str = "<html><head><title>App</title><script src=\"/main.js\"></script></head><body><div id=\"root\"></div>\
    <noscript>You need to enable JavaScript to run this app.</noscript></body></html>";

/// A site with one good page, which was read once.
fn read_once() -> (Site, Runs) {
    let site = Site::new().with("/a", html(page("a", &[])));
    let runs = Runs::of(&[&site]);
    let crawled = runs.read(&[&site.url("/a")]);
    assert_eq!((crawled.fetched, crawled.stale, crawled.pages[0].stale.as_deref()), (1, 0, None));
    site.requests();
    (site, runs)
}

/// The page has the old text, for a reason with these words.
#[track_caller]
fn assert_kept(site: &Site, runs: &Runs, words: &str) {
    let crawled = runs.read(&[&site.url("/a")]);
    assert_eq!((crawled.pages.len(), crawled.stale, crawled.fetched), (1, 1, 0), "{crawled:#?}");
    assert!(said(&crawled, 0).contains(&text("a")));
    assert_eq!(crawled.pages[0].read_at, NOW);
    let stale = crawled.pages[0].stale.as_deref().unwrap();
    assert!(stale.contains(words), "{stale}");
    assert_eq!(messages(&crawled), [format!("the text of 2027-01-15 is kept: {stale}")]);
    assert_eq!(crawled.problems[0].severity, Severity::Error);
}

#[test]
fn a_page_that_has_not_changed() {
    let with = |headers: &'static [(&str, &str)]| -> Reply {
        raw(move |request, stream| {
            use std::io::Write;
            let has = request.header("if-none-match") == Some("\"v1\"")
                || request.header("if-modified-since") == Some("Fri, 15 Jan 2027 08:00:00 GMT");
            let head: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            let body = if has { String::new() } else { page("a", &[]) };
            let status = if has { "304 Not Modified" } else { "200 OK" };
            let answer = format!(
                "HTTP/1.1 {status}\r\n{head}Content-Type: text/html\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes());
        })
    };
    for headers in [&[("ETag", "\"v1\"")][..], &[("Last-Modified", "Fri, 15 Jan 2027 08:00:00 GMT")]] {
        let site = Site::new().with("/old", redirect("/a")).with("/a", with(headers));
        let mut runs = Runs::of(&[&site]);
        let first = runs.read(&[&site.url("/old")]);
        assert_eq!((first.fetched, first.not_modified), (1, 0));
        let second = runs.later(1).read(&[&site.url("/old")]);
        assert_eq!((second.fetched, second.not_modified, second.stale), (0, 1, 0));
        assert_eq!((second.pages[0].read_at, second.pages[0].stale.as_deref()), (NOW + DAY, None));
        assert_eq!((&second.pages[0].text, &second.pages[0].url), (&first.pages[0].text, &site.url("/a")));
        // Only the page that it is of is asked whether it changed.
        let conditional = |request: &crate::site::Request| {
            request.header("if-none-match").or(request.header("if-modified-since")).is_some()
        };
        let asked: Vec<(String, bool)> = site
            .requests()
            .iter()
            .skip(4)
            .map(|request| (request.path.clone(), conditional(request)))
            .collect();
        assert_eq!(asked, [("/old".to_owned(), false), ("/a".to_owned(), true)]);
    }
}

#[test]
fn an_outage() {
    let (site, mut runs) = read_once();
    site.set("/a", reply(503, &[], ""));
    assert_kept(
        &site,
        runs.later(1),
        "the server says 503 Service Unavailable (asked 3 times) since 2027-01-16",
    );
    assert_kept(&site, runs.later(400), "since 2027-01-16");
    site.set("/a", html(page("b", &[])));
    let crawled = runs.later(1).read(&[&site.url("/a")]);
    assert_eq!((crawled.fetched, crawled.stale, messages(&crawled).len()), (1, 0, 0));
    assert!(said(&crawled, 0).contains(&text("b")));
    site.set("/a", reply(500, &[], ""));
    let crawled = runs.later(1).read(&[&site.url("/a")]);
    assert!(crawled.pages[0].stale.as_deref().unwrap().contains("since 2028-02-22"));
}

#[test]
fn a_host_that_is_gone_from_the_network() {
    let site = Site::new().with("/a", html(page("a", &[])));
    let mut runs = Runs::of(&[]);
    runs.set(|options| options.allowed_hosts = vec!["docs.test".to_owned()]);
    runs.names.set("docs.test", &[&["127.0.0.1"], &["127.0.0.1"], &[]]);
    let url = site.at("docs.test", "/a");
    assert_eq!(runs.read(&[&url]).pages.len(), 1);
    let crawled = runs.later(1).read(&[&url]);
    assert_eq!((crawled.pages.len(), crawled.stale), (1, 1));
    assert!(
        messages(&crawled)[0].contains("`robots.txt` of `docs.test` cannot be read: no connection"),
        "{:#?}",
        messages(&crawled)
    );
}

#[test]
fn a_robots_txt_that_fails_or_forbids() {
    let (site, mut runs) = read_once();
    site.set("/robots.txt", reply(500, &[], ""));
    assert_kept(&site, runs.later(1), "cannot be read: the server says 500");
    site.set("/robots.txt", plain("User-agent: *\nDisallow: /\n"));
    assert_kept(&site, runs.later(1), "forbids it since 2027-01-16, and it goes after 2027-01-24");
    assert_kept(&site, runs.later(7), "forbids it");
    let crawled = runs.later(1).read(&[&site.url("/a")]);
    assert_eq!((crawled.pages.len(), crawled.gone), (0, 1));
    assert!(!site.asked().contains(&"/a".to_owned()));
}

#[test]
fn a_page_that_is_gone() {
    for status in [404, 410] {
        let (site, mut runs) = read_once();
        site.set("/a", reply(status, &[], "<h1>Not found</h1>"));
        let words = "since 2027-01-16, and it goes after 2027-01-23";
        assert_kept(&site, runs.later(1), words);
        assert_kept(&site, runs.later(7), words);
        let crawled = runs.later(1).read(&[&site.url("/a")]);
        assert_eq!((crawled.pages.len(), crawled.gone, crawled.stale), (0, 1, 0));
        assert!(
            messages(&crawled)[0].starts_with("it is gone, and its text with it: the server says 4"),
            "{:#?}",
            messages(&crawled)
        );
        // From then on it was never there.
        let crawled = runs.later(1).read(&[&site.url("/a")]);
        assert_eq!((crawled.pages.len(), crawled.gone), (0, 0));
    }
}

#[test]
fn a_page_that_comes_back_within_the_grace() {
    let (site, mut runs) = read_once();
    site.set("/a", reply(404, &[], ""));
    assert_kept(&site, runs.later(5), "404");
    site.set("/a", html(page("a", &[])));
    assert_eq!(runs.later(1).read(&[&site.url("/a")]).stale, 0);
    site.set("/a", reply(404, &[], ""));
    let crawled = runs.later(5).read(&[&site.url("/a")]);
    assert_eq!((crawled.pages.len(), crawled.gone), (1, 0));
}

#[test]
fn a_page_that_becomes_a_login() {
    let (site, mut runs) = read_once();
    site.set("/a", html(LOGIN));
    assert_kept(&site, runs.later(1), "asks for a login since 2027-01-16");
    assert_kept(&site, runs.later(30), "asks for a login");
    site.set("/a", redirect("/users/sign_in?next=/a"));
    site.set("/users/sign_in?next=/a", html(page("welcome", &[])));
    assert_kept(&site, &runs, "it leads to a login: http://127.0.0.1");
    for status in [401, 403] {
        site.set("/a", reply(status, &[], ""));
        assert_kept(&site, &runs, &status.to_string());
    }
    // Never read before, it is nothing.
    site.set("/b", html(LOGIN));
    assert_refused(&runs.read(&[&site.url("/b")]), "asks for a login");
}

#[test]
fn a_page_that_says_nothing_any_more() {
    let (site, mut runs) = read_once();
    runs.later(1);
    site.set("/a", html(""));
    assert_kept(&site, &runs, "the page is empty since");
    site.set("/a", html("<html><body><nav><a href=\"/\">Home</a></nav></body></html>"));
    assert_kept(&site, &runs, "since");
    site.set("/a", html(SHELL));
    assert_kept(&site, &runs, "runs its programs");
    site.set("/a", reply(200, &[("Content-Type", "application/pdf")], "%PDF-1.4"));
    assert_kept(&site, &runs, "which is not read");
    site.set("/a", redirect("http://10.0.0.1/"));
    assert_kept(&site, &runs, "refused: ");
    site.set("/", html(page("front", &[])));
    site.set("/a", redirect("/"));
    assert_kept(&site, &runs, "leads to the front page now");
}

#[test]
fn a_page_that_shrinks_to_almost_nothing() {
    let long: String =
        (0..60).map(|number| format!("<p>Step {number} sets up another part of it.</p>")).collect();
    let site = Site::new().with("/a", html(page("a", &[]).replace("<ul>", &format!("{long}<ul>"))));
    let mut runs = Runs::of(&[&site]);
    assert_eq!(runs.read(&[&site.url("/a")]).fetched, 1);
    site.set("/a", html("<html><body><h1>Maintenance</h1><p>We will be back soon.</p></body></html>"));
    assert_kept(&site, runs.later(1), "the page shrank from");
    // If that is what it says from now on, so be it.
    let crawled = runs.later(8).read(&[&site.url("/a")]);
    assert_eq!((crawled.fetched, crawled.stale), (1, 0), "{crawled:#?}");
    assert!(said(&crawled, 0).contains("We will be back soon"));
}

#[test]
fn offline_nothing_is_asked() {
    let site = Site::new()
        .with("/", html(page("home", &["/a"])))
        .with("/a", html(page("a", &[])))
        .with("/only-in-sitemap", html(page("b", &[])))
        .with("/sitemap.xml", reply(200, &[], "<urlset><url><loc>/only-in-sitemap</loc></url></urlset>"));
    let mut runs = Runs::of(&[&site]);
    let online = runs.follow(&site.url("/"), &depth(1));
    assert_eq!(online.pages.len(), 3);
    site.requests();
    runs.later(30).set(|options| options.offline = true);
    let files = || std::fs::read_dir(runs.folder.path().join("pages")).unwrap().count();
    let before = files();
    let offline = runs.follow(&site.url("/"), &depth(1));
    assert_eq!((offline.pages, offline.problems, offline.stale), (online.pages, vec![], 0));
    assert_refused(&runs.read(&[&site.url("/new")]), "never read, and `--offline` reads nothing new");
    assert_eq!(site.asked(), [""; 0]);
    assert_eq!(files(), before);
    // Not even a folder is made.
    runs.set(|options| options.cache = options.cache.join("none"));
    assert_refused(&runs.read(&[&site.url("/")]), "never read");
    assert!(!runs.options.cache.exists());
}

#[test]
fn offline_what_was_in_trouble_is() {
    let (site, mut runs) = read_once();
    site.set("/a", reply(500, &[], ""));
    assert_kept(&site, runs.later(1), "500");
    runs.later(1).set(|options| options.offline = true);
    let crawled = runs.read(&[&site.url("/a")]);
    assert_eq!(crawled.pages[0].stale.as_deref(), Some("it could not be read since 2027-01-16"));
    assert_eq!(crawled.stale, 1);
}

#[test]
fn a_damaged_copy_counts_as_none() {
    let (site, runs) = read_once();
    let folder = runs.folder.path().join("pages");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let mut bytes = std::fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&path, bytes).unwrap();
    }
    // What a process that was killed left.
    std::fs::write(folder.join(".draft-1-0"), "half").unwrap();
    let crawled = runs.read(&[&site.url("/a")]);
    assert_eq!((crawled.pages.len(), crawled.fetched), (1, 1));
    let told = messages(&crawled);
    assert!(
        told.len() == 1 && told[0].contains("is damaged and not used") && told[0].contains(".page`"),
        "{told:#?}"
    );
    assert!(!folder.join(".draft-1-0").exists());
    assert_eq!(messages(&runs.read(&[&site.url("/a")])), [""; 0]);
}

#[test]
fn what_nothing_leads_to_any_more_stays_for_the_grace() {
    let site = Site::new().with("/", html(page("home", &["/a"]))).with("/a", html(page("a", &["/b"])));
    site.set("/b", html(page("b", &[])));
    let mut runs = Runs::of(&[&site]);
    let folder = runs.folder.path().join("pages");
    let files = || std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(paths(&runs.follow(&site.url("/"), &depth(2))), ["/", "/a", "/b"]);
    assert_eq!(files(), 4);
    // A menu is broken: what it led to is asked for all the same.
    site.set("/", html(page("home again", &[])));
    let check = |runs: &Runs| {
        let crawled = runs.follow(&site.url("/"), &depth(2));
        let mut found = paths(&crawled);
        found.sort_unstable();
        assert_eq!(found, ["/", "/a", "/b"]);
        let told = "no page leads to it any more since 2027-02-14, and it goes after 2027-02-21";
        assert_eq!(messages(&crawled), [told; 2]);
        crawled
    };
    assert_eq!(check(runs.later(30)).fetched, 3);
    check(runs.later(7));
    assert_eq!(check(runs.set(|options| options.offline = true)).fetched, 0);
    runs.set(|options| options.offline = false);
    // It is as new when something leads to it again.
    site.set("/", html(page("home", &["/a"])));
    assert_eq!(messages(&runs.follow(&site.url("/"), &depth(2))), [""; 0]);
    // What the entry no longer wants is not asked for.
    let without = ccr_indexer::config::Crawl { exclude: vec!["/b".into()], ..depth(2) };
    site.requests();
    assert_eq!(paths(&runs.later(1).follow(&site.url("/"), &without)), ["/", "/a"]);
    assert!(!site.asked().contains(&"/b".to_owned()));
    assert_eq!(files(), 4);
    // A run over some of the seeds says nothing of the others.
    runs.later(8).set(|options| options.is_whole = false);
    runs.follow(&site.url("/"), &without);
    assert_eq!(files(), 4);
    runs.set(|options| options.is_whole = true);
    assert_eq!(paths(&runs.follow(&site.url("/"), &without)), ["/", "/a"]);
    assert_eq!(files(), 3);
}

#[test]
fn links_of_a_page_that_cannot_be_read_today_lead_on() {
    let site = Site::new().with("/", html(page("home", &["/a"]))).with("/a", html(page("a", &[])));
    let mut runs = Runs::of(&[&site]);
    runs.follow(&site.url("/"), &depth(1));
    site.set("/", reply(500, &[], ""));
    let crawled = runs.later(1).follow(&site.url("/"), &depth(1));
    assert_eq!((paths(&crawled), crawled.stale, crawled.fetched), (vec!["/", "/a"], 1, 1));
}

#[test]
fn a_cache_that_cannot_be_is_said_before_anything_is_asked() {
    let site = Site::new().with("/a", html(page("a", &[])));
    let mut runs = Runs::of(&[&site]);
    let file = runs.folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    runs.set(|options| options.cache = file.join("pages"));
    let url = site.url("/a");
    let seeds = [ccr_indexer::source::web::Seed { url: &url, crawl: None }];
    let error = ccr_indexer::source::web::crawl(&seeds, &runs.options, &()).unwrap_err();
    assert!(error.to_string().starts_with("could not make `"), "{error}");
    assert_eq!(site.asked(), [""; 0]);
}
