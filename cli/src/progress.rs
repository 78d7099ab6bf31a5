//! How an index run goes on, on a terminal.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ccr_index::embed::service::{Listener, Wait, WaitCause};
use ccr_indexer::run::{Reporter, SourceSummary};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::printer;

/// Waits that are shorter together are nobody's business where there is no bar.
const LONG: Duration = Duration::from_secs(4);

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// A bar that counts sources and names what is being done; draws nothing where nobody looks.
pub(crate) struct RunProgress {
    bar: ProgressBar,
}

impl RunProgress {
    /// A bar over `sources` sources.
    pub(crate) fn new(sources: usize, is_shown: bool) -> Self {
        let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(sources as u64), target);
        if let Ok(style) =
            ProgressStyle::with_template("{spinner} {pos}/{len} sources {bar:24} {elapsed} {wide_msg}")
        {
            bar.set_style(style);
        }
        if is_shown {
            bar.enable_steady_tick(TICK);
        }
        RunProgress { bar }
    }

    /// Tells of waits for an embedding service: in the bar, or, where it is not drawn and nobody asked for quiet, in a
    /// note for each cause of long waits.
    pub(crate) fn waits(&self, is_quiet: bool) -> Arc<Waits> {
        let bar = (!self.bar.is_hidden()).then(|| self.bar.clone());
        Arc::new(Waits { bar, is_quiet, heard: Mutex::default() })
    }

    /// Takes the bar off the screen.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Hears of waits.
#[derive(Debug)]
pub(crate) struct Waits {
    bar: Option<ProgressBar>,
    is_quiet: bool,
    heard: Mutex<Heard>,
}

/// How long was waited so far; nothing more is added once a note was printed.
#[derive(Debug, Default)]
struct Heard {
    for_rate: Duration,
    for_failures: Duration,
}

impl Listener for Waits {
    fn waits(&self, wait: &Wait) {
        if let Some(bar) = &self.bar {
            bar.set_message(wait.to_string());
            return;
        }
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = match wait.cause {
            WaitCause::RateLimit => &mut heard.for_rate,
            WaitCause::Failure(_) => &mut heard.for_failures,
        };
        let is_told = *waited >= LONG;
        *waited += wait.length;
        if *waited >= LONG && !is_told && !self.is_quiet {
            printer::stderr(&format!("{wait}\n"));
        }
    }
}

impl Reporter for RunProgress {
    fn source_started(&self, slug: &str) {
        self.bar.set_message(slug.to_owned());
    }

    fn waiting(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    fn source_finished(&self, source: &SourceSummary) {
        self.bar.set_message(source.slug.clone());
        self.bar.inc(1);
    }

    fn stage(&self, doing: &str) {
        self.bar.set_message(doing.to_owned());
    }

    fn embedded(&self, done: usize, all: usize) {
        self.bar.set_message(format!("embedding {done}/{all}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_each_wait() {
        let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::hidden());
        let waits = Waits { bar: Some(bar.clone()), is_quiet: false, heard: Mutex::default() };
        let wait =
            |cause| Wait { host: "api.example.com".to_owned(), length: Duration::from_millis(11_200), cause };
        waits.waits(&wait(WaitCause::RateLimit));
        assert_eq!(bar.message(), "waiting 12 s for the rate limit of api.example.com");
        waits.waits(&wait(WaitCause::Failure("500: oops".to_owned())));
        assert_eq!(bar.message(), "asking api.example.com again in 12 s (500: oops)");
    }
}
