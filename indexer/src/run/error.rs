use ccr_index::store;

/// Why a run could not be done at all. What is wrong with one source or file stands in the
/// [`Summary`](super::Summary) instead.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The index could not be read or written.
    #[error(transparent)]
    Store(#[from] store::Error),
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
