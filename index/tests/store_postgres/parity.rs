use ccr_index::EmbedderId;
use ccr_index::embed::{Embedder, StaticModel, embed_documents};
use ccr_index::lexical::invert;
use ccr_index::model::{Document, Field, Kind};
use ccr_index::search::{Floor, Query, Searcher};
use ccr_index::store::postgres::{Address, Writer};
use ccr_index::store::{Filter, Generation, Place, Publication, copy, local};
use ccr_index::vectors::{ChunkVectors, Spread};

use crate::postgres_server::server;
use crate::sample;

/// Documents whose words and vectors meet often, in three collections.
fn documents() -> Vec<Document> {
    let words =
        ["restart", "pod", "kubernetes", "node", "disk", "latency", "certificate", "queue", "azure", "cost"];
    let text = |number: usize| {
        let word = |step: usize| words[(number * step + step) % words.len()];
        format!("{} {} {} in {}", word(3), word(7), word(1), number % 17)
    };
    let mut all = Vec::new();
    for slug in ["a", "b", "c"] {
        all.push(sample::document(slug, Kind::Collection, slug));
        for number in 0..60 {
            let id = format!("{slug}/bundle-{number}");
            let document = |id: &str, kind, text: String| Document {
                title: text.clone(),
                summary: text.clone(),
                fields: vec![
                    (Field::Title, text.clone()),
                    (Field::Summary, text.clone()),
                    (Field::Body, text),
                ],
                ..sample::document(id, kind, slug)
            };
            all.push(document(&id, Kind::CodeBundle, text(number)));
            let task = format!("{id}#{}", text(number + 5));
            all.push(Document {
                parent: Some(id),
                ..document(&task, Kind::Task, text(number * 7 + slug.len()))
            });
        }
    }
    all
}

fn both(parameters: &str) -> (tempfile::TempDir, Place, Address) {
    let documents = documents();
    let model = StaticModel::built_in();
    let (vectors, _) = embed_documents(&documents, model.as_ref(), &mut |_, _| ()).unwrap();
    let inverted = invert(&documents);
    let publication = Publication {
        vectors: Some(&vectors),
        embedder: Some(model.id().clone()),
        ..sample::publication(&documents, &inverted)
    };
    let folder = tempfile::tempdir().unwrap();
    local::Writer::open(folder.path()).unwrap().publish(&publication).unwrap();
    let address = server().fresh(parameters);
    Writer::open(&address).unwrap().publish(&publication).unwrap();
    let place = Place::from(folder.path());
    (folder, place, address)
}

fn searches_agree(one: &Searcher, other: &Searcher) {
    for text in [
        "restart pod",
        "kubernets node",
        "certificate latency",
        "why is the disk full",
        "a/bundle-7",
        "azure",
        "zeppelin",
    ] {
        for filter in [
            Filter::default(),
            Filter { collections: vec!["b".to_owned()], ..Filter::default() },
            Filter { kinds: vec![Kind::Task], ..Filter::default() },
        ] {
            let query = Query { filter, floor: Floor::NONE, folds: false, limit: 50, ..Query::new(text) };
            let hits = |searcher: &Searcher| {
                let hits = searcher.search(&query).unwrap().hits;
                hits.into_iter().map(|hit| (hit.id, hit.matches.len())).collect::<Vec<_>>()
            };
            assert_eq!(hits(one), hits(other), "{query:?}");
        }
    }
}

#[test]
fn both_stores_answer_alike() {
    for parameters in ["", "&graph_from=1", "&statement-cache-capacity=0"] {
        let (_folder, place, address) = both(parameters);
        let (one, other) =
            (Searcher::open(&place).unwrap(), Searcher::open(Place::Postgres(address.clone())).unwrap());
        searches_agree(&one, &other);
        let blob = |searcher: &Searcher, name: &str| searcher.reader().blob(name).unwrap();
        for name in ["outline", "lexicon", Spread::BLOB] {
            assert_eq!(blob(&one, name), blob(&other, name), "{name}");
        }
    }
}

#[test]
fn an_index_is_copied_there_and_back_without_losing_anything() {
    let (_folder, place, _) = both("");
    let database = Place::Postgres(server().fresh(""));
    let there = copy(&place, &database).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let back = Place::from(folder.path());
    let again = copy(&database, &back).unwrap();
    let (first, last) = (place.open().unwrap(), back.open().unwrap());
    let numbers: Vec<u32> = (0..first.document_count()).collect();
    assert_eq!(first.documents(&numbers).unwrap(), last.documents(&numbers).unwrap());
    assert_eq!(first.chunk_vectors().unwrap(), last.chunk_vectors().unwrap());
    let told = |manifest: &ccr_index::Manifest| {
        (manifest.program.clone(), manifest.created, manifest.embedder.clone(), manifest.counts.clone())
    };
    assert_eq!(told(first.manifest()), told(&there));
    assert_eq!(told(&there), told(&again));
    // The files of a local generation are those of the first, byte for byte, but for the time of SQLite.
    let vectors = |manifest: &ccr_index::Manifest| {
        manifest.files.iter().find(|file| file.name == "vectors.bin").map(|file| file.blake3.clone())
    };
    assert_eq!(vectors(first.manifest()), vectors(&again));
}

#[test]
fn the_graph_finds_what_a_comparison_of_all_finds() {
    let address = server().fresh("&graph_from=1000");
    let count = 3_000_usize;
    let documents: Vec<Document> = (0..count)
        .map(|number| {
            sample::document(
                &format!("a/{number}"),
                if number % 10 == 0 { Kind::Task } else { Kind::CodeBundle },
                "a",
            )
        })
        .collect();
    // Points on a sphere, near to some and far from most.
    let mut vectors = ChunkVectors { dimensions: 16, ..ChunkVectors::default() };
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    for number in 0..count {
        let values: Vec<f32> = (0..16).map(|_| next()).collect();
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        vectors.documents.push(number as u32);
        vectors.values.extend(values.iter().map(|value| value / length));
    }
    let embedder = EmbedderId { provider: "test".to_owned(), model: "sphere".to_owned(), dimensions: 16 };
    let inverted = invert(&documents);
    let publication = Publication {
        vectors: Some(&vectors),
        embedder: Some(embedder),
        ..sample::publication(&documents, &inverted)
    };
    Writer::open(&address).unwrap().publish(&publication).unwrap();
    let index = format!(
        "SELECT count(*)::text FROM pg_indexes WHERE schemaname = '{}' AND indexdef LIKE '%hnsw%'",
        address.schema()
    );
    assert_eq!(server().ask(&index), "1");
    let folder = tempfile::tempdir().unwrap();
    local::Writer::open(folder.path()).unwrap().publish(&publication).unwrap();
    let exact = Place::from(folder.path()).open().unwrap();
    let graph = Place::Postgres(address).open().unwrap();
    let (mut found, mut wanted) = (0, 0);
    let tasks = exact.matching(&Filter { kinds: vec![Kind::Task], ..Filter::default() }).unwrap();
    for question in 0..20 {
        let query = &vectors.values[question * 160..question * 160 + 16];
        let numbers = |generation: &dyn Generation, among: Option<&[u32]>| -> Vec<u32> {
            generation.nearest(query, 10, among).unwrap().into_iter().map(|near| near.document).collect()
        };
        let (all, by_graph) = (numbers(exact.as_ref(), None), numbers(graph.as_ref(), None));
        wanted += all.len();
        found += all.iter().filter(|number| by_graph.contains(number)).count();
        // A filter that lets few pass is answered exactly.
        assert_eq!(numbers(exact.as_ref(), Some(&tasks)), numbers(graph.as_ref(), Some(&tasks)));
    }
    assert!(found * 100 >= wanted * 97, "{found} of {wanted}");
}
