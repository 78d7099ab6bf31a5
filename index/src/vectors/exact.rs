//! The nearest by looking at all.

use std::cmp::Ordering;

use super::layout::{OFFSET, length, quantise};
use super::matrix::{Matrix, Span};
use super::products;
use super::{Near, VectorsError};

/// The scan by codes keeps so many documents more than are wanted: with them the exact order of the best
/// is found in every case that was measured (recall@10 1.000).
const KEPT_MORE: usize = 94;
/// Two cosines by codes that are further apart than this are in the right order: of five million between real
/// texts, and of as many between random vectors of 2 to 16 dimensions, none was off by more than .01.
const SURE: f32 = 0.03;
/// From so many chunks on it pays to look at codes before values.
const CODES_FIRST: usize = 3;

/// A question's vector, of length 1.
pub(super) struct Query {
    values: Vec<f32>,
    /// Its codes, less [`OFFSET`].
    pub(super) codes: Vec<i16>,
    /// What the offset of the other side's codes adds to each sum.
    excess: i32,
    /// What each of its codes is to be multiplied with.
    scale: f32,
}

impl Query {
    /// `None` for a vector of zeros, which is near to nothing.
    pub(super) fn new(values: &[f32], dimensions: usize) -> Result<Option<Query>, VectorsError> {
        let Some(values) = direction(values, dimensions)? else { return Ok(None) };
        let mut codes = vec![0; dimensions];
        let scale = quantise(&values, &mut codes);
        let codes: Vec<i16> = codes.iter().map(|code| i16::from(*code) - i16::from(OFFSET)).collect();
        let excess = codes.iter().map(|code| i32::from(*code)).sum::<i32>() * i32::from(OFFSET);
        Ok(Some(Query { values, codes, excess, scale }))
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
            None => self.rough(&query, self.spans.iter().copied()),
            Some(documents) => self.rough(&query, self.spans_of(documents)),
        };
        let kept = count.saturating_add(KEPT_MORE);
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
        let cosine = |document: &u32| {
            let span = self.spans.binary_search_by_key(document, |span| span.document).ok();
            span.and_then(|span| self.cosine(&query, self.spans[span])).unwrap_or(0.0)
        };
        Ok(documents.iter().map(cosine).collect())
    }

    /// The nearest of these documents by their f16 values.
    pub(super) fn refine(&self, query: &Query, spans: impl Iterator<Item = Span>, count: usize) -> Vec<Near> {
        let near = |span: Span| {
            let cosine = self.cosine(query, span)?;
            Some(Near { document: span.document, cosine })
        };
        let mut found: Vec<Near> = spans.filter_map(near).collect();
        found.sort_unstable_by(nearer);
        found.truncate(count);
        found
    }

    fn cosine(&self, query: &Query, span: Span) -> Option<f32> {
        let chunks = span.chunks();
        let by_codes = if chunks.len() < CODES_FIRST { Vec::new() } else { self.by_codes(query, span) };
        let least = by_codes.iter().copied().fold(f32::MIN, f32::max) - SURE;
        let may_be_nearest =
            |chunk: &usize| by_codes.get(chunk - chunks.start).is_none_or(|near| *near >= least);
        chunks
            .clone()
            .filter(|chunk| self.scales[*chunk] > 0.0 && may_be_nearest(chunk))
            .map(|chunk| products::of_halves(&query.values, self.halves(chunk)))
            .filter(|cosine| cosine.is_finite())
            .max_by(f32::total_cmp)
            .map(|cosine| cosine.clamp(-1.0, 1.0))
    }

    /// About the cosine of each chunk of a document; one of zeros is further away than any.
    fn by_codes(&self, query: &Query, span: Span) -> Vec<f32> {
        let mut sums = Vec::with_capacity(span.chunks().len());
        products::of_codes(&query.codes, self.codes(span.chunks()), &mut sums);
        let cosine = |(sum, scale): (i32, &f32)| match *scale > 0.0 {
            true => (sum - query.excess) as f32 * scale * query.scale,
            false => f32::MIN,
        };
        sums.into_iter().zip(&self.scales[span.chunks()]).map(cosine).collect()
    }

    /// The documents that are near to anything, with about the cosine of the nearest chunk, times a factor
    /// that is the same for all.
    fn rough(&self, query: &Query, spans: impl Iterator<Item = Span>) -> Vec<(f32, Span)> {
        let mut found = Vec::with_capacity(self.spans.len());
        let mut sums = Vec::new();
        // Spans that follow each other are multiplied at once.
        let mut run: Vec<Span> = Vec::new();
        let mut finish = |run: &mut Vec<Span>| {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
            let chunks = first.chunks().start..last.chunks().end;
            sums.clear();
            products::of_codes(&query.codes, self.codes(chunks.clone()), &mut sums);
            let mut all = sums.iter().zip(&self.scales[chunks]);
            for span in run.drain(..) {
                let mut best: Option<f32> = None;
                for (sum, scale) in all.by_ref().take(span.chunks().len()) {
                    if *scale > 0.0 {
                        let near = (sum - query.excess) as f32 * scale;
                        best = Some(best.map_or(near, |best| best.max(near)));
                    }
                }
                found.extend(best.map(|best| (best, span)));
            }
        };
        for span in spans {
            if run.last().is_some_and(|last| last.chunks().end != span.chunks().start) {
                finish(&mut run);
            }
            run.push(span);
        }
        finish(&mut run);
        found
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

/// The nearest first; where two are equally near, the smaller number.
fn nearer(one: &Near, other: &Near) -> Ordering {
    other.cosine.total_cmp(&one.cosine).then(one.document.cmp(&other.document))
}
