//! What can still be read in a damaged file: one bad page need not cost what all the others hold.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row as SqlRow, params};

use super::row::{Key, decode, sum};
use super::tables::{Trouble, connect};
use crate::embed::Purpose;

/// A row that is as it was written.
struct Whole {
    rowid: i64,
    purpose: i64,
    text: [u8; 32],
    day: i64,
    truncated: bool,
    numbers: Vec<u8>,
    sum: Vec<u8>,
}

/// Copies every vector that is whole from a damaged file, and gives their number.
pub(super) fn salvage(damaged: &Path, into: &mut Connection) -> Result<usize, Trouble> {
    let from = connect(damaged, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let transaction = into.transaction()?;
    let mut copied = 0;
    let mut statement = from.prepare("SELECT number, digest, provider, model, dimensions FROM embedder")?;
    let mut rows = statement.query([])?;
    // Rows end where the damage begins.
    while let Ok(Some(row)) = rows.next() {
        let Ok((number, digest, dimensions)) = embedder(row) else { continue };
        let (provider, model): (String, String) = (row.get(2)?, row.get(3)?);
        transaction.execute(
            "INSERT OR IGNORE INTO embedder (digest, provider, model, dimensions) VALUES (?1, ?2, ?3, ?4)",
            params![digest, provider, model, dimensions],
        )?;
        let into =
            transaction.query_row("SELECT number FROM embedder WHERE digest = ?1", [digest], |row| {
                row.get::<_, i64>(0)
            })?;
        copied += copy(&from, &transaction, (number, into), &digest, dimensions)?;
    }
    drop(rows);
    copy_probes(&from, &transaction)?;
    transaction.commit()?;
    Ok(copied)
}

fn embedder(row: &SqlRow<'_>) -> rusqlite::Result<(i64, [u8; 32], u32)> {
    Ok((row.get(0)?, row.get(1)?, row.get(4)?))
}

/// Reads from the first row to the damage, and from the last row back to it.
fn copy(
    from: &Connection,
    into: &Connection,
    (number, new_number): (i64, i64),
    digest: &[u8; 32],
    dimensions: u32,
) -> Result<usize, Trouble> {
    let mut insert =
        into.prepare_cached("INSERT OR IGNORE INTO vector VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    let mut copied = 0;
    let mut last = i64::MIN;
    for order in ["ASC", "DESC"] {
        // `+` keeps SQLite from going by an index, which may be what is damaged.
        let select = format!(
            "SELECT rowid, purpose, text, day, truncated, numbers, sum FROM vector WHERE +embedder = ?1 \
             ORDER BY rowid {order}"
        );
        let mut select = from.prepare(&select)?;
        let mut rows = select.query([number])?;
        loop {
            let row = match rows.next() {
                Ok(Some(row)) => row,
                // Nothing is damaged on the way: it need not be gone again.
                Ok(None) if order == "ASC" => return Ok(copied),
                Ok(None) | Err(_) => break,
            };
            let Some(whole) = whole(row, digest, dimensions) else { continue };
            if order == "DESC" && whole.rowid <= last {
                break;
            }
            if order == "ASC" {
                last = whole.rowid;
            }
            copied += insert.execute(params![
                new_number,
                whole.purpose,
                whole.text,
                whole.day,
                whole.truncated,
                whole.numbers,
                whole.sum
            ])?;
        }
    }
    Ok(copied)
}

/// A row, if it is what its sum says.
fn whole(row: &SqlRow<'_>, digest: &[u8; 32], dimensions: u32) -> Option<Whole> {
    let whole = Whole {
        rowid: row.get(0).ok()?,
        purpose: row.get(1).ok()?,
        text: row.get(2).ok()?,
        day: row.get(3).ok()?,
        truncated: row.get(4).ok()?,
        numbers: row.get(5).ok()?,
        sum: row.get(6).ok()?,
    };
    let purpose = if whole.purpose == 0 { Purpose::Passage } else { Purpose::Query };
    let expected = sum(digest, &Key { purpose, text: whole.text }, whole.truncated, &whole.numbers);
    let is_whole = whole.sum == expected && decode(&whole.numbers, dimensions).is_some();
    is_whole.then_some(whole)
}

fn copy_probes(from: &Connection, into: &Connection) -> Result<(), Trouble> {
    let Ok(mut statement) = from.prepare("SELECT key, value FROM probe") else { return Ok(()) };
    let mut rows = statement.query([])?;
    while let Ok(Some(row)) = rows.next() {
        if let (Ok(key), Ok(value)) = (row.get::<_, String>(0), row.get::<_, String>(1)) {
            into.execute("INSERT OR IGNORE INTO probe VALUES (?1, ?2)", [key, value])?;
        }
    }
    Ok(())
}
