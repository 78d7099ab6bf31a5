//! The nearest chunks, compared inside the database.
//!
//! Cosines are computed there from the vectors as they are kept (f16) and the question in f32, as the local
//! store does; a graph of neighbours only chooses what is compared.

use std::collections::{HashMap, HashSet};

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::ask::{Trouble, ask_within};
use super::copy::halves;
use super::extension::within;
use super::reader::{Embedder, Reader};
use crate::store::Error;
use crate::vectors::{ChunkVectors, Near, direction};

/// Chunks that are asked for, for each document that is wanted, and how many more: documents have several
/// chunks, some are of other generations, and some do not pass the filter.
const ASKED: usize = 4;
const ASKED_MORE: usize = 32;

/// With fewer documents that pass a filter, these are compared rather than a graph asked.
const FEW: usize = 2_000;

/// One of so many documents has to pass a filter for the graph to be asked, which walks past all that do not.
const WEAK_FILTER: usize = 4;

/// Documents whose vectors are read at once.
const BATCH: usize = 5_000;

/// Compiling a query takes longer than such a query.
const PLAIN: &str = "BEGIN READ ONLY; SET LOCAL jit = off";

/// The candidates that the graph keeps on its way, and that it goes on where they were not enough.
const GRAPH: &str = "BEGIN READ ONLY; SET LOCAL jit = off; SET LOCAL hnsw.ef_search = 400; \
                     SET LOCAL hnsw.iterative_scan = relaxed_order";

pub(super) fn nearest(
    reader: &Reader,
    query: &[f32],
    count: usize,
    among: Option<&[u32]>,
) -> Result<Vec<Near>, Error> {
    let Some(embedder) = reader.embedder else { return Ok(Vec::new()) };
    let Some(query) = direction(query, embedder.dimensions)? else { return Ok(Vec::new()) };
    let all = reader.versions.len();
    let passing = among.map_or(all, <[u32]>::len);
    if count == 0 || passing == 0 {
        return Ok(Vec::new());
    }
    let pays = all as u64 >= reader.address.graph_from()
        && passing > FEW
        && passing >= all / WEAK_FILTER
        && embedder.dimensions <= super::MOST_DIMENSIONS;
    if pays && let Some(found) = by_graph(reader, embedder, &query, count, among)? {
        return Ok(found);
    }
    exactly(reader, embedder, &query, count, among)
}

/// Compares all documents that may be found.
fn exactly(
    reader: &Reader,
    embedder: Embedder,
    query: &[f32],
    count: usize,
    among: Option<&[u32]>,
) -> Result<Vec<Near>, Error> {
    // Equally near ones are put in order by their numbers, which the database does not know.
    let sql = "SELECT c.document, max(-(c.embedding::{vector}.vector OPERATOR({vector}.<#>) $2::real[]::{vector}.vector)) AS cosine \
               FROM unnest($3::bigint[]) AS wanted(version) JOIN {ccr}.chunk c ON c.document = wanted.version \
               WHERE c.embedder = $4 AND NOT c.zero GROUP BY c.document \
               ORDER BY cosine DESC FETCH FIRST ($5) ROWS WITH TIES";
    let versions = versions(reader, among);
    let limit = i64::try_from(count).unwrap_or(i64::MAX);
    let found = ask_within(&reader.address, PLAIN, async |connection| {
        let bind = |asked: sqlx::query::Query<'static, _, _>| {
            // Planned each time, because what is best depends on how many documents are wanted.
            let asked = asked.persistent(false).bind(query.to_vec()).bind(versions.clone());
            asked.bind(embedder.number).bind(limit)
        };
        let rows = reader.rows(connection, &within(sql, &reader.vector), bind).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<Vec<_>, Trouble>>()
    });
    Ok(in_order(reader, found.map_err(|trouble| reader.error(trouble))?.into_iter(), count))
}

/// Asks the graph; `None` where it found too few, and there may be more.
fn by_graph(
    reader: &Reader,
    embedder: Embedder,
    query: &[f32],
    count: usize,
    among: Option<&[u32]>,
) -> Result<Option<Vec<Near>>, Error> {
    let Embedder { number, dimensions } = embedder;
    let sql = format!(
        "SELECT n.document, max(-(n.embedding::{{vector}}.vector OPERATOR({{vector}}.<#>) $2::real[]::{{vector}}.vector)), count(*) FROM ( \
             SELECT c.document, c.embedding FROM {{ccr}}.chunk c WHERE c.embedder = {number} AND NOT c.zero \
             ORDER BY c.embedding::{{vector}}.halfvec({dimensions}) \
             OPERATOR({{vector}}.<=>) $2::real[]::{{vector}}.halfvec({dimensions}) LIMIT $3 \
         ) AS n GROUP BY n.document"
    );
    let allowed: Option<HashSet<u32>> = among.map(|among| among.iter().copied().collect());
    let passes = |version: &i64| {
        let number = reader.numbers.get(version);
        number.is_some_and(|number| allowed.as_ref().is_none_or(|allowed| allowed.contains(number)))
    };
    let share = reader.versions.len().div_ceil(among.map_or(1, |among| among.len().max(1)).max(1)).max(1);
    let share = if among.is_some() { share } else { 1 };
    let limit = count.saturating_mul(ASKED).saturating_mul(share).saturating_add(ASKED_MORE);
    let rows = ask_within(&reader.address, GRAPH, async |connection| {
        let bind = |asked: sqlx::query::Query<'static, _, _>| {
            asked.persistent(false).bind(query.to_vec()).bind(i64::try_from(limit).unwrap_or(i64::MAX))
        };
        let rows = reader.rows(connection, &within(&sql, &reader.vector), bind).await?;
        let read = |row: &PgRow| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
        rows.iter().map(read).collect::<Result<Vec<(i64, f64, i64)>, Trouble>>()
    });
    let rows = rows.map_err(|trouble| reader.error(trouble))?;
    let chunks: i64 = rows.iter().map(|(_, _, chunks)| chunks).sum();
    let found =
        rows.iter().filter(|(version, _, _)| passes(version)).map(|(version, cosine, _)| (*version, *cosine));
    let near = in_order(reader, found, count);
    let is_all = usize::try_from(chunks).is_ok_and(|chunks| chunks < limit);
    Ok((near.len() == count || is_all).then_some(near))
}

/// The nearest first, of equally near ones the one with the smaller number.
fn in_order(reader: &Reader, found: impl Iterator<Item = (i64, f64)>, count: usize) -> Vec<Near> {
    let near = |(version, cosine): (i64, f64)| {
        let document = *reader.numbers.get(&version)?;
        Some(Near { document, cosine: (cosine as f32).clamp(-1.0, 1.0) })
    };
    let mut found: Vec<Near> = found.filter_map(near).filter(|near| near.cosine.is_finite()).collect();
    found.sort_unstable_by(|one, other| {
        other.cosine.total_cmp(&one.cosine).then(one.document.cmp(&other.document))
    });
    found.truncate(count);
    found
}

fn versions(reader: &Reader, among: Option<&[u32]>) -> Vec<i64> {
    match among {
        None => reader.versions.clone(),
        Some(among) => {
            among.iter().filter_map(|number| reader.versions.get(*number as usize)).copied().collect()
        }
    }
}

pub(super) fn similarities(reader: &Reader, query: &[f32], documents: &[u32]) -> Result<Vec<f32>, Error> {
    let Some(embedder) = reader.embedder else { return Ok(vec![0.0; documents.len()]) };
    let Some(query) = direction(query, embedder.dimensions)? else { return Ok(vec![0.0; documents.len()]) };
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT c.document, max(-(c.embedding::{vector}.vector OPERATOR({vector}.<#>) $2::real[]::{vector}.vector)) FROM {ccr}.chunk c \
               WHERE c.document = ANY($3) AND c.embedder = $4 AND NOT c.zero GROUP BY c.document";
    let versions = versions(reader, Some(documents));
    let found: HashMap<i64, f64> = reader.ask(async |connection| {
        let bind = |asked: sqlx::query::Query<'static, _, _>| {
            asked.bind(query.clone()).bind(versions.clone()).bind(embedder.number)
        };
        let rows = reader.rows(connection, &within(sql, &reader.vector), bind).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, Trouble>>()
    })?;
    let cosine = |number: &u32| {
        let cosine = reader.versions.get(*number as usize).and_then(|version| found.get(version));
        cosine.map_or(0.0, |cosine| (*cosine as f32).clamp(-1.0, 1.0))
    };
    Ok(documents.iter().map(cosine).collect())
}

pub(super) fn chunk_vectors(reader: &Reader) -> Result<Option<ChunkVectors>, Error> {
    let Some(embedder) = reader.embedder else { return Ok(None) };
    let mut vectors = ChunkVectors { dimensions: embedder.dimensions, ..ChunkVectors::default() };
    for batch in reader.versions.chunks(BATCH) {
        let chunks = reader.ask(async |connection| {
            let sql = "SELECT c.document, {vector}.halfvec_send(c.embedding) FROM {ccr}.chunk c \
                       WHERE c.document = ANY($2) AND c.embedder = $3 ORDER BY c.document, c.ordinal";
            let bind =
                |asked: sqlx::query::Query<'static, _, _>| asked.bind(batch.to_vec()).bind(embedder.number);
            let rows = reader.rows(connection, &within(sql, &reader.vector), bind).await?;
            let mut chunks: HashMap<i64, Vec<Vec<u8>>> = HashMap::new();
            for row in rows {
                chunks.entry(row.try_get(0)?).or_default().push(row.try_get(1)?);
            }
            Ok(chunks)
        })?;
        for version in batch {
            let Some(number) = reader.numbers.get(version) else { continue };
            for bytes in chunks.get(version).into_iter().flatten() {
                let damaged = || Trouble::Content(format!("a vector of document {number} is unreadable"));
                let before = vectors.values.len();
                vectors.values.extend(halves(bytes).ok_or_else(|| reader.error(damaged()))?);
                if vectors.values.len() - before != embedder.dimensions {
                    return Err(reader.error(damaged()));
                }
                vectors.documents.push(*number);
            }
        }
    }
    Ok(Some(vectors))
}
