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
    #[error(
        "could not start threads to read sources on ({reason}): allow more processes (`ulimit -u`, a limit on \
         pids) or more memory (`ulimit -v`)"
    )]
    Threads {
        /// What the system said.
        reason: String,
    },
    /// `--only` was asked for, which leaves the other sources as they are, where nobody can read what they are.
    #[error(
        "`--only` leaves the other sources as they are in the index in service, and that cannot be read: run \
         without `--only`"
    )]
    OnlyOnUnreadable(#[source] store::Error),
    /// No collection is listed, and the index in service has some: a template may have rendered nothing.
    #[error(
        "`sources.yaml` lists no collection, and the index in service has {gone}: list them, or say `--accept-shrink \
         SLUG` for each that is to go"
    )]
    NoCollections {
        /// The slugs that would be gone, separated by commas.
        gone: String,
    },
    /// A share of the sources was asked for where the index is of an older format.
    #[error("the index in `{place}` is of an older format: run once without `--shard`, which rebuilds it")]
    ShardOnOlder {
        /// Where the index is.
        place: String,
    },
    /// `--only` or `--accept-shrink` names a collection that `sources.yaml` does not have.
    #[error("`{slug}` is not in the sources; there are: {known}")]
    UnknownSource {
        /// The slug asked for.
        slug: String,
        /// The slugs that exist, separated by commas.
        known: String,
    },
}
