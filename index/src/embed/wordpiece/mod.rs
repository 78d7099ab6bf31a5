//! BERT's tokenizer: text to words, and words to the pieces that a model knows (WordPiece).
//!
//! It does what the Python package `tokenizers` does with `BertNormalizer`, `BertPreTokenizer` and
//! `WordPiece`, and is held against it. The one difference: words such as `[SEP]` are never taken for
//! special tokens, so that no text can end itself.

mod characters;
mod lexicon;
mod words;

use std::ops::ControlFlow;

pub(super) use lexicon::{Lexicon, layout};
pub(super) use words::Rules;

/// What a part of a text is to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// The row of a token in the [`Lexicon`].
    Known(usize),
    /// A word that cannot be put together of tokens, `[UNK]`.
    Unknown,
}

/// A lexicon and the rules by which text is cut into its words.
#[derive(Debug, Clone)]
pub(super) struct WordPiece {
    lexicon: Lexicon,
    rules: Rules,
}

impl WordPiece {
    pub(super) fn new(lexicon: Lexicon, rules: Rules) -> Self {
        WordPiece { lexicon, rules }
    }

    /// The bytes of the token in a row.
    pub(super) fn token(&self, row: usize) -> &[u8] {
        self.lexicon.token(row)
    }

    /// Gives the pieces of `text` in order to `take`, until it breaks.
    ///
    /// Linear in the length of `text`: the words that are looked up are bounded.
    pub(super) fn pieces(&self, text: &str, mut take: impl FnMut(Piece) -> ControlFlow<()>) {
        let mut rows = Vec::new();
        // Where `take` breaks, the rest of the text is not read.
        let _ = words::for_each_word(text, self.rules, |word| {
            rows.clear();
            match word.is_some_and(|word| self.cut(word.as_bytes(), &mut rows)) {
                true => rows.iter().try_for_each(|&row| take(Piece::Known(row))),
                false => take(Piece::Unknown),
            }
        });
    }

    /// Cuts a word into the longest tokens from its beginning on; false if any part of it is no token.
    fn cut(&self, word: &[u8], rows: &mut Vec<usize>) -> bool {
        let mut rest = word;
        while !rest.is_empty() {
            let found = match rest.len() == word.len() {
                true => self.lexicon.longest_beginning(rest),
                false => self.lexicon.longest_continuation(rest),
            };
            let Some((row, length)) = found else { return false };
            rows.push(row);
            rest = &rest[length..];
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokenizer(tokens: &[&str]) -> WordPiece {
        let mut sorted: Vec<&str> = tokens.to_vec();
        sorted.sort_unstable();
        let (text, offsets) = layout(&sorted);
        WordPiece::new(Lexicon::new(text.into(), offsets.into()).unwrap(), Rules::UNCASED)
    }

    fn pieces(tokenizer: &WordPiece, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        tokenizer.pieces(text, |piece| {
            found.push(match piece {
                Piece::Known(row) => String::from_utf8_lossy(tokenizer.lexicon.token(row)).into_owned(),
                Piece::Unknown => "[UNK]".to_owned(),
            });
            ControlFlow::Continue(())
        });
        found
    }

    #[test]
    fn words_are_cut_into_the_longest_tokens() {
        let known =
            tokenizer(&["a", "un", "una", "##aff", "##able", "##a", "##b", "##", "want", "##want", "!"]);
        let check = |text: &str, expected: &[&str]| assert_eq!(pieces(&known, text), expected, "{text}");
        check("unaffable", &["[UNK]"]);
        check("unaffa", &["[UNK]"]);
        check("aaff", &["a", "##aff"]);
        check("unable", &["[UNK]"]);
        check("unaab", &["una", "##a", "##b"]);
        check("unwant!want x", &["un", "##want", "!", "want", "[UNK]"]);
        check("", &[]);
        check(" \t\n", &[]);
    }

    #[test]
    fn nothing_more_is_read_when_enough_was_taken() {
        let known = tokenizer(&["a", "##b"]);
        let mut seen = 0;
        known.pieces("ab ab ab", |_| {
            seen += 1;
            if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(seen, 3);
    }

    #[test]
    fn a_word_without_end_is_one_unknown_word() {
        let known = tokenizer(&["a", "##a"]);
        assert_eq!(pieces(&known, &"a".repeat(100)).len(), 100);
        assert_eq!(pieces(&known, &"a".repeat(101)), ["[UNK]"]);
        assert_eq!(pieces(&known, &"a".repeat(2_000_000)), ["[UNK]"]);
        assert_eq!(pieces(&known, &"\u{301}\u{302e}".repeat(500_000)), ["[UNK]"]);
        assert_eq!(pieces(&known, &"a!".repeat(200_000)).len(), 400_000);
    }

    /// Greedy longest match as it is defined, by trying every length.
    fn by_definition(tokens: &[&str], word: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut start = 0;
        while start < word.len() {
            let mark = if start == 0 { "" } else { "##" };
            let ends = (start + 1..=word.len()).rev();
            let fits = |end: &usize| tokens.contains(&format!("{mark}{}", &word[start..*end]).as_str());
            let Some(end) = ends.into_iter().find(fits) else { return vec!["[UNK]".to_owned()] };
            found.push(format!("{mark}{}", &word[start..end]));
            start = end;
        }
        found
    }

    proptest! {
        #[test]
        fn the_longest_token_wins(
            tokens in prop::collection::btree_set("(##)?[abc]{1,4}", 1..40),
            word in "[abc]{1,12}",
        ) {
            let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
            prop_assert_eq!(pieces(&tokenizer(&tokens), &word), by_definition(&tokens, &word));
        }

        #[test]
        fn no_text_and_no_lexicon_panics(
            text in ".*",
            lexicon in prop::collection::vec(any::<u8>(), 0..60),
            offsets in prop::collection::vec(0u32..80, 1..20),
        ) {
            let offsets: Vec<u8> = offsets.into_iter().flat_map(u32::to_le_bytes).collect();
            let damaged = Lexicon::new(lexicon.into(), offsets.into()).unwrap();
            let tokenizer = WordPiece::new(damaged, Rules::UNCASED);
            let mut seen = 0usize;
            tokenizer.pieces(&text, |_| { seen += 1; ControlFlow::Continue(()) });
            prop_assert!(seen <= 4 * text.len());
        }
    }
}
