//! REST: our own search, and the public read routes of the reference registry with its JSON fields
//! (reference.md 6.4), for clients that know them.

mod bundle_json;
mod codebundles;
mod collections;
mod failures;
mod hits;
mod icons;
mod openapi;
mod operations;
mod page;
mod problems;
mod search;
mod tasks;
mod tools;
mod vector;

use std::sync::Arc;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::service::Service;

/// Every route with its description.
pub(crate) fn router(service: &Arc<Service>) -> Router {
    let (router, api) = OpenApiRouter::with_openapi(openapi::about())
        .routes(routes!(search::search))
        .routes(routes!(search::show))
        .routes(routes!(search::status))
        .routes(routes!(problems::list))
        .routes(routes!(codebundles::list))
        .routes(routes!(codebundles::detail))
        .routes(routes!(collections::stats))
        .routes(routes!(collections::list))
        .routes(routes!(collections::detail))
        .routes(routes!(tasks::list))
        .routes(routes!(codebundles::recent))
        .routes(routes!(tasks::recent))
        .routes(routes!(icons::list))
        .routes(routes!(vector::search))
        .routes(routes!(vector::search_table))
        .routes(routes!(vector::stats))
        .routes(routes!(tools::list))
        .routes(routes!(tools::by_category))
        .routes(routes!(tools::call))
        .routes(routes!(operations::health))
        .routes(routes!(operations::api_health))
        .routes(routes!(operations::ready))
        .routes(routes!(operations::metrics))
        .routes(routes!(operations::refresh))
        .split_for_parts();
    router.merge(openapi::router(&openapi::finished(api), &service.tools)).with_state(service.clone())
}
