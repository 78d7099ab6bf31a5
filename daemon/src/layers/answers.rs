//! What is done to every answer.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

/// Makes problems of the plain errors that the framework answers with.
pub(crate) async fn problems(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_plain = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|media| media.to_str().is_ok_and(|media| media.starts_with("text/plain")));
    if !is_error || !is_plain {
        return response;
    }
    let mut problem = Problem::new(status, explained(status)).into_response();
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            problem.headers_mut().insert(name, value.clone());
        }
    }
    problem
}

fn explained(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "there is nothing at this path: see /docs",
        StatusCode::METHOD_NOT_ALLOWED => "this path does not take this method",
        StatusCode::PAYLOAD_TOO_LARGE => "the body of the request is too large",
        StatusCode::REQUEST_TIMEOUT => "the request took too long",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "the body must be `application/json`",
        status if status.is_server_error() => "the daemon failed: see its log",
        _ => "the request cannot be understood",
    }
}

/// Answers `304 Not Modified` to whoever has this answer already.
pub(crate) async fn not_modified(request: Request, next: Next) -> Response {
    let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    let (Some(known), true, StatusCode::OK) = (known, is_get, response.status()) else { return response };
    let same = response.headers().get(header::ETAG).is_some_and(|tag| is_among(tag, &known));
    if !same {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
        parts.headers.remove(name);
    }
    Response::from_parts(parts, Body::empty())
}

/// Whether a tag is in the list of `If-None-Match`, weakly compared.
fn is_among(tag: &HeaderValue, known: &HeaderValue) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let (Ok(tag), Ok(known)) = (tag.to_str(), known.to_str()) else { return false };
    known.trim() == "*" || known.split(',').any(|known| strong(known) == strong(tag))
}

/// Tells browsers to take answers for what they are, and nothing more.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::REFERRER_POLICY, "no-referrer");
    set(headers, header::X_FRAME_OPTIONS, "DENY");
    set(headers, header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    response
}

/// Sets a header that the answer does not have.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly() {
        let check = |known: &'static str, expected: bool| {
            let tag = HeaderValue::from_static("W/\"7-1\"");
            assert_eq!(is_among(&tag, &HeaderValue::from_static(known)), expected, "{known}");
        };
        check("W/\"7-1\"", true);
        check("\"7-1\"", true);
        check("\"6-1\", W/\"7-1\"", true);
        check("*", true);
        check("\"7\"", false);
        check("", false);
    }
}
