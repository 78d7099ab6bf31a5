//! What is found twice is shown once: a function that several libraries inherit, a bundle and its copy in
//! another collection.

use std::collections::{HashMap, HashSet};

use super::group::Candidate;
use crate::model::{Document, Field, Kind};
use crate::store::{DocumentHead, Error, Generation};
use crate::text::for_each_token;

/// The share of their words that two things of the same name have in common where one is a copy of the other.
const COPY: f32 = 0.9;
/// Shown things of one name that another is compared with.
const MOST_COMPARED: usize = 3;

/// A thing to show, with the ids of those that say the same.
#[derive(Debug)]
pub(super) struct Folded {
    pub(super) candidate: Candidate,
    pub(super) head: DocumentHead,
    pub(super) also: Vec<String>,
}

/// The first `limit` things of `candidates`, where `folds` each with those behind it that say the same, up to
/// the first thing that is not shown.
pub(super) fn fold(
    reader: &dyn Generation,
    candidates: Vec<Candidate>,
    limit: usize,
    folds: bool,
) -> Result<Vec<Folded>, Error> {
    let mut shown: Vec<Folded> = Vec::new();
    let mut by_name: HashMap<(Kind, String), Vec<usize>> = HashMap::new();
    let mut copies = Copies { reader, words: HashMap::new() };
    let mut rest = candidates.into_iter();
    loop {
        // One more than can be shown: it may say the same as one that is.
        let next: Vec<Candidate> = rest.by_ref().take(limit - shown.len() + usize::from(folds)).collect();
        if next.is_empty() {
            return Ok(shown);
        }
        let numbers: Vec<u32> = next.iter().map(|candidate| candidate.document).collect();
        for (candidate, head) in next.into_iter().zip(reader.heads(&numbers)?) {
            let of_its_name = by_name.entry((head.kind, head.title.to_lowercase())).or_default();
            let known = of_its_name.iter().take(MOST_COMPARED).filter(|_| folds);
            match same(&mut copies, known.map(|at| (*at, &shown[*at])), &candidate, &head)? {
                Some(at) => shown[at].also.push(head.id),
                None if shown.len() == limit => return Ok(shown),
                None => {
                    of_its_name.push(shown.len());
                    shown.push(Folded { candidate, head, also: Vec::new() });
                }
            }
        }
    }
}

/// The first of `known`, each with its place, that says the same as a candidate.
fn same<'a>(
    copies: &mut Copies<'_>,
    known: impl Iterator<Item = (usize, &'a Folded)>,
    candidate: &Candidate,
    head: &DocumentHead,
) -> Result<Option<usize>, Error> {
    for (at, known) in known {
        let numbers = [known.candidate.document, candidate.document];
        if is_same_function(&known.head, head) || copies.are(numbers)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// Whether two keywords are the same function of the same file.
fn is_same_function(one: &DocumentHead, other: &DocumentHead) -> bool {
    let (here, there) = (&one.location, &other.location);
    here.symbol.is_some()
        && one.collection == other.collection
        && (&here.path, &here.symbol) == (&there.path, &there.symbol)
}

/// Tells copies, and reads each document once.
struct Copies<'a> {
    reader: &'a dyn Generation,
    /// By document number.
    words: HashMap<u32, HashSet<String>>,
}

impl Copies<'_> {
    /// Whether two documents are copies of each other.
    fn are(&mut self, pair: [u32; 2]) -> Result<bool, Error> {
        let unread: Vec<u32> = pair.into_iter().filter(|number| !self.words.contains_key(number)).collect();
        if !unread.is_empty() {
            let read = self.reader.documents(&unread)?;
            self.words.extend(unread.into_iter().zip(read.iter().map(words)));
        }
        Ok(is_copy(&self.words[&pair[0]], &self.words[&pair[1]]))
    }
}

/// Whether two documents have nearly the same words, code and all.
fn is_copy(one: &HashSet<String>, other: &HashSet<String>) -> bool {
    let common = one.intersection(other).count();
    let all = one.len() + other.len() - common;
    common as f32 >= COPY * all as f32
}

fn words(document: &Document) -> HashSet<String> {
    let mut words = HashSet::new();
    // What a thing is called by where it is differs between copies.
    let texts = document.fields.iter().filter(|(field, _)| *field != Field::Name);
    for (_, text) in texts {
        for_each_token(text, |word, _, _| {
            if !words.contains(word) {
                words.insert(word.to_owned());
            }
        });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(collection: &str, text: &str) -> Document {
        let mut document = Document::new(format!("{collection}/valve"), Kind::CodeBundle);
        document.fields = vec![(Field::Name, collection.to_owned()), (Field::Body, text.to_owned())];
        document
    }

    #[test]
    fn copies_have_nearly_the_same_words() {
        let text = "one two three four five six seven eight nine ten eleven twelve";
        let copy = |other: &str| is_copy(&words(&document("a", text)), &words(&document("b", other)));
        assert!(copy(text) && copy(&format!("{text} more")));
        assert!(!copy(&text.replace("one two", "other words")));
        assert!(!copy(""));
    }
}
