use std::io;
use std::path::{Path, PathBuf};

use crate::manifest::EmbedderId;
use crate::vectors::VectorsError;

/// Why an index could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was ever published there.
    #[error("there is no index in `{place}`: build it with `ccr index`")]
    NoIndex {
        /// The place that would hold it ([`super::Place`]).
        place: String,
    },
    /// Another version of the program wrote it.
    #[error(
        "the index in `{place}` has format {found}, this program reads format {expected}: \
         rebuild it with {cure}"
    )]
    OtherFormat {
        /// Where the generation is.
        place: String,
        /// The command that helps.
        cure: &'static str,
        /// Its format.
        found: u32,
        /// The format that this program reads and writes.
        expected: u32,
    },
    /// The vectors of the index and of the question are not of the same embedder.
    #[error(
        "the index was embedded by {}, the question would be by {asked}: \
         ask with the same embedder (`CCR_EMBEDDER`) or index again with `ccr index`",
        index.as_ref().map_or("nothing".to_owned(), ToString::to_string)
    )]
    OtherEmbedder {
        /// The embedder of the index.
        index: Option<EmbedderId>,
        /// The one that would turn questions into vectors.
        asked: EmbedderId,
    },
    /// A file is not what was written.
    #[error(
        "`{}` is damaged ({what}): go back with `ccr index --rollback` or rebuild with `ccr index --force`",
        file.display()
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// How it shows.
        what: String,
    },
    /// The system refused an operation on a file.
    #[error("could not {doing} `{}`", path.display())]
    Io {
        /// The operation, such as `read`.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database refused an operation for a reason other than the file's contents.
    #[error("could not {doing} `{}`", path.display())]
    Database {
        /// The operation, such as `read`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The URL of a database cannot be read.
    #[error("could not read the URL of the database: {why}")]
    Address {
        /// What is wrong with it; never the URL, which may hold a password.
        why: String,
    },
    /// A database server cannot be asked at this moment: it is away, stops or starts, or has no connection
    /// to give.
    #[error("could not {doing} the index in `{place}`")]
    Away {
        /// The operation, such as `read`.
        doing: &'static str,
        /// The database.
        place: String,
        /// Why, in one sentence.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A database server did not do what it was asked.
    #[error("could not {doing} the index in `{place}`")]
    Server {
        /// The operation, such as `read`.
        doing: &'static str,
        /// The database.
        place: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The role that asks may not do it.
    #[error(
        "may not {doing} the index in `{place}`: grant it to the role `{role}`, `docs/postgres.md` says how"
    )]
    Forbidden {
        /// The operation, such as `write`.
        doing: &'static str,
        /// The database.
        place: String,
        /// The role that asked.
        role: String,
        /// What the server refused.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A pooler stands before the database that gives a connection of the server to others between
    /// transactions, so that nobody can hold a lock through it.
    #[error(
        "a pooler stands before `{place}` that gives the server's connections to others between transactions, and \
         whoever writes needs one that stays: say the address of the server itself in the URL, or of a pooler \
         that keeps sessions (`pool_mode = session`)"
    )]
    Pooler {
        /// The database.
        place: String,
    },
    /// There are no tables of such a version.
    #[error("there is no version {version} of the tables: versions are {known}, and 0 is none at all")]
    NoSuchVersion {
        /// The version that was asked for.
        version: i64,
        /// Those that there are.
        known: String,
    },
    /// The tables are older than what they are to be taken down to.
    #[error(
        "the tables in `{place}` are at version {found}, which is below {version}: `ccr migrate` brings them up"
    )]
    BelowVersion {
        /// The database.
        place: String,
        /// The version that was asked for.
        version: i64,
        /// The version of the tables.
        found: i64,
    },
    /// Somebody else's tables have names that ours need.
    #[error(
        "the schema `{schema}` of `{place}` holds what has names that the index needs ({names}) and is not its own: \
         nothing was changed; give the index a schema of its own by `schema=NAME` in the URL, such as `schema=ccr`"
    )]
    NamesTaken {
        /// The database.
        place: String,
        /// The schema.
        schema: String,
        /// The names, in backticks.
        names: String,
    },
    /// The database has no pgvector.
    #[error(
        "the database `{place}` lacks the extension pgvector ({why}): have an administrator install version 0.8 \
         or newer and run `CREATE EXTENSION vector`"
    )]
    NoVectorExtension {
        /// The database.
        place: String,
        /// Why it is not there.
        why: String,
    },
    /// The open generation was removed, because newer ones were published.
    #[error("generation {generation} is not in `{place}` any more, newer ones are: open the index again")]
    Removed {
        /// The database.
        place: String,
        /// Number of the generation.
        generation: u64,
    },
    /// Documents of a publication have no vectors, neither with it nor in the store.
    #[error("{documents} documents have no vectors: embed them and publish again")]
    WithoutVectors {
        /// How many.
        documents: usize,
    },
    /// Another process writes.
    #[error(
        "another `ccr index`{} is writing to `{place}`: wait until it is done",
        pid.map(|pid| format!(" (pid {pid})")).unwrap_or_default()
    )]
    Locked {
        /// Where the index is.
        place: String,
        /// The process, where it said so.
        pid: Option<u32>,
    },
    /// Two documents of a publication have the same id.
    #[error("two documents have the id `{id}`")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// The terms of a publication do not ascend, or its blobs' names repeat.
    #[error("the lexical index is not in order at `{name}`")]
    OutOfOrder {
        /// The term or the blob's name.
        name: String,
    },
    /// Vectors, or a question's vector, are not as they must be.
    #[error(transparent)]
    Vectors(#[from] VectorsError),
    /// A publication has vectors and does not say what computed them, or the other way round.
    #[error("vectors and the embedder that computed them belong together: publish both or neither")]
    EmbedderWithoutVectors,
    /// The vectors of a publication are not those of its embedder.
    #[error(
        "the embedder `{model}` has {expected} dimensions and the vectors {found}: embed all documents \
         with the same embedder, by `ccr index --force`"
    )]
    OtherDimensions {
        /// Name of the embedder's model.
        model: String,
        /// Its dimensions.
        expected: u32,
        /// Dimensions of the vectors.
        found: usize,
    },
    /// A vector of a publication belongs to no document of it.
    #[error("there are vectors of document {document}, and only {documents} documents: number both alike")]
    NoSuchDocument {
        /// Document number.
        document: u32,
        /// Number of documents.
        documents: usize,
    },
    /// No other generation can be put into service.
    #[error("there is no intact earlier generation in `{place}`: rebuild with `ccr index --force`")]
    NothingToRollBackTo {
        /// Where the index is.
        place: String,
    },
}

impl Error {
    /// Nothing was published to a folder.
    pub(super) fn no_index(dir: &Path) -> Error {
        Error::NoIndex { place: dir.display().to_string() }
    }

    /// For `map_err`: an operation on a file failed.
    pub(super) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { doing, path, source }
    }

    /// A file is not what was written.
    pub(super) fn damaged(file: impl Into<PathBuf>, what: impl Into<String>) -> Error {
        Error::Damaged { file: file.into(), what: what.into() }
    }
}
