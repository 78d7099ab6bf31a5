//! Whether a page is one that can be read.

use ccr_index::model::Section;

use super::super::Verdict;
use super::head::Head;
use super::name::{Attr, Name};
use super::tree::Tree;

/// Words below which a page that needs scripts or asks for a password says nothing of its own.
const FEW: usize = 60;

pub(super) fn of(tree: &Tree, head: &Head, sections: &[Section]) -> Verdict {
    let words = words(sections);
    let has_code = sections.iter().any(|section| !section.code.is_empty());
    let asks = tree.inside(0).any(|at| {
        tree.name(at) == Name::Input
            && tree.said(at, Attr::Type).is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
    });
    let _ = head;
    if asks && words < FEW {
        Verdict::Login
    } else if words < 5 && !has_code && tree.scripts > 0 {
        Verdict::NeedsScripts
    } else if words == 0 && !has_code {
        Verdict::Empty
    } else {
        Verdict::Text
    }
}

/// How many words a page says.
pub(super) fn words(sections: &[Section]) -> usize {
    sections
        .iter()
        .map(|section| section.heading.split_whitespace().count() + section.text.split_whitespace().count())
        .sum()
}
