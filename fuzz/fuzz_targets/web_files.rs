//! What sites say to crawlers: `robots.txt`, sitemaps and `llms.txt`. The first line is a path to ask for.

#![no_main]

use ccr_indexer::parse::robots_txt::RobotsTxt;
use ccr_indexer::parse::{llms_txt, sitemap};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (path, file) = data.split_at(end);
    let path = String::from_utf8_lossy(path);
    let robots = RobotsTxt::parse(file, "ccr");
    assert!(robots.allows("/robots.txt"));
    // A path that is written another way is the same path.
    let escaped: String = path
        .bytes()
        .map(|byte| if byte == b'~' { "%7e".to_owned() } else { char::from(byte).to_string() })
        .collect();
    if path.is_ascii() {
        assert_eq!(robots.allows(&path), robots.allows(&escaped));
    }
    let text = String::from_utf8_lossy(file);
    let _ = sitemap::parse(&text);
    let _ = llms_txt::links(&text);
});
