//! From a request to the index and back.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use ccr_index::search::{Answer, Query as Question, Searcher};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::generation::Generation;
use crate::problem::Problem;
use crate::service::Service;

/// Seconds after which to ask again where there is no index yet.
const RETRY_SECONDS: u32 = 1;

/// A JSON answer from a generation.
#[derive(Debug)]
pub(crate) struct Answered {
    tag: HeaderValue,
    json: Vec<u8>,
}

/// Answers a question on a thread that may block.
pub(crate) async fn ask<T: Serialize>(
    service: Arc<Service>,
    question: impl FnOnce(&Generation) -> Result<T, Problem> + Send + 'static,
) -> Result<Answered, Problem> {
    let (tag, json) = on_a_thread(service, move |generation| {
        let answer = question(generation)?;
        serde_json::to_vec(&answer)
            .map_err(|error| internal(&format!("an answer could not be written: {error}")))
    })
    .await?;
    Ok(Answered { tag, json })
}

/// Works on a thread that may block; gives the entity tag of the generation with what came out.
pub(crate) async fn on_a_thread<T: Send + 'static>(
    service: Arc<Service>,
    work: impl FnOnce(&Generation) -> Result<T, Problem> + Send + 'static,
) -> Result<(HeaderValue, T), Problem> {
    let Some(generation) = service.generations.current() else {
        return Err(Problem::unavailable("no index is open yet: run `ccr index`", RETRY_SECONDS));
    };
    // Who waits holds no thread. The permit goes along: work that nobody waits for any more still
    // takes its place.
    let permit = service.workers.clone().acquire_owned().await;
    let permit = permit.map_err(|_| Problem::unavailable("the daemon is stopping", RETRY_SECONDS))?;
    let done = tokio::task::spawn_blocking(move || {
        let done = work(&generation).map(|done| (generation.tag(), done));
        drop(permit);
        done
    });
    done.await.unwrap_or_else(|error| Err(internal(&format!("a question failed: {error}"))))
}

/// Searches, and counts it for the door.
pub(crate) fn search(
    searcher: &Searcher,
    question: &Question,
    door: &'static str,
) -> Result<Answer, ccr_index::store::Error> {
    let begun = Instant::now();
    let answer = searcher.search(question);
    metrics::counter!("ccr_searches_total", "door" => door).increment(1);
    metrics::histogram!("ccr_search_seconds", "door" => door).record(begun.elapsed().as_secs_f64());
    answer
}

/// A failure of ours: logged whole, told in general.
pub(crate) fn internal(what: &str) -> Problem {
    tracing::error!("{what}");
    Problem::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "the daemon failed: see its log")
}

impl IntoResponse for Answered {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.json));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::ETAG, self.tag);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }
}

/// The query of a request. What is not known or cannot be read is a problem, and nothing is ignored.
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = Query::<T>::try_from_uri(&parts.uri);
        let Query(params) = query.map_err(|rejection| Problem::bad_request(rejection.body_text()))?;
        Ok(Params(params))
    }
}
