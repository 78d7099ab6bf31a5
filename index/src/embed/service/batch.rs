//! Texts as they are sent, and which of them go together.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::tokens::{Counting, Fitted};

/// A text on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Item<'text> {
    /// Its place among the texts of the caller.
    pub(super) position: usize,
    pub(super) fitted: Fitted<'text>,
    /// Whether the service gave no usable vector for it once.
    pub(super) spoiled: bool,
}

/// How texts are made ready.
#[derive(Debug, Clone)]
pub(super) struct Preparation {
    pub(super) counting: Counting,
    /// Most tokens of a text, its prefix included.
    pub(super) most: usize,
    pub(super) prefix: String,
}

impl Preparation {
    /// The text as it is sent, but for its prefix; the tokens are those of both.
    pub(super) fn fit<'text>(&self, text: &'text str) -> Fitted<'text> {
        let before = self.prefix_tokens();
        let fitted = self.counting.fit(text, self.most.saturating_sub(before).max(1));
        Fitted { tokens: fitted.tokens + before, ..fitted }
    }

    /// The same for a single text, without counting where it cannot be too long: the tokenizer takes
    /// longer to load than a question to answer.
    pub(super) fn fit_one<'text>(&self, text: &'text str) -> Fitted<'text> {
        let tokens = self.counting.at_most(&self.prefix) + self.counting.at_most(text);
        if tokens <= self.most { Fitted { text, tokens, truncated: false } } else { self.fit(text) }
    }

    fn prefix_tokens(&self) -> usize {
        if self.prefix.is_empty() { 0 } else { self.counting.fit(&self.prefix, usize::MAX).tokens }
    }

    /// The bytes that are sent for a text.
    pub(super) fn sent<'text>(&self, text: &'text str) -> Cow<'text, str> {
        if self.prefix.is_empty() { Cow::from(text) } else { Cow::from(format!("{}{text}", self.prefix)) }
    }
}

/// Takes from the front what fits into one request: a text at least.
pub(super) fn cut<'text>(items: &mut VecDeque<Item<'text>>, texts: usize, tokens: usize) -> Vec<Item<'text>> {
    let mut held = 0;
    let mut batch = Vec::new();
    while let Some(item) = items.front() {
        let fits = batch.len() < texts && held + item.fitted.tokens <= tokens;
        if !fits && !batch.is_empty() {
            break;
        }
        held += item.fitted.tokens;
        batch.extend(items.pop_front());
    }
    batch
}

/// The tokens of a batch.
pub(super) fn tokens(items: &[Item<'_>]) -> u64 {
    items.iter().map(|item| item.fitted.tokens as u64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_have_at_most_so_many_texts_and_tokens() {
        let check = |sizes: &[usize], expected: &[&[usize]]| {
            let items = sizes.iter().enumerate().map(|(position, tokens)| Item {
                position,
                fitted: Fitted { text: "", tokens: *tokens, truncated: false },
                spoiled: false,
            });
            let mut items: VecDeque<Item<'_>> = items.collect();
            let mut found: Vec<Vec<usize>> = Vec::new();
            while !items.is_empty() {
                found.push(cut(&mut items, 3, 10).iter().map(|item| item.fitted.tokens).collect());
            }
            assert_eq!(found, expected);
        };
        check(&[], &[]);
        check(&[1, 1, 1, 1], &[&[1, 1, 1], &[1]]);
        check(&[6, 4, 1], &[&[6, 4], &[1]]);
        check(&[6, 5, 20, 1], &[&[6], &[5], &[20], &[1]]);
    }

    #[test]
    fn a_prefix_counts_and_is_sent() {
        let preparation = Preparation { counting: Counting::Estimate, most: 4, prefix: "query: ".to_owned() };
        let fitted = preparation.fit("abcdef");
        assert_eq!(fitted, Fitted { text: "abc", tokens: 4, truncated: true });
        assert_eq!(preparation.sent(fitted.text), "query: abc");
        assert_eq!(preparation.fit_one("ab").tokens, 4);
    }
}
