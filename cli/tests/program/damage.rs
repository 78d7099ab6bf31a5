//! An index that was tampered with, and one that another process writes.

use std::fs;
use std::path::Path;

use ccr_index::store::local::Writer;

use crate::workplace::Workplace;

const DATABASE: &str = "data/index/generations/000002/index.sqlite";
const MANIFEST: &str = "data/index/generations/000002/manifest.json";
const CURRENT: &str = "data/index/current";

/// Two generations, of which the second has one bundle more.
fn two_generations() -> Workplace {
    let place = Workplace::indexed();
    place.bundle("one", "gamma", "Gamma Check", "Look at the gamma valve");
    place.index(0, &[]);
    place
}

/// Damages a file of the second generation: everything that reads says which file and what to do, and
/// each of the two ways out leads out. `back` is the generation that a rollback finds.
fn check(file: &str, back: u64, damage: impl Fn(&Path)) {
    let damaged = || {
        let place = two_generations();
        damage(&place.path(file));
        place
    };
    let place = damaged();
    for arguments in
        [&["search", "valve"][..], &["status"], &["list", "bundle"], &["show", "one/alpha"], &["index"]]
    {
        let ran = place.run(arguments).exits(2);
        assert_eq!(ran.stdout, "", "{arguments:?}");
        ran.says(&["is damaged", file.rsplit('/').next().unwrap(), "--rollback", "--force"]);
    }
    place.index(0, &["--force"]);
    assert_eq!(place.bundles(), ["one/alpha", "one/beta", "one/gamma"], "{file}");

    let place = damaged();
    place.run(&["index", "--rollback"]).exits(0);
    assert_eq!((place.generation(), place.bundles().len() as u64), (back, back + 1), "{file}");
}

fn cut(path: &Path) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

#[test]
fn a_truncated_file() {
    check(DATABASE, 1, cut);
    check(MANIFEST, 1, cut);
    check(CURRENT, 2, cut);
}

#[test]
fn an_altered_file() {
    check(MANIFEST, 1, |path| {
        let text = fs::read_to_string(path).unwrap();
        fs::write(path, text.replace("\"generation\": 2", "\"generation\": 7").replace(":2,", ":7,"))
            .unwrap();
    });
    check(CURRENT, 2, |path| fs::write(path, "2 0000\n").unwrap());
}

#[test]
fn a_missing_file() {
    check(DATABASE, 1, |path| fs::remove_file(path).unwrap());
    check(MANIFEST, 1, |path| fs::remove_file(path).unwrap());
}

#[test]
fn a_byte_anywhere_never_makes_it_fall_over() {
    let place = two_generations();
    let database = place.path(DATABASE);
    let sound = fs::read(&database).unwrap();
    let pages = (0..sound.len()).step_by(4096);
    for at in pages.flat_map(|page| [page, page + 9, page + 2048]).filter(|at| *at < sound.len()) {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x55;
        fs::write(&database, bytes).unwrap();
        let ran = place.run(&["search", "valve", "--format", "json"]);
        match ran.code {
            Some(0 | 1) => assert!(ran.json()["hits"].is_array()),
            _ => assert!(ran.exits(2).stderr.contains("index.sqlite"), "byte {at}"),
        }
    }
    fs::write(&database, &sound).unwrap();
    place.run(&["verify"]).exits(0);
}

#[test]
fn one_writer_at_a_time() {
    let place = Workplace::indexed();
    let writer = Writer::open(&place.path("data")).unwrap();
    let pid = format!("pid {}", std::process::id());
    for arguments in [&["index"][..], &["index", "--force"], &["index", "--rollback"]] {
        let ran = place.run(arguments).exits(2).says(&["another `ccr index`", &pid, "wait until it is done"]);
        assert_eq!(ran.stdout, "");
    }
    // Readers do not mind, and neither does a run that writes nothing.
    place.run(&["search", "alpha"]).exits(0);
    place.run(&["verify"]).exits(0);
    place.index(0, &["--dry-run"]);
    drop(writer);
    place.index(0, &["--force"]);
}
