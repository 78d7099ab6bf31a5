//! Questions to the database, asked again where it was only away for a moment.

use std::io;
use std::time::{Duration, Instant};

use backon::{BlockingRetryable, ExponentialBuilder};
use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Connection, Postgres};
use tokio::time::timeout;

use super::Address;
use super::cause::{self, Cause};
use super::runtime::wait_for;
use crate::store::Error;

/// Times that a question is asked again where it was disturbed.
const MORE_TIMES: usize = 4;

/// How long a server that was just there is waited for: a restart takes so long, and nobody waits longer.
const GRACE: Duration = Duration::from_secs(3);

/// The pause before a question is asked again, the first and the longest.
const PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Why a question has no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// There is no connection to be had.
    Connect(sqlx::Error),
    /// Nobody answered who asked for a connection.
    NoAnswer,
    /// All connections of this process are taken.
    NoneFree,
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
    /// A server or session that only reads was to be written to.
    ReadOnly,
    /// The tables are of a version that this program does not know.
    Newer(i64),
    /// An error that says everything itself.
    Ours(Error),
}

/// When the same may go well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passes {
    Never,
    /// A moment later: others were in the way, or the connection was lost.
    Again,
    /// When the server is back, if it was there just now.
    WhenBack,
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
            Trouble::Sqlx(sqlx::Error::Database(error)) | Trouble::Connect(sqlx::Error::Database(error)) => {
                error.code().map(std::borrow::Cow::into_owned)
            }
            _ => None,
        }
    }

    /// Whether the tables are not there.
    pub(super) fn no_tables(&self) -> bool {
        matches!(self.code().as_deref(), Some("42P01" | "3F000"))
    }

    /// Whether a connection that was there is lost.
    fn is_loss(&self) -> bool {
        match self {
            // The latter is what is read from a connection that was cut in the middle of a message.
            Trouble::Sqlx(sqlx::Error::Io(_) | sqlx::Error::Protocol(_)) => true,
            Trouble::Sqlx(_) => self.code().is_some_and(|code| {
                matches!(code.as_str(), "57P01" | "57P02" | "57P03") || code.starts_with("08")
            }),
            _ => false,
        }
    }

    /// Whether a prepared statement was another client's, or none: a pooler gave the connection to others.
    fn is_shared_statement(&self) -> bool {
        matches!(self.code().as_deref(), Some("42P05" | "26000"))
    }

    fn passes(&self) -> Passes {
        match self {
            Trouble::Sqlx(_) if self.is_loss() => Passes::Again,
            Trouble::Sqlx(_) if matches!(self.code().as_deref(), Some("40001" | "40P01")) => Passes::Again,
            Trouble::Connect(_) => match self.code() {
                None => Passes::WhenBack,
                // too_many_connections, cannot_connect_now; and what poolers say when they lost their server.
                Some(code) if matches!(code.as_str(), "53300") || code.starts_with("57P") => Passes::WhenBack,
                Some(code) if code.starts_with("08") => Passes::WhenBack,
                Some(_) => Passes::Never,
            },
            Trouble::Locked { again: true } => Passes::WhenBack,
            _ => Passes::Never,
        }
    }

    /// Whether nobody can be asked now, whatever the question.
    fn is_away(&self) -> bool {
        match self {
            Trouble::Connect(_) | Trouble::NoAnswer | Trouble::NoneFree | Trouble::TooLong => true,
            Trouble::Sqlx(_) => self.is_loss() || self.code().is_some_and(|code| code.starts_with("53")),
            _ => false,
        }
    }

    /// The error for people.
    pub(super) fn into_error(self, doing: &'static str, address: &Address) -> Error {
        let place = address.to_string();
        if self.no_tables() {
            return Error::NoIndex { place };
        }
        let is_away = self.is_away();
        let is_refused = self.code().as_deref() == Some("42501");
        let cause = match self {
            Trouble::Content(what) => return Error::damaged(place, what),
            Trouble::Removed(generation) => return Error::Removed { place, generation },
            Trouble::Locked { .. } => return Error::Locked { place, pid: None },
            Trouble::Ours(error) => return error,
            Trouble::Sqlx(source) | Trouble::Connect(source) => cause::of(&source, address),
            Trouble::NoAnswer => Cause::from(format!(
                "{} does not answer within {} s (`connect_timeout`): is a firewall between, or a pooler without a free \
                 connection?",
                address.whom(),
                address.connect_timeout().as_secs()
            )),
            Trouble::NoneFree => Cause::from(format!(
                "all connections of this process were taken for {} s: raise `max_connections` in the URL",
                address.connect_timeout().as_secs()
            )),
            Trouble::TooLong => Cause::from(format!(
                "there was no answer within {} s (`question_timeout`)",
                address.question_timeout().as_secs()
            )),
            Trouble::ReadOnly => cause::read_only(),
            Trouble::Newer(version) => Cause::from(format!(
                "its tables are at version {version}, which this program does not know: use the newer `ccr` that made them"
            )),
            Trouble::Threads(source) => {
                Cause::from(format!("no thread for connections can be had: {source}"))
            }
        };
        let source = cause.into();
        if is_refused {
            Error::Forbidden { doing, place, role: address.options().get_username().to_owned(), source }
        } else if is_away {
            Error::Away { doing, place, source }
        } else {
            Error::Server { doing, place, source }
        }
    }
}

/// A question to the tables, which `{ccr}` stands for the schema of.
pub(super) fn query(address: &Address, sql: &str) -> Query<'static, Postgres, PgArguments> {
    let sql = sql.replace("{ccr}", &address.quoted_schema());
    // Nothing but the schema's name is put in, which holds no quote (see `Address`).
    sqlx::query(AssertSqlSafe(sql)).persistent(!address.in_transactions())
}

/// Asks on any connection of the pool, and again where the connection was lost on the way.
#[expect(clippy::needless_pass_by_value, reason = "a closure is written where it is asked")]
pub(super) fn ask<T>(
    address: &Address,
    question: impl AsyncFn(&mut PgConnection) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    repeat(address, || {
        wait_for(once(address, None, &question)).unwrap_or_else(|error| Err(Trouble::Threads(error)))
    })
}

/// Asks in a transaction that begins with these words, which may set what holds inside it.
#[expect(clippy::needless_pass_by_value, reason = "a closure is written where it is asked")]
pub(super) fn ask_within<T>(
    address: &Address,
    begin: &'static str,
    question: impl AsyncFn(&mut PgConnection) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let begin = Some(begin);
    repeat(address, || {
        wait_for(once(address, begin, &question)).unwrap_or_else(|error| Err(Trouble::Threads(error)))
    })
}

/// Does something again while its trouble is a passing one. A server that was not there before is not waited
/// for.
pub(super) fn repeat<T>(
    address: &Address,
    mut act: impl FnMut() -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let (begun, mut times) = (Instant::now(), 0);
    let pauses = ExponentialBuilder::default()
        .with_min_delay(PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .with_factor(3.0)
        .without_max_times();
    let again = |trouble: &Trouble| {
        if trouble.is_loss() {
            address.pool().note_seen();
            address.pool().clear();
        }
        match trouble.passes() {
            Passes::Never => trouble.is_shared_statement() && address.note_shared(),
            Passes::Again => {
                times += 1;
                times <= MORE_TIMES
            }
            Passes::WhenBack => {
                let is_ours = matches!(trouble, Trouble::Locked { .. });
                begun.elapsed() < GRACE && (is_ours || address.pool().was_there_within(GRACE))
            }
        }
    };
    (|| act()).retry(pauses).when(again).call()
}

async fn once<T>(
    address: &Address,
    begin: Option<&'static str>,
    question: &impl AsyncFn(&mut PgConnection) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let mut taken = address.pool().take(address).await?;
    let connection = &mut taken.connection;
    let asked = async {
        let begin = begin.or(address.in_transactions().then_some("BEGIN READ ONLY"));
        let Some(begin) = begin else { return question(connection).await };
        let mut transaction = connection.begin_with(begin).await?;
        let answer = question(&mut transaction).await?;
        transaction.commit().await?;
        Ok(answer)
    };
    let answer = timeout(address.question_timeout(), asked).await.map_err(|_| Trouble::TooLong)??;
    address.pool().note_seen();
    taken.give_back();
    Ok(answer)
}
