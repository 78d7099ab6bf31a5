//! What of a page is not its own text: menus, footers, banners, buttons, and what is not shown.

use super::name::{Attr, Name};
use super::tree::Tree;

/// Which nodes are left out, each with all that is in it.
#[derive(Debug)]
pub(super) struct Noise {
    left_out: Vec<bool>,
}

impl Noise {
    /// What is noise on a page.
    pub(super) fn of(tree: &Tree) -> Noise {
        let mut left_out = vec![false; tree.len()];
        let mut at = 1;
        while at < tree.len() {
            left_out[at] = is_noise(tree, at);
            at = if left_out[at] { tree.node(at).end } else { at + 1 };
        }
        Noise { left_out }
    }

    /// Nothing is.
    pub(super) fn none(tree: &Tree) -> Noise {
        Noise { left_out: vec![false; tree.len()] }
    }

    /// Whether a node is left out, with all that is in it.
    pub(super) fn is_left_out(&self, at: usize) -> bool {
        self.left_out[at]
    }

    /// The nodes in an element that are not left out.
    pub(super) fn kept<'t>(&'t self, tree: &'t Tree, at: usize) -> impl Iterator<Item = usize> + 't {
        let end = tree.node(at).end;
        let mut next = at + 1;
        std::iter::from_fn(move || {
            while next < end && self.left_out[next] {
                next = tree.node(next).end;
            }
            let found = next;
            next += 1;
            (found < end).then_some(found)
        })
    }
}

fn is_noise(tree: &Tree, at: usize) -> bool {
    use Name::{
        A, Annotation, Aside, Audio, Body, Button, Canvas, Code, Dialog, Footer, Form, Header, Html, Iframe,
        Input, Label, Main, Nav, Noscript, Object, Option, Pre, Rp, Script, Search, Select, Style, Template,
        Text, Textarea, Title, Video,
    };
    match tree.name(at) {
        Text | Html | Body | Main => return false,
        Script | Style | Nav | Noscript | Iframe | Object | Canvas | Audio | Video | Input | Select
        | Option | Textarea | Title | Annotation | Rp | Search => return true,
        Template => return tree.value(at, Attr::Shadow).is_none(),
        Dialog => return true,
        Footer => return true,
        Button => return tree.said(at, Attr::Role) != Some("tab"),
        Header => {
            if !tree.inside(at).any(|inner| tree.name(inner) == Name::H1) {
                return true;
            }
        }
        Aside => {
            if !is_remark(tree, at) {
                return true;
            }
        }
        _ => {}
    }
    if is_hidden(tree, at) || has_noisy_role(tree, at) {
        return true;
    }
    match tree.name(at) {
        Code | Pre => false,
        A => is_mark_of_heading(tree, at) || words(tree, at).any(is_noisy_class),
        Label | Form => words(tree, at).any(is_noisy_class),
        _ => words(tree, at).any(is_noisy_class),
    }
}

/// The words of its class, and its id.
fn words(tree: &Tree, at: usize) -> impl Iterator<Item = &str> {
    tree.classes(at).chain(tree.said(at, Attr::Id))
}

/// An aside that belongs to the text, such as a warning or a footnote.
fn is_remark(tree: &Tree, at: usize) -> bool {
    const REMARKS: [&str; 14] = [
        "admonition",
        "note",
        "callout",
        "alert",
        "warning",
        "tip",
        "caution",
        "danger",
        "info",
        "footnote",
        "topic",
        "starlight-aside",
        "important",
        "hint",
    ];
    matches!(tree.said(at, Attr::Role), Some("note" | "alert" | "doc-footnote" | "doc-tip" | "doc-notice"))
        || tree.classes(at).any(|class| {
            REMARKS
                .iter()
                .any(|remark| class.split(['-', '_']).any(|part| part == *remark) || class == *remark)
        })
}

fn is_hidden(tree: &Tree, at: usize) -> bool {
    let is_panel = tree.said(at, Attr::Role) == Some("tabpanel");
    let hidden = tree.value(at, Attr::Hidden).is_some_and(|value| value != "until-found")
        || tree.said(at, Attr::Style).is_some_and(|style| {
            let style: String = style.chars().filter(|c| !c.is_whitespace()).take(200).collect();
            style.contains("display:none") || style.contains("visibility:hidden")
        });
    hidden && !is_panel || tree.said(at, Attr::AriaHidden) == Some("true")
}

fn has_noisy_role(tree: &Tree, at: usize) -> bool {
    matches!(
        tree.said(at, Attr::Role),
        Some(
            "navigation"
                | "banner"
                | "contentinfo"
                | "search"
                | "complementary"
                | "menu"
                | "menubar"
                | "dialog"
                | "alertdialog"
                | "toolbar"
                | "doc-backlink"
                | "doc-noteref"
        )
    )
}

/// The `¶` or `#` beside a heading that leads to it, a link back from a footnote, or a number that
/// leads to one.
fn is_mark_of_heading(tree: &Tree, at: usize) -> bool {
    let Some(href) = tree.said(at, Attr::Href) else { return false };
    if !href.contains('#') {
        return false;
    }
    if tree.value(at, Attr::DataFootnoteRef).is_some() {
        return true;
    }
    let mut inside = tree.inside(at);
    let says_something = inside
        .any(|inner| tree.name(inner) == Name::Img || tree.text(inner).chars().any(char::is_alphanumeric));
    !says_something
}

fn is_noisy_class(class: &str) -> bool {
    matches!(class, "headerlink" | "sidebar" | "toc" | "breadcrumbs" | "pagination-nav")
}
