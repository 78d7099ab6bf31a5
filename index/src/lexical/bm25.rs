//! BM25F: one saturation over the weighted fields, so that a word in the title and the body does
//! not count as two words (Robertson, Zaragoza, Taylor: Simple BM25 Extension to Multiple Weighted
//! Fields, 2004). Scores are divided by what the words of the question can reach; what comes on top
//! of words (two side by side, a joined form) may bring a score above 1.

use std::collections::HashMap;

use super::encode::{Frequencies, documents_of, postings};
use super::expand::{Alternative, Group, Question};
use super::outline::{Outline, Profile};
use crate::model::{Field, Kind};

/// From this weight on a reading of a word tells how common the word is.
const STRONG: f32 = 0.6;

/// How ranking weighs fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Weight of a word in each field, in the order of [`Field::ALL`].
    pub fields: [f32; Field::ALL.len()],
    /// How much the length of each field matters, 0 to 1.
    pub lengths: [f32; Field::ALL.len()],
    /// How much a keyword gains for each doubling of the number of documents that call it.
    pub usage: f32,
    /// What a document of the standard libraries counts beside one of a collection, unless it is asked
    /// for by its name: where both answer, that of the collection was made for the purpose.
    pub standard: f32,
    /// How many weighted words give half of what infinitely many give.
    pub saturation: f32,
}

impl Default for Weights {
    /// Chosen on the development queries; `docs/ARCHITECTURE.md` says how.
    fn default() -> Self {
        Weights {
            fields: [2.0, 3.0, 2.0, 1.5, 2.0, 0.7, 0.2, 0.0],
            lengths: [0.3, 0.3, 0.5, 0.3, 0.7, 0.9, 1.0, 0.0],
            usage: 0.08,
            standard: 0.7,
            saturation: 2.0,
        }
    }
}

impl Weights {
    /// What the score of a document is multiplied with, whatever is asked: a keyword gains by its callers, and
    /// what is of the standard libraries comes behind. Everybody calls those: how often says nothing.
    pub(crate) fn standing(&self, outline: &Outline, document: u32) -> f32 {
        match outline.is_standard(document) {
            true => self.standard,
            false => 1.0 + self.usage * outline.callers(document),
        }
    }
}

/// A document and how well it answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Document number.
    pub document: u32,
    /// The share of the question's information that the document holds; a little above 1 at most.
    pub score: f32,
}

/// Scores every document of `kinds` that holds a word of the question, in document order.
///
/// `found` gives the encoded postings of each term that the index knows.
pub fn rank(
    question: &Question,
    found: &HashMap<String, Vec<u8>>,
    outline: &Outline,
    kinds: &[Kind],
    weights: &Weights,
) -> Vec<Ranked> {
    let scorer = Scorer { found, outline, kinds: set_of(kinds), weights };
    let mut scores = vec![0.0f32; outline.documents()];
    let mut shares = Shares::new(outline.documents());
    let mut whole = [0.0f32; Kind::ALL.len()];
    for group in &question.groups {
        let held = scorer.share(group, &mut shares);
        let information = scorer.information(held);
        if !group.bonus && !scorer.is_unknown_number(group) {
            whole.iter_mut().zip(information).for_each(|(sum, value)| *sum += value);
        }
        shares.drain(|document, kind, share| scores[document as usize] += share * information[kind]);
    }
    let named = documents_of(found.get(&question.name).map_or(&[][..], Vec::as_slice));
    // Named by its whole name, a keyword of the standard libraries is what is wanted.
    let standing = |document: u32, is_named: bool| match weights.standing(outline, document) {
        standing if is_named => standing.max(1.0),
        standing => standing,
    };
    let positive = scores.into_iter().enumerate().filter(|(_, score)| *score > 0.0);
    positive
        .filter_map(|(document, score)| {
            let document = document as u32;
            let best = whole[outline.kind(document)? as usize];
            let score = score / best.max(f32::MIN_POSITIVE);
            // Who types the whole name of a keyword wants no other.
            let is_named = named.binary_search(&document).is_ok();
            let score = if is_named { score.max(1.0) } else { score };
            Some(Ranked { document, score: score * standing(document, is_named) })
        })
        .collect()
}

/// How much of the word at hand each document has, by document number.
struct Shares {
    all: Vec<f32>,
    /// The documents that have any, with the position of their kind.
    touched: Vec<(u32, usize)>,
}

impl Shares {
    fn new(documents: usize) -> Shares {
        Shares { all: vec![0.0; documents], touched: Vec::new() }
    }

    /// Raises what a document has to `share`.
    fn raise(&mut self, document: u32, kind: usize, share: f32) {
        let Some(known) = self.all.get_mut(document as usize).filter(|_| share > 0.0) else { return };
        if *known == 0.0 {
            self.touched.push((document, kind));
        }
        *known = known.max(share);
    }

    /// Gives what each document has, and is empty again.
    fn drain(&mut self, mut take: impl FnMut(u32, usize, f32)) {
        for (document, kind) in self.touched.drain(..) {
            take(document, kind, std::mem::take(&mut self.all[document as usize]));
        }
    }
}

/// How many documents of each kind, by its position, hold something.
type Held = [u32; Kind::ALL.len()];

/// Which kinds are among `kinds`, by their position.
fn set_of(kinds: &[Kind]) -> [bool; Kind::ALL.len()] {
    Kind::ALL.map(|kind| kinds.contains(&kind))
}

struct Scorer<'a> {
    found: &'a HashMap<String, Vec<u8>>,
    outline: &'a Outline,
    kinds: [bool; Kind::ALL.len()],
    weights: &'a Weights,
}

impl Scorer<'_> {
    /// Raises the share of each document that satisfies the group to the weight and saturation of the
    /// best way, 0 to 1, and counts who holds its most common reading.
    fn share(&self, group: &Group, shares: &mut Shares) -> Held {
        let mut most = Held::default();
        for way in &group.alternatives {
            let [term] = way.terms.as_slice() else {
                self.share_all(way, shares);
                continue;
            };
            let mut held = Held::default();
            for (document, profile, frequencies) in self.postings(term) {
                held[profile.kind()] += u32::from(profile.is_counted());
                shares.raise(document, profile.kind(), way.weight * self.saturated(profile, &frequencies));
            }
            if way.weight >= STRONG || group.bonus {
                most.iter_mut().zip(held).for_each(|(most, held)| *most = held.max(*most));
            }
        }
        most
    }

    /// The same for a way of several terms, all of which a document must hold.
    fn share_all(&self, way: &Alternative, shares: &mut Shares) {
        let mut sums: HashMap<u32, (usize, f32, usize)> = HashMap::new();
        for (document, profile, frequencies) in way.terms.iter().flat_map(|term| self.postings(term)) {
            let sum = sums.entry(document).or_insert((profile.kind(), 0.0, 0));
            sum.1 += self.saturated(profile, &frequencies);
            sum.2 += 1;
        }
        for (document, (kind, sum, terms)) in sums {
            if terms == way.terms.len() {
                shares.raise(document, kind, way.weight * sum / terms as f32);
            }
        }
    }

    fn postings(&self, term: &str) -> impl Iterator<Item = (u32, Profile<'_>, Frequencies)> {
        let bytes = self.found.get(term).map_or(&[][..], Vec::as_slice);
        postings(bytes).filter_map(|(document, frequencies)| {
            let profile = self.outline.profile(document)?;
            self.kinds[profile.kind()].then_some((document, profile, frequencies))
        })
    }

    fn saturated(&self, profile: Profile<'_>, frequencies: &Frequencies) -> f32 {
        let mut weighted = 0.0;
        for (field, &frequency) in frequencies.iter().enumerate().filter(|(_, frequency)| **frequency > 0) {
            let length = self.weights.lengths[field];
            let norm = 1.0 - length + length * profile.relative(field);
            weighted += self.weights.fields[field] * frequency as f32 / norm;
        }
        weighted / (weighted + self.weights.saturation)
    }

    /// Whether the word is a number, a time or an id that no document holds: a pasted log line is full
    /// of them, and they are no part of what is asked.
    fn is_unknown_number(&self, group: &Group) -> bool {
        let is_known = |term: &String| self.found.contains_key(term);
        group.word.bytes().any(|byte| byte.is_ascii_digit())
            && !group.alternatives.iter().flat_map(|way| &way.terms).any(is_known)
    }

    /// Inverse document frequency among the documents of each kind of what so many of them hold.
    fn information(&self, held: Held) -> [f32; Kind::ALL.len()] {
        Kind::ALL.map(|kind| {
            let (all, held) = (self.outline.count(kind) as f32, held[kind as usize] as f32);
            (1.0 + (all - held + 0.5) / (held + 0.5)).ln()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexical::{expand, invert};
    use crate::model::{Document, STANDARD_LIBRARIES};

    fn document(id: &str, title: &str, body: &str) -> Document {
        Document {
            fields: vec![(Field::Title, title.to_owned()), (Field::Body, body.to_owned())],
            ..Document::new(id.to_owned(), Kind::CodeBundle)
        }
    }

    /// The documents by falling score, each with its score in hundredths.
    fn ranked(query: &str, documents: &[Document]) -> Vec<(String, u32)> {
        ranked_of(Kind::CodeBundle, query, documents)
    }

    fn ranked_of(kind: Kind, query: &str, documents: &[Document]) -> Vec<(String, u32)> {
        let inverted = invert(documents);
        let found: HashMap<String, Vec<u8>> = inverted.terms.into_iter().collect();
        let outline = inverted.blobs.into_iter().find(|(name, _)| name == "outline").map(|(_, bytes)| bytes);
        let outline = Outline::new(outline.unwrap_or_default());
        let mut ranked = rank(&expand(query), &found, &outline, &[kind], &Weights::default());
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
        let shown =
            |found: Ranked| (documents[found.document as usize].id.clone(), (found.score * 100.0) as u32);
        ranked.into_iter().map(shown).collect()
    }

    fn sample() -> Vec<Document> {
        vec![
            document("title", "Certificate Expiry", "dates"),
            document("body", "Dates", "a certificate may expire"),
            document("other", "Queue Depth", "messages"),
            document("more", "Pod Restarts", "counts"),
        ]
    }

    #[test]
    fn the_title_counts_more_than_the_body() {
        let order: Vec<String> = ranked("certificate", &sample()).into_iter().map(|(id, _)| id).collect();
        assert_eq!(order, ["title", "body"]);
    }

    #[test]
    fn the_standard_libraries_come_behind_unless_they_are_named() {
        let keyword = |collection: &str, title: &str| Document {
            collection: collection.to_owned(),
            title: title.to_owned(),
            ..Document { kind: Kind::Keyword, ..document(&format!("{collection}#{title}"), title, "") }
        };
        let ours = [keyword("a", "Read Process List"), keyword("a", "Other")];
        let all = [&ours[..], &[keyword(STANDARD_LIBRARIES, "Run Process")]].concat();
        let first = |query: &str| ranked_of(Kind::Keyword, query, &all)[0].clone();
        assert_eq!(first("process").0, "a#Read Process List");
        assert_eq!(first("process"), ranked_of(Kind::Keyword, "process", &ours)[0]);
        assert_eq!(first("run_process"), ("robotframework#Run Process".to_owned(), 100));
    }

    #[test]
    fn words_that_nothing_holds_lower_the_score() {
        let score = |query: &str| ranked(query, &sample())[0].1;
        assert!(score("certificate") > score("certificate zeppelin"));
        assert_eq!(score("certificate"), score("certificate 7f9c8b 12:04:55"));
    }
}
