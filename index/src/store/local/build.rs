//! Writes the database of a new generation.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, params};

use super::{FORMAT, facets, rows};
use crate::store::{Error, Publication, body};
use crate::vectors::Spread;

const SCHEMA: &str = include_str!("../../../../migrations/sqlite/0001_index.sql");
const KEYS: &str = include_str!("../../../../migrations/sqlite/0001_index_keys.sql");

/// Marks the file as ours for `file` and the like: "CCRI".
const APPLICATION: u32 = 0x4343_5249;

/// Bytes of a page. Larger ones pack posting lists better and are read with fewer calls: measured on
/// 5,000 documents, opening and asking costs 5.5 ms at 4,096, 4.8 at 8,192, 4.5 at 16,384 and 4.4 at
/// 32,768, where single rows become dear.
const PAGE: u32 = 16_384;

/// A database that is being written. Nobody reads it before it is complete, and one that stays
/// incomplete is thrown away: it needs no journal and no sync of its own.
pub(super) struct Build<'a> {
    connection: Connection,
    path: &'a Path,
}

impl<'a> Build<'a> {
    /// Makes the file and its tables.
    pub(super) fn new(path: &'a Path) -> Result<Build<'a>, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(failed(path))?;
        let settings = format!(
            "PRAGMA page_size = {PAGE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             PRAGMA locking_mode = EXCLUSIVE; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000;
             PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; BEGIN;"
        );
        connection
            .execute_batch(&settings)
            .and_then(|()| connection.execute_batch(SCHEMA))
            .map_err(failed(path))?;
        Ok(Build { connection, path })
    }

    /// Writes the documents and what finds them by their facts.
    pub(super) fn documents(&self, publication: &Publication<'_>) -> Result<(), Error> {
        self.run(|connection| {
            let mut insert = connection.prepare(rows::INSERT)?;
            for (number, document) in (0..).zip(publication.documents) {
                rows::insert(&mut insert, number, document)?;
            }
            let mut insert = connection.prepare("INSERT INTO body VALUES (?1, ?2)")?;
            for (number, document) in (0_u32..).zip(publication.documents) {
                insert
                    .execute(params![number, body::encode(&document.fields, document.record.as_deref())])?;
            }
            facets::write(connection, publication.documents)?;
            connection.execute_batch(KEYS)
        })
    }

    /// Writes the lexical index.
    pub(super) fn inverted(&self, publication: &Publication<'_>) -> Result<(), Error> {
        self.run(|connection| {
            let mut insert = connection.prepare("INSERT INTO posting VALUES (?1, ?2)")?;
            for (term, bytes) in &publication.inverted.terms {
                insert.execute(params![term, bytes])?;
            }
            let mut insert = connection.prepare("INSERT INTO blob (name, bytes) VALUES (?1, ?2)")?;
            for (name, bytes) in &publication.inverted.blobs {
                insert.execute(params![name, bytes])?;
            }
            if let Some(vectors) = publication.vectors {
                insert.execute(params![Spread::BLOB, Spread::of(vectors).encode()])?;
            }
            Ok(())
        })
    }

    /// Brings what is still in memory into the file and closes it.
    pub(super) fn finish(self) -> Result<(), Error> {
        self.run(|connection| connection.execute_batch("COMMIT"))?;
        self.connection.close().map_err(|(_, error)| failed(self.path)(error))
    }

    fn run(&self, write: impl FnOnce(&Connection) -> rusqlite::Result<()>) -> Result<(), Error> {
        write(&self.connection).map_err(failed(self.path))
    }
}

fn failed(path: &Path) -> impl FnOnce(rusqlite::Error) -> Error {
    move |source| Error::Database { doing: "write", path: path.to_owned(), source: source.into() }
}
