use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::fold::{Folded, fold};
use super::group::{Balance, Candidate, Evidence, group, ranked_kinds};
use super::meaning::{Nearness, Scale};
use super::snippet::{Words, snippet};
use super::{Answer, Hit, Match, Query, Reading, exact};
use crate::EmbedderId;
use crate::embed::{Embedder, StaticModel, embed_query};
use crate::lexical::{Lexicon, Outline, Question, Ranked, Weights, expand, rank};
use crate::model::{Document, Field, Kind, Visibility};
use crate::platform::Clouds;
use crate::store::{Error, Filter, Generation, Place};
use crate::vectors::Spread;

/// Parts of a hit that are shown with it.
const MOST_PARTS: usize = 3;
/// A part is shown where it scores at least this share of the best part.
const PART_FLOOR: f32 = 0.5;

/// Documents found by words whose vectors are looked at besides the nearest: what has fewer of the
/// question's words than all of these is no answer by them.
const MOST_COMPARED: usize = 200;

/// Ids that are offered in place of one that nothing has.
const MOST_OFFERED: usize = 3;

/// Encoded postings by term.
type Found = HashMap<String, Vec<u8>>;

/// How questions become vectors.
#[derive(Debug, Clone, Default)]
pub enum Asking {
    /// By the model inside the program where the vectors of the index are of it, else by words alone.
    #[default]
    AsIndexed,
    /// Not at all: by words alone.
    ByWords,
    /// By this embedder.
    With(Arc<dyn Embedder>),
    /// By the one that the vectors of the index are of, where it can be had.
    By(Arc<dyn Embedders>),
}

/// Finds embedders by what their vectors are told apart by. It is asked for each generation that is opened.
pub trait Embedders: fmt::Debug + Send + Sync {
    /// The embedder of that id.
    ///
    /// # Errors
    /// Why it cannot be had and what to do, in a sentence; questions are answered by words alone then.
    fn of(&self, id: &EmbedderId) -> Result<Arc<dyn Embedder>, String>;
}

/// Answers questions from one generation of the index.
#[derive(Debug)]
pub struct Searcher {
    reader: Box<dyn Generation>,
    outline: Outline,
    lexicon: Lexicon,
    /// Read once: every question by meaning needs it.
    chance: Spread,
    weights: Weights,
    embedder: Option<Arc<dyn Embedder>>,
    /// Why there is no embedder, where somebody looked for it.
    away: Option<String>,
    /// Whether vectors are left aside, because somebody wants it so.
    words_only: bool,
}

impl Searcher {
    /// Opens the generation in service.
    ///
    /// # Errors
    /// As [`Place::open`].
    pub fn open(place: impl Into<Place>) -> Result<Self, Error> {
        Searcher::new(place.into().open()?)
    }

    /// Answers from an open generation; by meaning too, where its vectors are of the model inside the
    /// program. Those of another need [`Searcher::asking`].
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn new(reader: Box<dyn Generation>) -> Result<Self, Error> {
        let outline = Outline::new(reader.blob("outline")?.unwrap_or_default());
        let lexicon = Lexicon::new(reader.blob("lexicon")?.unwrap_or_default());
        let chance = Spread::decode(&reader.blob(Spread::BLOB)?.unwrap_or_default());
        let (weights, built_in) = (Weights::default(), StaticModel::built_in());
        let is_built_in = reader.manifest().embedder.as_ref() == Some(built_in.id());
        let embedder = is_built_in.then_some(built_in as Arc<dyn Embedder>);
        Ok(Searcher { reader, outline, lexicon, chance, weights, embedder, away: None, words_only: false })
    }

    /// Turns questions into vectors as it is said. An index without vectors is asked by words, whatever is
    /// said.
    ///
    /// # Errors
    /// [`Error::OtherEmbedder`] where the vectors of the index are of another embedder.
    pub fn asking(mut self, asking: &Asking) -> Result<Self, Error> {
        match (asking, &self.reader.manifest().embedder) {
            (Asking::AsIndexed, _) | (_, None) => {}
            (Asking::ByWords, _) => {
                self.embedder = None;
                self.words_only = true;
            }
            (Asking::By(_), Some(index)) if index.provider == StaticModel::PROVIDER => {}
            (Asking::By(embedders), Some(index)) => match embedders.of(index) {
                Ok(embedder) if embedder.id() == index => self.embedder = Some(embedder),
                Ok(other) => {
                    self.away = Some(format!(
                        "the vectors of the index are of {index}, and the environment names {}",
                        other.id()
                    ));
                }
                Err(why) => self.away = Some(why),
            },
            (Asking::With(embedder), Some(index)) if index == embedder.id() => {
                self.embedder = Some(embedder.clone());
            }
            (Asking::With(embedder), index) => {
                return Err(Error::OtherEmbedder { index: index.clone(), asked: embedder.id().clone() });
            }
        }
        Ok(self)
    }

    /// The open generation.
    pub fn reader(&self) -> &dyn Generation {
        self.reader.as_ref()
    }

    /// The kind of a document; `None` for a number that is not in the index.
    pub(super) fn kind(&self, document: u32) -> Option<Kind> {
        self.outline.kind(document)
    }

    /// The hits that answer `query`, best first.
    ///
    /// # Errors
    /// Where the store cannot be read, and [`Error::OtherEmbedder`] where its vectors are of another version
    /// of the model inside the program.
    pub fn search(&self, query: &Query) -> Result<Answer, Error> {
        let mut question = expand(&query.text);
        let (found, read_as) = self.look_up(&mut question)?;
        let roots = query.roots();
        let kinds = ranked_kinds(roots);
        let ranked = rank(&question, &found, &self.outline, &kinds, &self.weights);
        let allowed = self.allowed(query)?;
        let (near, words_only) = self.near(&query.text, &kinds, allowed.as_ref(), &ranked)?;
        let words = ranked.iter().map(|ranked| ranked.score).fold(0.0, f32::max);
        let evidence =
            |near: &Nearness| Evidence { words, meaning: near.greatest(), length: question.length() };
        let balance = near.as_ref().map_or(Balance::WORDS, |near| Balance::of(evidence(near)));
        let asked = Clouds::named_in(&query.text);
        let near = near.unwrap_or_default();
        let mut candidates = group(&ranked, &near, &self.outline, roots, balance, asked);
        for number in exact::named(self.reader(), &query.text)?.into_iter().rev() {
            self.put_first(&mut candidates, number, roots);
        }
        if let Some(allowed) = allowed {
            candidates.retain(|candidate| allowed.contains(&candidate.document));
        }
        let floor = query.floor.least(candidates.first().map_or(0.0, |best| best.score));
        let total = candidates.iter().filter(|candidate| candidate.score >= floor).count();
        let below = candidates.len() - total;
        candidates.truncate(total);
        candidates.drain(..query.offset.min(total));
        let page = fold(self.reader(), candidates, query.limit, query.folds)?;
        let hits = self.hits(page, &Words::of(&question))?;
        Ok(Answer { query: query.text.clone(), total, below, read_as, words_only, hits })
    }

    /// How near documents are to the question by their vectors; `None`, with the reason, where the
    /// question cannot be turned into one. An index that has no vectors needs no reason.
    fn near(
        &self,
        text: &str,
        kinds: &[Kind],
        allowed: Option<&HashSet<u32>>,
        ranked: &[Ranked],
    ) -> Result<(Option<Nearness>, Option<String>), Error> {
        let Some(id) = self.reader.manifest().embedder.as_ref().filter(|_| !self.words_only) else {
            return Ok((None, None));
        };
        let Some(embedder) = &self.embedder else {
            if id.provider == StaticModel::PROVIDER {
                let asked = StaticModel::built_in().id().clone();
                return Err(Error::OtherEmbedder { index: Some(id.clone()), asked });
            }
            let unsaid = || format!("the vectors of the index are of {id}: set `CCR_EMBEDDER` to ask them");
            return Ok((None, Some(self.away.clone().unwrap_or_else(unsaid))));
        };
        let vector = match embed_query(embedder.as_ref(), text) {
            Ok(vector) => vector,
            Err(error) => return Ok((None, Some(error.to_string()))),
        };
        let mut best: Vec<&Ranked> = ranked.iter().collect();
        if best.len() > MOST_COMPARED {
            best.select_nth_unstable_by(MOST_COMPARED, |one, other| {
                other.score.total_cmp(&one.score).then(one.document.cmp(&other.document))
            });
            best.truncate(MOST_COMPARED);
        }
        let known = best.into_iter().map(|ranked| ranked.document);
        let scale = Scale { chance: self.chance, weights: &self.weights };
        let near = Nearness::of(self.reader(), &self.outline, &vector, kinds, allowed, known, scale)?;
        Ok((Some(near), None))
    }

    /// Documents that pass the filter, in order; hidden collections only where they are named. Sections
    /// are listed with their pages.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn listed(&self, filter: &Filter) -> Result<Vec<u32>, Error> {
        let mut numbers = self.reader.matching(&self.visible(filter))?;
        numbers.retain(|number| !self.outline.is_section(*number));
        Ok(numbers)
    }

    /// The document that has this id, or else all whose id without its collection it is.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn named(&self, id: &str) -> Result<Vec<u32>, Error> {
        exact::named(self.reader(), id)
    }

    /// Ids to offer where nothing has the one asked for: those that begin alike, or else what a search for
    /// its words finds.
    ///
    /// # Errors
    /// As [`Searcher::search`].
    pub fn ids_like(&self, id: &str) -> Result<Vec<String>, Error> {
        let alike = self.reader.ids_like(id, MOST_OFFERED)?;
        if !alike.is_empty() {
            return Ok(alike);
        }
        let query = Query { limit: MOST_OFFERED, ..Query::new(id) };
        Ok(self.search(&query)?.hits.into_iter().map(|hit| hit.id).collect())
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
    fn put_first(&self, candidates: &mut Vec<Candidate>, named: u32, roots: &[Kind]) {
        let is_root = |number| {
            self.outline.kind(number).is_some_and(|kind| roots.contains(&kind))
                && !self.outline.is_section(number)
        };
        let number = if is_root(named) {
            Some(named)
        } else {
            self.outline.parent(named).filter(|parent| is_root(*parent))
        };
        let Some(number) = number else { return };
        let known = candidates.iter().position(|candidate| candidate.document == number);
        let mut first = known.map(|at| candidates.remove(at)).unwrap_or(Candidate {
            document: number,
            score: 0.0,
            own: 0.0,
            parts: Vec::new(),
        });
        first.score = f32::INFINITY;
        if self.outline.is_section(named) {
            // The section that is named is the one to show.
            first.parts.retain(|part| part.document != named);
            let score = first.parts.first().map_or(0.0, |best| best.score).max(first.own);
            first.parts.insert(0, Ranked { document: named, score });
        } else {
            first.own = f32::INFINITY;
        }
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
            let public = self.reader.manifest().public_sources();
            filter.collections = public.map(|source| source.collection.slug.clone()).collect();
            // Documentation belongs to no collection.
            filter.collections.push(String::new());
        }
        filter
    }

    fn hits(&self, page: Vec<Folded>, words: &Words) -> Result<Vec<Hit>, Error> {
        let mut hits = Vec::with_capacity(page.len());
        for Folded { candidate, mut head, also } in page {
            let mut matches = self.part_matches(&candidate, words)?;
            let section = self.best_section(&candidate);
            if let Some(section) = section {
                head.location.url = self.reader.heads(&[section])?.pop().and_then(|head| head.location.url);
            }
            let is_page = head.kind == Kind::Documentation && section.is_none();
            if (matches.is_empty() || is_page)
                && let Some(own) = own_match(self.reader.document(candidate.document)?, words)
            {
                matches.insert(0, own);
                matches.truncate(MOST_PARTS);
            }
            hits.push(Hit::new(head, candidate.score, matches, also));
        }
        Ok(hits)
    }

    /// The section of a page that answers better than what the page says before its sections.
    fn best_section(&self, candidate: &Candidate) -> Option<u32> {
        let best = candidate.parts.first().filter(|best| best.score >= candidate.own)?;
        self.outline.is_section(best.document).then_some(best.document)
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
