//! Whether a page is one that can be read.

use ccr_index::model::Section;

use super::super::Verdict;
use super::head::Head;
use super::name::{Attr, Name};
use super::tree::Tree;

/// Words below which a page says too little to be more than a form, or a place for a program.
const FEW: usize = 60;

/// Words below which a page says nothing.
const NEXT_TO_NONE: usize = 20;

/// Letters of a word, where a script does not part words.
const LETTERS: usize = 8;

pub(super) fn of(tree: &Tree, head: &Head, sections: &[Section]) -> Verdict {
    let words = words(sections);
    let has_code = sections.iter().any(|section| !section.code.is_empty());
    if words >= FEW || has_code {
        return Verdict::Text;
    }
    let is_form =
        asks_for_password(tree) || words < NEXT_TO_NONE + 5 && head.title.as_deref().is_some_and(is_sign_in);
    if is_form {
        Verdict::Login
    } else if tree.scripts > 0
        && (words == 0 || words < NEXT_TO_NONE && has_place(tree) || wants_scripts(sections))
    {
        Verdict::NeedsScripts
    } else if words == 0 {
        Verdict::Empty
    } else {
        Verdict::Text
    }
}

/// How many words a page says.
pub(super) fn words(sections: &[Section]) -> usize {
    let count = |text: &str| text.split_whitespace().count().max(text.chars().count() / LETTERS);
    sections.iter().map(|section| count(&section.heading) + count(&section.text)).sum()
}

/// Whether what a page says to those without scripts is the page itself, and not that it needs them.
pub(super) fn is_page(sections: &[Section]) -> bool {
    words(sections) >= FEW
}

fn asks_for_password(tree: &Tree) -> bool {
    tree.inside(0).any(|at| {
        tree.name(at) == Name::Input
            && tree.said(at, Attr::Type).is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
    })
}

fn is_sign_in(title: &str) -> bool {
    const PHRASES: [&str; 9] =
        ["sign in", "sign-in", "signin", "log in", "log-in", "login", "log on", "single sign-on", "anmelden"];
    let title = title.to_lowercase();
    PHRASES.iter().any(|phrase| title.contains(phrase))
}

/// Whether there is an element that a program fills.
fn has_place(tree: &Tree) -> bool {
    const PLACES: [&str; 11] = [
        "root",
        "app",
        "__next",
        "__nuxt",
        "___gatsby",
        "svelte",
        "app-root",
        "main-app",
        "swagger-ui",
        "redoc",
        "ember-app",
    ];
    tree.inside(0).any(|at| {
        tree.name(at) == Name::Div
            && tree.said(at, Attr::Id).is_some_and(|id| PLACES.contains(&id))
            && tree.node(at).end - at < 40
    })
}

/// Whether a page asks for scripts.
fn wants_scripts(sections: &[Section]) -> bool {
    sections.iter().any(|section| {
        let text = section.text.to_lowercase();
        text.contains("javascript")
            && ["enable", "require", "disabled", "turn on", "need", "activate"]
                .iter()
                .any(|word| text.contains(word))
    })
}
