//! What a visit was good for: a page, links to go on with, something to tell.

use std::sync::Arc;

use ccr_index::Severity;
use url::Url;

use super::super::WebPage;
use super::super::fold::{self, Draft};
use super::super::judge::date;
use super::super::normal;
use super::super::visit::{Outcome, Seen, Way};
use super::{Found, Step, Walk};

impl Walk<'_> {
    /// Takes what a visit found for the seed that led to it, and the links to go on with.
    pub(super) fn settle(&mut self, step: &Step, depth: u32, next: &mut Vec<Step>) {
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
    pub(super) fn tell_of(&mut self, key: &str, is_listed: bool) {
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
}

/// What the links of a page are relative to.
fn base(seen: &Seen) -> Url {
    let base = seen.text.base.as_deref().and_then(|base| seen.found.join(base).ok());
    base.unwrap_or_else(|| seen.found.clone())
}

impl Found {
    pub(super) fn into_draft(self) -> Draft {
        let Found { seen, listed, also_listed, depth } = self;
        let canonical = seen.text.canonical.as_deref().and_then(|link| base(&seen).join(link.trim()).ok());
        let canonical = canonical.and_then(|url| normal::listed(url.as_str()).ok());
        let canonical = canonical.filter(|url| fold::is_same_host(url, &seen.found)).map(String::from);
        let (url, read_at, stale) = (seen.found.to_string(), seen.read_at, seen.stale.clone());
        let text = Arc::try_unwrap(seen).map_or_else(|seen| seen.text.clone(), |seen| seen.text);
        Draft { page: WebPage { url, listed, also_listed, depth, text, read_at, stale }, canonical }
    }
}
