//! The words around what matches.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::lexical::Question;
use crate::text::{BEGINNINGS, Shape, beginning, for_each_token, stem};

/// Words that a snippet shows at most.
const WIDTH: usize = 26;
/// Bytes of a text that are looked at; what matters stands early.
const LONGEST: usize = 16 * 1024;

/// The terms of a question, to find them again in a text.
#[derive(Debug, Clone, Default)]
pub struct Words {
    groups: HashMap<String, usize>,
    /// By [`beginning`], whether any term begins so: most words of a text need no closer look.
    beginnings: Vec<bool>,
}

impl Words {
    /// The terms of every way to satisfy each word.
    pub fn of(question: &Question) -> Self {
        let mut words = Words { groups: HashMap::new(), beginnings: vec![false; BEGINNINGS] };
        for (number, group) in question.groups.iter().enumerate() {
            for term in group.alternatives.iter().flat_map(|way| &way.terms) {
                words.groups.entry(term.clone()).or_insert(number);
                words.beginnings[beginning(term)] = true;
            }
        }
        words
    }

    fn group(&self, word: &str, shape: Shape) -> Option<usize> {
        if !self.beginnings.get(beginning(word)).is_some_and(|known| *known) {
            return None;
        }
        let term = if shape == Shape::Word { stem(word) } else { Cow::Borrowed(word) };
        self.groups.get(term.as_ref()).copied()
    }
}

/// Byte ranges of `text` that match, in order, none touching another.
pub fn highlight(text: &str, words: &Words) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for_each_token(text, |word, shape, place| {
        if words.group(word, shape).is_some() {
            found.push(place);
        }
    });
    found.sort_by_key(|place| (place.start, usize::MAX - place.end));
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for place in found {
        if ranges.last().is_none_or(|last| place.start >= last.end) {
            ranges.push(place);
        }
    }
    ranges
}

/// The part of `text` that holds the most words of the question, on one line, with `…` where it is
/// cut; `None` where it holds none.
pub fn snippet(text: &str, words: &Words) -> Option<String> {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let mut places: Vec<Range<usize>> = Vec::new();
    // Positions among the words of the text, with the group that each is of.
    let mut matching: Vec<(usize, usize)> = Vec::new();
    for_each_token(text, |word, shape, place| {
        if shape == Shape::Word {
            matching.extend(words.group(word, shape).map(|group| (places.len(), group)));
            places.push(place);
        }
    });
    let window = best_window(&matching, places.len())?;
    let start = if window.start == 0 { 0 } else { places[window.start].start };
    let end = if window.end == places.len() { text.len() } else { places[window.end - 1].end };
    let shown = text[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
    let before = if window.start == 0 { "" } else { "…" };
    let after = if window.end == places.len() { "" } else { "…" };
    Some(format!("{before}{shown}{after}"))
}

/// The window of [`WIDTH`] words that holds the most different groups, moved so that what matches
/// has a few words in front. The first of equally good ones.
fn best_window(matching: &[(usize, usize)], words: usize) -> Option<Range<usize>> {
    let mut best: Option<(usize, usize)> = None;
    let mut held: Vec<usize> = Vec::new();
    let mut first = 0;
    for (at, &(position, _)) in matching.iter().enumerate() {
        while matching[first].0 + WIDTH <= position {
            first += 1;
        }
        held.clear();
        held.extend(matching[first..=at].iter().map(|(_, group)| *group));
        held.sort_unstable();
        held.dedup();
        if best.is_none_or(|(most, _)| held.len() > most) {
            best = Some((held.len(), position + 1));
        }
    }
    let (_, end) = best?;
    let start = (end + WIDTH / 4).min(words).saturating_sub(WIDTH);
    Some(start..(start + WIDTH).min(words))
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
