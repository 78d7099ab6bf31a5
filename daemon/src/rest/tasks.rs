//! Listings of tasks.

use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use axum::extract::State;
use ccr_index::model::{CodeBundle, Kind, TaskKind};
use ccr_index::search::{Query, Searcher};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bundle_json::runbook_url;
use super::codebundles::{LONGEST_QUESTION, collection_name};
use super::failures::Failures;
use super::page::{Page, Pagination, no_longer, values};
use crate::ask::{Answered, Params, ask, search};
use crate::catalog::{Catalog, TaskEntry, number_of, public_collection};
use crate::problem::Problem;
use crate::record;
use crate::service::Service;

/// Tasks in one answer at most.
const MOST: u32 = 1000;
/// Tasks that count as recent.
const RECENT: usize = 20;

/// Which tasks to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TaskParams {
    /// Of bundles with one of these support tags; separated by commas, letter case ignored.
    support_tags: Option<String>,
    /// What the task should do, in words; the best come first.
    #[param(max_length = 2_000)]
    search: Option<String>,
    /// Of the collection with this slug.
    collection_slug: Option<String>,
    /// Tasks in the answer.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// Tasks to skip first.
    #[param(minimum = 0, maximum = 1_000_000, default = 0)]
    offset: Option<u32>,
}

/// Tasks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TasksJson {
    tasks: Vec<TaskJson>,
    /// Tasks that match, on this page or not.
    total_count: usize,
    /// CodeBundles that they are of.
    codebundles_count: usize,
    /// Every support tag of the public collections, sorted.
    support_tags: Vec<String>,
    pagination: Pagination,
}

/// A task with the bundle that it is of.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaskJson {
    /// `<collection>/<directory>#<name>`.
    id: String,
    name: String,
    /// `TaskSet` of a runbook, `SLI` of a monitor.
    #[serde(rename = "type")]
    kind: &'static str,
    codebundle_id: u64,
    codebundle_name: String,
    codebundle_slug: String,
    collection_name: String,
    collection_slug: String,
    /// The task's documentation, or else the bundle's.
    description: String,
    /// Support tags of the bundle.
    support_tags: Vec<String>,
    /// Platforms of the bundle.
    categories: Vec<String>,
    author: Option<String>,
    runbook_path: Option<String>,
    runbook_source_url: Option<String>,
    git_url: Option<String>,
    git_ref: Option<String>,
}

/// A task in the list of recent ones.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecentTaskJson {
    task_name: String,
    codebundle_name: String,
    codebundle_slug: String,
    collection_name: String,
    collection_slug: String,
    /// Always null: a shallow clone knows no dates.
    git_updated_at: Option<String>,
}

/// List tasks by words and filters, which all combine. A page is of tasks.
#[utoipa::path(get, path = "/api/v1/registry/tasks", tag = "registry", params(TaskParams),
    responses((status = 200, description = "Tasks", body = TasksJson), Failures))]
pub(super) async fn list(
    State(service): State<Arc<Service>>,
    Params(params): Params<TaskParams>,
) -> Result<Answered, Problem> {
    let page = Page::of(params.limit, params.offset, 100, MOST)?;
    no_longer("search", params.search.as_deref().unwrap_or_default(), LONGEST_QUESTION)?;
    ask(service, move |generation| {
        let (catalog, searcher) = (generation.catalog()?, generation.searcher());
        let matching = matching(catalog, searcher, &params)?;
        let total_count = matching.len();
        let codebundles_count = matching.iter().map(|task| task.bundle).collect::<HashSet<_>>().len();
        let tags = catalog.bundles.iter().flat_map(|bundle| &bundle.tags).collect::<BTreeSet<_>>();
        Ok(TasksJson {
            tasks: read(catalog, searcher, page.cut(matching))?,
            total_count,
            codebundles_count,
            support_tags: tags.into_iter().cloned().collect(),
            pagination: page.pagination(total_count),
        })
    })
    .await
}

fn matching<'a>(
    catalog: &'a Catalog,
    searcher: &Searcher,
    params: &TaskParams,
) -> Result<Vec<&'a TaskEntry>, Problem> {
    let words = params.search.as_deref().map(str::trim).filter(|words| !words.is_empty());
    let mut found: Vec<&TaskEntry> = match words {
        None => catalog.tasks.iter().collect(),
        Some(words) => found(catalog, searcher, words)?,
    };
    let tags = values(params.support_tags.as_deref());
    found.retain(|task| {
        let bundle = &catalog.bundles[task.bundle];
        let tagged = |wanted: &String| bundle.tags.iter().any(|tag| tag.eq_ignore_ascii_case(wanted));
        params.collection_slug.as_ref().is_none_or(|slug| *slug == bundle.collection)
            && (tags.is_empty() || tags.iter().any(tagged))
    });
    Ok(found)
}

/// Tasks that answer the words, best first.
fn found<'a>(catalog: &'a Catalog, searcher: &Searcher, words: &str) -> Result<Vec<&'a TaskEntry>, Problem> {
    let mut query = Query::new(words);
    query.filter.kinds = vec![Kind::Task];
    query.limit = catalog.tasks.len();
    let answer = search(searcher, &query, "rest")?;
    let by_id: HashMap<&str, &TaskEntry> =
        catalog.tasks.iter().map(|task| (task.id.as_str(), task)).collect();
    Ok(answer.hits.iter().filter_map(|hit| by_id.get(hit.id.as_str()).copied()).collect())
}

fn read<'a>(
    catalog: &Catalog,
    searcher: &Searcher,
    page: impl Iterator<Item = &'a TaskEntry>,
) -> Result<Vec<TaskJson>, Problem> {
    let mut bundles: HashMap<usize, CodeBundle> = HashMap::new();
    let mut tasks = Vec::new();
    for entry in page {
        let bundle = match bundles.entry(entry.bundle) {
            Occupied(known) => known.into_mut(),
            Vacant(place) => {
                let document = searcher.reader().document(catalog.bundles[entry.bundle].document)?;
                place.insert(record::of(&document)?)
            }
        };
        tasks.push(task(entry, bundle, searcher));
    }
    Ok(tasks)
}

fn task(entry: &TaskEntry, bundle: &CodeBundle, searcher: &Searcher) -> TaskJson {
    let collection = public_collection(searcher, &bundle.collection);
    let own = bundle.tasks.iter().find(|task| task.id == entry.id).map(|task| task.documentation.clone());
    TaskJson {
        id: entry.id.clone(),
        name: entry.name.clone(),
        kind: if entry.kind == TaskKind::Sli { "SLI" } else { "TaskSet" },
        codebundle_id: number_of(&bundle.id),
        codebundle_name: bundle.display_name.clone(),
        codebundle_slug: bundle.directory.clone(),
        collection_name: collection.map_or_else(String::new, |collection| collection.name.clone()),
        collection_slug: bundle.collection.clone(),
        description: own.filter(|own| !own.is_empty()).unwrap_or_else(|| bundle.description.clone()),
        support_tags: bundle.support_tags.clone(),
        categories: bundle.platforms.clone(),
        author: bundle.author.clone(),
        runbook_path: bundle.runbook_path.clone(),
        runbook_source_url: runbook_url(bundle),
        git_url: collection.and_then(|collection| collection.git_url.clone()),
        git_ref: collection.and_then(|collection| collection.git_ref.clone()),
    }
}

/// The first tasks of the index. Shallow clones know no dates of change: the order is that of the
/// index.
#[utoipa::path(get, path = "/api/v1/registry/recent-tasks", tag = "registry",
    responses((status = 200, description = "Tasks", body = Vec<RecentTaskJson>), Failures))]
pub(super) async fn recent(State(service): State<Arc<Service>>) -> Result<Answered, Problem> {
    ask(service, |generation| {
        let (catalog, searcher) = (generation.catalog()?, generation.searcher());
        let recent = catalog.tasks.iter().take(RECENT).map(|task| {
            let bundle = &catalog.bundles[task.bundle];
            RecentTaskJson {
                task_name: task.name.clone(),
                codebundle_name: bundle.title.clone(),
                codebundle_slug: bundle.slug.clone(),
                collection_name: collection_name(searcher, &bundle.collection),
                collection_slug: bundle.collection.clone(),
                git_updated_at: None,
            }
        });
        Ok(recent.collect::<Vec<_>>())
    })
    .await
}
