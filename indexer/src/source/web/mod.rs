//! Pages of the web: [`crawl`] reads what `sources.yaml` lists, politely and within bounds, and never
//! forgets what it has read.
//!
//! Each page that was good once is kept in a cache. Where a page cannot be read today, or has become
//! something that is none (a login form, an empty shell), what it said last is given again, with the
//! reason. No page leads to an address that is not public, unless its host is allowed by name.

mod address;
mod agent;
mod body;
mod cache;
mod charset;
mod client;
mod clock;
mod content;
mod failure;
mod fold;
mod gate;
mod hop;
mod hosts;
mod judge;
pub(crate) use judge::SHRUNK_SHARE;
mod links;
mod names;
mod normal;
mod options;
mod refresh;
mod request;
mod robots;
mod scope;
mod tell;
mod visit;
mod walk;

use std::io;
use std::path::PathBuf;

use ccr_index::Severity;
use thiserror::Error;
use tokio::runtime;

use agent::Agent;
use cache::Cache;
use links::Source;
use walk::Walk;

use crate::config::Crawl;
use crate::parse::page::PageText;

pub use address::{Reach, reach};
pub use clock::{Clock, Pending, SystemClock};
pub use names::{Names, SystemNames};
pub use options::{CrawlOptions, WebLimits};

/// A page that `sources.yaml` lists, with how far to go from it.
#[derive(Debug, Clone, Copy)]
pub struct Seed<'a> {
    /// Its address, as listed.
    pub url: &'a str,
    /// How far links are followed; not at all where absent.
    pub crawl: Option<&'a Crawl>,
}

/// A page as it was read, now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebPage {
    /// Its address, without fragment: the canonical one that it names itself where that is of the same
    /// host, or else the one that redirects led to.
    pub url: String,
    /// Position of the first seed that led to it.
    pub listed: usize,
    /// Positions of other seeds that list this very page, by the same or another address.
    pub also_listed: Vec<usize>,
    /// Links in a row from the seed.
    pub depth: u32,
    /// What it says.
    pub text: PageText,
    /// When this text was read, or last found unchanged, in seconds since 1970.
    pub read_at: u64,
    /// Why it is not as of this run.
    pub stale: Option<String>,
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebProblem {
    /// The page.
    pub url: String,
    /// What is wrong, and what was done.
    pub message: String,
    /// An error where something is lost or old, a warning where it is advice.
    pub severity: Severity,
}

/// What a crawl found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Crawled {
    /// The pages with text: by depth, then in the order of the seeds and their links. None occurs twice.
    pub pages: Vec<WebPage>,
    /// What is wrong.
    pub problems: Vec<WebProblem>,
    /// Pages that were read in full.
    pub fetched: u64,
    /// Pages that have not changed, by the server's word.
    pub not_modified: u64,
    /// Pages that are as they were before, because they could not be read now.
    pub stale: u64,
    /// Pages that were there once and are no more.
    pub gone: u64,
}

/// Why nothing could be read at all.
#[derive(Debug, Error)]
pub enum WebError {
    /// The cache cannot be used.
    #[error("could not {action} `{path}`; check its permissions and the space on the disk")]
    Cache {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// The machine gives no means to wait for connections.
    #[error("could not prepare to read pages")]
    Runtime(#[source] io::Error),
}

/// Hears how a crawl goes on.
pub trait CrawlReporter: Sync {
    /// A page is done, well or not; so many are done of those known by now.
    fn page(&self, url: &str, done: u64, known: u64);
}

/// Says nothing.
impl CrawlReporter for () {
    fn page(&self, _url: &str, _done: u64, _known: u64) {}
}

/// Reads the pages of the seeds and what their links lead to.
///
/// What is read does not depend on which server is faster. Nothing that is wrong with a page or a server is an error:
/// it is a problem, and the other pages are read. May be called on any thread, and blocks it.
///
/// # Errors
///
/// When the cache cannot be opened, without which nothing is asked for.
pub fn crawl(
    seeds: &[Seed<'_>],
    options: &CrawlOptions,
    reporter: &dyn CrawlReporter,
) -> Result<Crawled, WebError> {
    // A runtime may not be started on a thread of another.
    std::thread::scope(|scope| {
        let crawl = || {
            if options.offline { read_kept(seeds, options, reporter) } else { read(seeds, options, reporter) }
        };
        let crawl = std::thread::Builder::new().spawn_scoped(scope, crawl).map_err(WebError::Runtime)?;
        let ended = |_| Err(WebError::Runtime(io::Error::other("the crawl ended before its time")));
        crawl.join().unwrap_or_else(ended)
    })
}

/// Without input and output: nothing can be opened.
fn read_kept(
    seeds: &[Seed<'_>],
    options: &CrawlOptions,
    reporter: &dyn CrawlReporter,
) -> Result<Crawled, WebError> {
    let runtime = runtime::Builder::new_current_thread().build().map_err(WebError::Runtime)?;
    let cache = Cache::look_into(&options.cache);
    Ok(runtime.block_on(Walk::new(Source::Cache(&cache), options, reporter).walk(seeds)))
}

fn read(
    seeds: &[Seed<'_>],
    options: &CrawlOptions,
    reporter: &dyn CrawlReporter,
) -> Result<Crawled, WebError> {
    let cache = Cache::open(&options.cache)?;
    // The runtime panics where it wants a thread for a name or a page and gets none.
    let thread = std::thread::Builder::new().spawn(|| {}).map_err(WebError::Runtime)?;
    let _ = thread.join();
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(WebError::Runtime)?;
    let agent = Agent::new(options, &cache);
    let mut crawled = runtime.block_on(Walk::new(Source::Web(&agent), options, reporter).walk(seeds));
    if options.is_whole {
        sweep(&cache, agent, &mut crawled);
    }
    Ok(crawled)
}

/// Removes what no seed leads to any more.
fn sweep(cache: &Cache, agent: Agent<'_>, crawled: &mut Crawled) {
    let options = agent.options;
    let swept = cache.sweep(&agent.reached(), options.now, options.grace.as_secs(), options.cache_bytes);
    let message = match swept {
        Ok(swept) if swept.bytes > options.cache_bytes => {
            format!(
                "the pages that are kept have {} MB, more than the {} MB that they should",
                swept.bytes >> 20,
                options.cache_bytes >> 20
            )
        }
        Ok(_) => return,
        Err(error) => format!("pages that are no longer needed could not be removed: {error}"),
    };
    let url = options.cache.display().to_string();
    crawled.problems.push(WebProblem { url, message, severity: Severity::Warning });
}
