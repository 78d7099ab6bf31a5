//! One request and its answer, within bounds of time and size.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, Response};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, USER_AGENT};
use reqwest::redirect::Policy;

use super::config::{ServiceConfig, is_loopback};
use crate::causes;
use crate::embed::EmbedError;

/// How much of a body is read at once, between two looks at the clock.
const CHUNK: usize = 64 << 10;

/// A connection to the service.
#[derive(Debug)]
pub(super) struct Http {
    client: Client,
    address: reqwest::Url,
    longest: Duration,
    largest: usize,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) retry_after: Option<String>,
    pub(super) retry_after_ms: Option<String>,
    /// Host that it sends elsewhere to.
    pub(super) elsewhere: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug, PartialEq)]
pub(super) enum Broken {
    /// It may work the next time.
    Passing(String),
    /// It will not.
    Lasting(String),
}

impl Http {
    pub(super) fn new(config: &ServiceConfig) -> Result<Http, EmbedError> {
        let address = config.address()?;
        // The provider of the process, unless there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .connect_timeout(config.limits.connect)
            .timeout(config.limits.request)
            .pool_max_idle_per_host(config.connections)
            // A redirect would take the `api-key` along to whatever host it names.
            .redirect(Policy::none())
            .retry(reqwest::retry::never());
        if is_loopback(&address) {
            // What is on this machine is not asked by way of another.
            client = client.no_proxy();
        }
        if address.scheme() == "http" {
            // No certificates are needed, which not every container has.
            client = client.tls_certs_only([]);
        }
        let client = client.build().map_err(|error| EmbedError {
            message: "could not prepare connections to the embedding service: where no certificates are \
                      installed, let SSL_CERT_FILE name a file of them"
                .to_owned(),
            source: Some(error.into()),
        })?;
        Ok(Http { client, address, longest: config.limits.request, largest: config.limits.answer })
    }

    /// The host and port that are asked.
    pub(super) fn host(&self) -> String {
        let host = self.address.host_str().unwrap_or_default();
        self.address.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Sends a JSON body.
    pub(super) fn post(
        &self,
        key: Option<(HeaderName, HeaderValue)>,
        body: Vec<u8>,
    ) -> Result<Reply, Broken> {
        let start = Instant::now();
        let mut request = self
            .client
            .post(self.address.clone())
            .header(USER_AGENT, concat!("ccr/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .body(body);
        if let Some((name, value)) = key {
            request = request.header(name, value);
        }
        let mut response = request.send().map_err(|error| self.broken(error))?;
        let header = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
        let (retry_after, retry_after_ms) = (header(RETRY_AFTER.as_str()), header("retry-after-ms"));
        let elsewhere = header(LOCATION.as_str())
            .and_then(|location| self.address.join(&location).ok()?.host_str().map(str::to_owned));
        let status = response.status().as_u16();
        let body = self.body(&mut response, start)?;
        Ok(Reply { status, retry_after, retry_after_ms, elsewhere, body })
    }

    /// Reads a body to its end. The client's own timeout begins anew with each piece of it, so that one
    /// that drips would never end.
    fn body(&self, response: &mut Response, start: Instant) -> Result<Vec<u8>, Broken> {
        let too_large = || {
            let limit = self.largest >> 20;
            Broken::Lasting(format!(
                "{} sent an answer of more than {limit} MB: is it the API? If so, set EMBEDDING_BATCH_SIZE to less",
                self.host()
            ))
        };
        if response.content_length().is_some_and(|length| length > self.largest as u64) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        let mut chunk = vec![0; CHUNK];
        loop {
            if start.elapsed() > self.longest {
                return Err(self.too_slow());
            }
            match response.read(&mut chunk) {
                Ok(0) => return Ok(body),
                Ok(read) if body.len() + read > self.largest => return Err(too_large()),
                Ok(read) => body.extend_from_slice(&chunk[..read]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) if start.elapsed() > self.longest => return Err(self.too_slow()),
                Err(error) => {
                    let why = causes(&error);
                    return Err(Broken::Passing(format!("the answer of {} broke off: {why}", self.host())));
                }
            }
        }
    }

    fn broken(&self, error: reqwest::Error) -> Broken {
        let host = self.host();
        if error.is_timeout() {
            return if error.is_connect() {
                Broken::Passing(format!("no connection to {host} in time"))
            } else {
                self.too_slow()
            };
        }
        let why = causes(&error.without_url());
        if why.contains("certificate") {
            return Broken::Lasting(format!(
                "{host} could not prove who it is ({why}): where it has a certificate of your own authority, \
                 let SSL_CERT_FILE name a file with that authority's certificate"
            ));
        }
        Broken::Passing(format!("no answer of {host}: {why}"))
    }

    fn too_slow(&self) -> Broken {
        let seconds = self.longest.as_secs_f64();
        Broken::Passing(format!("{} did not answer within {seconds} s", self.host()))
    }
}
