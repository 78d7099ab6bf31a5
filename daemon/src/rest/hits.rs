//! The answer of a search, described: the JSON is that of [`ccr_index::search::Answer`].

use utoipa::ToSchema;

/// What a search gives back.
#[derive(ToSchema)]
#[schema(as = Answer)]
#[expect(dead_code, reason = "describes the JSON of the index's own type")]
pub(super) struct AnswerSchema {
    /// The question, as asked.
    query: String,
    /// Number of things at or above the least relevance, before limit and offset; a hit may stand for several.
    total: usize,
    /// Number of things that hold a word of the question but are below the least relevance.
    below: usize,
    /// Words that the index does not know and what they were read as.
    #[schema(required = false)]
    read_as: Option<Vec<ReadingSchema>>,
    /// The hits, best first.
    hits: Vec<HitSchema>,
}

/// A word and what it was read as.
#[derive(ToSchema)]
#[schema(as = Reading)]
#[expect(dead_code, reason = "describes the JSON of the index's own type")]
pub(super) struct ReadingSchema {
    /// As typed.
    word: String,
    /// A word of the index.
    read_as: String,
}

/// One thing found.
#[derive(ToSchema)]
#[schema(as = Hit)]
#[expect(dead_code, reason = "describes the JSON of the index's own type")]
pub(super) struct HitSchema {
    /// Stable id, accepted by `/api/v1/show`.
    id: String,
    #[schema(inline)]
    kind: KindSchema,
    /// Display name.
    title: String,
    /// What it is for.
    summary: String,
    /// How much of the question it answers, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    relevance: f64,
    /// Slug of its collection.
    collection: String,
    /// Repository path.
    #[schema(required)]
    path: Option<String>,
    /// Python function, method or class.
    #[schema(required)]
    symbol: Option<String>,
    /// Line, from 1.
    #[schema(required)]
    line: Option<u32>,
    /// Web address at the commit that was indexed.
    #[schema(required)]
    url: Option<String>,
    /// Main platform.
    #[schema(required)]
    platform: Option<String>,
    /// Tags, as written.
    tags: Vec<String>,
    /// Read-only or read-write, where stated.
    #[schema(required, value_type = Option<String>)]
    access: Option<String>,
    /// Where in it the question is answered, best first.
    matches: Vec<MatchSchema>,
    /// Ids of what was found behind it and says the same.
    #[schema(required = false)]
    also: Option<Vec<String>>,
}

/// A part of a hit that answers the question.
#[derive(ToSchema)]
#[schema(as = Match)]
#[expect(dead_code, reason = "describes the JSON of the index's own type")]
pub(super) struct MatchSchema {
    /// Id of the part, accepted by `/api/v1/show`.
    id: String,
    #[schema(inline)]
    kind: KindSchema,
    /// Name of the part.
    title: String,
    /// Repository path of its file.
    #[schema(required)]
    path: Option<String>,
    /// Line in its file, from 1.
    #[schema(required)]
    line: Option<u32>,
    /// The words around what matches.
    snippet: String,
}

/// What a thing is.
#[derive(ToSchema)]
#[schema(as = Kind, rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the JSON of the index's own type")]
pub(super) enum KindSchema {
    Collection,
    CodeBundle,
    Task,
    Library,
    Keyword,
    Documentation,
    Script,
}
