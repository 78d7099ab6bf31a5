//! The tables of the file.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};

use super::file::Pruned;
use super::row::{Kept, Key, Row, decode, digest, sum};
use crate::EmbedderId;

/// `ccrv`: marks our files among those of SQLite.
const APPLICATION: i64 = 0x6363_7276;
/// Version of the schema.
const VERSION: i64 = 1;
/// How long another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(10);

const SCHEMA: &str = "
CREATE TABLE embedder (
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    dimensions INTEGER NOT NULL
);
CREATE TABLE vector (
    embedder INTEGER NOT NULL REFERENCES embedder,
    purpose INTEGER NOT NULL,
    text BLOB NOT NULL,
    day INTEGER NOT NULL,
    truncated INTEGER NOT NULL,
    numbers BLOB NOT NULL,
    sum BLOB NOT NULL,
    UNIQUE (embedder, purpose, text)
);
CREATE INDEX vector_day ON vector (day);
CREATE TABLE probe (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
";

/// Why the file does not do what it should.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("{0}")]
    Contents(String),
}

impl Trouble {
    /// Whether it is what stands in the file, and not how it is reached.
    pub(super) fn is_of_contents(&self) -> bool {
        match self {
            Trouble::Contents(_) => true,
            Trouble::Sqlite(rusqlite::Error::SqliteFailure(failure, message)) => {
                let is_damage = matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase);
                let is_cut = failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHORT_READ;
                // Our tables are missing, or have other columns.
                let is_schema = failure.code == ErrorCode::Unknown
                    && message.as_ref().is_some_and(|message| message.contains("no such"));
                is_damage || is_cut || is_schema
            }
            Trouble::Sqlite(error) => matches!(
                error,
                rusqlite::Error::FromSqlConversionFailure(..)
                    | rusqlite::Error::IntegralValueOutOfRange(..)
                    | rusqlite::Error::Utf8Error(..)
                    | rusqlite::Error::InvalidColumnType(..)
                    | rusqlite::Error::SqlInputError { .. }
            ),
        }
    }
}

/// Opens a file of ours, or a new one.
pub(super) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Trouble> {
    let mut connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch(
        "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON",
    )?;
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 && application == 0 && flags.contains(OpenFlags::SQLITE_OPEN_CREATE) {
        create(&mut connection)?;
    } else if application != APPLICATION {
        return Err(Trouble::Contents("it is not an embedding cache".to_owned()));
    } else if version != VERSION {
        return Err(Trouble::Contents(format!("it has format {version}, and this program reads {VERSION}")));
    }
    Ok(connection)
}

fn create(connection: &mut Connection) -> Result<(), Trouble> {
    // Has to be said before there are tables: `prune` gives pages back to the file system, and a vector of
    // 1,536 numbers takes 3 KB, of which only one would fit into a page of the usual 4 KB.
    connection.execute_batch("PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL")?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}

/// What was found, and how many rows were spoiled. Where `today` is given, what was found is marked as
/// used today, and spoiled rows are removed.
pub(super) fn find(
    connection: &mut Connection,
    id: &EmbedderId,
    keys: &[Key],
    today: Option<i64>,
) -> Result<(Vec<Option<Kept>>, usize), Trouble> {
    let digest = digest(id);
    let Some(embedder) = embedder(connection, &digest)? else { return Ok((vec![None; keys.len()], 0)) };
    let mut found = Vec::with_capacity(keys.len());
    let (mut spoiled, mut used) = (Vec::new(), Vec::new());
    let mut select = connection.prepare_cached(
        "SELECT rowid, day, truncated, numbers, sum FROM vector WHERE embedder = ?1 AND purpose = ?2 AND text = ?3",
    )?;
    for key in keys {
        let mut rows = select.query(params![embedder, key.number(), key.text])?;
        let Some(row) = rows.next()? else {
            found.push(None);
            continue;
        };
        let (number, day): (i64, i64) = (row.get(0)?, row.get(1)?);
        let truncated: bool = row.get(2)?;
        let bytes = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
        let expected = sum(&digest, key, truncated, bytes);
        let is_whole = row.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)? == expected;
        let values = if is_whole { decode(bytes, id.dimensions) } else { None };
        match &values {
            None => spoiled.push(number),
            Some(_) if today.is_some_and(|today| today > day) => used.push(number),
            Some(_) => {}
        }
        found.push(values.map(|values| Kept { values, truncated }));
    }
    drop(select);
    if let Some(today) = today {
        mark(connection, &used, &spoiled, today)?;
    }
    Ok((found, spoiled.len()))
}

fn mark(connection: &mut Connection, used: &[i64], spoiled: &[i64], today: i64) -> Result<(), Trouble> {
    if used.is_empty() && spoiled.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    {
        let mut update = transaction.prepare_cached("UPDATE vector SET day = ?2 WHERE rowid = ?1")?;
        for number in used {
            update.execute([*number, today])?;
        }
        let mut delete = transaction.prepare_cached("DELETE FROM vector WHERE rowid = ?1")?;
        for number in spoiled {
            delete.execute([number])?;
        }
    }
    Ok(transaction.commit()?)
}

pub(super) fn store(
    connection: &mut Connection,
    id: &EmbedderId,
    rows: &[(Key, Row)],
    day: i64,
) -> Result<(), Trouble> {
    let digest = digest(id);
    let transaction = connection.transaction()?;
    transaction.execute(
        "INSERT OR IGNORE INTO embedder (digest, provider, model, dimensions) VALUES (?1, ?2, ?3, ?4)",
        params![digest, id.provider, id.model, id.dimensions],
    )?;
    let embedder = embedder(&transaction, &digest)?;
    {
        let mut insert = transaction
            .prepare_cached("INSERT OR REPLACE INTO vector VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        for (key, Row { numbers, truncated }) in rows {
            let sum = sum(&digest, key, *truncated, numbers);
            insert.execute(params![embedder, key.number(), key.text, day, truncated, numbers, sum])?;
        }
    }
    Ok(transaction.commit()?)
}

fn embedder(connection: &Connection, digest: &[u8; 32]) -> rusqlite::Result<Option<i64>> {
    let mut statement = connection.prepare_cached("SELECT number FROM embedder WHERE digest = ?1")?;
    statement.query_row([digest], |row| row.get(0)).optional()
}

pub(super) fn prune(connection: &mut Connection, most: u64, today: i64) -> Result<Pruned, Trouble> {
    let before = size(connection)?;
    let mut pruned = Pruned::default();
    loop {
        let now = size(connection)?;
        let held = connection.query_row("SELECT count(*) FROM vector", [], |row| row.get::<_, i64>(0))?;
        let held = u64::try_from(held).unwrap_or(0);
        pruned.bytes = before.saturating_sub(now);
        if now <= most || held == 0 {
            return Ok(pruned);
        }
        let too_many = (now - most).div_ceil((now / held).max(1));
        let removed = connection.execute(
            "DELETE FROM vector WHERE rowid IN (SELECT rowid FROM vector WHERE day < ?1 ORDER BY day LIMIT ?2)",
            params![today, i64::try_from(too_many).unwrap_or(i64::MAX)],
        )?;
        shrink(connection)?;
        if removed == 0 {
            return Ok(pruned);
        }
        pruned.vectors += removed as u64;
    }
}

/// Gives free pages back to the file system: one with each step of the statement.
fn shrink(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("PRAGMA incremental_vacuum")?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

/// Bytes of the file.
fn size(connection: &Connection) -> rusqlite::Result<u64> {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    Ok(u64::try_from(number("page_count")? * number("page_size")?).unwrap_or(0))
}
