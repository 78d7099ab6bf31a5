//! How fast a thousand pages of the usual size are read. The test program runs itself as the server, so that
//! only the crawler is measured:
//!
//! ```text
//! cargo test --workspace --test crawl throughput -- --ignored --nocapture
//! ```

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use ccr_indexer::config::Crawl;
use ccr_indexer::source::web::{CrawlOptions, Seed, crawl};

/// Name of the variable that makes [`other_process`] serve.
const SERVE: &str = "CCR_TEST_SERVE_PAGES";
const PAGES: usize = 1000;
/// Bytes of a page that is almost too large, and how many there are.
const LARGE: usize = (10 << 20) - 4096;
const LARGE_PAGES: usize = 16;

/// A page as documentation generators write it: 50 KB, of which a menu is a third.
fn page(number: usize) -> String {
    let mut page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Part {number} | Handbook</title>"
    );
    page += &"<link rel=\"stylesheet\" href=\"/assets/css/styles.3f2a.css\"><meta property=\"og:type\" content=\"article\">".repeat(12);
    page += "</head><body><nav class=\"menu\" aria-label=\"Main\"><ul>";
    for other in 0..120 {
        let other = (number + other * 7) % PAGES;
        let _ = write!(
            page,
            "<li class=\"menu__item\"><a class=\"menu__link\" href=\"/part/{}/\">Part {other} of the handbook</a></li>",
            letters(other)
        );
    }
    page += "</ul></nav><main><article><div class=\"markdown\">";
    let _ = write!(page, "<h1>Part {number}</h1>");
    for section in 0..20 {
        let _ = write!(
            page,
            "<h2 id=\"step-{section}\">Step {section} of part {number}<a class=\"hash-link\" href=\"#step-{section}\">#</a></h2>\
             <p>To set up step {section}, look at the <a href=\"/part/{}/\">part before it</a> and <strong>check</strong> that \
             the <code>deployment-{number}-{section}</code> is <em>healthy</em>. {}</p>\
             <ul><li>Find the pods that restart.</li><li>Read their logs for errors.</li><li>Raise an issue with the next steps.</li></ul>\
             <pre><code class=\"language-bash\">kubectl get pods --namespace step-{section} \\\n  --output wide | grep part-{number}\n</code></pre>\
             <table><tr><th>Name</th><th>Value</th></tr><tr><td>retries</td><td>{section}</td></tr></table>",
            letters(number.saturating_sub(1)),
            "Every task writes what it found into the report, with a link to the resource and a severity. "
                .repeat(13),
        );
    }
    page + "</div></article></main><footer><p>Copyright</p></footer></body></html>"
}

/// A number in letters: addresses that differ in digits only have a budget.
fn letters(number: usize) -> String {
    number.to_string().bytes().map(|digit| char::from(b'a' + digit - b'0')).collect()
}

/// What the test below starts: a server with connections that stay open. Nothing without its variable.
#[test]
fn other_process() {
    if std::env::var_os(SERVE).is_none() {
        return;
    }
    let pages: std::collections::HashMap<String, Vec<u8>> = (0..PAGES)
        .map(|number| {
            let body = page(number);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            (format!("/part/{}/", letters(number)), (head + &body).into_bytes())
        })
        .collect();
    let line = "<div class=\"note\"><p>one <b>word</b> <a href=\"#a\">of</a> many</p></div>\n";
    let large = line.repeat(LARGE / line.len());
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n", large.len());
    let mut pages = pages;
    for number in 0..LARGE_PAGES {
        // Each has another text, or they would be one page.
        let body = (head.clone() + &large).replacen("one", &letters(100 + number), 1);
        pages.insert(format!("/large/{}/", letters(number)), body.into_bytes());
    }
    let pages: &'static _ = Box::leak(Box::new(pages));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    writeln!(std::io::stdout(), "\nport {}", listener.local_addr().unwrap().port()).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut out = stream.try_clone().unwrap();
                let mut path = String::new();
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    if let Some(rest) = line.strip_prefix("GET ") {
                        path = rest.split(' ').next().unwrap_or_default().to_owned();
                    } else if line.is_empty() {
                        let none = b"HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n";
                        let answer = pages.get(&path).map_or(&none[..], Vec::as_slice);
                        if out.write_all(answer).is_err() {
                            return;
                        }
                    }
                }
            });
        }
    });
    // Until the one that started it ends.
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// Seconds of processors that this process took, and the most memory that it had, in MB.
fn usage() -> (f64, u64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok());
    ((ticks(11) + ticks(12)) / 100.0, peak.unwrap_or(0) / 1024)
}

/// The server in a process of its own, and its port.
fn serve() -> (Child, u16) {
    let mut server = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "throughput::other_process", "--nocapture"])
        .env(SERVE, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.as_mut().unwrap()).lines();
    let port: u16 = lines.find_map(|line| line.unwrap().strip_prefix("port ")?.parse().ok()).unwrap();
    (server, port)
}

#[test]
#[ignore = "measures; asserts nothing that is about speed"]
fn a_thousand_pages() {
    let (mut server, port) = serve();
    let folder = tempfile::tempdir().unwrap();
    let mut options = CrawlOptions {
        cache: folder.path().join("pages"),
        delay: Duration::ZERO,
        per_host: 8,
        allowed_hosts: vec![format!("127.0.0.1:{port}")],
        ..CrawlOptions::default()
    };
    let settings = Crawl { depth: 10, max_pages: Some(5000), ..Crawl::default() };
    let url = format!("http://127.0.0.1:{port}/part/a/");
    let mut run = |name: &str, offline: bool| {
        options.offline = offline;
        let (start, (before, _)) = (Instant::now(), usage());
        let crawled = crawl(&[Seed { url: &url, crawl: Some(&settings) }], &options, &()).unwrap();
        let (wall, (after, peak)) = (start.elapsed().as_secs_f64(), usage());
        assert_eq!((crawled.pages.len(), crawled.problems.len()), (PAGES, 0));
        let mut out = std::io::stdout();
        writeln!(out, "{name}: {wall:.2} s, {:.2} s of processors, {peak} MB at most", after - before)
            .unwrap();
    };
    writeln!(std::io::stdout(), "\n{PAGES} pages of {} bytes", page(500).len()).unwrap();
    run("read", false);
    run("read again", false);
    run("offline", true);
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
#[ignore = "measures; asserts nothing that is about memory"]
fn pages_that_are_almost_too_large() {
    let (mut server, port) = serve();
    let folder = tempfile::tempdir().unwrap();
    let options = CrawlOptions {
        cache: folder.path().join("pages"),
        delay: Duration::ZERO,
        per_host: 8,
        allowed_hosts: vec![format!("127.0.0.1:{port}")],
        ..CrawlOptions::default()
    };
    let urls: Vec<String> = (0..LARGE_PAGES)
        .map(|number| format!("http://127.0.0.1:{port}/large/{}/", letters(number)))
        .collect();
    let seeds: Vec<Seed<'_>> = urls.iter().map(|url| Seed { url, crawl: None }).collect();
    let start = Instant::now();
    let crawled = crawl(&seeds, &options, &()).unwrap();
    assert_eq!(crawled.fetched as usize, LARGE_PAGES, "{:#?}", crawled.problems);
    let text: usize =
        crawled.pages.iter().flat_map(|page| &page.text.sections).map(|section| section.text.len()).sum();
    let (wall, (_, peak)) = (start.elapsed().as_secs_f64(), usage());
    let mut out = std::io::stdout();
    writeln!(
        out,
        "\n{LARGE_PAGES} pages of {LARGE} bytes, {} MB of text: {wall:.2} s, {peak} MB at most",
        text >> 20
    )
    .unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
}
