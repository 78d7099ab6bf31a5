//! pgvector, in whichever schema it is: administrators and hosters have their own (`public`, `extensions`, ...).
//! A reader keeps no `search_path`, so types, operators and functions are named with their schema.

use sqlx::postgres::PgConnection;
use sqlx::{Executor, Row};

use super::Address;
use super::ask::{Trouble, query};
use crate::store::Error;

/// The least version of pgvector that knows `halfvec` and scans of a graph that go on (`hnsw.iterative_scan`).
const VERSION: (u32, u32) = (0, 8);

/// The expression for the schema of pgvector, in quotes where SQL needs them; null where it is not installed.
pub(super) const SCHEMA: &str = "(SELECT quote_ident(n.nspname) FROM pg_extension v JOIN pg_namespace n ON n.oid = v.extnamespace \
     WHERE v.extname = 'vector')";

/// The schema of pgvector, as SQL has it.
pub(super) async fn schema(connection: &mut PgConnection, address: &Address) -> Result<String, Trouble> {
    let row = query(address, &format!("SELECT {SCHEMA}")).fetch_one(connection).await?;
    row.try_get::<Option<String>, _>(0)?.ok_or_else(|| missing(address, "it was removed".to_owned()))
}

/// SQL with `{vector}` for the schema of pgvector.
pub(super) fn within(sql: &str, schema: &str) -> String {
    sql.replace("{vector}", schema)
}

/// Creates the extension where it is missing and can be had; gives its schema, as SQL has it.
pub(super) async fn require(connection: &mut PgConnection, address: &Address) -> Result<String, Trouble> {
    let installed = format!("SELECT extversion, {SCHEMA} FROM pg_extension WHERE extname = 'vector'");
    let mut refusal = None;
    for attempt in 0..2 {
        if let Some(row) = query(address, &installed).fetch_optional(&mut *connection).await? {
            let version: String = row.try_get(0)?;
            let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
            let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
            if found >= VERSION {
                return Ok(row.try_get(1)?);
            }
            return Err(missing(address, format!("it is there in version {version}, which is too old")));
        }
        if attempt == 0 {
            // Two that begin at once meet here; the second look shows what came of it.
            match connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public").await {
                Err(sqlx::Error::Database(error)) => refusal = Some(error.message().to_owned()),
                done => {
                    done?;
                }
            }
        }
    }
    Err(missing(address, refusal.unwrap_or_else(|| "it could not be created".to_owned())))
}

fn missing(address: &Address, why: String) -> Trouble {
    Trouble::Ours(Error::NoVectorExtension { place: address.to_string(), why })
}
