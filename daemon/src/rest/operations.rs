//! Whether the daemon lives, is ready, and how it fares.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::failures::Failures;
use crate::service::Service;
use crate::time::now;
use crate::watch::look;

/// That the daemon lives.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HealthJson {
    /// Always `alive`.
    status: &'static str,
    version: &'static str,
}

/// The status of a daemon that cannot answer.
const UNAVAILABLE: &str = "unavailable";

/// Whether questions can be answered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReadyJson {
    /// `ready`, `stale` where the newest generation could not be opened and an older one is served, or
    /// `unavailable` where no index is open or its database is away.
    status: &'static str,
    /// Number of the generation in service.
    generation: Option<u64>,
    /// When it was written, in seconds since 1970-01-01 UTC.
    created: Option<u64>,
    /// Why the newest generation is not the one in service.
    trouble: Option<String>,
}

/// The health of the reference's backend.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiHealthJson {
    /// `healthy` or `unhealthy`.
    status: &'static str,
    /// `connected` or `unavailable`.
    database: &'static str,
    environment: &'static str,
    version: &'static str,
}

/// Whether the daemon lives. Needs no token.
#[utoipa::path(get, path = "/health", tag = "operations",
    responses((status = 200, description = "It lives", body = HealthJson), Failures))]
pub(super) async fn health() -> Json<HealthJson> {
    Json(HealthJson { status: "alive", version: env!("CARGO_PKG_VERSION") })
}

/// Whether questions can be answered: an index is open, and its database is there. Needs no token.
#[utoipa::path(get, path = "/ready", tag = "operations",
    responses((status = 200, description = "An index is open", body = ReadyJson),
        (status = 503, description = "No index is open yet, or its database is away", body = ReadyJson), Failures))]
pub(super) async fn ready(State(service): State<Arc<Service>>) -> Response {
    let ready = readiness(&service);
    let status = if ready.status == UNAVAILABLE { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(ready)).into_response()
}

fn readiness(service: &Service) -> ReadyJson {
    let searcher = service.generations.live().searcher();
    let manifest = searcher.as_ref().map(|searcher| searcher.reader().manifest());
    let trouble = service.lookout.trouble();
    let status = match (manifest, &trouble) {
        (Some(_), None) => "ready",
        (Some(_), Some(trouble)) if !trouble.is_away => "stale",
        (_, _) => UNAVAILABLE,
    };
    ReadyJson {
        status,
        generation: manifest.map(|manifest| manifest.generation),
        created: manifest.map(|manifest| manifest.created),
        trouble: trouble.map(|trouble| trouble.why),
    }
}

/// The health of the backend, for clients of the reference.
#[utoipa::path(get, path = "/api/v1/health", tag = "registry",
    responses((status = 200, description = "Whether an index is open", body = ApiHealthJson), Failures))]
pub(super) async fn api_health(State(service): State<Arc<Service>>) -> Json<ApiHealthJson> {
    let is_open = readiness(&service).status != UNAVAILABLE;
    Json(ApiHealthJson {
        status: if is_open { "healthy" } else { "unhealthy" },
        database: if is_open { "connected" } else { "unavailable" },
        environment: "production",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// Numbers for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operations",
    responses((status = 200, description = "Prometheus' text format", body = String, content_type = "text/plain"),
        Failures))]
pub(super) async fn metrics(State(service): State<Arc<Service>>) -> Response {
    gauge(&service);
    let media = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (media, service.metrics.render()).into_response()
}

/// Sets what is only known when it is asked for.
#[expect(clippy::cast_precision_loss, reason = "metrics are floating point numbers")]
fn gauge(service: &Service) {
    metrics::gauge!("ccr_connections").set(service.seats.taken() as f64);
    metrics::gauge!("ccr_index_stale").set(f64::from(u8::from(service.lookout.trouble().is_some())));
    let searcher = service.generations.live().searcher();
    metrics::gauge!("ccr_ready").set(f64::from(u8::from(readiness(service).status != UNAVAILABLE)));
    let Some(searcher) = searcher else { return };
    let manifest = searcher.reader().manifest();
    metrics::gauge!("ccr_index_generation").set(manifest.generation as f64);
    metrics::gauge!("ccr_index_age_seconds").set(now().saturating_sub(manifest.created) as f64);
    metrics::gauge!("ccr_index_bytes").set(manifest.files.iter().map(|file| file.size).sum::<u64>() as f64);
    for (kind, count) in &manifest.counts {
        metrics::gauge!("ccr_index_documents", "kind" => kind.clone()).set(*count as f64);
    }
}

/// Look for a newer generation now, and say what came of it. Needs a token with the scope `admin`.
#[utoipa::path(post, path = "/api/v1/admin/refresh", tag = "operations",
    responses((status = 200, description = "What is in service", body = ReadyJson), Failures))]
pub(super) async fn refresh(State(service): State<Arc<Service>>) -> Json<ReadyJson> {
    let looking = service.clone();
    // What goes wrong is noted and told below.
    let _ = tokio::task::spawn_blocking(move || look(&looking)).await;
    Json(readiness(&service))
}
