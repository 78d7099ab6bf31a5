use std::collections::HashSet;

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row};

use super::ask::{Trouble, query, repeat};
use super::connection::connect_to_write;
use super::lock::{self, Claim};
use super::migrate::{migrate, newest};
use super::prepare::Prepared;
use super::reader::check_format;
use super::runtime::{leave, wait_for};
use super::{Address, graph, publish, rollback, segment};
use crate::manifest::{EmbedderId, Manifest};
use crate::model::{Document, source_of};
use crate::store::local::RolledBack;
use crate::store::{Error, Part, PartDocuments, PartVectors, Publication, Update};
use crate::vectors::ChunkVectors;

/// The one who writes an index, or some sources of one. Others are refused as long as it lives.
///
/// It holds a connection, because its locks end with that. One that a pooler would give to others between
/// transactions is refused.
#[derive(Debug)]
pub struct Writer {
    address: Address,
    claim: Claim,
    connection: Option<PgConnection>,
    /// Whether an older program wrote what is there, which the first publish removes.
    is_older: bool,
}

impl Writer {
    /// Brings the tables up where that is to be done, and takes the lock of the whole index.
    ///
    /// # Errors
    /// [`Error::Locked`] while another writer lives; [`Error::Pooler`] where no connection is to be had that
    /// stays; [`Error::NoVectorExtension`], [`Error::NamesTaken`], [`Error::Forbidden`], [`Error::Away`] and
    /// [`Error::Server`] where the tables cannot be made or written.
    pub fn open(address: &Address) -> Result<Writer, Error> {
        Writer::with(address, Claim::Whole)
    }

    /// The same for some sources only, by their slugs, beside writers of others: what jobs do that index the
    /// sources of one file side by side.
    ///
    /// # Errors
    /// As [`Writer::open`].
    pub fn open_for(address: &Address, sources: Vec<String>) -> Result<Writer, Error> {
        Writer::with(address, Claim::Sources(sources))
    }

    fn with(address: &Address, claim: Claim) -> Result<Writer, Error> {
        let mut writer = Writer { address: address.clone(), claim, connection: None, is_older: false };
        if !writer.act("open", async |connection, address| tables_are_there(connection, address).await)? {
            migrate(address)?;
        }
        // What an older program wrote is replaced by the first publish.
        let checked = writer.act("open", async |connection, address| check_format(connection, address).await);
        match checked {
            Err(Error::OtherFormat { found, expected, .. }) if found < expected => writer.is_older = true,
            checked => checked?,
        }
        Ok(writer)
    }

    /// Which of the documents of a source have no vectors of an embedder in the store yet, by position.
    ///
    /// # Errors
    /// Where the database cannot be asked.
    pub fn without_vectors(
        &mut self,
        documents: &[Document],
        embedder: &EmbedderId,
    ) -> Result<Vec<bool>, Error> {
        if self.is_older {
            return Ok(vec![true; documents.len()]);
        }
        let contents: Vec<Vec<u8>> =
            segment::documents(documents).iter().map(|new| new.content.to_vec()).collect();
        self.act("read", async |connection, address| {
            let sql = "SELECT d.content FROM {ccr}.document d \
                       JOIN {ccr}.embedder e ON e.provider = $2 AND e.model = $3 AND e.dimensions = $4 \
                       JOIN {ccr}.embedded m ON m.document = d.version AND m.embedder = e.number \
                       WHERE d.content = ANY($1) AND m.refused = 0";
            let asked = query(address, sql).bind(contents.clone()).bind(embedder.provider.clone());
            let asked = asked.bind(embedder.model.clone()).bind(embedder.dimensions.cast_signed());
            let mut known: HashSet<Vec<u8>> = HashSet::new();
            for row in asked.fetch_all(connection).await? {
                known.insert(row.try_get(0)?);
            }
            Ok(contents.iter().map(|content| !known.contains(content)).collect())
        })
    }

    /// Writes a new generation of everything, puts it into service, and removes generations that are too
    /// old. What the segments of the generation in service hold already is not written again.
    ///
    /// On an error the generation in service stays in service, and nothing of the new one stays.
    ///
    /// # Errors
    /// As [`Writer::update`].
    pub fn publish(&mut self, publication: &Publication<'_>) -> Result<Manifest, Error> {
        publication.check()?;
        // Documents of one collection that follow each other are a segment.
        let runs: Vec<&[Document]> =
            publication.documents.chunk_by(|one, other| one.collection == other.collection).collect();
        let mut start = 0;
        let mut vectors: Vec<Option<ChunkVectors>> = Vec::new();
        for run in &runs {
            vectors.push(publication.vectors.map(|all| all.of(start..start + run.len())));
            start += run.len();
        }
        let parts = runs.iter().zip(&vectors).map(|(documents, vectors)| Part {
            source: source_of(documents.first().map_or("", |document| &document.collection)),
            documents: PartDocuments::New {
                documents,
                vectors: vectors.as_ref().map(|chunks| PartVectors { chunks, embedded: None, refused: &[] }),
            },
        });
        let sources = publication.sources.iter();
        self.update(&Update {
            parts: parts.collect(),
            sources: sources.map(|state| (state.collection.slug.clone(), Some(state.clone()))).collect(),
            failed: publication.failed.clone(),
            program: publication.program,
            created: publication.created,
            embedder: publication.embedder.clone(),
        })
    }

    /// Writes a new generation of what changed, puts it into service, and removes generations that are too
    /// old: in one transaction, so that readers see the one before or this one.
    ///
    /// On an error the generation in service stays in service, and nothing of the new one stays. Where the
    /// database was only away for a moment it is tried again, under the same lock.
    ///
    /// # Errors
    /// [`Error::WithoutVectors`] where documents have none, neither here nor in the store; what was said to
    /// be there ([`Writer::without_vectors`]) may be gone when others published meanwhile.
    /// [`Error::DuplicateId`], [`Error::OtherDimensions`] and [`Error::Vectors`] where the update is not as
    /// it should be.
    pub fn update(&mut self, update: &Update<'_>) -> Result<Manifest, Error> {
        let prepared = Prepared::of(update)?;
        let manifest = self.act("write", async |connection, address| {
            publish::publish(connection, address, update, &prepared).await
        });
        self.is_older &= manifest.is_err();
        if manifest.is_ok()
            && let Some(embedder) = &update.embedder
        {
            // A graph makes questions faster and changes no answer: without one everything works.
            let _ = self
                .act("write", async |connection, address| graph::make(connection, address, embedder).await);
        }
        manifest
    }

    /// How many vectors the documents in service have.
    ///
    /// # Errors
    /// Where the database cannot be asked.
    pub fn vectors_in_service(&mut self) -> Result<u64, Error> {
        self.act("read", async |connection, address| {
            let sql = "SELECT coalesce(sum(m.chunks), 0) FROM {ccr}.index_state i \
                       JOIN {ccr}.generation g ON g.number = i.generation \
                       JOIN {ccr}.segment s ON s.number = ANY(g.segments) \
                       CROSS JOIN LATERAL unnest(s.documents) AS listed(version) \
                       JOIN {ccr}.embedded m ON m.document = listed.version AND m.embedder = g.embedder";
            let sum: i64 = query(address, sql).fetch_one(connection).await?.try_get(0)?;
            Ok(sum.cast_unsigned())
        })
    }

    /// Puts the generation into service that was so before the present one, or the newest intact one
    /// below it. Removes nothing; the next publish has a number above all of them.
    ///
    /// # Errors
    /// [`Error::NothingToRollBackTo`] where no earlier generation is intact.
    pub fn rollback(&mut self) -> Result<RolledBack, Error> {
        rollback::roll_back(self)
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// Acts on the connection that holds the locks. One that was lost is opened again, and its locks are
    /// taken again, where nobody else has them now.
    #[expect(clippy::needless_pass_by_value, reason = "a closure is written where it acts")]
    pub(super) fn act<T>(
        &mut self,
        doing: &'static str,
        act: impl AsyncFn(&mut PgConnection, &Address) -> Result<T, Trouble>,
    ) -> Result<T, Error> {
        let Writer { address, claim, connection: held, .. } = self;
        let mut was_ours = held.is_some();
        let once = || {
            let done = wait_for(async {
                if held.is_none() {
                    let mut connection = connect_to_write(address).await?;
                    lock::take(&mut connection, address, claim).await.map_err(|trouble| match trouble {
                        Trouble::Locked { .. } => Trouble::Locked { again: was_ours },
                        other => other,
                    })?;
                    *held = Some(connection);
                    was_ours = true;
                }
                let Some(connection) = held.as_mut() else { return Err(Trouble::TooLong) };
                act(connection, address).await
            });
            let done = done.unwrap_or_else(|error| Err(Trouble::Threads(error)));
            if done.is_err() {
                // With its transaction, whatever became of that.
                *held = None;
            }
            done
        };
        repeat(address, once).map_err(|trouble| trouble.into_error(doing, address))
    }
}

impl Drop for Writer {
    /// Gives the locks back at once, where the connection is alive: the server notices a closed one later.
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            leave(async move {
                let mut connection = connection;
                let given = sqlx::query("SELECT pg_advisory_unlock_all()").execute(&mut connection).await;
                if given.is_ok() {
                    let _ = connection.close().await;
                }
            });
        }
    }
}

/// Whether the newest tables are there.
async fn tables_are_there(connection: &mut PgConnection, address: &Address) -> Result<bool, Trouble> {
    let sql = "SELECT (SELECT max(version) FROM {ccr}._sqlx_migrations WHERE success), format FROM {ccr}.index_state";
    match query(address, sql).fetch_optional(connection).await.map_err(Trouble::Sqlx) {
        Ok(Some(row)) => Ok(row.try_get::<Option<i64>, _>(0)? >= Some(newest())),
        Ok(None) => Ok(false),
        // undefined_column: another's tables, which are refused by name where ours are to be made.
        Err(trouble) if trouble.no_tables() || trouble.code().as_deref() == Some("42703") => Ok(false),
        Err(trouble) => Err(trouble),
    }
}
