//! The nearest along a graph of neighbours (HNSW).
//!
//! usearch has no defence against bytes that it did not write: one altered byte ends the process. So a
//! graph is loaded only from bytes whose digest was compared with the manifest, and from memory, where
//! nobody can change or cut them meanwhile.

use rayon::prelude::*;
use usearch::{Index, IndexOptions, MetricKind, ScalarKind};

use super::exact::Query;
use super::layout::OFFSET;
use super::matrix::Matrix;
use super::{Near, VectorsError};

/// Chunks from which on a graph is made. With 80,000 a scan takes as long as a graph that finds 99 % of
/// the nearest; it misses nothing, and needs no minutes to build.
pub const GRAPH_FROM: usize = 200_000;

/// Neighbours of each vector in the graph, twice as many at its bottom.
const CONNECTIVITY: usize = 16;

/// Candidates that are looked at when a vector is added, and when one is searched.
const EXPANSION_ADD: usize = 128;
const EXPANSION_SEARCH: usize = 512;

/// Chunks that are asked for, for each document that is wanted, and how many more: documents have
/// several chunks, and the order by codes is not quite the right one.
const ASKED: usize = 4;
const ASKED_MORE: usize = 32;

/// Questions that can be on their way at once; one more gets no answer from the graph.
const THREADS: usize = 64;

/// Of so many documents all but one have to pass a filter for the graph to be asked.
const WEAK_FILTER: usize = 4;

/// A graph over the chunks of a [`Matrix`], by whose positions it names them.
pub struct Graph {
    index: Index,
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Graph").field("chunks", &self.index.size()).finish()
    }
}

impl Graph {
    /// The bytes of a graph over all vectors that are not 0. Which neighbours it holds differs a
    /// little from one time to the next, because several threads add to it.
    ///
    /// # Errors
    /// Where usearch refuses, for want of memory.
    pub fn build(matrix: &Matrix) -> Result<Vec<u8>, VectorsError> {
        let index = empty(matrix.dimensions(), "build")?;
        index
            .reserve_capacity_and_threads(matrix.chunks(), rayon::current_num_threads() + 1)
            .map_err(|error| failed("build", &error))?;
        let codes = matrix
            .codes(0..matrix.chunks())
            .chunks_exact(matrix.dimensions())
            .zip(&matrix.scales)
            .enumerate();
        let rows: Vec<(usize, &[u8])> =
            codes.filter(|(_, (_, scale))| **scale > 0.0).map(|(chunk, (codes, _))| (chunk, codes)).collect();
        rows.into_par_iter()
            .try_for_each(|(chunk, codes)| {
                let codes: Vec<i8> = codes.iter().map(|code| code.wrapping_sub(OFFSET) as i8).collect();
                index.add(chunk as u64, &codes)
            })
            .map_err(|error| failed("build", &error))?;
        let mut bytes = vec![0; index.serialized_length()];
        index.save_to_buffer(&mut bytes).map_err(|error| failed("build", &error))?;
        Ok(bytes)
    }

    /// Takes bytes that [`Graph::build`] made of this matrix. Other bytes may end the process: compare
    /// their digest first.
    ///
    /// # Errors
    /// Where the graph was made of other vectors.
    pub fn open(bytes: &[u8], matrix: &Matrix) -> Result<Graph, VectorsError> {
        let index = empty(matrix.dimensions(), "read")?;
        // What is reserved before loading is kept; reserving beside a search would not be safe.
        index.reserve_capacity_and_threads(0, THREADS).map_err(|error| failed("read", &error))?;
        index.load_from_buffer(bytes).map_err(|error| failed("read", &error))?;
        let vectors = matrix.scales.iter().filter(|scale| **scale > 0.0).count();
        if index.dimensions() != matrix.dimensions() || index.size() != vectors {
            return Err(VectorsError::Unreadable("the graph is one of other vectors".to_owned()));
        }
        index.change_expansion_search(EXPANSION_SEARCH);
        Ok(Graph { index })
    }

    /// Whether a filter that lets so many documents pass is weak enough for the graph: it has to walk
    /// past all that do not pass, where a scan does not even look at them.
    pub fn pays(matrix: &Matrix, among: Option<&[u32]>) -> bool {
        among.is_none_or(|among| among.len() >= matrix.spans.len() - matrix.spans.len() / WEAK_FILTER)
    }

    /// As [`Matrix::nearest`], with the same cosines, but now and then one of the nearest is missed.
    /// `None` where the graph cannot tell: too many questions at once, or too few documents found.
    ///
    /// # Errors
    /// As [`Matrix::nearest`].
    pub fn nearest(
        &self,
        matrix: &Matrix,
        query: &[f32],
        count: usize,
        among: Option<&[u32]>,
    ) -> Result<Option<Vec<Near>>, VectorsError> {
        let Some(query) = Query::new(query, matrix.dimensions())? else { return Ok(Some(Vec::new())) };
        let codes: Vec<i8> = query.codes.iter().map(|code| *code as i8).collect();
        let asked = count.saturating_mul(ASKED).saturating_add(ASKED_MORE).min(self.index.size());
        let found = match among {
            None => self.index.search(&codes, asked),
            Some(among) => {
                let allowed = allowed(matrix, among);
                self.index.filtered_search(&codes, asked, |chunk| {
                    usize::try_from(chunk).is_ok_and(|chunk| allowed.get(chunk) == Some(&true))
                })
            }
        };
        let Ok(found) = found else { return Ok(None) };
        let chunks = found.keys.iter().filter_map(|chunk| usize::try_from(*chunk).ok());
        let mut spans: Vec<usize> = chunks.filter_map(|chunk| matrix.span_of(chunk)).collect();
        spans.sort_unstable();
        spans.dedup();
        let near = matrix.refine(&query, spans.iter().map(|span| matrix.spans[*span]), count);
        Ok((near.len() == count).then_some(near))
    }
}

/// Which chunks belong to the documents.
fn allowed(matrix: &Matrix, among: &[u32]) -> Vec<bool> {
    let mut allowed = vec![false; matrix.chunks()];
    for span in matrix.spans_of(among) {
        allowed[span.chunks()].fill(true);
    }
    allowed
}

/// A graph without vectors.
fn empty(dimensions: usize, doing: &'static str) -> Result<Index, VectorsError> {
    let options = IndexOptions {
        dimensions,
        metric: MetricKind::Cos,
        quantization: ScalarKind::I8,
        connectivity: CONNECTIVITY,
        expansion_add: EXPANSION_ADD,
        expansion_search: EXPANSION_SEARCH,
        multi: false,
    };
    Index::new(&options).map_err(|error| failed(doing, &error))
}

fn failed(doing: &'static str, error: &impl std::fmt::Display) -> VectorsError {
    VectorsError::Graph { doing, why: error.to_string() }
}
