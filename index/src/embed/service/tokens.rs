//! Counting tokens, and cutting texts to as many as a model reads.

use tiktoken_rs::{CoreBPE, cl100k_base_singleton};

/// Texts are counted in pieces of about so many bytes: the tokenizer's regular expression takes long
/// over long runs of one character, and ends the thread over very long ones.
const PIECE: usize = 2048;
/// Bytes of a token, at most, as far as texts are looked at: what comes behind would be cut anyway.
const LONGEST_TOKEN: usize = 32;
/// Bytes of a token of a model whose tokenizer is not here. English has four to five, code three to
/// four: this estimates rather more tokens than there are.
const ESTIMATED_BYTES: usize = 3;

/// How the tokens of a text are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    /// As OpenAI's embedding models count.
    OpenAi,
    /// By the number of bytes.
    Estimate,
}

/// A text as it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fitted<'text> {
    pub(super) text: &'text str,
    /// Tokens in it.
    pub(super) tokens: usize,
    /// Whether its end was cut off.
    pub(super) truncated: bool,
}

impl Counting {
    /// The beginning of the text with at most `most` tokens.
    pub(super) fn fit(self, text: &str, most: usize) -> Fitted<'_> {
        match self {
            Counting::Estimate => {
                let kept = &text[..floor_char_boundary(text, most.saturating_mul(ESTIMATED_BYTES))];
                let tokens = kept.len().div_ceil(ESTIMATED_BYTES);
                Fitted { text: kept, tokens, truncated: kept.len() < text.len() }
            }
            Counting::OpenAi => fit(cl100k_base_singleton(), text, most),
        }
    }

    /// At least as many tokens as the text has; cheap, and often more than there are.
    pub(super) fn at_most(self, text: &str) -> usize {
        match self {
            Counting::OpenAi => text.len(),
            Counting::Estimate => text.len().div_ceil(ESTIMATED_BYTES),
        }
    }
}

/// Counts piece by piece. Where pieces meet, a token may be cut in two: the count is exact or a little
/// too high, never too low.
fn fit<'text>(bpe: &CoreBPE, text: &'text str, most: usize) -> Fitted<'text> {
    let seen = &text[..floor_char_boundary(text, most.saturating_mul(LONGEST_TOKEN))];
    let (mut tokens, mut end) = (0, 0);
    while end < seen.len() {
        let piece = piece(&seen[end..]);
        let found = bpe.encode_ordinary(piece);
        if tokens + found.len() > most {
            let kept = bpe.decode_bytes(&found[..most - tokens]).map_or(0, |bytes| bytes.len());
            let kept = floor_char_boundary(piece, kept);
            return Fitted { text: &text[..end + kept], tokens: most, truncated: true };
        }
        tokens += found.len();
        end += piece.len();
    }
    Fitted { text: seen, tokens, truncated: seen.len() < text.len() }
}

/// The beginning of the text, cut before a white space near [`PIECE`] bytes where there is one.
fn piece(text: &str) -> &str {
    if text.len() <= PIECE {
        return text;
    }
    let most = &text[..floor_char_boundary(text, PIECE)];
    match most.rfind([' ', '\n']) {
        Some(space) if space > PIECE / 2 => &most[..space],
        _ => most,
    }
}

/// The last boundary between characters that is not behind `index`.
fn floor_char_boundary(text: &str, index: usize) -> usize {
    text.floor_char_boundary(index.min(text.len()))
}

/// The first half of a text, never empty.
pub(super) fn half(text: &str) -> &str {
    let first = text.chars().next().map_or(0, char::len_utf8);
    &text[..floor_char_boundary(text, text.len() / 2).max(first)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tokens_are_those_of_the_model() {
        let check = |text: &str, tokens: usize| {
            let expected = Fitted { text, tokens, truncated: false };
            assert_eq!(Counting::OpenAi.fit(text, 8191), expected, "{text}");
        };
        check("", 0);
        check("hello world", 2);
        // From OpenAI's cookbook on counting tokens.
        check("antidisestablishmentarianism", 6);
        check("お誕生日おめでとう", 9);
    }

    #[test]
    fn a_text_is_cut_to_what_the_model_reads() {
        let text = "hello world ".repeat(3000);
        let fitted = Counting::OpenAi.fit(&text, 1000);
        assert!(fitted.truncated && text.starts_with(fitted.text));
        assert_eq!(fitted.tokens, 1000);
        assert!(cl100k_base_singleton().encode_ordinary(fitted.text).len() <= 1000);
        assert!(fitted.text.len() > 5000, "{}", fitted.text.len());

        let fitted = Counting::Estimate.fit(&text, 1000);
        assert_eq!((fitted.text.len(), fitted.tokens, fitted.truncated), (3000, 1000, true));
    }

    #[test]
    fn no_text_takes_long_or_panics() {
        for text in [" ", "^", "a", "\n", "é", "😀", "'", "9", "\u{301}", "a b", "\t\n "] {
            let text = text.repeat(400_000);
            let fitted = Counting::OpenAi.fit(&text, 8191);
            assert!(fitted.tokens <= 8191 && fitted.truncated);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn what_is_kept_is_a_beginning_within_the_limit(text in "(?s).{0,6000}", most in 1_usize..500) {
            for counting in [Counting::OpenAi, Counting::Estimate] {
                let fitted = counting.fit(&text, most);
                prop_assert!(text.starts_with(fitted.text));
                prop_assert!(fitted.tokens <= most && fitted.tokens <= counting.at_most(&text));
                prop_assert_eq!(fitted.truncated, fitted.text.len() < text.len());
            }
            let whole = Counting::OpenAi.fit(&text, usize::MAX);
            prop_assert!(whole.tokens >= cl100k_base_singleton().encode_ordinary(&text).len());
        }

        #[test]
        fn halves_come_to_an_end(text in "(?s).{1,200}") {
            let mut left = text.as_str();
            for _ in 0..12 {
                left = half(left);
                prop_assert!(!left.is_empty());
            }
            prop_assert_eq!(left.chars().count(), 1);
        }
    }
}
