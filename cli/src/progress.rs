//! How an index run goes on, on a terminal.

use std::time::Duration;

use ccr_indexer::run::{Reporter, SourceSummary};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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

    /// Takes the bar off the screen.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
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
