//! The words of the index, for queries that are misspelt or abbreviated.

use std::collections::{BTreeMap, HashSet};

use crate::text::stem;

/// A word shorter than this is too short to correct.
const SHORTEST: usize = 3;
/// Words longer than this are names of things rather than words that one mistypes.
const LONGEST: usize = 24;
/// How much more a document counts that names a word outside code.
const SPOKEN_COUNTS: u32 = 8;
/// A word that only code uses must stand in this many documents to be offered.
const MINIMUM_DOCUMENTS: u32 = 3;
/// Edits against letters kept: what a correction counts beside the word itself.
const ONE_EDIT: f32 = 0.8;
const TWO_EDITS: f32 = 0.6;
const ABBREVIATION: f32 = 0.6;

/// Words worth offering, each with its term and the number of documents that hold it.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    text: String,
}

/// A term that may have been meant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Correction {
    /// The word, as it stands in the documents.
    pub(crate) word: String,
    /// Its term in the index.
    pub(crate) term: String,
    /// How much a match counts beside one of the word as typed, 0 to 1.
    pub(crate) weight: f32,
}

/// In how many documents a word stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Use {
    /// In any field.
    pub(crate) documents: u32,
    /// In a field whose words people type.
    pub(crate) spoken: u32,
}

/// A line a word: `word<TAB>term<TAB>documents<TAB>documents that name it outside code`.
pub(crate) fn encode<'a>(words: impl Iterator<Item = (&'a str, Use)>) -> Vec<u8> {
    encode_uncut(words.filter(|(_, used)| used.spoken > 0 || used.documents >= MINIMUM_DOCUMENTS))
}

/// The same with the words that are too rare to be offered: in a segment of the index, as other segments
/// may have them too.
pub(crate) fn encode_uncut<'a>(words: impl Iterator<Item = (&'a str, Use)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (word, Use { documents, spoken }) in words {
        let correctable =
            (SHORTEST..=LONGEST).contains(&word.len()) && !word.bytes().any(|b| b.is_ascii_digit());
        if correctable {
            bytes.extend_from_slice(format!("{word}\t{}\t{documents}\t{spoken}\n", stem(word)).as_bytes());
        }
    }
    bytes
}

/// The table of all segments from the uncut one of each. Lines that are none are left out.
pub(crate) fn join<'a>(tables: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut words: BTreeMap<&str, Use> = BTreeMap::new();
    for line in tables.flat_map(|table| std::str::from_utf8(table).unwrap_or_default().lines()) {
        let mut cells = line.split('\t');
        let (Some(word), Some(_)) = (cells.next(), cells.next()) else { continue };
        let mut number = || cells.next().and_then(|cell| cell.parse::<u32>().ok()).unwrap_or(0);
        let used = words.entry(word).or_default();
        used.documents += number();
        used.spoken += number();
    }
    encode(words.into_iter())
}

impl Lexicon {
    /// Reads the table that [`super::invert`] made; bytes that are no text give an empty lexicon.
    pub fn new(bytes: Vec<u8>) -> Self {
        Lexicon { text: String::from_utf8(bytes).unwrap_or_default() }
    }

    /// The up to `most` words nearest to `word`, no two of one term, best first: by how near they
    /// are, then by how many documents name them, then by name.
    pub(crate) fn nearest(&self, word: &str, most: usize) -> Vec<Correction> {
        if word.len() < SHORTEST || word.len() > LONGEST || word.bytes().any(|byte| byte.is_ascii_digit()) {
            return Vec::new();
        }
        let typed = Typed::new(word);
        let mut found: Vec<(f32, u32, &str, &str)> = Vec::new();
        let mut room = Room::default();
        let mut rest = self.text.as_str();
        while let Some(line) = Line::first(&mut rest) {
            let Some(weight) = closeness(&typed, &line, &mut room) else { continue };
            let mut cells = line.cells.split('\t').skip(1);
            let (offered, Some(term)) = (line.word, cells.next()) else { continue };
            let mut number = || cells.next().and_then(|cell| cell.parse::<u32>().ok()).unwrap_or(0);
            let (documents, spoken) = (number(), number());
            found.push((weight, documents + SPOKEN_COUNTS * spoken, offered, term));
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(b.2)));
        let mut seen = HashSet::new();
        found.retain(|(_, _, _, term)| seen.insert(*term));
        found.truncate(most);
        let correction = |(weight, _, word, term): (f32, u32, &str, &str)| Correction {
            word: word.to_owned(),
            term: term.to_owned(),
            weight,
        };
        found.into_iter().map(correction).collect()
    }
}

/// A line of the lexicon: a word, and the cells behind it.
struct Line<'a> {
    word: &'a str,
    letters: u32,
    cells: &'a str,
}

impl<'a> Line<'a> {
    /// Takes the first line off `rest`. Nearly every word is passed over by what one look at its bytes says:
    /// a whole lexicon is read for each misspelt word.
    fn first(rest: &mut &'a str) -> Option<Line<'a>> {
        let bytes = rest.as_bytes();
        let mut seen = 0u32;
        let mut end = 0;
        while bytes.get(end).is_some_and(|byte| *byte > b'\t') && bytes[end] != b'\n' {
            seen |= 1 << (bytes[end] % 32);
            end += 1;
        }
        let mut behind = end;
        while bytes.get(behind).is_some_and(|byte| *byte != b'\n') {
            behind += 1;
        }
        if behind == 0 && bytes.is_empty() {
            return None;
        }
        let (word, cells) = rest.get(..behind)?.split_at_checked(end)?;
        *rest = rest.get(behind + 1..).unwrap_or_default();
        Some(Line { word, letters: if word.is_ascii() { seen } else { letters(word) }, cells })
    }
}

/// Rows that the edit distance works in, kept from one word to the next.
#[derive(Default)]
struct Room {
    word: Vec<char>,
    rows: [Vec<usize>; 3],
}

/// The word of a query, with what tells most words of the index from it at a glance.
struct Typed {
    chars: Vec<char>,
    letters: u32,
    /// Edits that still give a correction.
    allowed: u32,
}

impl Typed {
    fn new(word: &str) -> Typed {
        let chars: Vec<char> = word.chars().collect();
        Typed { letters: letters(word), allowed: if chars.len() >= 6 { 2 } else { 1 }, chars }
    }

    /// False where a word of these letters is certainly more than `edits` away: an edit takes one letter and
    /// brings one.
    fn may_be_within(&self, edits: u32, letters: u32) -> bool {
        (self.letters ^ letters).count_ones() <= 2 * edits
    }
}

/// Which letters a word has, a bit for each; letters that are not English may share one.
fn letters(word: &str) -> u32 {
    word.chars().fold(0, |letters, c| letters | 1 << (u32::from(c) % 32))
}

fn closeness(typed: &Typed, line: &Line<'_>, room: &mut Room) -> Option<f32> {
    let (word, letters) = (line.word, line.letters);
    let (length, allowed) = (typed.chars.len(), typed.allowed as usize);
    // An abbreviation may stand for a word three times as long.
    if word.len() > length * 3 + 2 || word.len() + allowed < length {
        return None;
    }
    let same_start = word.chars().next() == typed.chars.first().copied();
    if !same_start && (length < 5 || !typed.may_be_within(1, letters)) {
        return None;
    }
    room.word.clear();
    room.word.extend(word.chars());
    if room.word.len() <= length + allowed && typed.may_be_within(typed.allowed, letters) {
        match distance(&typed.chars, &room.word, &mut room.rows) {
            0 | 1 => return Some(ONE_EDIT),
            2 if allowed >= 2 && same_start => return Some(TWO_EDITS),
            _ => {}
        }
    }
    (same_start && is_abbreviation(&typed.chars, &room.word)).then_some(ABBREVIATION)
}

/// `deploymnt`, `qrys`, `tbl`: a prefix, or all consonants of the word in order and few vowels.
fn is_abbreviation(typed: &[char], word: &[char]) -> bool {
    if typed.len() >= 4 && word.len() > typed.len() && word.starts_with(typed) {
        return true;
    }
    let (typed, word) = (singular(typed), singular(word));
    let vowels = |word: &[char]| word.len() - consonants(word).count();
    consonants(typed).count() >= 2 && consonants(typed).eq(consonants(word)) && vowels(typed) <= vowels(word)
}

fn consonants(word: &[char]) -> impl Iterator<Item = char> {
    word.iter().copied().filter(|c| !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y'))
}

fn singular(word: &[char]) -> &[char] {
    word.strip_suffix(&['s']).filter(|rest| rest.len() >= SHORTEST).unwrap_or(word)
}

/// Optimal string alignment distance: insert, delete, replace, swap neighbours.
fn distance(a: &[char], b: &[char], rows: &mut [Vec<usize>; 3]) -> usize {
    let [before, last, row] = rows;
    before.clear();
    last.clear();
    last.extend(0..=b.len());
    for i in 1..=a.len() {
        row.clear();
        row.push(i);
        for j in 1..=b.len() {
            let replace = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replace.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        std::mem::swap(before, last);
        std::mem::swap(last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, expected: &[&str]) {
        let terms =
            ["cluster", "clusters", "event", "queries", "replica", "table", "uptime", "deployment", "status"];
        let used = Use { documents: 9, spoken: 4 };
        let lexicon = Lexicon::new(encode(terms.iter().map(|term| (*term, used))));
        let found: Vec<String> =
            lexicon.nearest(word, 3).into_iter().map(|correction| correction.word).collect();
        assert_eq!(found, expected, "nearest to {word}");
    }

    #[test]
    fn typing_errors() {
        check("clster", &["cluster"]);
        check("evetn", &["event"]);
        check("replcas", &["replica"]);
        check("deploymnt", &["deployment"]);
        check("zzzzz", &[]);
    }

    #[test]
    fn abbreviations() {
        check("tbl", &["table"]);
        check("qrys", &["queries"]);
        check("uptme", &["uptime"]);
        check("stat", &["status"]);
        check("evnts", &["event"]);
    }

    #[test]
    fn names_with_digits_are_not_corrected() {
        check("k8s", &[]);
        check("ab", &[]);
    }
}
