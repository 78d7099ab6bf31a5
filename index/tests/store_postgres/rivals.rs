use ccr_index::store::postgres::{Address, Reader, Writer, in_service};
use ccr_index::store::{Error, Generation, Place};

use crate::postgres_server::{fresh, server};
use crate::{collection, ids, ids_of, publish};

fn is_locked(result: &Result<Writer, Error>) -> bool {
    matches!(result, Err(Error::Locked { .. }))
}

#[test]
fn one_writer_at_a_time() {
    let address = fresh();
    let writer = Writer::open(&address).unwrap();
    assert!(is_locked(&Writer::open(&address)));
    assert!(is_locked(&Writer::open_for(&address, vec!["a".to_owned()])));
    // Another schema is another index.
    Writer::open(&fresh()).unwrap();
    drop(writer);

    let one = Writer::open_for(&address, vec!["a".to_owned(), "b".to_owned()]).unwrap();
    let _other = Writer::open_for(&address, vec!["c".to_owned()]).unwrap();
    assert!(is_locked(&Writer::open_for(&address, vec!["b".to_owned()])));
    assert!(is_locked(&Writer::open(&address)));
    drop(one);
    Writer::open_for(&address, vec!["b".to_owned()]).unwrap();
}

#[test]
fn a_writer_whose_connection_was_ended_takes_its_lock_again_or_is_told() {
    let address = fresh();
    let named =
        Address::parse(&format!("{}?schema={}&application_name=first-1", server().url(), address.schema()));
    let named = named.unwrap();
    let end = || {
        server().ask("SELECT count(pg_terminate_backend(pid))::text FROM pg_stat_activity WHERE application_name LIKE 'first-%'")
    };
    let documents = collection("a", "pod", 1);
    let inverted = ccr_index::lexical::invert(&documents);
    let publication = crate::sample::publication(&documents, &inverted);
    let mut writer = Writer::open(&named).unwrap();
    assert_eq!(end(), "1");
    assert_eq!(writer.publish(&publication).unwrap().generation, 1);
    // Another one came while it was away.
    end();
    let rival = Writer::open(&address).unwrap();
    assert!(matches!(writer.publish(&publication), Err(Error::Locked { .. })));
    drop(rival);
    assert_eq!(in_service(&address).unwrap(), 1);
}

#[test]
fn readers_keep_what_they_opened_until_it_is_removed() {
    let address = fresh();
    let first = collection("a", "first", 3);
    publish(&address, &first).unwrap();
    let reader = Place::Postgres(address.clone()).open().unwrap();
    assert!(reader.is_in_service().unwrap());
    for word in ["second", "third"] {
        publish(&address, &collection("a", word, 2)).unwrap();
        assert!(!reader.is_in_service().unwrap());
        let numbers: Vec<u32> = (0..reader.document_count()).collect();
        assert_eq!(reader.documents(&numbers).unwrap(), first);
        assert!(reader.postings(&["first"]).unwrap()[0].is_some());
    }
    publish(&address, &collection("a", "fourth", 2)).unwrap();
    for error in [
        reader.postings(&["first"]).map(drop),
        reader.heads(&[0]).map(drop),
        reader.find("a").map(drop),
        reader.facets().map(drop),
        reader.ids_like("a", 3).map(drop),
        reader.blob("outline").map(drop),
    ] {
        assert!(matches!(error, Err(Error::Removed { generation: 1, .. })), "{error:?}");
    }
    assert_eq!(ids(&address), ids_of(&collection("a", "fourth", 2)));
}

#[test]
fn what_nobody_needs_any_more_is_removed() {
    let address = fresh();
    let (kept, mut numbers) = (collection("kept", "same", 5), Vec::new());
    for round in 0..6 {
        let all = [kept.clone(), collection("a", &format!("round{round}"), 4)].concat();
        numbers.push(publish(&address, &all).unwrap());
    }
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    let count = |table: &str| -> i64 {
        server().ask(&format!("SELECT count(*)::text FROM {}.{table}", address.schema())).parse().unwrap()
    };
    // Three generations: one segment for `kept`, and one for each of the others.
    assert_eq!((count("generation"), count("segment")), (3, 4));
    // The collection's own document and its keyword are the same in every round.
    assert_eq!(count("document"), (12 + 2 + 3 * 8) as i64);
    assert_eq!(
        server().ask(&format!("SELECT count(DISTINCT segment)::text FROM {}.posting", address.schema())),
        "4"
    );
    let reader = Reader::open(&address).unwrap();
    assert_eq!((reader.manifest().generation, reader.manifest().previous), (6, Some(5)));
}
