use std::collections::HashMap;

use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};

use super::ask::{Trouble, ask, query};
use super::text::{escape, key, unescape};
use super::{Address, FORMAT, extension, facets, nearest, rows};
use crate::lexical::join_postings;
use crate::manifest::Manifest;
use crate::model::Document;
use crate::store::{DocumentHead, Error, Facets, Filter, Generation};
use crate::vectors::{ChunkVectors, Near};

/// Times that a generation may be removed while it is being opened.
const ATTEMPTS: usize = 5;

/// Documents that are asked for at once.
const BATCH: usize = 2_000;

/// An open generation in PostgreSQL.
///
/// Nothing is held open in the database: every question names the generation, and one that was removed
/// meanwhile is [`Error::Removed`]. So questions may go through a pooler, to a replica, and to a server that
/// was started again.
#[derive(Debug)]
pub struct Reader {
    pub(super) address: Address,
    pub(super) manifest: Manifest,
    pub(super) digest: String,
    pub(super) segments: Vec<Segment>,
    /// The version of each document by its number, and the other way round.
    pub(super) versions: Vec<i64>,
    pub(super) numbers: HashMap<i64, u32>,
    pub(super) embedder: Option<Embedder>,
    /// The schema of pgvector, as SQL has it.
    pub(super) vector: String,
}

/// A segment of an open generation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) number: i64,
    /// Number of its first document.
    pub(super) base: u32,
    /// How many it has.
    pub(super) documents: u32,
}

/// What computed the vectors of an open generation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Embedder {
    pub(super) number: i32,
    pub(super) dimensions: usize,
}

/// The number of the generation in service, without opening it.
///
/// # Errors
/// As [`Reader::open`].
pub fn in_service(address: &Address) -> Result<u64, Error> {
    let sql = "SELECT generation FROM {ccr}.index_state";
    let number = ask(address, async |connection| {
        let row = query(address, sql).fetch_one(connection).await?;
        Ok(row.try_get::<Option<i64>, _>(0)?)
    });
    let number = number.map_err(|trouble| trouble.into_error("read", address))?;
    number.map(i64::cast_unsigned).ok_or_else(|| Error::NoIndex { place: address.to_string() })
}

/// Refuses tables whose contents another version of the program wrote.
pub(super) async fn check_format(connection: &mut PgConnection, address: &Address) -> Result<(), Trouble> {
    let row = query(address, "SELECT format FROM {ccr}.index_state").fetch_optional(connection).await?;
    let found: i32 = row.map(|row| row.try_get(0)).transpose()?.unwrap_or(0);
    if found == FORMAT {
        return Ok(());
    }
    let (place, cure) = (address.to_string(), "`ccr migrate` and `ccr index`");
    let found = found.cast_unsigned();
    Err(Trouble::Ours(Error::OtherFormat { place, cure, found, expected: FORMAT.cast_unsigned() }))
}

impl Reader {
    /// Opens the generation in service.
    ///
    /// # Errors
    /// [`Error::NoIndex`] where nothing was published, [`Error::OtherFormat`] where another version of
    /// the program wrote it, [`Error::Damaged`] where it is not what was written, [`Error::Forbidden`] where
    /// the role may not read it, [`Error::Away`] where the database cannot be asked now.
    pub fn open(address: &Address) -> Result<Reader, Error> {
        let opened = ask(address, async |connection| {
            check_format(connection, address).await?;
            open(connection, address, None).await
        });
        opened.map_err(|trouble| trouble.into_error("open", address))
    }

    /// Opens a generation by its number.
    pub(super) fn open_number(address: &Address, number: i64) -> Result<Reader, Error> {
        let opened = ask(address, async |connection| open(connection, address, Some(number)).await);
        opened.map_err(|trouble| trouble.into_error("open", address))
    }

    /// Asks for rows of this generation: `sql` is a query whose parameters begin with `$2`, and whose first
    /// column is never null.
    pub(super) async fn rows(
        &self,
        connection: &mut PgConnection,
        sql: &str,
        bind: impl FnOnce(
            sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments>,
        ) -> sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments>,
    ) -> Result<Vec<PgRow>, Trouble> {
        // One statement sees one state of the database: rows and whether the generation is there.
        let sql = format!(
            "SELECT found.* FROM {{ccr}}.generation g LEFT JOIN LATERAL ({sql}) AS found ON true WHERE g.digest = $1"
        );
        let asked = bind(query(&self.address, &sql).bind(self.digest.clone()));
        let mut rows = asked.fetch_all(connection).await?;
        match rows.as_slice() {
            [] => return Err(Trouble::Removed(self.manifest.generation)),
            [only] if only.try_get_raw(0).is_ok_and(|value| sqlx::ValueRef::is_null(&value)) => rows.clear(),
            _ => {}
        }
        Ok(rows)
    }

    pub(super) fn ask<T>(
        &self,
        question: impl AsyncFn(&mut PgConnection) -> Result<T, Trouble>,
    ) -> Result<T, Error> {
        ask(&self.address, question).map_err(|trouble| self.error(trouble))
    }

    pub(super) fn error(&self, trouble: Trouble) -> Error {
        if trouble.no_tables() {
            // They were there when the generation was opened.
            return Trouble::Removed(self.manifest.generation).into_error("read", &self.address);
        }
        trouble.into_error("read", &self.address)
    }

    pub(super) fn segment_numbers(&self) -> Vec<i64> {
        self.segments.iter().map(|segment| segment.number).collect()
    }

    fn version(&self, number: u32) -> Result<i64, Error> {
        let version = self.versions.get(number as usize).copied();
        let missing = || Trouble::Content(format!("there is no document {number}"));
        version.ok_or_else(|| missing().into_error("read", &self.address))
    }

    /// What `read` makes of the rows of documents, in the order of their numbers.
    fn read<T: Clone>(
        &self,
        numbers: &[u32],
        columns: &str,
        read: impl Fn(&PgRow) -> Result<(i64, T), Trouble>,
    ) -> Result<Vec<T>, Error> {
        let versions: Vec<i64> =
            numbers.iter().map(|number| self.version(*number)).collect::<Result<_, _>>()?;
        let sql = format!("SELECT {columns} FROM {{ccr}}.document d WHERE d.version = ANY($2)");
        let mut all = Vec::with_capacity(numbers.len());
        for batch in versions.chunks(BATCH) {
            let found: HashMap<i64, T> = self.ask(async |connection| {
                let rows = self.rows(connection, &sql, |asked| asked.bind(batch.to_vec())).await?;
                rows.iter().map(&read).collect()
            })?;
            for version in batch {
                let missing = || Trouble::Content(format!("version {version} of a document is missing"));
                all.push(found.get(version).cloned().ok_or_else(|| self.error(missing()))?);
            }
        }
        Ok(all)
    }

    /// The numbers of versions that are in this generation.
    fn known(&self, rows: &[PgRow], column: usize) -> Result<Vec<u32>, Trouble> {
        let mut numbers = Vec::new();
        for row in rows {
            numbers.extend(self.numbers.get(&row.try_get::<i64, _>(column)?));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }
}

/// Opens the generation of a number, or the one in service.
async fn open(
    connection: &mut PgConnection,
    address: &Address,
    number: Option<i64>,
) -> Result<Reader, Trouble> {
    let sql = format!(
        "SELECT g.number, g.manifest::text, g.digest, g.segments, g.embedder, e.dimensions, \
               coalesce({}, 'public') \
               FROM {{ccr}}.index_state s LEFT JOIN {{ccr}}.generation g ON g.number = coalesce($1, s.generation) \
               LEFT JOIN {{ccr}}.embedder e ON e.number = g.embedder",
        extension::SCHEMA
    );
    for _ in 0..ATTEMPTS {
        let row = query(address, &sql).bind(number).fetch_one(&mut *connection).await?;
        let Some(generation) = row.try_get::<Option<i64>, _>(0)? else {
            return Err(Trouble::Ours(Error::NoIndex { place: address.to_string() }));
        };
        let (json, digest): (String, String) = (row.try_get(1)?, row.try_get(2)?);
        let damaged = |what: &str| Trouble::Content(format!("generation {generation}: {what}"));
        if blake3::hash(json.as_bytes()).to_hex().as_str() != digest {
            return Err(damaged("its manifest does not have its digest"));
        }
        let manifest: Manifest = serde_json::from_str(&json).map_err(|error| damaged(&error.to_string()))?;
        let listed: Vec<i64> = row.try_get(3)?;
        let embedder: Option<(i32, i32)> = row.try_get::<Option<i32>, _>(4)?.zip(row.try_get(5)?);
        let vector: String = row.try_get(6)?;
        let sql = "SELECT number, documents FROM {ccr}.segment WHERE number = ANY($1)";
        let rows = query(address, sql).bind(listed.clone()).fetch_all(&mut *connection).await?;
        let mut held: HashMap<i64, Vec<i64>> = HashMap::new();
        for row in rows {
            held.insert(row.try_get(0)?, row.try_get(1)?);
        }
        let (mut segments, mut versions) = (Vec::new(), Vec::new());
        for number in &listed {
            let Some(documents) = held.remove(number) else { break };
            let base = u32::try_from(versions.len()).map_err(|_| damaged("it has too many documents"))?;
            segments.push(Segment { number: *number, base, documents: documents.len() as u32 });
            versions.extend(documents);
        }
        if segments.len() < listed.len() {
            // Newer ones were published, and this one removed, since its row was read.
            continue;
        }
        let numbers: HashMap<i64, u32> = versions.iter().copied().zip(0..).collect();
        if numbers.len() < versions.len() {
            return Err(damaged("it holds a document twice"));
        }
        let embedder =
            embedder.map(|(number, dimensions)| Embedder { number, dimensions: dimensions as usize });
        let address = address.clone();
        return Ok(Reader { address, manifest, digest, segments, versions, numbers, embedder, vector });
    }
    Err(Trouble::Content("the generation in service has segments that are missing".to_owned()))
}

impl Generation for Reader {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn document_count(&self) -> u32 {
        self.versions.len() as u32
    }

    fn is_in_service(&self) -> Result<bool, Error> {
        let sql = "SELECT g.digest FROM {ccr}.index_state s LEFT JOIN {ccr}.generation g ON g.number = s.generation";
        let digest: Option<String> = ask(&self.address, async |connection| {
            Ok(query(&self.address, sql).fetch_one(connection).await?.try_get(0)?)
        })
        .map_err(|trouble| trouble.into_error("read", &self.address))?;
        Ok(digest.as_ref() == Some(&self.digest))
    }

    fn postings(&self, terms: &[&str]) -> Result<Vec<Option<Vec<u8>>>, Error> {
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<String> = terms.iter().map(|term| key(term).into_owned()).collect();
        let sql = "SELECT p.segment, p.term, p.bytes FROM {ccr}.posting p \
                   WHERE p.segment = ANY($2) AND p.term = ANY($3)";
        let mut found: HashMap<(String, i64), Vec<u8>> = self.ask(async |connection| {
            let bind = |asked: sqlx::query::Query<'static, _, _>| {
                asked.bind(self.segment_numbers()).bind(keys.clone())
            };
            let rows = self.rows(connection, sql, bind).await?;
            let read = |row: &PgRow| Ok(((row.try_get(1)?, row.try_get(0)?), row.try_get(2)?));
            rows.iter().map(read).collect()
        })?;
        let joined = keys.into_iter().map(|key| {
            let lists: Vec<(u32, Vec<u8>)> = self
                .segments
                .iter()
                .filter_map(|segment| Some((segment.base, found.remove(&(key.clone(), segment.number))?)))
                .collect();
            (!lists.is_empty())
                .then(|| join_postings(lists.iter().map(|(base, list)| (*base, list.as_slice()))))
        });
        Ok(joined.collect())
    }

    fn blob(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let sql = "SELECT b.bytes FROM {ccr}.blob b WHERE b.generation = g.number AND b.name = $2";
        self.ask(async |connection| {
            let rows = self.rows(connection, sql, |asked| asked.bind(escape(name).into_owned())).await?;
            Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
        })
    }

    fn document(&self, number: u32) -> Result<Document, Error> {
        let mut found = self.documents(&[number])?;
        let missing = || Trouble::Content(format!("there is no document {number}"));
        found.pop().ok_or_else(|| self.error(missing()))
    }

    fn documents(&self, numbers: &[u32]) -> Result<Vec<Document>, Error> {
        self.read(numbers, &format!("{}, d.body", rows::HEAD), |row| {
            let (version, head) = rows::head(row)?;
            Ok((version, rows::document(head, row.try_get(15)?)?))
        })
    }

    fn heads(&self, numbers: &[u32]) -> Result<Vec<DocumentHead>, Error> {
        self.read(numbers, rows::HEAD, rows::head)
    }

    fn find(&self, id: &str) -> Result<Option<u32>, Error> {
        let sql = "SELECT d.version FROM {ccr}.document d \
                   WHERE left(d.id, 500) COLLATE \"C\" = left($2, 500) AND d.id = $2";
        self.ask(async |connection| {
            let rows = self.rows(connection, sql, |asked| asked.bind(escape(id).into_owned())).await?;
            Ok(self.known(&rows, 0)?.first().copied())
        })
    }

    fn ids_like(&self, prefix: &str, limit: usize) -> Result<Vec<String>, Error> {
        // Behind every text that begins so stands the greatest character.
        let sql = "SELECT d.version, d.id FROM {ccr}.document d \
                   WHERE left(d.id, 500) COLLATE \"C\" >= left($2, 500) \
                   AND left(d.id, 500) COLLATE \"C\" < left($2, 500) || U&'\\+10FFFF' \
                   AND starts_with(d.id, $2) AND (d.id COLLATE \"C\", d.version) > ($3, $4) \
                   ORDER BY left(d.id, 500) COLLATE \"C\", d.id COLLATE \"C\", d.version LIMIT $5";
        let prefix = escape(prefix).into_owned();
        let page = limit.saturating_mul(4).saturating_add(16).min(10_000);
        let (mut ids, mut last): (Vec<String>, (String, i64)) = (Vec::new(), (String::new(), 0));
        while ids.len() < limit {
            let rows = self.ask(async |connection| {
                let bind = |asked: sqlx::query::Query<'static, _, _>| {
                    asked.bind(prefix.clone()).bind(last.0.clone()).bind(last.1).bind(page as i64)
                };
                let rows = self.rows(connection, sql, bind).await?;
                let read = |row: &PgRow| Ok((row.try_get(1)?, row.try_get(0)?));
                rows.iter().map(read).collect::<Result<Vec<(String, i64)>, Trouble>>()
            })?;
            let known = rows.iter().filter(|(_, version)| self.numbers.contains_key(version));
            ids.extend(known.map(|(id, _)| unescape(id.clone())));
            match rows.into_iter().next_back() {
                Some(end) if ids.len() < limit => last = end,
                _ => break,
            }
        }
        ids.truncate(limit);
        Ok(ids)
    }

    fn parts_of(&self, parent: &str) -> Result<Vec<u32>, Error> {
        let sql = "SELECT d.version FROM {ccr}.document d WHERE d.parent = $2";
        self.ask(async |connection| {
            let rows = self.rows(connection, sql, |asked| asked.bind(escape(parent).into_owned())).await?;
            self.known(&rows, 0)
        })
    }

    fn collection_documents(&self, slug: &str) -> Result<Vec<Document>, Error> {
        self.documents(&facets::of_collection(self, slug)?)
    }

    fn matching(&self, filter: &Filter) -> Result<Vec<u32>, Error> {
        facets::matching(self, filter)
    }

    fn facets(&self) -> Result<Facets, Error> {
        facets::all(self)
    }

    fn has_vectors(&self) -> bool {
        self.embedder.is_some()
    }

    fn nearest(&self, query: &[f32], count: usize, among: Option<&[u32]>) -> Result<Vec<Near>, Error> {
        nearest::nearest(self, query, count, among)
    }

    fn similarities(&self, query: &[f32], documents: &[u32]) -> Result<Vec<f32>, Error> {
        nearest::similarities(self, query, documents)
    }

    fn chunk_vectors(&self) -> Result<Option<ChunkVectors>, Error> {
        nearest::chunk_vectors(self)
    }
}
