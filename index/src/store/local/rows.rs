//! A row of the table `document`.

use rusqlite::{Row, Statement, params};

use super::query::Trouble;
use crate::model::{Access, Document, Kind, Location};
use crate::store::DocumentHead;

/// Takes every column, in the order of the schema.
pub(super) const INSERT: &str =
    "INSERT INTO document VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

/// Gives the columns that [`head`] reads, of one document.
pub(super) const SELECT: &str = "SELECT id, kind, collection, parent, title, summary, platform, platforms, tags, \
     access, path, symbol, line, url FROM document WHERE number = ?1";

/// Writes the head of a document with [`INSERT`].
pub(super) fn insert(
    statement: &mut Statement<'_>,
    number: u32,
    document: &Document,
) -> rusqlite::Result<()> {
    let location = &document.location;
    statement.execute(params![
        number,
        document.id,
        document.kind.as_str(),
        document.collection,
        document.parent,
        document.title,
        document.summary,
        document.platform,
        list(&document.platforms),
        list(&document.tags),
        document.access.map(Access::as_str),
        location.path,
        location.symbol,
        location.line,
        location.url,
    ])?;
    Ok(())
}

/// The head of a document from a row of [`SELECT`].
pub(super) fn head(row: &Row<'_>) -> Result<DocumentHead, Trouble> {
    let kind = text(row, 1)?;
    let access = row.get_ref(9)?.as_str_or_null().map_err(rusqlite::Error::from)?;
    Ok(DocumentHead {
        id: row.get(0)?,
        kind: Kind::from_word(kind).ok_or_else(|| unknown("kind", kind))?,
        collection: row.get(2)?,
        parent: row.get(3)?,
        title: row.get(4)?,
        summary: row.get(5)?,
        platform: row.get(6)?,
        platforms: listed(text(row, 7)?)?,
        tags: listed(text(row, 8)?)?,
        access: match access {
            Some(word) => Some(Access::from_word(word).ok_or_else(|| unknown("access", word))?),
            None => None,
        },
        location: Location {
            path: row.get(10)?,
            symbol: row.get(11)?,
            line: row.get(12)?,
            url: row.get(13)?,
        },
    })
}

fn text<'row>(row: &'row Row<'_>, column: usize) -> Result<&'row str, Trouble> {
    Ok(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?)
}

fn unknown(what: &str, word: &str) -> Trouble {
    Trouble::Content(format!("unknown {what} `{word}`"))
}

/// A JSON array of strings.
fn list(values: &[String]) -> String {
    serde_json::Value::from(values).to_string()
}

fn listed(json: &str) -> Result<Vec<String>, Trouble> {
    serde_json::from_str(json).map_err(|error| Trouble::Content(format!("a list is not JSON: {error}")))
}
