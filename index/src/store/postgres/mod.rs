//! The index in a database: PostgreSQL with pgvector, for many machines that ask one index.
//!
//! A store only keeps and looks up; ranking is the same code over the same bytes as for the local store.
//! What never changes is a *segment*: the documents of one source at one revision with their posting lists
//! and facets. A generation is a row that lists its segments, and three small tables that are joined from
//! theirs. A publish is one transaction: it writes the segments of sources that changed, refers to those of
//! sources that did not, writes the row of the generation and puts it into service. Documents, with their
//! vectors, are kept by their contents, so that a changed source writes only those that are new.
//!
//! Readers hold nothing in the database and no session, so that poolers and replicas may stand between; the
//! writer holds a connection, because its lock ends with it, and is refused where a pooler would give it away. The schema is in `migrations/postgres/`.

mod address;
mod ask;
mod cause;
mod connection;
mod copy;
mod embedder;
mod extension;
mod facets;
mod graph;
mod lock;
mod migrate;
mod nearest;
mod older;
mod pool;
mod pooler;
mod prepare;
mod publish;
mod reader;
mod rollback;
mod rows;
mod runtime;
mod segment;
mod spread;
mod sweep;
mod text;
mod url;
mod verify;
mod whole;
mod write;
mod writer;

pub use address::Address;
pub(super) use embedder::manifest_text;
pub use migrate::{migrate, migrate_down};
pub use older::older;
pub use reader::{Reader, in_service};
pub use verify::verify;
pub use writer::Writer;

/// The format that this program writes, and the only one that it reads: what the tables hold and how it is
/// encoded. The migration that changes it sets the new one.
pub const FORMAT: i32 = 1;

/// Dimensions of which pgvector makes a graph of f16 vectors at most.
const MOST_DIMENSIONS: usize = 4_000;
