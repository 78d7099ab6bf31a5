//! What a service was found to be like, so that it is not found out again with each request and each run.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::complaint::{Limit, Tokens};
use super::config::ServiceConfig;
use super::sizes::Size;

/// Share of a limit of tokens that is used: the service counts otherwise than we do.
const ROOM: f64 = 0.95;

/// What is remembered of how a service wants to be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habits {
    /// Whether it does not take the parameter `encoding_format`.
    #[serde(default)]
    pub without_format: bool,
    /// Most texts that it takes at once.
    #[serde(default)]
    pub texts: Option<usize>,
    /// Most tokens that it takes at once, as they are counted here.
    #[serde(default)]
    pub tokens: Option<usize>,
    /// The batch size that was set when the sizes were learned; with another they are learned anew.
    #[serde(default)]
    pub batch: usize,
}

/// What is known by now.
#[derive(Debug)]
pub(super) struct Learned {
    batch: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    without_format: bool,
    texts: Size,
    tokens: Size,
}

impl Learned {
    pub(super) fn new(config: &ServiceConfig, habits: &Habits) -> Learned {
        let is_of_these = habits.batch == config.batch;
        let (texts, tokens) = if is_of_these { (habits.texts, habits.tokens) } else { (None, None) };
        let state = State {
            without_format: habits.without_format,
            texts: Size::new(config.batch, texts),
            tokens: Size::new(config.batch_tokens, tokens),
        };
        Learned { batch: config.batch, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is worth remembering.
    pub(super) fn habits(&self) -> Habits {
        let state = self.state();
        Habits {
            without_format: state.without_format,
            texts: state.texts.learned(),
            tokens: state.tokens.learned(),
            batch: self.batch,
        }
    }

    pub(super) fn sends_format(&self) -> bool {
        !self.state().without_format
    }

    pub(super) fn drop_format(&self) {
        self.state().without_format = true;
    }

    /// Most texts and tokens of the next request.
    pub(super) fn most(&self) -> (usize, usize) {
        let state = self.state();
        (state.texts.most(), state.tokens.most())
    }

    /// A request of that size was answered. Says whether it is known now how much is taken at most.
    pub(super) fn is_taken(&self, texts: usize, tokens: u64) -> bool {
        let mut state = self.state();
        let (texts, tokens) = (state.texts.is_taken(texts), state.tokens.is_taken(size(tokens)));
        texts || tokens
    }

    /// A request of that size was too much. Says whether it is known now how much is not.
    pub(super) fn is_too_much(&self, limit: Limit, texts: usize, tokens: u64) -> bool {
        let mut state = self.state();
        match limit {
            Limit::Texts(Some(most)) => state.texts.is_told(most),
            Limit::Texts(None) => state.texts.is_refused(texts),
            Limit::Tokens(Some(limit)) => state.tokens.is_told(in_our_count(limit, tokens)),
            Limit::Tokens(None) => state.tokens.is_refused(size(tokens)),
        }
        !matches!(limit, Limit::Texts(None) | Limit::Tokens(None))
    }
}

/// A limit in the tokens that are counted here. It is less than what was refused.
fn in_our_count(limit: Tokens, sent: u64) -> usize {
    let share = match limit.found {
        Some(found) => limit.most as f64 / found as f64,
        None if limit.most < sent => limit.most as f64 / sent as f64,
        None => 0.5,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
    let most = (sent as f64 * share * ROOM) as usize;
    most.max(1)
}

fn size(tokens: u64) -> usize {
    usize::try_from(tokens).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_counted_as_they_are_here() {
        let check = |most: u64, found: Option<u64>, sent: u64, expected: usize| {
            assert_eq!(in_our_count(Tokens { most, found }, sent), expected);
        };
        // The service counts twice as many.
        check(10_000, Some(20_000), 10_000, 4_750);
        check(16_384, None, 64_000, 15_564);
        check(120_000, None, 64_000, 30_400);
        check(1, Some(1_000_000), 10, 1);
    }
}
