//! Time, as far as politeness needs it: handed in, so that tests need not wait.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

/// Something that ends some day.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tells the time and waits. What a server may take for an answer is not measured by it.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Time since a moment that stays the same; never less than before.
    fn now(&self) -> Duration;

    /// Waits for that long.
    fn sleep(&self, length: Duration) -> Pending<'_, ()>;
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

    fn sleep(&self, length: Duration) -> Pending<'_, ()> {
        Box::pin(tokio::time::sleep(length))
    }
}
