//! BM25F: one saturation over the weighted fields, so that a word in the title and the body does
//! not count as two words (Robertson, Zaragoza, Taylor: Simple BM25 Extension to Multiple Weighted
//! Fields, 2004). Scores are divided by what the words of the question can reach; what comes on top
//! of words (two side by side, a joined form) may bring a score above 1.

use std::collections::HashMap;

use super::encode::{Frequencies, documents_of, postings};
use super::expand::{Group, Question};
use super::outline::Outline;
use crate::model::{Field, Kind};

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
            fields: [4.0, 3.0, 2.0, 1.5, 2.0, 0.7, 0.2, 0.0],
            lengths: [0.3, 0.3, 0.5, 0.3, 0.7, 0.9, 1.0, 0.0],
            usage: 0.05,
            standard: 0.7,
            saturation: 2.0,
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
    let scorer = Scorer { found, outline, kinds, weights };
    let mut scores = vec![0.0f32; outline.documents()];
    let mut shares = scores.clone();
    let mut whole = [0.0f32; Kind::ALL.len()];
    for group in &question.groups {
        let information = scorer.information(group);
        if !group.bonus && !scorer.is_unknown_number(group) {
            whole.iter_mut().zip(information).for_each(|(sum, value)| *sum += value);
        }
        scorer.share(group, &mut shares);
        let shared = shares.iter_mut().enumerate().filter(|(_, share)| **share > 0.0);
        for (document, share) in shared {
            if let Some(kind) = outline.kind(document as u32) {
                scores[document] += *share * information[kind as usize];
            }
            *share = 0.0;
        }
    }
    let named = documents_of(found.get(&question.name).map_or(&[][..], Vec::as_slice));
    // Everybody calls the standard libraries: how often says nothing.
    let standing = |document: u32, is_named: bool| match outline.is_standard(document) {
        true if is_named => 1.0,
        true => weights.standard,
        false => 1.0 + weights.usage * outline.callers(document),
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

struct Scorer<'a> {
    found: &'a HashMap<String, Vec<u8>>,
    outline: &'a Outline,
    kinds: &'a [Kind],
    weights: &'a Weights,
}

impl Scorer<'_> {
    /// Raises the share of each document that satisfies the group, by the number of the document, to
    /// the weight and saturation of the best way, 0 to 1.
    fn share(&self, group: &Group, shares: &mut [f32]) {
        let mut raise = |document: u32, share: f32| {
            if let Some(known) = shares.get_mut(document as usize) {
                *known = known.max(share);
            }
        };
        for way in &group.alternatives {
            if let [term] = way.terms.as_slice() {
                for (document, frequencies) in self.postings(term) {
                    raise(document, way.weight * self.saturated(document, &frequencies));
                }
                continue;
            }
            let mut sums: HashMap<u32, (f32, usize)> = HashMap::new();
            for (document, frequencies) in way.terms.iter().flat_map(|term| self.postings(term)) {
                let sum = sums.entry(document).or_default();
                sum.0 += self.saturated(document, &frequencies);
                sum.1 += 1;
            }
            for (document, (sum, terms)) in sums {
                if terms == way.terms.len() {
                    raise(document, way.weight * sum / terms as f32);
                }
            }
        }
    }

    fn postings(&self, term: &str) -> impl Iterator<Item = (u32, Frequencies)> {
        let bytes = self.found.get(term).map_or(&[][..], Vec::as_slice);
        postings(bytes).filter(|(document, _)| {
            self.outline.kind(*document).is_some_and(|kind| self.kinds.contains(&kind))
        })
    }

    fn saturated(&self, document: u32, frequencies: &Frequencies) -> f32 {
        let mut weighted = 0.0;
        for (field, &frequency) in frequencies.iter().enumerate().filter(|(_, frequency)| **frequency > 0) {
            let length = self.weights.lengths[field];
            let norm = 1.0 - length + length * self.outline.relative(document, field);
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

    /// Inverse document frequency of the group among the documents of each kind: that of its most
    /// common reading, or of a word that nothing holds.
    fn information(&self, group: &Group) -> [f32; Kind::ALL.len()] {
        let mut documents = [0u32; Kind::ALL.len()];
        let strongest = |way: &&super::Alternative| way.weight >= 0.6 || group.bonus;
        for way in group.alternatives.iter().filter(strongest).filter(|way| way.terms.len() == 1) {
            let mut held = [0u32; Kind::ALL.len()];
            for (document, _) in self.postings(&way.terms[0]) {
                if let Some(kind) = self.outline.kind(document).filter(|_| self.outline.is_counted(document))
                {
                    held[kind as usize] += 1;
                }
            }
            documents.iter_mut().zip(held).for_each(|(most, held)| *most = held.max(*most));
        }
        let mut information = [0.0; Kind::ALL.len()];
        for kind in Kind::ALL {
            let (all, held) = (self.outline.count(kind) as f32, documents[kind as usize] as f32);
            information[kind as usize] = (1.0 + (all - held + 0.5) / (held + 0.5)).ln();
        }
        information
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
