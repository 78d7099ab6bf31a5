//! Documents to postings.

use std::collections::HashMap;

use super::encode::{Frequencies, push_posting};
use super::join::{Segment, Tables};
use super::lexicon::{self, Use};
use super::outline;
use crate::model::{Document, Field, Kind};
use crate::text::{Shape, for_each_token, is_stop_word, keyword_key, stem, strip_variables};

/// Fields whose neighbouring words say more together: `restart deployment` is a task, each word by
/// itself is in many.
const PAIRED: [Field; 2] = [Field::Title, Field::Parts];
/// Fields whose words people type: a term of these is offered when a query is misspelt.
const SPOKEN: [Field; 5] = [Field::Title, Field::Name, Field::Parts, Field::Tags, Field::Summary];

/// What stands in front of an import in [`Field::Calls`]. No call begins so: two spaces part its name
/// from its arguments.
pub const IMPORT: &str = "Import    ";

/// An inverted index, ready to be kept by a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inverted {
    /// Terms in byte order with their encoded postings.
    pub terms: Vec<(String, Vec<u8>)>,
    /// Named tables that ranking reads whole: `outline` and `lexicon`.
    pub blobs: Vec<(String, Vec<u8>)>,
}

/// Inverts documents; the number of a document is its position.
pub fn invert(documents: &[Document]) -> Inverted {
    let mut inverter = Inverter::default();
    let lengths: Vec<Frequencies> = documents.iter().map(|document| inverter.push(document)).collect();
    let lexicon = lexicon::encode(inverter.used_words().into_iter());
    let outline = outline::encode(documents, &lengths, |document| {
        // Each is 0 for what it does not speak of.
        priority(document) + inverter.callers(document)
    });
    let blobs = vec![("lexicon".to_owned(), lexicon), ("outline".to_owned(), outline)];
    Inverted { terms: inverter.into_terms(), blobs }
}

/// Inverts the documents of one segment by themselves; the number of a document is its position among
/// them. Segments are joined by [`super::join_postings`] and [`super::join_tables`], which give what [`invert`] makes of all at once.
pub fn invert_segment(documents: &[Document]) -> Segment {
    let mut inverter = Inverter::default();
    let lengths: Vec<Frequencies> = documents.iter().map(|document| inverter.push(document)).collect();
    let keywords = (0..).zip(documents).filter(|(_, document)| document.kind == Kind::Keyword);
    let tables = Tables {
        outline: outline::encode(documents, &lengths, priority),
        words: lexicon::encode_uncut(inverter.used_words().into_iter()),
        calls: keywords.map(|(number, document)| (number, call_term(&document.title))).collect(),
    };
    Segment { terms: inverter.into_terms(), tables }
}

/// Documents are read token by token, millions of them: each different word is kept once, and after
/// that known by its number.
#[derive(Default)]
struct Inverter {
    /// Positions in `words` by text. Compounds have their own: `rollback` may be both.
    word_numbers: HashMap<String, usize>,
    compound_numbers: HashMap<String, usize>,
    words: Vec<Word>,
    /// Positions in `terms` by text.
    term_numbers: HashMap<String, usize>,
    /// The same by the terms of two neighbouring words.
    pair_numbers: HashMap<(usize, usize), usize>,
    terms: Vec<Term>,
    /// Terms of the document that is being read.
    touched: Vec<usize>,
    /// How many documents were begun: a word or term that has this number was met in the last one.
    documents: u32,
}

/// A word or compound as it is written.
struct Word {
    /// Position of its term; none for a stop word.
    term: Option<usize>,
    used: Use,
    /// The documents, counted from 1, that met and named it last.
    met_in: u32,
    named_in: u32,
}

struct Term {
    text: String,
    postings: Vec<u8>,
    /// In the document that is being read.
    frequencies: Frequencies,
    /// The document, counted from 1, that holds it last.
    met_in: u32,
    /// The one before that.
    met_before: u32,
    /// How many documents hold it.
    documents: u32,
}

impl Inverter {
    /// Adds the next document, and gives the length of its fields in words.
    fn push(&mut self, document: &Document) -> Frequencies {
        self.documents += 1;
        let mut lengths = Frequencies::default();
        for (field, text) in &document.fields {
            if *field == Field::Calls {
                text.lines().for_each(|name| self.push_call(name));
                continue;
            }
            let text = if *field == Field::Code { text.into() } else { strip_variables(text) };
            lengths[*field as usize] += self.push_text(&text, *field);
        }
        if document.kind == Kind::Keyword {
            let number = self.term_number(&name_term(&document.title));
            self.count(number, Field::Calls);
        }
        self.end_document();
        lengths
    }

    /// Counts the words, compounds and neighbours of a text, and gives its length in words.
    fn push_text(&mut self, text: &str, field: Field) -> u32 {
        let mut length = 0;
        let mut before: Option<(usize, usize)> = None;
        for_each_token(text, |token, shape, place| {
            let term = self.push_word(token, shape, field);
            if shape == Shape::Compound {
                return;
            }
            length += u32::from(term.is_some());
            if !PAIRED.contains(&field) {
                return;
            }
            if let (Some((end, before)), Some(term)) = (before, term)
                && !text[end..place.start].contains('\n')
            {
                let pair = self.pair_number(before, term);
                self.count(pair, field);
            }
            // A stop word parts its neighbours: restarts for a deployment do not restart it.
            before = term.map(|term| (place.end, term));
        });
        length
    }

    /// Counts a call of a keyword, or an import.
    fn push_call(&mut self, line: &str) {
        let term = line.strip_prefix(IMPORT).map_or_else(|| call_term(line), import_term);
        let number = self.term_number(&term);
        self.count(number, Field::Calls);
    }

    /// In how many documents a keyword is called, by whatever library.
    fn callers(&self, document: &Document) -> u32 {
        if document.kind != Kind::Keyword {
            return 0;
        }
        let called = self.term_numbers.get(&call_term(&document.title));
        called.map_or(0, |number| self.terms[*number].documents)
    }

    /// Counts a word or compound of the document and gives its term; a stop word has none.
    fn push_word(&mut self, text: &str, shape: Shape, field: Field) -> Option<usize> {
        let number = self.word_number(text, shape);
        let word = &mut self.words[number];
        let term = word.term?;
        if word.met_in != self.documents {
            word.met_in = self.documents;
            word.used.documents += 1;
        }
        if word.named_in != self.documents && SPOKEN.contains(&field) {
            word.named_in = self.documents;
            word.used.spoken += 1;
        }
        self.count(term, field);
        Some(term)
    }

    /// Counts a term of the document.
    fn count(&mut self, number: usize, field: Field) {
        let term = &mut self.terms[number];
        if term.met_in != self.documents {
            term.documents += 1;
            term.met_before = term.met_in;
            term.met_in = self.documents;
            self.touched.push(number);
        }
        term.frequencies[field as usize] += 1;
    }

    fn word_number(&mut self, text: &str, shape: Shape) -> usize {
        let numbers = match shape {
            Shape::Word => &self.word_numbers,
            Shape::Compound => &self.compound_numbers,
        };
        if let Some(number) = numbers.get(text) {
            return *number;
        }
        let number = self.words.len();
        let (numbers, term) = match shape {
            Shape::Word if is_stop_word(text) => (&mut self.word_numbers, None),
            Shape::Word => (&mut self.word_numbers, Some(stem(text))),
            Shape::Compound => (&mut self.compound_numbers, Some(text.into())),
        };
        numbers.insert(text.to_owned(), number);
        let term = term.map(|term| self.term_number(&term));
        self.words.push(Word { term, used: Use::default(), met_in: 0, named_in: 0 });
        number
    }

    fn pair_number(&mut self, first: usize, second: usize) -> usize {
        if let Some(number) = self.pair_numbers.get(&(first, second)) {
            return *number;
        }
        let number = self.term_number(&pair(&self.terms[first].text, &self.terms[second].text));
        self.pair_numbers.insert((first, second), number);
        number
    }

    fn term_number(&mut self, text: &str) -> usize {
        if let Some(number) = self.term_numbers.get(text) {
            return *number;
        }
        let number = self.terms.len();
        self.term_numbers.insert(text.to_owned(), number);
        self.terms.push(Term {
            text: text.to_owned(),
            postings: Vec::new(),
            frequencies: Frequencies::default(),
            met_in: 0,
            met_before: 0,
            documents: 0,
        });
        number
    }

    /// Writes the postings of the document that was read.
    fn end_document(&mut self) {
        for number in self.touched.drain(..) {
            let term = &mut self.terms[number];
            let frequencies = std::mem::take(&mut term.frequencies);
            push_posting(&mut term.postings, term.met_in - term.met_before, &frequencies);
        }
    }

    /// Every term with its postings, in byte order.
    fn into_terms(self) -> Vec<(String, Vec<u8>)> {
        let mut terms: Vec<(String, Vec<u8>)> =
            self.terms.into_iter().map(|term| (term.text, term.postings)).collect();
        terms.sort_unstable();
        terms
    }

    /// Words in byte order, compounds and stop words left out.
    fn used_words(&self) -> Vec<(&str, Use)> {
        let numbers = self.word_numbers.iter();
        let used = numbers.filter(|(_, number)| self.words[**number].term.is_some());
        let mut words: Vec<(&str, Use)> =
            used.map(|(word, number)| (word.as_str(), self.words[*number].used)).collect();
        words.sort_unstable_by_key(|(word, _)| *word);
        words
    }
}

/// How important a page is, as the outline has it: its tags say so, as those of tasks say what they do. 0
/// for other documents.
fn priority(page: &Document) -> u32 {
    if page.kind != Kind::Documentation {
        return 0;
    }
    let has = |tag: &str| page.tags.iter().any(|known| known.eq_ignore_ascii_case(tag));
    match () {
        () if has("priority:high") => 3,
        () if has("priority:low") => 0,
        () => 1,
    }
}

/// The term of a keyword's own name: `name:importsecret`.
pub(crate) fn name_term(name: &str) -> String {
    format!("name:{}", keyword_key(name))
}

/// The term of a call: `call:importsecret` of `RW.Core.Import Secret`. No word holds a colon.
pub(crate) fn call_term(name: &str) -> String {
    format!("call:{}", keyword_key(name))
}

/// The term of an import: `import:RW.Core`, letter case kept as Robot Framework keeps it.
pub(crate) fn import_term(target: &str) -> String {
    format!("import:{target}")
}

/// The term of two neighbouring words. No word holds a space.
pub(super) fn pair(first: &str, second: &str) -> String {
    format!("{first} {second}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexical::encode::postings;

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
        assert_eq!(of("restart"), [(0, [1, 0, 0, 0, 0, 0, 1, 0])]);
        assert_eq!(of("pod"), [(0, [1, 0, 0, 0, 0, 0, 0, 0]), (2, [1, 0, 0, 0, 0, 0, 2, 0])]);
        assert_eq!(of("podname"), [(2, [0, 0, 0, 0, 0, 0, 1, 0])]);
        assert_eq!(of("the"), []);
        let lexicon =
            inverted.blobs.iter().find(|(name, _)| name == "lexicon").map(|(_, bytes)| bytes.clone());
        let lexicon = String::from_utf8(lexicon.unwrap_or_default()).unwrap_or_default();
        assert_eq!(lexicon, "nothing\tnoth\t1\t1\npod\tpod\t1\t1\npods\tpod\t1\t1\nrestart\trestart\t1\t1\n");
    }
}
