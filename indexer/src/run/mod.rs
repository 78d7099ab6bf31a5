//! One run of the indexer: sources -> snapshots -> documents -> a published generation.
//!
//! Whatever happens to one source, the others are indexed. Documents leave the index only because their source,
//! read whole, has them no more: one that could not be read in part keeps its last good documents, and one that
//! has next to nothing left keeps them until somebody says that this is right.

mod collection;
mod documentation;
mod embedder;
mod error;
mod failed;
mod parts;
mod plan;
mod publish;
mod report;
mod shrink;
mod source;
mod standard;
mod summary;
mod upgrade;

pub use error::RunError;
pub use plan::{RunOptions, Shard};
pub use publish::run;
pub use report::{Quiet, Reporter, Step};
pub use summary::{
    Changes, EmbedderChange, Embedding, EmbeddingEstimate, RefusedText, Seconds, SourceOutcome,
    SourceSummary, Summary,
};
