//! What every store owes its callers, as one story: publish, read, filter, publish again without what
//! disappeared, roll back. It is told through the few functions of [`Backend`], so that another store
//! joins by another variant.

mod postgres_server;
mod sample;

use std::collections::BTreeMap;

use ccr_index::lexical::{Inverted, invert};
use ccr_index::model::{Access, CodeCollection, Document, Field, Import, Kind, Location, Visibility};
use ccr_index::store::local::{Reader, Writer};
use ccr_index::store::postgres;
use ccr_index::store::{Error, Filter, Generation, Place, Publication};
use ccr_index::vectors::ChunkVectors;
use ccr_index::{
    EmbedderId, FailedSource, FileProblem, Outcome, OutsideImport, Rule, Severity, Shrink, SourceState,
};
use postgres_server::server;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use sample::{collection_of, document, publication, sample, vectors, with_vectors};

/// A store to tell the story of.
enum Backend {
    Local(tempfile::TempDir),
    Postgres(postgres::Address),
}

impl Backend {
    /// Publishes and gives the generation's number.
    fn publish(&self, documents: &[Document], inverted: &Inverted, vectors: Option<&ChunkVectors>) -> u64 {
        let publication = with_vectors(publication(documents, inverted), vectors);
        match self {
            Backend::Local(dir) => {
                let manifest = Writer::open(dir.path()).unwrap().publish(&publication).unwrap();
                manifest.generation
            }
            Backend::Postgres(address) => {
                let manifest = postgres::Writer::open(address).unwrap().publish(&publication).unwrap();
                manifest.generation
            }
        }
    }

    /// Publishes no documents, and what is said of the sources.
    fn publish_of(&self, sources: Vec<SourceState>) -> u64 {
        let inverted = invert(&[]);
        let publication = Publication { sources, ..publication(&[], &inverted) };
        match self {
            Backend::Local(dir) => {
                Writer::open(dir.path()).unwrap().publish(&publication).unwrap().generation
            }
            Backend::Postgres(address) => {
                postgres::Writer::open(address).unwrap().publish(&publication).unwrap().generation
            }
        }
    }

    fn open(&self) -> Result<Box<dyn Generation>, Error> {
        match self {
            Backend::Local(dir) => Place::from(dir.path()).open(),
            Backend::Postgres(address) => Place::Postgres(address.clone()).open(),
        }
    }

    /// Gives the number of the generation that is in service then.
    fn rollback(&self) -> Result<u64, Error> {
        match self {
            Backend::Local(dir) => Ok(Writer::open(dir.path())?.rollback()?.to),
            Backend::Postgres(address) => Ok(postgres::Writer::open(address)?.rollback()?.to),
        }
    }
}

#[test]
fn local() {
    story(&Backend::Local(tempfile::tempdir().unwrap()));
}

#[test]
fn postgres() {
    story(&Backend::Postgres(postgres_server::fresh()));
}

#[test]
fn postgres_behind_a_pooler_between_transactions() {
    story(&Backend::Postgres(server().fresh("&statement-cache-capacity=0")));
}

fn story(store: &Backend) {
    assert!(matches!(store.open(), Err(Error::NoIndex { .. })));

    let (documents, _) = sample();
    let inverted = invert(&documents);
    let vectors = vectors(documents.len());
    assert_eq!(store.publish(&documents, &inverted, Some(&vectors)), 1);
    let first = store.open().unwrap();
    let first = first.as_ref();
    everything_comes_back(first, &documents, &inverted);
    things_are_found_by_their_ids(first);
    filters_combine(first);
    facets_are_counted(first);
    vectors_come_back_and_are_near(first, &vectors);

    // The collection `beta` disappeared upstream; `alpha` did not change and is copied.
    let remaining = first.collection_documents("alpha").unwrap();
    assert_eq!(remaining, collection_of("alpha", &documents));
    let embedded = first.chunk_vectors().unwrap().unwrap();
    let kept = embedded.documents.iter().filter(|number| **number < remaining.len() as u32).count();
    let embedded = ChunkVectors {
        documents: embedded.documents[..kept].to_vec(),
        values: embedded.values[..kept * 4].to_vec(),
        ..embedded
    };
    assert_eq!(store.publish(&remaining, &invert(&remaining), Some(&embedded)), 2);
    let second = store.open().unwrap();
    let second = second.as_ref();
    assert_eq!(second.chunk_vectors().unwrap(), Some(embedded));
    everything_comes_back(second, &remaining, &invert(&remaining));
    assert_eq!(second.find("beta/aks-restart").unwrap(), None);
    assert_eq!(second.postings(&["beta"]).unwrap(), [None]);
    assert!(second.facets().unwrap().collections.iter().all(|collection| collection.value != "beta"));

    // Who opened the first generation still has it.
    everything_comes_back(first, &documents, &inverted);
    vectors_come_back_and_are_near(first, &vectors);

    assert_eq!(store.rollback().unwrap(), 1);
    everything_comes_back(store.open().unwrap().as_ref(), &documents, &inverted);
    assert!(matches!(store.rollback(), Err(Error::NothingToRollBackTo { .. })));
    everything_comes_back(store.open().unwrap().as_ref(), &documents, &inverted);

    // A number is never given twice; going back from it leads to what was in service before it.
    assert_eq!(store.publish(&[], &invert(&[]), None), 3);
    everything_comes_back(store.open().unwrap().as_ref(), &[], &Inverted::default());
    nothing_is_near_without_vectors(store.open().unwrap().as_ref());
    assert_eq!(store.rollback().unwrap(), 1);
}

/// What sources had before they shrank to next to nothing is kept beside the newest generations.
fn what_was_whole_is_kept(store: &Backend) {
    let (documents, _) = sample();
    let inverted = invert(&documents);
    assert_eq!(store.publish(&documents, &inverted, None), 1);
    let shrink =
        Shrink { of: "alpha".to_owned(), seen_at: None, whole_in: Some(1), bundles: 2, documents: 9 };
    let state = SourceState {
        collection: CodeCollection { slug: "alpha".to_owned(), ..CodeCollection::default() },
        fingerprint: None,
        settings_hash: String::new(),
        outcome: Outcome::Fresh,
        stale_since: None,
        counts: BTreeMap::new(),
        problems: Vec::new(),
        outside_imports: Vec::new(),
        incomplete: false,
        shrinks: vec![shrink],
    };
    for number in 2..=6 {
        assert_eq!(store.publish_of(vec![state.clone()]), number);
    }
    let mut back = Vec::new();
    while let Ok(number) = store.rollback() {
        back.push(number);
    }
    assert_eq!(back, [5, 4, 1]);
    everything_comes_back(store.open().unwrap().as_ref(), &documents, &inverted);
    // Nothing names it any more: it goes as all others do.
    for number in 7..=10 {
        assert_eq!(store.publish_of(Vec::new()), number);
    }
    let mut back = Vec::new();
    while let Ok(number) = store.rollback() {
        back.push(number);
    }
    assert_eq!(back, [9, 8]);
}

#[test]
fn what_was_whole_is_kept_in_files() {
    what_was_whole_is_kept(&Backend::Local(tempfile::tempdir().unwrap()));
}

#[test]
fn what_was_whole_is_kept_in_a_database() {
    what_was_whole_is_kept(&Backend::Postgres(postgres_server::fresh()));
}

fn vectors_come_back_and_are_near(reader: &dyn Generation, vectors: &ChunkVectors) {
    assert!(reader.has_vectors());
    let back = reader.chunk_vectors().unwrap().unwrap();
    assert_eq!((back.dimensions, &back.documents), (vectors.dimensions, &vectors.documents));
    let same = |(one, other): (&f32, &f32)| (one - other).abs() < 1e-3;
    assert!(back.values.len() == vectors.values.len() && back.values.iter().zip(&vectors.values).all(same));

    let check = |query: [f32; 4], count: usize, filter: Filter, expected: &[u32]| {
        let matching = reader.matching(&filter).unwrap();
        let among = (!filter.is_empty()).then_some(matching.as_slice());
        let near = reader.nearest(&query, count, among).unwrap();
        let numbers: Vec<u32> = near.iter().map(|near| near.document).collect();
        assert_eq!(numbers, expected, "{query:?} {filter:?}");
        let cosines: Vec<f32> = near.iter().map(|near| near.cosine).collect();
        assert_eq!(reader.similarities(&query, &numbers).unwrap(), cosines);
        assert!(cosines.is_sorted_by(|one, other| one >= other));
    };
    let tasks = Filter { kinds: vec![Kind::Task], ..Filter::default() };
    let unheard = Filter { tags: vec!["unheard of".to_owned()], ..Filter::default() };
    check([2.0, 0.0, 0.0, 0.0], 3, Filter::default(), &[0, 1, 2]);
    check([2.0, 0.0, 0.0, 0.0], 3, tasks, &[2, 3]);
    check([2.0, 0.0, 0.0, 0.0], 3, unheard, &[]);
    // The second chunk of every third document; the equally near by their numbers.
    check([0.0, 0.0, -0.5, 0.0], 3, Filter::default(), &[0, 3, 6]);
    check([0.0; 4], 3, Filter::default(), &[]);
    // Document 4 has no vector.
    assert_eq!(reader.similarities(&[0.0, 0.0, -1.0, 0.0], &[4, 3]).unwrap(), [0.0, 1.0]);
    for query in [&[1.0; 3][..], &[f32::NAN; 4]] {
        assert!(matches!(reader.nearest(query, 3, None), Err(Error::Vectors(_))));
        assert!(matches!(reader.similarities(query, &[1]), Err(Error::Vectors(_))));
    }
}

fn nothing_is_near_without_vectors(reader: &dyn Generation) {
    assert!(!reader.has_vectors());
    assert_eq!(reader.chunk_vectors().unwrap(), None);
    assert_eq!(reader.nearest(&[1.0; 4], 3, None).unwrap(), []);
    assert_eq!(reader.similarities(&[1.0; 4], &[0, 7]).unwrap(), [0.0, 0.0]);
}

fn everything_comes_back(reader: &dyn Generation, documents: &[Document], inverted: &Inverted) {
    let numbers: Vec<u32> = (0..reader.document_count()).collect();
    assert_eq!(reader.documents(&numbers).unwrap(), documents);
    assert_eq!(reader.matching(&Filter::default()).unwrap(), numbers);
    for (head, document) in reader.heads(&numbers).unwrap().iter().zip(documents) {
        assert_eq!((&head.id, head.kind, &head.title), (&document.id, document.kind, &document.title));
        assert_eq!((&head.tags, &head.location), (&document.tags, &document.location));
    }
    for kind in Kind::ALL {
        let expected = documents.iter().filter(|document| document.kind == kind).count();
        let counted = reader.manifest().counts.get(kind.as_str()).copied();
        assert_eq!(counted, (expected > 0).then_some(expected as u64), "{}", kind.as_str());
    }
    let terms: Vec<&str> = inverted.terms.iter().map(|(term, _)| term.as_str()).collect();
    let lists: Vec<Option<Vec<u8>>> = inverted.terms.iter().map(|(_, bytes)| Some(bytes.clone())).collect();
    assert_eq!(reader.postings(&terms).unwrap(), lists);
    assert_eq!(reader.postings(&["", "nothing has this", "POD\0"]).unwrap(), [None, None, None]);
    for (name, bytes) in &inverted.blobs {
        assert_eq!(reader.blob(name).unwrap().as_ref(), Some(bytes), "{name}");
    }
    assert_eq!(reader.blob("nothing has this").unwrap(), None);
}

fn things_are_found_by_their_ids(reader: &dyn Generation) {
    let number = reader.find("alpha/k8s-restart#Restart ${POD} in `default`").unwrap().unwrap();
    assert_eq!(reader.document(number).unwrap().kind, Kind::Task);
    assert_eq!(reader.find("ALPHA/K8S-RESTART").unwrap(), None);
    assert_eq!(reader.find("").unwrap(), None);

    let ids = reader.ids_like("alpha/k8s", 10).unwrap();
    assert_eq!(
        ids,
        [
            "alpha/k8s-restart",
            "alpha/k8s-restart#Restart ${POD} in `default`",
            "alpha/k8s-restart#Überprüfe 100% der Pods",
            "alpha/k8s_restart"
        ]
    );
    assert_eq!(reader.ids_like("alpha/k8s", 2).unwrap(), ids[..2]);
    assert_eq!(reader.ids_like("zzz", 10).unwrap(), [""; 0]);

    let parts = reader.parts_of("alpha/k8s-restart").unwrap();
    let kinds: Vec<Kind> = reader.heads(&parts).unwrap().iter().map(|head| head.kind).collect();
    assert_eq!(kinds, [Kind::Task, Kind::Task, Kind::Script]);
    assert_eq!(reader.parts_of("alpha/k8s_restart").unwrap(), [0; 0]);
}

fn filters_combine(reader: &dyn Generation) {
    let check = |filter: Filter, expected: &[&str]| {
        let found = reader.heads(&reader.matching(&filter).unwrap()).unwrap();
        let ids: Vec<&str> = found.iter().map(|head| head.id.as_str()).collect();
        assert_eq!(ids, expected, "{filter:?}");
    };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    let bundles = Filter { kinds: vec![Kind::CodeBundle], ..Filter::default() };

    check(bundles.clone(), &["alpha/k8s-restart", "alpha/k8s_restart", "beta/aks-restart"]);
    check(
        Filter { kinds: vec![Kind::Library, Kind::Collection], ..Filter::default() },
        &["alpha", "alpha/RW.Alpha", "beta"],
    );
    check(Filter { collections: words(&["beta"]), ..bundles.clone() }, &["beta/aks-restart"]);
    // A second platform counts, letter case does not.
    check(
        Filter { platforms: words(&["KUBERNETES"]), ..bundles.clone() },
        &["alpha/k8s-restart", "alpha/k8s_restart", "beta/aks-restart"],
    );
    check(Filter { platforms: words(&["azure", "aws"]), ..bundles.clone() }, &["beta/aks-restart"]);
    check(
        Filter { tags: words(&["ÜBERWACHUNG"]), ..Filter::default() },
        &["alpha/k8s-restart#Überprüfe 100% der Pods"],
    );
    check(
        Filter { access: vec![Access::ReadWrite], tags: words(&["pod", "node"]), ..Filter::default() },
        &["alpha/k8s-restart#Restart ${POD} in `default`"],
    );
    check(Filter { collections: words(&["ALPHA"]), ..Filter::default() }, &[]);
    check(Filter { platforms: words(&["Kubernetes"]), tags: words(&["no such tag"]), ..bundles }, &[]);
    check(
        Filter { collections: words(&[""]), ..Filter::default() },
        &["https://docs.example.com/authors/#tags"],
    );
}

fn facets_are_counted(reader: &dyn Generation) {
    let facets = reader.facets().unwrap();
    let pairs = |values: &[ccr_index::store::FacetValue]| -> Vec<(String, u32)> {
        values.iter().map(|value| (value.value.clone(), value.count)).collect()
    };
    let expected = |values: &[(&str, u32)]| -> Vec<(String, u32)> {
        values.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect()
    };
    assert_eq!(pairs(&facets.collections), expected(&[("alpha", 8), ("beta", 2)]));
    assert_eq!(pairs(&facets.platforms), expected(&[("Azure", 1), ("Kubernetes", 3)]));
    assert_eq!(pairs(&facets.tags), expected(&[("Node", 1), ("Pod", 2), ("Überwachung", 1)]));
    assert_eq!(pairs(&facets.access), expected(&[("read-only", 1), ("read-write", 1)]));
    assert_eq!(facets.kinds.iter().map(|kind| kind.count).sum::<u32>(), reader.document_count());
}

#[test]
fn ids_and_terms_are_told_apart() {
    let store = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(store.path()).unwrap();
    let twice = [document("a/b", Kind::CodeBundle, "a"), document("a/b", Kind::Library, "a")];
    let error = writer.publish(&publication(&twice, &Inverted::default())).unwrap_err();
    assert_eq!(error.to_string(), "two documents have the id `a/b`");

    for terms in [["pod", "node"], ["pod", "pod"]] {
        let terms = terms.map(|term| (term.to_owned(), vec![1])).to_vec();
        let inverted = Inverted { terms: terms.clone(), blobs: Vec::new() };
        let error = writer.publish(&publication(&[], &inverted)).unwrap_err();
        assert_eq!(error.to_string(), format!("the lexical index is not in order at `{}`", terms[1].0));
    }
    assert!(matches!(Reader::open(store.path()), Err(Error::NoIndex { .. })));
}

#[test]
fn vectors_that_fit_nothing_are_refused() {
    let store = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(store.path()).unwrap();
    let (documents, inverted) = sample();
    let mut check = |vectors: Option<&ChunkVectors>, dimensions: Option<u32>, words: &str| {
        let embedder = dimensions.map(|dimensions| EmbedderId {
            provider: "local".to_owned(),
            model: "small".to_owned(),
            dimensions,
        });
        let publication = Publication { vectors, embedder, ..publication(&documents, &inverted) };
        let error = writer.publish(&publication).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    let good = vectors(documents.len());
    check(Some(&good), None, "publish both or neither");
    check(None, Some(4), "publish both or neither");
    check(Some(&good), Some(8), "the embedder `small` has 8 dimensions and the vectors 4");
    let beyond = vectors(documents.len() + 1);
    let beyond =
        ChunkVectors { documents: beyond.documents.iter().map(|number| number + 1).collect(), ..beyond };
    check(Some(&beyond), Some(4), "and only 11 documents");
    let mut broken = good.clone();
    broken.values[5] = f32::NAN;
    check(Some(&broken), Some(4), "the vector of chunk 1 of document 0 has length NaN");
    drop(writer);
    assert!(matches!(Reader::open(store.path()), Err(Error::NoIndex { .. })));
}

#[test]
fn what_is_said_of_the_sources_comes_back() {
    let store = tempfile::tempdir().unwrap();
    let source = |slug: &str, outcome| SourceState {
        collection: CodeCollection { slug: slug.to_owned(), ..CodeCollection::default() },
        fingerprint: Some("0123".to_owned()),
        settings_hash: "4567".to_owned(),
        outcome,
        stale_since: (slug == "beta").then_some(1_750_000_000),
        counts: BTreeMap::from([("task".to_owned(), 7)]),
        problems: vec![FileProblem {
            path: Some("README.md".to_owned()),
            line: Some(3),
            column: None,
            message: "a link leads nowhere".to_owned(),
            severity: Severity::Error,
            rule: Some(Rule::Readme),
        }],
        outside_imports: vec![OutsideImport {
            count: 2,
            first: Import { kind: "library".to_owned(), name: "RW.Core".to_owned(), ..Import::default() },
        }],
        incomplete: slug == "beta",
        shrinks: Vec::new(),
    };
    let sources = vec![
        source("beta", Outcome::Stale { reason: "could not resolve `git.example.com`".to_owned() }),
        source("alpha", Outcome::Fresh),
    ];
    let embedder = EmbedderId { provider: "local".to_owned(), model: "small".to_owned(), dimensions: 4 };
    let (documents, inverted) = sample();
    let vectors = vectors(documents.len());
    let failed = vec![FailedSource {
        slug: "gamma".to_owned(),
        visibility: Visibility::Hidden,
        reason: "there is no repository".to_owned(),
        since: 1_755_000_000,
    }];
    let publication = Publication {
        sources: sources.clone(),
        failed: failed.clone(),
        ..with_vectors(publication(&documents, &inverted), Some(&vectors))
    };
    let published = Writer::open(store.path()).unwrap().publish(&publication).unwrap();
    let reader = Reader::open(store.path()).unwrap();
    assert_eq!(reader.manifest(), &published);
    assert_eq!((&published.sources, &published.embedder), (&sources, &Some(embedder)));
    assert_eq!(published.failed, failed);
    assert_eq!((published.created, published.program.as_str()), (1_760_000_000, "0.1.0-test"));
    assert_eq!((published.generation, published.previous), (1, None));
}

/// A document of a few values that often meet.
fn any_document() -> impl Strategy<Value = Document> {
    let some = |values: &'static [&'static str]| {
        vec(select(values), 0..3).prop_map(|values| values.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let text = || "\\PC{0,20}|[\\x00-\\x7f]{0,20}";
    (
        (select(&Kind::ALL[..]), select(&["a", "b", ""][..]), text(), text(), option::of(text())),
        (some(&["AWS", "aws", "GCP", " "]), some(&["ÄÖ", "äö", " x", "X", "y z", "\0"])),
        option::of(select(&[Access::ReadOnly, Access::ReadWrite][..])),
        option::of(any::<u32>()),
    )
        .prop_map(|((kind, collection, title, text, record), (platforms, tags), access, line)| {
            Document {
                platforms,
                tags,
                access,
                record,
                location: Location { path: None, symbol: Some(text.clone()), line, url: None },
                fields: vec![(Field::Body, text)],
                title,
                ..document("", kind, collection)
            }
        })
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let some = |values: &'static [&'static str]| {
        vec(select(values), 0..3).prop_map(|values| values.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    (
        vec(select(&Kind::ALL[..]), 0..4),
        some(&["a", "b", "A"]),
        some(&["aWs", "gcp", "azure"]),
        some(&["äö", "ÄÖ", "x ", "Y Z", "\0", "z"]),
        vec(select(&[Access::ReadOnly, Access::ReadWrite][..]), 0..2),
    )
        .prop_map(|(kinds, collections, platforms, tags, access)| Filter {
            kinds,
            collections,
            platforms,
            tags,
            access,
        })
}

/// What [`Filter`] says, word by word.
fn passes(filter: &Filter, document: &Document) -> bool {
    let fold = |text: &String| text.trim().to_lowercase();
    let any = |asked: &[String], has: &[String]| {
        asked.is_empty() || asked.iter().any(|asked| has.iter().any(|has| fold(has) == fold(asked)))
    };
    (filter.kinds.is_empty() || filter.kinds.contains(&document.kind))
        && (filter.collections.is_empty() || filter.collections.contains(&document.collection))
        && any(&filter.platforms, &document.platforms)
        && any(&filter.tags, &document.tags)
        && (filter.access.is_empty() || document.access.is_some_and(|access| filter.access.contains(&access)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_documents_come_back_and_pass_the_filters_they_should(
        mut documents in vec(any_document(), 0..60),
        filters in vec(any_filter(), 20),
    ) {
        documents.iter_mut().enumerate().for_each(|(number, document)| document.id = format!("\0{number}"));
        let inverted = invert(&documents);
        for store in [Backend::Local(tempfile::tempdir().unwrap()), Backend::Postgres(postgres_server::fresh())] {
            store.publish(&documents, &inverted, None);
            let reader = store.open().unwrap();
            everything_comes_back(reader.as_ref(), &documents, &inverted);
            for filter in &filters {
                let expected: Vec<u32> = (0..)
                    .zip(&documents)
                    .filter(|(_, document)| passes(filter, document))
                    .map(|(number, _)| number)
                    .collect();
                prop_assert_eq!(reader.matching(filter).unwrap(), expected, "{:?}", filter);
            }
        }
    }
}
