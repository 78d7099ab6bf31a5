use ccr_index::store::postgres::{Address, Reader, Writer, migrate, verify};
use ccr_index::store::{Error, Filter, Generation, Place};

use crate::postgres_server::{execute, fresh, server};
use crate::{collection, ids, ids_of, publish};

#[test]
fn tables_of_another_format_are_refused_with_the_command_that_helps() {
    let address = fresh();
    publish(&address, &collection("a", "pod", 2)).unwrap();
    server().execute(&format!("UPDATE {}.index_state SET format = 99", address.schema()));
    let check = |error: Error| {
        assert!(matches!(error, Error::OtherFormat { found: 99, .. }), "{error:?}");
        assert!(error.to_string().contains("`ccr migrate`"), "{error}");
    };
    check(Reader::open(&address).unwrap_err());
    check(Writer::open(&address).unwrap_err());
    check(verify(&address).unwrap_err());
}

/// What an older program wrote is derived data: the first publish takes its place, in one step.
#[test]
fn tables_of_an_older_format_are_replaced_by_a_publish() {
    let address = fresh();
    publish(&address, &collection("a", "pod", 2)).unwrap();
    server().execute(&format!("UPDATE {}.index_state SET format = 0", address.schema()));
    assert!(matches!(Reader::open(&address), Err(Error::OtherFormat { found: 0, .. })));
    let mut writer = Writer::open(&address).unwrap();
    assert!(matches!(writer.rollback(), Err(Error::OtherFormat { .. })));
    drop(writer);
    let older = Place::Postgres(address.clone()).older(0).unwrap();
    assert_eq!((older.format, older.generation), (0, Some(1)));
    // Nothing was written yet.
    assert!(matches!(Reader::open(&address), Err(Error::OtherFormat { found: 0, .. })));
    let documents = [collection("a", "pod", 2), collection("b", "node", 1)].concat();
    assert_eq!(publish(&address, &documents).unwrap(), 2);
    assert_eq!(ids(&address), ids_of(&documents));
    let report = verify(&address).unwrap();
    assert!(report.is_intact() && report.generations.len() == 1, "{report:?}");
    assert!(matches!(Writer::open(&address).unwrap().rollback(), Err(Error::NothingToRollBackTo { .. })));
}

#[test]
fn a_role_does_what_it_was_granted_and_no_more() {
    let address = fresh();
    let schema = address.schema();
    publish(&address, &collection("a", "pod", 2)).unwrap();
    let role = |name: &str| {
        let name = format!("{name}_{schema}");
        let url = format!("postgres://{name}:secret@127.0.0.1:{}/postgres?schema={schema}", server().port());
        (name, Address::parse(&url).unwrap())
    };
    let (stranger, asks) = role("stranger");
    server().execute(&format!("CREATE ROLE {stranger} LOGIN"));
    for error in [Reader::open(&asks).map(drop), Writer::open(&asks).map(drop), migrate(&asks)] {
        let error = error.unwrap_err();
        assert!(matches!(error, Error::Forbidden { .. }), "{error:?}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
    // The grants that the manual gives.
    let manual = include_str!("../../../docs/postgres.md");
    let grants = |heading: &str| -> String {
        let part = manual.split(heading).nth(1).and_then(|rest| rest.split("```sql\n").nth(1)).unwrap();
        part.split("```").next().unwrap().replace("SCHEMA ccr", &format!("SCHEMA {schema}"))
    };
    let (reader, reads) = role("reads");
    server().execute(&grants("### The reader").replace("ccr_reader", &reader));
    let open = Reader::open(&reads).unwrap();
    assert!(open.find("a/bundle-0").unwrap().is_some());
    assert!(verify(&reads).unwrap().is_intact());
    assert!(matches!(publish(&reads, &collection("a", "node", 2)), Err(Error::Forbidden { .. })));

    let (writer, writes) = role("writes");
    server().execute(&grants("### The writer").replace("ccr_writer", &writer));
    assert_eq!(publish(&writes, &collection("a", "node", 2)).unwrap(), 2);
    assert!(Reader::open(&writes).is_ok());
}

#[test]
fn without_pgvector_there_is_one_clear_error() {
    server().execute("CREATE ROLE plain LOGIN");
    server().execute("CREATE DATABASE plain OWNER plain");
    let address = Address::parse(&format!("postgres://plain@127.0.0.1:{}/plain", server().port())).unwrap();
    for error in [Writer::open(&address).map(drop), migrate(&address)] {
        let error = error.unwrap_err();
        assert!(matches!(error, Error::NoVectorExtension { .. }), "{error:?}");
        assert!(error.to_string().contains("`CREATE EXTENSION vector`"), "{error}");
    }
    assert!(matches!(Reader::open(&address), Err(Error::NoIndex { .. })));
    // Once an administrator did it, the role needs no right of its own for it.
    execute(&format!("postgres://ccr@127.0.0.1:{}/plain", server().port()), "CREATE EXTENSION vector")
        .unwrap();
    assert_eq!(publish(&address, &collection("a", "pod", 1)).unwrap(), 1);
}

#[test]
fn no_text_is_sql() {
    let address = fresh();
    let hostile = [
        "'; DROP TABLE document; --",
        "\0",
        "\u{FDD0}0",
        "%_\\",
        "$1",
        "\u{10FFFF}",
        "a\u{0}b",
        &"x".repeat(100_000),
    ];
    let mut documents = collection("a", "pod", 1);
    for (number, text) in hostile.iter().enumerate() {
        let mut document = documents[1].clone();
        document.id = format!("a/{text}{number}");
        document.title = (*text).to_owned();
        document.tags = vec![(*text).to_owned()];
        document.parent = Some((*text).to_owned());
        document.fields.push((ccr_index::model::Field::Calls, (*text).to_owned()));
        documents.push(document);
    }
    publish(&address, &documents).unwrap();
    let reader = Reader::open(&address).unwrap();
    for (number, text) in hostile.iter().enumerate() {
        let id = format!("a/{text}{number}");
        let found = reader.find(&id).unwrap().unwrap();
        assert_eq!(reader.document(found).unwrap().title, *text);
        assert_eq!(reader.parts_of(text).unwrap(), [found]);
        assert_eq!(reader.ids_like(&id, 3).unwrap(), [id]);
        let filter = Filter { tags: vec![(*text).to_owned()], ..Filter::default() };
        // A tag of nothing but NUL is a tag.
        assert_eq!(reader.matching(&filter).unwrap(), [found], "{number}");
        assert!(reader.postings(&[text]).is_ok() && reader.blob(text).unwrap().is_none());
        assert_eq!(reader.collection_documents(text).unwrap(), []);
    }
    assert_eq!(ids(&address).len(), documents.len());
    assert!(verify(&address).unwrap().is_intact());
}
