//! Our own collection of odd and hostile cases, indexed through the public API and read back from the
//! store, against `tests/fixtures/expected/odd-collection.json`, whose facts are Robot Framework's own
//! answers.

mod bundles;
mod collection;
mod differences;
mod problems;
mod resources;
mod suites;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ccr_index::model::{CodeBundle, Document, Kind};
use ccr_index::store::{Generation, local::Reader};
use ccr_indexer::config::Sources;
use ccr_indexer::run::{Quiet, RunOptions, SourceSummary, run};
use ccr_indexer::source::FetchOptions;
use serde_json::Value;

/// The collection after one run, and what is expected of it.
struct Odd {
    expected: Value,
    source: SourceSummary,
    documents: Vec<Document>,
    bundles: Vec<CodeBundle>,
}

impl Odd {
    fn bundle(&self, directory: &str) -> Option<&CodeBundle> {
        self.bundles.iter().find(|bundle| bundle.directory == directory)
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures")
}

/// Indexes the collection once for all tests.
fn odd() -> &'static Odd {
    static ODD: OnceLock<Odd> = OnceLock::new();
    ODD.get_or_init(index)
}

fn index() -> Odd {
    let fixtures = fixtures();
    let text = fs::read_to_string(fixtures.join("expected/odd-collection.json")).unwrap();
    let sources = fs::read_to_string(fixtures.join("collections/sources.yaml")).unwrap();
    let sources = Sources::parse(&sources).unwrap();
    let data = tempfile::tempdir().unwrap();
    let options = RunOptions {
        place: data.path().into(),
        data_dir: data.path().to_owned(),
        base_dir: fixtures.join("collections"),
        only: vec!["odd-collection".to_owned()],
        shard: None,
        accept_shrink: Vec::new(),
        force: false,
        dry_run: false,
        program: "test".to_owned(),
        now: 0,
        fetch: FetchOptions::default(),
        embedder: None,
    };
    let summary = run(&sources, &options, &Quiet).unwrap();
    let documents = Reader::open(data.path()).unwrap().collection_documents("odd-collection").unwrap();
    let records = documents.iter().filter(|document| document.kind == Kind::CodeBundle);
    let bundles =
        records.map(|document| serde_json::from_str(document.record.as_deref().unwrap()).unwrap()).collect();
    let source = summary.sources.into_iter().next().unwrap();
    Odd { expected: serde_json::from_str(&text).unwrap(), source, documents, bundles }
}
