//! pgvector in any schema, and an index in a schema of any name.

use ccr_index::EmbedderId;
use ccr_index::lexical::invert;
use ccr_index::store::postgres::{Address, Reader, Writer, migrate_down, verify};
use ccr_index::store::{Generation, Publication};
use ccr_index::vectors::ChunkVectors;

use crate::collection;
use crate::postgres_server::{execute, server};
use crate::sample::publication;

/// A database of its own, whose pgvector is where `sql` puts it.
fn database(name: &str, sql: &str) -> String {
    server().execute(&format!("CREATE DATABASE {name}"));
    let url = format!("postgres://ccr@127.0.0.1:{}/{name}", server().port());
    execute(&url, sql).unwrap();
    url
}

/// A direction of its own for each number.
fn unit(number: f32) -> [f32; 4] {
    let length = (1.0 + number * number).sqrt();
    [1.0 / length, number / length, 0.0, 0.0]
}

/// Publishes documents with vectors and asks everything that names types and operators of pgvector.
fn works(address: &Address) {
    let documents = collection("a", "pod", 6);
    let inverted = invert(&documents);
    let dimensions = 4;
    let vectors = ChunkVectors {
        dimensions,
        documents: (0..documents.len() as u32).collect(),
        values: (0..documents.len()).flat_map(|number| unit(number as f32)).collect(),
    };
    let embedder =
        EmbedderId { provider: "test".to_owned(), model: "four".to_owned(), dimensions: dimensions as u32 };
    let publication = Publication {
        vectors: Some(&vectors),
        embedder: Some(embedder),
        ..publication(&documents, &inverted)
    };
    Writer::open(address).unwrap().publish(&publication).unwrap();
    let reader = Reader::open(address).unwrap();
    let query = unit(2.0);
    assert_eq!(reader.nearest(&query, 1, None).unwrap()[0].document, 2);
    assert!((reader.similarities(&query, &[2]).unwrap()[0] - 1.0).abs() < 1e-3);
    assert_eq!(reader.chunk_vectors().unwrap().unwrap().documents.len(), documents.len());
    assert!(verify(address).unwrap().is_intact());
}

#[test]
fn pgvector_is_found_in_whichever_schema_it_is() {
    let schemas = ["extensions", "\"My \"\"Vectors\"\"; --\"", "\"select\"", "ccr"];
    for (number, schema) in schemas.iter().enumerate() {
        let make = format!("CREATE SCHEMA {schema}; CREATE EXTENSION vector SCHEMA {schema}");
        let url = database(&format!("vectors_{number}"), &make);
        // With a graph, which is made and asked where there is one document.
        works(&Address::parse(&format!("{url}?graph_from=1")).unwrap());
        let graphs = "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_indexes WHERE indexname = 'chunk_nearest_1') \
                      THEN RAISE 'no graph'; END IF; END $$";
        execute(&url, graphs).unwrap();
        // The views name its types too, and nobody needs a search path for them.
        execute(&url, "SELECT embedding FROM ccr.vector_codebundles").unwrap();
        migrate_down(&Address::parse(&url).unwrap(), 0).unwrap();
    }
}

#[test]
fn a_schema_may_be_called_like_a_word_of_sql() {
    for schema in ["user", "select", "table", "_1"] {
        let url = format!("{}?schema={schema}&graph_from=1", server().url());
        works(&Address::parse(&url).unwrap());
    }
}

#[test]
fn a_database_without_the_schema_public_will_do() {
    let url = database(
        "nothing_public",
        "CREATE SCHEMA own; CREATE EXTENSION vector SCHEMA own; DROP SCHEMA public",
    );
    works(&Address::parse(&url).unwrap());
}
