//! Scores of documents to scores of things: a bundle rises on its best task.

use super::meaning::Nearness;
use crate::lexical::{Outline, Ranked};
use crate::model::Kind;
use crate::platform::Clouds;

/// A short text about everything scores high on few words; a collection must be asked for by name.
const COLLECTION: f32 = 0.6;
/// Who does not ask for documentation looks for what does the job: a page comes before it only where it
/// answers clearly better.
const DOCUMENTATION: f32 = 0.7;
/// What a thing for one cloud counts where another is asked for.
const OTHER_CLOUD: f32 = 0.8;
/// What the priority of a page changes in its score.
const PRIORITY: f32 = 0.05;

/// What nearness counts beyond 1 for bundles and keywords: of things that are all as near as answers are, words
/// tell the right one more than what is nearer still, where titles are as short and as much alike as those of tasks.
const BEYOND: f32 = 0.3;

/// What is known of a question before anything is scored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Evidence {
    /// The share of it that the best document holds by its words.
    pub(super) words: f32,
    /// The nearness of the nearest document.
    pub(super) meaning: f32,
    /// How many words it has.
    pub(super) length: usize,
}

/// What words and meaning count beside each other; together 1.
///
/// The development questions and those of other sets say how much each is to count; `docs/ARCHITECTURE.md` has
/// the figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Balance {
    /// What words count for scripts, 0 to 1; the rest is for meaning.
    code: f32,
    /// The same for pages.
    pages: f32,
    /// The same for all else.
    others: f32,
}

impl Balance {
    /// Words alone.
    pub(super) const WORDS: Balance = Balance { code: 1.0, pages: 1.0, others: 1.0 };

    /// What suits a question.
    ///
    /// Bundles and keywords are short, and written in the words of who looks for them. Shares are small where
    /// a question has many words, as symptoms and pasted errors do, and all of them then: beside such small
    /// numbers meaning would decide alone.
    ///
    /// A page says many things, so that a share of its words says little of it, and the words of code are names:
    /// there vectors are to be believed, the more the nearer the nearest is and the fewer words were asked. Where
    /// nothing is near, as to the name of a thing, words tell.
    pub(super) fn of(question: Evidence) -> Balance {
        let Evidence { words, meaning, length } = question;
        let (sure, unsure) = ((meaning - 0.85).max(0.0), (0.5 - meaning).max(0.0));
        let longer = ((1 + length) as f32 / 6.0).ln();
        let open = |usual: f32| usual - 0.2 * (meaning - 0.8) + 1.5 * unsure + 0.15 * longer;
        Balance {
            code: open(0.45).clamp(0.2, 0.95),
            pages: open(0.75).clamp(0.2, 0.95),
            others: (0.75 - 0.8 * (words - 0.5) - 0.3 * sure).clamp(0.4, 1.0),
        }
    }

    fn score(self, kind: Option<Kind>, words: f32, meaning: f32) -> f32 {
        let (share, beyond) = match kind {
            Some(Kind::Script) => (self.code, 1.0),
            Some(Kind::Documentation) => (self.pages, 1.0),
            _ => (self.others, BEYOND),
        };
        let meaning = meaning.min(1.0) + beyond * (meaning - 1.0).max(0.0);
        share * words + (1.0 - share) * meaning
    }
}

/// A thing that may be shown, with the parts of it that answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// Document number.
    pub(super) document: u32,
    /// How much of the question it answers; a little above 1 at most.
    pub(super) score: f32,
    /// What its own text says, as the parts' scores count.
    pub(super) own: f32,
    /// Parts and their scores, best first.
    pub(super) parts: Vec<Ranked>,
}

/// What is known of a thing before its score.
#[derive(Default)]
struct Finding {
    words: f32,
    meaning: f32,
    /// The best of its tasks, keywords or sections by their words.
    best_part: f32,
    /// How near its own text is.
    own_meaning: f32,
    parts: Vec<Ranked>,
}

/// Folds documents into the things of kind `roots` that they are or belong to, best first.
///
/// By its words, a thing that has parts (a bundle has tasks, a library has keywords) scores the mean of
/// its own text and its best part: the part says that it does what is asked, the whole that it does so
/// in the right surroundings. A page scores as its best section, which has its title and topics. By its
/// meaning each scores as its nearest chunk, which has the title of the whole in front.
pub(super) fn group(
    ranked: &[Ranked],
    near: &Nearness,
    outline: &Outline,
    roots: &[Kind],
    balance: Balance,
    asked: Clouds,
) -> Vec<Candidate> {
    let is_root = |document: u32| {
        outline.kind(document).is_some_and(|kind| roots.contains(&kind)) && !outline.is_section(document)
    };
    let is_asked = |kind: Kind| roots.iter().all(|root| *root == kind);
    let mut words = vec![0.0f32; outline.documents()];
    for ranked in ranked {
        words.get_mut(ranked.document as usize).into_iter().for_each(|score| *score = ranked.score);
    }
    let words = |document: u32| words.get(document as usize).copied().unwrap_or(0.0);
    let by_words = ranked.iter().map(|ranked| ranked.document);
    let by_meaning = near.documents().filter(|document| words(*document) == 0.0);
    let mut things = Things::new(outline.documents());
    for document in by_words.chain(by_meaning) {
        let (words, meaning) = (words(document), near.get(document));
        if is_root(document) {
            let thing = things.of(document);
            thing.words = words;
            thing.own_meaning = meaning;
            thing.meaning = thing.meaning.max(meaning);
        }
        if let Some(parent) = outline.parent(document).filter(|parent| is_root(*parent)) {
            let thing = things.of(parent);
            thing.meaning = thing.meaning.max(meaning);
            let kind = outline.kind(document);
            if matches!(kind, Some(Kind::Task | Kind::Keyword | Kind::Documentation)) {
                thing.best_part = thing.best_part.max(words);
            }
            thing.parts.push(Ranked { document, score: balance.score(kind, words, meaning) });
        }
    }
    let mut candidates: Vec<Candidate> = things
        .found
        .into_iter()
        .map(|(document, mut thing)| {
            sort(&mut thing.parts, |part| (part.score, part.document));
            let kind = outline.kind(document);
            let mut score = thing.score(kind, balance) * (1.0 + PRIORITY * outline.priority(document));
            if kind == Some(Kind::Documentation) && !is_asked(Kind::Documentation) {
                score *= DOCUMENTATION;
            }
            if asked.exclude(outline.clouds(document)) {
                score *= OTHER_CLOUD;
            }
            let own = balance.score(kind, thing.words, thing.own_meaning);
            Candidate { document, score, own, parts: thing.parts }
        })
        .collect();
    sort(&mut candidates, |candidate| (candidate.score, candidate.document));
    candidates
}

/// Things by document number.
struct Things {
    /// Position in `found`, plus one; 0 where nothing is known.
    places: Vec<u32>,
    found: Vec<(u32, Finding)>,
}

impl Things {
    fn new(documents: usize) -> Things {
        Things { places: vec![0; documents], found: Vec::new() }
    }

    /// What is known of a document, which must be of the index.
    fn of(&mut self, document: u32) -> &mut Finding {
        let place = &mut self.places[document as usize];
        if *place == 0 {
            self.found.push((document, Finding::default()));
            *place = self.found.len() as u32;
        }
        &mut self.found[*place as usize - 1].1
    }
}

impl Finding {
    fn score(&self, kind: Option<Kind>, balance: Balance) -> f32 {
        let words = match kind {
            Some(Kind::CodeBundle | Kind::Library) => (self.words + self.best_part) / 2.0,
            Some(Kind::Documentation) => self.words.max(self.best_part),
            _ => self.words,
        };
        let score = balance.score(kind, words, self.meaning);
        if kind == Some(Kind::Collection) { score * COLLECTION } else { score }
    }
}

/// By falling score, then by document number.
fn sort<T>(found: &mut [T], of: impl Fn(&T) -> (f32, u32)) {
    found.sort_by(|a, b| {
        let ((a, first), (b, second)) = (of(a), of(b));
        b.total_cmp(&a).then(first.cmp(&second))
    });
}

/// Kinds that must be ranked for the candidates to be of kind `roots`.
pub(super) fn ranked_kinds(roots: &[Kind]) -> Vec<Kind> {
    let mut kinds = roots.to_vec();
    for root in roots {
        match root {
            Kind::CodeBundle => kinds.extend([Kind::Task, Kind::Script]),
            Kind::Library => kinds.push(Kind::Keyword),
            _ => {}
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balance(words: f32, meaning: f32, length: usize) -> Balance {
        Balance::of(Evidence { words, meaning, length })
    }

    #[test]
    fn words_count_more_for_bundles_where_the_best_share_is_small() {
        let check = |words, meaning, expected: f32| {
            let found = balance(words, meaning, 5).others;
            assert!((found - expected).abs() < 1e-5, "{words}, {meaning}: {found}");
        };
        check(0.5, 0.5, 0.75);
        check(0.25, 0.5, 0.95);
        check(0.5, 1.05, 0.69);
        check(1.0, 3.0, 0.4);
        check(0.0, 0.0, 1.0);
    }

    #[test]
    fn words_count_less_for_pages_and_code_where_something_is_near_and_little_is_asked() {
        let check = |meaning, length, code: f32, pages: f32| {
            let found = balance(0.5, meaning, length);
            let is_near = |one: f32, other: f32| (one - other).abs() < 1e-5;
            assert!(
                is_near(found.code, code) && is_near(found.pages, pages),
                "{meaning}, {length}: {found:?}"
            );
        };
        check(0.8, 5, 0.45, 0.75);
        check(1.05, 5, 0.4, 0.7);
        check(3.0, 1, 0.2, 0.2);
        check(0.4, 5, 0.68, 0.95);
        check(0.5, 5, 0.51, 0.81);
        check(0.0, 47, 0.95, 0.95);
        assert!(balance(0.5, 0.8, 2).pages < balance(0.5, 0.8, 9).pages);
    }

    #[test]
    fn beyond_an_answers_nearness_words_decide_and_the_order_stays_where_they_are_equal() {
        let balance = Balance { code: 0.0, pages: 1.0, others: 0.4 };
        let score = |words, meaning| balance.score(Some(Kind::Task), words, meaning);
        assert!(score(0.8, 1.05) > score(0.75, 1.1));
        assert!(score(0.8, 1.1) > score(0.8, 1.05));
        assert!(score(0.8, 0.9) < score(0.75, 1.0));
        assert_eq!(balance.score(Some(Kind::Documentation), 0.5, 1.0), 0.5);
        assert_eq!(balance.score(Some(Kind::Script), 0.5, 1.25), 1.25);
    }
}
