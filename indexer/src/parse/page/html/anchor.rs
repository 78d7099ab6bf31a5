//! What follows `#` in the address of a heading.

use super::name::{Attr, Name};
use super::tree::Tree;

/// Nodes between a heading and its anchor.
const NEAR: usize = 32;

/// The anchor of a heading: what the page itself links to, its id, that of a place in it, of the section
/// that it begins, or of the place before it.
pub(super) fn of(tree: &Tree, at: usize) -> Option<String> {
    let own = tree.said(at, Attr::Id);
    let found = own
        .or_else(|| mark(tree, at))
        .or_else(|| tree.inside(at).take(NEAR).find_map(|inner| place(tree, inner)))
        .or_else(|| around(tree, at))
        .or_else(|| before(tree, at))?;
    let found = found.strip_prefix("user-content-").unwrap_or(found);
    Some(found.to_owned()).filter(|anchor| !anchor.is_empty())
}

/// Where a link in the heading leads, or one beside it in an element of their own.
fn mark(tree: &Tree, at: usize) -> Option<&str> {
    let parent = tree.node(at).parent;
    let beside = tree.has_class(parent, "markdown-heading").then_some(parent);
    let inside = tree.inside(at).chain(beside.into_iter().flat_map(|parent| tree.inside(parent)));
    inside
        .take(NEAR)
        // Some headings lead back to where the table of contents names them.
        .filter(|inner| tree.name(*inner) == Name::A && !tree.has_class(*inner, "toc-backref"))
        .find_map(|inner| tree.said(inner, Attr::Href)?.strip_prefix('#'))
}

fn place(tree: &Tree, at: usize) -> Option<&str> {
    if tree.name(at) == Name::Button {
        return None;
    }
    let name = (tree.name(at) == Name::A).then(|| tree.said(at, Attr::Name)).flatten();
    tree.said(at, Attr::Id).or(name)
}

/// The id of the element that the heading begins.
fn around(tree: &Tree, at: usize) -> Option<&str> {
    let mut first = at;
    for parent in tree.ancestors(at).take(3) {
        if first - parent > NEAR {
            return None;
        }
        let begins = (parent + 1..first).all(|between| {
            between > first || tree.text(between).trim().is_empty() && tree.node(between).end <= first
        });
        if !begins || !matches!(tree.name(parent), Name::Section | Name::Div | Name::Article | Name::Hgroup) {
            return None;
        }
        if let Some(id) = tree.said(parent, Attr::Id) {
            return Some(id);
        }
        first = parent;
    }
    None
}

/// The place that stands directly before the heading.
fn before(tree: &Tree, at: usize) -> Option<&str> {
    let parent = tree.node(at).parent;
    let mut last = at;
    while last > parent + 1 {
        last -= 1;
        let is_blank = tree.text(last).trim().is_empty();
        if !is_blank
            || tree.name(last) != Name::Text
                && !matches!(tree.name(last), Name::A | Name::Span | Name::P | Name::Div)
        {
            return None;
        }
        if let Some(place) = place(tree, last) {
            return Some(place);
        }
        if at - last > 4 {
            return None;
        }
    }
    None
}
