//! A real PgBouncer between: who writes is refused where it would give the connection away, who reads is not.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use ccr_index::store::postgres::{Address, Reader, Writer, migrate, migrate_down};
use ccr_index::store::{Error, Filter, Generation};

use crate::postgres_server::pooler::Pooler;
use crate::postgres_server::{Server, execute, fresh, server};
use crate::{collection, ids, ids_of, publish};

/// The same index through a pooler.
fn through(pooler: &Pooler, address: &Address) -> Address {
    Address::parse(&format!("{}?schema={}", pooler.url(), address.schema())).unwrap()
}

#[test]
fn a_writer_behind_a_pooler_between_transactions_is_refused_and_leaves_nothing() {
    let server = Server::start();
    // One connection and many, those used last and those used longest ago first; nobody else asks.
    for settings in ["default_pool_size = 1", "default_pool_size = 20", "server_round_robin = 1"] {
        let pooler = Pooler::start(&server, &format!("pool_mode = transaction\n{settings}"));
        let direct = server.fresh("");
        let pooled = through(&pooler, &direct);
        for round in 0..3 {
            for refused in [
                Writer::open(&pooled).map(drop),
                Writer::open_for(&pooled, vec!["a".to_owned()]).map(drop),
                migrate(&pooled),
                migrate_down(&pooled, 0),
            ] {
                let error = refused.unwrap_err();
                assert!(matches!(error, Error::Pooler { .. }), "{settings}, {round}: {error:?}");
                assert!(error.to_string().contains("pool_mode = session"), "{error}");
            }
            let there = format!("SELECT (to_regnamespace('{}') IS NOT NULL)::text", direct.schema());
            assert_eq!(server.ask(&there), "false");
            assert_eq!(server.ask("SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory'"), "0");
            warm(&pooler);
        }
        // Whoever comes directly is kept out by nobody.
        let documents = collection("a", "pod", 2);
        publish(&direct, &documents).unwrap();
        assert!(matches!(Writer::open(&pooled), Err(Error::Pooler { .. })));
        assert_eq!(ids(&direct), ids_of(&documents));
    }
}

#[test]
fn others_who_ask_meanwhile_do_not_hide_the_pooler() {
    let server = Server::start();
    let direct = server.fresh("");
    for settings in ["default_pool_size = 3", "default_pool_size = 8\nserver_round_robin = 1"] {
        let pooler = Pooler::start(&server, &format!("pool_mode = transaction\n{settings}"));
        let pooled = through(&pooler, &direct);
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        execute(&pooler.url(), "SELECT pg_sleep(0.0005); SELECT 1").unwrap();
                    }
                });
            }
            let opened: Vec<_> = (0..25).map(|_| Writer::open(&pooled).map(drop)).collect();
            done.store(true, Ordering::Relaxed);
            for opened in opened {
                assert!(matches!(opened, Err(Error::Pooler { .. })), "{settings}: {opened:?}");
            }
        });
        assert_eq!(server.ask("SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory'"), "0");
    }
}

/// Has the pooler open several connections to the server, which are idle then.
fn warm(pooler: &Pooler) {
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| execute(&pooler.url(), "SELECT pg_sleep(0.05)").unwrap());
        }
    });
}

#[test]
fn readers_ask_through_a_pooler_between_transactions() {
    let direct = fresh();
    let documents = [collection("a", "pod", 20), collection("b", "node", 20)].concat();
    publish(&direct, &documents).unwrap();
    let pooler = Pooler::start(server(), "pool_mode = transaction\ndefault_pool_size = 3");
    let expected = answers(&Reader::open(&direct).unwrap());
    // Each as a process of its own, with connections of its own; all side by side.
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let reader = Reader::open(&through(&pooler, &direct)).unwrap();
                for _ in 0..5 {
                    assert_eq!(answers(&reader), expected);
                }
            });
        }
    });
}

#[test]
fn prepared_statements_that_a_pooler_does_not_know_are_named_with_the_cure() {
    let direct = fresh();
    publish(&direct, &collection("a", "pod", 3)).unwrap();
    let pooler = Pooler::start(server(), "pool_mode = transaction\ndefault_pool_size = 1");
    let url = format!("{}?schema={}&statement-cache-capacity=10", pooler.url(), direct.schema());
    // The URL says that it knows them; the second comes upon those of the first.
    Reader::open(&Address::parse(&url).unwrap()).unwrap();
    let error = Reader::open(&Address::parse(&url).unwrap()).unwrap_err();
    assert!(ccr_index::causes(&error).contains("`statement-cache-capacity=0`"), "{error:?}");
}

/// Posting lists, documents that pass a filter, ids, and the number of one.
type Answers = (Vec<Option<Vec<u8>>>, Vec<u32>, Vec<String>, Option<u32>);

/// Answers to questions of every kind.
fn answers(reader: &Reader) -> Answers {
    let filter = Filter { tags: vec!["pod".to_owned()], ..Filter::default() };
    (
        reader.postings(&["pod", "node", "nothing"]).unwrap(),
        reader.matching(&filter).unwrap(),
        reader.ids_like("a/", 7).unwrap(),
        reader.find("b/bundle-3").unwrap(),
    )
}

#[test]
fn a_pooler_that_keeps_sessions_is_as_good_as_none() {
    let direct = fresh();
    let pooler = Pooler::start(server(), "pool_mode = session");
    let pooled = through(&pooler, &direct);
    let documents = collection("a", "pod", 3);
    assert_eq!(publish(&pooled, &documents).unwrap(), 1);
    assert_eq!(ids(&pooled), ids_of(&documents));
    let writer = Writer::open(&pooled).unwrap();
    assert!(matches!(Writer::open(&pooled), Err(Error::Locked { .. })));
    assert!(matches!(Writer::open(&direct), Err(Error::Locked { .. })));
    drop(writer);
    Writer::open(&direct).unwrap();
}

#[test]
fn a_pooler_between_statements_is_named_as_what_it_is() {
    let direct = fresh();
    publish(&direct, &collection("a", "pod", 3)).unwrap();
    let pooler = Pooler::start(server(), "pool_mode = statement");
    let pooled = through(&pooler, &direct);
    let error = Reader::open(&pooled).unwrap_err();
    assert!(ccr_index::causes(&error).contains("pool_mode = statement"), "{error:?}");
    assert!(matches!(Writer::open(&pooled), Err(Error::Pooler { .. })));
}
