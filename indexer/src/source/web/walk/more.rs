//! Pages that no page links to: those that sites list beside them, and those that were linked to before.

use std::collections::HashMap;

use ccr_index::Severity;
use url::Url;

use super::super::Seed;
use super::super::judge::date;
use super::super::links::{self, Source};
use super::super::normal;
use super::super::visit::Way;
use super::{Found, Step, Walk};

impl Walk<'_> {
    /// Adds what sites list beside their pages, for the seeds that follow links.
    pub(super) async fn add_listed(&mut self, level: &[Step], next: &mut Vec<Step>) {
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

    /// Visits the pages that a seed led to before and nothing leads to now, until their grace is over: whether
    /// they are gone, or a menu is broken today, nobody can tell.
    pub(super) async fn visit_strays(&mut self, seeds: &[Seed<'_>]) {
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
}
