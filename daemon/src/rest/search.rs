//! Our own search, and what it leads to.

use std::sync::Arc;

use axum::extract::State;
use ccr_index::model::{Access, Kind};
use ccr_index::search::{Floor, Query};
use ccr_index::store::Filter;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::codebundles::LONGEST_QUESTION;
use super::failures::{Failures, NamedFailures};
use super::hits::AnswerSchema;
use super::page::{Page, no_longer, values};
use crate::ask::{self, Answered, Params, ask};
use crate::problem::Problem;
use crate::problems;
use crate::record;
use crate::service::Service;

/// Hits in one answer at most.
const MOST: u32 = 100;
/// Characters of an id at most.
const LONGEST_ID: usize = 2000;

/// A question with its filters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParams {
    /// What is looked for: words, a symptom, an error message, a name.
    #[param(max_length = 2_000)]
    q: String,
    /// Of these kinds only, separated by commas.
    #[param(
        pattern = "^(collection|codebundle|task|library|keyword|documentation|script)(,(collection|codebundle|task|library|keyword|documentation|script))*$"
    )]
    kind: Option<String>,
    /// In these collections only: slugs, separated by commas. Hidden ones are searched where they are
    /// named.
    collection: Option<String>,
    /// For these platforms only, separated by commas.
    platform: Option<String>,
    /// With one of these tags only, separated by commas.
    tag: Option<String>,
    /// Only what reads, or only what writes.
    #[param(pattern = "^(read-only|read-write)(,(read-only|read-write))*$")]
    access: Option<String>,
    /// Hits in the answer.
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<u32>,
    /// Hits to skip first.
    #[param(minimum = 0, maximum = 1_000_000, default = 0)]
    offset: Option<u32>,
    /// Least relevance of a hit. Without it there are hits where the best reaches .24: those that do too or
    /// have at least 35 % of its relevance.
    #[param(minimum = 0, maximum = 1)]
    min: Option<f32>,
}

impl SearchParams {
    fn query(self) -> Result<Query, Problem> {
        no_longer("q", &self.q, LONGEST_QUESTION)?;
        let page = Page::of(self.limit, self.offset, 10, MOST)?;
        let mut query = Query::new(self.q);
        query.limit = page.limit;
        query.offset = page.offset;
        if let Some(min) = self.min {
            if !(0.0..=1.0).contains(&min) {
                return Err(Problem::bad_request("`min` must be from 0 to 1"));
            }
            query.floor = Floor::at(min);
        }
        query.filter = Filter {
            kinds: words("kind", self.kind.as_deref(), Kind::from_word)?,
            collections: values(self.collection.as_deref()),
            platforms: values(self.platform.as_deref()),
            tags: values(self.tag.as_deref()),
            access: words("access", self.access.as_deref(), Access::from_word)?,
        };
        Ok(query)
    }
}

fn words<T>(name: &str, list: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Problem> {
    let known = |word: &String| read(word).ok_or_else(|| format!("there is no {name} `{word}`"));
    let found: Result<Vec<T>, String> = values(list).iter().map(known).collect();
    found.map_err(Problem::bad_request)
}

/// Search everything that is indexed.
#[utoipa::path(get, path = "/api/v1/search", tag = "search", params(SearchParams),
    responses((status = 200, description = "Hits, best first", body = AnswerSchema), Failures))]
pub(super) async fn search(
    State(service): State<Arc<Service>>,
    Params(params): Params<SearchParams>,
) -> Result<Answered, Problem> {
    let query = params.query()?;
    ask(service, move |generation| Ok(ask::search(generation.searcher(), &query, "rest")?)).await
}

/// What to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ShowParams {
    /// An id as a search gives it; the collection may be left out where one thing only has the name.
    #[param(max_length = 2000)]
    id: String,
}

/// Show everything known of one thing.
#[utoipa::path(get, path = "/api/v1/show", tag = "search", params(ShowParams),
    responses((status = 200, description = "The record, by its kind", body = Object), NamedFailures))]
pub(super) async fn show(
    State(service): State<Arc<Service>>,
    Params(params): Params<ShowParams>,
) -> Result<Answered, Problem> {
    no_longer("id", &params.id, LONGEST_ID)?;
    ask(service, move |generation| {
        let searcher = generation.searcher();
        record::json(searcher, &record::find(searcher, &params.id)?)
    })
    .await
}

/// What the generation in service says of itself: sources, commits, counts, problems.
#[utoipa::path(get, path = "/api/v1/status", tag = "search",
    responses((status = 200, description = "The manifest", body = Object), Failures))]
pub(super) async fn status(State(service): State<Arc<Service>>) -> Result<Answered, Problem> {
    ask(service, |generation| {
        let searcher = generation.searcher();
        let mut status = searcher.status()?;
        let failed = problems::public_failed(searcher.reader().manifest());
        if status.get("failed").is_some() {
            status["failed"] = json!(failed.collect::<Vec<_>>());
        }
        Ok(status)
    })
    .await
}
