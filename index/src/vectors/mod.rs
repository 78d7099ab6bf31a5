//! Vectors of chunks and the search for the nearest: by a scan of all of them ([`Matrix`]), or along a
//! graph of neighbours ([`Graph`]) where there are so many that it pays.

mod error;
mod exact;
mod hnsw;
mod layout;
mod matrix;
mod products;
mod spread;

pub use error::VectorsError;
pub use hnsw::{GRAPH_FROM, Graph};
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

/// A document and how near its nearest chunk is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Document number.
    pub document: u32,
    /// Cosine of the angle between the vectors, -1 to 1.
    pub cosine: f32,
}
