//! What filters name, in the table `facet`.

use std::collections::{BTreeMap, HashMap};

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::ask::Trouble;
use super::reader::{Reader, Segment};
use super::text::{key, unescape};
use crate::store::facets::{COLLECTION, Passing, asked, shown};
use crate::store::{Error, FacetValue, Facets, Filter, numbers};

/// Numbers of the documents that pass the filter, ascending.
pub(super) fn matching(reader: &Reader, filter: &Filter) -> Result<Vec<u32>, Error> {
    let mut passing = Passing::new(reader.versions.len() as u32);
    let asked = asked(filter);
    let found = lists(reader, &asked)?;
    for (facet, values) in &asked {
        for value in values {
            each(reader, &found, facet, value, |number| passing.pass(number))?;
        }
        passing.end_facet();
    }
    Ok(passing.numbers())
}

/// Numbers of the documents of a collection, ascending.
pub(super) fn of_collection(reader: &Reader, slug: &str) -> Result<Vec<u32>, Error> {
    let found = lists(reader, &[(COLLECTION, vec![slug.to_owned()])])?;
    let mut numbers = Vec::new();
    each(reader, &found, COLLECTION, slug, |number| numbers.push(number))?;
    Ok(numbers)
}

/// The documents with each value, by segment, facet and key.
type Lists = HashMap<(i64, String, String), Vec<u8>>;

fn lists(reader: &Reader, asked: &[(&'static str, Vec<String>)]) -> Result<Lists, Error> {
    let pairs = asked.iter().flat_map(|(facet, values)| values.iter().map(move |value| (*facet, key(value))));
    let (facets, keys): (Vec<String>, Vec<String>) =
        pairs.map(|(facet, key)| (facet.to_owned(), key.into_owned())).unzip();
    if keys.is_empty() {
        return Ok(Lists::new());
    }
    let sql = "SELECT f.segment, f.facet, f.value, f.documents FROM {ccr}.facet f \
               JOIN unnest($3::text[], $4::text[]) AS asked(facet, value) \
               ON f.facet = asked.facet AND f.value = asked.value WHERE f.segment = ANY($2)";
    reader.ask(async |connection| {
        let bind = |asked: sqlx::query::Query<'static, _, _>| {
            asked.bind(reader.segment_numbers()).bind(facets.clone()).bind(keys.clone())
        };
        let rows = reader.rows(connection, sql, bind).await?;
        let read = |row: &PgRow| Ok(((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?), row.try_get(3)?));
        rows.iter().map(read).collect()
    })
}

/// Calls `call` with the number of every document that has the value, ascending.
fn each(
    reader: &Reader,
    lists: &Lists,
    facet: &str,
    value: &str,
    mut call: impl FnMut(u32),
) -> Result<(), Error> {
    let key = key(value);
    for Segment { number, base, documents } in &reader.segments {
        let Some(bytes) = lists.get(&(*number, facet.to_owned(), key.clone().into_owned())) else { continue };
        let unreadable = || Trouble::Content(format!("the documents of {facet} `{value}` are unreadable"));
        numbers::decode(bytes, *documents, |number| call(base + number))
            .ok_or_else(|| reader.error(unreadable()))?;
    }
    Ok(())
}

/// Every value with its count.
pub(super) fn all(reader: &Reader) -> Result<Facets, Error> {
    let sql =
        "SELECT f.facet, f.value, f.spellings, f.times, f.count FROM {ccr}.facet f WHERE f.segment = ANY($2)";
    let values = reader.ask(async |connection| {
        let mut values: BTreeMap<(String, String), (BTreeMap<String, u32>, u32)> = BTreeMap::new();
        for row in reader.rows(connection, sql, |asked| asked.bind(reader.segment_numbers())).await? {
            let (spellings, count) = values.entry((row.try_get(0)?, row.try_get(1)?)).or_default();
            let (texts, times): (Vec<String>, Vec<i32>) = (row.try_get(2)?, row.try_get(3)?);
            for (text, times) in texts.into_iter().zip(times) {
                *spellings.entry(unescape(text)).or_default() += times.cast_unsigned();
            }
            *count += row.try_get::<i32, _>(4)?.cast_unsigned();
        }
        Ok(values)
    })?;
    let mut facets = Facets::default();
    for ((facet, _), (spellings, count)) in values {
        let shown = shown(spellings.iter().map(|(text, times)| (text.as_str(), *times))).unwrap_or_default();
        let unknown = || Trouble::Content(format!("unknown facet `{facet}`"));
        let value = FacetValue { value: shown.to_owned(), count };
        facets.add(&facet, value).ok_or_else(|| reader.error(unknown()))?;
    }
    Ok(facets)
}
