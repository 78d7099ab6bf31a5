use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ccr_index::search::Asking;
use ccr_index::store::Place;

use crate::net::TlsFiles;
use crate::reference::RequestOptions;

/// How a daemon serves.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Where it listens; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// Where the index is.
    pub place: Place,
    /// The file of tokens; without one everybody may ask.
    pub tokens_file: Option<PathBuf>,
    /// Whether to listen to other machines though there are no tokens.
    pub open_to_all: bool,
    /// Where requests for CodeBundles go; without it nobody can make any.
    pub requests: Option<RequestOptions>,
    /// The certificate and its key; without them no TLS.
    pub tls: Option<TlsFiles>,
    /// Time between two looks for a newer generation.
    pub poll: Duration,
    /// Time that a request may take until its answer begins.
    pub request_timeout: Duration,
    /// Time after which a connection is closed on which nothing is asked or taken.
    pub idle_timeout: Duration,
    /// Time that requests get to end when the daemon stops.
    pub grace: Duration,
    /// Connections at most.
    pub connections: usize,
    /// Requests that are worked on at once at most.
    pub concurrency: usize,
    /// Bytes of a request's body at most.
    pub body_limit: usize,
    /// Requests a second of one address, and as many at once; `None` without a limit.
    pub rate_limit: Option<u32>,
    /// Origins whose pages may ask; `*` for all.
    pub cors_origins: Vec<String>,
    /// Names under which `/mcp` is reached, beside those of this machine.
    pub hosts: Vec<String>,
    /// Whether `/mcp` offers the tools of the reference registry in place of its own.
    pub reference_tools: bool,
    /// How questions become vectors.
    pub asking: Asking,
}

impl ServeOptions {
    /// The defaults, over an index.
    pub fn new(listen: SocketAddr, place: impl Into<Place>) -> Self {
        ServeOptions {
            listen,
            place: place.into(),
            tokens_file: None,
            open_to_all: false,
            requests: None,
            tls: None,
            poll: Duration::from_secs(1),
            request_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(20),
            grace: Duration::from_secs(10),
            connections: 1024,
            concurrency: 256,
            body_limit: 1 << 20,
            rate_limit: None,
            cors_origins: Vec::new(),
            hosts: Vec::new(),
            reference_tools: false,
            asking: Asking::default(),
        }
    }
}
