use sqlx::Row;

use super::ask::{ask, query};
use super::{Address, Reader};
use crate::store::Error;

/// The manifest of the generation in service as it stands in its row; `None` where nothing was published.
pub(in crate::store) fn manifest_text(address: &Address) -> Result<Option<String>, Error> {
    let sql =
        "SELECT g.manifest::text FROM {ccr}.index_state i JOIN {ccr}.generation g ON g.number = i.generation";
    let asked = ask(address, async |connection| {
        let row = query(address, sql).fetch_optional(connection).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    });
    asked.or_else(|_| match Reader::open(address) {
        // Its errors say best why nothing can be asked.
        Err(Error::NoIndex { .. }) => Ok(None),
        Err(error) => Err(error),
        Ok(reader) => Ok(serde_json::to_string(&reader.manifest).ok()),
    })
}
