//! One source of a run: fetched, and parsed where it changed.

use std::path::PathBuf;

use ccr_index::causes;
use ccr_index::model::{Document, collection_of};
use ccr_index::store::{self, Generation};
use ccr_index::{Outcome, SourceState};

use super::collection::{self, Read};
use super::plan::{self, RunOptions};
use super::report::{Reporter, Step};
use super::shrink::{self, Size, Verdict};
use super::summary::{SourceOutcome, SourceSummary};
use crate::config::{CollectionSource, Origin};
use crate::source::{self, Fetched, SourceError};

/// A source after its part of the run.
#[derive(Debug)]
pub(super) struct Indexed {
    pub(super) summary: SourceSummary,
    /// What the manifest keeps; absent where there is nothing to keep.
    pub(super) state: Option<SourceState>,
    pub(super) documents: Documents,
}

/// Where the documents of a source are.
#[derive(Debug)]
pub(super) enum Documents {
    /// Parsed in this run.
    New(Vec<Document>),
    /// In the generation in service.
    InService,
    /// There are none.
    None,
}

/// Brings the files of a source up to date.
pub(super) fn fetch(
    source: &CollectionSource,
    options: &RunOptions,
    reporter: &dyn Reporter,
) -> Result<Fetched, SourceError> {
    begin(reporter, Step::Fetch, source)?;
    if matches!(source.origin, Origin::Folder(_)) {
        // A folder is listed as it is found.
        begin(reporter, Step::List, source)?;
    }
    let waiting = |what: &str| reporter.waiting(what);
    source::fetch(source, &options.base_dir, &options.data_dir, &options.fetch, &waiting)
}

/// Says that a step of a source begins.
fn begin(reporter: &dyn Reporter, step: Step, source: &CollectionSource) -> Result<(), SourceError> {
    let action = match step {
        Step::Fetch => "fetch",
        Step::List => "list",
        Step::Parse => "parse",
        _ => "read",
    };
    let failed = |reason| SourceError::Io { action, path: PathBuf::from(&source.slug), reason };
    reporter.step(step, &source.slug).map_err(failed)
}

/// What the run finds in service of one source.
#[derive(Clone, Copy)]
pub(super) struct InService<'a> {
    /// What its manifest says of the source.
    pub(super) known: Option<&'a SourceState>,
    pub(super) reader: Option<&'a dyn Generation>,
}

/// Parses a source where it changed.
///
/// # Errors
/// Where the documents in service are needed and cannot be read.
pub(super) fn index(
    source: &CollectionSource,
    fetched: &Fetched,
    before: InService<'_>,
    options: &RunOptions,
    reporter: &dyn Reporter,
) -> Result<Indexed, store::Error> {
    let hash = plan::settings_hash(source, &options.program);
    let stale = match &fetched.outcome {
        source::Outcome::Stale { reason } => Some(reason.clone()),
        _ => None,
    };
    let same = before.known.filter(|known| !options.force && is_same(known, fetched, &hash));
    if let Some(known) = same {
        let mut known = known.clone();
        if stale.is_none() {
            // It is back: what was seen of it in between confirms nothing that comes later.
            known.shrinks = known.shrinks.into_iter().filter_map(shrink::without_doubt).collect();
        }
        return Ok(unchanged(&known, stale));
    }
    let mut collection = plan::describe(source);
    collection.commit = fetched.snapshot.commit().map(str::to_owned);
    let read = match collection::read(&collection, &fetched.snapshot, &|step| begin(reporter, step, source)) {
        Ok(read) => read,
        Err(error) => return Ok(failed(source, before.known, &error)),
    };
    let state = SourceState {
        collection,
        fingerprint: fetched.snapshot.fingerprint().map(str::to_owned),
        settings_hash: hash,
        outcome: stale.clone().map_or(Outcome::Fresh, |reason| Outcome::Stale { reason }),
        stale_since: None,
        counts: read.counts.clone(),
        problems: read.problems.clone(),
        outside_imports: read.outside_imports.clone(),
        incomplete: false,
        shrinks: Vec::new(),
    };
    match read.failures.reason() {
        Some(reason) => partly_read(state, read, reason, before),
        None => Ok(wholly_read(state, read, stale, before, options)),
    }
}

/// A source of which something could not be read: what was read whole before stays as it is. Where nothing was,
/// what could be read is better than nothing, and so is what could be read the last time.
fn partly_read(
    state: SourceState,
    mut read: Read,
    reason: String,
    before: InService<'_>,
) -> Result<Indexed, store::Error> {
    let known = before.known.filter(|_| before.reader.is_some());
    if let Some(known) = known.filter(|known| !known.incomplete) {
        return Ok(unchanged(known, Some(reason)));
    }
    let slug = &state.collection.slug;
    let in_service = match known {
        Some(_) => documents(Documents::InService, slug, before.reader)?,
        None => Vec::new(),
    };
    read.keep(in_service.clone());
    let shrinks = known.map(|known| known.shrinks.clone()).unwrap_or_default();
    let outcome = Outcome::Stale { reason: reason.clone() };
    let counts = read.counts.clone();
    let state = SourceState { outcome, counts, incomplete: true, shrinks, ..state };
    let is_as_it_was = known.is_some() && read.documents == in_service;
    let mut indexed = parsed(state, read, Some(reason));
    if is_as_it_was {
        indexed.documents = Documents::InService;
    }
    Ok(indexed)
}

/// A source that was read whole, which is what it is now unless there is next to nothing left of it.
fn wholly_read(
    mut state: SourceState,
    read: Read,
    stale: Option<String>,
    before: InService<'_>,
    options: &RunOptions,
) -> Indexed {
    let slug = state.collection.slug.clone();
    if let Some(known) = before.known {
        let reading = shrink::Reading {
            of: &slug,
            slug: &slug,
            before: Size::of(&known.counts),
            now: Size::of(&state.counts),
            commit: state.collection.commit.as_deref(),
            is_accepted: options.accepts_shrink(&slug),
            in_service: before.reader.map(|reader| reader.manifest().generation),
        };
        match reading.judge(shrink::known(Some(known), &slug)) {
            Verdict::Take(shrunk) => state.shrinks = shrunk.into_iter().collect(),
            Verdict::Hold { reason, seen } => {
                let held = SourceState { shrinks: vec![seen], ..known.clone() };
                return unchanged(&held, Some(reason));
            }
        }
    }
    parsed(state, read, stale)
}

/// A source that the run leaves as it is.
pub(super) fn kept(known: &SourceState) -> Indexed {
    Indexed {
        summary: summary(known, SourceOutcome::Kept),
        state: Some(known.clone()),
        documents: Documents::InService,
    }
}

/// A source that the run leaves to others: what they publish stays, also what they publish meanwhile.
pub(super) fn left(slug: &str, known: Option<&SourceState>, options: &RunOptions) -> Option<Indexed> {
    let unknown = || Indexed {
        summary: SourceSummary {
            slug: slug.to_owned(),
            outcome: SourceOutcome::Kept,
            ..SourceSummary::default()
        },
        state: None,
        documents: Documents::InService,
    };
    known.map(kept).or_else(|| options.shard.map(|_| unknown()))
}

fn is_same(known: &SourceState, fetched: &Fetched, hash: &str) -> bool {
    let revision = known.collection.commit.as_deref().or(known.fingerprint.as_deref());
    !known.incomplete && known.settings_hash == hash && revision == Some(fetched.snapshot.revision())
}

pub(super) fn unchanged(known: &SourceState, stale: Option<String>) -> Indexed {
    let (outcome, said) = match stale {
        Some(reason) => (Outcome::Stale { reason: reason.clone() }, SourceOutcome::Stale { reason }),
        None => (Outcome::Unchanged, SourceOutcome::Unchanged),
    };
    Indexed {
        summary: summary(known, said),
        state: Some(SourceState { outcome, ..known.clone() }),
        documents: Documents::InService,
    }
}

pub(super) fn parsed(state: SourceState, read: Read, stale: Option<String>) -> Indexed {
    let outcome = stale.map_or(SourceOutcome::Fresh, |reason| SourceOutcome::Stale { reason });
    Indexed {
        summary: summary(&state, outcome),
        state: Some(state),
        documents: Documents::New(read.documents),
    }
}

/// Nothing could be read: the documents in service stay, where there are any.
pub(super) fn failed(source: &CollectionSource, known: Option<&SourceState>, error: &SourceError) -> Indexed {
    let reason = causes(error);
    match known {
        Some(known) => unchanged(known, Some(reason)),
        None => Indexed {
            summary: SourceSummary {
                slug: source.slug.clone(),
                outcome: SourceOutcome::Failed { reason },
                ..SourceSummary::default()
            },
            state: None,
            documents: Documents::None,
        },
    }
}

fn summary(state: &SourceState, outcome: SourceOutcome) -> SourceSummary {
    SourceSummary {
        slug: state.collection.slug.clone(),
        outcome,
        incomplete: state.incomplete,
        commit: state.collection.commit.clone(),
        counts: state.counts.clone(),
        problems: state.problems.clone(),
    }
}

/// The documents of an indexed source, read from the generation in service where they stay.
pub(super) fn documents(
    indexed: Documents,
    slug: &str,
    reader: Option<&dyn Generation>,
) -> Result<Vec<Document>, store::Error> {
    match (indexed, reader) {
        (Documents::New(documents), _) => Ok(documents),
        (Documents::InService, Some(reader)) => reader.collection_documents(collection_of(slug)),
        (Documents::InService | Documents::None, _) => Ok(Vec::new()),
    }
}
