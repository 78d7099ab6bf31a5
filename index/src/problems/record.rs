use std::borrow::Cow;

use serde::Serialize;

use super::Rule;
use crate::manifest::{FailedSource, FileProblem, Manifest, Outcome, Severity, SourceState};
use crate::model::{DOCUMENTATION, web_link};

/// Something wrong with a source or in one of its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemRecord {
    /// What kind of thing is wrong.
    pub rule: Rule,
    /// Whether anything is lost by it.
    pub severity: Severity,
    /// Path in the source, or the address of a page; none where the source as a whole is meant.
    pub path: Option<String>,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Column in characters, from 1.
    pub column: Option<u32>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Cow<'static, str>,
    /// Slug of the source.
    pub collection: String,
    /// The line at the commit that was read, on the web pages of its host; none where these are not known.
    pub url: Option<String>,
}

impl ProblemRecord {
    fn of_source(slug: &str, rule: Rule, message: &str) -> ProblemRecord {
        ProblemRecord {
            rule,
            severity: rule.severity(),
            path: None,
            line: None,
            column: None,
            message: message.to_owned(),
            hint: Cow::Borrowed(rule.hint()),
            collection: slug.to_owned(),
            url: None,
        }
    }

    /// The same for the same thing in every run, wherever its line moved: of the source, the rule, the path and
    /// the message. Sixteen hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for part in
            [&*self.collection, self.rule.id(), self.path.as_deref().unwrap_or_default(), &*self.message]
        {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }

    fn of_file(source: &SourceState, problem: &FileProblem) -> ProblemRecord {
        let rule = problem.rule();
        let path = problem.path.clone().filter(|path| !path.is_empty());
        let url = path.as_deref().and_then(|path| url(source, path, problem.line));
        let severity = problem.severity;
        let slug = &source.collection.slug;
        let of_source = ProblemRecord::of_source(slug, rule, &problem.message);
        ProblemRecord { severity, path, line: problem.line, column: problem.column, url, ..of_source }
    }
}

fn url(source: &SourceState, path: &str, line: Option<u32>) -> Option<String> {
    let collection = &source.collection;
    if collection.slug == DOCUMENTATION {
        return path.contains("://").then(|| path.to_owned());
    }
    web_link(collection.git_url.as_deref()?, collection.commit.as_deref()?, path, line)
}

/// What is wrong with the sources that pass, by slug: those of which nothing was indexed first, then the
/// others in the order of `sources.yaml`, what is wrong with each as a whole before what is in its files.
pub fn problems<'a>(
    manifest: &'a Manifest,
    passes: impl Fn(&str) -> bool + Copy + 'a,
) -> impl Iterator<Item = ProblemRecord> + 'a {
    let failed = manifest.failed.iter().filter(move |failed| passes(&failed.slug)).map(of_failed);
    let sources = manifest.sources.iter().filter(move |source| passes(&source.collection.slug));
    failed.chain(sources.flat_map(|source| {
        let files = source.problems.iter().map(move |problem| ProblemRecord::of_file(source, problem));
        of_stale(source).into_iter().chain(files)
    }))
}

fn of_failed(failed: &FailedSource) -> ProblemRecord {
    ProblemRecord::of_source(&failed.slug, Rule::SourceFailed, &failed.reason)
}

fn of_stale(source: &SourceState) -> Option<ProblemRecord> {
    let Outcome::Stale { reason } = &source.outcome else { return None };
    Some(ProblemRecord::of_source(&source.collection.slug, Rule::SourceStale, reason))
}
