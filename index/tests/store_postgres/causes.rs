//! What a database says no with, in one sentence, without the password and without the server's source lines.

use std::error::Error as _;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ccr_index::store::Error;
use ccr_index::store::postgres::{Address, Reader, Writer, migrate};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

use crate::postgres_server::{Server, fresh, server};
use crate::{collection, publish};

/// The reason behind an error: one sentence, said once.
fn cause(error: &Error) -> String {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    let whole = ccr_index::causes(error);
    assert!(
        !whole.contains("at line ") && !whole.contains("s3cret") && !format!("{error:?}").contains("s3cret")
    );
    assert!(!error.to_string().contains(&cause) || cause.is_empty(), "{whole}");
    assert!(error.source().is_none_or(|cause| cause.source().is_none()), "{whole}");
    cause
}

/// Both who reads and who writes are told in so short a time.
fn says(url: &str, words: &str) {
    let address = Address::parse(url).unwrap();
    let begun = Instant::now();
    let read = Reader::open(&address).unwrap_err();
    assert!(matches!(read, Error::Away { doing: "open", .. }), "{read:?}");
    let write = Writer::open(&address).map(drop).unwrap_err();
    for error in [read, write] {
        let cause = cause(&error);
        assert!(cause.contains(words), "{url}: {cause}");
    }
    assert!(begun.elapsed() < Duration::from_secs(4), "{url}: {:?}", begun.elapsed());
}

#[test]
fn a_database_that_cannot_be_reached_says_why_at_once() {
    let port = server().port();
    says("postgres://ccr:s3cret@127.0.0.1:1/postgres", "nothing listens at `127.0.0.1:1`");
    says("postgres://ccr:s3cret@no-such-host.invalid/postgres", "`no-such-host.invalid` cannot be resolved");
    says("postgres:///postgres?host=/nowhere/at/all&password=s3cret", "there is no socket");
    says(
        &format!("postgres://ccr:s3cret@127.0.0.1:{port}/no_such_database"),
        "no database `no_such_database`",
    );
    says(&format!("postgres://nobody_here:s3cret@127.0.0.1:{port}/postgres"), "no role `nobody_here`");
    says(&format!("postgres://ccr:s3cret@127.0.0.1:{port}/postgres?sslmode=require"), "offers no TLS");
    // Somebody who takes the connection and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = silent.local_addr().unwrap().port();
    let url = format!("postgres://ccr:s3cret@127.0.0.1:{silent}/postgres?connect_timeout=1");
    says(&url, "does not answer within 1 s");
}

/// A port at which somebody offers TLS with a certificate that nobody vouches for.
fn with_unknown_certificate() -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let certificate = CertificateDer::from(&include_bytes!("../embedding_service/certificate.der")[..]);
    let key = PrivateKeyDer::try_from(&include_bytes!("../embedding_service/key.der")[..]).unwrap();
    let tls = versions.unwrap().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let tls = Arc::new(tls);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            // What asks for TLS has eight bytes; one says yes.
            let mut request = [0; 8];
            if client.read_exact(&mut request).is_ok() && client.write_all(b"S").is_ok() {
                let _ = ServerConnection::new(tls.clone()).unwrap().complete_io(&mut client);
            }
        }
    });
    port
}

#[test]
fn a_certificate_that_is_not_trusted_is_told_with_the_cure() {
    let port = with_unknown_certificate();
    let url = format!("postgres://ccr:s3cret@127.0.0.1:{port}/postgres?sslmode=verify-full");
    says(&url, "give that authority's as `sslrootcert`");
    says(&format!("{url}&sslrootcert=/nowhere/at/all.pem"), "a file that the URL names (`sslrootcert`");
}

#[test]
fn a_server_that_lets_nobody_in_says_why_at_once() {
    let server = server();
    let url = |role: &str| format!("postgres://{role}:s3cret@127.0.0.1:{}/postgres", server.port());
    server.execute("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0; CREATE ROLE closed NOLOGIN");
    says(&url("crowded"), "too many connections for role \"crowded\"");
    says(&url("closed"), "does not let the role `closed` in");
}

#[test]
fn a_wrong_password_is_called_that() {
    let server = Server::with_passwords();
    server.execute("CREATE ROLE ada LOGIN PASSWORD 'right'");
    let url = |role: &str, password: &str| {
        format!("postgres://{role}:{password}@127.0.0.1:{}/postgres", server.port())
    };
    says(&url("ada", "s3cret"), "the password of the role `ada` is wrong");
    // The server does not tell the two apart.
    says(&url("unknown", "s3cret"), "or there is no such role");
    assert!(matches!(
        Reader::open(&Address::parse(&url("ada", "right")).unwrap()),
        Err(Error::NoIndex { .. })
    ));
}

#[test]
fn a_missing_right_names_the_role_and_the_thing() {
    let address = fresh();
    let schema = address.schema();
    publish(&address, &collection("a", "pod", 2)).unwrap();
    let role = format!("poor_{schema}");
    server().execute(&format!("CREATE ROLE {role} LOGIN"));
    let url = format!("postgres://{role}:s3cret@127.0.0.1:{}/postgres?schema={schema}", server().port());
    let check = |error: Error, words: &str| {
        assert!(matches!(error, Error::Forbidden { .. }), "{error:?}");
        assert!(error.to_string().contains(&format!("the role `{role}`")), "{error}");
        let cause = cause(&error);
        assert!(cause.contains(words), "{cause}");
    };
    let poor = Address::parse(&url).unwrap();
    check(Reader::open(&poor).unwrap_err(), "permission denied for schema");
    server().execute(&format!("GRANT USAGE ON SCHEMA {schema} TO {role}"));
    check(Reader::open(&poor).unwrap_err(), "permission denied for table index_state");
    server().execute(&format!("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"));
    Reader::open(&poor).unwrap();
    check(
        publish(&poor, &collection("a", "node", 2)).unwrap_err(),
        "permission denied for table index_state",
    );
    let elsewhere =
        Address::parse(&url.replace(schema, "not_there_yet").replace("poor_not_there_yet", &role));
    check(migrate(&elsewhere.unwrap()).unwrap_err(), "permission denied for database");
}

#[test]
fn a_session_that_only_reads_sends_the_writer_to_the_primary() {
    let address = fresh();
    publish(&address, &collection("a", "pod", 1)).unwrap();
    let url = format!(
        "{}?schema={}&options=-c%20default_transaction_read_only%3Don",
        server().url(),
        address.schema()
    );
    let address = Address::parse(&url).unwrap();
    Reader::open(&address).unwrap();
    let error = publish(&address, &collection("a", "node", 1)).unwrap_err();
    assert!(cause(&error).contains("the address of the primary server"), "{}", ccr_index::causes(&error));
}

#[test]
fn a_server_that_dies_while_nobody_asks_is_told_at_once_later() {
    let server = Server::start();
    let address = server.fresh("");
    publish(&address, &collection("a", "pod", 1)).unwrap();
    Reader::open(&address).unwrap();
    server.kill();
    // Within the grace of a restart it is waited for; after that nobody is kept.
    assert!(matches!(Reader::open(&address), Err(Error::Away { .. })));
    let begun = Instant::now();
    let error = Reader::open(&address).unwrap_err();
    assert!(cause(&error).contains("nothing listens"), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}
