//! Files that are not what was written.

use std::fs::{self, OpenOptions};
use std::path::Path;

use ccr_index::store::local::{Reader, Writer, in_service, verify};
use ccr_index::store::{Error, Generation};

use crate::{answering, asked_often, generation, publish, reseal};

/// Two generations, the second in service, damaged by `damage`, which gets the folder of the index.
/// Asserts that opening fails on `file` with these words, and that both ways out lead out.
fn check(damage: impl Fn(&Path), file: &str, words: &str) {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path();
    publish(data);
    publish(data);
    damage(&data.join("index"));

    let error = Reader::open(data).unwrap_err();
    let message = error.to_string();
    let Error::Damaged { file: named, what } = error else { panic!("not damaged: {message}") };
    assert_eq!(named, data.join("index").join(file));
    assert!(what.contains(words), "{what}");
    assert!(message.ends_with("go back with `ccr index --rollback` or rebuild with `ccr index --force`"));

    // A publish never needs what is damaged.
    let copy = tempfile::tempdir().unwrap();
    copy_folder(data, copy.path());
    assert_eq!(publish(copy.path()), 3);
    assert_eq!(answering(copy.path()).unwrap(), 3);

    // A rollback finds what is intact.
    let to = Writer::open(data).unwrap().rollback().unwrap().to;
    assert_eq!(answering(data).unwrap(), to);
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&to).unwrap();
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn flip(path: &Path, position: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[position] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn cut(path: &Path, to: impl Fn(u64) -> u64) {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(to(file.metadata().unwrap().len())).unwrap();
}

const DATABASE: &str = "generations/000002/index.sqlite";
const VECTORS: &str = "generations/000002/vectors.bin";
const GRAPH: &str = "generations/000002/vectors.usearch";
const MANIFEST: &str = "generations/000002/manifest.json";

#[test]
fn a_database_of_another_size() {
    check(|index| cut(&index.join(DATABASE), |size| size - 1), DATABASE, "bytes and not");
    check(|index| cut(&index.join(DATABASE), |size| size / 2), DATABASE, "bytes and not");
    check(|index| cut(&index.join(DATABASE), |_| 0), DATABASE, "it has 0 bytes and not");
    check(|index| cut(&index.join(DATABASE), |size| size + 1), DATABASE, "bytes and not");
    check(|index| fs::remove_file(index.join(DATABASE)).unwrap(), DATABASE, "it is missing");
}

#[test]
fn vectors_of_another_size() {
    for file in [VECTORS, GRAPH] {
        check(|index| cut(&index.join(file), |size| size - 1), file, "bytes and not");
        check(|index| cut(&index.join(file), |_| 0), file, "it has 0 bytes and not");
        check(|index| cut(&index.join(file), |size| size + 1), file, "bytes and not");
        check(|index| fs::remove_file(index.join(file)).unwrap(), file, "it is missing");
    }
}

#[test]
fn a_manifest_of_another_size() {
    check(|index| cut(&index.join(MANIFEST), |size| size - 1), MANIFEST, "digest in its last line");
    check(|index| cut(&index.join(MANIFEST), |size| size / 2), MANIFEST, "digest in its last line");
    check(|index| cut(&index.join(MANIFEST), |_| 0), MANIFEST, "it is cut short");
    check(|index| cut(&index.join(MANIFEST), |size| size + 1), MANIFEST, "digest in its last line");
    check(|index| fs::remove_file(index.join(MANIFEST)).unwrap(), MANIFEST, "it is missing");
}

#[test]
fn a_pointer_that_leads_nowhere() {
    let gone = |index: &Path| fs::remove_dir_all(index.join("generations/000002")).unwrap();
    check(gone, "current", "it names generation 2, which is missing");
    check(|index| cut(&index.join("current"), |_| 0), "current", "it does not name a generation");
    check(|index| cut(&index.join("current"), |size| size - 1), "current", "it does not name a generation");
    check(|index| fs::remove_file(index.join("current")).unwrap(), "current", "it is missing");
}

#[test]
fn a_generation_in_the_place_of_another() {
    let swap = |index: &Path| {
        fs::remove_dir_all(index.join("generations/000002")).unwrap();
        fs::create_dir(index.join("generations/000002")).unwrap();
        copy_folder(&index.join("generations/000001"), &index.join("generations/000002"));
    };
    check(swap, MANIFEST, "it belongs to generation 1");
}

#[test]
fn one_altered_byte_anywhere() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path());
    let each = |file: &str, step: usize| {
        let path = dir.path().join("index").join(file);
        let size = fs::read(&path).unwrap().len();
        for position in (0..size).step_by(step).chain([size - 1]) {
            flip(&path, position);
            let error = Reader::open(dir.path()).unwrap_err();
            assert!(matches!(error, Error::Damaged { .. }), "{file} {position}: {error}");
            flip(&path, position);
        }
    };
    each("generations/000001/index.sqlite", 4091);
    each("generations/000001/vectors.bin", 1);
    each("generations/000001/manifest.json", 1);
    each("current", 1);
    assert_eq!(answering(dir.path()).unwrap(), 1);
}

/// The graph is read by none who asks little. Whoever needs it compares every byte first: one that is
/// altered would end the process.
#[test]
fn one_altered_byte_of_the_graph_is_found_before_it_is_used() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path());
    publish(dir.path());
    let path = generation(dir.path(), 2).join("vectors.usearch");
    let size = fs::read(&path).unwrap().len();
    for position in (0..size).step_by(31).chain([size - 1]) {
        flip(&path, position);
        let reader = Reader::open(dir.path()).unwrap();
        assert_eq!(reader.nearest(&[1.0, 0.0, 0.0, 0.0], 1, None).unwrap()[0].document, 0);
        let error = asked_often(&reader).unwrap_err();
        assert!(matches!(&error, Error::Damaged { file, .. } if *file == path), "{position}: {error}");
        flip(&path, position);
    }
    flip(&path, size / 2);
    assert!(!verify(dir.path()).unwrap().is_intact());
    flip(&path, size / 2);
    assert!(verify(dir.path()).unwrap().is_intact());
    flip(&generation(dir.path(), 1).join("vectors.usearch"), size / 2);
    let error = Writer::open(dir.path()).unwrap().rollback().unwrap_err();
    assert!(matches!(error, Error::NothingToRollBackTo { .. }), "{error}");
}

#[test]
fn vectors_cut_short_or_removed_while_they_are_open() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path());
    let removed = Reader::open(dir.path()).unwrap();
    let graph = generation(dir.path(), 1).join("vectors.usearch");
    let copy = fs::read(&graph).unwrap();
    fs::remove_file(&graph).unwrap();
    asked_often(&removed).unwrap();

    fs::write(&graph, copy).unwrap();
    let reader = Reader::open(dir.path()).unwrap();
    cut(&generation(dir.path(), 1).join("vectors.bin"), |_| 10);
    cut(&graph, |size| size / 2);
    let error = asked_often(&reader).unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
    // What was loaded stays.
    cut(&graph, |_| 0);
    asked_often(&removed).unwrap();
}

#[test]
fn a_manifest_and_vectors_that_do_not_fit() {
    let check = |change: &dyn Fn(&mut serde_json::Value), words: &str| {
        let dir = tempfile::tempdir().unwrap();
        publish(dir.path());
        reseal(dir.path(), 1, change);
        let error = Reader::open(dir.path()).unwrap_err();
        assert!(matches!(error, Error::Damaged { .. }) && error.to_string().contains(words), "{error}");
    };
    check(&|manifest| manifest["embedder"] = serde_json::Value::Null, "vectors without an embedder");
    check(&|manifest| manifest["embedder"]["dimensions"] = 5.into(), "other dimensions than the embedder");
    check(
        &|manifest| manifest["files"].as_array_mut().unwrap().retain(|file| file["name"] != "vectors.bin"),
        "an embedder without vectors",
    );
    check(
        &|manifest| manifest["counts"] = serde_json::json!({"task": 3}),
        "vectors of documents that are not there",
    );
}

#[test]
fn a_database_cut_short_while_it_is_open_is_an_error_and_not_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path());
    let reader = Reader::open(dir.path()).unwrap();
    cut(&generation(dir.path(), 1).join("index.sqlite"), |_| 4096);
    let error = reader.blob("lengths").unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
    for number in 0..reader.document_count() {
        let _ = reader.document(number);
    }
}

#[test]
fn another_format_is_refused_by_its_number() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path());
    // Nothing else of such a manifest needs to be known.
    reseal(dir.path(), 1, |manifest| {
        *manifest = serde_json::json!({"format": 99, "files": [{}], "unheard": "of"});
    });
    let error = Reader::open(dir.path()).unwrap_err();
    assert!(matches!(error, Error::OtherFormat { found: 99, .. }), "{error}");
    assert!(error.to_string().ends_with(
        "000001` has format 99, this program reads format 2: rebuild it with `ccr index --force`"
    ));

    assert_eq!(publish(dir.path()), 2);
    assert_eq!(answering(dir.path()).unwrap(), 2);
    let error = Writer::open(dir.path()).unwrap().rollback().unwrap_err();
    assert!(matches!(error, Error::NothingToRollBackTo { .. }), "{error}");
}

#[test]
fn a_rollback_passes_over_what_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    (0..3).for_each(|_| {
        publish(dir.path());
    });
    flip(&generation(dir.path(), 2).join("index.sqlite"), 5000);
    let rolled_back = Writer::open(dir.path()).unwrap().rollback().unwrap();
    assert_eq!((rolled_back.from, rolled_back.to, rolled_back.skipped), (Some(3), 1, vec![2]));
    assert_eq!(in_service(dir.path()).unwrap(), 1);
}
