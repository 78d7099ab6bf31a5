//! The reference's home-made REST for tools.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::failures::{Failures, NamedFailures};
use crate::ask::{internal, on_a_thread};
use crate::generation::Generation;
use crate::problem::Problem;
use crate::reference::{self, ToolError};
use crate::service::Service;
use crate::time::{now, utc};
use ccr_index::causes;

/// Tools.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ToolsJson {
    #[schema(value_type = Vec<Object>)]
    tools: Vec<Value>,
    count: usize,
}

/// Which tool to call.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CallJson {
    /// Its name.
    #[schema(example = "find_codebundle")]
    tool_name: String,
    /// Its arguments.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({ "query": "pods keep restarting" }))]
    arguments: Map<String, Value>,
}

/// What a tool answered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CalledJson {
    success: bool,
    /// Markdown.
    result: Option<String>,
    error: Option<String>,
    metadata: CalledMetadataJson,
}

/// Of which call it is the answer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CalledMetadataJson {
    tool: String,
    timestamp: String,
}

fn described<'a>(tools: impl Iterator<Item = &'a reference::Tool>) -> Json<ToolsJson> {
    let tools: Vec<Value> = tools.map(reference::Tool::described).collect();
    Json(ToolsJson { count: tools.len(), tools })
}

/// List the tools.
#[utoipa::path(get, path = "/tools", tag = "tools",
    responses((status = 200, description = "Tools", body = ToolsJson), Failures))]
pub(super) async fn list(State(service): State<Arc<Service>>) -> Json<ToolsJson> {
    described(service.tools.list())
}

/// List the tools of a category: `search`, `info` or `action`.
#[utoipa::path(get, path = "/tools/by-category/{category}", tag = "tools",
    params(("category" = String, Path, description = "The category")),
    responses((status = 200, description = "Tools; none for a category that is not known", body = ToolsJson),
        Failures))]
pub(super) async fn by_category(
    State(service): State<Arc<Service>>,
    Path(category): Path<String>,
) -> Json<ToolsJson> {
    described(service.tools.list().filter(|tool| tool.category == category))
}

/// Call a tool. A tool that is not known and arguments that are not right are refused with 400.
#[utoipa::path(post, path = "/tools/call", tag = "tools", request_body = CallJson,
    responses((status = 200, description = "What the tool answered", body = CalledJson),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 502, description = "GitHub could not be asked", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        NamedFailures))]
pub(super) async fn call(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<CalledJson>, Problem> {
    let CallJson { tool_name, arguments } = parsed(&headers, &body)?;
    let tool = service.tools.find(&tool_name).map_err(problem)?;
    let tools = service.tools.clone();
    let arguments = Value::Object(arguments);
    let result = if tool.asks_elsewhere() {
        elsewhere(&service, move || tools.call(None, tool.name, &arguments)).await?
    } else {
        let work = move |generation: &Generation| {
            let begun = Instant::now();
            let done = tools.call(Some(generation.searcher()), tool.name, &arguments);
            metrics::counter!("ccr_searches_total", "door" => "tools").increment(1);
            let seconds = begun.elapsed().as_secs_f64();
            metrics::histogram!("ccr_search_seconds", "door" => "tools").record(seconds);
            done.map_err(problem)
        };
        on_a_thread(service, work).await?.1
    };
    let metadata = CalledMetadataJson { tool: tool.name.to_owned(), timestamp: utc(now()) };
    Ok(Json(CalledJson { success: true, result: Some(result), error: None, metadata }))
}

/// Waits for GitHub on a thread of its own: whoever searches does not wait for it.
async fn elsewhere(
    service: &Service,
    work: impl FnOnce() -> Result<String, ToolError> + Send + 'static,
) -> Result<String, Problem> {
    let Ok(permit) = service.elsewhere.clone().try_acquire_owned() else {
        return Err(Problem::unavailable("too many ask GitHub at once", 5));
    };
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(permit);
        done
    });
    let done = done.await.map_err(|error| internal(&format!("a tool failed: {error}")))?;
    done.map_err(problem)
}

fn parsed(headers: &HeaderMap, body: &[u8]) -> Result<CallJson, Problem> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let detail = "the body must be `application/json`";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    serde_json::from_slice(body)
        .map_err(|error| Problem::bad_request(format!("the body is no call of a tool: {error}")))
}

fn problem(error: ToolError) -> Problem {
    match error {
        ToolError::Index(error) => error.into(),
        ToolError::Record(_) => internal(&causes(&error)),
        ToolError::TooMany(what) => Problem::new(StatusCode::TOO_MANY_REQUESTS, what),
        ToolError::Elsewhere(_) => {
            tracing::warn!(error = %error, "GitHub could not be asked");
            Problem::new(StatusCode::BAD_GATEWAY, error.to_string())
        }
        ToolError::NotFound(what) => Problem::not_found(what),
        ToolError::Unknown(_) | ToolError::Arguments(_) => Problem::bad_request(error.to_string()),
    }
}
