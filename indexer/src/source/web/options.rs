use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::address::{Reach, reach};
use super::clock::{Clock, SystemClock};
use super::names::{Names, SystemNames};

/// How pages are read.
#[derive(Debug, Clone)]
pub struct CrawlOptions {
    /// Folder of what was read before; it is made where it is not there. One process at a time.
    pub cache: PathBuf,
    /// Only what was read before: no socket is opened, and the cache stays as it is.
    pub offline: bool,
    /// Whether the seeds are all that there are: what none of them leads to goes after the grace.
    pub is_whole: bool,
    /// The date of this run, in seconds since 1970.
    pub now: u64,
    /// What servers are told of who asks.
    pub user_agent: String,
    /// Time between two requests to a host, where its `robots.txt` asks for no more.
    pub delay: Duration,
    /// The longest that a host may ask for: as `Crawl-delay` it is cut to this, as `Retry-After` the
    /// host is left alone for this run.
    pub most_delay: Duration,
    /// Requests to a host at once.
    pub per_host: usize,
    /// Requests at once in all.
    pub connections: usize,
    /// How often a page is asked for before it counts as not answering.
    pub attempts: u32,
    /// Pages that are asked for in vain, one after the other, before a host counts as down.
    pub failures: u32,
    /// What is too much.
    pub limits: WebLimits,
    /// Pages of a seed that says no `max_pages`.
    pub max_pages: u32,
    /// How long a page that is gone (404, 410, forbidden by `robots.txt`, no longer linked) is kept.
    pub grace: Duration,
    /// How long a `robots.txt` holds.
    pub robots_age: Duration,
    /// Bytes of the cache; above, pages go that no seed leads to any more, the oldest first.
    pub cache_bytes: u64,
    /// Hosts (`host` or `host:port`) that every seed may read although their addresses are private.
    pub allowed_hosts: Vec<String>,
    /// Which addresses may be connected to.
    pub reach: fn(IpAddr) -> Reach,
    /// Who knows the addresses of names.
    pub names: Arc<dyn Names>,
    /// Who tells the time.
    pub clock: Arc<dyn Clock>,
}

/// What is too much of a page or a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebLimits {
    /// Bytes of a body as it is sent.
    pub received: usize,
    /// Bytes of a body after decompression.
    pub decompressed: usize,
    /// Redirects in a row.
    pub redirects: usize,
    /// Until there is a connection, names and certificates included.
    pub connect: Duration,
    /// Without a byte.
    pub idle: Duration,
    /// One request with its answer.
    pub request: Duration,
    /// Bytes a second that an answer has to come at, once `patience` is over.
    pub slowest: usize,
    /// How long an answer may be slower.
    pub patience: Duration,
    /// All requests to one host, with the time between them: one that asks for much of it must not keep the
    /// others from theirs.
    pub host: Duration,
    /// All of them; what is left then is as it was read last.
    pub total: Duration,
}

impl Default for WebLimits {
    fn default() -> Self {
        WebLimits {
            received: 10 << 20,
            decompressed: 10 << 20,
            redirects: 10,
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(20),
            request: Duration::from_secs(60),
            slowest: 1024,
            patience: Duration::from_secs(10),
            host: Duration::from_secs(1200),
            total: Duration::from_secs(3600),
        }
    }
}

impl Default for CrawlOptions {
    fn default() -> Self {
        let version = env!("CARGO_PKG_VERSION");
        CrawlOptions {
            cache: PathBuf::from("data/cache/pages"),
            offline: false,
            is_whole: true,
            now: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
            user_agent: format!("ccr/{version} (+https://github.com/ccr-index/ccr)"),
            delay: Duration::from_millis(200),
            most_delay: Duration::from_secs(60),
            per_host: 2,
            connections: 8,
            attempts: 3,
            failures: 5,
            limits: WebLimits::default(),
            max_pages: 500,
            grace: Duration::from_secs(7 * 86_400),
            robots_age: Duration::from_secs(86_400),
            cache_bytes: 2 << 30,
            allowed_hosts: Vec::new(),
            reach,
            names: Arc::new(SystemNames),
            clock: Arc::new(SystemClock::new()),
        }
    }
}
