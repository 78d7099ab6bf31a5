//! Documents to postings.

use std::collections::HashMap;

use super::encode::{Frequencies, push_posting};
use super::lexicon::{self, Use};
use super::outline;
use crate::model::{Document, Field};
use crate::text::{Shape, Stemmer, is_stop_word, strip_variables, tokens};

/// Fields whose neighbouring words say more together: `restart deployment` is a task, each word by
/// itself is in many.
const PAIRED: [Field; 2] = [Field::Title, Field::Parts];
/// Fields whose words people type: a term of these is offered when a query is misspelt.
const SPOKEN: [Field; 5] = [Field::Title, Field::Name, Field::Parts, Field::Tags, Field::Summary];

/// An inverted index, ready to be kept by a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inverted {
    /// Terms in byte order with their encoded postings.
    pub terms: Vec<(String, Vec<u8>)>,
    /// Named tables that ranking reads whole: `outline` and `lexicon`.
    pub blobs: Vec<(String, Vec<u8>)>,
}

#[derive(Default)]
struct Postings {
    bytes: Vec<u8>,
    next: u32,
}

/// Inverts documents; the number of a document is its position.
pub fn invert(documents: &[Document]) -> Inverted {
    let mut inverter = Inverter::default();
    for (number, document) in documents.iter().enumerate() {
        inverter.push(number as u32, document);
    }
    let mut terms: Vec<(String, Vec<u8>)> =
        inverter.postings.into_iter().map(|(term, postings)| (term, postings.bytes)).collect();
    terms.sort_unstable();
    let mut words: Vec<(&str, Use)> =
        inverter.words.iter().map(|(word, used)| (word.as_str(), *used)).collect();
    words.sort_unstable_by_key(|(word, _)| *word);
    let lexicon = lexicon::encode(words.into_iter());
    let blobs = vec![
        ("lexicon".to_owned(), lexicon),
        ("outline".to_owned(), outline::encode(documents, &inverter.lengths)),
    ];
    Inverted { terms, blobs }
}

#[derive(Default)]
struct Inverter {
    postings: HashMap<String, Postings>,
    words: HashMap<String, Use>,
    lengths: Vec<Frequencies>,
    stemmer: Stemmer,
}

impl Inverter {
    fn push(&mut self, number: u32, document: &Document) {
        let (counted, lengths) = count_words(document);
        self.lengths.push(lengths);
        let mut terms: HashMap<String, Frequencies> = HashMap::with_capacity(counted.len());
        for (pair, frequencies) in count_pairs(document, &mut self.stemmer) {
            terms.insert(pair, frequencies);
        }
        for ((word, shape), frequencies) in counted {
            let term = if shape == Shape::Word { self.count_use(&word, &frequencies) } else { word };
            let sums = terms.entry(term).or_default();
            sums.iter_mut().zip(frequencies).for_each(|(sum, frequency)| *sum += frequency);
        }
        for (term, frequencies) in terms {
            let entry = self.postings.entry(term).or_default();
            push_posting(&mut entry.bytes, number - entry.next + 1, &frequencies);
            entry.next = number + 1;
        }
    }

    /// Counts a document that holds `word`, and gives the word's term.
    fn count_use(&mut self, word: &str, frequencies: &Frequencies) -> String {
        let used = match self.words.get_mut(word) {
            Some(used) => used,
            None => self.words.entry(word.to_owned()).or_default(),
        };
        used.documents += 1;
        used.spoken += u32::from(SPOKEN.iter().any(|field| frequencies[*field as usize] > 0));
        self.stemmer.stem(word).to_owned()
    }
}

/// Frequencies of each word and compound of a document, and the length of its fields in words.
fn count_words(document: &Document) -> (HashMap<(String, Shape), Frequencies>, Frequencies) {
    let mut counted: HashMap<(String, Shape), Frequencies> = HashMap::new();
    let mut lengths = Frequencies::default();
    for (field, text) in &document.fields {
        let text = if *field == Field::Code { text.into() } else { strip_variables(text) };
        for token in tokens(&text) {
            if token.shape == Shape::Word {
                if is_stop_word(&token.text) {
                    continue;
                }
                lengths[*field as usize] += 1;
            }
            counted.entry((token.text, token.shape)).or_default()[*field as usize] += 1;
        }
    }
    (counted, lengths)
}

/// Frequencies of neighbouring words, line by line.
fn count_pairs(document: &Document, stemmer: &mut Stemmer) -> HashMap<String, Frequencies> {
    let mut counted: HashMap<String, Frequencies> = HashMap::new();
    for (field, text) in document.fields.iter().filter(|(field, _)| PAIRED.contains(field)) {
        for line in strip_variables(text).lines() {
            let cut = tokens(line);
            let words: Vec<&str> = cut
                .iter()
                .filter(|token| token.shape == Shape::Word)
                .map(|token| token.text.as_str())
                .collect();
            // A stop word parts its neighbours: restarts for a deployment do not restart it.
            for two in words.windows(2).filter(|two| !two.iter().any(|word| is_stop_word(word))) {
                let first = stemmer.stem(two[0]).to_owned();
                counted.entry(pair(&first, stemmer.stem(two[1]))).or_default()[*field as usize] += 1;
            }
        }
    }
    counted
}

/// The term of two neighbouring words. No word holds a space.
pub(super) fn pair(first: &str, second: &str) -> String {
    format!("{first} {second}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexical::encode::postings;
    use crate::model::Kind;

    #[test]
    fn words_of_one_stem_share_postings() {
        let document = |title: &str, code: &str| Document {
            fields: vec![(Field::Title, title.to_owned()), (Field::Code, code.to_owned())],
            ..Document::new("c/b".to_owned(), Kind::CodeBundle)
        };
        let inverted = invert(&[
            document("Restart ${POD} pods", "restarting"),
            document("nothing", ""),
            document("The pod", "pod_name=${POD}"),
        ]);
        let of = |term: &str| -> Vec<(u32, Frequencies)> {
            let bytes =
                inverted.terms.iter().find(|(known, _)| known == term).map(|(_, bytes)| bytes.as_slice());
            postings(bytes.unwrap_or_default()).collect()
        };
        assert_eq!(of("restart"), [(0, [1, 0, 0, 0, 0, 0, 1])]);
        assert_eq!(of("pod"), [(0, [1, 0, 0, 0, 0, 0, 0]), (2, [1, 0, 0, 0, 0, 0, 2])]);
        assert_eq!(of("podname"), [(2, [0, 0, 0, 0, 0, 0, 1])]);
        assert_eq!(of("the"), []);
        let lexicon =
            inverted.blobs.iter().find(|(name, _)| name == "lexicon").map(|(_, bytes)| bytes.clone());
        let lexicon = String::from_utf8(lexicon.unwrap_or_default()).unwrap_or_default();
        assert_eq!(lexicon, "nothing\tnoth\t1\t1\npod\tpod\t1\t1\npods\tpod\t1\t1\nrestart\trestart\t1\t1\n");
    }
}
