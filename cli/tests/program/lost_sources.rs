//! Sources that cannot be read: what the index says of them, and when it says something new.

use std::fs;

use serde_json::Value;

use crate::workplace::Workplace;

/// A collection that can be read, and one whose folder is not there.
fn half_there() -> Workplace {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at it");
    place.list(&[("gone", "path: gone"), ("one", "path: one")]);
    place
}

fn manifest(place: &Workplace) -> Value {
    place.run(&["status", "--format", "json"]).json()
}

#[test]
fn a_source_that_was_never_indexed_is_told_until_it_is() {
    let place = half_there();
    place.index(1, &[]);
    let failed = manifest(&place)["failed"].clone();
    assert_eq!((&failed[0]["slug"], failed.as_array().unwrap().len()), (&"gone".into(), 1));
    assert!(failed[0]["reason"].as_str().unwrap().starts_with("no folder"), "{failed}");
    assert!(failed[0]["since"].as_u64().unwrap() > 1_700_000_000, "{failed}");
    // It is no news that it still fails, nor that it does for another reason.
    assert_eq!(place.index(1, &[])["published"], false);
    place.write("gone", "a file");
    assert_eq!(place.index(1, &[])["published"], false);
    assert_eq!(manifest(&place)["failed"], failed);
    // With other news the reason is told anew, and since when stays.
    place.bundle("one", "beta", "Beta Check", "Look at it");
    place.index(1, &[]);
    let told = manifest(&place)["failed"][0].clone();
    assert!(told["reason"].as_str().unwrap().contains("is not a folder"), "{told}");
    assert_eq!(told["since"], failed[0]["since"]);
    // A run that was not asked for it leaves what is said of it.
    place.bundle("one", "gamma", "Gamma Check", "Look at it");
    place.index(0, &["--only", "one"]);
    assert_eq!(manifest(&place)["failed"][0], told);
    // Another source that fails is news, and so is one that does no more.
    place.list(&[("gone", "path: gone"), ("one", "path: one"), ("away", "path: away")]);
    assert_eq!(place.index(1, &[])["published"], true);
    assert_eq!(manifest(&place)["failed"][0]["slug"], "away");
    fs::remove_file(place.path("gone")).unwrap();
    place.bundle("gone", "delta", "Delta Check", "Look at it");
    place.list(&[("gone", "path: gone"), ("one", "path: one")]);
    place.index(0, &[]);
    assert_eq!(manifest(&place)["failed"], Value::Null);
}

#[test]
fn a_source_is_stale_since_the_first_run_that_could_not_read_it() {
    let place = Workplace::indexed();
    fs::rename(place.path("one"), place.path("aside")).unwrap();
    assert_eq!(place.index(1, &[])["published"], true);
    let since = manifest(&place)["sources"][0]["stale_since"].as_u64().unwrap();
    assert!(since > 1_700_000_000);
    // Another generation keeps it, and one that could be read is not stale.
    place.bundle("two", "delta", "Delta Check", "Look at it");
    place.list(&[("one", "path: one"), ("two", "path: two")]);
    assert_eq!(place.index(1, &[])["published"], true);
    let sources = manifest(&place)["sources"].clone();
    assert_eq!((&sources[0]["stale_since"], &sources[1]["stale_since"]), (&since.into(), &Value::Null));
    fs::rename(place.path("aside"), place.path("one")).unwrap();
    place.index(0, &[]);
    assert_eq!(manifest(&place)["sources"][0]["stale_since"], Value::Null);
}
