use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use crate::store::Error;

/// The schema that holds the tables unless the URL says another.
const SCHEMA: &str = "ccr";

/// Connections of a process at most.
const CONNECTIONS: u32 = 8;

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
/// documents from which on a graph of neighbours is made and asked (default 5000). With
/// `statement-cache-capacity=0` every question is a transaction without prepared statements, so that any
/// pooler between transactions will do.
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
    connections: u32,
    connect_timeout: Duration,
    question_timeout: Duration,
    graph_from: u64,
    transactions: bool,
    pool: OnceLock<PgPool>,
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`Error::Address`], which says what is wrong without printing the URL.
    pub fn parse(url: &str) -> Result<Address, Error> {
        let wrong = |why: String| Error::Address { why };
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(wrong("it does not begin with `postgres://`".to_owned()));
        }
        let (base, parameters) = url.split_once('?').unwrap_or((url, ""));
        let mut schema = SCHEMA.to_owned();
        let (mut connections, mut transactions, mut named) = (CONNECTIONS, false, false);
        let (mut connect_timeout, mut question_timeout) = (CONNECT_TIMEOUT, QUESTION_TIMEOUT);
        let mut graph_from = GRAPH_FROM;
        let mut others = Vec::new();
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let number = || -> Result<u64, Error> {
                let number = value.parse().ok().filter(|number| (1..=86_400).contains(number));
                number.ok_or_else(|| wrong(format!("`{name}` is no number from 1 to 86400")))
            };
            match name {
                "schema" => value.clone_into(&mut schema),
                "max_connections" => connections = number()? as u32,
                "connect_timeout" => connect_timeout = number()?,
                "question_timeout" => question_timeout = number()?,
                "graph_from" => graph_from = number()?,
                _ => {
                    transactions |= parameter == "statement-cache-capacity=0";
                    named |= name == "application_name";
                    others.push(parameter);
                }
            }
        }
        if !is_name(&schema) {
            return Err(wrong("`schema` is no name of small letters, digits and `_`".to_owned()));
        }
        let rest = if others.is_empty() { base.to_owned() } else { format!("{base}?{}", others.join("&")) };
        let options = PgConnectOptions::from_str(&rest).map_err(|error| wrong(reason(&error)))?;
        // Poolers know none but a few settings of a session; this one changes nothing here.
        let mut options = options.extra_float_digits(None).disable_statement_logging();
        if !named {
            options = options.application_name("ccr");
        }
        let database = options.get_database().unwrap_or(options.get_username());
        let shown = format!("postgres://{}:{}/{database}", options.get_host(), options.get_port());
        let shown = if schema == SCHEMA { shown } else { format!("{shown}?schema={schema}") };
        Ok(Address(Arc::new(Inner {
            url: url.to_owned(),
            options,
            schema,
            shown,
            connections,
            connect_timeout: Duration::from_secs(connect_timeout),
            question_timeout: Duration::from_secs(question_timeout),
            graph_from,
            transactions,
            pool: OnceLock::new(),
        })))
    }

    /// The schema of the tables, a name that needs no quotes.
    pub fn schema(&self) -> &str {
        &self.0.schema
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

    /// Whether every question has to be a transaction of its own.
    pub(super) fn in_transactions(&self) -> bool {
        self.0.transactions
    }

    /// The connections of readers. To be called where the runtime is.
    pub(super) fn pool(&self) -> &PgPool {
        self.0.pool.get_or_init(|| {
            PgPoolOptions::new()
                .max_connections(self.0.connections)
                .acquire_timeout(self.0.connect_timeout)
                // A connection that was lost shows at the question itself, which is asked again.
                .test_before_acquire(false)
                .idle_timeout(Duration::from_secs(300))
                .connect_lazy_with(self.0.options.clone())
        })
    }
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
    }
}
