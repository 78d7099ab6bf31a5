//! One request and its answer, within bounds of time and size.

use ccr_index::causes;
use std::time::Duration;

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, RETRY_AFTER,
};
use reqwest::{Client, Response, StatusCode};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout};
use url::Url;

use super::body::{Body, BodyError};
use super::cache::Validators;
use super::client;
use super::content;
use super::failure::{Failure, Kind};
use super::options::WebLimits;
use crate::parse::robots_txt;

/// What an address is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A page.
    Page,
    /// A list of links: a sitemap or `llms.txt`.
    Links,
    /// `robots.txt`, of which the begin is enough.
    Robots,
}

/// What came back: a page, that it has not changed, or where else to look.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// The right to hold the body.
    pub(super) slot: Option<OwnedSemaphorePermit>,
}

impl Reply {
    pub(super) fn header(&self, name: &HeaderName) -> Option<&str> {
        std::str::from_utf8(self.headers.get(name)?.as_bytes()).ok()
    }
}

/// Why nothing came back.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) failure: Failure,
    /// It may work the next time.
    pub(super) is_passing: bool,
    /// Whether the host answers, as far as this tells.
    pub(super) is_up: Option<bool>,
    /// How long the server asks to be left alone, as it says it.
    pub(super) retry_after: Option<String>,
}

impl Broken {
    fn lasting(failure: Failure) -> Broken {
        Broken { failure, is_passing: false, is_up: Some(true), retry_after: None }
    }

    fn passing(reason: String) -> Broken {
        Broken { failure: Failure::outage(reason), is_passing: true, is_up: Some(false), retry_after: None }
    }
}

/// Asks once.
pub(super) async fn ask(
    client: &Client,
    url: &Url,
    purpose: Purpose,
    known: Option<&Validators>,
    limits: &WebLimits,
) -> Result<Reply, Broken> {
    let answer = async {
        let request = client.get(url.clone()).headers(headers(purpose, known));
        let response = request.send().await.map_err(|error| broken(&error, limits))?;
        let status = response.status();
        let headers = response.headers().clone();
        judge(status, &headers)?;
        let body = if status == StatusCode::OK { read(response, purpose, limits).await? } else { Vec::new() };
        Ok(Reply { status, headers, body, slot: None })
    };
    match timeout(limits.request, answer).await {
        Ok(answered) => answered,
        Err(_) => Err(Broken::passing(format!("no whole answer within {}", seconds(limits.request)))),
    }
}

fn headers(purpose: Purpose, known: Option<&Validators>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let accepted = if purpose == Purpose::Page { content::ACCEPT } else { "*/*" };
    headers.insert(ACCEPT, HeaderValue::from_static(accepted));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate"));
    let known = known.into_iter().flat_map(|known| {
        [(IF_NONE_MATCH, known.etag.as_deref()), (IF_MODIFIED_SINCE, known.last_modified.as_deref())]
    });
    for (name, value) in known {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    headers
}

/// What a status means where it is not one to go on with.
fn judge(status: StatusCode, headers: &HeaderMap) -> Result<(), Broken> {
    let told = || format!("the server says {status}");
    let kind = match status.as_u16() {
        200 | 300..=399 => return Ok(()),
        401 | 403 | 407 | 451 => Kind::Wall,
        404 | 410 => Kind::Gone,
        408 | 425 | 429 | 500 | 502..=599 => {
            let retry_after =
                headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
            let is_up = Some(status == StatusCode::INTERNAL_SERVER_ERROR);
            return Err(Broken { retry_after, is_up, ..Broken::passing(told()) });
        }
        501 => Kind::Outage,
        _ => Kind::Wrong,
    };
    Err(Broken::lasting(Failure::new(kind, told())))
}

/// Reads a body to its end or to its limits, piece by piece.
async fn read(mut response: Response, purpose: Purpose, limits: &WebLimits) -> Result<Vec<u8>, Broken> {
    let is_robots = purpose == Purpose::Robots;
    let encoding = response.headers().get(CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    let body = Body::new(encoding, limits.received, limits.decompressed);
    let mut body = body.map_err(|error| too_much(&error))?;
    if !is_robots && response.content_length().is_some_and(|length| length > limits.received as u64) {
        return Err(too_much(&BodyError::TooLarge(limits.received)));
    }
    let start = Instant::now();
    loop {
        let piece = response.chunk().await.map_err(|error| broken(&error, limits))?;
        let Some(piece) = piece else { break };
        let taken = body.push(&piece);
        if is_robots && (taken.is_err() || body.so_far() > robots_txt::MOST_BYTES) {
            return Ok(body.begin());
        }
        taken.map_err(|error| too_much(&error))?;
        let elapsed = start.elapsed();
        if elapsed > limits.patience
            && (body.received() as f64) < elapsed.as_secs_f64() * limits.slowest as f64
        {
            return Err(Broken::passing(format!(
                "the answer comes at less than {} bytes a second",
                limits.slowest
            )));
        }
    }
    body.finish().map_err(|error| too_much(&error))
}

fn too_much(error: &BodyError) -> Broken {
    let size = |bytes: &usize| match bytes >> 20 {
        0 => format!("{bytes} bytes"),
        megabytes => format!("{megabytes} MB"),
    };
    let reason = match error {
        BodyError::TooLarge(most) => format!("it is larger than {}", size(most)),
        BodyError::Bomb(most) => format!("it is larger than {} when decompressed", size(most)),
        BodyError::Encoding(name) => format!("it is compressed as `{name}`, which was not asked for"),
        BodyError::Broken(why) => return Broken::passing(format!("its compression is broken: {why}")),
    };
    Broken::lasting(Failure::wrong(reason))
}

fn broken(error: &reqwest::Error, limits: &WebLimits) -> Broken {
    if let Some(refused) = client::refused(error) {
        return Broken { is_up: None, ..Broken::lasting(Failure::new(Kind::Refused, refused.to_string())) };
    }
    if error.is_timeout() {
        let reason = if error.is_connect() {
            format!("no connection within {}", seconds(limits.connect))
        } else {
            format!("nothing was heard for {}", seconds(limits.idle))
        };
        return Broken::passing(reason);
    }
    let why = causes(error);
    if why.contains("certificate") {
        let reason = format!("the host could not prove who it is ({why})");
        return Broken { is_passing: false, ..Broken::passing(reason) };
    }
    Broken::passing(if error.is_connect() {
        format!("no connection: {why}")
    } else {
        format!("no answer: {why}")
    })
}

fn seconds(length: Duration) -> String {
    format!("{} s", length.as_secs_f64())
}
