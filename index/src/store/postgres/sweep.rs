//! Removes generations that are too old, and what they alone held.

use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::Address;
use super::ask::{Trouble, query};
use crate::manifest::Manifest;

/// Generations that stay, the one in service included.
const KEPT: i64 = 3;

/// Removes all but the newest generations, the one in service and the one before it, and those that hold
/// what sources had before they shrank.
pub(super) async fn remove_old(
    connection: &mut PgConnection,
    address: &Address,
    written: &Manifest,
) -> Result<(), Trouble> {
    let sql = "DELETE FROM {ccr}.generation WHERE number <> ALL($1) \
               AND number NOT IN (SELECT number FROM {ccr}.generation ORDER BY number DESC LIMIT $2)";
    let kept = written.pinned().into_iter().chain([written.generation]).chain(written.previous);
    let kept: Vec<i64> = kept.map(u64::cast_signed).collect();
    let removed = query(address, sql).bind(kept).bind(KEPT).execute(&mut *connection).await?;
    if removed.rows_affected() == 0 {
        return Ok(());
    }
    let sql = "SELECT s.number FROM {ccr}.segment s WHERE NOT EXISTS \
               (SELECT 1 FROM {ccr}.generation g WHERE s.number = ANY(g.segments))";
    let rows = query(address, sql).fetch_all(&mut *connection).await?;
    let segments: Vec<i64> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    if segments.is_empty() {
        return Ok(());
    }
    let sql = "SELECT unnest(documents) FROM {ccr}.segment WHERE number = ANY($1) \
               EXCEPT SELECT unnest(documents) FROM {ccr}.segment WHERE number <> ALL($1)";
    let rows = query(address, sql).bind(segments.clone()).fetch_all(&mut *connection).await?;
    let versions: Vec<i64> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let by_segment = ["posting WHERE segment", "facet WHERE segment", "segment WHERE number"];
    let by_version = ["chunk WHERE document", "embedded WHERE document", "document WHERE version"];
    let all =
        by_segment.map(|rows| (rows, &segments)).into_iter().chain(by_version.map(|rows| (rows, &versions)));
    for (rows, numbers) in all {
        let sql = format!("DELETE FROM {{ccr}}.{rows} = ANY($1)");
        query(address, &sql).bind(numbers.clone()).execute(&mut *connection).await?;
    }
    Ok(())
}
