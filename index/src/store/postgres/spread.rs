use std::collections::HashMap;

use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::ask::{Trouble, query};
use super::copy::halves;
use super::extension::within;
use super::{Address, extension};
use crate::vectors::Spread;

/// How near the chunks of documents, in their order, are to each other by chance: what [`Spread::of`] gives
/// for all vectors, of which only those that it looks at are read.
pub(super) async fn of(
    connection: &mut PgConnection,
    address: &Address,
    versions: &[i64],
    embedder: i32,
) -> Result<Spread, Trouble> {
    let sql = "SELECT document, chunks FROM {ccr}.embedded WHERE embedder = $1 AND document = ANY($2)";
    let rows = query(address, sql).bind(embedder).bind(versions.to_vec()).fetch_all(&mut *connection).await?;
    let mut chunks: HashMap<i64, i32> = HashMap::new();
    for row in rows {
        chunks.insert(row.try_get(0)?, row.try_get(1)?);
    }
    let ordinals = |version: &i64| 0..chunks.get(version).copied().unwrap_or(0);
    let all: Vec<(i64, i32)> =
        versions.iter().flat_map(|version| ordinals(version).map(|ordinal| (*version, ordinal))).collect();
    let pairs: Vec<((i64, i32), (i64, i32))> =
        Spread::pairs(all.len()).map(|(one, other)| (all[one], all[other])).collect();
    let (documents, ordinals): (Vec<i64>, Vec<i32>) =
        pairs.iter().flat_map(|(one, other)| [*one, *other]).unzip();
    let sql = "SELECT c.document, c.ordinal, {vector}.halfvec_send(c.embedding) \
               FROM unnest($1::bigint[], $2::integer[]) AS wanted(document, ordinal) \
               JOIN {ccr}.chunk c ON c.document = wanted.document AND c.ordinal = wanted.ordinal AND c.embedder = $3";
    let sql = within(sql, &extension::schema(connection, address).await?);
    let asked = query(address, &sql).bind(documents).bind(ordinals).bind(embedder);
    let mut vectors: HashMap<(i64, i32), Vec<f32>> = HashMap::new();
    for row in asked.fetch_all(connection).await? {
        let unreadable = || Trouble::Content("a vector is unreadable".to_owned());
        let values = halves(row.try_get(2)?).ok_or_else(unreadable)?.collect();
        vectors.insert((row.try_get(0)?, row.try_get(1)?), values);
    }
    let values = |chunk: &(i64, i32)| vectors.get(chunk).map_or(&[][..], Vec::as_slice);
    Ok(Spread::of_pairs(pairs.iter().map(|(one, other)| (values(one), values(other)))))
}
