//! From the seeds on, level by level: what is read does not depend on who answers first.

mod more;
mod settle;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ccr_index::Severity;
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream;
use url::Url;

use super::fold;
use super::hosts::AllowedHosts;
use super::links::Source;
use super::normal;
use super::options::CrawlOptions;
use super::scope::Scope;
use super::tell::Tell;
use super::visit::{Freshness, Outcome, Seen, Visit, Way, visit, visit_offline};
use super::{CrawlReporter, Crawled, Seed};

/// A walk over the pages of all seeds.
pub(super) struct Walk<'a> {
    source: Source<'a>,
    options: &'a CrawlOptions,
    reporter: &'a dyn CrawlReporter,
    paths: Vec<Path>,
    /// By the address that was asked for.
    visits: HashMap<String, Place>,
    /// Where redirects led, to the address that was asked for.
    aliases: HashMap<String, String>,
    found: Vec<Found>,
    tell: Tell,
    crawled: Crawled,
    done: AtomicU64,
}

/// What a seed has led to so far.
struct Path {
    scope: Scope,
    allowed: AllowedHosts,
}

/// A page that a seed led to.
struct Found {
    seen: Arc<Seen>,
    listed: usize,
    also_listed: Vec<usize>,
    depth: u32,
}

struct Place {
    visit: Visit,
    /// Position among what was found, once it is there.
    found: Option<usize>,
    is_told: bool,
}

/// An address that a seed leads to.
struct Step {
    url: Url,
    seed: usize,
    way: Way,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        source: Source<'a>,
        options: &'a CrawlOptions,
        reporter: &'a dyn CrawlReporter,
    ) -> Walk<'a> {
        Walk {
            source,
            options,
            reporter,
            paths: Vec::new(),
            visits: HashMap::new(),
            aliases: HashMap::new(),
            found: Vec::new(),
            tell: Tell::default(),
            crawled: Crawled::default(),
            done: AtomicU64::new(0),
        }
    }

    /// Reads what the seeds lead to.
    pub(super) async fn walk(mut self, seeds: &[Seed<'_>]) -> Crawled {
        let mut level = self.begin(seeds);
        let mut depth = 0;
        while !level.is_empty() {
            self.visit_all(&level).await;
            let mut next = Vec::new();
            for step in &level {
                self.settle(step, depth, &mut next);
            }
            if depth == 0 {
                self.add_listed(&level, &mut next).await;
            }
            level = next;
            depth += 1;
        }
        self.visit_strays(seeds).await;
        for (path, seed) in self.paths.iter().zip(seeds) {
            for message in path.scope.left_out() {
                self.tell.always(seed.url, message, Severity::Warning);
            }
        }
        let Walk { found, visits, tell, mut crawled, .. } = self;
        // From here on each text has one owner.
        drop(visits);
        crawled.pages = fold::fold(found.into_iter().map(Found::into_draft).collect());
        crawled.problems = tell.problems();
        crawled
    }

    /// The seeds that can be asked for.
    fn begin(&mut self, seeds: &[Seed<'_>]) -> Vec<Step> {
        let mut level = Vec::new();
        for (position, seed) in seeds.iter().enumerate() {
            let scope = Scope::new(seed.crawl, self.options.max_pages).or_else(|error| {
                let message = format!("no link is followed, because a pattern is none: {error}");
                self.tell.always(seed.url, message, Severity::Error);
                Scope::new(None, self.options.max_pages)
            });
            let hosts = seed.crawl.map_or(&[][..], |crawl| &crawl.allow_private_hosts[..]);
            let allowed = AllowedHosts::new(self.options.allowed_hosts.iter().chain(hosts));
            match (scope, normal::listed(seed.url)) {
                (Ok(scope), url) => {
                    self.paths.push(Path { scope, allowed });
                    match url {
                        Ok(url) => level.push(Step { url, seed: position, way: way(seed, 0) }),
                        Err(why) => self.tell.always(seed.url, why, Severity::Error),
                    }
                }
                // A crawl without patterns has no pattern that is none.
                (Err(_), _) => return level,
            }
        }
        level
    }

    /// Visits what was not visited yet: hosts side by side, of each so many pages as it may be asked for.
    async fn visit_all(&mut self, level: &[Step]) {
        let mut hosts: Vec<(String, Vec<&Step>)> = Vec::new();
        let mut position: HashMap<String, usize> = HashMap::new();
        let mut fresh = BTreeSet::new();
        for step in level {
            let address = step.url.as_str();
            if self.visits.contains_key(address)
                || self.aliases.contains_key(address)
                || !fresh.insert(address)
            {
                continue;
            }
            let origin = normal::origin(&step.url);
            let at = *position.entry(origin.clone()).or_insert_with(|| {
                hosts.push((origin, Vec::new()));
                hosts.len() - 1
            });
            hosts[at].1.push(step);
        }
        if let Source::Web(agent) = self.source {
            // Where there is no time for all of them, it is the turn of those that waited longest.
            for (_, steps) in &mut hosts {
                steps.sort_by_cached_key(|step| agent.cache.read_at(step.url.as_str()));
            }
        }
        let known = self.done.load(Ordering::Relaxed) + fresh.len() as u64;
        let this = &*self;
        let one = async |step: &Step| {
            let visit = match this.source {
                Source::Web(agent) => {
                    visit(agent, &step.url, &this.paths[step.seed].allowed, step.way.clone()).await
                }
                Source::Cache(cache) => visit_offline(cache, &step.url, this.options.now),
            };
            let done = this.done.fetch_add(1, Ordering::Relaxed) + 1;
            this.reporter.page(step.url.as_str(), done, known);
            (step.url.to_string(), visit)
        };
        let one = &one;
        let at_once = self.options.per_host.max(1);
        let visits = hosts
            .into_iter()
            .map(|(_, steps)| stream::iter(steps).map(one).buffer_unordered(at_once).collect::<Vec<_>>());
        for (address, visit) in join_all(visits).await.into_iter().flatten() {
            self.count(&visit);
            self.visits.insert(address, Place { visit, found: None, is_told: false });
        }
        // In the order of the level, whoever answered first.
        for step in level {
            if let Some(seen) = self.seen(&step.url)
                && seen.found != step.url
                && !self.visits.contains_key(seen.found.as_str())
            {
                let found = seen.found.to_string();
                self.aliases.entry(found).or_insert_with(|| step.url.to_string());
            }
        }
    }

    fn count(&mut self, visit: &Visit) {
        match &visit.outcome {
            Outcome::Text(seen) => match seen.freshness {
                Freshness::Fetched => self.crawled.fetched += 1,
                Freshness::NotModified => self.crawled.not_modified += 1,
                Freshness::Stale => self.crawled.stale += 1,
                Freshness::Offline => self.crawled.stale += u64::from(seen.stale.is_some()),
            },
            Outcome::Gone(_) => self.crawled.gone += 1,
            Outcome::Failed(_) | Outcome::Private => {}
        }
    }

    fn key<'k>(&'k self, url: &'k Url) -> &'k str {
        let address = url.as_str();
        if self.visits.contains_key(address) {
            return address;
        }
        self.aliases.get(address).map_or(address, String::as_str)
    }

    fn seen(&self, url: &Url) -> Option<Arc<Seen>> {
        match &self.visits.get(self.key(url))?.visit.outcome {
            Outcome::Text(seen) => Some(Arc::clone(seen)),
            _ => None,
        }
    }
}

fn way(seed: &Seed<'_>, depth: u32) -> Way {
    Way { seed: seed.url.to_owned(), depth, unreached_since: None }
}
