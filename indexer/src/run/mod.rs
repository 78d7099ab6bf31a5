//! One run of the indexer: sources -> snapshots -> documents -> a published generation.
//!
//! Whatever happens to one source, the others are indexed; a source that cannot be read keeps its
//! last good documents; nothing is published that is worse than what is in service.

mod collection;
mod documentation;
mod embedder;
mod error;
mod failed;
mod parts;
mod plan;
mod publish;
mod report;
mod source;
mod standard;
mod summary;

pub use error::RunError;
pub use plan::{RunOptions, Shard};
pub use publish::run;
pub use report::{Quiet, Reporter};
pub use summary::{
    Changes, EmbedderChange, Embedding, EmbeddingEstimate, RefusedText, Seconds, SourceOutcome,
    SourceSummary, Summary,
};
