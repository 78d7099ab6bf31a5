//! Text as PostgreSQL can keep it.

use std::borrow::Cow;

/// Stands before what replaces a character. Unicode has promised to give it no meaning, ever.
const ESCAPE: char = '\u{FDD0}';

/// Bytes of a key at most: two of them fit into a page of an index beside what else stands there.
const LONGEST_KEY: usize = 1_000;

/// The text without the character NUL, which PostgreSQL does not keep. Nearly every text is as it was.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', ESCAPE]) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '\0' => escaped.extend([ESCAPE, '0']),
            ESCAPE => escaped.extend([ESCAPE, ESCAPE]),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

/// What [`escape`] was given.
pub(super) fn unescape(text: String) -> String {
    if !text.contains(ESCAPE) {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        plain.extend(match letter {
            ESCAPE => letters.next().map(|next| if next == '0' { '\0' } else { next }),
            other => Some(other),
        });
    }
    plain
}

/// A text to look something up by: escaped, and one that is too long for an index cut and told apart from
/// others that begin alike by its BLAKE3.
pub(super) fn key(text: &str) -> Cow<'_, str> {
    let escaped = escape(text);
    if escaped.len() <= LONGEST_KEY {
        return escaped;
    }
    let start = &escaped[..escaped.floor_char_boundary(LONGEST_KEY)];
    Cow::Owned(format!("{start}{ESCAPE}{}", blake3::hash(text.as_bytes()).to_hex()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn long_keys_are_cut_and_stay_different() {
        let one = "ä".repeat(2_000);
        let other = format!("{one}x");
        assert_ne!(key(&one), key(&other));
        assert!(key(&one).len() < LONGEST_KEY + 100);
        assert_eq!(key("short"), "short");
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "[\\x00a\u{FDD0}0\u{FDD1}é]{0,12}|\\PC{0,20}") {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains('\0'));
            prop_assert_eq!(unescape(escaped.into_owned()), text);
        }
    }
}
