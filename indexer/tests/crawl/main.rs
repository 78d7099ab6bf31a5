//! The crawler against sites on loopback: pages of every kind, and every enemy.

mod enemies;
mod following;
mod last_good;
mod manners;
mod secured;
mod site;
mod throughput;

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ccr_indexer::config::Crawl;
use ccr_indexer::source::web::{Clock, CrawlOptions, Crawled, Names, Pending, Seed, crawl};
use site::Site;
use tempfile::TempDir;

/// Seconds of a day.
const DAY: u64 = 86_400;
/// The date of the first run.
const NOW: u64 = 1_800_000_000;

/// A clock that does not wait: each sleep moves it on.
#[derive(Debug, Default)]
struct TestClock {
    now: Mutex<Duration>,
    slept: Mutex<Vec<Duration>>,
}

impl Clock for TestClock {
    fn now(&self) -> Duration {
        *self.now.lock().unwrap()
    }

    fn sleep(&self, length: Duration) -> Pending<'_, ()> {
        *self.now.lock().unwrap() += length;
        self.slept.lock().unwrap().push(length);
        Box::pin(std::future::ready(()))
    }
}

/// Names with the addresses that they have each time they are asked for; the last for ever.
#[derive(Debug, Default)]
struct TestNames {
    answers: Mutex<HashMap<String, Vec<Vec<IpAddr>>>>,
    asked: Mutex<Vec<String>>,
}

impl TestNames {
    fn set(&self, name: &str, answers: &[&[&str]]) {
        let addresses = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        self.answers.lock().unwrap().insert(name.to_owned(), answers.iter().map(addresses).collect());
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

impl Names for TestNames {
    fn resolve(&self, host: String) -> Pending<'static, io::Result<Vec<IpAddr>>> {
        let mut answers = self.answers.lock().unwrap();
        let answer = match answers.get_mut(&host) {
            None => Err(io::Error::new(io::ErrorKind::NotFound, "no such name")),
            Some(answers) if answers.len() > 1 => Ok(answers.remove(0)),
            Some(answers) => Ok(answers[0].clone()),
        };
        self.asked.lock().unwrap().push(host);
        Box::pin(std::future::ready(answer))
    }
}

/// Runs of the crawler that follow each other, over one cache.
struct Runs {
    folder: TempDir,
    clock: Arc<TestClock>,
    names: Arc<TestNames>,
    options: CrawlOptions,
}

impl Runs {
    /// Runs that may read these sites.
    fn of(sites: &[&Site]) -> Runs {
        let folder = tempfile::tempdir().unwrap();
        let (clock, names) = (Arc::new(TestClock::default()), Arc::new(TestNames::default()));
        let options = CrawlOptions {
            cache: folder.path().join("pages"),
            now: NOW,
            allowed_hosts: sites.iter().map(|site| site.host()).collect(),
            clock: clock.clone(),
            names: names.clone(),
            ..CrawlOptions::default()
        };
        Runs { folder, clock, names, options }
    }

    fn set(&mut self, change: impl FnOnce(&mut CrawlOptions)) -> &mut Runs {
        change(&mut self.options);
        self
    }

    /// A run over pages without following links.
    fn read(&self, urls: &[&str]) -> Crawled {
        let seeds: Vec<Seed<'_>> = urls.iter().map(|url| Seed { url, crawl: None }).collect();
        crawl(&seeds, &self.options, &()).unwrap()
    }

    /// A run that follows links from one page.
    fn follow(&self, url: &str, settings: &Crawl) -> Crawled {
        crawl(&[Seed { url, crawl: Some(settings) }], &self.options, &()).unwrap()
    }

    /// So many days later.
    fn later(&mut self, days: u64) -> &mut Runs {
        self.set(|options| options.now += days * DAY)
    }
}

fn depth(depth: u32) -> Crawl {
    Crawl { depth, ..Crawl::default() }
}

/// Addresses of the pages, without scheme and host.
fn paths(crawled: &Crawled) -> Vec<&str> {
    let path = |url: &'_ str| url.match_indices('/').nth(2).map_or(0, |(at, _)| at);
    crawled.pages.iter().map(|page| &page.url[path(&page.url)..]).collect()
}

fn messages(crawled: &Crawled) -> Vec<&str> {
    crawled.problems.iter().map(|problem| problem.message.as_str()).collect()
}

/// All that a page says.
fn said(crawled: &Crawled, position: usize) -> String {
    let page = &crawled.pages[position];
    page.text.sections.iter().map(|section| format!("{}\n{}\n", section.heading, section.text)).collect()
}

/// Asserts that nothing came of it but one problem with these words.
#[track_caller]
fn assert_refused(crawled: &Crawled, words: &str) {
    assert!(crawled.pages.is_empty(), "{:#?}", crawled.pages);
    let told = messages(crawled);
    assert!(told.len() == 1 && told[0].contains(words), "{told:#?}");
}
