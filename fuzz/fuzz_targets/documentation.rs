//! No text makes the rendering of documentation or the reading of a Libdoc spec panic or run for long, and
//! no HTML that comes out holds a script.
#![no_main]

use ccr_indexer::parse::doc_format::{DocFormat, render};
use ccr_indexer::parse::libspec;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for word in ["ROBOT", "TEXT", "MARKDOWN", "HTML", "REST"] {
        let format = DocFormat::from_word(word).expect("a format of Libdoc");
        let html = render(text, format).html.to_lowercase();
        assert!(!html.contains("<script") && !html.contains("href=\"javascript:"), "{html}");
    }
    let _ = libspec::parse(text);
});
