use std::collections::HashSet;

use super::Error;
use crate::lexical::Inverted;
use crate::manifest::{EmbedderId, FailedSource, SourceState};
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
    /// The sources of which there is nothing, by slug.
    pub failed: Vec<FailedSource>,
}

impl Publication<'_> {
    /// Refuses what readers could not tell apart.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.check_vectors()?;
        let mut ids = HashSet::with_capacity(self.documents.len());
        if let Some(twice) = self.documents.iter().find(|document| !ids.insert(document.id.as_str())) {
            return Err(Error::DuplicateId { id: twice.id.clone() });
        }
        let terms = &self.inverted.terms;
        if let Some(pair) = terms.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            return Err(Error::OutOfOrder { name: pair[1].0.clone() });
        }
        let mut names = HashSet::new();
        match self.inverted.blobs.iter().find(|(name, _)| !names.insert(name)) {
            Some((name, _)) => Err(Error::OutOfOrder { name: name.clone() }),
            None => Ok(()),
        }
    }

    /// Refuses vectors that readers could not ask.
    fn check_vectors(&self) -> Result<(), Error> {
        let (vectors, embedder) = match (self.vectors, &self.embedder) {
            (None, None) => return Ok(()),
            (Some(vectors), Some(embedder)) => (vectors, embedder),
            _ => return Err(Error::EmbedderWithoutVectors),
        };
        if usize::try_from(embedder.dimensions) != Ok(vectors.dimensions) {
            return Err(Error::OtherDimensions {
                model: embedder.model.clone(),
                expected: embedder.dimensions,
                found: vectors.dimensions,
            });
        }
        let documents = self.documents.len();
        match vectors.documents.iter().find(|number| usize::try_from(**number).is_ok_and(|n| n >= documents))
        {
            Some(number) => Err(Error::NoSuchDocument { document: *number, documents }),
            None => Ok(()),
        }
    }
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

/// What a run found, source by source: for stores that keep the documents of each source by themselves, so
/// that those which did not change cost nothing.
#[derive(Debug, Clone)]
pub struct Update<'a> {
    /// The sources of the new generation with their documents, in its order. One that is in service and not
    /// named here disappears.
    pub parts: Vec<Part<'a>>,
    /// What the manifest says of each source, by slug and in its order; where the run says nothing, what is
    /// said in service stays.
    pub sources: Vec<(String, Option<SourceState>)>,
    /// The sources that failed and of which there is nothing. One of which neither this nor `sources` says
    /// anything stays as it is in service, where `sources` names it.
    pub failed: Vec<FailedSource>,
    /// Version of the `ccr` that publishes.
    pub program: &'a str,
    /// Now, in seconds since 1970-01-01 UTC.
    pub created: u64,
    /// What computed the vectors; absent where the index is one of words alone.
    pub embedder: Option<EmbedderId>,
}

/// The documents of a source in an [`Update`].
#[derive(Debug, Clone)]
pub struct Part<'a> {
    /// Slug of the source.
    pub source: &'a str,
    /// Where they are.
    pub documents: PartDocuments<'a>,
}

/// Where the documents of a source are.
#[derive(Debug, Clone)]
pub enum PartDocuments<'a> {
    /// As they are in service at the moment of publishing; none where there are none.
    InService,
    /// These.
    New {
        /// In their order. Parents are among them.
        documents: &'a [Document],
        /// The vectors of those that the store has none of; absent where the index is one of words alone,
        /// or none are missing.
        vectors: Option<PartVectors<'a>>,
    },
}

/// The vectors of documents of a source.
#[derive(Debug, Clone, Copy)]
pub struct PartVectors<'a> {
    /// The chunks, by position among the documents.
    pub chunks: &'a ChunkVectors,
    /// Whether the document at each position was embedded; absent where all were. One that was may have no
    /// chunks.
    pub embedded: Option<&'a [bool]>,
    /// Positions of documents, each as often as the embedder refused a chunk of it.
    pub refused: &'a [u32],
}
