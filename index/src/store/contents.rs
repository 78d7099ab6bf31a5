use crate::lexical::Inverted;
use crate::manifest::{EmbedderId, SourceState};
use crate::model::{Access, Document, Field, Kind, Location};
use crate::vectors::ChunkVectors;

/// Everything that a new generation holds.
#[derive(Debug, Clone)]
pub struct Publication<'a> {
    /// The documents; a document's number is its position. Ids are unique.
    pub documents: &'a [Document],
    /// The lexical index over them.
    pub inverted: &'a Inverted,
    /// Version of the `ccr` that publishes.
    pub program: &'a str,
    /// Now, in seconds since 1970-01-01 UTC.
    pub created: u64,
    /// The vectors of the documents' chunks; absent where the index is one of words alone.
    pub vectors: Option<&'a ChunkVectors>,
    /// What computed the vectors; present exactly where they are.
    pub embedder: Option<EmbedderId>,
    /// What became of each source.
    pub sources: Vec<SourceState>,
}

/// A document without its texts and its record: what listings and hits show.
/// The fields are those of [`Document`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented at `Document`")]
pub struct DocumentHead {
    pub id: String,
    pub kind: Kind,
    pub collection: String,
    pub parent: Option<String>,
    pub title: String,
    pub summary: String,
    pub platform: Option<String>,
    pub platforms: Vec<String>,
    pub tags: Vec<String>,
    pub access: Option<Access>,
    pub location: Location,
}

impl DocumentHead {
    /// The whole document, with its texts and its record.
    pub(super) fn with_body(self, fields: Vec<(Field, String)>, record: Option<String>) -> Document {
        let DocumentHead {
            id,
            kind,
            collection,
            parent,
            title,
            summary,
            platform,
            platforms,
            tags,
            access,
            location,
        } = self;
        Document {
            id,
            kind,
            collection,
            parent,
            title,
            summary,
            platform,
            platforms,
            tags,
            access,
            location,
            fields,
            record,
        }
    }
}
