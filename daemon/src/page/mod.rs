//! The web page: a search box, hits, and one thing in detail. It needs no script and no network, and
//! nothing that was indexed can add to it.

mod api;
mod bundle;
mod documentation;
mod hits;
mod html;
mod thing;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use ccr_index::model::{Access, Kind};
use ccr_index::search::Query;
use serde::Deserialize;

pub(crate) use api::api_docs;

use crate::ask::{Params, on_a_thread, search};
use crate::generation::Generation;
use crate::problem::Problem;
use crate::record;
use crate::service::Service;

/// A page may load its style from here, send its form here, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
/// Hits on a page.
const HITS: usize = 20;
/// Hits that can be skipped.
const MOST_SKIPPED: usize = 1_000_000;
/// Characters of a question or an id.
const LONGEST: usize = 2_000;

/// The pages.
pub(crate) fn router(service: &Arc<Service>) -> Router {
    Router::new()
        .route("/", get(start))
        .route("/show", get(show))
        .route("/style.css", get(style))
        .with_state(service.clone())
}

/// A page with what it may do.
pub(crate) fn with_policy(page: impl IntoResponse) -> Response {
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], page).into_response()
}

async fn style() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")];
    (headers, include_str!("style.css")).into_response()
}

/// What the form sends: fields that are left alone are empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    kind: String,
    platform: String,
    access: String,
    offset: usize,
}

#[derive(Debug, Deserialize)]
struct Wanted {
    id: String,
}

async fn start(
    State(service): State<Arc<Service>>,
    asked: Result<Params<Asked>, Problem>,
) -> Result<Response, Response> {
    let Params(asked) = asked.map_err(failed)?;
    answered(service, move |generation| found(generation, &asked)).await
}

async fn show(
    State(service): State<Arc<Service>>,
    wanted: Result<Params<Wanted>, Problem>,
) -> Result<Response, Response> {
    let Params(wanted) = wanted.map_err(failed)?;
    answered(service, move |generation| {
        check_length(&wanted.id)?;
        let searcher = generation.searcher();
        thing::page(searcher, &record::find(searcher, &wanted.id)?)
    })
    .await
}

async fn answered(
    service: Arc<Service>,
    work: impl FnOnce(&Generation) -> Result<String, Problem> + Send + 'static,
) -> Result<Response, Response> {
    let (tag, page) = on_a_thread(service, work).await.map_err(failed)?;
    let mut response = with_policy(Html(page));
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// A page that says what is wrong.
fn failed(problem: Problem) -> Response {
    let body = format!("<h1>{}</h1>\n<p>{}</p>\n", problem.status(), html::escaped(problem.detail()));
    let page = html::page("ccr", "", &body);
    let mut response = (problem.status(), with_policy(Html(page))).into_response();
    for (name, value) in problem.into_response().headers() {
        if *name == header::RETRY_AFTER {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

fn check_length(text: &str) -> Result<(), Problem> {
    match text.chars().nth(LONGEST) {
        None => Ok(()),
        Some(_) => Err(Problem::bad_request(format!("that is more than {LONGEST} characters"))),
    }
}

fn found(generation: &Generation, asked: &Asked) -> Result<String, Problem> {
    check_length(&asked.q)?;
    let searcher = generation.searcher();
    let form = hits::form(asked, generation.platforms()?);
    if asked.q.trim().is_empty() {
        return Ok(html::page("ccr", &form, &hits::overview(searcher)));
    }
    let mut query = Query::new(asked.q.trim());
    query.limit = HITS;
    query.offset = asked.offset.min(MOST_SKIPPED);
    query.filter.kinds = Kind::from_word(&asked.kind).into_iter().collect();
    query.filter.access = Access::from_word(&asked.access).into_iter().collect();
    query.filter.platforms =
        Some(asked.platform.clone()).filter(|name| !name.is_empty()).into_iter().collect();
    let answer = search(searcher, &query, "page")?;
    Ok(html::page(&format!("{} - ccr", asked.q.trim()), &form, &hits::list(asked, &query, &answer)))
}
