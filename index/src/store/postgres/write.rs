//! The rows of what is new in a publish.

use std::collections::{BTreeMap, HashMap, HashSet};

use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::ask::{Trouble, query};
use super::copy::Copy;
use super::prepare::{NewPart, Prepared};
use super::publish::State;
use super::segment::{NewDocument, NewSegment, decode_calls, encode_calls};
use super::text::escape;
use super::{Address, rows};
use crate::lexical::{self, Tables};
use crate::store::{PartVectors, Update};

/// Contents that are looked up at once.
const BATCH: usize = 10_000;

/// A segment of the new generation.
pub(super) struct Placed {
    pub(super) number: i64,
    pub(super) versions: Vec<i64>,
    /// Whether the update said nothing of its documents.
    pub(super) is_kept: bool,
    pub(super) tables: Tables,
    pub(super) size: u64,
    pub(super) digest: String,
}

/// Writes what is new of the documents, of their vectors and of the segments, and gives all segments of the
/// new generation. A part whose segment is in service already, whole, gets that one.
pub(super) async fn write_parts(
    connection: &mut PgConnection,
    address: &Address,
    state: &mut State,
    update: &Update<'_>,
    prepared: &Prepared<'_>,
    listed: &[(i64, String)],
    embedder: Option<i32>,
) -> Result<Vec<Placed>, Trouble> {
    let news: Vec<&NewPart<'_>> = prepared.parts.iter().flatten().collect();
    let versions = write_documents(connection, address, state, &news).await?;
    if let Some(embedder) = embedder {
        write_chunks(connection, address, &news, &versions, embedder).await?;
    }
    let mut versions = versions.into_iter();
    let mut placed: Vec<Placed> = Vec::new();
    let mut written: Vec<(i64, &NewSegment<'_>)> = Vec::new();
    for (part, new) in update.parts.iter().zip(&prepared.parts) {
        let old = listed.iter().filter(|(_, source)| source == part.source).map(|(number, _)| *number);
        let old: Vec<i64> = old.collect();
        let Some(NewPart { segment, .. }) = new else {
            placed.extend(kept(connection, address, &old).await?);
            continue;
        };
        let versions = versions.next().unwrap_or_default();
        let free: Vec<i64> =
            old.into_iter().filter(|number| placed.iter().all(|placed| placed.number != *number)).collect();
        let sql = "SELECT number FROM {ccr}.segment WHERE number = ANY($1) AND digest = $2 AND documents = $3 LIMIT 1";
        let asked = query(address, sql).bind(free).bind(segment.digest.clone()).bind(versions.clone());
        let same = asked.fetch_optional(&mut *connection).await?;
        let number = match same {
            Some(row) => row.try_get(0)?,
            None => {
                state.segments += 1;
                write_segment(connection, address, state.segments, segment, &versions).await?;
                written.push((state.segments, segment));
                state.segments
            }
        };
        let tables = segment.inverted.tables.clone();
        placed.push(Placed {
            number,
            versions,
            is_kept: false,
            tables,
            size: segment.size,
            digest: segment.digest.clone(),
        });
    }
    write_postings(connection, address, &written).await?;
    write_facets(connection, address, &written).await?;
    Ok(placed)
}

/// The version of each document of each part; contents that the database does not hold yet are written.
async fn write_documents(
    connection: &mut PgConnection,
    address: &Address,
    state: &mut State,
    news: &[&NewPart<'_>],
) -> Result<Vec<Vec<i64>>, Trouble> {
    let all: Vec<&NewDocument<'_>> = news.iter().flat_map(|new| &new.segment.documents).collect();
    let mut known: HashMap<Vec<u8>, i64> = HashMap::with_capacity(all.len());
    for batch in all.chunks(BATCH) {
        let contents: Vec<Vec<u8>> = batch.iter().map(|new| new.content.to_vec()).collect();
        let sql = "SELECT content, version FROM {ccr}.document WHERE content = ANY($1)";
        for row in query(address, sql).bind(contents).fetch_all(&mut *connection).await? {
            known.insert(row.try_get(0)?, row.try_get(1)?);
        }
    }
    let mut copy = Copy::into(address, rows::COLUMNS);
    for NewDocument { document, under, body, content } in all {
        if !known.contains_key(content.as_slice()) {
            state.documents += 1;
            known.insert(content.to_vec(), state.documents);
            rows::write(copy.row(connection).await?, state.documents, content, under, document, body);
        }
    }
    copy.finish(connection).await?;
    let version = |new: &NewDocument<'_>| known.get(new.content.as_slice()).copied().unwrap_or_default();
    Ok(news.iter().map(|new| new.segment.documents.iter().map(version).collect()).collect())
}

/// Writes the vectors that came with the parts. Documents that have theirs already keep them; those of which
/// the embedder refused something get others.
async fn write_chunks(
    connection: &mut PgConnection,
    address: &Address,
    news: &[&NewPart<'_>],
    versions: &[Vec<i64>],
    embedder: i32,
) -> Result<(), Trouble> {
    let mut whole: HashSet<i64> = HashSet::new();
    let all: Vec<i64> = versions.concat();
    for batch in all.chunks(BATCH) {
        let sql =
            "SELECT document FROM {ccr}.embedded WHERE embedder = $1 AND document = ANY($2) AND refused = 0";
        for row in query(address, sql).bind(embedder).bind(batch.to_vec()).fetch_all(&mut *connection).await?
        {
            whole.insert(row.try_get(0)?);
        }
    }
    let mut embedded: BTreeMap<i64, (i32, i32)> = BTreeMap::new();
    for (new, versions) in news.iter().zip(versions) {
        let Some(PartVectors { embedded: were, .. }) = new.vectors else { continue };
        for (number, version) in (0..).zip(versions) {
            // A document without chunks is embedded too: there is nothing more to come.
            if were.is_none_or(|were| were.get(number as usize) == Some(&true)) && !whole.contains(version) {
                embedded.insert(*version, (0, new.refused.get(&number).copied().unwrap_or(0)));
            }
        }
    }
    let again: Vec<i64> = embedded.keys().copied().collect();
    for table in ["chunk", "embedded"] {
        let sql = format!("DELETE FROM {{ccr}}.{table} WHERE embedder = $1 AND document = ANY($2)");
        query(address, &sql).bind(embedder).bind(again.clone()).execute(&mut *connection).await?;
    }
    let mut copy = Copy::into(address, "chunk (document, embedder, ordinal, zero, embedding)");
    for (new, versions) in news.iter().zip(versions) {
        let Some(PartVectors { chunks, .. }) = new.vectors else { continue };
        for (number, values) in chunks.documents.iter().zip(chunks.values.chunks_exact(chunks.dimensions)) {
            let Some(version) = versions.get(*number as usize) else { continue };
            let Some((ordinal, _)) = embedded.get_mut(version) else { continue };
            let row = copy.row(connection).await?;
            row.bigint(*version).int(embedder).int(*ordinal);
            row.boolean(values.iter().all(|value| *value == 0.0)).halves(values);
            *ordinal += 1;
        }
    }
    copy.finish(connection).await?;
    let mut copy = Copy::into(address, "embedded (embedder, document, chunks, refused)");
    for (version, (chunks, refused)) in &embedded {
        copy.row(connection).await?.int(embedder).bigint(*version).int(*chunks).int(*refused);
    }
    copy.finish(connection).await
}

async fn write_segment(
    connection: &mut PgConnection,
    address: &Address,
    number: i64,
    segment: &NewSegment<'_>,
    versions: &[i64],
) -> Result<(), Trouble> {
    let Tables { outline, words, calls } = &segment.inverted.tables;
    let sql = "INSERT INTO {ccr}.segment (number, source, documents, outline, words, calls, size, digest) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let insert =
        query(address, sql).bind(number).bind(escape(segment.source).into_owned()).bind(versions.to_vec());
    let insert = insert.bind(outline.clone()).bind(words.clone()).bind(encode_calls(calls));
    insert.bind(segment.size.cast_signed()).bind(segment.digest.clone()).execute(connection).await?;
    Ok(())
}

async fn write_postings(
    connection: &mut PgConnection,
    address: &Address,
    segments: &[(i64, &NewSegment<'_>)],
) -> Result<(), Trouble> {
    let mut copy = Copy::into(address, "posting (segment, term, documents, bytes)");
    for (number, segment) in segments {
        for (term, bytes) in &segment.inverted.terms {
            let documents = i32::try_from(lexical::count_of(bytes)).unwrap_or(i32::MAX);
            copy.row(connection).await?.bigint(*number).text(term).int(documents).bytes(bytes);
        }
    }
    copy.finish(connection).await
}

async fn write_facets(
    connection: &mut PgConnection,
    address: &Address,
    segments: &[(i64, &NewSegment<'_>)],
) -> Result<(), Trouble> {
    let mut copy = Copy::into(address, "facet (segment, facet, value, spellings, times, count, documents)");
    for (number, segment) in segments {
        for facet in &segment.facets {
            let spellings: Vec<String> =
                facet.spellings.iter().map(|(text, _)| escape(text).into_owned()).collect();
            let times: Vec<i32> = facet.spellings.iter().map(|(_, times)| times.cast_signed()).collect();
            let row = copy.row(connection).await?.bigint(*number).text(facet.facet).text(&facet.value);
            row.texts(spellings.iter().map(String::as_str)).ints(&times);
            row.int(facet.count.cast_signed()).bytes(&facet.documents);
        }
    }
    copy.finish(connection).await
}

/// The segments of a source that stay.
async fn kept(
    connection: &mut PgConnection,
    address: &Address,
    numbers: &[i64],
) -> Result<Vec<Placed>, Trouble> {
    let mut placed = Vec::with_capacity(numbers.len());
    for number in numbers {
        let sql =
            "SELECT documents, outline, words, calls, size, digest FROM {ccr}.segment WHERE number = $1";
        let row = query(address, sql).bind(number).fetch_one(&mut *connection).await?;
        let unreadable = || Trouble::Content(format!("the keywords of segment {number} are unreadable"));
        let calls = decode_calls(row.try_get(3)?).ok_or_else(unreadable)?;
        placed.push(Placed {
            number: *number,
            versions: row.try_get(0)?,
            is_kept: true,
            tables: Tables { outline: row.try_get(1)?, words: row.try_get(2)?, calls },
            size: row.try_get::<i64, _>(4)?.cast_unsigned(),
            digest: row.try_get(5)?,
        });
    }
    Ok(placed)
}
