//! How sites are asked: what `robots.txt` says, how fast, and how often again.

use std::time::Duration;

use crate::site::{Site, html, in_turn, page, plain, raw, redirect, reply};
use crate::{DAY, NOW, Runs, assert_refused, depth, messages, paths};

fn robots(text: &str) -> Site {
    Site::new().with("/robots.txt", plain(text)).otherwise(raw(|request, stream| {
        use std::io::Write;
        let body = page(&request.path, &[]);
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let _ = stream.write_all((head + &body).as_bytes());
    }))
}

#[test]
fn what_robots_txt_forbids_is_not_asked_for() {
    let site =
        robots("User-agent: *\nDisallow: /\n\nUser-agent: CCR\nDisallow: /private/\nAllow: /private/open$\n");
    let runs = Runs::of(&[&site]);
    let urls = ["/a", "/private/x", "/private/open", "/private/open2"].map(|path| site.url(path));
    let crawled = runs.read(&urls.each_ref().map(String::as_str));
    assert_eq!(paths(&crawled), ["/a", "/private/open"]);
    assert_eq!(messages(&crawled), ["`robots.txt` of `127.0.0.1` forbids it"; 2]);
    assert_eq!(site.asked(), ["/a", "/private/open", "/robots.txt"]);
}

#[test]
fn a_redirect_is_no_way_around_robots_txt() {
    let closed = robots("User-agent: *\nDisallow: /\n");
    let site = Site::new().with("/a", redirect(&closed.url("/x")));
    assert_refused(&Runs::of(&[&site, &closed]).read(&[&site.url("/a")]), "forbids it");
    assert_eq!(closed.asked(), ["/robots.txt"]);
}

#[test]
fn robots_txt_that_is_not_there_and_one_that_cannot_be_read() {
    for status in [400, 401, 403, 404, 410, 451] {
        let site = robots("").with("/robots.txt", reply(status, &[], "User-agent: *\nDisallow: /"));
        assert_eq!(paths(&Runs::of(&[&site]).read(&[&site.url("/a")])), ["/a"], "{status}");
    }
    for status in [429, 500, 503] {
        let site = robots("").with("/robots.txt", reply(status, &[], ""));
        assert_refused(
            &Runs::of(&[&site]).read(&[&site.url("/a")]),
            "`robots.txt` of `127.0.0.1` cannot be read",
        );
        assert_eq!(site.asked(), ["/robots.txt"; 3], "{status}");
    }
    // Redirects are followed five times, to other hosts too.
    let other = robots("User-agent: *\nDisallow: /a\n");
    let site = robots("").with("/robots.txt", redirect(&other.url("/robots.txt")));
    assert_refused(&Runs::of(&[&site, &other]).read(&[&site.url("/a")]), "forbids it");
    let site = robots("").with("/robots.txt", redirect("/1"));
    for hop in 1..9 {
        site.set(&format!("/{hop}"), redirect(&format!("/{}", hop + 1)));
    }
    assert_eq!(paths(&Runs::of(&[&site]).read(&[&site.url("/a")])), ["/a"]);
    assert_eq!(site.asked().len(), 7);
}

#[test]
fn robots_txt_holds_for_a_day() {
    let site = robots("User-agent: *\nDisallow: /a\n");
    let mut runs = Runs::of(&[&site]);
    assert_refused(&runs.read(&[&site.url("/a")]), "forbids it");
    site.set("/robots.txt", plain(""));
    runs.set(|options| options.now += DAY - 1);
    assert_refused(&runs.read(&[&site.url("/a")]), "forbids it");
    assert_eq!(site.asked(), ["/robots.txt"]);
    runs.set(|options| options.now += 1);
    assert_eq!(paths(&runs.read(&[&site.url("/a")])), ["/a"]);
    assert_eq!(site.asked(), ["/a", "/robots.txt"]);
}

#[test]
fn pages_that_ask_not_to_be_indexed_or_followed() {
    let site = Site::new()
        .with("/", html(page("home", &["/meta", "/header", "/other", "/keeps", "/tagged"])))
        .with(
            "/meta",
            html(page("meta", &[]).replace("<title>", "<meta name=robots content=noindex><title>")),
        )
        .with(
            "/header",
            reply(200, &[("Content-Type", "text/html"), ("X-Robots-Tag", "noindex")], page("header", &[])),
        )
        .with(
            "/other",
            reply(
                200,
                &[("Content-Type", "text/html"), ("X-Robots-Tag", "elsebot: none")],
                page("other", &[]),
            ),
        )
        .with(
            "/keeps",
            html(page("keeps", &["/x"]).replace("<title>", "<meta name=robots content=nofollow><title>")),
        )
        .with(
            "/tagged",
            reply(
                200,
                &[("Content-Type", "text/html"), ("X-Robots-Tag", "ccr: nofollow")],
                page("tagged", &["/y"]),
            ),
        )
        .otherwise(html(page("more", &[])));
    let crawled = Runs::of(&[&site]).follow(&site.url("/"), &depth(3));
    assert_eq!(paths(&crawled), ["/", "/other", "/keeps", "/tagged"]);
    assert_eq!(messages(&crawled), [""; 0]);
    assert_refused(&Runs::of(&[&site]).read(&[&site.url("/meta")]), "asks not to be indexed");
}

#[test]
fn who_asks_says_so_and_keeps_nothing() {
    let headers = [("Content-Type", "text/html"), ("Set-Cookie", "session=1; Path=/")];
    let site =
        Site::new().with("/a", reply(200, &headers, page("a", &["/b"]))).with("/b", html(page("b", &[])));
    Runs::of(&[&site]).follow(&site.url("/a"), &depth(1));
    let requests = site.requests();
    assert_eq!(requests.len(), 5, "{requests:#?}");
    for request in requests {
        let agent = request.header("user-agent").unwrap();
        assert!(
            agent.starts_with("ccr/") && agent.ends_with(" (+https://github.com/ccr-index/ccr)"),
            "{agent}"
        );
        assert_eq!((request.header("cookie"), request.header("referer")), (None, None));
    }
}

#[test]
fn a_host_is_asked_at_its_pace() {
    let links: Vec<String> = (0..10).map(|number| format!("/page-{}", char::from(b'a' + number))).collect();
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    for (text, expected) in
        [("", 200), ("User-agent: *\nCrawl-delay: 3\n", 3000), ("User-agent: *\nCrawl-delay: 9999\n", 60_000)]
    {
        let site = robots(text).with("/", html(page("home", &links)));
        let runs = Runs::of(&[&site]);
        assert_eq!(runs.follow(&site.url("/"), &depth(1)).pages.len(), 11);
        // Fourteen requests: robots.txt, sitemap.xml, llms.txt and the pages.
        assert_eq!(site.requests().len(), 14);
        let took = *runs.clock.now.lock().unwrap();
        let expected = Duration::from_millis(expected) * 13;
        assert!(took >= expected && took < expected + Duration::from_millis(200), "{text}: {took:?}");
    }
}

#[test]
fn a_host_has_two_requests_at_once_and_others_theirs() {
    let sites = [robots(""), robots(""), robots("")];
    let urls: Vec<String> = (0..10)
        .flat_map(|number| sites.iter().map(move |site| site.url(&format!("/page-{number}"))))
        .collect();
    for site in &sites {
        // If there were fewer at once, this would never end.
        site.answer_together(2);
    }
    let crawled = Runs::of(&sites.each_ref()).read(&urls.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((crawled.pages.len(), crawled.problems.len()), (10, 0));
    assert_eq!(sites.each_ref().map(Site::most_at_once), [2; 3]);
}

#[test]
fn a_server_that_asks_to_wait_is_waited_for() {
    let busy = |headers: &[(&str, &str)]| reply(429, headers, "");
    let good = html(page("a", &[]));
    let date = httpdate_of(NOW + 30);
    let site = Site::new()
        .with("/seconds", in_turn(vec![busy(&[("Retry-After", "7")]), good.clone()]))
        .with("/date", in_turn(vec![busy(&[("Retry-After", &date)]), html(page("b", &[]))]))
        .with("/none", in_turn(vec![reply(503, &[], ""), reply(500, &[], ""), html(page("c", &[]))]))
        .with("/long", in_turn(vec![busy(&[("Retry-After", "3600")]), good]));
    let runs = Runs::of(&[&site]);
    let mut took = Duration::ZERO;
    let mut check = |path: &str, least: u64, most: u64| {
        let crawled = runs.read(&[&site.url(path)]);
        let now = *runs.clock.now.lock().unwrap();
        let waited = now - std::mem::replace(&mut took, now);
        assert!(
            waited >= Duration::from_secs(least) && waited < Duration::from_secs(most),
            "{path}: {waited:?}"
        );
        crawled
    };
    assert_eq!(check("/seconds", 7, 8).pages.len(), 1);
    assert_eq!(check("/date", 29, 31).pages.len(), 1);
    assert_eq!(check("/none", 3, 10).pages.len(), 1);
    assert_refused(&check("/long", 0, 1), "429 Too Many Requests and asks to wait 3600 s");
    assert_eq!(
        site.asked(),
        ["/date", "/date", "/long", "/none", "/none", "/none", "/robots.txt", "/seconds", "/seconds"]
    );
}

/// A date as headers have it: `NOW` is Friday, 15 January 2027, 08:00.
fn httpdate_of(seconds: u64) -> String {
    assert!((NOW..NOW + 60).contains(&seconds));
    format!("Fri, 15 Jan 2027 08:00:{:02} GMT", seconds - NOW)
}

#[test]
fn what_never_works_is_asked_three_times() {
    let site = Site::new().with("/a", reply(500, &[], ""));
    assert_refused(&Runs::of(&[&site]).read(&[&site.url("/a")]), "500 Internal Server Error (asked 3 times)");
    assert_eq!(site.asked(), ["/a", "/a", "/a", "/robots.txt"]);
}

#[test]
fn a_host_that_is_down_is_left_alone() {
    let site = Site::new().with("/", html(page("home", &[]))).otherwise(reply(503, &[], ""));
    let up = Site::new().otherwise(html(page("up", &[])));
    let mut runs = Runs::of(&[&site, &up]);
    runs.set(|options| options.per_host = 1);
    let mut urls: Vec<String> = (0..20).map(|number| site.url(&format!("/{number}"))).collect();
    urls.push(up.url("/"));
    let crawled = runs.read(&urls.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((crawled.pages.len(), crawled.problems.len()), (1, 20));
    assert_eq!(messages(&crawled)[19], "`127.0.0.1` did not answer 5 times in a row and is left alone");
    assert_eq!(site.requests().len(), 16);
}

#[test]
fn a_host_that_is_slow_by_its_own_wish_has_its_time_and_no_more() {
    let site = robots("User-agent: *\nCrawl-delay: 60\n");
    let mut runs = Runs::of(&[&site]);
    runs.set(|options| options.limits.host = Duration::from_secs(300));
    let urls: Vec<String> = (0..20).map(|number| site.url(&format!("/page-{number}"))).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let crawled = runs.read(&urls);
    assert_eq!((crawled.pages.len(), crawled.problems.len()), (5, 15), "{crawled:#?}");
    assert_eq!(messages(&crawled)[14], "there was no time for it within the 300 s of a run");
    // Nobody waits for what cannot be.
    assert!(*runs.clock.now.lock().unwrap() < Duration::from_secs(301));
    runs.set(|options| options.limits.host = Duration::MAX);
    runs.set(|options| options.limits.total = Duration::from_secs(120));
    let crawled = runs.read(&urls);
    assert_eq!((crawled.pages.len(), crawled.fetched, crawled.stale), (8, 3, 5));
    // Day by day all of them have their turn.
    for (day, read) in [(1, 10), (2, 12), (3, 14), (4, 16), (5, 18), (6, 20), (7, 20)] {
        runs.later(1);
        assert_eq!(runs.read(&urls).pages.len(), read, "{day}");
    }
}

/// Name of the variable that makes [`other_process`] read the page that it names.
const READ: &str = "CCR_TEST_READ_PAGE";

/// What the test below starts. Nothing without its variable.
#[test]
fn other_process() {
    let Ok(url) = std::env::var(READ) else { return };
    let mut runs = Runs::of(&[]);
    runs.set(|options| options.allowed_hosts = vec!["127.0.0.1".to_owned()]);
    assert_eq!(runs.read(&[&url]).pages.len(), 1);
}

#[test]
fn a_proxy_would_not_keep_to_the_rules_and_is_not_used() {
    let (site, proxy) = (Site::new().with("/a", html(page("a", &[]))), Site::new());
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "manners::other_process"])
        .env(READ, site.url("/a"))
        .stdout(std::process::Stdio::null());
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, proxy.url("/"));
    }
    assert!(command.status().unwrap().success());
    assert_eq!((proxy.asked().len(), site.asked().len()), (0, 2));
}
