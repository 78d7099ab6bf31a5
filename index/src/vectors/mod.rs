//! Vectors of chunks and the search for the nearest: by a scan of all of them ([`Matrix`]), or along a
//! graph of neighbours ([`Graph`]) where there are so many that it pays.

mod error;
mod exact;
mod hnsw;
mod layout;
mod matrix;
mod products;
mod spread;

use std::ops::Range;

pub use error::VectorsError;
pub(crate) use exact::direction;
pub use hnsw::{GRAPH_FROM, Graph};
pub(crate) use layout::check;
pub use matrix::Matrix;
pub use spread::Spread;

/// Vectors of the chunks of documents, as a publication hands them over.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChunkVectors {
    /// Numbers in each vector.
    pub dimensions: usize,
    /// The document number of each chunk, in ascending order; a document may have several, or none.
    pub documents: Vec<u32>,
    /// The vectors one after the other, each of length 1, or all 0 for a chunk that is never near:
    /// `documents.len() * dimensions` numbers.
    pub values: Vec<f32>,
}

impl ChunkVectors {
    /// Those of documents in a range of numbers, numbered from its start.
    #[must_use]
    pub fn of(&self, documents: Range<usize>) -> ChunkVectors {
        let before = |number: usize| self.documents.partition_point(|document| (*document as usize) < number);
        let (start, end) = (before(documents.start), before(documents.end));
        let base = documents.start as u32;
        ChunkVectors {
            dimensions: self.dimensions,
            documents: self.documents[start..end].iter().map(|document| document - base).collect(),
            values: self
                .values
                .get(start * self.dimensions..end * self.dimensions)
                .unwrap_or_default()
                .to_vec(),
        }
    }
}

/// A document and how near its nearest chunk is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Document number.
    pub document: u32,
    /// Cosine of the angle between the vectors, -1 to 1.
    pub cosine: f32,
}
