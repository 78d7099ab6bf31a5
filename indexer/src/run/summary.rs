use std::collections::BTreeMap;

use ccr_index::embed::{Embedded, Embedder, Estimate, Usage};
use ccr_index::{EmbedderId, FileProblem, Severity};
use serde::Serialize;

/// What a run did: what `ccr index --format json` prints.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Summary {
    /// The generation in service after the run; `None` where there is none.
    pub generation: Option<u64>,
    /// Whether the run published it; false where nothing changed and for a dry run.
    pub published: bool,
    /// Whether it was a dry run.
    pub dry_run: bool,
    /// Number of documents of each kind.
    pub counts: BTreeMap<String, u64>,
    /// One for each source, in the order of `sources.yaml`.
    pub sources: Vec<SourceSummary>,
    /// Documents against those of the generation before.
    pub changes: Changes,
    /// What there is to know of how the run was done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Why nothing was published although there is something new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withheld: Option<String>,
    /// What was embedded; absent where nothing was published, or nothing embeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedding: Option<Embedding>,
    /// Slugs of clones that were removed: no source had them for a week.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed_clones: Vec<String>,
    /// What embedding would take; absent but for a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<EmbeddingEstimate>,
    /// Whose vectors the generation before had, where they were of another embedder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedder_change: Option<EmbedderChange>,
    /// How long each stage took.
    pub seconds: Seconds,
}

/// What embedding the documents of a dry run would take, without what is in the cache.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EmbeddingEstimate {
    /// What would embed them.
    pub embedder: EmbedderId,
    /// Texts, tokens and what they cost.
    #[serde(flatten)]
    pub takes: Estimate,
}

/// Vectors of another embedder than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmbedderChange {
    /// Of the generation before; absent where it had no vectors.
    pub from: Option<EmbedderId>,
    /// Of the one that was published, or would be; absent where it has none.
    pub to: Option<EmbedderId>,
}

/// The vectors of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Embedding {
    /// What they are of.
    pub embedder: EmbedderId,
    /// Number of vectors in the generation.
    pub chunks: u64,
    /// Vectors of the beginning of a text only: it was longer than the model reads.
    pub truncated: u64,
    /// Texts that the model did not take.
    pub refused: Vec<RefusedText>,
    /// What it took.
    pub usage: Usage,
}

impl Embedding {
    /// What came of embedding; `id` gives the id of a document by its number.
    pub(super) fn of(embedder: &dyn Embedder, embedded: &Embedded, id: impl Fn(u32) -> String) -> Embedding {
        let mut usage = embedder.usage();
        if usage == Usage::default() {
            // One that keeps no account made all of them.
            usage.embedded = embedded.chunks;
        }
        let refused = embedded.refused.iter();
        Embedding {
            embedder: embedder.id().clone(),
            chunks: embedded.chunks,
            truncated: embedded.truncated,
            refused: refused
                .map(|(document, reason)| RefusedText { id: id(*document), reason: reason.clone() })
                .collect(),
            usage,
        }
    }
}

/// A text that has no vector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedText {
    /// Id of the document that it belongs to.
    pub id: String,
    /// Why the model did not take it.
    pub reason: String,
}

/// What became of one source.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SourceSummary {
    /// Slug of the collection.
    pub slug: String,
    /// How it went.
    #[serde(flatten)]
    pub outcome: SourceOutcome,
    /// Whether some of it could not be read, and its documents are those that could be.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
    /// The commit that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Number of its things of each kind: documents, and what bundles import.
    pub counts: BTreeMap<String, u64>,
    /// What looked wrong in its files.
    pub problems: Vec<FileProblem>,
}

/// How a source went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum SourceOutcome {
    /// It was read and parsed.
    #[default]
    Fresh,
    /// It is as it was.
    Unchanged,
    /// It was not asked for; its documents are those of the run before.
    Kept,
    /// It could not be read; its last good documents stay.
    Stale {
        /// What went wrong and what to do.
        reason: String,
    },
    /// It could not be read, and there is nothing of it from before.
    Failed {
        /// What went wrong and what to do.
        reason: String,
    },
}

/// Documents that came, went and changed, by their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Changes {
    /// New ids.
    pub added: u64,
    /// Ids with other contents.
    pub changed: u64,
    /// Ids that are gone.
    pub removed: u64,
    /// Ids as they were.
    pub unchanged: u64,
}

/// Wall-clock seconds by stage.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Seconds {
    /// Fetching and parsing all sources.
    pub sources: f64,
    /// Building the inverted index.
    pub invert: f64,
    /// Giving the documents their vectors.
    pub embed: f64,
    /// Writing, checking and switching.
    pub publish: f64,
}

impl Seconds {
    /// All stages together.
    pub fn total(&self) -> f64 {
        self.sources + self.invert + self.embed + self.publish
    }
}

impl SourceSummary {
    /// True where the source, or a file or page of it, could not be read in this run.
    pub fn is_lost(&self) -> bool {
        match self.outcome {
            SourceOutcome::Stale { .. } | SourceOutcome::Failed { .. } => true,
            SourceOutcome::Kept => false,
            SourceOutcome::Fresh | SourceOutcome::Unchanged => {
                self.problems.iter().any(|problem| problem.rule().is_of_reading())
            }
        }
    }

    /// True where the run was about the source and something in it is broken. Warnings are advice.
    pub fn has_errors(&self) -> bool {
        let is_error = |problem: &FileProblem| problem.severity == Severity::Error;
        self.outcome != SourceOutcome::Kept && self.problems.iter().any(is_error)
    }
}
