//! Listings of CodeBundles, and one in detail.

use std::sync::Arc;

use axum::extract::{Path, State};
use ccr_index::model::{Access, Kind};
use ccr_index::search::{Query, Searcher};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bundle_json::{BundleDetailJson, BundleJson};
use super::failures::{Failures, NamedFailures};
use super::page::{Page, Pagination, no_longer, values};
use crate::ask::{Answered, Params, ask, search};
use crate::catalog::{Catalog, Entry, GREATEST_NUMBER, number_of, public_collection, public_collections};
use crate::generation::Generation;
use crate::problem::Problem;
use crate::record;
use crate::service::Service;
use crate::time::utc;

/// Bundles in one answer at most.
const MOST: u32 = 1000;
/// Characters of a question at most.
pub(super) const LONGEST_QUESTION: usize = 2_000;
/// Bundles that count as recent.
const RECENT: usize = 20;
/// Characters of a description that a list of recent bundles shows.
const SHORT: usize = 150;

/// Which CodeBundles to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListParams {
    /// Bundles in the answer.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u32>,
    /// Bundles to skip first.
    #[param(minimum = 0, maximum = 1_000_000, default = 0)]
    offset: Option<u32>,
    /// What the bundle should do, in words; the best come first unless `sort_by` says otherwise.
    #[param(max_length = 2_000)]
    search: Option<String>,
    /// Of the collection with this `id`.
    #[param(minimum = 0, maximum = 281_474_976_710_655_u64)]
    collection_id: Option<u64>,
    /// Of the collection with this slug.
    collection_slug: Option<String>,
    /// With one of these in a support tag; separated by commas, letter case ignored.
    tags: Option<String>,
    /// With exactly this main platform, letter case ignored.
    platform: Option<String>,
    /// With this access.
    #[param(inline)]
    access_level: Option<AccessLevel>,
    /// Whether the platform finds by itself where the bundle applies.
    has_auto_discovery: Option<bool>,
    /// By name, by date (all have the date of the generation) or by number of tasks.
    #[param(inline)]
    sort_by: Option<SortBy>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum AccessLevel {
    ReadOnly,
    ReadWrite,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum SortBy {
    Name,
    Updated,
    Tasks,
}

/// CodeBundles.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BundlesJson {
    codebundles: Vec<BundleJson>,
    /// Bundles that match, on this page or not.
    total_count: usize,
    pagination: Pagination,
}

/// A bundle in the list of recent ones.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecentBundleJson {
    id: u64,
    name: String,
    slug: String,
    display_name: String,
    description: String,
    collection_name: String,
    collection_slug: String,
    platform: String,
    task_count: usize,
    /// Always null: a shallow clone knows no dates.
    git_updated_at: Option<String>,
    /// When the generation in service was written.
    updated_at: String,
}

/// List CodeBundles by words and filters, which all combine.
#[utoipa::path(get, path = "/api/v1/codebundles", tag = "registry", params(ListParams),
    responses((status = 200, description = "CodeBundles", body = BundlesJson), Failures))]
pub(super) async fn list(
    State(service): State<Arc<Service>>,
    Params(params): Params<ListParams>,
) -> Result<Answered, Problem> {
    let page = Page::of(params.limit, params.offset, 50, MOST)?;
    if params.collection_id.is_some_and(|id| id > GREATEST_NUMBER) {
        return Err(Problem::bad_request(format!("`collection_id` must be at most {GREATEST_NUMBER}")));
    }
    no_longer("search", params.search.as_deref().unwrap_or_default(), LONGEST_QUESTION)?;
    ask(service, move |generation| {
        let searcher = generation.searcher();
        let matching = matching(generation.catalog()?, searcher, &params)?;
        let total_count = matching.len();
        let codebundles = read(searcher, page.cut(matching))?;
        Ok(BundlesJson { codebundles, total_count, pagination: page.pagination(total_count) })
    })
    .await
}

/// The bundles that match, in the order asked for.
fn matching<'a>(
    catalog: &'a Catalog,
    searcher: &Searcher,
    params: &ListParams,
) -> Result<Vec<&'a Entry>, Problem> {
    let words = params.search.as_deref().map(str::trim).filter(|words| !words.is_empty());
    let mut found: Vec<&Entry> = match words {
        None => catalog.bundles.iter().collect(),
        Some(words) => found(catalog, searcher, params, words)?,
    };
    let tags: Vec<String> =
        values(params.tags.as_deref()).into_iter().map(|tag| tag.to_lowercase()).collect();
    found.retain(|entry| params.lets_pass(entry, &tags));
    match params.sort_by {
        Some(SortBy::Name) => found.sort_by_key(|entry| (entry.slug.to_lowercase(), &entry.collection)),
        Some(SortBy::Tasks) => found.sort_by_key(|entry| std::cmp::Reverse(entry.runbook_tasks)),
        None if words.is_none() => found.sort_by_key(|entry| (entry.slug.to_lowercase(), &entry.collection)),
        Some(SortBy::Updated) | None => {}
    }
    Ok(found)
}

/// Bundles that answer the words, best first. What the index can filter it does, so that nothing is shown
/// of what falls out anyway.
fn found<'a>(
    catalog: &'a Catalog,
    searcher: &Searcher,
    params: &ListParams,
    words: &str,
) -> Result<Vec<&'a Entry>, Problem> {
    let mut query = Query::new(words);
    query.filter.kinds = vec![Kind::CodeBundle];
    query.filter.collections = params.collection_slug.iter().cloned().collect();
    query.filter.platforms = params.platform.iter().cloned().collect();
    query.limit = catalog.bundles.len();
    let answer = search(searcher, &query, "rest")?;
    Ok(answer.hits.iter().filter_map(|hit| catalog.bundle(&hit.id)).collect())
}

impl ListParams {
    fn lets_pass(&self, entry: &Entry, tags: &[String]) -> bool {
        let of_collection = self.collection_slug.as_ref().is_none_or(|slug| *slug == entry.collection)
            && self.collection_id.is_none_or(|id| id == number_of(&entry.collection));
        let on_platform = self.platform.as_ref().is_none_or(|wanted| {
            entry.platform.as_ref().is_some_and(|platform| platform.eq_ignore_ascii_case(wanted.trim()))
        });
        let tagged = tags.is_empty()
            || entry.tags.iter().any(|tag| tags.iter().any(|wanted| tag.to_lowercase().contains(wanted)));
        let allowed = self.access_level.is_none_or(|level| match level {
            AccessLevel::ReadOnly => entry.access == Some(Access::ReadOnly),
            AccessLevel::ReadWrite => entry.access == Some(Access::ReadWrite),
            AccessLevel::Unknown => entry.access.is_none(),
        });
        let discovered = self.has_auto_discovery.is_none_or(|wanted| wanted == entry.is_discovered);
        of_collection && on_platform && tagged && allowed && discovered
    }
}

fn read<'a>(searcher: &Searcher, page: impl Iterator<Item = &'a Entry>) -> Result<Vec<BundleJson>, Problem> {
    let created = utc(searcher.reader().manifest().created);
    page.filter_map(|entry| Some((entry, public_collection(searcher, &entry.collection)?)))
        .map(|(entry, collection)| {
            let bundle = record::of(&searcher.reader().document(entry.document)?)?;
            Ok(BundleJson::new(&bundle, collection, &created))
        })
        .collect()
}

/// Everything known of one CodeBundle.
#[utoipa::path(get, path = "/api/v1/collections/{collection_slug}/codebundles/{codebundle_slug}",
    tag = "registry",
    params(("collection_slug" = String, Path, description = "Slug of the collection"),
        ("codebundle_slug" = String, Path, description = "Directory name of the CodeBundle")),
    responses((status = 200, description = "The CodeBundle", body = BundleDetailJson), NamedFailures))]
pub(super) async fn detail(
    State(service): State<Arc<Service>>,
    Path((collection, slug)): Path<(String, String)>,
) -> Result<Answered, Problem> {
    ask(service, move |generation| {
        let searcher = generation.searcher();
        let Some(collection) = public_collection(searcher, &collection) else {
            return Err(Problem::not_found(format!("Collection '{collection}' not found")));
        };
        let document = bundle_document(generation, &collection.slug, &slug)?;
        let created = utc(searcher.reader().manifest().created);
        Ok(BundleDetailJson::new(&record::of(&searcher.reader().document(document)?)?, collection, &created))
    })
    .await
}

fn bundle_document(generation: &Generation, collection: &str, slug: &str) -> Result<u32, Problem> {
    let searcher = generation.searcher();
    let found = searcher.reader().find(&format!("{collection}/{slug}"))?;
    if let Some(number) = found
        && searcher.reader().heads(&[number])?.iter().any(|head| head.kind == Kind::CodeBundle)
    {
        return Ok(number);
    }
    Err(Problem::not_found(format!("Codebundle '{slug}' not found in collection '{collection}'")))
}

/// The first CodeBundles of the index. Shallow clones know no dates of change: the order is that of
/// the index.
#[utoipa::path(get, path = "/api/v1/registry/recent-codebundles", tag = "registry",
    responses((status = 200, description = "CodeBundles", body = Vec<RecentBundleJson>), Failures))]
pub(super) async fn recent(State(service): State<Arc<Service>>) -> Result<Answered, Problem> {
    ask(service, |generation| {
        let searcher = generation.searcher();
        let created = utc(searcher.reader().manifest().created);
        let entries: Vec<&Entry> = generation.catalog()?.bundles.iter().take(RECENT).collect();
        let numbers: Vec<u32> = entries.iter().map(|entry| entry.document).collect();
        let heads = searcher.reader().heads(&numbers)?;
        let recent = entries.iter().zip(heads).map(|(entry, head)| RecentBundleJson {
            id: number_of(&entry.id),
            name: entry.slug.clone(),
            slug: entry.slug.clone(),
            display_name: entry.title.clone(),
            description: shortened(&head.summary),
            collection_name: collection_name(searcher, &entry.collection),
            collection_slug: entry.collection.clone(),
            platform: entry.platform.clone().unwrap_or_else(|| "Unknown".to_owned()),
            task_count: entry.runbook_tasks,
            git_updated_at: None,
            updated_at: created.clone(),
        });
        Ok(recent.collect::<Vec<_>>())
    })
    .await
}

/// Display name of a public collection.
pub(super) fn collection_name(searcher: &Searcher, slug: &str) -> String {
    let mut collections = public_collections(searcher);
    collections.find(|known| known.slug == slug).map_or_else(String::new, |known| known.name.clone())
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHORT) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", &text[..end]),
    }
}
