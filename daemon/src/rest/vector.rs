//! The reference's search by meaning, answered by the one search there is.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use ccr_index::model::{Kind, id_in_collection};
use ccr_index::search::{Hit, Passage, Query, Searcher};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::codebundles::LONGEST_QUESTION;
use super::failures::{Failures, NamedFailures};
use super::page::{no_longer, values, within};
use crate::ask::{self, Answered, Params, ask};
use crate::problem::Problem;
use crate::service::Service;

/// Hits of one table at most.
const MOST: u32 = 50;
/// Characters of a text that are shown.
const SHORT: usize = 500;

/// Tables and what is in them.
const TABLES: [(&str, Kind); 4] = [
    ("codebundles", Kind::CodeBundle),
    ("codecollections", Kind::Collection),
    ("libraries", Kind::Library),
    ("documentation", Kind::Documentation),
];

/// What stands in the path, described.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the words of the table above")]
enum Table {
    Codebundles,
    Codecollections,
    Libraries,
    Documentation,
}

/// A question to tables.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct VectorParams {
    /// What is looked for, in words.
    #[param(max_length = 2_000)]
    query: String,
    /// The tables, separated by commas; all where none is named.
    #[param(
        pattern = "^(codebundles|codecollections|libraries|documentation)(,(codebundles|codecollections|libraries|documentation))*$"
    )]
    tables: Option<String>,
    /// Hits of each table.
    #[param(minimum = 1, maximum = 50, default = 10)]
    max_results: Option<u32>,
    /// For this platform only.
    platform: Option<String>,
    /// With this tag only.
    category: Option<String>,
}

/// A question to one table.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TableParams {
    /// What is looked for, in words.
    #[param(max_length = 2_000)]
    query: String,
    /// Hits.
    #[param(minimum = 1, maximum = 50, default = 10)]
    max_results: Option<u32>,
    /// For this platform only.
    platform: Option<String>,
    /// In this collection only.
    collection_slug: Option<String>,
    /// With this tag only.
    category: Option<String>,
}

/// Hits of one table.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ResultsJson {
    results: Vec<ResultJson>,
    query: String,
}

/// A hit.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ResultJson {
    id: String,
    /// The first 500 characters of its text.
    document: String,
    metadata: MetadataJson,
    /// How much of the question it answers, 0 to 1.
    score: f32,
    /// `1 / score - 1`, as the reference computes one from the other.
    distance: f32,
}

/// What is known of a hit.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MetadataJson {
    slug: String,
    collection_slug: String,
    name: String,
    display_name: String,
    description: String,
    platform: String,
    /// Separated by commas.
    tags: String,
    url: String,
    /// Of documentation only: the category that it is listed under.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    /// Of documentation only: its topics, separated by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    topics: Option<String>,
    /// Of documentation only: the heading of the section that answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<String>,
}

impl ResultJson {
    fn of(hit: &Hit, passage: Option<&Passage>) -> ResultJson {
        let is_page = hit.kind == Kind::Documentation;
        let slug = if is_page { hit.id.as_str() } else { id_in_collection(&hit.id) };
        let said = passage.map(|passage| passage.text.as_str()).filter(|text| !text.is_empty());
        let text = said.unwrap_or(&hit.summary);
        ResultJson {
            id: hit.id.clone(),
            document: format!("{}\n{text}", hit.title).chars().take(SHORT).collect(),
            metadata: MetadataJson {
                category: hit.tags.first().filter(|_| is_page).cloned(),
                topics: is_page.then(|| hit.tags.iter().skip(1).cloned().collect::<Vec<_>>().join(",")),
                section: passage.and_then(|passage| passage.heading.clone()),
                slug: slug.to_owned(),
                collection_slug: hit.collection.clone(),
                name: if is_page { hit.title.clone() } else { slug.to_owned() },
                display_name: hit.title.clone(),
                description: hit.summary.chars().take(SHORT).collect(),
                platform: hit.platform.clone().unwrap_or_default(),
                tags: hit.tags.join(","),
                url: hit.url.clone().unwrap_or_default(),
            },
            score: hit.relevance,
            distance: 1.0 / hit.relevance.max(f32::EPSILON) - 1.0,
        }
    }
}

fn kind_of(table: &str) -> Option<Kind> {
    TABLES.iter().find(|(name, _)| *name == table).map(|(_, kind)| *kind)
}

fn query_of(text: &str, max_results: Option<u32>) -> Result<Query, Problem> {
    no_longer("query", text, LONGEST_QUESTION)?;
    let mut query = Query::new(text);
    query.limit = within("max_results", max_results.unwrap_or(10), 1, MOST)? as usize;
    Ok(query)
}

fn results(searcher: &Searcher, query: &Query) -> Result<Vec<ResultJson>, Problem> {
    let hits = ask::search(searcher, query, "rest")?.hits;
    let result = |hit: &Hit| Ok(ResultJson::of(hit, searcher.passage(hit)?.as_ref()));
    hits.iter().map(result).collect()
}

/// Search several tables.
#[utoipa::path(get, path = "/api/v1/vector/search", tag = "registry", params(VectorParams),
    responses((status = 200, description = "Hits by table", body = BTreeMap<String, Vec<ResultJson>>), Failures))]
pub(super) async fn search(
    State(service): State<Arc<Service>>,
    Params(params): Params<VectorParams>,
) -> Result<Answered, Problem> {
    let mut query = query_of(&params.query, params.max_results)?;
    query.filter.platforms.extend(params.platform);
    query.filter.tags.extend(params.category);
    let mut tables = values(params.tables.as_deref());
    if tables.is_empty() {
        tables = TABLES.iter().map(|(name, _)| (*name).to_owned()).collect();
    }
    if let Some(unknown) = tables.iter().find(|table| kind_of(table).is_none()) {
        return Err(Problem::bad_request(format!("there is no table `{unknown}`")));
    }
    ask(service, move |generation| {
        let mut found: BTreeMap<String, Vec<ResultJson>> = BTreeMap::new();
        for table in tables {
            query.filter.kinds = kind_of(&table).into_iter().collect();
            found.insert(table, results(generation.searcher(), &query)?);
        }
        Ok(found)
    })
    .await
}

/// Search one table: `codebundles`, `documentation` or `libraries`.
#[utoipa::path(get, path = "/api/v1/vector/search/{table}", tag = "registry",
    params(("table" = inline(Table), Path, description = "`codebundles`, `codecollections`, `libraries` or `documentation`"),
        TableParams),
    responses((status = 200, description = "Hits", body = ResultsJson), NamedFailures))]
pub(super) async fn search_table(
    State(service): State<Arc<Service>>,
    Path(table): Path<String>,
    Params(params): Params<TableParams>,
) -> Result<Answered, Problem> {
    let Some(kind) = kind_of(&table) else {
        return Err(Problem::not_found(format!("there is no table `{table}`")));
    };
    let mut query = query_of(&params.query, params.max_results)?;
    query.filter.kinds = vec![kind];
    query.filter.platforms.extend(params.platform);
    query.filter.collections.extend(params.collection_slug);
    query.filter.tags.extend(params.category);
    ask(service, move |generation| {
        let results = results(generation.searcher(), &query)?;
        Ok(ResultsJson { results, query: params.query })
    })
    .await
}

/// Count the entries of every table.
#[utoipa::path(get, path = "/api/v1/vector/stats", tag = "registry",
    responses((status = 200, description = "Entries by table", body = BTreeMap<String, u64>), Failures))]
pub(super) async fn stats(State(service): State<Arc<Service>>) -> Result<Answered, Problem> {
    ask(service, |generation| {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (table, kind) in TABLES {
            let filter = ccr_index::store::Filter { kinds: vec![kind], ..Default::default() };
            counts.insert(table, generation.searcher().listed(&filter)?.len());
        }
        Ok(counts)
    })
    .await
}
