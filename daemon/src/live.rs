//! The open index, exchanged for a newer generation while questions are being answered.

use std::sync::{Arc, PoisonError, RwLock};
use std::thread::available_parallelism;

use ccr_index::search::{Asking, Searcher};
use ccr_index::store::{self, Place};

/// The generation in service, kept open. Whoever asks holds the generation that it asked for until
/// it is done, whatever is exchanged meanwhile.
#[derive(Debug)]
pub struct LiveIndex {
    place: Place,
    asking: Asking,
    open: RwLock<Option<Arc<Searcher>>>,
}

impl LiveIndex {
    /// An index where it is; nothing is opened yet.
    pub fn new(place: impl Into<Place>) -> Self {
        LiveIndex { place: place.into(), asking: Asking::default(), open: RwLock::new(None) }
    }

    /// Turns questions into vectors as it is said.
    #[must_use]
    pub fn asking(self, asking: Asking) -> Self {
        LiveIndex { asking, ..self }
    }

    /// Where the index is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// What is open; `None` before the first generation could be opened.
    pub fn searcher(&self) -> Option<Arc<Searcher>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens the generation in service where another one is open, or none. Returns whether it was
    /// exchanged. Blocks while it is read.
    ///
    /// # Errors
    /// As [`Searcher::open`] and [`Searcher::asking`]. What was open stays open.
    pub fn refresh(&self) -> Result<bool, store::Error> {
        if let Some(searcher) = self.searcher()
            && searcher.reader().is_in_service()?
        {
            return Ok(false);
        }
        let threads = available_parallelism().map_or(2, usize::from);
        let reader = self.place.open_for_threads(threads)?;
        let searcher = Arc::new(Searcher::new(reader)?.asking(&self.asking)?);
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some(searcher);
        Ok(true)
    }
}
