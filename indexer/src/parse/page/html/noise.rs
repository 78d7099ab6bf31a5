//! What of a page is not its own text: menus, footers, banners, buttons, and what is not shown.

use super::name::{Attr, Name};
use super::tree::Tree;
use super::words;

/// Which nodes are left out, each with all that is in it, and how much text there is where.
#[derive(Debug)]
pub(in crate::parse::page) struct Noise {
    left_out: Vec<bool>,
    sums: Vec<Sum>,
}

/// Sums over the nodes before a node, those that are left out not counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    /// Letters and digits, and those of them in links.
    pub(super) letters: usize,
    pub(super) in_links: usize,
    pub(super) links: usize,
    pub(super) blocks: usize,
}

impl Noise {
    /// What is noise on a page.
    pub(in crate::parse::page) fn of(tree: &Tree) -> Noise {
        let places = Places::of(tree);
        let mut left_out = vec![false; tree.len()];
        let mut at = 1;
        while at < tree.len() {
            left_out[at] = is_noise(tree, &places, at);
            // Programs that paint code give its parts classes of all kinds; the block knows what it is.
            let is_whole = left_out[at] || matches!(tree.name(at), Name::Pre | Name::Code);
            at = if is_whole { tree.node(at).end } else { at + 1 };
        }
        Noise { sums: sums(tree, &left_out), left_out }
    }

    /// Nothing is.
    pub(super) fn none(tree: &Tree) -> Noise {
        Noise { left_out: vec![false; tree.len()], sums: Vec::new() }
    }

    /// Whether a node is left out, with all that is in it.
    pub(super) fn is_left_out(&self, at: usize) -> bool {
        self.left_out[at]
    }

    /// Leaves a node out.
    pub(super) fn leave_out(&mut self, at: usize) {
        self.left_out[at] = true;
    }

    /// What is in an element that is not left out.
    pub(super) fn sum(&self, tree: &Tree, at: usize) -> Sum {
        let (Some(before), Some(behind)) = (self.sums.get(at), self.sums.get(tree.node(at).end)) else {
            return Sum::default();
        };
        Sum {
            letters: behind.letters - before.letters,
            in_links: behind.in_links - before.in_links,
            links: behind.links - before.links,
            blocks: behind.blocks - before.blocks,
        }
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

fn sums(tree: &Tree, left_out: &[bool]) -> Vec<Sum> {
    let mut sums = Vec::with_capacity(tree.len() + 1);
    let mut sum = Sum::default();
    let mut link_end = 0;
    let mut noise_end = 0;
    for (at, is_left_out) in left_out.iter().enumerate() {
        sums.push(sum);
        if *is_left_out {
            noise_end = noise_end.max(tree.node(at).end);
        }
        if at < noise_end {
            continue;
        }
        match tree.name(at) {
            Name::Text => {
                let letters = letters(tree.text(at));
                sum.letters += letters;
                sum.in_links += if at < link_end { letters } else { 0 };
            }
            Name::A => {
                sum.links += 1;
                link_end = link_end.max(tree.node(at).end);
            }
            name => sum.blocks += usize::from(name.is_block()),
        }
    }
    sums.push(sum);
    sums
}

/// How many letters and digits a text has; bytes of other scripts than the Latin one count as letters.
fn letters(text: &str) -> usize {
    text.bytes().filter(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()).count()
}

/// How many of some elements stand before each node, to tell what an element holds.
struct Places {
    /// Main headings, and elements that say that they hold the content.
    headings: Vec<u32>,
    content: Vec<u32>,
}

impl Places {
    fn of(tree: &Tree) -> Places {
        let (mut heading, mut main) = (0, 0);
        let mut places = Places {
            headings: Vec::with_capacity(tree.len() + 1),
            content: Vec::with_capacity(tree.len() + 1),
        };
        for at in 0..tree.len() {
            places.headings.push(heading);
            places.content.push(main);
            let name = tree.name(at);
            heading += u32::from(matches!(name, Name::H1 | Name::H2));
            let holds = matches!(name, Name::Main | Name::Article)
                || !matches!(name, Name::Text | Name::Span) && tree.said(at, Attr::Role) == Some("main");
            main += u32::from(holds);
        }
        places.headings.push(heading);
        places.content.push(main);
        places
    }

    fn holds_heading(&self, tree: &Tree, at: usize) -> bool {
        self.headings[tree.node(at).end] > self.headings[at]
    }

    fn holds_content(&self, tree: &Tree, at: usize) -> bool {
        self.content[tree.node(at).end] > self.content[at]
    }
}

fn is_noise(tree: &Tree, places: &Places, at: usize) -> bool {
    use Name::*;
    let name = tree.name(at);
    match name {
        Text | Html | Body => return false,
        Script | Style | Noscript | Iframe | Object | Canvas | Audio | Video | Input | Select | Option
        | Textarea | Title | Annotation | Rp | Search | Dialog => return true,
        Nav | Footer if !places.holds_content(tree, at) => return true,
        Template => return tree.value(at, Attr::Shadow).is_none(),
        Button => return tree.said(at, Attr::Role) != Some("tab"),
        Header if !places.holds_heading(tree, at) => return true,
        Aside if !is_remark(tree, at) => return true,
        _ => {}
    }
    if is_hidden(tree, at) {
        return true;
    }
    if places.holds_content(tree, at) || name == Main {
        return false;
    }
    if has_noisy_role(tree, at) {
        return true;
    }
    if matches!(name, A | Sup) && is_mark(tree, at) {
        return true;
    }
    if matches!(name, Code | Pre | Img | Br) || name == A && is_heading_itself(tree, at) {
        return false;
    }
    if tree.has_class(at, "lang") || tree.has_class(at, "pdoc-code") && name == Div {
        return true;
    }
    tree.classes(at).chain(tree.said(at, Attr::Id)).any(words::is_noise) && !is_whole_page(tree, at)
        || is_small(tree, at) && says_nothing(tree, at)
}

/// A class of the page as a whole says nothing of what is in it.
fn is_whole_page(tree: &Tree, at: usize) -> bool {
    let parent = tree.node(at).parent;
    tree.node(at).end - at > tree.len() / 2 && matches!(tree.name(parent), Name::Body | Name::Html)
}

/// An aside that belongs to the text, such as a warning or a footnote.
fn is_remark(tree: &Tree, at: usize) -> bool {
    matches!(tree.said(at, Attr::Role), Some("note" | "alert" | "doc-footnote" | "doc-tip" | "doc-notice"))
        || tree.classes(at).any(|class| class.split(['-', '_']).any(words::is_remark))
}

fn is_hidden(tree: &Tree, at: usize) -> bool {
    let said = |wanted| tree.said(at, wanted);
    let is_panel =
        said(Attr::Role) == Some("tabpanel") || tree.classes(at).any(|class| class.contains("tab-pane"));
    let hidden = tree.value(at, Attr::Hidden).is_some_and(|value| value != "until-found")
        || said(Attr::Style).is_some_and(|style| {
            let style: String = style.chars().filter(|c| !c.is_whitespace()).take(200).collect();
            style.contains("display:none") || style.contains("visibility:hidden")
        });
    // The title of a remark may be said to those who listen by other means, and is read by all others.
    let is_title = || tree.classes(at).any(|class| class.contains("title"));
    hidden && !is_panel || said(Attr::AriaHidden) == Some("true") && !is_title()
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
                | "button"
                | "doc-noteref"
                | "doc-toc"
        )
    )
}

/// The `¶` or `#` beside a heading that leads to it, a link back from a footnote, a number that leads
/// to one, or a link to the page before or behind.
fn is_mark(tree: &Tree, at: usize) -> bool {
    if tree.name(at) == Name::Sup {
        return tree.classes(at).any(|class| class == "footnote-ref")
            || tree.inside(at).any(|inner| tree.name(inner) == Name::A && is_reference(tree, inner));
    }
    if matches!(tree.said(at, Attr::Rel), Some("prev" | "next" | "edit")) || is_reference(tree, at) {
        return true;
    }
    let Some(href) = tree.said(at, Attr::Href) else { return false };
    href.contains('#')
        && !tree.inside(at).any(|inner| {
            tree.name(inner) == Name::Img || tree.text(inner).contains(|c: char| c.is_alphanumeric())
        })
}

/// Whether all that a heading says is this link to it.
fn is_heading_itself(tree: &Tree, at: usize) -> bool {
    let Some(heading) = tree.ancestors(at).take(2).find(|outer| tree.name(*outer).level().is_some()) else {
        return false;
    };
    let node = tree.node(at);
    let says = |mut range: std::ops::Range<usize>| {
        range.any(|inner| tree.text(inner).contains(|c: char| c.is_alphanumeric()))
    };
    let outside = says(heading + 1..at) || says(node.end..tree.node(heading).end.min(node.end + 32));
    !outside && says(tree.inside(at))
}

fn is_reference(tree: &Tree, at: usize) -> bool {
    tree.value(at, Attr::DataFootnoteRef).is_some()
        || tree.classes(at).any(|class| matches!(class, "footnote-ref" | "footnote-reference"))
        || tree
            .said(at, Attr::Href)
            .is_some_and(|href| href.starts_with("#fn:") || href.starts_with("#cite_note"))
}

/// Whether an element stands by itself and holds so little that its words can be looked at.
fn is_small(tree: &Tree, at: usize) -> bool {
    use Name::{A, Article, Body, Div, Footer, Header, Main, P, Section};
    let is_part = match tree.name(at) {
        Div | P => true,
        A => {
            matches!(tree.name(tree.node(at).parent), Article | Body | Div | Footer | Header | Main | Section)
        }
        name => name.level().is_some(),
    };
    is_part && tree.node(at).end - at <= 16
}

/// Whether all that an element says is a phrase of the site, such as `Edit this page`.
fn says_nothing(tree: &Tree, at: usize) -> bool {
    let mut said = String::new();
    let mut has_time = false;
    for inner in tree.inside(at) {
        has_time |= tree.name(inner) == Name::Time;
        for word in tree.text(inner).split_whitespace().take(20) {
            if said.len() > 120 {
                return false;
            }
            if !said.is_empty() {
                said.push(' ');
            }
            said.push_str(&word.to_lowercase());
        }
    }
    words::is_phrase_of_site(&said)
        || has_time && tree.ancestors(at).take(4).any(|outer| tree.name(outer) == Name::Header)
}
