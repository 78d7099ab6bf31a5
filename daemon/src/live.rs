//! The open index, exchanged for a newer generation while questions are being answered.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use ccr_index::search::Searcher;
use ccr_index::store::{self, local};

/// The generation in service, kept open. Whoever asks holds the generation that it asked for until
/// it is done, whatever is exchanged meanwhile.
#[derive(Debug)]
pub struct LiveIndex {
    data_dir: PathBuf,
    open: RwLock<Option<Arc<Searcher>>>,
}

impl LiveIndex {
    /// An index below a data directory; nothing is opened yet.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        LiveIndex { data_dir: data_dir.into(), open: RwLock::new(None) }
    }

    /// The data directory.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// What is open; `None` before the first generation could be opened.
    pub fn searcher(&self) -> Option<Arc<Searcher>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens the generation in service where another one is open, or none. Returns whether it was
    /// exchanged. Blocks while the files are read.
    ///
    /// # Errors
    /// As [`Searcher::open`]. What was open stays open.
    pub fn refresh(&self) -> Result<bool, store::Error> {
        let in_service = local::in_service(&self.data_dir)?;
        let is_open = |searcher: Arc<Searcher>| searcher.reader().manifest().generation == in_service;
        if self.searcher().is_some_and(is_open) {
            return Ok(false);
        }
        let searcher = Arc::new(Searcher::open(&self.data_dir)?);
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some(searcher);
        Ok(true)
    }
}
