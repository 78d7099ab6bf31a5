//! One page: asked for, read, compared with what was there before, and kept.

use std::sync::Arc;

use url::Url;

use super::agent::{Agent, Answer, Received, Wish};
use super::cache::{Cache, Record};
use super::content;
use super::failure::{Failure, Kind};
use super::hop;
use super::hosts::AllowedHosts;
use super::judge::{self, Trouble};
use super::request::Purpose;
use crate::parse::page::PageText;

/// What became of a page.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) outcome: Outcome,
    /// What is to be told besides, such as a damaged file of the cache.
    pub(super) notes: Vec<String>,
}

#[derive(Debug)]
pub(super) enum Outcome {
    /// It has a text.
    Text(Arc<Seen>),
    /// It has none, and had none.
    Failed(Failure),
    /// It had one, and that is forgotten now.
    Gone(String),
    /// It asks not to be indexed.
    Private,
}

/// A page with text.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) found: Url,
    pub(super) text: PageText,
    pub(super) keeps_links: bool,
    pub(super) read_at: u64,
    pub(super) stale: Option<String>,
    pub(super) freshness: Freshness,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    Fetched,
    NotModified,
    Stale,
    Offline,
}

/// Reads what was kept of an address, with what is wrong with it.
fn load(cache: &Cache, key: &str, notes: &mut Vec<String>) -> Option<Record> {
    match cache.load(key) {
        Ok(record) => record,
        Err(damage) => {
            let file = damage.path.display();
            notes.push(format!("the kept copy `{file}` is damaged and not used: {}", damage.reason));
            None
        }
    }
}

/// Reads a page from what was kept, without asking anybody.
pub(super) fn visit_offline(cache: &Cache, url: &Url, now: u64) -> Visit {
    let mut notes = Vec::new();
    let outcome = match load(cache, url.as_str(), &mut notes) {
        None => Outcome::Failed(Failure::outage("it was never read, and `--offline` reads nothing new")),
        Some(record) => {
            let since = record.trouble_since.filter(|since| *since <= now);
            let stale = since.map(|since| format!("it could not be read since {}", judge::date(since)));
            shown(&record, stale, Freshness::Offline)
        }
    };
    Visit { outcome, notes }
}

/// How a page was come to.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// The seed, as listed.
    pub(super) seed: String,
    /// Links in a row from it.
    pub(super) depth: u32,
    /// Since when nothing leads to it any more, in seconds since 1970.
    pub(super) unreached_since: Option<u64>,
}

/// Asks for a page.
pub(super) async fn visit(agent: &Agent<'_>, url: &Url, allowed: &AllowedHosts, way: Way) -> Visit {
    let mut notes = Vec::new();
    if way.unreached_since.is_none() {
        agent.reach(url.as_str());
    }
    let record = load(agent.cache, url.as_str(), &mut notes);
    let known = record.as_ref().map(|record| (record.found.as_str(), &record.validators));
    let answer = agent.ask(Wish { url, purpose: Purpose::Page, allowed, known }).await;
    let work = Work {
        cache: agent.cache.clone(),
        url: url.clone(),
        way,
        now: agent.options.now,
        grace: agent.options.grace.as_secs(),
    };
    // Parsing and writing are no work for the thread that waits for connections.
    let done = {
        let _turn = agent.parsing.acquire().await;
        tokio::task::spawn_blocking(move || {
            let outcome = work.conclude(record, answer, &mut notes);
            Visit { outcome, notes }
        })
        .await
    };
    let broken = |error| Visit {
        outcome: Outcome::Failed(Failure::wrong(format!("the page could not be read: {error}"))),
        notes: Vec::new(),
    };
    done.unwrap_or_else(broken)
}

struct Work {
    cache: Cache,
    url: Url,
    way: Way,
    now: u64,
    grace: u64,
}

impl Work {
    fn conclude(
        &self,
        record: Option<Record>,
        answer: Result<Answer, Failure>,
        notes: &mut Vec<String>,
    ) -> Outcome {
        let read = match answer {
            Ok(Answer::NotModified) => return self.unchanged(record, notes),
            Ok(Answer::Text(received)) => self.read(record.as_ref(), received),
            Err(failure) => Err(failure),
        };
        match (read, record) {
            (Ok(Read::Private), _) => {
                self.forget(notes);
                Outcome::Private
            }
            (Ok(Read::Text(seen, record)), _) => {
                self.keep(*record, notes);
                Outcome::Text(Arc::new(*seen))
            }
            (Err(failure), None) => Outcome::Failed(failure),
            (Err(failure), Some(record)) => self.trouble(record, &failure, notes),
        }
    }

    /// The server says that the text is still the one that is kept.
    fn unchanged(&self, record: Option<Record>, notes: &mut Vec<String>) -> Outcome {
        let Some(record) = record else {
            return Outcome::Failed(Failure::wrong(
                "the server says that a page is unchanged that nobody knows",
            ));
        };
        let good = Record { read_at: self.now, trouble_since: None, gone_since: None, ..record };
        let good = self.keep(good, notes);
        shown(&good, None, Freshness::NotModified)
    }

    /// Reads what was sent.
    fn read(&self, before: Option<&Record>, received: Box<Received>) -> Result<Read, Failure> {
        let Received { found, content_type, validators, is_private, keeps_links, body, slot } = *received;
        if is_private {
            return Ok(Read::Private);
        }
        if hop::is_to_login(&self.url, &found) {
            return Err(Failure::new(Kind::Wall, format!("it leads to a login: {found}")));
        }
        if before.is_some_and(|before| before.found != found.as_str()) && hop::is_to_front(&self.url, &found)
        {
            return Err(Failure::new(Kind::Gone, format!("it leads to the front page now: {found}")));
        }
        let text = content::read(&found, content_type.as_deref(), &body).map_err(Failure::wrong)?;
        if text.is_private {
            return Ok(Read::Private);
        }
        let is_over = |since: u64| self.now.saturating_sub(since) > self.grace;
        let before = before.filter(|before| !before.gone_since.is_some_and(is_over));
        if let Some(failure) = judge::refuse(&text, || before?.text().ok()) {
            return Err(failure);
        }
        let record = Record {
            url: self.url.to_string(),
            found: found.to_string(),
            validators,
            content_type,
            keeps_links,
            read_at: self.now,
            body,
            ..Record::default()
        };
        drop(slot);
        let (read_at, freshness) = (self.now, Freshness::Fetched);
        let keeps_links = keeps_links || text.keeps_links;
        let seen = Seen { found, text, keeps_links, read_at, stale: None, freshness };
        Ok(Read::Text(Box::new(seen), Box::new(record)))
    }

    /// The page cannot be read today, and could be once.
    fn trouble(&self, mut record: Record, failure: &Failure, notes: &mut Vec<String>) -> Outcome {
        match judge::trouble(&mut record, failure, self.now, self.grace) {
            Trouble::Keep { reason } => {
                let record = self.keep(record, notes);
                shown(&record, Some(reason), Freshness::Stale)
            }
            Trouble::Forget { reason } => {
                self.forget(notes);
                Outcome::Gone(reason)
            }
        }
    }

    fn keep(&self, record: Record, notes: &mut Vec<String>) -> Record {
        let Way { seed, depth, unreached_since } = self.way.clone();
        let record = Record { seed, depth, unreached_since, ..record };
        if let Err(error) = self.cache.store(&record) {
            notes.push(format!("it could not be kept for days when it cannot be read: {error}"));
        }
        record
    }

    fn forget(&self, notes: &mut Vec<String>) {
        if let Err(error) = self.cache.remove(self.url.as_str()) {
            notes.push(format!("what was kept of it could not be removed: {error}"));
        }
    }
}

enum Read {
    Text(Box<Seen>, Box<Record>),
    Private,
}

/// What is kept, as a page.
fn shown(record: &Record, stale: Option<String>, freshness: Freshness) -> Outcome {
    match (record.text(), Url::parse(&record.found)) {
        (Ok(text), Ok(found)) => {
            let keeps_links = record.keeps_links || text.keeps_links;
            Outcome::Text(Arc::new(Seen {
                found,
                text,
                keeps_links,
                read_at: record.read_at,
                stale,
                freshness,
            }))
        }
        (Err(reason), _) => Outcome::Failed(Failure::wrong(reason)),
        (_, Err(error)) => Outcome::Failed(Failure::wrong(error.to_string())),
    }
}

impl Record {
    /// What the kept page says.
    fn text(&self) -> Result<PageText, String> {
        let found = Url::parse(&self.found).map_err(|error| error.to_string())?;
        content::read(&found, self.content_type.as_deref(), &self.body)
    }
}
