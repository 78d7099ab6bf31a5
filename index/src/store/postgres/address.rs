use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

use super::pool::Pool;
use super::url::Url;
use crate::store::Error;

/// The schema that holds the tables unless the URL says another.
const SCHEMA: &str = "ccr";

/// Connections of a process at most.
const CONNECTIONS: u16 = 8;

/// Documents from which on asking a graph of neighbours is faster than comparing all vectors.
const GRAPH_FROM: u64 = 5_000;

/// Seconds to wait for a connection, and for the answer of a reader's question.
const CONNECT_TIMEOUT: u64 = 5;
const QUESTION_TIMEOUT: u64 = 30;

/// Where a database is and how to reach it: a URL such as `postgres://user:password@host:5432/database`.
///
/// Its parameters are those of libpq as far as sqlx knows them (`sslmode`, `sslrootcert`, `options`, ...),
/// and of our own: `schema` (default `ccr`), `max_connections` of this process (default 8),
/// `connect_timeout` and `question_timeout` in seconds (default 5 and 30), `graph_from`: the number of
/// documents from which on a graph of neighbours is made and asked (default 5000). Behind a pooler that
/// gives a server's connection to another client after each transaction, every question is a transaction
/// without prepared statements; so it is with `statement-cache-capacity=0`, too. A number above 0 says that
/// the pooler knows prepared statements.
///
/// Copies share one pool of connections. Nothing prints the password.
#[derive(Clone)]
pub struct Address(Arc<Inner>);

struct Inner {
    url: String,
    options: PgConnectOptions,
    schema: String,
    /// What errors print.
    shown: String,
    connect_timeout: Duration,
    question_timeout: Duration,
    graph_from: u64,
    statements: Statements,
    pool: Pool,
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`Error::Address`], which says what is wrong without printing the URL.
    pub fn parse(url: &str) -> Result<Address, Error> {
        let wrong = |why: String| Error::Address { why };
        let read = Url::read(url).map_err(wrong)?;
        let number = |name: &str, default: u64| -> Result<u64, Error> {
            let Some(value) = read.ours.get(name) else { return Ok(default) };
            let number = value.parse().ok().filter(|number| (1..=86_400).contains(number));
            number.ok_or_else(|| wrong(format!("`{name}` is no number from 1 to 86400")))
        };
        let connections = number("max_connections", u64::from(CONNECTIONS))? as usize;
        let connect_timeout = number("connect_timeout", CONNECT_TIMEOUT)?;
        let question_timeout = number("question_timeout", QUESTION_TIMEOUT)?;
        let graph_from = number("graph_from", GRAPH_FROM)?;
        let schema = (*read.ours.get("schema").unwrap_or(&SCHEMA)).to_owned();
        if !is_name(&schema) {
            return Err(wrong("`schema` is no name of small letters, digits and `_`".to_owned()));
        }
        let given = |wanted: &str| read.driver.iter().rev().find(|(name, _)| *name == wanted);
        let statements = match given("statement-cache-capacity").map(|(_, value)| value.as_str()) {
            None => Statements::Learnt,
            Some("0") => Statements::InTransactions,
            Some(_) => Statements::Named,
        };
        let options =
            PgConnectOptions::from_str(&read.for_driver()).map_err(|error| wrong(reason(&error)))?;
        // Poolers know none but a few settings of a session; this one changes nothing here.
        let mut options = options.extra_float_digits(None).disable_statement_logging();
        if given("application_name").is_none() {
            options = options.application_name("ccr");
        }
        let database = options.get_database().unwrap_or(options.get_username());
        let shown = match options.get_socket() {
            Some(socket) => format!("postgres://{}/{database}", socket.display()),
            None => format!("postgres://{}:{}/{database}", options.get_host(), options.get_port()),
        };
        let shown = if schema == SCHEMA { shown } else { format!("{shown}?schema={schema}") };
        Ok(Address(Arc::new(Inner {
            url: url.to_owned(),
            options,
            schema,
            shown,
            connect_timeout: Duration::from_secs(connect_timeout),
            question_timeout: Duration::from_secs(question_timeout),
            graph_from,
            statements,
            pool: Pool::new(connections),
        })))
    }

    /// The schema of the tables: small letters, digits and `_`.
    pub fn schema(&self) -> &str {
        &self.0.schema
    }

    /// The same as SQL has it: in quotes, because a name may be a word of SQL.
    pub(super) fn quoted_schema(&self) -> String {
        format!("\"{}\"", self.0.schema)
    }

    pub(super) fn options(&self) -> &PgConnectOptions {
        &self.0.options
    }

    pub(super) fn connect_timeout(&self) -> Duration {
        self.0.connect_timeout
    }

    pub(super) fn question_timeout(&self) -> Duration {
        self.0.question_timeout
    }

    /// Documents from which on a graph of neighbours is made and asked.
    pub(super) fn graph_from(&self) -> u64 {
        self.0.graph_from
    }

    /// What the URL says of prepared statements.
    pub(super) fn statements(&self) -> Statements {
        self.0.statements
    }

    /// Whether every question has to be a transaction of its own, without prepared statements.
    pub(super) fn in_transactions(&self) -> bool {
        match self.0.statements {
            Statements::Named => false,
            Statements::InTransactions => true,
            Statements::Learnt => self.0.pool.is_shared(),
        }
    }

    /// Notes that a pooler between gives connections to others, where the URL leaves that open. Returns whether
    /// it is news.
    pub(super) fn note_shared(&self) -> bool {
        self.0.statements == Statements::Learnt && self.0.pool.note_shared()
    }

    /// Whom to ask, for people.
    pub(super) fn whom(&self) -> String {
        match self.0.options.get_socket() {
            Some(socket) => format!("`{}`", socket.display()),
            None => format!("`{}:{}`", self.0.options.get_host(), self.0.options.get_port()),
        }
    }

    /// The connections of readers.
    pub(super) fn pool(&self) -> &Pool {
        &self.0.pool
    }
}

/// Whether questions are statements that the server keeps for a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Statements {
    /// Where nothing between gives connections to others, which is found out.
    Learnt,
    /// The URL says so.
    Named,
    /// The URL says that none are, and that every question is a transaction.
    InTransactions,
}

fn is_name(text: &str) -> bool {
    let letters = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    letters && (1..=63).contains(&text.len()) && !text.starts_with(|letter: char| letter.is_ascii_digit())
}

/// What sqlx says of a URL, without the URL.
fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Configuration(why) => why.to_string(),
        _ => "it is no URL of a database".to_owned(),
    }
}

/// Without user, password and parameters.
impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Address({})", self.0.shown)
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Address) -> bool {
        self.0.url == other.0.url
    }
}

impl Eq for Address {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_prints_the_password() {
        let address =
            Address::parse("postgres://ada:s3cret@db.example.com/registry?schema=team&sslmode=require");
        let address = address.unwrap();
        assert_eq!(address.to_string(), "postgres://db.example.com:5432/registry?schema=team");
        assert!(!format!("{address:?}").contains("s3cret"));
        assert_eq!(address.schema(), "team");
    }

    #[test]
    fn what_is_wrong_is_said_without_the_url() {
        let check = |url: &str, words: &str| {
            let error = Address::parse(url).unwrap_err().to_string();
            assert!(error.contains(words) && !error.contains("s3cret"), "{error}");
        };
        check("mysql://ada:s3cret@db/x", "does not begin with `postgres://`");
        check("postgres://ada:s3cret@db:port/x", "port");
        check("postgres://ada:s3cret@db/x?schema=a-b", "`schema` is no name");
        check("postgres://ada:s3cret@db/x?schema=x;drop", "`schema` is no name");
        check("postgres://ada:s3cret@db/x?max_connections=0", "`max_connections` is no number");
        check("postgres://ada:s3cret@db/x?sslmode=perhaps", "perhaps");
        check("postgres://ada:s3cret@db/x?statement-cache-capacity=s", "digit");
        check("postgres://ada:p#s3cret@db/x", "`%23`");
    }
}
