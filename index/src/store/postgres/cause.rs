//! Why a database did not do what it was asked, in one sentence: what the server or the way to it said, and
//! what helps. Nothing of it comes from the URL but host, port, role and the database's name.

use std::fmt;
use std::io;

use sqlx::postgres::PgDatabaseError;

use super::Address;

/// A reason, in one sentence, with nothing behind it.
#[derive(Debug)]
pub(super) struct Cause(String);

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Cause {}

impl From<String> for Cause {
    fn from(text: String) -> Cause {
        Cause(text)
    }
}

impl From<&str> for Cause {
    fn from(text: &str) -> Cause {
        Cause(text.to_owned())
    }
}

const READ_ONLY: &str = "the server is a standby, or the session may only read: say the address of the primary server, \
                         or `default_transaction_read_only=off` for the role";

/// Why nothing can be written where everything can be read.
pub(super) fn read_only() -> Cause {
    Cause::from(READ_ONLY)
}

/// Why a database could not be asked, or did not answer as it should.
pub(super) fn of(error: &sqlx::Error, address: &Address) -> Cause {
    let text = match error {
        sqlx::Error::Database(error) => match error.try_downcast_ref::<PgDatabaseError>() {
            Some(error) => of_server(error.code(), error.message(), error.detail(), address),
            None => error.message().to_owned(),
        },
        sqlx::Error::Io(error) => of_way(error, address),
        sqlx::Error::Tls(error) => of_tls(&crate::causes(error.as_ref())),
        sqlx::Error::Protocol(_) => {
            "the connection was lost in the middle of a message, or who answers is no PostgreSQL".to_owned()
        }
        sqlx::Error::Configuration(error) => error.to_string(),
        sqlx::Error::Migrate(error) => error.to_string(),
        other => other.to_string(),
    };
    Cause(text)
}

/// What the way to the server said.
fn of_way(error: &io::Error, address: &Address) -> String {
    let whom = address.whom();
    let text = error.to_string();
    match error.kind() {
        io::ErrorKind::ConnectionRefused => format!(
            "nothing listens at {whom} (connection refused): start the server, or say another host or port in the URL"
        ),
        io::ErrorKind::NotFound if address.options().get_socket().is_some() => {
            format!(
                "there is no socket of a server at {whom}: start the server, or say another host in the URL"
            )
        }
        io::ErrorKind::NotFound => format!(
            "a file that the URL names (`sslrootcert`, `sslcert` or `sslkey`) cannot be found: {text}"
        ),
        io::ErrorKind::PermissionDenied => format!("the system refuses the way to {whom}: {text}"),
        io::ErrorKind::TimedOut => format!("{whom} does not answer: is a firewall between?"),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            format!("{whom} cannot be reached from here: {text}")
        }
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => format!("the connection to {whom} was lost"),
        _ if text.contains("lookup address information") => {
            let host = address.options().get_host();
            let why = text.rsplit(": ").next().unwrap_or("no answer");
            format!("the host name `{host}` cannot be resolved ({why}): is it written right in the URL?")
        }
        _ if text.contains("certificate") => of_tls(&text),
        _ => text,
    }
}

fn of_tls(text: &str) -> String {
    let contains = |words: &str| text.to_ascii_lowercase().contains(words);
    if contains("does not support tls") {
        "the server offers no TLS and `sslmode` asks for it: turn it on in the server, or allow \
         `sslmode=prefer` where the network is trusted"
            .to_owned()
    } else if contains("unknownissuer") || contains("unknown issuer") || contains("self-signed") {
        "the server's certificate is not signed by an authority that this machine trusts: give the \
         authority's certificate as `sslrootcert`"
            .to_owned()
    } else if contains("causedasendentity") {
        "the server shows the certificate of an authority, such as one signed by itself, which proves nothing: \
         have it show one that an authority signed and give that authority's as `sslrootcert`, or say \
         `sslmode=require` where nobody can stand between"
            .to_owned()
    } else if contains("not valid for name") || contains("notvalidforname") {
        format!("the server's certificate is for another host name than the URL's: {text}")
    } else if contains("expired") {
        "the server's certificate has expired".to_owned()
    } else {
        format!("TLS could not be agreed on: {text}")
    }
}

/// What the server, or a pooler in its place, said.
fn of_server(code: &str, message: &str, detail: Option<&str>, address: &Address) -> String {
    let message = message.trim_end_matches('.');
    let role = address.options().get_username();
    let database = address.options().get_database().unwrap_or(role);
    match code {
        "28P01" => format!("the password of the role `{role}` is wrong, or there is no such role"),
        "28000" if message.contains("does not exist") => format!("there is no role `{role}`"),
        "28000" if message.contains("no encryption") || message.contains("SSL off") => format!(
            "the server lets the role `{role}` in with TLS only, or not at all from here ({message}): say \
             `sslmode=require` in the URL"
        ),
        "28000" => format!("the server does not let the role `{role}` in: {message}"),
        "3D000" => format!("there is no database `{database}`"),
        "53300" => format!(
            "there are too many connections ({message}): raise the limit, or lower `max_connections` in the URL"
        ),
        "57P03" => format!("the server takes no questions yet or any more ({message}): it may in a moment"),
        "57P01" | "57P02" => format!("the server ended the connection ({message})"),
        "57014" => format!("the server stopped the statement ({message})"),
        "25006" => READ_ONLY.to_owned(),
        "42P05" | "26000" => {
            "a pooler between knows no prepared statements: say `statement-cache-capacity=0` in the URL".to_owned()
        }
        "53100" => format!("the disk of the server is full ({message})"),
        _ if message.contains("statement pooling mode") => {
            "a pooler that works by statement (`pool_mode = statement`) stands between: connect to the server \
             itself, or to a pooler with `pool_mode = transaction` for readers and `session` for writers"
                .to_owned()
        }
        _ if message.contains("unsupported startup parameter") => {
            format!("a pooler stands between ({message}): leave the parameter out of the URL")
        }
        _ => match detail {
            Some(detail) => format!("{message} ({})", detail.trim_end_matches('.')),
            None => message.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> Address {
        Address::parse("postgres://ada:s3cret@db.example.com:5433/registry").unwrap()
    }

    #[test]
    fn a_server_that_says_no_is_told_in_one_sentence() {
        let check = |code: &str, message: &str, words: &str| {
            let said = of_server(code, message, None, &address());
            assert!(said.contains(words) && !said.contains("s3cret") && !said.contains('\n'), "{said}");
        };
        check(
            "28P01",
            "password authentication failed for user \"ada\"",
            "the password of the role `ada` is wrong",
        );
        check("28000", "role \"ada\" does not exist", "there is no role `ada`");
        check("28000", "no pg_hba.conf entry for host \"::1\", no encryption", "`sslmode=require`");
        check("28000", "role \"ada\" is not permitted to log in", "does not let the role `ada` in");
        check("3D000", "database \"registry\" does not exist", "there is no database `registry`");
        check("53300", "sorry, too many clients already", "too many connections (sorry, too many");
        check("57P03", "the database system is starting up", "starting up");
        check(
            "25006",
            "cannot execute INSERT in a read-only transaction",
            "the address of the primary server",
        );
        check("42P05", "prepared statement \"sqlx_s_1\" already exists", "`statement-cache-capacity=0`");
        check("08P01", "transaction blocks not allowed in statement pooling mode", "works by statement");
        check("53100", "could not extend file: No space left on device", "the disk of the server is full");
        check("42704", "type \"halfvec\" does not exist", "type \"halfvec\" does not exist");
    }

    #[test]
    fn a_way_that_is_closed_is_told_in_one_sentence() {
        let check = |error: io::Error, words: &str| {
            let said = of(&sqlx::Error::Io(error), &address()).to_string();
            assert!(said.contains(words) && !said.contains("s3cret"), "{said}");
        };
        check(io::ErrorKind::ConnectionRefused.into(), "nothing listens at `db.example.com:5433`");
        check(io::ErrorKind::ConnectionReset.into(), "was lost");
        check(io::ErrorKind::UnexpectedEof.into(), "was lost");
        check(io::ErrorKind::HostUnreachable.into(), "cannot be reached");
        let unresolved = "failed to lookup address information: Name or service not known";
        check(
            io::Error::other(unresolved),
            "`db.example.com` cannot be resolved (Name or service not known)",
        );
        check(io::Error::other("invalid peer certificate: UnknownIssuer"), "`sslrootcert`");
        let tls = of(&sqlx::Error::Tls("server does not support TLS".into()), &address()).to_string();
        assert!(tls.contains("offers no TLS"), "{tls}");
    }
}
