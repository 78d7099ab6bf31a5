//! The short form of a documentation, as Libdoc makes it.

/// The first paragraph on one line: Libdoc's `shortdoc`.
pub(crate) fn short(doc: &str) -> String {
    let lines: Vec<&str> = lines(doc).take_while(|line| !line.trim().is_empty()).collect();
    lines.join(" ")
}

/// Python's `str.splitlines`.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let ends = |c: char| {
            matches!(
                c,
                '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
            )
        };
        let Some(at) = rest.find(ends) else { return Some(std::mem::take(&mut rest)) };
        let line = &rest[..at];
        let end = if rest[at..].starts_with("\r\n") {
            2
        } else {
            rest[at..].chars().next().map_or(1, char::len_utf8)
        };
        rest = &rest[at + end..];
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_paragraph() {
        assert_eq!(short("One\ntwo.\n\nthree"), "One two.");
        assert_eq!(short("\nOne"), "");
    }
}
