//! Markdown pages: CommonMark with what GitHub, MkDocs, Docusaurus and others add to it.
//!
//! What pulldown-cmark reads becomes the same tree that an HTML page is read into, so that HTML in
//! Markdown, Markdown in HTML and pages of both are one thing.

mod elements;
mod lines;
mod slug;

use pulldown_cmark::{Options, Parser};

use super::html::{Builder, Main, Noise, sections_of, title_of};
use super::{PageText, Verdict};
use elements::Elements;

/// Reads a Markdown page. Anchors are those that GitHub gives, unless the page names its own.
pub fn markdown(page: &str) -> PageText {
    let lines = lines::read(page);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    let mut elements = Elements::new(Builder::new());
    for event in Parser::new_ext(&lines.text, options) {
        elements.take(event);
    }
    let tree = elements.finish();
    let noise = Noise::of(&tree);
    let main = Main { roots: vec![0] };
    let sections = sections_of(&tree, &noise, &main);
    let first = || sections.iter().find(|section| section.level > 0).map(|section| section.heading.clone());
    let title = lines.title.or_else(|| title_of(&tree, &noise, &main)).or_else(first);
    let is_empty = sections.iter().all(|section| section.text.is_empty() && section.code.is_empty());
    PageText {
        title,
        description: lines.description,
        links: super::html::links_of(&tree),
        verdict: if is_empty { Verdict::Empty } else { Verdict::Text },
        sections,
        ..PageText::default()
    }
}

#[cfg(test)]
mod tests;
