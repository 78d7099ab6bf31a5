//! The failures that every route may answer with.

use std::collections::BTreeMap;

use utoipa::openapi::response::Response;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

use crate::problem::{PROBLEM_JSON, Problem};

/// Statuses that any request may get, with what they mean.
const ANY: [(&str, &str); 8] = [
    ("400", "The request cannot be understood, or a value is out of bounds"),
    ("401", "A token is needed, or the one given is not known"),
    ("403", "The token does not allow this"),
    ("408", "The request took too long"),
    ("429", "Too many requests from one address"),
    ("431", "The address and the headers of the request are too long"),
    ("500", "The daemon failed"),
    ("503", "No index is open yet, its database is away, or too many requests at once: see Retry-After"),
];

/// Failures of every route.
pub(super) struct Failures;

impl IntoResponses for Failures {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        ANY.iter().map(|(status, meaning)| ((*status).to_owned(), problem(meaning))).collect()
    }
}

/// Failures of a route that names one thing.
pub(super) struct NamedFailures;

impl IntoResponses for NamedFailures {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = Failures::responses();
        responses.insert("404".to_owned(), problem("There is no such thing"));
        responses
    }
}

fn problem(meaning: &str) -> RefOr<Response> {
    let _: fn() -> RefOr<utoipa::openapi::Schema> = Problem::schema;
    let schema = Ref::from_schema_name(Problem::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    RefOr::T(ResponseBuilder::new().description(meaning).content(PROBLEM_JSON, content).build())
}
