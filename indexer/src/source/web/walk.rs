//! From the seeds on, level by level: what is read does not depend on who answers first.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ccr_index::Severity;
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream;
use url::Url;

use super::fold::{self, Draft};
use super::hosts::AllowedHosts;
use super::judge::date;
use super::links::{self, Source};
use super::normal;
use super::options::CrawlOptions;
use super::scope::Scope;
use super::tell::Tell;
use super::visit::{Freshness, Outcome, Seen, Visit, Way, visit, visit_offline};
use super::{CrawlReporter, Crawled, Seed, WebPage};

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

    /// Takes what a visit found for the seed that led to it, and the links to go on with.
    fn settle(&mut self, step: &Step, depth: u32, next: &mut Vec<Step>) {
        let key = self.key(&step.url).to_owned();
        self.tell_of(&key, depth == 0);
        let Some(seen) = self.seen(&step.url) else { return };
        let scope = &mut self.paths[step.seed].scope;
        if depth == 0 {
            scope.begin(&step.url, &seen.found);
        } else if scope.holds(&seen.found) {
            scope.saw(&seen.found);
        } else {
            // A redirect led out of what the seed is about.
            return;
        }
        if depth < scope.depth() && !seen.keeps_links {
            let base = base(&seen);
            let links = seen.text.links.iter().filter_map(|link| normal::link(link, &base));
            let way = Way { depth: depth + 1, ..step.way.clone() };
            let taken = links.filter(|link| scope.take(link));
            next.extend(taken.map(|url| Step { url, seed: step.seed, way: way.clone() }));
        }
        let Some(place) = self.visits.get_mut(&key) else { return };
        match place.found {
            Some(found) if depth == 0 => self.found[found].also_listed.push(step.seed),
            Some(_) => {}
            None => {
                place.found = Some(self.found.len());
                self.found.push(Found { seen, listed: step.seed, also_listed: Vec::new(), depth });
            }
        }
    }

    /// What is to be told of a page, once.
    fn tell_of(&mut self, key: &str, is_listed: bool) {
        let Some(place) = self.visits.get_mut(key).filter(|place| !place.is_told) else { return };
        place.is_told = true;
        for note in &place.visit.notes {
            self.tell.page(key, note.clone(), Severity::Warning, true);
        }
        let loss = if is_listed { Severity::Error } else { Severity::Warning };
        match &place.visit.outcome {
            Outcome::Text(seen) => {
                if let Some(reason) = &seen.stale {
                    let message = format!("the text of {} is kept: {reason}", date(seen.read_at));
                    self.tell.page(key, message, Severity::Error, is_listed);
                }
            }
            Outcome::Failed(failure) => self.tell.page(key, failure.reason.clone(), loss, is_listed),
            Outcome::Gone(reason) => {
                self.tell.page(key, format!("it is gone, and its text with it: {reason}"), loss, is_listed);
            }
            Outcome::Private if is_listed => {
                let message = "it asks not to be indexed, and is not".to_owned();
                self.tell.page(key, message, Severity::Warning, true);
            }
            Outcome::Private => {}
        }
    }

    /// Visits the pages that a seed led to before and nothing leads to now, until their grace is over: whether
    /// they are gone, or a menu is broken today, nobody can tell.
    async fn visit_strays(&mut self, seeds: &[Seed<'_>]) {
        let cache = match self.source {
            Source::Web(agent) => agent.cache,
            Source::Cache(cache) => cache,
        };
        let (now, grace) = (self.options.now, self.options.grace.as_secs());
        let mut strays = Vec::new();
        for head in cache.heads() {
            let since = head.unreached_since.unwrap_or(now);
            let is_met = self.visits.contains_key(&head.url) || self.aliases.contains_key(&head.url);
            let seed =
                seeds.iter().position(|seed| seed.url == head.seed).filter(|_| head.depth > 0 && !is_met);
            let (Some(seed), Ok(url)) = (seed, Url::parse(&head.url)) else { continue };
            let Some(path) = self.paths.get_mut(seed) else { continue };
            if now.saturating_sub(since) <= grace && head.depth <= path.scope.depth() && path.scope.take(&url)
            {
                let way = Way { seed: head.seed, depth: head.depth, unreached_since: Some(since) };
                strays.push(Step { url, seed, way });
            }
        }
        self.visit_all(&strays).await;
        for Step { url, seed, way } in strays {
            self.tell_of(url.as_str(), false);
            let Some(seen) = self.seen(&url).filter(|seen| self.paths[seed].scope.holds(&seen.found)) else {
                continue;
            };
            let since = way.unreached_since.unwrap_or(now);
            let (first, last) = (date(since), date(since.saturating_add(grace)));
            let message = format!("no page leads to it any more since {first}, and it goes after {last}");
            self.tell.page(url.as_str(), message, Severity::Warning, false);
            self.found.push(Found { seen, listed: seed, also_listed: Vec::new(), depth: way.depth });
        }
    }

    /// Adds what sites list beside their pages, for the seeds that follow links.
    async fn add_listed(&mut self, level: &[Step], next: &mut Vec<Step>) {
        let mut of_sites: HashMap<String, Vec<Url>> = HashMap::new();
        for step in level {
            if self.paths[step.seed].scope.depth() == 0 {
                continue;
            }
            let Some(seen) = self.seen(&step.url).filter(|seen| !seen.keeps_links) else { continue };
            let origin = normal::origin(&seen.found);
            if !of_sites.contains_key(&origin) {
                let listed = links::listed(self.source, &seen.found, &self.paths[step.seed].allowed).await;
                of_sites.insert(origin.clone(), listed);
            }
            let scope = &mut self.paths[step.seed].scope;
            for url in of_sites.get(&origin).into_iter().flatten() {
                let is_met = links::page_of(url).iter().any(|page| scope.has_seen(page));
                if !is_met && scope.take(url) {
                    let way = Way { depth: 1, ..step.way.clone() };
                    next.push(Step { url: url.clone(), seed: step.seed, way });
                }
            }
        }
    }
}

fn way(seed: &Seed<'_>, depth: u32) -> Way {
    Way { seed: seed.url.to_owned(), depth, unreached_since: None }
}

/// What the links of a page are relative to.
fn base(seen: &Seen) -> Url {
    let base = seen.text.base.as_deref().and_then(|base| seen.found.join(base).ok());
    base.unwrap_or_else(|| seen.found.clone())
}

impl Found {
    fn into_draft(self) -> Draft {
        let Found { seen, listed, also_listed, depth } = self;
        let canonical = seen.text.canonical.as_deref().and_then(|link| base(&seen).join(link.trim()).ok());
        let canonical = canonical.and_then(|url| normal::listed(url.as_str()).ok());
        let canonical = canonical.filter(|url| fold::is_same_host(url, &seen.found)).map(String::from);
        let (url, read_at, stale) = (seen.found.to_string(), seen.read_at, seen.stale.clone());
        let text = Arc::try_unwrap(seen).map_or_else(|seen| seen.text.clone(), |seen| seen.text);
        Draft { page: WebPage { url, listed, also_listed, depth, text, read_at, stale }, canonical }
    }
}
