//! What is wrong with the sources and in their files.

use std::sync::Arc;

use axum::extract::State;
use ccr_index::{ProblemRecord, Severity};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::failures::NamedFailures;
use super::page::{Page, values};
use crate::ask::{Answered, Params, ask};
use crate::problem::Problem;
use crate::problems;
use crate::service::Service;

/// Problems in one answer at most, and where nothing else is said.
const MOST: u32 = 10_000;

/// Which problems to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ProblemParams {
    /// Of these collections only: slugs, separated by commas. Problems of hidden ones are listed where they
    /// are named.
    collection: Option<String>,
    /// Of this severity only.
    #[param(pattern = "^(error|warning)$")]
    severity: Option<String>,
    /// Problems in the answer.
    #[param(minimum = 1, maximum = 10_000, default = 10_000)]
    limit: Option<u32>,
    /// Problems to skip first.
    #[param(minimum = 0, maximum = 1_000_000, default = 0)]
    offset: Option<u32>,
}

/// Something wrong with a source or in one of its files: what [`ProblemRecord`] is written as.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemSchema {
    /// What kind of thing is wrong: a name that stays the same, such as `robot-syntax`.
    rule: String,
    /// `error`: something is broken; `warning`: advice.
    severity: String,
    /// Path in the source, or the address of a page; null where the source as a whole is meant.
    path: Option<String>,
    /// Line, from 1.
    line: Option<u32>,
    /// Column in characters, from 1.
    column: Option<u32>,
    /// What is wrong.
    message: String,
    /// What to do about it.
    hint: String,
    /// Slug of the source.
    collection: String,
    /// The line at the commit that was read, on the web pages of its host.
    url: Option<String>,
}

/// List what is wrong with the sources and in their files.
#[utoipa::path(get, path = "/api/v1/problems", tag = "search", params(ProblemParams),
    responses((status = 200, description = "Problems, by source and file", body = Vec<ProblemSchema>),
        NamedFailures))]
pub(super) async fn list(
    State(service): State<Arc<Service>>,
    Params(params): Params<ProblemParams>,
) -> Result<Answered, Problem> {
    let page = Page::of(params.limit, params.offset, MOST, MOST)?;
    let severity = params.severity.as_deref().map(severity).transpose()?;
    let asked: Vec<String> =
        values(params.collection.as_deref()).iter().map(|slug| slug.to_lowercase()).collect();
    ask(service, move |generation| {
        let manifest = generation.searcher().reader().manifest();
        if let Some(unknown) = asked.iter().find(|slug| !problems::is_known(manifest, slug)) {
            return Err(Problem::not_found(format!("there is no collection `{unknown}`")));
        }
        let records = problems::told(manifest, &asked);
        let records = records.filter(|record| severity.is_none_or(|severity| record.severity == severity));
        Ok(page.cut(records).collect::<Vec<ProblemRecord>>())
    })
    .await
}

fn severity(word: &str) -> Result<Severity, Problem> {
    match word {
        "error" => Ok(Severity::Error),
        "warning" => Ok(Severity::Warning),
        _ => Err(Problem::bad_request(format!("`severity` must be `error` or `warning`, not `{word}`"))),
    }
}
