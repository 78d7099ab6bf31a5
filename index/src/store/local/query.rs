//! The questions that a reader asks of the database.

use rusqlite::{Connection, OptionalExtension};

use super::rows;
use crate::model::Document;
use crate::store::{DocumentHead, body};

/// Why a question has no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// SQLite says so.
    Sqlite(rusqlite::Error),
    /// The database holds something that was never written.
    Content(String),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Trouble {
        Trouble::Sqlite(error)
    }
}

/// The posting list of each term, in the order of the terms.
pub(super) fn postings(connection: &Connection, terms: &[&str]) -> Result<Vec<Option<Vec<u8>>>, Trouble> {
    let mut select = connection.prepare_cached("SELECT bytes FROM posting WHERE term = ?1")?;
    terms.iter().map(|term| Ok(select.query_row([term], |row| row.get(0)).optional()?)).collect()
}

/// A named blob.
pub(super) fn blob(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, Trouble> {
    let mut select = connection.prepare_cached("SELECT bytes FROM blob WHERE name = ?1")?;
    Ok(select.query_row([name], |row| row.get(0)).optional()?)
}

/// The head of a document.
pub(super) fn head(connection: &Connection, number: u32) -> Result<DocumentHead, Trouble> {
    let mut select = connection.prepare_cached(rows::SELECT)?;
    let mut found = select.query([number])?;
    rows::head(found.next()?.ok_or_else(|| missing(number))?)
}

/// A whole document.
pub(super) fn document(connection: &Connection, number: u32) -> Result<Document, Trouble> {
    let head = head(connection, number)?;
    let mut select = connection.prepare_cached("SELECT bytes FROM body WHERE number = ?1")?;
    let mut found = select.query([number])?;
    let row = found.next()?.ok_or_else(|| missing(number))?;
    let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
    let (fields, record) = body::decode(bytes)
        .ok_or_else(|| Trouble::Content(format!("the texts of `{}` are unreadable", head.id)))?;
    Ok(head.with_body(fields, record))
}

/// The document with an id.
pub(super) fn find(connection: &Connection, id: &str) -> Result<Option<u32>, Trouble> {
    let mut select = connection.prepare_cached("SELECT number FROM document WHERE id = ?1")?;
    Ok(select.query_row([id], |row| row.get(0)).optional()?)
}

/// The first ids that start with a prefix, ascending.
pub(super) fn ids_like(connection: &Connection, prefix: &str, limit: usize) -> Result<Vec<String>, Trouble> {
    let mut select = connection.prepare_cached("SELECT id FROM document WHERE id >= ?1 ORDER BY id")?;
    let mut rows = select.query([prefix])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()?.filter(|_| ids.len() < limit) {
        let id: String = row.get(0)?;
        if !id.starts_with(prefix) {
            break;
        }
        ids.push(id);
    }
    Ok(ids)
}

/// Numbers of the documents that name a parent, ascending.
pub(super) fn parts_of(connection: &Connection, parent: &str) -> Result<Vec<u32>, Trouble> {
    let mut select =
        connection.prepare_cached("SELECT number FROM document WHERE parent = ?1 ORDER BY number")?;
    let numbers = select.query_map([parent], |row| row.get(0))?;
    Ok(numbers.collect::<rusqlite::Result<_>>()?)
}

fn missing(number: u32) -> Trouble {
    Trouble::Content(format!("there is no document {number}"))
}
