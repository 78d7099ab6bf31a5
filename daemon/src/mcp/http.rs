//! MCP over streamable HTTP, without sessions: every request stands for itself, so that clients that
//! never say goodbye cost no memory.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};

use super::message::read_message;
use super::{McpOptions, server::Server};
use crate::LiveIndex;

/// Bytes of a request at most.
const MOST_BYTES: usize = 256 * 1024;
const JSON: &[u8] = b"application/json";
/// Pages of this machine may ask, whatever port they come from.
const LOCAL_ORIGINS: [&str; 6] = [
    "http://localhost:*",
    "http://127.0.0.1:*",
    "http://[::1]:*",
    "https://localhost:*",
    "https://127.0.0.1:*",
    "https://[::1]:*",
];

/// The MCP endpoint, to be nested where it is to be found (`/mcp`).
///
/// Requests that name another `Host` or `Origin` than the options allow are refused with 403, so that no
/// page that a browser shows can ask in the user's name (DNS rebinding).
pub fn router(index: Arc<LiveIndex>, options: McpOptions) -> Router {
    let McpOptions { tools, allowed_hosts, allowed_origins } = options;
    let mut config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(MOST_BYTES)
        .with_allowed_origins(LOCAL_ORIGINS.map(str::to_owned).into_iter().chain(allowed_origins));
    if !allowed_hosts.is_empty() {
        config = config.with_allowed_hosts(allowed_hosts);
    }
    let server = Server::new(index, tools);
    let sessions = Arc::new(NeverSessionManager::default());
    let service = StreamableHttpService::new(move || Ok(server.clone()), sessions, config);
    Router::new().route_service("/", service).layer(middleware::from_fn(read_first))
}

/// Answers what is no message as JSON-RPC does; rmcp says that the media type is wrong.
async fn read_first(request: Request, next: Next) -> Response {
    let is_json = request.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(JSON));
    if request.method() != Method::POST || !is_json {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MOST_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match read_message(&body) {
        Ok(_) => next.run(Request::from_parts(head, Body::from(body))).await,
        Err(refusal) => {
            (StatusCode::BAD_REQUEST, [(CONTENT_TYPE, "application/json")], refusal).into_response()
        }
    }
}
