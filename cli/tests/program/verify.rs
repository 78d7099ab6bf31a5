use std::fs;

use crate::workplace::{Workplace, ccr};

#[test]
fn a_sound_index() {
    let json = ccr(&["verify", "--format", "json"]).exits(0).json();
    assert_eq!(json["generations"][0]["state"], "intact");
    assert!(ccr(&["verify"]).exits(0).stdout.contains("in service: intact"));
}

#[test]
fn a_changed_byte_is_found_and_named() {
    let place = Workplace::indexed();
    let file = place.path("data/index/generations/000001/index.sqlite");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let ran = place.run(&["verify"]).exits(1);
    assert!(ran.stdout.contains("damaged") && ran.stdout.contains("index.sqlite"), "{ran:?}");
    let json = place.run(&["verify", "--format", "json"]).exits(1).json();
    assert_eq!(json["generations"][0]["state"], "damaged");
}
