//! A publish: one transaction, whose beginning waits for those of others.

use std::sync::PoisonError;

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor, Row};

use super::ask::{Trouble, query};
use super::prepare::Prepared;
use super::text::unescape;
use super::write::write_parts;
use super::{Address, FORMAT, older, spread, sweep, whole};
use crate::lexical::Outline;
use crate::lexical::{Tables, join_tables};
use crate::manifest::{EmbedderId, FailedSource, FileDigest, Manifest, SourceState};
use crate::store::Update;
use crate::vectors::Spread;

/// The row of `index_state`.
pub(super) struct State {
    format: i32,
    generation: Option<i64>,
    generations: i64,
    pub(super) segments: i64,
    pub(super) documents: i64,
    embedders: i32,
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
    if state.format < FORMAT {
        older::clear(&mut transaction, address).await?;
        state.generation = None;
    }
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
    let news = prepared.parts.iter().flatten().flat_map(|new| &new.segment.documents);
    let ids: Vec<&str> = news.map(|new| new.document.id.as_str()).collect();
    let kept: Vec<i64> = placed
        .iter()
        .filter(|segment| segment.is_kept)
        .flat_map(|segment| &segment.versions)
        .copied()
        .collect();
    whole::check_ids(&mut transaction, address, &kept, &ids).await?;
    let spread = match embedder {
        Some(embedder) => {
            whole::check_vectors(&mut transaction, address, &versions, embedder).await?;
            Some(spread::of(&mut transaction, address, &versions, embedder).await?)
        }
        None => None,
    };
    let numbers: Vec<i64> = placed.iter().map(|segment| segment.number).collect();
    let tables: Vec<Tables> = placed.iter().map(|segment| segment.tables.clone()).collect();
    let callers = whole::callers(&mut transaction, address, &numbers, &tables).await?;
    let mut blobs = join_tables(&tables, |term| callers.get(term).copied().unwrap_or(0));
    let outline = blobs.iter().find(|(name, _)| name == "outline").map(|(_, bytes)| bytes.clone());
    let counts = Outline::new(outline.unwrap_or_default()).counts();
    blobs.extend(spread.map(|spread| (Spread::BLOB.to_owned(), spread.encode())));

    let number = state.generations + 1;
    let mut sources = sources(update, before.as_ref());
    pin(&mut transaction, address, &state, &mut sources).await?;
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
        failed: failed(update, &sources, before.as_ref()),
        sources,
        counts,
        files: files.collect(),
    };
    let json = serde_json::to_string(&manifest).map_err(|error| Trouble::Content(error.to_string()))?;
    let digest = blake3::hash(json.as_bytes()).to_hex().to_string();
    let sql = "INSERT INTO {ccr}.generation (number, manifest, digest, segments, embedder) \
               VALUES ($1, $2::text::json, $3, $4, $5)";
    let insert =
        query(address, sql).bind(number).bind(json).bind(digest.clone()).bind(numbers).bind(embedder);
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
    sweep::remove_old(&mut transaction, address, &manifest).await?;
    *prepared.attempted.lock().unwrap_or_else(PoisonError::into_inner) = Some((digest, manifest.clone()));
    transaction.commit().await?;
    Ok(manifest)
}

/// Lets sources that shrank name the generation in service where the one that they name was removed: it is the
/// last that has what they had, because nobody else writes them.
async fn pin(
    connection: &mut PgConnection,
    address: &Address,
    state: &State,
    sources: &mut [SourceState],
) -> Result<(), Trouble> {
    let shrinks = || sources.iter().flat_map(|source| &source.shrinks);
    let named: Vec<i64> = shrinks().filter_map(|shrink| shrink.whole_in).map(u64::cast_signed).collect();
    if named.is_empty() {
        return Ok(());
    }
    let sql = "SELECT number FROM {ccr}.generation WHERE number = ANY($1)";
    let rows = query(address, sql).bind(named).fetch_all(connection).await?;
    let there: Vec<i64> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    for shrink in sources.iter_mut().flat_map(|source| &mut source.shrinks) {
        if shrink.whole_in.is_some_and(|number| !there.contains(&number.cast_signed())) {
            shrink.whole_in = state.generation.map(i64::cast_unsigned);
        }
    }
    Ok(())
}

/// Waits until nobody else publishes, and keeps others waiting until the transaction ends.
async fn lock_state(connection: &mut PgConnection, address: &Address) -> Result<State, Trouble> {
    let sql = "SELECT format, generation, generations, segments, documents, embedders \
               FROM {ccr}.index_state FOR UPDATE";
    let row = query(address, sql).fetch_one(connection).await?;
    Ok(State {
        format: row.try_get(0)?,
        generation: row.try_get(1)?,
        generations: row.try_get(2)?,
        segments: row.try_get(3)?,
        documents: row.try_get(4)?,
        embedders: row.try_get(5)?,
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

/// What the new manifest says of the sources.
fn sources(update: &Update<'_>, before: Option<&Manifest>) -> Vec<SourceState> {
    let known = |slug: &str| before?.sources.iter().find(|state| state.collection.slug == slug);
    let said = update.sources.iter();
    said.filter_map(|(slug, state)| state.as_ref().or_else(|| known(slug)).cloned()).collect()
}

/// What the new manifest says of sources of which there is nothing.
fn failed(update: &Update<'_>, sources: &[SourceState], before: Option<&Manifest>) -> Vec<FailedSource> {
    let is_unsaid = |failed: &&FailedSource| {
        update.sources.iter().any(|(slug, state)| *slug == failed.slug && state.is_none())
            && update.failed.iter().all(|own| own.slug != failed.slug)
            && sources.iter().all(|state| state.collection.slug != failed.slug)
    };
    let of_others = before.into_iter().flat_map(|before| &before.failed).filter(is_unsaid);
    let mut all: Vec<FailedSource> = update.failed.iter().chain(of_others).cloned().collect();
    all.sort_by(|one, other| one.slug.cmp(&other.slug));
    all
}
