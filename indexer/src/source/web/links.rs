//! Links that a site gives beside its pages: sitemaps and `llms.txt`.

use std::collections::HashSet;

use url::Url;

use super::agent::{Agent, Answer, Received, Wish};
use super::body;
use super::cache::{Cache, Record};
use super::content;
use super::hosts::AllowedHosts;
use super::judge::{self, Trouble};
use super::normal;
use super::request::Purpose;
use super::robots;
use crate::parse::{llms_txt, robots_txt::RobotsTxt, sitemap};

/// Sitemaps of a site, those that an index lists included.
const MOST_SITEMAPS: usize = 20;
/// Pages that all sitemaps of a site may list.
const MOST_PAGES: usize = 50_000;

/// Who is asked: the web, or what was read before.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    Web(&'a Agent<'a>),
    Cache(&'a Cache),
}

/// The pages that the site of `home` lists, sitemaps first.
pub(super) async fn listed(source: Source<'_>, home: &Url, allowed: &AllowedHosts) -> Vec<Url> {
    let mut found = Vec::new();
    let mut waiting = sitemaps_of_robots(source, home, allowed);
    if waiting.is_empty() {
        waiting.extend(home.join("/sitemap.xml"));
    }
    let mut seen: HashSet<Url> = HashSet::new();
    while let Some(url) = (!waiting.is_empty()).then(|| waiting.remove(0)) {
        if seen.len() >= MOST_SITEMAPS
            || normal::origin(&url) != normal::origin(home)
            || !seen.insert(url.clone())
        {
            continue;
        }
        let Some(text) = text(source, &url, allowed).await else { continue };
        let sitemap = sitemap::parse(&text);
        let room = MOST_PAGES.saturating_sub(found.len());
        found.extend(sitemap.pages.iter().filter_map(|link| normal::link(link, &url)).take(room));
        let further = sitemap.sitemaps.iter().filter_map(|link| normal::link(link, &url));
        waiting.extend(further.take(MOST_SITEMAPS));
    }
    let known: HashSet<Url> = found.iter().cloned().collect();
    if let Ok(url) = home.join("/llms.txt")
        && let Some(text) = text(source, &url, allowed).await
    {
        let links = llms_txt::links(&text);
        let links = links.iter().filter_map(|link| normal::link(link, &url));
        found.extend(links.filter(|link| !page_of(link).iter().any(|page| known.contains(page))));
    }
    found
}

/// The pages that a Markdown file may be the source of: `a.md` stands beside `a`, `a/` or `a.html`.
pub(super) fn page_of(url: &Url) -> Vec<Url> {
    let Some(path) = url.path().strip_suffix(".md") else { return Vec::new() };
    let stem = path.strip_suffix(".html").unwrap_or(path);
    let folder = stem.strip_suffix("/index").unwrap_or(stem);
    let paths = [stem.to_owned(), format!("{folder}/"), format!("{stem}.html")];
    paths
        .map(|path| {
            let mut page = url.clone();
            page.set_path(&path);
            page
        })
        .to_vec()
}

fn sitemaps_of_robots(source: Source<'_>, home: &Url, allowed: &AllowedHosts) -> Vec<Url> {
    let listed = match source {
        Source::Web(agent) => match agent.gate(home, allowed).robots.get() {
            Some(Ok(robots)) => robots.sitemaps.clone(),
            _ => Vec::new(),
        },
        Source::Cache(cache) => {
            let key = home.join("/robots.txt").map(|url| robots::key(&url));
            let record = key.ok().and_then(|key| cache.load(&key).ok().flatten());
            record
                .map_or_else(Vec::new, |record| RobotsTxt::parse(&record.body, super::agent::AGENT).sitemaps)
        }
    };
    listed.iter().filter_map(|link| normal::link(link, home)).collect()
}

/// The text at an address: as it is now, or as it was last where it cannot be read.
async fn text(source: Source<'_>, url: &Url, allowed: &AllowedHosts) -> Option<String> {
    let key = format!("links:{url}");
    let body = match source {
        Source::Cache(cache) => cache.load(&key).ok().flatten()?.body,
        Source::Web(agent) => {
            agent.reach(&key);
            let record = agent.cache.load(&key).ok().flatten();
            let known = record.as_ref().map(|record| (record.found.as_str(), &record.validators));
            let answer = agent.ask(Wish { url, purpose: Purpose::Links, allowed, known }).await;
            conclude(agent, &key, record, answer)?
        }
    };
    if content::is_html(&body) {
        // The site's way to say that it has none.
        return None;
    }
    Some(String::from_utf8_lossy(&body).into_owned())
}

fn conclude(
    agent: &Agent<'_>,
    key: &str,
    record: Option<Record>,
    answer: Result<Answer, super::failure::Failure>,
) -> Option<Vec<u8>> {
    let now = agent.options.now;
    let record = match (answer, record) {
        (Ok(Answer::NotModified), record) => {
            Record { read_at: now, trouble_since: None, gone_since: None, unreached_since: None, ..record? }
        }
        (Ok(Answer::Text(received)), _) => {
            let Received { found, validators, body, .. } = *received;
            let body = body::gunzip(body, agent.options.limits.decompressed).ok()?;
            let (url, found) = (key.to_owned(), found.to_string());
            Record { url, found, validators, read_at: now, body, ..Record::default() }
        }
        (Err(_), None) => return None,
        (Err(failure), Some(mut record)) => {
            record.unreached_since = None;
            match judge::trouble(&mut record, &failure, now, agent.options.grace.as_secs()) {
                Trouble::Keep { .. } => record,
                Trouble::Forget { .. } => {
                    let _ = agent.cache.remove(key);
                    return None;
                }
            }
        }
    };
    // Without it, it is asked for again.
    let _ = agent.cache.store(&record);
    Some(record.body)
}
