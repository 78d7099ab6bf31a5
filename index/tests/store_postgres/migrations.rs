use ccr_index::store::Error;
use ccr_index::store::postgres::{Reader, migrate, migrate_down};

use crate::postgres_server::{fresh, server};
use crate::{collection, ids, ids_of, publish};

#[test]
fn tables_go_up_down_and_up_again() {
    let address = fresh();
    let tables = || {
        let sql = format!(
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = '{}' ORDER BY 1",
            address.schema()
        );
        server().ask_all(&sql)
    };
    migrate(&address).unwrap();
    let up = tables();
    assert!(
        ["document", "segment", "vector_codebundles"].iter().all(|name| up.iter().any(|table| table == name)),
        "{up:?}"
    );
    // Again changes nothing.
    migrate(&address).unwrap();
    assert_eq!(tables(), up);

    migrate_down(&address, 1).unwrap();
    assert!(!tables().iter().any(|table| table.starts_with("vector_")));
    migrate_down(&address, 0).unwrap();
    assert_eq!(tables(), ["_sqlx_migrations"]);
    assert!(matches!(Reader::open(&address), Err(Error::NoIndex { .. })));

    migrate(&address).unwrap();
    assert_eq!(tables(), up);
    let documents = collection("a", "pod", 2);
    publish(&address, &documents).unwrap();
    assert_eq!(ids(&address), ids_of(&documents));
}

#[test]
fn the_views_show_what_is_in_service() {
    let address = fresh();
    publish(&address, &collection("old", "gone", 2)).unwrap();
    publish(&address, &[collection("a", "pod", 2), collection("b", "node", 1)].concat()).unwrap();
    let ask = |sql: &str| server().ask_all(&sql.replace("{ccr}", address.schema()));
    assert_eq!(
        ask("SELECT id FROM {ccr}.vector_codebundles ORDER BY id"),
        ["a/bundle-0", "a/bundle-1", "b/bundle-0"]
    );
    assert_eq!(
        ask("SELECT metadata ->> 'collection_slug' FROM {ccr}.vector_codebundles WHERE id = 'b/bundle-0'"),
        ["b"]
    );
    assert_eq!(ask("SELECT metadata ->> 'slug' FROM {ccr}.vector_codecollections ORDER BY 1"), ["a", "b"]);
    // For people's own questions there is an index of words.
    let found = "SELECT id FROM {ccr}.document_in_service WHERE words @@ to_tsquery('simple', 'node') AND kind = 'codebundle'";
    assert_eq!(ask(found), ["b/bundle-0"]);
    assert_eq!(ask("SELECT number::text FROM {ccr}.document_in_service WHERE id = 'b'"), ["6"]);
}
