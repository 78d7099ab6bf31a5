use serde::{Deserialize, Serialize};

use crate::model::{Access, Kind};
use crate::store::DocumentHead;

/// What a search gives back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The question, as asked.
    pub query: String,
    /// Number of things at or above the least relevance, before limit and offset; a hit may stand for several.
    pub total: usize,
    /// Number of things that hold a word of the question but are below the least relevance.
    pub below: usize,
    /// Words that the index does not know and what they were read as.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub read_as: Vec<Reading>,
    /// Why the question was answered by its words alone, where the index could do more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub words_only: Option<String>,
    /// The hits, best first.
    pub hits: Vec<Hit>,
}

/// A word and what it was read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// As typed.
    pub word: String,
    /// A word of the index.
    pub read_as: String,
}

/// One thing found, the same at every door (design.md section 6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// Stable id, accepted by `ccr show`.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Display name.
    pub title: String,
    /// What it is for.
    pub summary: String,
    /// How much of the question it answers, 0 to 1, in thousandths.
    pub relevance: f32,
    /// Slug of its collection.
    pub collection: String,
    /// Repository path.
    pub path: Option<String>,
    /// Python function, method or class.
    pub symbol: Option<String>,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Web address at the commit that was indexed.
    pub url: Option<String>,
    /// Main platform.
    pub platform: Option<String>,
    /// Tags, as written.
    pub tags: Vec<String>,
    /// Read-only or read-write, where stated.
    pub access: Option<Access>,
    /// Where in it the question is answered, best first.
    pub matches: Vec<Match>,
    /// Ids of what was found behind it and says the same: the function that another library inherits, a copy of
    /// the bundle in another collection.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub also: Vec<String>,
}

/// A part of a hit that answers the question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// Id of the part, accepted by `ccr show`.
    pub id: String,
    /// What the part is; the hit's own kind for its own text.
    pub kind: Kind,
    /// Name of the part.
    pub title: String,
    /// Repository path of its file.
    pub path: Option<String>,
    /// Line in its file, from 1.
    pub line: Option<u32>,
    /// The words around what matches.
    pub snippet: String,
}

impl Hit {
    pub(super) fn new(head: DocumentHead, relevance: f32, matches: Vec<Match>, also: Vec<String>) -> Self {
        Hit {
            id: head.id,
            kind: head.kind,
            title: head.title,
            summary: head.summary,
            relevance: (relevance.min(1.0) * 1000.0).round() / 1000.0,
            collection: head.collection,
            path: head.location.path,
            symbol: head.location.symbol,
            line: head.location.line,
            url: head.location.url,
            platform: head.platform,
            tags: head.tags,
            access: head.access,
            matches,
            also,
        }
    }

    /// How many of the things found hits stand for.
    pub fn things(hits: &[Hit]) -> usize {
        hits.iter().map(|hit| 1 + hit.also.len()).sum()
    }
}
