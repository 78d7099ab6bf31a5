//! HTML pages.

mod anchor;
mod builder;
mod characters;
mod code;
mod content;
mod head;
mod main_content;
mod name;
mod noise;
mod tags;
mod tree;
mod verdict;
mod words;

use std::borrow::Cow;

use super::{PageText, Verdict};
pub(super) use builder::Builder;
pub(super) use content::sections as sections_of;
pub(super) use head::links as links_of;
pub(super) use main_content::Main;
pub(super) use name::Attr;
pub(super) use noise::Noise;
pub(super) use tags::read as read_tags;
pub(super) use tree::Tree;

/// The first main heading of a page.
pub(super) fn title_of(tree: &Tree, noise: &Noise, main: &Main) -> Option<String> {
    let at = main.heading(tree, noise)?;
    Some(content::heading_text(tree, noise, at)).filter(|title| !title.is_empty())
}

/// Reads an HTML page: its main content as sections, what it says of itself, and where it leads.
pub fn html(page: &str) -> PageText {
    let mut builder = Builder::new();
    tags::read(&with_line_ends(page), &mut builder);
    let tree = builder.finish();
    let head = head::read(&tree);
    let mut noise = Noise::of(&tree);
    let main = main_content::find(&tree, &mut noise);
    let mut sections = content::sections(&tree, &noise, &main);
    let mut verdict = verdict::of(&tree, &head, &sections);
    if verdict == Verdict::NeedsScripts {
        let said = content::without_scripts(&tree);
        if verdict::is_page(&said) {
            (sections, verdict) = (said, Verdict::Text);
        }
    }
    let title = head::title(&head, &tree, &noise, &main);
    PageText {
        title,
        description: head.description,
        canonical: head.canonical,
        sections,
        links: head::links(&tree),
        base: head.base,
        is_private: head.is_private,
        keeps_links: head.keeps_links,
        verdict,
    }
}

/// A page whose lines end in line feeds only.
fn with_line_ends(page: &str) -> Cow<'_, str> {
    if page.contains('\r') { page.replace("\r\n", "\n").replace('\r', "\n").into() } else { page.into() }
}

#[cfg(test)]
mod tests;
