//! Bytes of a page to text, whatever it says of its encoding.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How far an HTML page is searched for what it says of its encoding; the HTML standard looks as far.
const SEARCHED: usize = 1024;
/// What is looked at to guess.
const GUESSED: usize = 64 << 10;

/// Decodes a page. What counts is, in this order: a byte order mark; that all of it is UTF-8 with more than
/// ASCII in it, which does not happen by chance; the encoding that the server names and the one that the
/// page names, each if it can be true; a guess.
pub(super) fn decode(bytes: &[u8], content_type: Option<&str>, is_html: bool) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return text(encoding, &bytes[length..]);
    }
    let of_server =
        content_type.and_then(charset_parameter).and_then(|label| Encoding::for_label(label.as_bytes()));
    // Half of the bytes of UTF-16 are NUL where it is ASCII, which is valid UTF-8.
    let is_wide = |encoding: &&Encoding| *encoding == UTF_16LE || *encoding == UTF_16BE;
    if let Some(wide) = of_server.filter(is_wide).filter(|_| bytes.contains(&0)) {
        return text(wide, bytes);
    }
    if let Ok(valid) = std::str::from_utf8(bytes)
        && (!valid.is_ascii() || !bytes.contains(&0x1b))
    {
        return valid.to_owned();
    }
    // A page that can be searched is none of these.
    let of_page = meta(bytes).filter(|_| is_html).filter(|encoding| !is_wide(encoding));
    let named = [of_server.filter(|encoding| !is_wide(encoding)), of_page];
    for encoding in named.into_iter().flatten() {
        if let Some(decoded) = encoding.decode_without_bom_handling_and_without_replacement(bytes)
            && !has_controls(&decoded)
        {
            return decoded.into_owned();
        }
    }
    // Damage here and there is not another encoding.
    let lossy = String::from_utf8_lossy(bytes);
    let (mut broken, mut sound) = (0, 0);
    for c in lossy.chars().filter(|c| !c.is_ascii()) {
        *(if c == char::REPLACEMENT_CHARACTER { &mut broken } else { &mut sound }) += 1;
    }
    if broken * 4 <= sound {
        return lossy.into_owned();
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(GUESSED)], bytes.len() <= GUESSED);
    text(detector.guess(None, Utf8Detection::Allow), bytes)
}

fn text(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// Control characters that no text has: what windows-1252 and its like make of another encoding.
fn has_controls(text: &str) -> bool {
    text.chars().any(|c| ('\u{80}'..='\u{9f}').contains(&c))
}

/// `x` of `text/html; charset=x`.
fn charset_parameter(content_type: &str) -> Option<&str> {
    let value = content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then_some(value)
    })?;
    Some(value.trim().trim_matches(['"', '\'']))
}

/// The encoding that a `<meta>` or an XML declaration at the begin of the page names.
fn meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let begin = bytes[..bytes.len().min(SEARCHED)].to_ascii_lowercase();
    let begin = String::from_utf8_lossy(&begin);
    let mut rest: &str = &begin;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end..]);
            continue;
        }
        let inside = rest.split('>').next().unwrap_or(rest);
        let name = if inside.starts_with("meta") {
            "charset"
        } else if inside.starts_with("?xml") {
            "encoding"
        } else {
            continue;
        };
        let value = inside.split(name).nth(1).and_then(|value| value.trim_start().strip_prefix('='));
        let Some(value) = value else { continue };
        let value = value.trim_start().trim_start_matches(['"', '\'']);
        let label = value.split(['"', '\'', ';', ' ', '/', '?']).next().unwrap_or_default();
        if let Some(encoding) = Encoding::for_label(label.as_bytes()) {
            // What is read here byte by byte is not wide, whatever it says.
            return Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], content_type: &str, part: &str) {
        let decoded = decode(bytes, Some(content_type), true);
        assert!(decoded.contains(part), "{content_type}: {decoded:?}");
    }

    #[test]
    fn what_is_said_where_it_is_true() {
        check("größe".as_bytes(), "text/html", "größe");
        check(b"\xef\xbb\xbfgr\xc3\xb6\xc3\x9fe", "text/html; charset=iso-8859-1", "größe");
        check(b"\xff\xfeg\0r\0\xf6\0", "text/html; charset=utf-8", "grö");
        check(b"g\0r\0\xf6\0", "text/html; charset=UTF-16LE", "grö");
        check(b"gr\xf6\xdfe", "text/html; charset=\"ISO-8859-1\"", "größe");
        check(b"<meta charset=windows-1251><p>\xcf\xf0\xe8\xe2\xe5\xf2", "text/html", "Привет");
        check(b"<!-- <meta charset=x> --><META http-equiv=a content='text/html; charset=Shift_JIS'>\x93\xfa\x96\x7b", "text/html", "日本");
        check(
            b"<?xml version='1.0' encoding='koi8-r'?>\xf0\xd2\xc9\xd7\xc5\xd4",
            "application/xhtml+xml",
            "Привет",
        );
    }

    #[test]
    fn lies() {
        // UTF-8 that the server calls Latin-1, and the page too.
        check("<meta charset=latin1>größe".as_bytes(), "text/html; charset=iso-8859-1", "größe");
        // Latin-1 that both call UTF-8.
        check(
            b"<meta charset=utf-8>Die gr\xf6\xdfte Stra\xdfe f\xfcr alle M\xfcller",
            "text/html; charset=utf-8",
            "größte Straße für",
        );
        // The server is wrong, the page is right.
        check(
            b"<meta charset=windows-1251>\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0",
            "text/html; charset=utf-8",
            "Привет мир",
        );
        // Nobody says anything.
        check(
            b"\x93\xfa\x96\x7b\x8c\xea\x82\xcc\x95\xb6\x8f\xcd\x82\xc5\x82\xb7",
            "text/html",
            "日本語の文章です",
        );
        check(b"gr\xf6\xdfe", "text/html; charset=no-such-thing", "größe");
        // UTF-8 with one byte that is damaged.
        check(b"gr\xc3\xb6\xc3\x9fe \xc3\xbc\xc3\xa4 \xff", "text/html; charset=utf-8", "größe üä \u{fffd}");
        check(b"<meta charset=utf-16>plain", "text/html", "plain");
        check(b"plain", "text/html; charset=utf-16", "plain");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes: Vec<u8>, content_type: String) {
            let _ = decode(&bytes, Some(&content_type), true);
        }
    }
}
