//! No bytes make the Robot Framework parser panic, overflow the stack or run for long.
#![no_main]

use ccr_indexer::parse::robot::{decode, parse_resource_in, parse_suite, parse_suite_in};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = decode(bytes) else { return };
    let suite = parse_suite(text, "suite.robot").value;
    let _ = suite.calls().count();
    serde_json::to_vec(&suite).expect("every model has a JSON form");
    let _ = parse_suite_in(text, "suite.robot", "/directory");
    let _ = parse_resource_in(text, "/directory");
});
