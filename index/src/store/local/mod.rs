//! The index in a folder of its own, `<data-dir>/index/`:
//!
//! ```text
//! lock                       held by the one writer, with its process id inside
//! current                    number of the generation in service, and the digest of its manifest
//! generations/000001/        a generation: never changed once it stands there
//!     index.sqlite           its documents, facets and posting lists
//!     vectors.bin            the vectors of its chunks, where it has any
//!     vectors.usearch        a graph of neighbours over them, where they are many
//!     manifest.json          what it is, with the digest of every other file, then its own
//! generations/.draft-123/    what process 123 is writing, or left behind when it died
//! ```
//!
//! A publish writes a draft, syncs and verifies it, gives it its number, and then switches `current`
//! by one atomic rename. Whatever happens on the way, `current` names a complete generation.

mod build;
mod current;
mod digest;
mod draft;
mod embedder;
mod facets;
mod generation;
mod layout;
mod lock;
mod older;
mod query;
mod reader;
mod rollback;
mod rows;
mod seal;
mod vectors;
mod verify;
mod writer;

pub(super) use embedder::manifest_texts;
pub use older::older;
pub use reader::{Reader, in_service};
pub use rollback::RolledBack;
pub use verify::{GenerationReport, GenerationState, Report, verify};
pub use writer::{Stage, Writer};

/// The format that this program writes, and the only one that it reads. It covers the file layout,
/// the schema in `migrations/sqlite/`, the encodings of this module and those of the lexical index and of the vectors.
pub const FORMAT: u32 = 2;

/// Name of the database inside a generation.
const DATABASE: &str = "index.sqlite";

/// Name of the vectors inside a generation.
const VECTORS: &str = "vectors.bin";

/// Name of the graph of neighbours inside a generation.
const GRAPH: &str = "vectors.usearch";

/// Name of the manifest inside a generation.
const MANIFEST: &str = "manifest.json";
