//! What filters name, in the table `facet`.

use rusqlite::{Connection, OptionalExtension, params};

use super::query::Trouble;
use crate::model::Document;
use crate::store::facets::{COLLECTION, Passing, asked, collect, shown};
use crate::store::{FacetValue, Facets, Filter, numbers};

/// Writes the facets of the documents.
pub(super) fn write(connection: &Connection, documents: &[Document]) -> rusqlite::Result<()> {
    let mut insert = connection.prepare("INSERT INTO facet VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for ((facet, folded), value) in collect(documents) {
        let spellings = value.spellings.iter().map(|(text, times)| (*text, *times));
        let shown = shown(spellings).unwrap_or(&folded);
        insert.execute(params![facet, folded, shown, value.count(), numbers::encode(&value.documents)])?;
    }
    Ok(())
}

/// Numbers of the documents that pass the filter, ascending. `count` is the number of documents.
pub(super) fn matching(connection: &Connection, filter: &Filter, count: u32) -> Result<Vec<u32>, Trouble> {
    let mut passing = Passing::new(count);
    for (facet, values) in asked(filter) {
        for value in values {
            with_value(connection, facet, &value, count, |number| passing.pass(number))?;
        }
        passing.end_facet();
    }
    Ok(passing.numbers())
}

/// Numbers of the documents of a collection, ascending.
pub(super) fn of_collection(connection: &Connection, slug: &str, count: u32) -> Result<Vec<u32>, Trouble> {
    let mut numbers = Vec::new();
    with_value(connection, COLLECTION, slug, count, |number| numbers.push(number))?;
    Ok(numbers)
}

/// Calls `each` with the number of every document that has the value, all of them below `count`.
fn with_value(
    connection: &Connection,
    facet: &str,
    value: &str,
    count: u32,
    each: impl FnMut(u32),
) -> Result<(), Trouble> {
    let mut select =
        connection.prepare_cached("SELECT documents FROM facet WHERE facet = ?1 AND value = ?2")?;
    let bytes: Option<Vec<u8>> = select.query_row([facet, value], |row| row.get(0)).optional()?;
    numbers::decode(&bytes.unwrap_or_default(), count, each)
        .ok_or_else(|| Trouble::Content(format!("the documents of {facet} `{value}` are unreadable")))
}

/// Every value with its count.
pub(super) fn all(connection: &Connection) -> Result<Facets, Trouble> {
    let mut select = connection.prepare("SELECT facet, shown, count FROM facet ORDER BY facet, value")?;
    let mut rows = select.query([])?;
    let mut facets = Facets::default();
    while let Some(row) = rows.next()? {
        let facet: String = row.get(0)?;
        let value = FacetValue { value: row.get(1)?, count: row.get(2)? };
        facets.add(&facet, value).ok_or_else(|| Trouble::Content(format!("unknown facet `{facet}`")))?;
    }
    Ok(facets)
}
