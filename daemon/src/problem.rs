//! What went wrong, as `application/problem+json` (RFC 9457).

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ccr_index::causes;
use ccr_index::store;
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a [`Problem`].
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request has no answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// The phrase of the status.
    #[schema(example = "Bad Request")]
    title: &'static str,
    /// The status of the response.
    #[serde(serialize_with = "as_number")]
    #[schema(value_type = u16, minimum = 400, maximum = 599, example = 400)]
    status: StatusCode,
    /// What is wrong with this request, and what to do.
    detail: String,
    #[serde(skip)]
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

impl Problem {
    /// A problem of this status.
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Problem");
        Problem { kind: "about:blank", title, status, detail: detail.into(), header: None }
    }

    /// The request cannot be understood, or a value in it is out of bounds.
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, detail)
    }

    /// There is no such thing.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::NOT_FOUND, detail)
    }

    /// Nothing can be answered now; the same request may be after so many seconds.
    pub(crate) fn unavailable(detail: impl Into<String>, seconds: u32) -> Self {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).with(header::RETRY_AFTER, seconds.into())
    }

    /// Adds a header to the response.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }

    /// The status of the response.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// What is wrong, in words.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }
}

/// Seconds after which to ask again where the database of the index is away.
const RETRY_SECONDS: u32 = 1;

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Problem {
        if let store::Error::Away { .. } = error {
            tracing::warn!(error = %causes(&error), "the database of the index is away");
            let detail = "the database of the index does not answer now: ask again in a moment, and see the log of the daemon";
            return Problem::unavailable(detail, RETRY_SECONDS);
        }
        tracing::error!(error = %causes(&error), "the index could not be read");
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the index could not be read: see the log of the daemon",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let json = serde_json::to_vec(&self).unwrap_or_default();
        let length = HeaderValue::from(json.len());
        let mut response = (self.status, json).into_response();
        response.headers_mut().insert(header::CONTENT_LENGTH, length);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some((name, value)) = self.header.map(|header| *header) {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
