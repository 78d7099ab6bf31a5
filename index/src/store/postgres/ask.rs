//! Questions to the database, asked again where it was only away for a moment.

use std::io;
use std::time::Duration;

use backon::{BlockingRetryable, ExponentialBuilder};
use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Connection, Postgres};
use tokio::time::timeout;

use super::Address;
use super::runtime::wait_for;
use crate::store::Error;

/// Times that a question is asked again.
const MORE_TIMES: usize = 4;

/// Why a question has no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The database or the way to it.
    Sqlx(sqlx::Error),
    /// The database holds something that was never written.
    Content(String),
    /// The generation is not there any more.
    Removed(u64),
    /// It took too long.
    TooLong,
    /// Another has a lock; `again` where it was ours a moment ago, and the server may not have noticed yet
    /// that our connection is lost.
    Locked { again: bool },
    /// The threads that connections live on could not be started.
    Threads(io::Error),
    /// An error that says everything itself.
    Ours(Error),
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Trouble {
        Trouble::Sqlx(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Trouble {
        Trouble::Ours(error)
    }
}

impl Trouble {
    /// The code that PostgreSQL gave, where it gave one.
    pub(super) fn code(&self) -> Option<String> {
        match self {
            Trouble::Sqlx(sqlx::Error::Database(error)) => error.code().map(std::borrow::Cow::into_owned),
            _ => None,
        }
    }

    /// Whether the tables are not there.
    pub(super) fn no_tables(&self) -> bool {
        matches!(self.code().as_deref(), Some("42P01" | "3F000"))
    }

    /// Whether the same may go well a moment later: others were in the way, the server restarts, or the
    /// connection was lost.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Trouble::Sqlx(sqlx::Error::Io(_)) => true,
            Trouble::Sqlx(sqlx::Error::Database(_)) => self.code().is_some_and(|code| {
                matches!(code.as_str(), "40001" | "40P01" | "57P01" | "57P02" | "57P03")
                    || code.starts_with("08")
            }),
            // What is read from a connection that was cut in the middle of a message.
            Trouble::Sqlx(sqlx::Error::Protocol(_)) => true,
            Trouble::Locked { again } => *again,
            _ => false,
        }
    }

    /// The error for people.
    pub(super) fn into_error(self, doing: &'static str, address: &Address) -> Error {
        let place = address.to_string();
        if self.no_tables() {
            return Error::NoIndex { place };
        }
        // insufficient_privilege, invalid_authorization_specification, invalid_password
        let refused = matches!(self.code().as_deref(), Some("42501" | "28000" | "28P01"));
        match self {
            Trouble::Sqlx(source) if refused => Error::Forbidden { doing, place, source: source.into() },
            Trouble::Sqlx(source) => Error::Server { doing, place, source: source.into() },
            Trouble::Content(what) => Error::damaged(place, what),
            Trouble::Removed(generation) => Error::Removed { place, generation },
            Trouble::TooLong => Error::Server { doing, place, source: "it took too long".into() },
            Trouble::Locked { .. } => Error::Locked { place, pid: None },
            Trouble::Threads(source) => Error::Server { doing, place, source: source.into() },
            Trouble::Ours(error) => error,
        }
    }
}

/// A question to the tables, which `{ccr}` stands for the schema of.
pub(super) fn query(address: &Address, sql: &str) -> Query<'static, Postgres, PgArguments> {
    let sql = sql.replace("{ccr}", address.schema());
    // Nothing but the schema's name is put in, and that is a name (see `Address`).
    sqlx::query(AssertSqlSafe(sql)).persistent(!address.in_transactions())
}

/// Asks on any connection of the pool, up to a few times.
#[expect(clippy::needless_pass_by_value, reason = "a closure is written where it is asked")]
pub(super) fn ask<T>(
    address: &Address,
    question: impl AsyncFn(&mut PgConnection) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let begin = address.in_transactions().then_some("BEGIN READ ONLY");
    repeat(|| wait_for(once(address, begin, &question)).unwrap_or_else(|error| Err(Trouble::Threads(error))))
}

/// Asks in a transaction that begins with these words, which may set what holds inside it.
#[expect(clippy::needless_pass_by_value, reason = "a closure is written where it is asked")]
pub(super) fn ask_within<T>(
    address: &Address,
    begin: &'static str,
    question: impl AsyncFn(&mut PgConnection) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let begin = Some(begin);
    repeat(|| wait_for(once(address, begin, &question)).unwrap_or_else(|error| Err(Trouble::Threads(error))))
}

/// Does something again while its trouble is a passing one.
pub(super) fn repeat<T>(mut act: impl FnMut() -> Result<T, Trouble>) -> Result<T, Trouble> {
    let pauses = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(20))
        .with_max_delay(Duration::from_secs(1))
        .with_factor(3.0)
        .with_max_times(MORE_TIMES);
    (|| act()).retry(pauses).when(Trouble::is_passing).call()
}

async fn once<T>(
    address: &Address,
    begin: Option<&'static str>,
    question: &impl AsyncFn(&mut PgConnection) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let mut connection = address.pool().acquire().await?;
    let asked = async {
        let Some(begin) = begin else { return question(&mut connection).await };
        let mut transaction = connection.begin_with(begin).await?;
        let answer = question(&mut transaction).await?;
        transaction.commit().await?;
        Ok(answer)
    };
    match timeout(address.question_timeout(), asked).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(trouble)) => {
            if trouble.is_passing() {
                // Not back into the pool: whatever is wrong with it, the next has another.
                drop(connection.detach());
            }
            Err(trouble)
        }
        Err(_) => {
            drop(connection.detach());
            Err(Trouble::TooLong)
        }
    }
}
