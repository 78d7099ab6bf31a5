use super::summary::SourceSummary;

/// Hears how a run goes on, from several threads at once.
pub trait Reporter: Sync {
    /// A source is being fetched.
    fn source_started(&self, slug: &str);
    /// The run waits, and this says for what.
    fn waiting(&self, what: &str);
    /// A source is done, well or not.
    fn source_finished(&self, source: &SourceSummary);
    /// All sources are done; the run now does this to the index.
    fn stage(&self, doing: &str);
    /// So many of so many texts are embedded.
    fn embedded(&self, done: usize, all: usize);
}

/// Says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Reporter for Quiet {
    fn source_started(&self, _slug: &str) {}
    fn waiting(&self, _what: &str) {}
    fn source_finished(&self, _source: &SourceSummary) {}
    fn stage(&self, _doing: &str) {}
    fn embedded(&self, _done: usize, _all: usize) {}
}
