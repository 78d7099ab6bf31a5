//! One writer at a time for each source: advisory locks of a session, which end with its connection however
//! that ends.

use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::Address;
use super::ask::{Trouble, query};
use super::connection::refuse_pooler;

/// What a writer has for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Claim {
    /// The index.
    Whole,
    /// Some sources, beside others who have others.
    Sources(Vec<String>),
}

/// Statements that look for the session that has a lock, behind a pooler that gives us another each time.
const RELEASES: usize = 200;

/// Takes the locks, or says that another has one of them. A pooler that only shows now gets them back: its
/// connection to the server would hold them long after this process.
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
    if !is_taken {
        return Err(Trouble::Locked { again: false });
    }
    let looked = refuse_pooler(connection, address).await;
    if looked.is_err() {
        release(connection, address, claim).await;
    }
    looked
}

/// Gives the locks of a claim back, whichever session has them.
async fn release(connection: &mut PgConnection, address: &Address, claim: &Claim) {
    let whole = number(address, "index", "");
    let mut locks = match claim {
        Claim::Whole => vec![("SELECT pg_advisory_unlock($1)", whole)],
        Claim::Sources(slugs) => {
            let sources = slugs.iter().map(|slug| number(address, "source", slug));
            let mut locks: Vec<_> = sources.map(|source| ("SELECT pg_advisory_unlock($1)", source)).collect();
            locks.push(("SELECT pg_advisory_unlock_shared($1)", whole));
            locks
        }
    };
    for _ in 0..RELEASES {
        let Some((sql, number)) = locks.last() else { return };
        // A session that has not got it says so with `false` and a warning.
        if matches!(try_lock(connection, address, sql, *number).await, Ok(true)) {
            locks.pop();
        }
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
