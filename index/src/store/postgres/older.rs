//! An index of an older format: what can be said of it, and how it makes room for a new one.

use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::ask::{Trouble, ask, query};
use super::{Address, FORMAT};
use crate::store::{Error, Older};

/// What can be said of the generation in service, whose format is an older one.
///
/// # Errors
/// Where the database cannot be asked.
pub fn older(address: &Address, format: u32) -> Result<Older, Error> {
    let sql = "SELECT s.generation, g.manifest::text FROM {ccr}.index_state s \
               LEFT JOIN {ccr}.generation g ON g.number = s.generation";
    let found: Option<(Option<i64>, Option<String>)> = ask(address, async |connection| {
        let row = query(address, sql).fetch_optional(connection).await?;
        row.map(|row| Ok::<_, Trouble>((row.try_get(0)?, row.try_get(1)?))).transpose()
    })
    .map_err(|trouble| trouble.into_error("read", address))?;
    let (number, json) = found.unwrap_or_default();
    let manifest = json.and_then(|json| serde_json::from_str(&json).ok());
    Ok(Older::of(format, number.map(i64::cast_unsigned), manifest.as_ref()))
}

/// Removes what an older format left, inside of the transaction that publishes the first of ours: until it ends,
/// readers of the older format have theirs. Nothing of it is taken over, whose meaning may have changed.
pub(super) async fn clear(connection: &mut PgConnection, address: &Address) -> Result<(), Trouble> {
    for table in ["generation", "posting", "facet", "segment", "chunk", "embedded", "document"] {
        query(address, &format!("DELETE FROM {{ccr}}.{table}")).execute(&mut *connection).await?;
    }
    let sql = "UPDATE {ccr}.index_state SET format = $1, generation = NULL";
    query(address, sql).bind(FORMAT).execute(connection).await?;
    Ok(())
}
