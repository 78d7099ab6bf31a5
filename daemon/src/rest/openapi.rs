//! The description of the API, worked out of the code.

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use serde_json::{Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Info, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

use crate::page;
use crate::reference::{self, ReferenceTools};
use crate::service::Service;

/// What is said in front of the routes.
pub(super) fn about() -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info: Info = InfoBuilder::new()
        .title("ccr")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Search CodeCollections: git repositories of Robot Framework automation. Failures are \
             `application/problem+json` (RFC 9457). Answers carry an `ETag` that changes with the index.",
        ))
        .license(Some(license))
        .build();
    OpenApiBuilder::new().info(info).build()
}

/// The description with what no route says by itself.
pub(super) fn finished(mut api: OpenApi) -> OpenApi {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token of `ccr token create`, where the daemon has tokens"))
        .build();
    let components = api.components.get_or_insert_default();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    components.schemas.insert(
        <crate::problem::Problem as utoipa::ToSchema>::name().into_owned(),
        <crate::problem::Problem as utoipa::PartialSchema>::schema(),
    );
    // Nothing or a token: a daemon without tokens takes both.
    let token: [&str; 0] = [];
    api.security = Some(vec![SecurityRequirement::default(), SecurityRequirement::new("token", token)]);
    api
}

/// A call of one of the tools: each takes its own arguments.
fn calls(tools: &ReferenceTools) -> Value {
    let call = |tool: &reference::Tool| {
        let takes_none = tool.parameters.iter().all(|parameter| !parameter.required);
        let required = if takes_none { json!(["tool_name"]) } else { json!(["tool_name", "arguments"]) };
        json!({
            "type": "object",
            "title": tool.name,
            "description": tool.description,
            "properties": { "tool_name": { "enum": [tool.name] }, "arguments": tool.input_schema() },
            "required": required,
            "additionalProperties": false,
        })
    };
    json!({ "oneOf": tools.list().map(call).collect::<Vec<Value>>() })
}

/// Serves the description for programs and for people.
pub(super) fn router(api: &OpenApi, tools: &ReferenceTools) -> Router<Arc<Service>> {
    let mut api = serde_json::to_value(api).unwrap_or_default();
    api["components"]["schemas"]["CallJson"] = calls(tools);
    let json: Arc<str> = api.to_string().into();
    let html: Arc<str> = page::api_docs(&api).into();
    Router::new()
        .route(
            "/openapi.json",
            get(move || async move {
                ([(header::CONTENT_TYPE, "application/json")], json.to_string()).into_response()
            }),
        )
        .route("/docs", get(move || async move { page::with_policy(Html(html.to_string())) }))
}
