use std::ops::Range;

use half::f16;

use super::layout::{self, Layout};
use super::{ChunkVectors, VectorsError};

/// The vectors of an index, open for questions.
///
/// Each stands there twice: as one byte for each dimension, which a scan of all of them reads, and as
/// f16, from which the best of the scan get their exact order.
#[derive(Debug)]
pub struct Matrix {
    bytes: Vec<u8>,
    layout: Layout,
    pub(super) scales: Vec<f32>,
    /// The documents that have chunks, ascending.
    pub(super) spans: Vec<Span>,
}

/// The chunks of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) document: u32,
    start: u32,
    end: u32,
}

impl Span {
    pub(super) fn chunks(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl Matrix {
    /// The bytes that [`Matrix::open`] reads.
    ///
    /// # Errors
    /// Where the vectors are not as [`ChunkVectors`] says.
    pub fn encode(vectors: &ChunkVectors) -> Result<Vec<u8>, VectorsError> {
        layout::encode(vectors)
    }

    /// Takes bytes that [`Matrix::encode`] made.
    ///
    /// # Errors
    /// Where the bytes are others. Bytes in the middle are not looked at: that they are those that
    /// were written is for a digest to say. Whatever they are, no question panics.
    pub fn open(bytes: Vec<u8>) -> Result<Matrix, VectorsError> {
        let layout = Layout::read(&bytes)?;
        let documents = bytes[layout.documents.clone()].as_chunks::<4>().0;
        let spans = spans(documents.iter().map(|bytes| u32::from_le_bytes(*bytes)))?;
        let scales = bytes[layout.scales.clone()].as_chunks::<4>().0;
        let scales: Vec<f32> = scales.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        if !scales.iter().all(|scale| scale.is_finite() && *scale >= 0.0) {
            return Err(VectorsError::Unreadable("a scale is no number above 0".to_owned()));
        }
        Ok(Matrix { bytes, layout, scales, spans })
    }

    /// Numbers in each vector.
    pub fn dimensions(&self) -> usize {
        self.layout.dimensions
    }

    /// Number of vectors.
    pub fn chunks(&self) -> usize {
        self.layout.chunks
    }

    /// The greatest number of a document that has a chunk.
    pub fn last_document(&self) -> Option<u32> {
        self.spans.last().map(|span| span.document)
    }

    /// The vectors as they were handed over, but for the rounding to f16. They can be published again
    /// and are the same bytes then.
    pub fn to_chunk_vectors(&self) -> ChunkVectors {
        let halves = (0..self.chunks()).flat_map(|chunk| self.halves(chunk));
        let values = halves.map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect();
        let documents = self.spans.iter().flat_map(|span| span.chunks().map(|_| span.document)).collect();
        ChunkVectors { dimensions: self.dimensions(), documents, values }
    }

    /// The codes of chunks, one row behind the other.
    pub(super) fn codes(&self, chunks: Range<usize>) -> &[u8] {
        &self.bytes[self.layout.codes.clone()]
            [chunks.start * self.dimensions()..chunks.end * self.dimensions()]
    }

    /// The values of a chunk, each the bytes of an f16, lowest first.
    pub(super) fn halves(&self, chunk: usize) -> &[[u8; 2]] {
        let start = self.layout.values.start + chunk * self.dimensions() * 2;
        self.bytes[start..start + self.dimensions() * 2].as_chunks().0
    }

    /// The position among the spans of the document that has a chunk.
    pub(super) fn span_of(&self, chunk: usize) -> Option<usize> {
        let behind = self.spans.partition_point(|span| span.chunks().start <= chunk);
        behind.checked_sub(1)
    }
}

fn spans(documents: impl Iterator<Item = u32>) -> Result<Vec<Span>, VectorsError> {
    let mut spans: Vec<Span> = Vec::new();
    for (chunk, document) in (0_u32..).zip(documents) {
        match spans.last_mut() {
            Some(last) if last.document == document => last.end = chunk + 1,
            Some(last) if last.document > document => {
                return Err(VectorsError::Unreadable("its documents do not ascend".to_owned()));
            }
            _ => spans.push(Span { document, start: chunk, end: chunk + 1 }),
        }
    }
    Ok(spans)
}
