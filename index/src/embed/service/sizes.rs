//! How much a service takes at once: what it says, or what is found by sending half.

/// The most of something that is sent at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Size {
    /// What is sent as long as nothing is refused.
    usual: usize,
    /// What the service said, or what was found.
    known: Option<usize>,
    /// The most that was taken.
    taken: usize,
    /// The least that was refused and may have been too much.
    refused: Option<usize>,
}

impl Size {
    pub(super) fn new(usual: usize, known: Option<usize>) -> Size {
        Size { usual, known, taken: 0, refused: None }
    }

    /// How much to send.
    pub(super) fn most(&self) -> usize {
        let most = match (self.known, self.refused) {
            (Some(known), _) => known,
            (None, Some(refused)) if self.taken > 0 => self.taken.midpoint(refused),
            (None, Some(refused)) => refused / 2,
            (None, None) => self.usual,
        };
        most.clamp(1, self.usual)
    }

    /// What is worth remembering.
    pub(super) fn learned(&self) -> Option<usize> {
        self.known.or_else(|| self.refused.map(|_| self.taken).filter(|taken| *taken > 0))
    }

    /// The service says how much it takes.
    pub(super) fn is_told(&mut self, most: usize) {
        self.known = Some(self.known.map_or(most, |known| known.min(most)).max(1));
        self.refused = None;
    }

    /// So much was taken. Says whether that settled the question.
    pub(super) fn is_taken(&mut self, size: usize) -> bool {
        self.taken = self.taken.max(size);
        if self.refused.is_some_and(|refused| refused <= size) {
            // It was not too much: something in it was not liked.
            self.refused = None;
        }
        let is_found = self.known.is_none() && self.refused.is_some_and(|refused| refused <= self.taken + 1);
        if is_found {
            self.known = Some(self.taken);
        }
        is_found
    }

    /// So much was refused, without a word of how much is taken.
    pub(super) fn is_refused(&mut self, size: usize) {
        if size <= 1 {
            // Nothing is less than one: it is what stands in it.
            self.refused = None;
            return;
        }
        if self.known.is_some_and(|known| size <= known) {
            // It takes less than it did.
            self.known = None;
            self.taken = 0;
        }
        self.refused = if size > self.taken {
            Some(self.refused.map_or(size, |refused| refused.min(size)))
        } else {
            None
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_said_counts_from_then_on() {
        let mut size = Size::new(100, None);
        assert_eq!((size.most(), size.learned()), (100, None));
        size.is_told(32);
        assert_eq!((size.most(), size.learned()), (32, Some(32)));
        size.is_told(64);
        assert_eq!(size.most(), 32);
        assert_eq!(Size::new(8, Some(32)).most(), 8);
    }

    #[test]
    fn a_limit_that_nobody_says_is_found_by_halves() {
        for limit in 1..100 {
            let mut size = Size::new(100, None);
            let mut requests = 0;
            while size.learned() != Some(limit) || requests < 12 {
                requests += 1;
                assert!(requests < 20, "{limit}: {size:?}");
                let sent = size.most();
                if sent > limit {
                    size.is_refused(sent);
                } else {
                    size.is_taken(sent);
                }
            }
            assert_eq!(size.most(), limit);
        }
    }

    #[test]
    fn one_bad_text_is_no_limit() {
        let mut size = Size::new(100, None);
        size.is_refused(100);
        size.is_taken(50);
        for bad in [50, 25, 12, 6, 3, 2, 1] {
            size.is_refused(bad);
        }
        assert_eq!((size.most(), size.learned()), (100, None));
        size.is_refused(100);
        size.is_refused(50);
        size.is_taken(50);
        assert_eq!((size.most(), size.learned()), (100, None));
    }

    #[test]
    fn a_limit_that_became_less_is_learned_anew() {
        let mut size = Size::new(100, Some(32));
        size.is_refused(32);
        assert_eq!(size.most(), 16);
        size.is_taken(16);
        assert_eq!((size.most(), size.learned()), (24, Some(16)));
    }
}
