use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor, Row};

use super::ask::{Trouble, query};
use super::{Address, MOST_DIMENSIONS, extension};
use crate::manifest::EmbedderId;

/// Makes the graph of neighbours of an embedder where there is none and it pays, and tells the planner of
/// what was written.
pub(super) async fn make(
    connection: &mut PgConnection,
    address: &Address,
    embedder: &EmbedderId,
) -> Result<(), Trouble> {
    let sql = "SELECT e.number, (SELECT count(*) FROM {ccr}.embedded m WHERE m.embedder = e.number) \
               FROM {ccr}.embedder e WHERE e.provider = $1 AND e.model = $2 AND e.dimensions = $3";
    let asked = query(address, sql).bind(embedder.provider.clone()).bind(embedder.model.clone());
    let row = asked.bind(embedder.dimensions.cast_signed()).fetch_one(&mut *connection).await?;
    let (number, documents): (i32, i64) = (row.try_get(0)?, row.try_get(1)?);
    let (schema, dimensions) = (address.quoted_schema(), embedder.dimensions);
    if documents.cast_unsigned() < address.graph_from() || dimensions as usize > MOST_DIMENSIONS {
        return Ok(());
    }
    let name = format!("chunk_nearest_{number}");
    let known = query(address, "SELECT to_regclass($1) IS NOT NULL").bind(format!("{schema}.{name}"));
    if known.fetch_one(&mut *connection).await?.try_get(0)? {
        return Ok(());
    }
    let vector = extension::schema(connection, address).await?;
    let sql = format!(
        "SET maintenance_work_mem = '512MB'; SET statement_timeout = 0; \
         CREATE INDEX IF NOT EXISTS {name} ON {schema}.chunk \
         USING hnsw ((embedding::{vector}.halfvec({dimensions})) {vector}.halfvec_cosine_ops) WHERE embedder = {number}; \
         ANALYZE {schema}.document, {schema}.posting, {schema}.facet, {schema}.chunk, {schema}.embedded"
    );
    connection.execute(AssertSqlSafe(sql)).await?;
    Ok(())
}
