//! No page makes the reading of it panic, run for long or grow beyond its length.

use ccr_indexer::parse::page::{self, PageText};
use proptest::prelude::*;

/// Bytes of what was read.
fn size(page: &PageText) -> usize {
    let sections = page.sections.iter().map(|section| {
        let path: usize = section.path.iter().map(String::len).sum();
        let code: usize = section.code.iter().map(|code| code.text.len()).sum();
        path + code + section.heading.len() + section.text.len()
    });
    sections.sum::<usize>() + page.links.iter().map(String::len).sum::<usize>()
}

/// What holds of every page.
fn holds(text: &str) {
    for read in [page::html(text), page::markdown(text), page::plain(text)] {
        assert!(size(&read) <= 400 + text.len() * 40, "{text}");
        for section in &read.sections {
            assert!(section.level <= 6 && (section.level == 0) == section.heading.is_empty(), "{text}");
            assert!(!section.text.contains(['\u{200b}', '\u{feff}']), "{text}");
            assert_eq!(section.text.trim_end(), section.text, "{text}");
            assert!(section.path.len() < 6, "{text}");
            assert!(section.code.iter().all(|code| !code.text.trim().is_empty()), "{text}");
        }
    }
}

proptest! {
    #[test]
    fn any_text(text in "\\PC{0,200}") {
        holds(&text);
    }

    #[test]
    fn soup_of_tags(text in "(<(div|p|a|h1|h2|ul|ol|li|table|tr|td|th|pre|code|span|main|article|nav|aside|header|svg|dl|dt|dd|button|script|b)( (id|class|href|role|name|hidden|style)=(a|line|toc|row|main|sidebar|#x|'language-x'))?>|</(div|p|a|h1|h2|ul|ol|li|table|tr|td|pre|code|span|main|svg|dl|script|b)>|<br>|<img alt=x>|&amp;|&#0;|word | |\n){0,50}") {
        holds(&text);
    }

    #[test]
    fn soup_of_markdown(text in "(# |## |> |- |1\\. |    |\t|```|~~~|:::|!!! note|=== \"a\"|\\| a |\\|-\\||\\[a\\]\\(b\\)|!\\[|\\[\\^1\\]|\\[\\^1\\]: |: |\\{#x\\}|---\n|\\*\\*|`|<div>|</div>|<p |<!--|-->|word|import 'x'|\\{% |%\\}| |\n|\n\n){0,60}") {
        holds(&text);
    }
}

/// What takes the square of the length of a page takes hours here, and does not pass unnoticed.
#[test]
fn long_pages_of_one_mark() {
    const LENGTH: usize = 250_000;
    let repeated = |mark: &str| mark.repeat(LENGTH / mark.len());
    let attributes: String = (0..40_000).map(|number| format!("a{number} ")).collect();
    let pages = [
        "<div>",
        "<p>",
        "<div><p>",
        "<b x><p>",
        "<ul><li>",
        "<table><tr><td>",
        "<a href=#x>",
        "</div>",
        "<h2>x",
        "<h2></h2>",
        "<pre>x",
        "<span class=line>",
        "<svg>",
        "<!--",
        "<",
        "&amp;",
        "<blockquote>",
        "<dl><dd><p>x",
        "<script>",
        "> ",
        "- ",
        "[",
        "[a](",
        "![",
        "*a ",
        "`",
        "# a\n",
        "|",
        ":::note\n",
        "!!! note\n    ",
        "<div>\n\n",
        "a\n: b\n",
    ]
    .iter()
    .map(|mark| repeated(mark))
    .chain([format!("<div {attributes}>x"), format!("<div class='{}'>x", repeated("abc "))]);
    for page in pages {
        holds(&page);
    }
}
