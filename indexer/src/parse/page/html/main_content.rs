//! Where on a page its main content is: where the programs that make documentation put it, where the
//! page says that it is, or else where most of its text is.

use super::name::{Attr, Name};
use super::noise::Noise;
use super::tree::Tree;

/// The share of what a wider place holds that a closer one has to hold to be taken instead, in
/// hundredths.
const ENOUGH: usize = 40;

/// The share of the text of an element that one of its children holds when the others are only around
/// it, in hundredths.
const NEARLY_ALL: usize = 85;

/// The elements that hold the main content, in order; none is in another.
#[derive(Debug)]
pub(in crate::parse::page) struct Main {
    pub(in crate::parse::page) roots: Vec<usize>,
}

impl Main {
    /// The heading that is the title of the page.
    pub(in crate::parse::page) fn heading(&self, tree: &Tree, noise: &Noise) -> Option<usize> {
        if self.roots.len() > 1 {
            return None;
        }
        let is_title = |at: &usize| tree.name(*at) == Name::H1;
        let mut inside = self.roots.iter().flat_map(|root| noise.kept(tree, *root));
        inside.find(is_title).or_else(|| noise.kept(tree, 0).find(is_title))
    }
}

/// Finds the main content.
pub(super) fn find(tree: &Tree, noise: &mut Noise) -> Main {
    let widest = widest(tree, noise);
    let letters = |roots: &[usize]| roots.iter().map(|root| own_letters(tree, noise, *root)).sum::<usize>();
    let wide = letters(&widest);
    for is_meant in [is_shape, is_article] {
        let found = outermost(tree, noise, &widest, is_meant);
        if !found.is_empty() && letters(&found) * 100 >= wide * ENOUGH {
            return Main { roots: found };
        }
    }
    if widest != [0] {
        return Main { roots: widest };
    }
    leave_out_menus(tree, noise);
    Main { roots: vec![densest(tree, noise)] }
}

/// What the page says is its main part, or all of it.
fn widest(tree: &Tree, noise: &Noise) -> Vec<usize> {
    let is_main =
        |tree: &Tree, at: usize| tree.name(at) == Name::Main || tree.said(at, Attr::Role) == Some("main");
    let found = outermost(tree, noise, &[0], is_main);
    let holds: usize = found.iter().map(|at| own_letters(tree, noise, *at)).sum();
    if holds > 0 { found } else { vec![0] }
}

/// The elements in some others that are meant and are in none that is.
fn outermost(tree: &Tree, noise: &Noise, within: &[usize], is_meant: fn(&Tree, usize) -> bool) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for root in within {
        for at in std::iter::once(*root).chain(noise.kept(tree, *root)) {
            let is_inside = found.last().is_some_and(|last| at < tree.node(*last).end);
            if !is_inside && tree.name(at) != Name::Text && is_meant(tree, at) {
                found.push(at);
            }
        }
    }
    found
}

/// Letters that are no links.
fn own_letters(tree: &Tree, noise: &Noise, at: usize) -> usize {
    let sum = noise.sum(tree, at);
    sum.letters - sum.in_links
}

/// Where programs that make documentation put the text of a page.
fn is_shape(tree: &Tree, at: usize) -> bool {
    tree.said(at, Attr::Itemprop) == Some("articleBody") && !tree.has_class(at, "article-entry")
        || tree.classes(at).any(|class| {
            matches!(
                class,
                "theme-doc-markdown"          // Docusaurus
                    | "md-content__inner"     // MkDocs, Material
                    | "bd-article"            // Sphinx, pydata and book
                    | "wiki-content"          // Confluence
                    | "ak-renderer-document"  // Confluence, hosted
                    | "markdown-body"         // GitHub
                    | "vp-doc"                // VitePress
                    | "theme-default-content" // VuePress
                    | "td-content"            // Docsy
                    | "markdown-section"      // Docsify, HonKit
                    | "rm-Article"            // ReadMe
                    | "notion-page-content"
                    | "gollum-markdown-content"
            )
        })
}

fn is_article(tree: &Tree, at: usize) -> bool {
    tree.name(at) == Name::Article || tree.said(at, Attr::Role) == Some("article")
}

/// Leaves out what is nothing but links, on a page that does not say where its content is.
fn leave_out_menus(tree: &Tree, noise: &mut Noise) {
    let mut at = 1;
    while at < tree.len() {
        let sum = noise.sum(tree, at);
        let name = tree.name(at);
        let is_place = matches!(
            name,
            Name::Div | Name::Ul | Name::Ol | Name::Td | Name::Table | Name::P | Name::Center | Name::Section
        );
        let is_menu = is_place && sum.links >= 3 && sum.in_links * 100 >= sum.letters * 70;
        if noise.is_left_out(at) || is_menu {
            noise.leave_out(at);
            at = tree.node(at).end;
        } else {
            at += 1;
        }
    }
}

/// The innermost element that holds nearly all text that is no links.
fn densest(tree: &Tree, noise: &Noise) -> usize {
    let mut at = 0;
    loop {
        let all = own_letters(tree, noise, at);
        let mut child = at + 1;
        let mut best = None;
        while child < tree.node(at).end {
            let name = tree.name(child);
            if !noise.is_left_out(child)
                && (name.is_block() && !matches!(name, Name::P | Name::Ul | Name::Ol | Name::Dl | Name::Pre))
                && own_letters(tree, noise, child) * 100 >= all * NEARLY_ALL
            {
                best = Some(child);
            }
            child = tree.node(child).end;
        }
        match best {
            Some(child) if all > 0 => at = child,
            _ => return at,
        }
    }
}
