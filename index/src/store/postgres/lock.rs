//! One writer at a time for each source: advisory locks of a session, which end with its connection however
//! that ends.

use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::Address;
use super::ask::{Trouble, query};

/// What a writer has for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Claim {
    /// The index.
    Whole,
    /// Some sources, beside others who have others.
    Sources(Vec<String>),
}

/// Takes the locks, or says that another has one of them.
pub(super) async fn take(
    connection: &mut PgConnection,
    address: &Address,
    claim: &Claim,
) -> Result<(), Trouble> {
    let whole = number(address, "index", "");
    let is_taken = match claim {
        Claim::Whole => try_lock(connection, address, "SELECT pg_try_advisory_lock($1)", whole).await?,
        Claim::Sources(slugs) => {
            let mut all =
                try_lock(connection, address, "SELECT pg_try_advisory_lock_shared($1)", whole).await?;
            for slug in slugs {
                let source = number(address, "source", slug);
                all = all && try_lock(connection, address, "SELECT pg_try_advisory_lock($1)", source).await?;
            }
            all
        }
    };
    match is_taken {
        true => Ok(()),
        false => Err(Trouble::Locked { again: false }),
    }
}

async fn try_lock(
    connection: &mut PgConnection,
    address: &Address,
    sql: &'static str,
    number: i64,
) -> Result<bool, Trouble> {
    Ok(query(address, sql).bind(number).fetch_one(connection).await?.try_get(0)?)
}

/// The number of a lock: PostgreSQL tells them apart by numbers, for each database.
fn number(address: &Address, what: &str, name: &str) -> i64 {
    let hash = blake3::hash(format!("ccr {what}\n{}\n{name}", address.schema()).as_bytes());
    let [a, b, c, d, e, f, g, h, ..] = *hash.as_bytes();
    i64::from_le_bytes([a, b, c, d, e, f, g, h])
}
