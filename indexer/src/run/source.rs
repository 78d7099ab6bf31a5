//! One source of a run: fetched, and parsed where it changed.

use ccr_index::causes;
use std::collections::BTreeMap;

use ccr_index::model::{Document, collection_of};
use ccr_index::store::Generation;
use ccr_index::{FileProblem, Outcome, SourceState};

use super::collection::{self, Read};
use super::plan::{self, RunOptions};
use super::report::Reporter;
use super::summary::{SourceOutcome, SourceSummary};
use crate::config::CollectionSource;
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
    let waiting = |what: &str| reporter.waiting(what);
    source::fetch(source, &options.base_dir, &options.data_dir, &options.fetch, &waiting)
}

/// Parses a source where it changed. `known` is what the generation in service says of it.
pub(super) fn index(
    source: &CollectionSource,
    fetched: &Fetched,
    known: Option<&SourceState>,
    options: &RunOptions,
) -> Indexed {
    let hash = plan::settings_hash(source, &options.program);
    let stale = match &fetched.outcome {
        source::Outcome::Stale { reason } => Some(reason.clone()),
        _ => None,
    };
    let same = known.filter(|known| !options.force && is_same(known, fetched, &hash));
    if let Some(known) = same {
        return unchanged(known, stale);
    }
    let mut collection = plan::describe(source);
    collection.commit = fetched.snapshot.commit().map(str::to_owned);
    match collection::read(&collection, &fetched.snapshot) {
        Ok(read) => {
            let fingerprint = fetched.snapshot.fingerprint().map(str::to_owned);
            let state = SourceState {
                collection,
                fingerprint,
                settings_hash: hash,
                outcome: stale.clone().map_or(Outcome::Fresh, |reason| Outcome::Stale { reason }),
                stale_since: None,
                counts: read.counts.clone(),
                problems: read.problems.clone(),
                outside_imports: read.outside_imports.clone(),
            };
            parsed(state, read, stale)
        }
        Err(error) => failed(source, known, &error),
    }
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
    known.settings_hash == hash && revision == Some(fetched.snapshot.revision())
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
                commit: None,
                counts: BTreeMap::new(),
                problems: Vec::<FileProblem>::new(),
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
) -> Result<Vec<Document>, ccr_index::store::Error> {
    match (indexed, reader) {
        (Documents::New(documents), _) => Ok(documents),
        (Documents::InService, Some(reader)) => reader.collection_documents(collection_of(slug)),
        (Documents::InService | Documents::None, _) => Ok(Vec::new()),
    }
}
