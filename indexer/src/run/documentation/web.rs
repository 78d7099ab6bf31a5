//! The pages that are listed by their address.

use ccr_index::{FileProblem, Severity};

use crate::config::DocumentationEntry;
use crate::parse::page::PageText;
use crate::run::plan::RunOptions;

use super::entries::Listed;

/// A page as it was read.
#[derive(Debug, Clone)]
pub(super) struct WebPage {
    pub(super) url: String,
    pub(super) listed: usize,
    pub(super) depth: u32,
    pub(super) text: PageText,
    pub(super) stale: Option<String>,
}

/// What the web gave.
#[derive(Debug, Default)]
pub(super) struct FromWeb {
    /// Positions of the entries that pages were read for.
    pub(super) seeds: Vec<usize>,
    pub(super) pages: Vec<WebPage>,
    pub(super) problems: Vec<FileProblem>,
}

/// Reads the pages that are listed by their address.
pub(super) fn read(entries: &[Listed<'_>], _options: &RunOptions) -> FromWeb {
    let mut from_web = FromWeb::default();
    for (position, listed) in entries.iter().enumerate() {
        if let DocumentationEntry::Page(page) = listed.entry
            && let Some(url) = &page.url
        {
            from_web.seeds.push(position);
            from_web.problems.push(FileProblem {
                path: Some(url.clone()),
                line: None,
                column: None,
                message: "pages of the web are not read by this version".to_owned(),
                severity: Severity::Error,
            });
        }
    }
    from_web
}
