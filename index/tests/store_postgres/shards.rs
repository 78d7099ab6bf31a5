use std::collections::BTreeMap;
use std::thread;

use ccr_index::lexical::invert;
use ccr_index::model::{CodeCollection, Document, Visibility};
use ccr_index::store::postgres::{Address, Reader, Writer};
use ccr_index::store::{Generation, Part, PartDocuments, Update};
use ccr_index::{FailedSource, SourceState};

use crate::postgres_server::fresh;
use crate::sample::publication;
use crate::{collection, ids, ids_of};

const SLUGS: [&str; 5] = ["zeta", "alpha", "mid", "beta", "omega"];

fn update<'a>(slugs: &[&'a str], own: &[(&'a str, &'a [Document])]) -> Update<'a> {
    let part = |source: &&'a str| Part {
        source,
        documents: own.iter().find(|(slug, _)| slug == source).map_or(
            PartDocuments::InService,
            |(_, documents)| PartDocuments::New { documents, vectors: None },
        ),
    };
    Update {
        parts: slugs.iter().map(part).collect(),
        sources: Vec::new(),
        failed: Vec::new(),
        program: "test",
        created: 0,
        embedder: None,
    }
}

type Lists = Vec<Option<Vec<u8>>>;

/// Everything that ranking reads.
fn bytes(address: &Address, terms: &[&str]) -> (Lists, Lists) {
    let reader = Reader::open(address).unwrap();
    let blobs = ["outline", "lexicon"].map(|name| reader.blob(name).unwrap());
    (blobs.to_vec(), reader.postings(terms).unwrap())
}

#[test]
fn jobs_side_by_side_fill_the_index_that_one_job_makes() {
    let sources: Vec<Vec<Document>> = SLUGS.iter().map(|slug| collection(slug, "pod", 6)).collect();
    let all = sources.concat();
    let whole = invert(&all);
    let terms: Vec<&str> = whole.terms.iter().map(|(term, _)| term.as_str()).collect();

    let (together, alone) = (fresh(), fresh());
    Writer::open(&alone).unwrap().publish(&publication(&all, &whole)).unwrap();
    // The tables are there before the jobs begin, or the first of them makes them.
    thread::scope(|scope| {
        for (slug, documents) in SLUGS.iter().zip(&sources) {
            scope.spawn(|| {
                let mut writer = Writer::open_for(&together, vec![(*slug).to_owned()]).unwrap();
                writer.update(&update(&SLUGS, &[(*slug, documents)])).unwrap();
            });
        }
    });
    assert_eq!(ids(&together), ids_of(&all));
    assert_eq!(bytes(&together, &terms), bytes(&alone, &terms));
    // And both are what inverting all of them in one go gives, byte for byte.
    let lists: Lists = whole.terms.iter().map(|(_, bytes)| Some(bytes.clone())).collect();
    assert_eq!(bytes(&together, &terms).1, lists);
    let (one, other) = (Reader::open(&together).unwrap(), Reader::open(&alone).unwrap());
    assert_eq!(one.manifest().counts, other.manifest().counts);
    assert_eq!(one.facets().unwrap(), other.facets().unwrap());
}

#[test]
fn a_changed_source_costs_the_others_nothing_and_one_that_is_not_listed_goes() {
    let address = fresh();
    let sources: Vec<Vec<Document>> = SLUGS.iter().map(|slug| collection(slug, "pod", 6)).collect();
    let own: Vec<(&str, &[Document])> =
        SLUGS.iter().zip(&sources).map(|(slug, documents)| (*slug, documents.as_slice())).collect();
    let mut writer = Writer::open(&address).unwrap();
    let first = writer.update(&update(&SLUGS, &own)).unwrap();

    let mut changed = sources[2].clone();
    changed[1].summary = "another one".to_owned();
    let second = writer.update(&update(&SLUGS, &[("mid", &changed)])).unwrap();
    let kept = |of: &ccr_index::Manifest| of.files.iter().filter(|file| first.files.contains(file)).count();
    assert_eq!((second.files.len(), kept(&second)), (5, 4));
    let expected = [&sources[0], &sources[1], &changed, &sources[3], &sources[4]].map(Clone::clone).concat();
    let reader = Reader::open(&address).unwrap();
    let numbers: Vec<u32> = (0..reader.document_count()).collect();
    assert_eq!(reader.documents(&numbers).unwrap(), expected);
    assert_eq!(
        reader.blob("outline").unwrap(),
        invert(&expected).blobs.into_iter().find(|(name, _)| name == "outline").map(|(_, bytes)| bytes)
    );

    // The order is that of the list, also where nothing is new; what is not in it disappears.
    let third = writer.update(&update(&["omega", "mid"], &[])).unwrap();
    assert_eq!(third.files.len(), 2);
    assert_eq!(ids(&address), ids_of(&[sources[4].clone(), changed].concat()));
}

#[test]
fn each_job_says_which_of_its_own_sources_failed() {
    let address = fresh();
    let alpha = collection("alpha", "pod", 2);
    let failed = |slug: &str, since: u64| FailedSource {
        slug: slug.to_owned(),
        visibility: Visibility::Public,
        reason: "could not resolve `git.example.com`".to_owned(),
        since,
    };
    let state = |slug: &str| SourceState {
        collection: CodeCollection { slug: slug.to_owned(), ..CodeCollection::default() },
        fingerprint: None,
        settings_hash: String::new(),
        outcome: ccr_index::Outcome::Fresh,
        stale_since: None,
        counts: BTreeMap::new(),
        problems: Vec::new(),
        outside_imports: Vec::new(),
        incomplete: false,
        shrinks: Vec::new(),
    };
    let publish = |slugs: &[&str], of_run: &[FailedSource], good: Option<&str>| {
        let own: &[(&str, &[Document])] = if good == Some("alpha") { &[("alpha", &alpha)] } else { &[] };
        let sources =
            slugs.iter().map(|slug| ((*slug).to_owned(), (good == Some(slug)).then(|| state(slug))));
        let update = Update { sources: sources.collect(), failed: of_run.to_vec(), ..update(slugs, own) };
        let mut writer = Writer::open(&address).unwrap();
        let published = writer.update(&update).unwrap();
        assert_eq!(Reader::open(&address).unwrap().manifest(), &published);
        published.failed
    };
    // A job whose own source is good says nothing of the others'.
    assert_eq!(publish(&["alpha", "mid", "zeta"], &[failed("zeta", 5)], None), [failed("zeta", 5)]);
    assert_eq!(publish(&["alpha", "mid", "zeta"], &[], Some("alpha")), [failed("zeta", 5)]);
    let both = [failed("mid", 7), failed("zeta", 5)];
    assert_eq!(publish(&["alpha", "mid", "zeta"], &[failed("mid", 7)], None), both);
    // What was read since is no failure any more, and what is listed no more is forgotten.
    assert_eq!(publish(&["alpha", "mid", "zeta"], &[], Some("mid")), [failed("zeta", 5)]);
    assert_eq!(publish(&["alpha", "mid"], &[], None), []);
}
