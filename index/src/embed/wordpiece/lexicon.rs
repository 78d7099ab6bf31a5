//! Tokens in ascending order of their bytes, looked up where they lie.

use std::borrow::Cow;
use std::ops::Range;

/// What stands before a token that continues a word.
const CONTINUATION: &[u8] = b"##";
/// Bytes of one offset.
const OFFSET: usize = 4;

/// Tokens in strictly ascending order of their bytes, one after the other.
///
/// It may borrow a file: making one reads a few tokens and keeps no table of its own. In a damaged one
/// tokens are not found; nothing worse happens.
#[derive(Debug, Clone)]
pub(in crate::embed) struct Lexicon {
    text: Cow<'static, [u8]>,
    offsets: Cow<'static, [u8]>,
    continuations: Range<usize>,
}

impl Lexicon {
    /// A lexicon of the bytes of all tokens and of where each begins, with the end of the last behind
    /// them: little-endian numbers of 32 bits. `None` if `offsets` holds no whole number of them.
    pub(in crate::embed) fn new(text: Cow<'static, [u8]>, offsets: Cow<'static, [u8]>) -> Option<Self> {
        if offsets.is_empty() || !offsets.len().is_multiple_of(OFFSET) {
            return None;
        }
        let mut lexicon = Lexicon { text, offsets, continuations: 0..0 };
        let every = 0..lexicon.len();
        // The mark alone continues nothing.
        let start = lexicon.first_where(every.clone(), |token| token > CONTINUATION);
        let end =
            lexicon.first_where(every, |token| token > CONTINUATION && !token.starts_with(CONTINUATION));
        lexicon.continuations = start..end.max(start);
        Some(lexicon)
    }

    /// Number of tokens.
    pub(in crate::embed) fn len(&self) -> usize {
        self.offsets.len() / OFFSET - 1
    }

    /// The bytes of the token in a row; none where there is no such row.
    pub(in crate::embed) fn token(&self, row: usize) -> &[u8] {
        self.offset(row)
            .zip(self.offset(row + 1))
            .and_then(|(start, end)| self.text.get(start..end))
            .unwrap_or_default()
    }

    /// What is wrong with it, if anything is. Reads all of it.
    #[cfg(test)]
    pub(in crate::embed) fn fault(&self) -> Option<&'static str> {
        let ends = (self.offset(0), self.offset(self.len()));
        if ends != (Some(0), Some(self.text.len())) {
            return Some("the tokens do not fill the vocabulary");
        }
        let tokens = || (0..self.len()).map(|row| self.token(row));
        if tokens().any(|token| token.is_empty() || std::str::from_utf8(token).is_err()) {
            return Some("a token is empty or no UTF-8");
        }
        (!tokens().is_sorted_by(|one, next| one < next)).then_some("the tokens are not in ascending order")
    }

    /// The longest token that a word begins with: its row and its length in bytes.
    pub(super) fn longest_beginning(&self, word: &[u8]) -> Option<(usize, usize)> {
        self.longest(word, 0..self.len(), 0)
    }

    /// The longest token that continues a word with the beginning of `rest`.
    pub(super) fn longest_continuation(&self, rest: &[u8]) -> Option<(usize, usize)> {
        self.longest(rest, self.continuations.clone(), CONTINUATION.len())
    }

    /// The longest token of `rows`, counted from its byte `skip`, that `text` begins with.
    ///
    /// The last token that is not behind `text` begins like every token that `text` begins with: any
    /// such is no longer than what the two share.
    fn longest(&self, mut text: &[u8], mut rows: Range<usize>, skip: usize) -> Option<(usize, usize)> {
        let tail = |token: &'_ [u8]| -> usize { skip.min(token.len()) };
        while !text.is_empty() {
            let behind = self.first_where(rows.clone(), |token| &token[tail(token)..] > text);
            let row = behind.checked_sub(1).filter(|row| rows.contains(row))?;
            let token = self.token(row);
            let token = &token[tail(token)..];
            let shared = token.iter().zip(text).take_while(|(one, other)| one == other).count();
            if shared == token.len() {
                return (shared > 0).then_some((row, shared));
            }
            text = &text[..shared];
            rows.end = row;
        }
        None
    }

    /// The first of `rows` whose token fulfils what all behind it fulfil too.
    fn first_where(&self, rows: Range<usize>, fulfils: impl Fn(&[u8]) -> bool) -> usize {
        let Range { start: mut low, end: mut high } = rows;
        while low < high {
            let middle = low + (high - low) / 2;
            if fulfils(self.token(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    fn offset(&self, row: usize) -> Option<usize> {
        let bytes = self.offsets.get(row * OFFSET..)?.first_chunk::<OFFSET>()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    }
}

/// The bytes of tokens and their offsets, as [`Lexicon::new`] takes them.
pub(in crate::embed) fn layout(tokens: &[&str]) -> (Vec<u8>, Vec<u8>) {
    let text = tokens.concat().into_bytes();
    let mut end = 0u32;
    let mut offsets = end.to_le_bytes().to_vec();
    for token in tokens {
        end += u32::try_from(token.len()).unwrap_or(u32::MAX);
        offsets.extend(end.to_le_bytes());
    }
    (text, offsets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon(tokens: &[&str]) -> Lexicon {
        let (text, offsets) = layout(tokens);
        Lexicon::new(text.into(), offsets.into()).unwrap()
    }

    #[test]
    fn the_longest_token_is_found_among_like_ones() {
        let words = lexicon(&["##", "##ing", "##s", "a", "ab", "abacus", "abb", "b", "ü"]);
        let check =
            |word: &str, expected| assert_eq!(words.longest_beginning(word.as_bytes()), expected, "{word}");
        check("abacus", Some((5, 6)));
        check("abacuses", Some((5, 6)));
        check("abacu", Some((4, 2)));
        check("abba", Some((6, 3)));
        check("ac", Some((3, 1)));
        check("c", None);
        check("\u{1}", None);
        check("üb", Some((8, 2)));
        let continued = |rest: &str| words.longest_continuation(rest.as_bytes());
        assert_eq!(continued("ings"), Some((1, 3)));
        assert_eq!(continued("si"), Some((2, 1)));
        assert_eq!(continued("a"), None);
        assert_eq!(continued("zzz"), None);
    }

    #[test]
    fn faults_are_named() {
        let check = |text: &[u8], offsets: &[u32], expected: Option<&str>| {
            let offsets: Vec<u8> = offsets.iter().flat_map(|offset| offset.to_le_bytes()).collect();
            let lexicon = Lexicon::new(text.to_vec().into(), offsets.into()).unwrap();
            assert_eq!(lexicon.fault().is_some(), expected.is_some(), "{text:?}");
            assert!(lexicon.fault().unwrap_or_default().contains(expected.unwrap_or_default()));
        };
        check(b"ab", &[0, 1, 2], None);
        check(b"ab", &[0, 1], Some("fill"));
        check(b"ab", &[1, 2], Some("fill"));
        check(b"ba", &[0, 1, 2], Some("order"));
        check(b"aa", &[0, 1, 2], Some("order"));
        check(b"ab", &[0, 2, 1, 2], Some("UTF-8"));
        check(b"a\xff", &[0, 1, 2], Some("UTF-8"));
        assert!(Lexicon::new(Vec::new().into(), vec![0, 0, 0].into()).is_none());
        assert!(Lexicon::new(Vec::new().into(), Vec::new().into()).is_none());
    }
}
