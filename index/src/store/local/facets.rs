//! What filters name: collected from the documents of a publication, asked for by readers.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::numbers;
use super::query::Trouble;
use crate::model::{Access, Document, Kind};
use crate::store::{FacetValue, Facets, Filter};

const KIND: &str = "kind";
const COLLECTION: &str = "collection";
const PLATFORM: &str = "platform";
const TAG: &str = "tag";
const ACCESS: &str = "access";

/// A value: how it is written, and how often so; the documents that have it.
#[derive(Default)]
struct Value<'a> {
    spellings: BTreeMap<&'a str, u32>,
    documents: Vec<u32>,
}

/// Writes the facets of the documents.
pub(super) fn write(connection: &Connection, documents: &[Document]) -> rusqlite::Result<()> {
    let mut insert = connection.prepare("INSERT INTO facet VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for ((facet, folded), value) in collect(documents) {
        let shown = value.spellings.iter().max_by_key(|(text, times)| (**times, std::cmp::Reverse(**text)));
        let shown = shown.map_or(folded.as_str(), |(text, _)| *text);
        let count = u32::try_from(value.documents.len()).unwrap_or(u32::MAX);
        insert.execute(params![facet, folded, shown, count, numbers::encode(&value.documents)])?;
    }
    Ok(())
}

fn collect(documents: &[Document]) -> BTreeMap<(&'static str, String), Value<'_>> {
    let mut values: BTreeMap<(&'static str, String), Value<'_>> = BTreeMap::new();
    for (number, document) in (0..).zip(documents) {
        let mut add = |facet, folded: String, text| {
            let value = values.entry((facet, folded)).or_default();
            *value.spellings.entry(text).or_default() += 1;
            if value.documents.last() != Some(&number) {
                value.documents.push(number);
            }
        };
        add(KIND, document.kind.as_str().to_owned(), document.kind.as_str());
        add(COLLECTION, document.collection.clone(), &document.collection);
        let named = |text: &&String| !text.trim().is_empty();
        document.platforms.iter().filter(named).for_each(|platform| add(PLATFORM, fold(platform), platform));
        document.tags.iter().filter(named).for_each(|tag| add(TAG, fold(tag), tag));
        if let Some(access) = document.access {
            add(ACCESS, access.as_str().to_owned(), access.as_str());
        }
    }
    values
}

/// What two spellings of a platform or a tag have in common.
fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Numbers of the documents that pass the filter, ascending. `count` is the number of documents.
pub(super) fn matching(connection: &Connection, filter: &Filter, count: u32) -> Result<Vec<u32>, Trouble> {
    let Filter { kinds, collections, platforms, tags, access } = filter;
    let lists: [(&str, Vec<String>); 5] = [
        (KIND, kinds.iter().map(|kind| Kind::as_str(*kind).to_owned()).collect()),
        (COLLECTION, collections.clone()),
        (PLATFORM, platforms.iter().map(|platform| fold(platform)).collect()),
        (TAG, tags.iter().map(|tag| fold(tag)).collect()),
        (ACCESS, access.iter().map(|access| Access::as_str(*access).to_owned()).collect()),
    ];
    // How many of the lists so far each document passed; it stays behind after the first it fails.
    let mut passed = vec![0_u8; usize::try_from(count).unwrap_or(usize::MAX)];
    let mut asked = 0;
    for (facet, values) in lists.iter().filter(|(_, values)| !values.is_empty()) {
        for value in values {
            with_value(connection, facet, value, count, |number| {
                let passed = &mut passed[number as usize];
                *passed += u8::from(*passed == asked);
            })?;
        }
        asked += 1;
    }
    Ok((0..).zip(passed).filter(|(_, passed)| *passed == asked).map(|(number, _)| number).collect())
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
        match facet.as_str() {
            KIND => facets.kinds.push(value),
            // Documentation that belongs to no collection is kept under the empty slug.
            COLLECTION if value.value.is_empty() => {}
            COLLECTION => facets.collections.push(value),
            PLATFORM => facets.platforms.push(value),
            TAG => facets.tags.push(value),
            ACCESS => facets.access.push(value),
            other => return Err(Trouble::Content(format!("unknown facet `{other}`"))),
        }
    }
    Ok(facets)
}
