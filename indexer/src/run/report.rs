use std::io;

use super::summary::SourceSummary;

/// What a run does, in this order: the first four to each source, the others to the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Bring the files of a source up to date.
    Fetch,
    /// List them.
    List,
    /// Read those that say something.
    Read,
    /// Parse what was read.
    Parse,
    /// Give the documents their vectors.
    Embed,
    /// Write the new generation beside the one in service.
    Write,
    /// Put the new generation into service.
    Publish,
}

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
    /// A step begins, of the source `slug` or, where that is empty, of the run. Where this gives an error the
    /// step fails with it: a test's way to have a disk or the memory fail at this point. Publishing to a
    /// database is one step with writing.
    ///
    /// # Errors
    /// That of the disk or the memory.
    fn step(&self, _step: Step, _slug: &str) -> io::Result<()> {
        Ok(())
    }
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
