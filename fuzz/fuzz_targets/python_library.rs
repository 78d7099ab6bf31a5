//! No bytes make the reading of a Python library panic, overflow the stack or run for long.
#![no_main]

use ccr_indexer::library::{Repository, find};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let files = [("libraries/Fuzzed.py".to_owned(), bytes.to_vec())];
    let found = find("fuzz", &Repository::new([], &files), &[]).expect("a thread");
    serde_json::to_vec(&found.libraries).expect("every library has a JSON form");
});
