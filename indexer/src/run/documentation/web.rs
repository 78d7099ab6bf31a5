//! The pages that are listed by their address, and those that their links lead to.

use ccr_index::{FileProblem, Rule, Severity};

use super::entries::{Listed, parts};
use crate::config::DocumentationEntry;
use crate::run::Reporter;
use crate::run::plan::RunOptions;
use crate::source::web::{self, CrawlOptions, CrawlReporter, Crawled, Seed, WebPage};
use ccr_index::causes;

/// Below the data folder: what was read before.
const CACHE: &str = "cache/pages";

/// What the web gave.
#[derive(Debug, Default)]
pub(in crate::run) struct FromWeb {
    /// Positions of the entries that were asked for, as [`WebPage::listed`] counts them.
    pub(super) seeds: Vec<usize>,
    pub(super) pages: Vec<WebPage>,
    pub(super) problems: Vec<FileProblem>,
    /// Whether a page that was there once went for good.
    pub(super) has_gone: bool,
    /// Why nothing could be asked for at all.
    pub(super) failed: Option<String>,
}

/// Reads the pages of `entries`.
pub(super) fn read(entries: &[Listed<'_>], options: &RunOptions, reporter: &dyn Reporter) -> FromWeb {
    let mut seeds = Vec::new();
    let mut positions = Vec::new();
    for (position, listed) in entries.iter().enumerate() {
        if let DocumentationEntry::Page(page) = listed.entry
            && let Some(url) = &page.url
        {
            seeds.push(Seed { url: parts(url).0, crawl: page.crawl.as_ref() });
            positions.push(position);
        }
    }
    if seeds.is_empty() {
        return FromWeb::default();
    }
    let crawl = CrawlOptions {
        cache: options.data_dir.join(CACHE),
        offline: options.fetch.offline,
        now: options.now,
        ..CrawlOptions::default()
    };
    let told = match web::crawl(&seeds, &crawl, &Progress(reporter)) {
        Ok(Crawled { pages, problems, gone, .. }) => {
            let problem = |problem: web::WebProblem| at(problem.url, problem.message, problem.severity);
            let problems = problems.into_iter().map(problem).collect();
            FromWeb { pages, problems, has_gone: gone > 0, ..FromWeb::default() }
        }
        Err(error) => {
            let reason = causes(&error);
            let problem = FileProblem { path: None, ..at(String::new(), reason.clone(), Severity::Error) };
            FromWeb { problems: vec![problem], failed: Some(reason), ..FromWeb::default() }
        }
    };
    FromWeb { seeds: positions, ..told }
}

/// A problem of an address.
pub(super) fn at(url: String, message: String, severity: Severity) -> FileProblem {
    let rule = match severity {
        Severity::Error => Rule::PageUnreadable,
        Severity::Warning => Rule::Page,
    };
    FileProblem { path: Some(url), line: None, column: None, message, severity, rule: Some(rule) }
}

struct Progress<'a>(&'a dyn Reporter);

impl CrawlReporter for Progress<'_> {
    fn page(&self, _url: &str, done: u64, known: u64) {
        self.0.stage(&format!("reading page {done} of {known}"));
    }
}
