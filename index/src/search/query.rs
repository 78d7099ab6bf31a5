use crate::model::Kind;
use crate::store::Filter;

/// Hits below this relevance are not shown as answers. On the development queries for bundles it leaves
/// hits to all but three of the 71 questions that have an answer, and none to six of the eight that have none.
const FLOOR: f32 = 0.24;
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
    /// Hits to skip first.
    pub offset: usize,
    /// Least relevance of a hit, 0 to 1.
    pub floor: f32,
}

impl Query {
    /// Ten hits from the whole index.
    pub fn new(text: impl Into<String>) -> Self {
        Query { text: text.into(), filter: Filter::default(), limit: 10, offset: 0, floor: FLOOR }
    }

    /// Kinds that hits may have.
    pub(super) fn roots(&self) -> &[Kind] {
        if self.filter.kinds.is_empty() { &ROOTS } else { &self.filter.kinds }
    }
}
