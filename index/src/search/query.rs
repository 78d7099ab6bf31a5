use crate::model::Kind;
use crate::store::Filter;

/// Kinds that stand for themselves where the question names none; the others show inside them.
const ROOTS: [Kind; 4] = [Kind::CodeBundle, Kind::Library, Kind::Documentation, Kind::Collection];

/// A question to the index.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What is looked for, in words.
    pub text: String,
    /// What is looked at.
    pub filter: Filter,
    /// Hits wanted.
    pub limit: usize,
    /// Things to skip first, those counted that hits have [`super::Hit::also`].
    pub offset: usize,
    /// Least relevance of hits.
    pub floor: Floor,
    /// Whether what says the same is one hit ([`super::Hit::also`]).
    pub folds: bool,
}

/// From which relevance on things are hits, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floor {
    /// Where nothing reaches this there is no answer, and no hit. What does is a hit.
    pub answer: f32,
    /// Behind an answer stands what reaches this share of the best hit, be it below [`Floor::answer`]. The answer
    /// to a long question may hold little of its words, and what is related to it less.
    pub beside: f32,
}

impl Floor {
    /// Everything that holds a word of the question or is near it.
    pub const NONE: Floor = Floor::at(0.0);

    /// The same for every hit.
    pub const fn at(relevance: f32) -> Floor {
        Floor { answer: relevance, beside: 1.0 }
    }

    /// What a hit must reach beside a best one of this score.
    pub(super) fn least(self, best: f32) -> f32 {
        if best < self.answer { self.answer } else { self.answer.min(best * self.beside) }
    }
}

impl Default for Floor {
    /// On the development questions for bundles this leaves hits to all but three of the 71 that have an answer,
    /// and none to six of the eight that have none.
    fn default() -> Floor {
        Floor { answer: 0.24, beside: 0.35 }
    }
}

impl Query {
    /// Ten hits from the whole index.
    pub fn new(text: impl Into<String>) -> Self {
        let (filter, floor) = (Filter::default(), Floor::default());
        Query { text: text.into(), filter, limit: 10, offset: 0, floor, folds: true }
    }

    /// Kinds that hits may have.
    pub(super) fn roots(&self) -> &[Kind] {
        if self.filter.kinds.is_empty() { &ROOTS } else { &self.filter.kinds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beside_a_weak_answer_may_be_weaker() {
        let usual = |best: f32| (Floor::default().least(best) * 1000.0).round() / 1000.0;
        assert_eq!([0.2, 0.24, 0.4, 0.9, f32::INFINITY].map(usual), [0.24, 0.084, 0.14, 0.24, 0.24]);
        assert_eq!([0.2, 0.3, 0.9].map(|best| Floor::at(0.3).least(best)), [0.3; 3]);
        assert_eq!(Floor::NONE.least(0.0), 0.0);
    }
}
