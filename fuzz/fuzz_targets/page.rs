//! No page of documentation makes its reading panic, run for long, or say more than it holds.
#![no_main]

use ccr_indexer::parse::page;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for read in [page::html(text), page::markdown(text), page::plain(text)] {
        let bytes: usize = read.sections.iter().map(|section| section.heading.len() + section.text.len()).sum();
        assert!(bytes <= 400 + text.len() * 40, "{bytes} bytes");
    }
});
