//! Every request is counted, timed and logged under an id of its own.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

/// The header that carries the id of a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters of an id that a client gives.
const LONGEST_ID: usize = 64;

/// Counts, times and logs the request.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = request_id(&request);
    let method = known_method(request.method());
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "other".to_owned());
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default());
    async {
        let mut response = next.run(request).await;
        let (seconds, status) = (begun.elapsed().as_secs_f64(), response.status().as_u16());
        let labels =
            [("method", method.to_owned()), ("route", route.clone()), ("status", status.to_string())];
        metrics::counter!("ccr_http_requests_total", &labels).increment(1);
        metrics::histogram!("ccr_http_request_seconds", "route" => route).record(seconds);
        let milliseconds = seconds * 1e3;
        if status >= 500 {
            tracing::warn!(method, path, status, milliseconds, "answered");
        } else {
            tracing::debug!(method, path, status, milliseconds, "answered");
        }
        response.headers_mut().insert(REQUEST_ID, id.clone());
        response
    }
    .instrument(span)
    .await
}

/// The id that the client gave, where it is one that can stand in a log, or a new one.
fn request_id(request: &Request) -> HeaderValue {
    let given = request.headers().get(REQUEST_ID).filter(|value| {
        let bytes = value.as_bytes();
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
        !bytes.is_empty() && bytes.len() <= LONGEST_ID && bytes.iter().all(is_plain)
    });
    given.cloned().unwrap_or_else(|| {
        let id = Uuid::new_v4().simple().to_string();
        HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("none"))
    })
}

/// The method as a label: those that clients make up are one.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
