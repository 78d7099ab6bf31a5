//! Questions to all segments of a new generation together.

use std::collections::HashMap;

use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::Address;
use super::ask::{Trouble, query};
use super::text::{key, unescape};
use crate::lexical::Tables;
use crate::store::Error;

/// Refuses two documents of one id.
pub(super) async fn check_ids(
    connection: &mut PgConnection,
    address: &Address,
    versions: &[i64],
) -> Result<(), Trouble> {
    let sql = "SELECT d.id FROM unnest($1::bigint[]) AS listed(version) \
               JOIN {ccr}.document d ON d.version = listed.version GROUP BY d.id HAVING count(*) > 1 LIMIT 1";
    match query(address, sql).bind(versions.to_vec()).fetch_optional(connection).await? {
        Some(row) => Err(Trouble::Ours(Error::DuplicateId { id: unescape(row.try_get(0)?) })),
        None => Ok(()),
    }
}

/// Refuses documents of which nobody knows the vectors.
pub(super) async fn check_vectors(
    connection: &mut PgConnection,
    address: &Address,
    versions: &[i64],
    embedder: i32,
) -> Result<(), Trouble> {
    let sql = "SELECT count(*) FROM unnest($1::bigint[]) AS listed(version) WHERE NOT EXISTS \
               (SELECT 1 FROM {ccr}.embedded m WHERE m.document = listed.version AND m.embedder = $2)";
    let row = query(address, sql).bind(versions.to_vec()).bind(embedder).fetch_one(connection).await?;
    match row.try_get::<i64, _>(0)? {
        0 => Ok(()),
        some => Err(Trouble::Ours(Error::WithoutVectors { documents: some as usize })),
    }
}

/// How many documents of all segments hold the term of each call.
pub(super) async fn callers(
    connection: &mut PgConnection,
    address: &Address,
    segments: &[i64],
    tables: &[Tables],
) -> Result<HashMap<String, u32>, Trouble> {
    let calls = tables.iter().flat_map(|tables| &tables.calls);
    let keys: HashMap<String, &str> =
        calls.map(|(_, term)| (key(term).into_owned(), term.as_str())).collect();
    let sql = "SELECT term, sum(documents) FROM {ccr}.posting \
               WHERE segment = ANY($1) AND term = ANY($2) GROUP BY term";
    let asked = query(address, sql).bind(segments.to_vec()).bind(keys.keys().cloned().collect::<Vec<_>>());
    let mut callers = HashMap::new();
    for row in asked.fetch_all(connection).await? {
        let key: String = row.try_get(0)?;
        if let Some(term) = keys.get(&key) {
            callers.insert((*term).to_owned(), u32::try_from(row.try_get::<i64, _>(1)?).unwrap_or(u32::MAX));
        }
    }
    Ok(callers)
}
