//! A batch and what befell it.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use super::batch::Item;
use super::config::Limits;

/// A service that asks for less would be asked again and again.
const SHORTEST: Duration = Duration::from_millis(100);

/// A batch on its way, with what it may still wait.
#[derive(Debug)]
pub(super) struct Job<'text> {
    pub(super) items: Vec<Item<'text>>,
    /// How long it waited so far.
    pub(super) waited: Duration,
    limits: Limits,
    delays: ExponentialBackoff,
    failures: u32,
}

/// Why a batch is to be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The service asks for fewer requests: worth waiting for.
    Rate,
    /// It failed.
    Failure,
    /// What it said could not be used, which seldom passes by itself.
    Garbled,
}

impl<'text> Job<'text> {
    pub(super) fn new(items: Vec<Item<'text>>, limits: &Limits) -> Job<'text> {
        Job { items, waited: Duration::ZERO, limits: limits.clone(), delays: delays(), failures: 0 }
    }

    /// A part of it, which begins where the whole stands; a single text has all its tries.
    pub(super) fn part(&self, items: &[Item<'text>]) -> Job<'text> {
        let failures = if items.len() > 1 { self.failures } else { 0 };
        Job { items: items.to_vec(), failures, ..Job::new(Vec::new(), &self.limits) }
    }

    /// How long to wait before it is sent again: what the service asks for, or what is usual where it
    /// asks for nothing to speak of. `None` where it waited or failed enough.
    pub(super) fn pause(&mut self, after: Option<Duration>, trouble: Trouble) -> Option<Duration> {
        let tries = match trouble {
            Trouble::Rate => u32::MAX,
            Trouble::Failure => self.limits.retries,
            Trouble::Garbled => self.limits.retries.min(1),
        };
        if trouble != Trouble::Rate {
            self.failures += 1;
        }
        let length = match after {
            Some(after) if after >= SHORTEST => after,
            _ => self.delays.next()?,
        };
        let is_enough = self.failures > tries || self.waited + length > self.limits.patience;
        if is_enough {
            return None;
        }
        if trouble != Trouble::Rate {
            self.waited += length;
        }
        Some(length)
    }
}

/// 1 s, 2 s, 4 s and so on to a minute, each with up to as much again by chance, so that those who were
/// turned away together do not come back together.
fn delays() -> ExponentialBackoff {
    ExponentialBuilder::new().with_jitter().without_max_times().build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits { patience: Duration::from_secs(60), retries: 2, ..Limits::default() }
    }

    #[test]
    fn failures_are_counted_and_limits_of_rate_are_not() {
        let mut job = Job::new(Vec::new(), &limits());
        let second = Some(Duration::from_secs(1));
        assert!((0..20).all(|_| job.pause(second, Trouble::Rate) == second));
        assert_eq!(job.pause(second, Trouble::Failure), second);
        assert_eq!(job.pause(second, Trouble::Failure), second);
        assert_eq!(job.pause(second, Trouble::Failure), None);
    }

    #[test]
    fn nobody_waits_for_ever() {
        let mut job = Job::new(Vec::new(), &limits());
        assert_eq!(job.pause(Some(Duration::from_secs(61)), Trouble::Rate), None);
        let mut total = Duration::ZERO;
        while let Some(length) = job.pause(Some(Duration::ZERO), Trouble::Rate) {
            assert!(length >= Duration::from_secs(1), "{length:?}");
            job.waited += length;
            total += length;
        }
        assert!(total > Duration::from_secs(10) && total <= Duration::from_secs(60), "{total:?}");
    }
}
