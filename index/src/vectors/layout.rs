//! Vectors as bytes. Numbers are little-endian:
//!
//! ```text
//! "CCRV"; version, dimensions, number of chunks: 4 bytes each
//! for each chunk: its document, 4 bytes, ascending
//! for each chunk: its scale, an f32; 0 where the vector is 0
//! for each chunk: its codes, one byte for each dimension: round(value / scale) + 128
//! for each chunk: its values, an f16 for each dimension
//! ```
//!
//! Codes are made from the f16 values, so that encoding what was decoded gives the same bytes. They stand
//! 128 above what they mean because bytes without a sign are widened by fewer instructions.

use std::ops::Range;

use half::f16;
use half::slice::HalfFloatSliceExt;

use super::{ChunkVectors, VectorsError};

/// More dimensions would overflow the sum of products in a scan, and no embedder has them.
pub(super) const MAX_DIMENSIONS: usize = 16_384;

/// What is added to a code.
pub(super) const OFFSET: u8 = 128;

/// The greatest code.
const GREATEST: f32 = 127.0;

/// What a length may differ from 1: f16 and embedders round.
const TOLERANCE: f32 = 0.01;

const MAGIC: [u8; 4] = *b"CCRV";
const VERSION: u32 = 1;
const HEAD: usize = 16;

/// Where each part stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) dimensions: usize,
    pub(super) chunks: usize,
    pub(super) documents: Range<usize>,
    pub(super) scales: Range<usize>,
    pub(super) codes: Range<usize>,
    pub(super) values: Range<usize>,
}

impl Layout {
    /// `None` where the bytes would be more than a machine can count.
    fn of(dimensions: usize, chunks: usize) -> Option<Layout> {
        let numbers = chunks.checked_mul(dimensions)?;
        let part = |start: usize, length: usize| Some(start..start.checked_add(length)?);
        let documents = part(HEAD, chunks.checked_mul(4)?)?;
        let scales = part(documents.end, chunks.checked_mul(4)?)?;
        let codes = part(scales.end, numbers)?;
        let values = part(codes.end, numbers.checked_mul(2)?)?;
        Some(Layout { dimensions, chunks, documents, scales, codes, values })
    }

    /// Reads the head and compares the length of the whole with it.
    pub(super) fn read(bytes: &[u8]) -> Result<Layout, VectorsError> {
        let unreadable = |what: &str| VectorsError::Unreadable(what.to_owned());
        let (head, _) = bytes.split_first_chunk::<HEAD>().ok_or_else(|| unreadable("it is cut short"))?;
        let [magic, version, dimensions, chunks] =
            [0, 4, 8, 12].map(|at| [head[at], head[at + 1], head[at + 2], head[at + 3]]);
        if magic != MAGIC || u32::from_le_bytes(version) != VERSION {
            return Err(unreadable("it begins with something else"));
        }
        let number = |bytes| usize::try_from(u32::from_le_bytes(bytes)).unwrap_or(usize::MAX);
        let dimensions = number(dimensions);
        if !(1..=MAX_DIMENSIONS).contains(&dimensions) {
            return Err(VectorsError::Dimensions(dimensions));
        }
        match Layout::of(dimensions, number(chunks)) {
            Some(layout) if layout.values.end == bytes.len() => Ok(layout),
            _ => Err(unreadable("it has another length than its head says")),
        }
    }
}

/// The bytes of vectors, after checking that they are as [`ChunkVectors`] says.
pub(super) fn encode(vectors: &ChunkVectors) -> Result<Vec<u8>, VectorsError> {
    let ChunkVectors { dimensions, documents, values } = vectors;
    check(vectors)?;
    let layout = Layout::of(*dimensions, documents.len());
    let layout = layout.ok_or(VectorsError::Dimensions(*dimensions))?;
    let head = [VERSION, *dimensions as u32, documents.len() as u32];
    let mut bytes = Vec::with_capacity(layout.values.end);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend(head.into_iter().flat_map(u32::to_le_bytes));
    bytes.extend(documents.iter().flat_map(|document| document.to_le_bytes()));
    bytes.resize(layout.values.end, 0);
    let mut halves = vec![f16::ZERO; *dimensions];
    let mut rounded = vec![0.0; *dimensions];
    for (chunk, values) in values.chunks_exact(*dimensions).enumerate() {
        halves.convert_from_f32_slice(values);
        halves.convert_to_f32_slice(&mut rounded);
        let at = layout.values.start + chunk * dimensions * 2;
        for (bytes, half) in bytes[at..].chunks_exact_mut(2).zip(&halves) {
            bytes.copy_from_slice(&half.to_le_bytes());
        }
        let at = layout.codes.start + chunk * dimensions;
        let scale = quantise(&rounded, &mut bytes[at..at + dimensions]);
        let at = layout.scales.start + chunk * 4;
        bytes[at..at + 4].copy_from_slice(&scale.to_le_bytes());
    }
    Ok(bytes)
}

/// Whether vectors are as [`ChunkVectors`] says.
pub(crate) fn check(vectors: &ChunkVectors) -> Result<(), VectorsError> {
    let ChunkVectors { dimensions, documents, values } = vectors;
    if !(1..=MAX_DIMENSIONS).contains(dimensions) {
        return Err(VectorsError::Dimensions(*dimensions));
    }
    let chunks = documents.len();
    if chunks.checked_mul(*dimensions) != Some(values.len()) || u32::try_from(chunks).is_err() {
        return Err(VectorsError::Shape { chunks, dimensions: *dimensions, values: values.len() });
    }
    if let Some(before) = documents.windows(2).position(|pair| pair[0] > pair[1]) {
        return Err(VectorsError::OutOfOrder { chunk: before + 1 });
    }
    for (chunk, (values, document)) in values.chunks_exact(*dimensions).zip(documents).enumerate() {
        let length = length(values);
        // Also where it is NaN.
        if !((length - 1.0).abs() <= TOLERANCE || length == 0.0) {
            return Err(VectorsError::Length { chunk, document: *document, length });
        }
    }
    Ok(())
}

/// Euclidean length; NaN or infinite where a number is.
pub(super) fn length(values: &[f32]) -> f32 {
    values.iter().map(|value| value * value).sum::<f32>().sqrt()
}

/// Writes the codes of values and gives their scale: what a code is to be multiplied with.
pub(super) fn quantise(values: &[f32], codes: &mut [u8]) -> f32 {
    let scale = values.iter().fold(0.0_f32, |most, value| most.max(value.abs())) / GREATEST;
    let factor = if scale > 0.0 { scale.recip() } else { 0.0 };
    for (code, value) in codes.iter_mut().zip(values) {
        *code = ((value * factor).round().clamp(-GREATEST, GREATEST) + f32::from(OFFSET)) as u8;
    }
    scale
}
