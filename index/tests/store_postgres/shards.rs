use std::thread;

use ccr_index::lexical::invert;
use ccr_index::model::Document;
use ccr_index::store::postgres::{Address, Reader, Writer};
use ccr_index::store::{Generation, Part, PartDocuments, Update};

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
