//! A small index that the tests of the store publish.

#![allow(dead_code, reason = "each test file uses its part")]

use ccr_index::EmbedderId;
use ccr_index::lexical::Inverted;
use ccr_index::model::{Access, Document, Field, Kind, Location};
use ccr_index::store::Publication;
use ccr_index::vectors::ChunkVectors;

/// A document with nothing but its identity.
pub(crate) fn document(id: &str, kind: Kind, collection: &str) -> Document {
    Document {
        id: id.to_owned(),
        kind,
        collection: collection.to_owned(),
        parent: None,
        title: format!("title of {id}"),
        summary: String::new(),
        platform: None,
        platforms: Vec::new(),
        tags: Vec::new(),
        access: None,
        location: Location::default(),
        fields: vec![(Field::Title, format!("title of {id}"))],
        record: None,
    }
}

/// What a run publishes that found these documents.
pub(crate) fn publication<'a>(documents: &'a [Document], inverted: &'a Inverted) -> Publication<'a> {
    Publication {
        documents,
        inverted,
        program: "0.1.0-test",
        created: 1_760_000_000,
        vectors: None,
        embedder: None,
        sources: Vec::new(),
        failed: Vec::new(),
    }
}

/// The same with vectors, and what computed them.
pub(crate) fn with_vectors<'a>(
    publication: Publication<'a>,
    vectors: Option<&'a ChunkVectors>,
) -> Publication<'a> {
    let embedder = vectors.map(|vectors| EmbedderId {
        provider: "local".to_owned(),
        model: "small".to_owned(),
        dimensions: vectors.dimensions as u32,
    });
    Publication { vectors, embedder, ..publication }
}

/// Vectors of 4 dimensions for so many documents: one chunk for each, in a direction of its own, a
/// second one the other way for every third, and none for every fifth.
pub(crate) fn vectors(documents: usize) -> ChunkVectors {
    let mut vectors = ChunkVectors { dimensions: 4, ..ChunkVectors::default() };
    for document in (0..documents).filter(|document| document % 5 != 4) {
        let (sine, cosine) = (document as f32 / 8.0).sin_cos();
        vectors.documents.push(document as u32);
        vectors.values.extend([cosine, sine * 0.6, 0.0, sine * 0.8]);
        if document % 3 == 0 {
            vectors.documents.push(document as u32);
            vectors.values.extend([0.0, 0.0, -1.0, 0.0]);
        }
    }
    vectors
}

/// The documents of one collection.
pub(crate) fn collection_of(slug: &str, documents: &[Document]) -> Vec<Document> {
    documents.iter().filter(|document| document.collection == slug).cloned().collect()
}

/// Two collections with one of everything, and a page that belongs to none.
pub(crate) fn sample() -> (Vec<Document>, Inverted) {
    let documents = [alpha(), beta()].concat();
    let terms = [("node", vec![1, 2, 3]), ("pod", Vec::new()), ("überwachung", vec![0; 10_000])];
    let blobs = [("lengths", vec![7; 100_000]), ("lexicon", Vec::new())];
    let named = |(name, bytes): (&str, Vec<u8>)| (name.to_owned(), bytes);
    (documents, Inverted { terms: terms.map(named).to_vec(), blobs: blobs.map(named).to_vec() })
}

fn alpha() -> Vec<Document> {
    let kubernetes = || vec!["Kubernetes".to_owned()];
    let bundle = "alpha/k8s-restart";
    let part = |name: &str, kind| Document {
        parent: Some(bundle.to_owned()),
        ..document(&format!("{bundle}#{name}"), kind, "alpha")
    };
    vec![
        document("alpha", Kind::Collection, "alpha"),
        Document {
            summary: "Restarts pods.".to_owned(),
            platform: Some("Kubernetes".to_owned()),
            platforms: kubernetes(),
            fields: Field::ALL
                .map(|field| (field, format!("{field:?} \u{1F980} text\n").repeat(50)))
                .to_vec(),
            record: Some(format!(r#"{{"id":"{bundle}","tasks":[]}}"#)),
            ..document(bundle, Kind::CodeBundle, "alpha")
        },
        Document {
            tags: vec!["Pod".to_owned(), "pod".to_owned(), "Node".to_owned()],
            access: Some(Access::ReadWrite),
            location: Location {
                path: Some("codebundles/k8s-restart/runbook.robot".to_owned()),
                symbol: Some("restart".to_owned()),
                line: Some(u32::MAX),
                url: Some("https://git.example.com/alpha/blob/0123/runbook.robot#L7".to_owned()),
            },
            ..part("Restart ${POD} in `default`", Kind::Task)
        },
        Document {
            tags: vec!["Überwachung".to_owned(), "Pod".to_owned()],
            access: Some(Access::ReadOnly),
            ..part("Überprüfe 100% der Pods", Kind::Task)
        },
        Document { id: "alpha/script.sh".to_owned(), ..part("script", Kind::Script) },
        Document { platforms: kubernetes(), ..document("alpha/k8s_restart", Kind::CodeBundle, "alpha") },
        document("alpha/RW.Alpha", Kind::Library, "alpha"),
        Document {
            parent: Some("alpha/RW.Alpha".to_owned()),
            ..document("alpha/RW.Alpha#Run It", Kind::Keyword, "alpha")
        },
    ]
}

fn beta() -> Vec<Document> {
    vec![
        document("beta", Kind::Collection, "beta"),
        Document {
            platform: Some("Azure".to_owned()),
            platforms: vec!["Azure".to_owned(), "kubernetes".to_owned()],
            ..document("beta/aks-restart", Kind::CodeBundle, "beta")
        },
        document("https://docs.example.com/authors/#tags", Kind::Documentation, ""),
    ]
}
