//! Who may ask.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;
use crate::service::Service;
use crate::tokens::Scope;

/// What anybody may see: whoever watches over the daemon has no token.
const OPEN: [&str; 2] = ["/health", "/ready"];

/// What only an administrator may do.
const ADMIN: &str = "/api/v1/admin/";

/// Lets through who has a token that allows it; everybody where the daemon has no tokens, but for
/// what only an administrator may do.
pub(crate) async fn authorize(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // A browser asks before it asks, without a token; what may be asked is said by CORS.
    if OPEN.contains(&path) {
        return next.run(request).await;
    }
    let needed = if path.starts_with(ADMIN) { Scope::Admin } else { Scope::Read };
    let Some(tokens) = &service.tokens else {
        if needed == Scope::Admin {
            let detail = "this daemon has no tokens, so nobody is its administrator";
            return Problem::new(StatusCode::FORBIDDEN, detail).into_response();
        }
        return next.run(request).await;
    };
    let Some(token) = bearer(request.headers()) else {
        return unauthorized("a token is needed: `Authorization: Bearer ccr_...`", "Bearer");
    };
    match tokens.scope(token) {
        None => unauthorized("the token is not known here", "Bearer error=\"invalid_token\""),
        Some(scope) if scope < needed => {
            Problem::new(StatusCode::FORBIDDEN, "the token does not allow this").into_response()
        }
        Some(_) => next.run(request).await,
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn unauthorized(detail: &str, challenge: &'static str) -> Response {
    Problem::new(StatusCode::UNAUTHORIZED, detail)
        .with(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
        .into_response()
}
