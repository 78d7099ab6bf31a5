//! Character references, such as `&amp;` and `&#160;`.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// Where a reference stands: in a value, a name without `;` is none if it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Text,
    Value,
}

/// A text with its references replaced.
pub(super) fn decoded(text: &str, place: Place) -> Cow<'_, str> {
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut written = String::with_capacity(text.len());
    written.push_str(&text[..first]);
    let mut rest = &text[first..];
    while !rest.is_empty() {
        // Here a reference begins, or what looks like one.
        let inside = &rest[1..];
        let (length, meaning) = if let Some(number) = inside.strip_prefix('#') {
            let (length, meaning) = numbered(number);
            (length.map_or(1, |length| length + 2), meaning.map(|meaning| (meaning, None)))
        } else {
            let found = named(inside, place);
            (found.map_or(1, |(length, _)| length + 1), found.map(|(_, meaning)| meaning))
        };
        match meaning {
            Some((first, second)) => written.extend(std::iter::once(first).chain(second)),
            None => written.push_str(&rest[..length]),
        }
        rest = &rest[length..];
        let next = rest.find('&').unwrap_or(rest.len());
        written.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(written)
}

/// Length and meaning of what stands behind `&#`.
fn numbered(text: &str) -> (Option<usize>, Option<char>) {
    let (digits, radix, before) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 1),
        None => (text, 10, 0),
    };
    let mut number: u32 = 0;
    let mut length = 0;
    for digit in digits.chars().map_while(|c| c.to_digit(radix)) {
        number = number.saturating_mul(radix).saturating_add(digit);
        length += 1;
    }
    if length == 0 {
        return (None, None);
    }
    let semicolon = usize::from(digits[length..].starts_with(';'));
    let meaning = match number {
        0 => '\u{fffd}',
        0x80..=0x9f => C1_REPLACEMENTS[number as usize - 0x80].unwrap_or(char::from(number as u8)),
        _ => char::from_u32(number).unwrap_or('\u{fffd}'),
    };
    (Some(before + length + semicolon), Some(meaning))
}

/// Length and meaning of the longest name that stands behind `&`.
fn named(text: &str, place: Place) -> Option<(usize, (char, Option<char>))> {
    let mut found = None;
    let end = text.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(text.len());
    // No name is longer.
    let longest = (end + usize::from(text[end..].starts_with(';'))).min(40);
    for length in 1..=longest {
        let Some(&(first, second)) = NAMED_ENTITIES.get(&text[..length]) else { break };
        if first != 0
            && let Some(first) = char::from_u32(first)
        {
            found = Some((length, (first, char::from_u32(second).filter(|_| second != 0))));
        }
    }
    let (length, meaning) = found?;
    let goes_on = !text[..length].ends_with(';')
        && text[length..].starts_with(|c: char| c == '=' || c.is_ascii_alphanumeric());
    (place == Place::Text || !goes_on).then_some((length, meaning))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, in_text: &str, in_value: &str) {
        assert_eq!(decoded(text, Place::Text), in_text, "{text}");
        assert_eq!(decoded(text, Place::Value), in_value, "{text}");
    }

    #[test]
    fn references() {
        check("a &amp; b &lt;&#65;&#x42;&#x43", "a & b <ABC", "a & b <ABC");
        check("&notit; &copy=1 &copy;", "\u{ac}it; \u{a9}=1 \u{a9}", "&notit; &copy=1 \u{a9}");
        check(
            "&#0;&#x110000;&#xd800;&#128;",
            "\u{fffd}\u{fffd}\u{fffd}\u{20ac}",
            "\u{fffd}\u{fffd}\u{fffd}\u{20ac}",
        );
        check("& &; &# &#x; &zzz; &", "& &; &# &#x; &zzz; &", "& &; &# &#x; &zzz; &");
        check("&ngE;&&", "\u{2267}\u{338}&&", "\u{2267}\u{338}&&");
    }
}
