//! The words around what matches.

use std::collections::HashMap;
use std::ops::Range;

use crate::lexical::Question;
use crate::text::{Shape, Token, stem, tokens};

/// Words that a snippet shows at most.
const WIDTH: usize = 26;
/// Bytes of a text that are looked at; what matters stands early.
const LONGEST: usize = 64 * 1024;

/// The terms of a question, to find them again in a text.
#[derive(Debug, Clone, Default)]
pub struct Words {
    groups: HashMap<String, usize>,
}

impl Words {
    /// The terms of every way to satisfy each word.
    pub fn of(question: &Question) -> Self {
        let mut groups = HashMap::new();
        for (number, group) in question.groups.iter().enumerate() {
            for term in group.alternatives.iter().flat_map(|way| &way.terms) {
                groups.entry(term.clone()).or_insert(number);
            }
        }
        Words { groups }
    }

    fn group(&self, token: &Token) -> Option<usize> {
        let term = if token.shape == Shape::Word { stem(&token.text) } else { token.text.as_str().into() };
        self.groups.get(term.as_ref()).copied()
    }
}

/// Byte ranges of `text` that match, in order, none touching another.
pub fn highlight(text: &str, words: &Words) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut found: Vec<Token> =
        tokens(text).into_iter().filter(|token| words.group(token).is_some()).collect();
    found.sort_by_key(|token| (token.start, usize::MAX - token.end));
    for token in found {
        if ranges.last().is_none_or(|last| token.start >= last.end) {
            ranges.push(token.start..token.end);
        }
    }
    ranges
}

/// The part of `text` that holds the most words of the question, on one line, with `…` where it is
/// cut; `None` where it holds none.
pub fn snippet(text: &str, words: &Words) -> Option<String> {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let cut: Vec<Token> = tokens(text).into_iter().filter(|token| token.shape == Shape::Word).collect();
    let groups: Vec<Option<usize>> = cut.iter().map(|token| words.group(token)).collect();
    let window = best_window(&groups)?;
    let (first, last) = (&cut[window.start], &cut[window.end - 1]);
    let start = if window.start == 0 { 0 } else { first.start };
    let end = if window.end == cut.len() { text.len() } else { last.end };
    let shown = text[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
    let before = if window.start == 0 { "" } else { "…" };
    let after = if window.end == cut.len() { "" } else { "…" };
    Some(format!("{before}{shown}{after}"))
}

/// The window of [`WIDTH`] words that holds the most different groups, moved so that what matches
/// has a few words in front.
fn best_window(groups: &[Option<usize>]) -> Option<Range<usize>> {
    let mut held: HashMap<usize, usize> = HashMap::new();
    let mut best: Option<(usize, usize)> = None;
    for end in 0..groups.len() {
        if let Some(group) = groups[end] {
            *held.entry(group).or_default() += 1;
        }
        if end >= WIDTH
            && let Some(left) = groups[end - WIDTH]
            && let Some(count) = held.get_mut(&left)
        {
            *count -= 1;
            if *count == 0 {
                held.remove(&left);
            }
        }
        if best.is_none_or(|(most, _)| held.len() > most) && !held.is_empty() {
            best = Some((held.len(), end + 1));
        }
    }
    let (_, end) = best?;
    let start = (end + WIDTH / 4).min(groups.len()).saturating_sub(WIDTH);
    Some(start..(start + WIDTH).min(groups.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexical::expand;

    #[test]
    fn the_densest_window_is_shown() {
        let words = Words::of(&expand("pod restarts"));
        let filler = "lorem ipsum dolor ".repeat(20);
        let text = format!("{filler}\n counts  restarts of each\npod here {filler}");
        let shown = snippet(&text, &words).unwrap_or_default();
        assert!(shown.contains("counts restarts of each pod here"), "{shown}");
        assert!(shown.starts_with('…') && shown.ends_with('…'));
        assert_eq!(snippet("nothing to see", &words), None);
        assert_eq!(snippet("A pod.", &words).as_deref(), Some("A pod."));
    }

    #[test]
    fn matches_are_marked_once() {
        let words = Words::of(&expand("crashloopbackoff pods"));
        let text = "Pod in CrashLoopBackOff!";
        let marked: Vec<&str> = highlight(text, &words).into_iter().map(|range| &text[range]).collect();
        assert_eq!(marked, ["Pod", "CrashLoopBackOff"]);
    }
}
