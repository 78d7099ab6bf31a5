//! MCP over streamable HTTP, without sessions: every request stands for itself, so that clients that
//! never say goodbye cost no memory.

use std::sync::Arc;

use axum::Router;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};

use super::{McpOptions, server::Server};
use crate::LiveIndex;

/// Bytes of a request at most.
const MOST_BYTES: usize = 256 * 1024;
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
    Router::new().route_service("/", StreamableHttpService::new(move || Ok(server.clone()), sessions, config))
}
