//! Time, as far as a service needs it: handed in, so that tests need not wait.

use std::fmt;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Tells the time and waits.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Time since a moment that stays the same; never less than before.
    fn now(&self) -> Duration;

    /// The date, for what services say in dates.
    fn date(&self) -> SystemTime;

    /// Waits for that long, or until `stop` is raised.
    fn wait(&self, length: Duration, stop: &Stop);
}

/// The clock of the machine.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// Starts at 0.
    pub fn new() -> SystemClock {
        SystemClock { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn date(&self) -> SystemTime {
        SystemTime::now()
    }

    fn wait(&self, length: Duration, stop: &Stop) {
        stop.wait(length);
    }
}

/// Ends every wait when it is raised.
#[derive(Debug, Default)]
pub struct Stop {
    raised: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    /// Raises it, for good.
    pub fn raise(&self) {
        *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    /// Whether it was raised.
    pub fn is_raised(&self) -> bool {
        *self.raised.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, length: Duration) {
        let raised = self.raised.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(raised, length, |raised| !*raised);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}
