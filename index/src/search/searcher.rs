use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::group::{Candidate, group, ranked_kinds};
use super::snippet::{Words, snippet};
use super::{Answer, Hit, Match, Query, Reading, exact};
use crate::lexical::{Lexicon, Outline, Question, Weights, expand, rank};
use crate::model::{Document, Field, Kind, Visibility};
use crate::store::{Error, Filter, local::Reader};

/// Parts of a hit that are shown with it.
const MOST_PARTS: usize = 3;
/// A part is shown where it scores at least this share of the best part.
const PART_FLOOR: f32 = 0.5;

/// Encoded postings by term.
type Found = HashMap<String, Vec<u8>>;

/// Answers questions from one generation of the index.
#[derive(Debug)]
pub struct Searcher {
    reader: Reader,
    outline: Outline,
    lexicon: Lexicon,
    weights: Weights,
}

impl Searcher {
    /// Opens the generation in service.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn open(data_dir: &Path) -> Result<Self, Error> {
        Searcher::new(Reader::open(data_dir)?)
    }

    /// Answers from an open generation.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn new(reader: Reader) -> Result<Self, Error> {
        let outline = Outline::new(reader.blob("outline")?.unwrap_or_default());
        let lexicon = Lexicon::new(reader.blob("lexicon")?.unwrap_or_default());
        Ok(Searcher { reader, outline, lexicon, weights: Weights::default() })
    }

    /// The open generation.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The kind of a document; `None` for a number that is not in the index.
    pub(super) fn kind(&self, document: u32) -> Option<Kind> {
        self.outline.kind(document)
    }

    /// The hits that answer `query`, best first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn search(&self, query: &Query) -> Result<Answer, Error> {
        let mut question = expand(&query.text);
        let (found, read_as) = self.look_up(&mut question)?;
        let roots = query.roots();
        let ranked = rank(&question, &found, &self.outline, &ranked_kinds(roots), &self.weights);
        let mut candidates = group(&ranked, &self.outline, roots);
        for number in exact::named(&self.reader, &query.text)?.into_iter().rev() {
            self.put_first(&mut candidates, number, roots);
        }
        if let Some(allowed) = self.allowed(query)? {
            candidates.retain(|candidate| allowed.contains(&candidate.document));
        }
        let total = candidates.iter().filter(|candidate| candidate.score >= query.floor).count();
        let below = candidates.len() - total;
        candidates.truncate(total);
        let page: Vec<Candidate> = candidates.into_iter().skip(query.offset).take(query.limit).collect();
        let hits = self.hits(page, &Words::of(&question))?;
        Ok(Answer { query: query.text.clone(), total, below, read_as, hits })
    }

    /// Documents that pass the filter, in order; hidden collections only where they are named.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn listed(&self, filter: &Filter) -> Result<Vec<u32>, Error> {
        self.reader.matching(&self.visible(filter))
    }

    /// The document that has this id, or else all whose id without its collection it is.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn named(&self, id: &str) -> Result<Vec<u32>, Error> {
        exact::named(&self.reader, id)
    }

    /// Postings of every term of the question, misspelt words corrected.
    fn look_up(&self, question: &mut Question) -> Result<(Found, Vec<Reading>), Error> {
        let mut found = Found::new();
        self.fetch(&question.terms(), &mut found)?;
        let corrected = question.correct(&self.lexicon, |term| found.contains_key(term));
        if !corrected.is_empty() {
            let more: Vec<&str> =
                question.terms().into_iter().filter(|term| !found.contains_key(*term)).collect();
            let mut added = Found::new();
            self.fetch(&more, &mut added)?;
            found.extend(added);
        }
        let read_as = corrected.into_iter().map(|(word, read_as)| Reading { word, read_as }).collect();
        Ok((found, read_as))
    }

    fn fetch(&self, terms: &[&str], found: &mut Found) -> Result<(), Error> {
        for (term, bytes) in terms.iter().zip(self.reader.postings(terms)?) {
            if let Some(bytes) = bytes {
                found.insert((*term).to_owned(), bytes);
            }
        }
        Ok(())
    }

    /// Makes the document that the question names the best candidate.
    fn put_first(&self, candidates: &mut Vec<Candidate>, number: u32, roots: &[Kind]) {
        let is_root = |number| self.outline.kind(number).is_some_and(|kind| roots.contains(&kind));
        let number = if is_root(number) {
            Some(number)
        } else {
            self.outline.parent(number).filter(|parent| is_root(*parent))
        };
        let Some(number) = number else { return };
        let known = candidates.iter().position(|candidate| candidate.document == number);
        let mut first = known.map(|at| candidates.remove(at)).unwrap_or(Candidate {
            document: number,
            score: 0.0,
            parts: Vec::new(),
        });
        first.score = f32::INFINITY;
        candidates.insert(0, first);
    }

    /// Documents that the filter lets through; `None` where it lets all.
    fn allowed(&self, query: &Query) -> Result<Option<HashSet<u32>>, Error> {
        let filter = self.visible(&query.filter);
        let only_kinds = Filter { kinds: filter.kinds.clone(), ..Filter::default() };
        if filter == only_kinds {
            return Ok(None);
        }
        Ok(Some(self.reader.matching(&filter)?.into_iter().collect()))
    }

    /// The filter without hidden collections, unless it names collections itself.
    fn visible(&self, filter: &Filter) -> Filter {
        let sources = &self.reader.manifest().sources;
        let hidden = sources.iter().any(|source| source.collection.visibility == Visibility::Hidden);
        let mut filter = filter.clone();
        if hidden && filter.collections.is_empty() {
            let public = sources.iter().filter(|source| source.collection.visibility == Visibility::Public);
            filter.collections = public.map(|source| source.collection.slug.clone()).collect();
            // Documentation belongs to no collection.
            filter.collections.push(String::new());
        }
        filter
    }

    fn hits(&self, page: Vec<Candidate>, words: &Words) -> Result<Vec<Hit>, Error> {
        let numbers: Vec<u32> = page.iter().map(|candidate| candidate.document).collect();
        let heads = self.reader.heads(&numbers)?;
        let mut hits = Vec::with_capacity(page.len());
        for (candidate, head) in page.into_iter().zip(heads) {
            let mut matches = self.part_matches(&candidate, words)?;
            if matches.is_empty()
                && let Some(own) = own_match(self.reader.document(candidate.document)?, words)
            {
                matches.push(own);
            }
            hits.push(Hit::new(head, candidate.score, matches));
        }
        Ok(hits)
    }

    fn part_matches(&self, candidate: &Candidate, words: &Words) -> Result<Vec<Match>, Error> {
        let Some(best) = candidate.parts.first() else { return Ok(Vec::new()) };
        let shown = candidate.parts.iter().take_while(|part| part.score >= best.score * PART_FLOOR);
        // Tasks say what a bundle does; its scripts only how.
        let (scripts, others): (Vec<_>, Vec<_>) = shown
            .map(|part| part.document)
            .partition(|number| self.outline.kind(*number) == Some(Kind::Script));
        let numbers: Vec<u32> = others.into_iter().chain(scripts).take(MOST_PARTS).collect();
        let parts = self.reader.documents(&numbers)?;
        let shown = |part: Document| {
            let snippet = own_snippet(&part, words).unwrap_or_else(|| part.summary.clone());
            new_match(part, snippet)
        };
        Ok(parts.into_iter().map(shown).collect())
    }
}

/// Where a thing without parts answers in its own text; its summary is shown anyway.
fn own_match(document: Document, words: &Words) -> Option<Match> {
    let snippet = own_snippet(&document, words)?;
    (!document.summary.contains(snippet.trim_matches('…'))).then(|| new_match(document, snippet))
}

fn new_match(document: Document, snippet: String) -> Match {
    Match {
        id: document.id,
        kind: document.kind,
        title: document.title,
        path: document.location.path,
        line: document.location.line,
        snippet,
    }
}

/// The best snippet of the texts that are written for people, or else of code.
fn own_snippet(document: &Document, words: &Words) -> Option<String> {
    [Field::Summary, Field::Body, Field::Code, Field::Parts].into_iter().find_map(|field| {
        document.fields.iter().filter(|(known, _)| *known == field).find_map(|(_, text)| snippet(text, words))
    })
}
