//! Politeness to one host: how many requests at once, how far apart, and when to leave it alone.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};

use super::clock::Clock;
use super::failure::Failure;
use crate::parse::robots_txt::RobotsTxt;

/// What is known of a host and port.
#[derive(Debug)]
pub(super) struct Gate {
    permits: Semaphore,
    pace: Mutex<Pace>,
    failures: AtomicU32,
    /// What may be read, or why nothing may.
    pub(super) robots: OnceCell<Result<RobotsTxt, Failure>>,
}

#[derive(Debug)]
struct Pace {
    delay: Duration,
    /// When the next request may start.
    next: Duration,
    /// When the first one came.
    first: Option<Duration>,
}

impl Gate {
    pub(super) fn new(at_once: usize, delay: Duration) -> Gate {
        Gate {
            permits: Semaphore::new(at_once.max(1)),
            pace: Mutex::new(Pace { delay, next: Duration::ZERO, first: None }),
            failures: AtomicU32::new(0),
            robots: OnceCell::new(),
        }
    }

    /// The host asks for more time between requests.
    pub(super) fn slow_down(&self, delay: Duration) {
        let mut pace = self.pace();
        let more = delay.saturating_sub(pace.delay);
        pace.delay = pace.delay.max(delay);
        pace.next += more;
    }

    /// The host asks to be left alone for so long.
    pub(super) fn hold(&self, clock: &dyn Clock, length: Duration) {
        let mut pace = self.pace();
        pace.next = pace.next.max(clock.now() + length);
    }

    /// Waits until a request may start. It ends when what is given back is dropped. One that could not start
    /// within `longest` after the first, or before `end`, does not wait: it has the length that is over.
    pub(super) async fn enter(
        &self,
        clock: &dyn Clock,
        longest: Duration,
        end: Duration,
    ) -> Result<Option<SemaphorePermit<'_>>, Duration> {
        // Nobody closes it.
        let permit = self.permits.acquire().await.ok();
        let wait = {
            let mut pace = self.pace();
            let now = clock.now();
            let start = pace.next.max(now);
            let first = *pace.first.get_or_insert(now);
            if start > first.saturating_add(longest) {
                return Err(longest);
            }
            if start > end {
                return Err(end);
            }
            pace.next = start + pace.delay;
            start.saturating_sub(now)
        };
        if !wait.is_zero() {
            clock.sleep(wait).await;
        }
        Ok(permit)
    }

    /// Remembers whether the host answered, where that is known.
    pub(super) fn answered(&self, is_up: Option<bool>) {
        match is_up {
            Some(true) => self.failures.store(0, Ordering::Relaxed),
            Some(false) => drop(self.failures.fetch_add(1, Ordering::Relaxed)),
            None => {}
        }
    }

    /// How often it did not, one after the other.
    pub(super) fn failures(&self) -> u32 {
        self.failures.load(Ordering::Relaxed)
    }

    fn pace(&self) -> std::sync::MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
