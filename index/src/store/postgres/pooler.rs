//! Finds out whether what stands between us and the server keeps one of its connections for each of ours.
//!
//! A pooler between transactions (PgBouncer's `pool_mode = transaction`, and its like of any name) gives the
//! server's connection of a client to another as soon as a transaction ends. So a lock of a session, a setting
//! or a prepared statement stays with whoever comes next. No pooler says of itself how it works; it shows in
//! the number of the process that serves a connection.

use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor, Row};
use tokio::time::timeout;

use super::Address;
use super::ask::Trouble;
use super::connection::connect;

/// To wait for a second connection, which a pooler of sessions may have to refuse.
const PATIENCE: Duration = Duration::from_secs(5);

/// What stands between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    /// Nothing, or what keeps a connection of the server for each of ours.
    Nothing,
    /// A pooler that gives a server's connection to others between transactions or statements.
    Shared,
    /// There was no second connection to compare with.
    Unknown,
}

/// Looks, with a second connection that is given along where it is still good. To be called outside of a
/// transaction.
///
/// A pooler that takes the server's connection that was unused longest gives the first another one at its
/// second question, where there are several. One that takes the connection that was used last, or has only
/// one, gives that of the first to the second connection, which begins a transaction and so keeps it. What is
/// seen is proof. Other clients in between can hide it in one round, hardly in all of them.
pub(super) async fn look(
    one: &mut PgConnection,
    address: &Address,
    rounds: usize,
) -> Result<(Between, Option<PgConnection>), Trouble> {
    let Ok(Ok(mut other)) = timeout(PATIENCE, connect(address)).await else {
        return Ok((alone(one, rounds).await?, None));
    };
    let looked = async {
        for _ in 0..rounds {
            let first = process(one).await?;
            if process(one).await? != first {
                return Ok(Between::Shared);
            }
            let mut transaction = match other.begin_with("BEGIN READ ONLY").await {
                Ok(transaction) => transaction,
                // A pooler between statements refuses that (protocol_violation), as no server does.
                Err(error) => {
                    let trouble = Trouble::Sqlx(error);
                    let is_refused = trouble.code().as_deref() == Some("08P01");
                    return if is_refused { Ok(Between::Shared) } else { Err(trouble) };
                }
            };
            if process(&mut transaction).await? == first || process(one).await? != first {
                return Ok(Between::Shared);
            }
            transaction.commit().await?;
        }
        Ok(Between::Nothing)
    };
    match timeout(PATIENCE, looked).await {
        Ok(Ok(Between::Nothing)) => Ok((Between::Nothing, Some(other))),
        Ok(looked) => Ok((looked?, None)),
        Err(_) => Ok((Between::Unknown, None)),
    }
}

/// Looks with one connection only, which shows a change where others ask meanwhile.
async fn alone(one: &mut PgConnection, rounds: usize) -> Result<Between, Trouble> {
    let first = process(one).await?;
    for _ in 0..rounds {
        if process(one).await? != first {
            return Ok(Between::Shared);
        }
    }
    Ok(Between::Unknown)
}

/// The process of the server that serves a connection at this moment. Asked without a prepared statement.
async fn process(connection: &mut PgConnection) -> Result<i32, Trouble> {
    Ok(connection.fetch_one("SELECT pg_backend_pid()").await?.try_get(0)?)
}
