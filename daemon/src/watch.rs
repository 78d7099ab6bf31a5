//! Looks for a newer generation, and keeps what it found.

use std::sync::{Arc, Mutex, PoisonError};

use crate::service::Service;
use crate::tokens::TokenFile;
use ccr_index::{causes, store};

/// What came of the last look for a newer generation.
#[derive(Debug, Default)]
pub(crate) struct Lookout {
    trouble: Mutex<Option<Trouble>>,
}

/// Why the generation that is named as current is not the one in service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// The reason, for people.
    pub(crate) why: String,
    /// Whether the index cannot be asked at all now: its database is away. Else an older generation answers.
    pub(crate) is_away: bool,
}

impl Lookout {
    /// Why the generation that is named as current is not the one in service; `None` where it is.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes what came of a look; returns whether it is other than the last time.
    fn note(&self, trouble: Option<Trouble>) -> bool {
        let mut last = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = *last != trouble;
        *last = trouble;
        is_news
    }
}

/// Looks once, on a thread that may block. A generation that cannot be opened leaves the old one in
/// service.
pub(crate) fn look(service: &Service) {
    let live = service.generations.live();
    match live.refresh() {
        Ok(false) => {
            if service.lookout.note(None) {
                tracing::info!("the index is sound again");
            }
        }
        Ok(true) => {
            service.lookout.note(None);
            metrics::counter!("ccr_generation_swaps_total").increment(1);
            if let Some(searcher) = live.searcher() {
                let manifest = searcher.reader().manifest();
                let documents = searcher.reader().document_count();
                tracing::info!(generation = manifest.generation, documents, "opened a generation");
            }
        }
        Err(error) => {
            let why = causes(&error);
            metrics::counter!("ccr_generation_failures_total").increment(1);
            let is_away = matches!(error, store::Error::Away { .. });
            if service.lookout.note(Some(Trouble { why: why.clone(), is_away })) {
                let serving = live.searcher().map(|searcher| searcher.reader().manifest().generation);
                tracing::warn!(error = %why, serving, "the newest generation could not be opened");
            }
        }
    }
}

/// Looks again and again until the daemon stops.
pub(crate) async fn watch(service: Arc<Service>) {
    let mut timer = tokio::time::interval(service.options.poll);
    timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    timer.tick().await;
    loop {
        timer.tick().await;
        let looking = service.clone();
        // A panic there is logged by the runtime; the next look may fare better.
        let _ = tokio::task::spawn_blocking(move || look(&looking)).await;
        if let Some(Err(error)) = service.tokens.as_ref().map(TokenFile::refresh) {
            tracing::warn!(error = %causes(&error), "the tokens could not be read again: the old ones hold");
        }
        service.metrics.run_upkeep();
    }
}
