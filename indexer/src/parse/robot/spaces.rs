//! Whitespace and line ends as Python's `str` has them, which Robot Framework relies on.

/// `str.isspace` of one character: Unicode whitespace and the four information separators.
pub(super) fn is_space(c: char) -> bool {
    match c {
        '\t'..='\r' | '\x1c'..='\x1f' | ' ' => true,
        c if c.is_ascii() => false,
        c => c.is_whitespace(),
    }
}

/// `str.rstrip()`.
pub(super) fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

/// `str.strip()`.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Each whitespace character as a plain space.
pub(super) fn plain_spaces(text: &str) -> String {
    text.chars().map(|c| if is_space(c) { ' ' } else { c }).collect()
}

/// `" ".join(text.split())`: runs of whitespace as one space, none at the ends.
pub(super) fn collapse(text: &str) -> String {
    let mut words = text.split(is_space).filter(|word| !word.is_empty());
    let mut out = String::from(words.next().unwrap_or_default());
    for word in words {
        out.push(' ');
        out.push_str(word);
    }
    out
}

/// `str.splitlines()`, with `\r\n` as one line end.
pub(super) fn lines(text: &str) -> Lines<'_> {
    Lines { rest: text }
}

/// Iterator of [`lines`].
pub(super) struct Lines<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let (end, width) = line_end(self.rest).unwrap_or((self.rest.len(), 0));
        let line = &self.rest[..end];
        self.rest = &self.rest[end + width..];
        Some(line)
    }
}

/// Where the first line end is and how many bytes it has.
fn line_end(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().find_map(|(at, byte)| match byte {
        b'\r' if bytes.get(at + 1) == Some(&b'\n') => Some((at, 2)),
        b'\n'..=b'\r' | 0x1c..=0x1e => Some((at, 1)),
        // The first bytes of U+0085 and of U+2028 and U+2029: nothing else starts so.
        0xc2 if bytes.get(at + 1) == Some(&0x85) => Some((at, 2)),
        0xe2 if matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xa8 | 0xa9])) => Some((at, 3)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_python_ends_them() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(lines(text).collect::<Vec<_>>(), expected);
        }
        check("", &[]);
        check("a", &["a"]);
        check("a\n", &["a"]);
        check("a\n\nb", &["a", "", "b"]);
        check("a\r\nb\rc\x0bd\x0ce", &["a", "b", "c", "d", "e"]);
        check("a\x1cb\x1dc\x1ed\x1fe", &["a", "b", "c", "d\x1fe"]);
        check("a\u{85}b\u{2028}c\u{2029}d\u{a0}e", &["a", "b", "c", "d\u{a0}e"]);
        check("\r\r\n\n", &["", "", ""]);
    }

    #[test]
    fn whitespace_is_pythons() {
        let spaces: Vec<u32> = (0..=0x3000).filter(|n| char::from_u32(*n).is_some_and(is_space)).collect();
        let ascii = [9, 10, 11, 12, 13, 0x1c, 0x1d, 0x1e, 0x1f, 0x20];
        let other = [0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000];
        let mut expected: Vec<u32> = ascii.into_iter().chain(other).chain(0x2000..=0x200a).collect();
        expected.sort_unstable();
        assert_eq!(spaces, expected);
    }

    #[test]
    fn inner_spaces() {
        assert_eq!(collapse("  a \t b\u{a0}c "), "a b c");
        assert_eq!(collapse(" "), "");
        assert_eq!(plain_spaces("a\u{a0}\tb"), "a  b");
    }
}
