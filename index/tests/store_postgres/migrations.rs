use ccr_index::store::Error;
use ccr_index::store::postgres::{Address, Reader, Writer, migrate, migrate_down, verify};

use crate::postgres_server::{execute, fresh, server};
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
    assert_eq!(tables(), [""; 0]);
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

#[test]
fn versions_that_do_not_exist_are_refused_and_nothing_happens() {
    let address = fresh();
    let there = format!("SELECT (to_regnamespace('{}') IS NOT NULL)::text", address.schema());
    // Where there is nothing, nothing is made.
    for version in [7, 99, -1] {
        let error = migrate_down(&address, version).unwrap_err();
        assert!(matches!(error, Error::NoSuchVersion { .. }), "{error:?}");
        assert!(error.to_string().contains("versions are 1, 2"), "{error}");
    }
    assert!(matches!(migrate_down(&address, 2), Err(Error::BelowVersion { version: 2, found: 0, .. })));
    migrate_down(&address, 0).unwrap();
    assert_eq!(server().ask(&there), "false");

    let documents = collection("a", "pod", 2);
    publish(&address, &documents).unwrap();
    for version in [7, 99, -1] {
        assert!(matches!(migrate_down(&address, version), Err(Error::NoSuchVersion { .. })));
    }
    migrate_down(&address, 2).unwrap();
    assert_eq!(ids(&address), ids_of(&documents));
    migrate_down(&address, 1).unwrap();
    assert!(matches!(migrate_down(&address, 2), Err(Error::BelowVersion { version: 2, found: 1, .. })));
    assert_eq!(ids(&address), ids_of(&documents));
    // Nobody takes the tables away under a writer.
    let writer = Writer::open(&address).unwrap();
    assert!(matches!(migrate_down(&address, 0), Err(Error::Locked { .. })));
    drop(writer);
    migrate_down(&address, 0).unwrap();
    assert_eq!(server().ask(&there), "false");
}

#[test]
fn what_others_keep_in_the_schema_stays() {
    let address = fresh();
    let schema = address.schema();
    publish(&address, &collection("a", "pod", 1)).unwrap();
    server()
        .execute(&format!("CREATE TABLE {schema}.theirs (id int); INSERT INTO {schema}.theirs VALUES (1)"));
    // One that needs a table of ours stops everything, the views included.
    server().execute(&format!("CREATE VIEW {schema}.needs AS SELECT count(*) FROM {schema}.document"));
    let error = migrate_down(&address, 0).unwrap_err();
    assert!(
        ccr_index::causes(&error).contains("view needs depends on table document"),
        "{}",
        ccr_index::causes(&error)
    );
    let left = format!("SELECT count(*)::text FROM {schema}.vector_codebundles");
    assert_eq!(server().ask(&left), "1");
    server().execute(&format!("DROP VIEW {schema}.needs"));
    migrate_down(&address, 0).unwrap();
    let tables = format!("SELECT relname::text FROM pg_class WHERE relnamespace = '{schema}'::regnamespace");
    assert_eq!(server().ask_all(&tables), ["theirs"]);
    // A role that could not make the schema again leaves it.
    let address = fresh();
    let (schema, role) = (address.schema(), format!("owner_{}", address.schema()));
    server().execute(&format!("CREATE ROLE {role} LOGIN; CREATE SCHEMA {schema} AUTHORIZATION {role}"));
    let url = format!("postgres://{role}@127.0.0.1:{}/postgres?schema={schema}", server().port());
    let owner = Address::parse(&url).unwrap();
    migrate(&owner).unwrap();
    migrate_down(&owner, 0).unwrap();
    migrate(&owner).unwrap();
}

#[test]
fn beside_the_tables_of_others_nothing_is_changed_and_the_cure_is_named() {
    server().execute("CREATE DATABASE beside");
    let url = format!("postgres://ccr@127.0.0.1:{}/beside", server().port());
    // As the registry makes them.
    execute(
        &url,
        "CREATE EXTENSION vector; CREATE TABLE vector_codebundles (id text PRIMARY KEY, embedding vector(4), \
         document text, metadata jsonb); INSERT INTO vector_codebundles VALUES ('theirs', '[1,2,3,4]', 'x', '{}'); \
         CREATE TABLE vector_documentation (LIKE vector_codebundles); CREATE TABLE codebundles (id int)",
    )
    .unwrap();
    let public = Address::parse(&format!("{url}?schema=public")).unwrap();
    for error in [migrate(&public), Writer::open(&public).map(drop)] {
        let error = error.unwrap_err();
        assert!(matches!(error, Error::NamesTaken { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("(`vector_codebundles`, `vector_documentation`)"), "{text}");
        assert!(text.contains("`schema=ccr`"), "{text}");
    }
    let ours = "DO $$ BEGIN IF to_regclass('public.index_state') IS NOT NULL OR \
                to_regclass('public._sqlx_migrations') IS NOT NULL THEN RAISE 'changed'; END IF; END $$";
    execute(&url, ours).unwrap();
    // To take down what is not there takes nothing of theirs.
    migrate_down(&public, 0).unwrap();
    // In a schema of its own both stand side by side.
    let own = Address::parse(&url).unwrap();
    let documents = collection("a", "pod", 2);
    publish(&own, &documents).unwrap();
    assert_eq!(ids(&own), ids_of(&documents));
    assert!(verify(&own).unwrap().is_intact());
    migrate_down(&own, 0).unwrap();
    execute(&url, "DO $$ BEGIN IF (SELECT count(*) FROM public.vector_codebundles) <> 1 THEN RAISE 'lost'; END IF; END $$")
        .unwrap();
}

#[test]
fn another_programs_table_of_migrations_is_not_taken_for_ours() {
    for (name, columns) in [
        (
            "migrations_of_sqlx",
            "version bigint PRIMARY KEY, description text NOT NULL, \
           installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL, \
           execution_time bigint NOT NULL",
        ),
        ("migrations_of_others", "id int"),
    ] {
        server().execute(&format!("CREATE DATABASE {name}"));
        let url = format!("postgres://ccr@127.0.0.1:{}/{name}", server().port());
        execute(&url, &format!("CREATE EXTENSION vector; CREATE TABLE _sqlx_migrations ({columns})"))
            .unwrap();
        if name == "migrations_of_sqlx" {
            let row =
                "INSERT INTO _sqlx_migrations VALUES (20260101000000, 'users', now(), true, '\\x00', 1)";
            execute(&url, row).unwrap();
        }
        let public = Address::parse(&format!("{url}?schema=public")).unwrap();
        for error in [migrate(&public), migrate_down(&public, 0), Writer::open(&public).map(drop)] {
            let error = error.unwrap_err();
            assert!(error.to_string().contains("`_sqlx_migrations`"), "{error}");
        }
        execute(&url, "SELECT count(*) FROM _sqlx_migrations").unwrap();
        // With a schema of its own nobody is in the way.
        publish(&Address::parse(&url).unwrap(), &collection("a", "pod", 1)).unwrap();
    }
}

#[test]
fn tables_of_a_newer_program_are_left_to_it() {
    let address = fresh();
    migrate(&address).unwrap();
    server().execute(&format!(
        "INSERT INTO {}._sqlx_migrations VALUES (900, 'to come', now(), true, '\\x00', 1)",
        address.schema()
    ));
    for error in [migrate(&address), migrate_down(&address, 0)] {
        let causes = ccr_index::causes(&error.unwrap_err());
        assert!(causes.contains("version 900") && causes.contains("the newer `ccr`"), "{causes}");
    }
}
