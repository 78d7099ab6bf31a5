use std::fmt::Debug;

use super::{DocumentHead, Error, Facets, Filter};
use crate::manifest::Manifest;
use crate::model::Document;
use crate::vectors::{ChunkVectors, Near};

/// An open generation. It answers from what it opened, whatever is published, rolled back or removed
/// meanwhile. Documents are named by number, and no number means anything in another generation.
///
/// A store keeps and looks up; ranking happens in [`crate::lexical`] and [`crate::search`], so that every
/// store gives the same answers. Every method may return an [`Error`]: what was whole when it was opened can
/// be lost at any time.
pub trait Generation: Debug + Send + Sync {
    /// What the generation says of itself.
    fn manifest(&self) -> &Manifest;

    /// How many documents there are; their numbers are all those below.
    fn document_count(&self) -> u32;

    /// Whether this is the generation in service where it was opened. One that was removed and built anew
    /// under the same number is another.
    ///
    /// # Errors
    /// Where what is in service cannot be read.
    fn is_in_service(&self) -> Result<bool, Error>;

    /// The encoded posting list of each term, in the order of the terms; `None` for a term that no
    /// document has.
    fn postings(&self, terms: &[&str]) -> Result<Vec<Option<Vec<u8>>>, Error>;

    /// A blob of [`crate::lexical::Inverted`] by its name.
    fn blob(&self, name: &str) -> Result<Option<Vec<u8>>, Error>;

    /// A whole document.
    fn document(&self, number: u32) -> Result<Document, Error>;

    /// Whole documents, in the order of the numbers.
    fn documents(&self, numbers: &[u32]) -> Result<Vec<Document>, Error>;

    /// Documents without texts and records, in the order of the numbers.
    fn heads(&self, numbers: &[u32]) -> Result<Vec<DocumentHead>, Error>;

    /// Number of the document with exactly this id.
    fn find(&self, id: &str) -> Result<Option<u32>, Error>;

    /// The first `limit` ids that start with a prefix, in alphabetical order of their bytes.
    fn ids_like(&self, prefix: &str, limit: usize) -> Result<Vec<String>, Error>;

    /// Numbers of the documents whose parent has this id, ascending.
    fn parts_of(&self, parent: &str) -> Result<Vec<u32>, Error>;

    /// The whole documents of a collection in the order in which they were published, which is how an
    /// unchanged source enters the next generation. The empty slug stands for no collection.
    fn collection_documents(&self, slug: &str) -> Result<Vec<Document>, Error>;

    /// Numbers of the documents that pass a filter, ascending; all of them for the empty filter. A
    /// value that no document has lets none pass.
    fn matching(&self, filter: &Filter) -> Result<Vec<u32>, Error>;

    /// Every value that a filter can name, with the number of documents that have it.
    fn facets(&self) -> Result<Facets, Error>;

    /// Whether there are vectors, and so [`Manifest::embedder`] says with which questions to ask them.
    fn has_vectors(&self) -> bool;

    /// The `count` documents with the chunk that is nearest to a question's vector, the nearest first;
    /// of equally near ones the one with the smaller number. None where there are no vectors, and none
    /// for a vector of zeros. Fewer where fewer documents have vectors. Where there are so many vectors
    /// that a graph is asked, one of the nearest is missed now and then.
    ///
    /// `among` are the documents that may be found, ascending ([`Generation::matching`]); absent where all
    /// may be.
    ///
    /// # Errors
    /// [`Error::Vectors`] where the question has other dimensions or a number that is not finite.
    fn nearest(&self, query: &[f32], count: usize, among: Option<&[u32]>) -> Result<Vec<Near>, Error>;

    /// The cosine between a question's vector and the nearest chunk of each document, in their order; 0
    /// for a document that has none.
    ///
    /// # Errors
    /// As [`Generation::nearest`].
    fn similarities(&self, query: &[f32], documents: &[u32]) -> Result<Vec<f32>, Error>;

    /// All vectors, rounded to f16, so that documents that did not change can enter the next generation
    /// without being embedded again; `None` where there are none.
    fn chunk_vectors(&self) -> Result<Option<ChunkVectors>, Error>;
}
