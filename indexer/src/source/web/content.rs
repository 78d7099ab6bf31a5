//! What was sent, as a page: its kind by what the server says and what it is, and its text.

use url::Url;

use super::charset;
use crate::parse::page::{self, PageText};

/// Kinds of pages that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Html,
    Markdown,
    Plain,
}

/// What servers are told is read.
pub(super) const ACCEPT: &str =
    "text/html, application/xhtml+xml, text/markdown;q=0.9, text/plain;q=0.8, */*;q=0.1";

/// How much of a page is looked at to tell text from other things.
const SNIFFED: usize = 8000;

/// Reads a page. Gives why it is none where it is something else.
pub(super) fn read(url: &Url, content_type: Option<&str>, body: &[u8]) -> Result<PageText, String> {
    let sort = sort(url, content_type, body)?;
    let text = charset::decode(body, content_type, sort == Sort::Html);
    Ok(match sort {
        Sort::Html => page::html(&text),
        Sort::Markdown => page::markdown(&text),
        Sort::Plain => page::plain(&text),
    })
}

fn sort(url: &Url, content_type: Option<&str>, body: &[u8]) -> Result<Sort, String> {
    let said =
        content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let suffix =
        url.path().rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, suffix)| suffix);
    let is_markdown = suffix.is_some_and(|suffix| {
        ["md", "markdown", "mdx"].iter().any(|known| suffix.eq_ignore_ascii_case(known))
    });
    if let Some(is) = other(body) {
        return Err(if said.is_empty() || said.contains(is) {
            format!("it is no page but {is}, which is not read")
        } else {
            format!("it is sent as `{said}` and is {is}, which is not read")
        });
    }
    match said.as_str() {
        "text/html" | "application/xhtml+xml" => Ok(Sort::Html),
        "text/markdown" | "text/x-markdown" => Ok(Sort::Markdown),
        "text/plain" | "" | "application/octet-stream" | "binary/octet-stream" => {
            let sniffed = if is_html(body) { Sort::Html } else { Sort::Plain };
            Ok(if is_markdown { Sort::Markdown } else { sniffed })
        }
        _ => Err(format!("it is sent as `{said}`, which is not read (HTML, Markdown and plain text are)")),
    }
}

/// What the bytes are, where they are no text.
fn other(body: &[u8]) -> Option<&'static str> {
    let begin = &body[..body.len().min(SNIFFED)];
    let known: [(&[u8], &str); 6] = [
        (b"%PDF-", "pdf"),
        (b"PK\x03\x04", "a zip archive"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"\x89PNG", "an image"),
        (b"\xff\xd8\xff", "an image"),
        (b"GIF8", "an image"),
    ];
    if let Some((_, name)) = known.iter().find(|(magic, _)| begin.starts_with(magic)) {
        return Some(name);
    }
    let is_marked = begin.starts_with(b"\xff\xfe") || begin.starts_with(b"\xfe\xff");
    let controls =
        begin.iter().filter(|&&byte| byte < 0x20 && !matches!(byte, b'\t'..=b'\r' | 0x1b | 0)).count();
    let nuls = begin.iter().filter(|&&byte| byte == 0).count();
    // Of UTF-16 half of the bytes are NUL, every other one.
    let is_wide = nuls * 5 > begin.len() * 2 && nuls * 2 <= begin.len() + 1;
    let is_binary = controls * 20 > begin.len() || (nuls > 0 && nuls * 100 > begin.len() && !is_wide);
    (!is_marked && is_binary).then_some("binary")
}

pub(super) fn is_html(body: &[u8]) -> bool {
    let begin = &body[..body.len().min(512)];
    let begin = begin.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begin).trim_ascii_start().to_ascii_lowercase();
    [&b"<!doctype html"[..], b"<html", b"<head", b"<body"].iter().any(|tag| begin.starts_with(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, said: Option<&str>, body: &[u8], expected: Result<Sort, &str>) {
        let url = Url::parse("https://x.org").unwrap().join(path).unwrap();
        match (sort(&url, said, body), expected) {
            (Err(found), Err(part)) => assert!(found.contains(part), "{found}"),
            (found, expected) => {
                assert_eq!(found.as_ref().ok(), expected.as_ref().ok(), "{path} {said:?} {found:?}");
            }
        }
    }

    #[test]
    fn what_is_said_and_what_is() {
        check("/", Some("Text/HTML; charset=utf-8"), b"<p>x", Ok(Sort::Html));
        check("/", Some("application/xhtml+xml"), b"<?xml?>", Ok(Sort::Html));
        check("/a", Some("text/markdown"), b"# x", Ok(Sort::Markdown));
        check("/a.MD", Some("text/plain; charset=utf-8"), b"# x", Ok(Sort::Markdown));
        check("/a.md", None, b"# x", Ok(Sort::Markdown));
        check("/a.md", Some("text/html"), b"<!doctype html>", Ok(Sort::Html));
        check("/a.txt", Some("text/plain"), b"x", Ok(Sort::Plain));
        check("/a", Some("text/plain"), b" \n<!DOCTYPE html><p>", Ok(Sort::Html));
        check("/a", None, b"\xef\xbb\xbf<html>", Ok(Sort::Html));
        check("/a", Some("text/html"), b"\xff\xfe<\0p\0>\0", Ok(Sort::Html));
        check("/a", Some("text/html; charset=utf-16le"), b"<\0p\0>\0x\0", Ok(Sort::Html));
        check("/a", Some("image/png"), b"x", Err("`image/png`, which is not read"));
        check("/a", Some("application/json"), b"{}", Err("`application/json`"));
        check("/a", Some("text/html"), b"%PDF-1.7 ...", Err("sent as `text/html` and is pdf"));
        check("/a", Some("application/pdf"), b"%PDF-1.7 ...", Err("no page but pdf"));
        check("/a", Some("text/html"), b"PK\x03\x04", Err("a zip archive"));
        check("/a", Some("text/html"), &[1, 2, 3, 4, 5, 6, 7, 8], Err("binary"));
        check("/a", Some("text/plain"), &[b'a', 0, 200, 0, 0, 0, 3, 0, 0], Err("binary"));
        check("/a", Some("text/html"), b"", Ok(Sort::Html));
    }

    #[test]
    fn the_same_text_of_every_kind() {
        let url = Url::parse("https://x.org/a").unwrap();
        let said = |said: &str, body: &str| read(&url, Some(said), body.as_bytes()).unwrap();
        assert!(
            format!("{:?}", said("text/html", "<h1>T</h1><p>How to begin with it.</p>"))
                .contains("How to begin")
        );
        assert!(
            format!("{:?}", said("text/markdown", "# T\n\nHow to begin with it.\n")).contains("How to begin")
        );
        assert!(format!("{:?}", said("text/plain", "How to begin with it.\n")).contains("How to begin"));
    }
}
