//! The nearest by looking at all.

use std::cmp::Ordering;

use half::f16;

use super::layout::{OFFSET, length, quantise};
use super::matrix::{Matrix, Span};
use super::{Near, VectorsError};

/// The scan by codes keeps so many documents for each one that is wanted, and so many more: with them
/// the exact order of the best is found in every case that was measured (recall@10 1.000).
const KEPT: usize = 4;
const KEPT_AT_LEAST: usize = 64;

/// Products that are summed side by side: what the compiler makes one loop without a branch of.
const LANES: usize = 16;

/// A question's vector, of length 1.
pub(super) struct Query {
    values: Vec<f32>,
    /// Its codes, less [`OFFSET`].
    pub(super) codes: Vec<i16>,
    /// What the offset of the other side's codes adds to each sum.
    excess: i32,
}

impl Query {
    /// `None` for a vector of zeros, which is near to nothing.
    pub(super) fn new(values: &[f32], dimensions: usize) -> Result<Option<Query>, VectorsError> {
        let Some(values) = direction(values, dimensions)? else { return Ok(None) };
        let mut codes = vec![0; dimensions];
        quantise(&values, &mut codes);
        let codes: Vec<i16> = codes.iter().map(|code| i16::from(*code) - i16::from(OFFSET)).collect();
        let excess = codes.iter().map(|code| i32::from(*code)).sum::<i32>() * i32::from(OFFSET);
        Ok(Some(Query { values, codes, excess }))
    }
}

/// The vector brought to length 1; `None` for one of zeros.
///
/// # Errors
/// Where it has other dimensions or holds a number that is not finite.
pub(crate) fn direction(values: &[f32], dimensions: usize) -> Result<Option<Vec<f32>>, VectorsError> {
    if values.len() != dimensions {
        return Err(VectorsError::OtherDimensions { expected: dimensions, found: values.len() });
    }
    if !values.iter().all(|value| value.is_finite()) {
        return Err(VectorsError::QuestionNotFinite);
    }
    // First to a size at which no square overflows or vanishes.
    let most = values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    if most == 0.0 {
        return Ok(None);
    }
    let mut values: Vec<f32> = values.iter().map(|value| value / most).collect();
    let length = length(&values);
    values.iter_mut().for_each(|value| *value /= length);
    Ok(Some(values))
}

impl Matrix {
    /// The `count` documents whose nearest chunk is nearest, the nearest first; of equally near ones
    /// the one with the smaller number. Chunks of zeros are near to nothing.
    ///
    /// `among` are the documents that may be found, ascending; absent where all may be.
    ///
    /// # Errors
    /// Where `query` has other dimensions or holds a number that is not finite.
    pub fn nearest(
        &self,
        query: &[f32],
        count: usize,
        among: Option<&[u32]>,
    ) -> Result<Vec<Near>, VectorsError> {
        let Some(query) = Query::new(query, self.dimensions())? else { return Ok(Vec::new()) };
        let mut rough = match among {
            None => self.scan(&query),
            Some(documents) => {
                self.spans_of(documents).filter_map(|span| Some((self.rough(&query, span)?, span))).collect()
            }
        };
        let kept = count.saturating_mul(KEPT).saturating_add(KEPT_AT_LEAST);
        if rough.len() > kept {
            rough.select_nth_unstable_by(kept, |one, other| {
                other.0.total_cmp(&one.0).then(one.1.document.cmp(&other.1.document))
            });
            rough.truncate(kept);
        }
        Ok(self.refine(&query, rough.into_iter().map(|(_, span)| span), count))
    }

    /// The cosine of the nearest chunk of each document, in their order; 0 where it has none.
    ///
    /// # Errors
    /// As [`Matrix::nearest`].
    pub fn similarities(&self, query: &[f32], documents: &[u32]) -> Result<Vec<f32>, VectorsError> {
        let Some(query) = Query::new(query, self.dimensions())? else {
            return Ok(vec![0.0; documents.len()]);
        };
        let mut room = Room::new(self.dimensions());
        let cosine = |document: &u32| {
            let span = self.spans.binary_search_by_key(document, |span| span.document).ok();
            span.and_then(|span| self.cosine(&query, self.spans[span], &mut room)).unwrap_or(0.0)
        };
        Ok(documents.iter().map(cosine).collect())
    }

    /// The nearest of these documents by their f16 values.
    pub(super) fn refine(&self, query: &Query, spans: impl Iterator<Item = Span>, count: usize) -> Vec<Near> {
        let mut room = Room::new(self.dimensions());
        let mut found: Vec<Near> = spans
            .filter_map(|span| {
                let cosine = self.cosine(query, span, &mut room)?;
                Some(Near { document: span.document, cosine })
            })
            .collect();
        found.sort_unstable_by(nearer);
        found.truncate(count);
        found
    }

    fn cosine(&self, query: &Query, span: Span, room: &mut Room) -> Option<f32> {
        span.chunks()
            .filter(|chunk| self.scales[*chunk] > 0.0)
            .map(|chunk| {
                self.values(chunk, &mut room.halves, &mut room.row);
                dot(&query.values, &room.row)
            })
            .filter(|cosine| cosine.is_finite())
            .max_by(f32::total_cmp)
            .map(|cosine| cosine.clamp(-1.0, 1.0))
    }

    /// Every document that is near to anything, with about the cosine of its nearest chunk.
    fn scan(&self, query: &Query) -> Vec<(f32, Span)> {
        let codes = self.codes(0..self.chunks());
        let mut rough = codes.zip(&self.scales).map(|(codes, scale)| rough(query, codes, *scale));
        let mut found = Vec::with_capacity(self.spans.len());
        for span in &self.spans {
            let best = rough.by_ref().take(span.chunks().len()).flatten().max_by(f32::total_cmp);
            found.extend(best.map(|best| (best, *span)));
        }
        found
    }

    fn rough(&self, query: &Query, span: Span) -> Option<f32> {
        let codes = self.codes(span.chunks()).zip(&self.scales[span.chunks()]);
        codes.filter_map(|(codes, scale)| rough(query, codes, *scale)).max_by(f32::total_cmp)
    }

    /// The chunks of documents; those without any are left out.
    pub(super) fn spans_of(&self, documents: &[u32]) -> impl Iterator<Item = Span> {
        let mut rest = self.spans.as_slice();
        documents.iter().filter_map(move |document| {
            // Documents lie close together: look nearby first.
            let mut reach = 1;
            while rest.get(reach).is_some_and(|span| span.document < *document) {
                reach *= 2;
            }
            let near = &rest[..rest.len().min(reach + 1)];
            rest = &rest[near.partition_point(|span| span.document < *document)..];
            rest.first().filter(|span| span.document == *document).copied()
        })
    }
}

/// About the cosine, times a factor that is the same for all chunks; `None` for a chunk of zeros.
fn rough(query: &Query, codes: &[u8], scale: f32) -> Option<f32> {
    (scale > 0.0).then(|| (dot_codes(&query.codes, codes) - query.excess) as f32 * scale)
}

/// The nearest first; where two are equally near, the smaller number.
fn nearer(one: &Near, other: &Near) -> Ordering {
    other.cosine.total_cmp(&one.cosine).then(one.document.cmp(&other.document))
}

/// Room for the values of a chunk.
struct Room {
    halves: Vec<f16>,
    row: Vec<f32>,
}

impl Room {
    fn new(dimensions: usize) -> Room {
        Room { halves: vec![f16::ZERO; dimensions], row: vec![0.0; dimensions] }
    }
}

/// Written so that the compiler widens a block of bytes at once and multiplies pairs: three times as
/// fast as the sum over an iterator. No sum overflows within [`super::layout::MAX_DIMENSIONS`].
fn dot_codes(query: &[i16], codes: &[u8]) -> i32 {
    let (query_blocks, query_rest) = query.as_chunks::<LANES>();
    let (code_blocks, code_rest) = codes.as_chunks::<LANES>();
    let mut sums = [0_i32; LANES];
    for (query, codes) in query_blocks.iter().zip(code_blocks) {
        let codes: [i16; LANES] = codes.map(i16::from);
        for lane in 0..LANES {
            sums[lane] += i32::from(query[lane]) * i32::from(codes[lane]);
        }
    }
    let rest = query_rest.iter().zip(code_rest).map(|(one, other)| i32::from(*one) * i32::from(*other));
    sums.iter().sum::<i32>() + rest.sum::<i32>()
}

fn dot(one: &[f32], other: &[f32]) -> f32 {
    let (one_blocks, one_rest) = one.as_chunks::<LANES>();
    let (other_blocks, other_rest) = other.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for (one, other) in one_blocks.iter().zip(other_blocks) {
        for lane in 0..LANES {
            sums[lane] += one[lane] * other[lane];
        }
    }
    let rest = one_rest.iter().zip(other_rest).map(|(one, other)| one * other);
    sums.iter().sum::<f32>() + rest.sum::<f32>()
}
