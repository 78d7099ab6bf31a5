//! Questions to all segments of a new generation together.

use std::collections::{HashMap, HashSet};

use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::Address;
use super::ask::{Trouble, query};
use super::text::{escape, key, unescape};
use crate::lexical::Tables;
use crate::store::Error;

/// Refuses two documents of one id, of which one is new: those that are kept were told apart before.
///
/// Written without a join: with one the planner may believe that few ids are asked for, and compare each
/// with each.
pub(super) async fn check_ids(
    connection: &mut PgConnection,
    address: &Address,
    kept: &[i64],
    new: &[&str],
) -> Result<(), Trouble> {
    let mut seen = HashSet::with_capacity(new.len());
    if let Some(twice) = new.iter().find(|id| !seen.insert(**id)) {
        return Err(Trouble::Ours(Error::DuplicateId { id: (*twice).to_owned() }));
    }
    if kept.is_empty() || new.is_empty() {
        return Ok(());
    }
    let sql = "SELECT d.id FROM {ccr}.document d WHERE d.version = ANY($1) AND d.id = ANY($2)";
    let ids: Vec<String> = new.iter().map(|id| escape(id).into_owned()).collect();
    let asked = query(address, sql).persistent(false).bind(kept.to_vec()).bind(ids);
    match asked.fetch_all(connection).await?.first() {
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
    let sql = "SELECT count(*) FROM {ccr}.embedded m WHERE m.embedder = $2 AND m.document = ANY($1)";
    let asked = query(address, sql).persistent(false).bind(versions.to_vec()).bind(embedder);
    let known: i64 = asked.fetch_one(connection).await?.try_get(0)?;
    match versions.len().saturating_sub(usize::try_from(known).unwrap_or(0)) {
        0 => Ok(()),
        documents => Err(Trouble::Ours(Error::WithoutVectors { documents })),
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
