//! How many requests go out at once and when: more and more as long as all is well, half as many at
//! once where the service asks for less.

use std::time::Duration;

/// Requests that may fail one after the other before the first text is embedded. Finding one bad
/// text among 2,048 takes 13.
const NEW_FAILURES: u32 = 16;
/// The same once texts are embedded: neighbours may be bad alike.
const FAILURES: u32 = 64;
/// Batches that may be given up one after the other.
const GIVEN_UP: u32 = 3;
/// Requests at once, to begin with.
const START: f64 = 2.0;

#[derive(Debug)]
pub(super) struct Pace {
    most: f64,
    window: f64,
    not_before: Duration,
    /// Requests that failed since the last that did not.
    failures: u32,
    /// Batches that were given up since then.
    given_up: u32,
}

impl Pace {
    /// At most so many requests at once.
    pub(super) fn new(most: usize) -> Pace {
        let most = most.max(1) as f64;
        Pace { most, window: START.min(most), not_before: Duration::ZERO, failures: 0, given_up: 0 }
    }

    /// Whether another request may go out beside so many.
    pub(super) fn has_room(&self, active: usize) -> bool {
        (active as f64) < self.window.floor()
    }

    /// How long nobody may ask yet.
    pub(super) fn wait(&self, now: Duration) -> Duration {
        self.not_before.saturating_sub(now)
    }

    /// A request was answered: one more at once after as many answers as there are requests at once.
    pub(super) fn succeed(&mut self) {
        (self.failures, self.given_up) = (0, 0);
        self.window = (self.window + 1.0 / self.window).min(self.most);
    }

    /// The service asks for less, until then.
    pub(super) fn slow_down(&mut self, until: Duration) {
        self.window = (self.window / 2.0).max(1.0);
        self.not_before = self.not_before.max(until);
    }

    /// A request failed. Says whether that is enough.
    pub(super) fn fail(&mut self, is_embedding: bool) -> bool {
        self.failures += 1;
        self.failures >= if is_embedding { FAILURES } else { NEW_FAILURES }
    }

    /// A batch is given up. Says whether that is enough.
    pub(super) fn give_up(&mut self) -> bool {
        self.given_up += 1;
        self.given_up >= GIVEN_UP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_once(pace: &Pace) -> usize {
        (0..).take_while(|active| pace.has_room(*active)).count()
    }

    #[test]
    fn requests_at_once_grow_by_one_and_fall_by_half() {
        let mut pace = Pace::new(8);
        assert_eq!(at_once(&pace), 2);
        (0..3).for_each(|_| pace.succeed());
        assert_eq!(at_once(&pace), 3);
        (0..100).for_each(|_| pace.succeed());
        assert_eq!(at_once(&pace), 8);
        pace.slow_down(Duration::from_secs(30));
        assert_eq!(at_once(&pace), 4);
        assert_eq!(pace.wait(Duration::from_secs(10)), Duration::from_secs(20));
        pace.slow_down(Duration::from_secs(20));
        assert_eq!(pace.wait(Duration::from_secs(10)), Duration::from_secs(20));
        assert_eq!(pace.wait(Duration::from_secs(31)), Duration::ZERO);
        (0..9).for_each(|_| pace.slow_down(Duration::ZERO));
        assert_eq!(at_once(&pace), 1);
        assert_eq!(at_once(&Pace::new(1)), 1);
    }

    #[test]
    fn failures_count_only_in_a_row() {
        let mut pace = Pace::new(4);
        assert!((0..15).all(|_| !pace.fail(false)));
        pace.succeed();
        assert!((0..15).all(|_| !pace.fail(false)));
        assert!(pace.fail(false));
        assert!(!pace.fail(true));
        assert!(!pace.give_up() && !pace.give_up() && pace.give_up());
    }
}
