//! An index that another version of the program wrote, or that cannot be read.

use std::fs;

use serde_json::Value;

use crate::workplace::Workplace;

/// Two collections, and an index of them that says it is of another format.
fn of_format(format: u32) -> Workplace {
    let place = Workplace::indexed();
    place.bundle("two", "delta", "Delta Check", "Look at the delta valve");
    place.list(&[("one", "path: one"), ("two", "path: two")]);
    place.index(0, &[]);
    let path = place.path("data/index/generations/000002/manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    let (json, _) = text.trim_end().rsplit_once('\n').unwrap();
    let mut manifest: Value = serde_json::from_str(json).unwrap();
    manifest["format"] = format.into();
    // What another version may have had.
    manifest["unheard"] = "of".into();
    let json = format!("{}\n", serde_json::to_string_pretty(&manifest).unwrap());
    let digest = blake3::hash(json.as_bytes()).to_hex();
    fs::write(path, format!("{json}{{\"blake3\":\"{digest}\"}}\n")).unwrap();
    fs::write(place.path("data/index/current"), format!("000002 {digest}\n")).unwrap();
    place.run(&["status"]).exits(2).says(&[&format!("format {format}")]);
    place
}

fn current(place: &Workplace) -> String {
    fs::read_to_string(place.path("data/index/current")).unwrap()
}

#[test]
fn an_older_format_is_built_anew() {
    for arguments in [&[][..], &["--only", "two"], &["--force"]] {
        let place = of_format(1);
        let arguments = [&["index"], arguments].concat();
        let ran = place.run(&arguments).exits(0).says(&["has format 1", "indexed anew"]);
        assert!(ran.stdout.contains("generation 3"), "{}", ran.stdout);
        assert_eq!(place.bundles(), ["one/alpha", "one/beta", "two/delta"], "{arguments:?}");
        place.run(&["verify"]).exits(0);
        assert_eq!(place.index(0, &[])["published"], false);
    }
}

#[test]
fn an_older_index_stays_until_the_new_one_is_whole() {
    let place = of_format(1);
    let before = current(&place);
    fs::rename(place.path("two"), place.path("away")).unwrap();
    let ran = place.run(&["index"]).exits(1);
    ran.says(&["nothing was published", "`two`", "--force"]);
    assert_eq!(current(&place), before);
    fs::create_dir(place.path("two")).unwrap();
    place.run(&["index"]).exits(1).says(&["0 of the 1 CodeBundles", "`--accept-shrink two`"]);
    assert_eq!(current(&place), before);
    // A source that the old index did not have has nothing to lose.
    fs::remove_dir(place.path("two")).unwrap();
    fs::rename(place.path("away"), place.path("two")).unwrap();
    place.list(&[("one", "path: one"), ("two", "path: two"), ("gone", "path: gone")]);
    let summary = place.index(1, &[]);
    assert_eq!(summary["published"], true, "{summary}");
    assert_eq!(place.bundles(), ["one/alpha", "one/beta", "two/delta"]);
}

#[test]
fn force_goes_on_with_less() {
    let place = of_format(1);
    fs::remove_dir_all(place.path("two")).unwrap();
    place.index(1, &["--force"]);
    assert_eq!(place.bundles(), ["one/alpha", "one/beta"]);
}

#[test]
fn a_newer_format_is_refused() {
    let place = of_format(99);
    let before = current(&place);
    for arguments in [&["index"][..], &["index", "--only", "two"], &["index", "--only", "two", "--force"]] {
        place.run(arguments).exits(2).says(&["has format 99"]);
        assert_eq!(current(&place), before);
    }
}

/// Nobody knows what the others are that `--only` leaves as they are.
#[test]
fn only_on_an_index_that_cannot_be_read() {
    let place = Workplace::indexed();
    place.bundle("two", "delta", "Delta Check", "Look at the delta valve");
    place.list(&[("one", "path: one"), ("two", "path: two")]);
    place.index(0, &[]);
    fs::write(place.path("data/index/current"), "").unwrap();
    place.run(&["index", "--only", "two", "--force"]).exits(2).says(&["run without `--only`"]);
    place.run(&["index", "--only", "two"]).exits(2).says(&["is damaged"]);
    assert_eq!(current(&place), "");
    place.index(0, &["--force"]);
    assert_eq!(place.bundles(), ["one/alpha", "one/beta", "two/delta"]);
}
