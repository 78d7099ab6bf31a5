//! The doors, and what every request goes through on its way to one.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::ask::internal;
use crate::layers::{admit, authorize, limit_rate, not_modified, observe, problems, rate_limiter, secure};
use crate::mcp::{self, McpOptions, ToolSet};
use crate::serve::ServeError;
use crate::service::Service;
use crate::{page, rest};

/// All that the daemon answers.
pub(crate) fn router(service: &Arc<Service>) -> Result<Router, ServeError> {
    let options = &service.options;
    let index = service.generations.live().clone();
    let doors = Router::new()
        .merge(rest::router(service))
        .merge(page::router(service))
        .nest("/mcp", mcp::router(index, mcp_options(service)));
    // The last layer is the first that a request meets.
    let mut app = doors
        .layer(from_fn(not_modified))
        .layer(CompressionLayer::new())
        .layer(RequestBodyLimitLayer::new(options.body_limit))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, options.request_timeout))
        .layer(from_fn_with_state(service.clone(), admit))
        .layer(from_fn_with_state(service.clone(), authorize));
    if let Some(limiter) = options.rate_limit.and_then(rate_limiter) {
        app = app.layer(from_fn_with_state(limiter, limit_rate));
    }
    if !options.cors_origins.is_empty() {
        app = app.layer(cors(&options.cors_origins)?);
    }
    Ok(app
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(problems))
        .layer(from_fn(secure))
        .layer(from_fn(observe)))
}

/// What `/mcp` offers, and under which names it may be asked.
fn mcp_options(service: &Service) -> McpOptions {
    let options = &service.options;
    let tools: Arc<dyn ToolSet> = match options.reference_tools {
        true => Arc::new(mcp::Reference::new(service.tools.clone())),
        false => Arc::new(mcp::LeanTools::default()),
    };
    let here = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into_iter();
    let hosts = options.hosts.iter().cloned();
    let allowed_hosts = if options.hosts.is_empty() { Vec::new() } else { here.chain(hosts).collect() };
    McpOptions { tools, allowed_hosts, allowed_origins: options.cors_origins.clone() }
}

/// Lets pages of these origins ask.
fn cors(origins: &[String]) -> Result<CorsLayer, ServeError> {
    let allowed = if origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        let value = |origin: &String| {
            let is_origin = origin.starts_with("https://") || origin.starts_with("http://");
            let value = HeaderValue::from_str(origin.trim_end_matches('/')).ok().filter(|_| is_origin);
            value.ok_or_else(|| ServeError::Origin(origin.clone()))
        };
        AllowOrigin::list(origins.iter().map(value).collect::<Result<Vec<_>, _>>()?)
    };
    Ok(CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::HEAD, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_NONE_MATCH])
        .expose_headers([header::ETAG, HeaderName::from_static("x-request-id")]))
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    let words = words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
    internal(&format!("a request panicked: {words}")).into_response()
}
