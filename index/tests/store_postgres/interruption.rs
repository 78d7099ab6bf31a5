use std::thread;

use ccr_index::lexical::invert;
use ccr_index::store::postgres::{Address, Reader, Writer, in_service, verify};
use ccr_index::store::{Error, Generation};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::postgres_server::{Server, server};
use crate::proxy::Proxy;
use crate::sample::publication;
use crate::{collection, ids, ids_of, publish};

/// Holds a lock on a table of an index until it is dropped.
struct Held {
    runtime: tokio::runtime::Runtime,
    connection: PgConnection,
}

impl Held {
    fn lock(server: &Server, address: &Address, table: &str, mode: &str) -> Held {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let sql = format!("BEGIN; LOCK TABLE {}.{table} IN {mode} MODE", address.schema());
        let connection = runtime.block_on(async {
            let mut connection = PgConnection::connect(&server.url()).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
            connection
        });
        Held { runtime, connection }
    }

    /// Waits until somebody waits for it.
    fn is_waited_for(&mut self) {
        let sql = "SELECT count(*) FROM pg_locks WHERE NOT granted";
        self.runtime.block_on(async {
            while sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut self.connection).await.unwrap() == 0 {
                tokio::task::yield_now().await;
            }
        });
    }
}

#[test]
fn a_server_that_dies_in_the_middle_of_a_publish_leaves_nothing_half() {
    let server = Server::start();
    let address = server.fresh("&connect_timeout=1");
    let (before, after) = (collection("a", "before", 20), collection("a", "after", 20));
    publish(&address, &before).unwrap();
    // Before anything was written, and after everything was.
    for table in ["index_state", "generation"] {
        let mut held = Held::lock(&server, &address, table, "SHARE");
        let failed = thread::scope(|scope| {
            let publishing = scope.spawn(|| publish(&address, &after));
            held.is_waited_for();
            server.kill();
            publishing.join().unwrap().unwrap_err()
        });
        assert!(matches!(failed, Error::Away { doing: "write", .. }), "{failed:?}");
        drop(held);
        server.start_again();
        assert_eq!(in_service(&address).unwrap(), 1, "{table}");
        assert_eq!(ids(&address), ids_of(&before));
        assert!(verify(&address).unwrap().is_intact());
        let rows = format!("SELECT count(*)::text FROM {}.document", address.schema());
        assert_eq!(server.ask(&rows), before.len().to_string());
    }
    assert_eq!(publish(&address, &after).unwrap(), 2);
    assert_eq!(ids(&address), ids_of(&after));
}

#[test]
fn a_reader_goes_on_when_the_server_is_back() {
    let server = Server::start();
    let address = server.fresh("&connect_timeout=1");
    let documents = collection("a", "pod", 5);
    publish(&address, &documents).unwrap();
    let reader = Reader::open(&address).unwrap();
    let found = reader.postings(&["pod"]).unwrap();

    let mut held = Held::lock(&server, &address, "posting", "ACCESS EXCLUSIVE");
    let failed = thread::scope(|scope| {
        let asking = scope.spawn(|| reader.postings(&["pod"]));
        held.is_waited_for();
        server.kill();
        asking.join().unwrap().unwrap_err()
    });
    assert!(matches!(failed, Error::Away { doing: "read", .. }), "{failed:?}");
    assert!(matches!(reader.is_in_service(), Err(Error::Away { .. })));
    server.start_again();
    assert_eq!(reader.postings(&["pod"]).unwrap(), found);
    assert!(reader.is_in_service().unwrap());
    // It was away and came back between two questions: nobody notices.
    server.kill();
    server.start_again();
    assert_eq!(reader.postings(&["pod"]).unwrap(), found);
}

#[test]
fn wherever_the_connection_is_cut_the_old_or_the_new_is_in_service() {
    let proxy = Proxy::to(server().port());
    let direct = server().fresh("");
    let url = format!("postgres://ccr@127.0.0.1:{}/postgres?schema={}", proxy.port(), direct.schema());
    let through = Address::parse(&url).unwrap();
    let text = |round: usize| collection("a", &format!("round{round}"), 30);
    let mut last = text(0);
    publish(&through, &last).unwrap();
    let whole = i64::try_from(proxy.passed()).unwrap();
    let mut failures = 0;
    for round in 1..=9 {
        let documents = text(round);
        let generation = in_service(&direct).unwrap();
        proxy.cut_after(whole * i64::try_from(round).unwrap() / 9);
        let done = publish(&through, &documents);
        proxy.mend();
        failures += u32::from(done.is_err());
        let now = in_service(&direct).unwrap();
        // An answer may be lost on its way though the publish was done.
        match done {
            Ok(number) => assert_eq!(now, number),
            Err(error) => assert!(matches!(error, Error::Away { .. }), "{error:?}"),
        }
        if now > generation {
            last = documents;
        }
        assert_eq!(ids(&direct), ids_of(&last), "round {round}");
        assert!(verify(&direct).unwrap().is_intact(), "round {round}");
    }
    assert!(failures >= 6, "{failures} of 9");
}

#[test]
fn a_publish_that_was_cut_once_is_done_again() {
    let proxy = Proxy::to(server().port());
    let schema = server().fresh("");
    let url = format!("postgres://ccr@127.0.0.1:{}/postgres?schema={}", proxy.port(), schema.schema());
    let address = Address::parse(&url).unwrap();
    publish(&address, &collection("a", "first", 5)).unwrap();
    let documents = collection("a", "second", 5);
    let inverted = invert(&documents);
    let mut writer = Writer::open(&address).unwrap();
    // Every connection there is, whatever is on its way.
    let end = "SELECT count(pg_terminate_backend(pid))::text FROM pg_stat_activity WHERE application_name = 'ccr' AND query LIKE '%' || $$SCHEMA$$ || '%'";
    let ended = server().ask(&end.replace("SCHEMA", &format!("\"{}\".", schema.schema())));
    assert_ne!(ended, "0");
    let manifest = writer.publish(&publication(&documents, &inverted)).unwrap();
    assert_eq!(in_service(&schema).unwrap(), manifest.generation);
    assert_eq!(ids(&schema), ids_of(&documents));
}

#[test]
fn a_full_disk_is_an_error_and_what_is_in_service_stays() {
    let server = Server::with_small_disk(3_000);
    let address = server.fresh("");
    let documents = collection("a", "pod", 3);
    publish(&address, &documents).unwrap();
    let mut state = 7_u64;
    let mut noise = || {
        let letters = (0..40_000).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'!' + (state >> 33) as u8 % 90)
        });
        letters.collect::<String>()
    };
    let mut large = collection("a", "pod", 60);
    large.iter_mut().for_each(|document| document.record = Some(noise()));
    let error = publish(&address, &large).unwrap_err();
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    assert!(matches!(error, Error::Server { doing: "write", .. }), "{error:?}");
    assert!(cause.contains("could not extend file"), "{cause}");
    assert_eq!(ids(&address), ids_of(&documents));
    assert!(verify(&address).unwrap().is_intact());
}
