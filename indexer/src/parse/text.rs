//! Bytes of a repository file to the text that every other parser takes.

use ccr_index::Rule;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{Parsed, Problem};

/// How much of a file is looked at to tell binary content from text; git looks as far.
const SNIFFED: usize = 8000;

/// Decodes a file: UTF-8, UTF-16 with a byte order mark, or Windows-1252.
///
/// The byte order mark is dropped. Line ends are normalized to `\n` (`\r\n` and a lone `\r` both
/// become one), as Python's universal newlines do for Robot Framework: line numbers stay the same
/// in every tool, and no parser meets a `\r`.
///
/// Bytes that are not UTF-8 are a problem at the first of them. They become U+FFFD where the file
/// holds other characters beyond ASCII in valid UTF-8 (so it is UTF-8 with damage), and are read as
/// Windows-1252, the superset of Latin-1, where it holds none. Binary content (a NUL byte or many
/// control characters near the start) is a problem and an empty text.
pub fn decode(bytes: &[u8]) -> Parsed<String> {
    let Parsed { value, problems } = decode_any(bytes);
    Parsed { value, problems: problems.into_iter().map(|problem| problem.of(Rule::FileEncoding)).collect() }
}

fn decode_any(bytes: &[u8]) -> Parsed<String> {
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return marked(rest, UTF_16LE);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return marked(rest, UTF_16BE);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if is_binary(bytes) {
        return Parsed { value: String::new(), problems: vec![Problem::whole("binary content, not text")] };
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => finish(text, Vec::new()),
        Err(error) => damaged(bytes, error.valid_up_to()),
    }
}

/// A text whose byte order mark named its encoding.
fn marked(bytes: &[u8], encoding: &'static Encoding) -> Parsed<String> {
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    let mut problems = vec![Problem::warning(format!("encoded in `{}`, read as that", encoding.name()))];
    if malformed {
        problems.push(Problem::whole(format!("some code units are not valid `{}`", encoding.name())));
    }
    finish(&text, problems)
}

/// A text that is not UTF-8; `valid` is the length of the part before its first wrong byte.
fn damaged(bytes: &[u8], valid: usize) -> Parsed<String> {
    let lossy = String::from_utf8_lossy(bytes);
    let has_utf8 = lossy.chars().any(|c| !c.is_ascii() && c != char::REPLACEMENT_CHARACTER);
    let (line, column) = place(&bytes[..valid]);
    if has_utf8 {
        let message = "a byte is not valid `UTF-8`, each such byte replaced by U+FFFD";
        finish(&lossy, vec![Problem::at(line, column, message)])
    } else {
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
        finish(&text, vec![Problem::at(line, column, "not valid `UTF-8`, read as `windows-1252`")])
    }
}

/// Whether it is no text at all. A NUL character or two in what is UTF-8 is a slip of an editor.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(SNIFFED)];
    let controls = head.iter().filter(|&&b| b < 0x20 && !matches!(b, b'\t'..=b'\r' | 0x1b)).count();
    let is_utf8 = std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    controls * 10 > head.len() || (head.contains(&0) && !is_utf8)
}

fn finish(text: &str, mut problems: Vec<Problem>) -> Parsed<String> {
    let mut value =
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
    if let Some(at) = value.find('\0') {
        let (line, column) = place(&value.as_bytes()[..at]);
        problems.push(Problem::at(line, column, "a NUL character, each replaced by U+FFFD"));
        value = value.replace('\0', "\u{fffd}");
    }
    Parsed { value, problems }
}

/// Line and column, from 1, of what follows these bytes.
fn place(before: &[u8]) -> (u32, u32) {
    let text = String::from_utf8_lossy(before);
    let line = text.matches('\n').count() + 1;
    let column = text.chars().rev().take_while(|&c| c != '\n').count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str, problems: &[(Option<u32>, Option<u32>, &str)]) {
        let parsed = decode(bytes);
        assert_eq!(parsed.value, expected, "{bytes:?}");
        assert_eq!(parsed.problems.len(), problems.len(), "{bytes:?}: {:?}", parsed.problems);
        for (problem, (line, column, part)) in parsed.problems.iter().zip(problems) {
            assert_eq!((problem.line, problem.column), (*line, *column), "{bytes:?}: {problem:?}");
            assert!(problem.message.contains(part), "{bytes:?}: {problem:?}");
        }
    }

    #[test]
    fn text_as_it_should_be() {
        check(b"", "", &[]);
        check("größe ✓\n".as_bytes(), "größe ✓\n", &[]);
        check(b"\xef\xbb\xbf*** Tasks ***\n", "*** Tasks ***\n", &[]);
        check(b"a\r\nb\rc\n", "a\nb\nc\n", &[]);
        check(b"a\x1b[31mred\x1b[0m\n", "a\x1b[31mred\x1b[0m\n", &[]);
    }

    #[test]
    fn other_encodings() {
        check(b"\xff\xfea\0\r\0\n\0\xe9\0", "a\né", &[(None, None, "UTF-16LE")]);
        check(b"\xfe\xff\0a\0b", "ab", &[(None, None, "UTF-16BE")]);
        check(b"\xff\xfea\0\x00\xd8", "a\u{fffd}", &[(None, None, "UTF-16LE"), (None, None, "not valid")]);
        check(b"ok\ncaf\xe9 \x93x\x94", "ok\ncafé “x”", &[(Some(2), Some(4), "windows-1252")]);
        check(b"\xc3\xa9 \xff\n", "é \u{fffd}\n", &[(Some(1), Some(3), "U+FFFD")]);
    }

    #[test]
    fn binary_content() {
        check(b"\x7fELF\x02\x01\x01\0\0", "", &[(None, None, "binary")]);
        check(&[1; 40], "", &[(None, None, "binary")]);
        check(b"a name \xff\xfe of a thing in a table\0", "", &[(None, None, "binary")]);
        let slip = b"a title with\0a NUL in it\n";
        check(slip, "a title with\u{fffd}a NUL in it\n", &[(Some(1), Some(13), "NUL")]);
        let mut late = vec![b'x'; SNIFFED];
        late.extend(b"\n\0y");
        let expected = format!("{}\n\u{fffd}y", "x".repeat(SNIFFED));
        check(&late, &expected, &[(Some(2), Some(1), "NUL")]);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes: Vec<u8>) {
            let parsed = decode(&bytes);
            proptest::prop_assert!(!parsed.value.contains(['\0', '\r']));
        }
    }
}
