//! A publish: one transaction, whose beginning waits for those of others.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

use super::ask::{Trouble, query};
use super::copy::Copy;
use super::segment::{NewDocument, NewSegment, decode_calls, encode_calls};
use super::text::{escape, unescape};
use super::{Address, FORMAT, MOST_DIMENSIONS, rows, spread, sweep};
use crate::lexical::{self, Outline, Tables, join_tables};
use crate::manifest::{EmbedderId, FileDigest, Manifest, SourceState};
use crate::store::{Error, PartDocuments, PartVectors, Update};
use crate::vectors::{self, ChunkVectors, Spread};

/// Contents that are looked up at once.
const BATCH: usize = 10_000;

/// What an update says, ready to be written: everything that takes long and needs no database.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    /// A segment for each part that has new documents; what such a part says of vectors.
    parts: Vec<Option<NewPart<'a>>>,
    /// What was about to be put into service by an attempt whose end nobody saw.
    attempted: Mutex<Option<(String, Manifest)>>,
}

#[derive(Debug)]
struct NewPart<'a> {
    segment: NewSegment<'a>,
    vectors: Option<PartVectors<'a>>,
    /// By position, how many chunks were refused.
    refused: HashMap<u32, i32>,
}

impl<'a> Prepared<'a> {
    /// Refuses what readers could not use, and inverts what is new.
    pub(super) fn of(update: &Update<'a>) -> Result<Prepared<'a>, Error> {
        let mut parts = Vec::with_capacity(update.parts.len());
        for part in &update.parts {
            let PartDocuments::New { documents, vectors } = part.documents else {
                parts.push(None);
                continue;
            };
            if let Some(vectors) = vectors {
                check(vectors.chunks, documents.len(), update.embedder.as_ref())?;
            }
            let mut counted: HashMap<u32, i32> = HashMap::new();
            let refused = vectors.iter().flat_map(|vectors| vectors.refused);
            refused.for_each(|number| *counted.entry(*number).or_default() += 1);
            let segment = NewSegment::of(part.source, documents);
            parts.push(Some(NewPart { segment, vectors, refused: counted }));
        }
        Ok(Prepared { parts, attempted: Mutex::new(None) })
    }
}

fn check(vectors: &ChunkVectors, documents: usize, embedder: Option<&EmbedderId>) -> Result<(), Error> {
    let embedder = embedder.ok_or(Error::EmbedderWithoutVectors)?;
    if usize::try_from(embedder.dimensions) != Ok(vectors.dimensions) {
        return Err(Error::OtherDimensions {
            model: embedder.model.clone(),
            expected: embedder.dimensions,
            found: vectors.dimensions,
        });
    }
    vectors::check(vectors)?;
    match vectors.documents.last().filter(|number| **number as usize >= documents) {
        Some(number) => Err(Error::NoSuchDocument { document: *number, documents }),
        None => Ok(()),
    }
}

/// The row of `index_state`.
struct State {
    generation: Option<i64>,
    generations: i64,
    segments: i64,
    documents: i64,
    embedders: i32,
}

/// A segment of the new generation.
struct Placed {
    number: i64,
    versions: Vec<i64>,
    tables: Tables,
    size: u64,
    digest: String,
}

/// Writes the update and puts it into service.
pub(super) async fn publish(
    connection: &mut PgConnection,
    address: &Address,
    update: &Update<'_>,
    prepared: &Prepared<'_>,
) -> Result<Manifest, Trouble> {
    let mut transaction = connection.begin().await?;
    // How long a publish takes is for nobody to limit; that it waits for another is no failure either.
    transaction.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0").await?;
    let mut state = lock_state(&mut transaction, address).await?;
    if let Some(manifest) = done_before(&mut transaction, address, &state, prepared).await? {
        return Ok(manifest);
    }
    let (before, listed) = in_service(&mut transaction, address, &state).await?;
    let embedder = match &update.embedder {
        Some(embedder) => Some(number_embedder(&mut transaction, address, &mut state, embedder).await?),
        None => None,
    };
    let placed =
        write_parts(&mut transaction, address, &mut state, update, prepared, &listed, embedder).await?;
    let versions: Vec<i64> = placed.iter().flat_map(|segment| &segment.versions).copied().collect();
    check_ids(&mut transaction, address, &versions).await?;
    let spread = match embedder {
        Some(embedder) => {
            check_vectors(&mut transaction, address, &versions, embedder).await?;
            Some(spread::of(&mut transaction, address, &versions, embedder).await?)
        }
        None => None,
    };
    let numbers: Vec<i64> = placed.iter().map(|segment| segment.number).collect();
    let tables: Vec<Tables> = placed.iter().map(|segment| segment.tables.clone()).collect();
    let callers = callers(&mut transaction, address, &numbers, &tables).await?;
    let mut blobs = join_tables(&tables, |term| callers.get(term).copied().unwrap_or(0));
    let outline = blobs.iter().find(|(name, _)| name == "outline").map(|(_, bytes)| bytes.clone());
    let counts = Outline::new(outline.unwrap_or_default()).counts();
    blobs.extend(spread.map(|spread| (Spread::BLOB.to_owned(), spread.encode())));

    let number = state.generations + 1;
    let files = placed.iter().map(|segment| FileDigest {
        name: format!("segment/{}", segment.number),
        size: segment.size,
        blake3: segment.digest.clone(),
    });
    let manifest = Manifest {
        format: FORMAT.cast_unsigned(),
        program: update.program.to_owned(),
        generation: number.cast_unsigned(),
        previous: state.generation.map(i64::cast_unsigned),
        created: update.created,
        embedder: update.embedder.clone(),
        sources: sources(update, before.as_ref()),
        counts,
        files: files.collect(),
    };
    let json = serde_json::to_string(&manifest).map_err(|error| Trouble::Content(error.to_string()))?;
    let digest = blake3::hash(json.as_bytes()).to_hex().to_string();
    let sql = "INSERT INTO {ccr}.generation (number, manifest, digest, segments, embedder) \
               VALUES ($1, $2::text::json, $3, $4, $5)";
    let insert = query(address, sql).bind(number).bind(json).bind(digest.clone()).bind(numbers).bind(embedder);
    insert.execute(&mut *transaction).await?;
    for (name, bytes) in blobs {
        let sql = "INSERT INTO {ccr}.blob (generation, name, bytes) VALUES ($1, $2, $3)";
        query(address, sql).bind(number).bind(name).bind(bytes).execute(&mut *transaction).await?;
    }
    let sql = "UPDATE {ccr}.index_state \
               SET generation = $1, generations = $1, segments = $2, documents = $3, embedders = $4";
    let set =
        query(address, sql).bind(number).bind(state.segments).bind(state.documents).bind(state.embedders);
    set.execute(&mut *transaction).await?;
    sweep::remove_old(&mut transaction, address, number, state.generation).await?;
    *prepared.attempted.lock().unwrap_or_else(PoisonError::into_inner) = Some((digest, manifest.clone()));
    transaction.commit().await?;
    Ok(manifest)
}

/// Waits until nobody else publishes, and keeps others waiting until the transaction ends.
async fn lock_state(connection: &mut PgConnection, address: &Address) -> Result<State, Trouble> {
    let sql =
        "SELECT generation, generations, segments, documents, embedders FROM {ccr}.index_state FOR UPDATE";
    let row = query(address, sql).fetch_one(connection).await?;
    Ok(State {
        generation: row.try_get(0)?,
        generations: row.try_get(1)?,
        segments: row.try_get(2)?,
        documents: row.try_get(3)?,
        embedders: row.try_get(4)?,
    })
}

/// What an earlier attempt put into service: the connection may be lost when only the answer was missing.
async fn done_before(
    connection: &mut PgConnection,
    address: &Address,
    state: &State,
    prepared: &Prepared<'_>,
) -> Result<Option<Manifest>, Trouble> {
    let attempted = prepared.attempted.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let Some((digest, manifest)) = attempted else { return Ok(None) };
    let sql = "SELECT number FROM {ccr}.generation WHERE number = $1 AND digest = $2";
    let same = query(address, sql).bind(state.generation).bind(digest).fetch_optional(connection).await?;
    Ok(same.map(|_| manifest))
}

/// The manifest in service, and the segments in service with their sources, in their order.
async fn in_service(
    connection: &mut PgConnection,
    address: &Address,
    state: &State,
) -> Result<(Option<Manifest>, Vec<(i64, String)>), Trouble> {
    let sql = "SELECT manifest::text FROM {ccr}.generation WHERE number = $1";
    let row = query(address, sql).bind(state.generation).fetch_optional(&mut *connection).await?;
    let json: Option<String> = row.map(|row| row.try_get(0)).transpose()?;
    // One that cannot be read does not stop a publish: it is how it heals.
    let manifest = json.and_then(|json| serde_json::from_str(&json).ok());
    let sql = "SELECT s.number, s.source FROM {ccr}.generation g \
               CROSS JOIN LATERAL unnest(g.segments) WITH ORDINALITY AS listed(number, place) \
               JOIN {ccr}.segment s ON s.number = listed.number WHERE g.number = $1 ORDER BY listed.place";
    let rows = query(address, sql).bind(state.generation).fetch_all(connection).await?;
    let listed = rows.iter().map(|row| Ok((row.try_get(0)?, unescape(row.try_get(1)?))));
    Ok((manifest, listed.collect::<Result<_, Trouble>>()?))
}

async fn number_embedder(
    connection: &mut PgConnection,
    address: &Address,
    state: &mut State,
    embedder: &EmbedderId,
) -> Result<i32, Trouble> {
    let EmbedderId { provider, model, dimensions } = embedder;
    let dimensions = dimensions.cast_signed();
    let sql = "SELECT number FROM {ccr}.embedder WHERE provider = $1 AND model = $2 AND dimensions = $3";
    let known = query(address, sql).bind(provider.clone()).bind(model.clone()).bind(dimensions);
    if let Some(row) = known.fetch_optional(&mut *connection).await? {
        return Ok(row.try_get(0)?);
    }
    state.embedders += 1;
    let sql = "INSERT INTO {ccr}.embedder (number, provider, model, dimensions) VALUES ($1, $2, $3, $4)";
    let insert = query(address, sql).bind(state.embedders).bind(provider.clone()).bind(model.clone());
    insert.bind(dimensions).execute(connection).await?;
    Ok(state.embedders)
}

/// Writes what is new of the documents, of their vectors and of the segments, and gives all segments of the
/// new generation. A part whose segment is in service already, whole, gets that one.
async fn write_parts(
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
        placed.push(Placed { number, versions, tables, size: segment.size, digest: segment.digest.clone() });
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
            tables: Tables { outline: row.try_get(1)?, words: row.try_get(2)?, calls },
            size: row.try_get::<i64, _>(4)?.cast_unsigned(),
            digest: row.try_get(5)?,
        });
    }
    Ok(placed)
}

/// Refuses two documents of one id.
async fn check_ids(
    connection: &mut PgConnection,
    address: &Address,
    versions: &[i64],
) -> Result<(), Trouble> {
    let sql = "SELECT d.id FROM unnest($1::bigint[]) AS listed(version) \
               JOIN {ccr}.document d ON d.version = listed.version GROUP BY d.id HAVING count(*) > 1 LIMIT 1";
    match query(address, sql).bind(versions.to_vec()).fetch_optional(connection).await? {
        Some(row) => Err(Trouble::Ours(Error::DuplicateId { id: unescape(row.try_get(0)?) })),
        None => Ok(()),
    }
}

/// Refuses documents of which nobody knows the vectors.
async fn check_vectors(
    connection: &mut PgConnection,
    address: &Address,
    versions: &[i64],
    embedder: i32,
) -> Result<(), Trouble> {
    let sql = "SELECT count(*) FROM unnest($1::bigint[]) AS listed(version) WHERE NOT EXISTS \
               (SELECT 1 FROM {ccr}.embedded m WHERE m.document = listed.version AND m.embedder = $2)";
    let row = query(address, sql).bind(versions.to_vec()).bind(embedder).fetch_one(connection).await?;
    match row.try_get::<i64, _>(0)? {
        0 => Ok(()),
        some => Err(Trouble::Ours(Error::WithoutVectors { documents: some as usize })),
    }
}

/// How many documents of all segments hold the term of each call.
async fn callers(
    connection: &mut PgConnection,
    address: &Address,
    segments: &[i64],
    tables: &[Tables],
) -> Result<HashMap<String, u32>, Trouble> {
    let calls = tables.iter().flat_map(|tables| &tables.calls);
    let keys: HashMap<String, &str> =
        calls.map(|(_, term)| (super::text::key(term).into_owned(), term.as_str())).collect();
    let sql = "SELECT term, sum(documents) FROM {ccr}.posting \
               WHERE segment = ANY($1) AND term = ANY($2) GROUP BY term";
    let asked = query(address, sql).bind(segments.to_vec()).bind(keys.keys().cloned().collect::<Vec<_>>());
    let mut callers = HashMap::new();
    for row in asked.fetch_all(connection).await? {
        let key: String = row.try_get(0)?;
        if let Some(term) = keys.get(&key) {
            callers.insert((*term).to_owned(), u32::try_from(row.try_get::<i64, _>(1)?).unwrap_or(u32::MAX));
        }
    }
    Ok(callers)
}

/// What the new manifest says of the sources.
fn sources(update: &Update<'_>, before: Option<&Manifest>) -> Vec<SourceState> {
    let known = |slug: &str| before?.sources.iter().find(|state| state.collection.slug == slug);
    let said = update.sources.iter();
    said.filter_map(|(slug, state)| state.as_ref().or_else(|| known(slug)).cloned()).collect()
}

/// Makes the graph of neighbours of an embedder where there is none and it pays, and tells the planner of
/// what was written.
pub(super) async fn graph(
    connection: &mut PgConnection,
    address: &Address,
    embedder: &EmbedderId,
) -> Result<(), Trouble> {
    let sql = "SELECT e.number, (SELECT count(*) FROM {ccr}.embedded m WHERE m.embedder = e.number) \
               FROM {ccr}.embedder e WHERE e.provider = $1 AND e.model = $2 AND e.dimensions = $3";
    let asked = query(address, sql).bind(embedder.provider.clone()).bind(embedder.model.clone());
    let row = asked.bind(embedder.dimensions.cast_signed()).fetch_one(&mut *connection).await?;
    let (number, documents): (i32, i64) = (row.try_get(0)?, row.try_get(1)?);
    let (schema, dimensions) = (address.schema(), embedder.dimensions);
    if documents.cast_unsigned() < address.graph_from() || dimensions as usize > MOST_DIMENSIONS {
        return Ok(());
    }
    let name = format!("chunk_nearest_{number}");
    let known = query(address, "SELECT to_regclass($1) IS NOT NULL").bind(format!("{schema}.{name}"));
    if known.fetch_one(&mut *connection).await?.try_get(0)? {
        return Ok(());
    }
    let sql = format!(
        "SET maintenance_work_mem = '512MB'; SET statement_timeout = 0; \
         CREATE INDEX IF NOT EXISTS {name} ON {schema}.chunk \
         USING hnsw ((embedding::halfvec({dimensions})) halfvec_cosine_ops) WHERE embedder = {number}; \
         ANALYZE {schema}.document, {schema}.posting, {schema}.facet, {schema}.chunk, {schema}.embedded"
    );
    connection.execute(AssertSqlSafe(sql)).await?;
    Ok(())
}
