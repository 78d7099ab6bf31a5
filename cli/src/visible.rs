//! Texts of strangers on a terminal: collections are written by anyone, and a terminal obeys what it
//! is shown.

use std::borrow::Cow;

/// Parameters of the only escape sequences that may pass: those of [`style`](crate::printer::style).
const OWN_STYLES: [&str; 7] = ["0", "1", "2", "31", "32", "33", "36"];

/// The text with every character that a terminal would obey or that changes the order of what is
/// read replaced by U+FFFD. Line ends, tabs and the program's own styles stay.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_obeyed) {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = own_style(rest).unwrap_or_else(|| {
            shown.push('\u{fffd}');
            0
        });
        shown.push_str(&rest[..taken]);
        rest = &rest[if taken > 0 { taken } else { rest.chars().next().map_or(0, char::len_utf8) }..];
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// The length of the style of our own that the text begins with.
fn own_style(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?.split_once('m')?.0;
    OWN_STYLES.contains(&parameters).then_some(parameters.len() + 3)
}

fn is_obeyed(c: char) -> bool {
    let is_bidirectional =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && c != '\n' && c != '\t') || is_bidirectional
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_styles_pass() {
        let check = |text: &str, expected: &str| assert_eq!(visible(text), expected, "{text:?}");
        check("plain, größe, 日本\n\t.", "plain, größe, 日本\n\t.");
        check("\u{1b}[1m\u{1b}[33mword\u{1b}[0m", "\u{1b}[1m\u{1b}[33mword\u{1b}[0m");
        check("\u{1b}[2J\u{1b}[8mx", "\u{fffd}[2J\u{fffd}[8mx");
        check("a\u{1b}]0;owned\u{7}b\r\u{8}", "a\u{fffd}]0;owned\u{fffd}b\u{fffd}\u{fffd}");
        check("\u{9b}31m\u{202e}dop\u{7f}\u{1b}", "\u{fffd}31m\u{fffd}dop\u{fffd}\u{fffd}");
    }
}
