use ccr_index::embed::EmbedError;
use ccr_index::store;

/// Why a run could not be done at all. What is wrong with one source or file stands in the
/// [`Summary`](super::Summary) instead.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The index could not be read or written.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The documents could not be embedded, and nothing was published.
    #[error(
        "could not embed the documents; the index in service stays as it was, and what was embedded is kept for the next run"
    )]
    Embed(#[from] EmbedError),
    /// The system gave no threads to work on.
    #[error("could not start threads to read sources on")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// `--only` names a collection that `sources.yaml` does not have.
    #[error("`{slug}` is not in the sources; there are: {known}")]
    UnknownSource {
        /// The slug asked for.
        slug: String,
        /// The slugs that exist, separated by commas.
        known: String,
    },
}
