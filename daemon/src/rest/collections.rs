//! Collections, and what they hold in numbers.

use std::sync::Arc;

use axum::extract::{Path, State};
use ccr_index::model::CodeCollection;
use serde::Serialize;
use utoipa::ToSchema;

use super::failures::{Failures, NamedFailures};
use crate::ask::{Answered, ask};
use crate::catalog::{Catalog, number_of, public_collection, public_collections};
use crate::problem::Problem;
use crate::service::Service;
use crate::time::utc;

/// What the registry holds.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatsJson {
    /// Public collections.
    collections: usize,
    /// Their CodeBundles.
    codebundles: usize,
    /// Their tasks, those of monitors among them.
    tasks: usize,
    /// Their tasks that are of monitors.
    slis: usize,
}

/// A collection.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CollectionJson {
    /// A number that stands for the slug, the same in every generation.
    id: u64,
    name: String,
    slug: String,
    git_url: Option<String>,
    description: String,
    owner: Option<String>,
    owner_email: Option<String>,
    owner_icon: Option<String>,
    git_ref: Option<String>,
    /// The commit that was indexed.
    commit: Option<String>,
    /// When the generation in service was written.
    last_synced: String,
    is_active: bool,
    created_at: String,
    updated_at: String,
    statistics: CollectionStatsJson,
}

/// What a collection holds.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CollectionStatsJson {
    codebundle_count: usize,
    /// Tasks, those of monitors among them.
    total_tasks: usize,
}

impl CollectionJson {
    fn new(collection: &CodeCollection, catalog: &Catalog, created: &str) -> Self {
        let bundles = catalog.bundles.iter().filter(|bundle| bundle.collection == collection.slug);
        let (codebundle_count, total_tasks) = bundles.fold((0, 0), |(bundles, tasks), bundle| {
            (bundles + 1, tasks + bundle.runbook_tasks + bundle.monitor_tasks)
        });
        CollectionJson {
            id: number_of(&collection.slug),
            name: collection.name.clone(),
            slug: collection.slug.clone(),
            git_url: collection.git_url.clone(),
            description: collection.description.clone(),
            owner: collection.owner.clone(),
            owner_email: collection.owner_email.clone(),
            owner_icon: collection.owner_icon.clone(),
            git_ref: collection.git_ref.clone(),
            commit: collection.commit.clone(),
            last_synced: created.to_owned(),
            is_active: true,
            created_at: created.to_owned(),
            updated_at: created.to_owned(),
            statistics: CollectionStatsJson { codebundle_count, total_tasks },
        }
    }
}

/// Count what the registry holds.
#[utoipa::path(get, path = "/api/v1/registry/stats", tag = "registry",
    responses((status = 200, description = "Numbers", body = StatsJson), Failures))]
pub(super) async fn stats(State(service): State<Arc<Service>>) -> Result<Answered, Problem> {
    ask(service, |generation| {
        let catalog = generation.catalog()?;
        Ok(StatsJson {
            collections: public_collections(generation.searcher()).count(),
            codebundles: catalog.bundles.len(),
            tasks: catalog.tasks.len(),
            slis: catalog.bundles.iter().map(|bundle| bundle.monitor_tasks).sum(),
        })
    })
    .await
}

/// List the public collections.
#[utoipa::path(get, path = "/api/v1/registry/collections", tag = "registry",
    responses((status = 200, description = "Collections", body = Vec<CollectionJson>), Failures))]
pub(super) async fn list(State(service): State<Arc<Service>>) -> Result<Answered, Problem> {
    ask(service, |generation| {
        let (catalog, searcher) = (generation.catalog()?, generation.searcher());
        let created = utc(searcher.reader().manifest().created);
        let collections =
            public_collections(searcher).map(|collection| CollectionJson::new(collection, catalog, &created));
        Ok(collections.collect::<Vec<_>>())
    })
    .await
}

/// One collection.
#[utoipa::path(get, path = "/api/v1/registry/collections/{collection_slug}", tag = "registry",
    params(("collection_slug" = String, Path, description = "Slug of the collection")),
    responses((status = 200, description = "The collection", body = CollectionJson), NamedFailures))]
pub(super) async fn detail(
    State(service): State<Arc<Service>>,
    Path(slug): Path<String>,
) -> Result<Answered, Problem> {
    ask(service, move |generation| {
        let (catalog, searcher) = (generation.catalog()?, generation.searcher());
        let Some(collection) = public_collection(searcher, &slug) else {
            return Err(Problem::not_found(format!("Collection '{slug}' not found")));
        };
        Ok(CollectionJson::new(collection, catalog, &utc(searcher.reader().manifest().created)))
    })
    .await
}
