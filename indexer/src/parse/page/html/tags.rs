//! The text of a page to tags and text, as browsers read it: the tokens of the HTML standard.
//!
//! html5ever's tokenizer reads a page character by character, at about 20 MB a second, and compares each
//! attribute of a tag with all before it, so that one tag of 5 MB takes it hours. This one jumps from `<`
//! to `<` and keeps the attributes that somebody asks for. Tests hold
//! it against html5ever.

use std::borrow::Cow;

use super::builder::Builder;
use super::characters::{Place, decoded};
use super::name::Attr;

/// Reads a page, or a piece of one, into a builder.
pub(in crate::parse::page) fn read(html: &str, builder: &mut Builder) {
    let mut reader = Tags { html, at: 0, attributes: Vec::new(), name: String::new() };
    reader.read(builder);
}

struct Tags<'h> {
    html: &'h str,
    at: usize,
    /// The attributes of the tag that is read, and its name in lower case.
    attributes: Vec<(Attr, Cow<'h, str>)>,
    name: String,
}

/// How the content of an element is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Markup,
    /// Text up to the end tag, with character references.
    Text,
    /// Text up to the end tag, as it stands.
    Raw,
    Script,
    /// Text up to the end of the page.
    Rest,
}

impl<'h> Tags<'h> {
    fn read(&mut self, builder: &mut Builder) {
        while self.at < self.html.len() {
            let rest = &self.html[self.at..];
            let text = rest.find('<').unwrap_or(rest.len());
            builder.text(&decoded(&rest[..text], Place::Text));
            self.at += text;
            if self.at < self.html.len() {
                self.markup(builder);
            }
        }
    }

    fn rest(&self) -> &'h str {
        self.html.get(self.at..).unwrap_or_default()
    }

    /// Reads what begins with `<`.
    fn markup(&mut self, builder: &mut Builder) {
        let rest = self.rest();
        match rest.as_bytes().get(1) {
            Some(b'a'..=b'z' | b'A'..=b'Z') => self.start_tag(builder),
            Some(b'!' | b'?') => self.comment(rest),
            Some(b'/') => match rest.as_bytes().get(2) {
                Some(b'a'..=b'z' | b'A'..=b'Z') => self.end_tag(builder),
                Some(b'>') => self.at += 3,
                Some(_) => self.comment(rest),
                None => self.literal(rest, builder),
            },
            _ => self.literal(&rest[..1], builder),
        }
    }

    fn literal(&mut self, text: &str, builder: &mut Builder) {
        builder.text(text);
        self.at += text.len();
    }

    /// Passes a comment, or what browsers take for one.
    fn comment(&mut self, rest: &str) {
        let length = match rest.strip_prefix("<!--") {
            Some(inside) if inside.starts_with('>') => Some(5),
            Some(inside) if inside.starts_with("->") => Some(6),
            Some(inside) => end_of_comment(inside).map(|end| 4 + end),
            None => rest.find('>').map(|end| end + 1),
        };
        self.at += length.unwrap_or(rest.len());
    }

    fn start_tag(&mut self, builder: &mut Builder) {
        self.at += 1;
        self.tag_name();
        let Some(closes_itself) = self.attributes() else { return self.end() };
        builder.start(&self.name, &self.attributes, closes_itself);
        if builder.is_in_drawing() {
            return;
        }
        match content_of(&self.name) {
            Content::Markup => {}
            Content::Rest => {
                builder.text(self.rest());
                self.at = self.html.len();
            }
            content => {
                let rest = self.rest();
                let end = match content {
                    Content::Script => end_of_script(rest),
                    _ => end_of(rest, &self.name),
                };
                let inside = &rest[..end.unwrap_or(rest.len())];
                if content == Content::Text {
                    builder.text(&decoded(inside, Place::Text));
                } else {
                    builder.text(inside);
                }
                self.at += inside.len();
            }
        }
    }

    fn end_tag(&mut self, builder: &mut Builder) {
        self.at += 2;
        self.tag_name();
        if self.attributes().is_none() {
            return self.end();
        }
        builder.end(&self.name);
    }

    /// The page ends in a tag, which is none then.
    fn end(&mut self) {
        self.at = self.html.len();
    }

    fn tag_name(&mut self) {
        let rest = self.rest();
        let end = rest.find(is_end_of_name).unwrap_or(rest.len());
        self.name.clear();
        self.name.push_str(&rest[..end]);
        self.name.make_ascii_lowercase();
        self.at += end;
    }

    /// Reads the attributes up to behind `>`. Whether the tag closes itself; nothing where it does not end.
    fn attributes(&mut self) -> Option<bool> {
        let bytes = self.html.as_bytes();
        self.attributes.clear();
        loop {
            match bytes.get(self.at)? {
                b'>' => {
                    self.at += 1;
                    return Some(false);
                }
                b'/' if bytes.get(self.at + 1) == Some(&b'>') => {
                    self.at += 2;
                    return Some(true);
                }
                b'/' => self.at += 1,
                byte if byte.is_ascii_whitespace() => self.at += 1,
                _ => {
                    if self.attribute()? {
                        return Some(false);
                    }
                }
            }
        }
    }

    /// Reads an attribute; whether the tag ended with it.
    fn attribute(&mut self) -> Option<bool> {
        let rest = self.rest();
        // An equals sign may begin a name.
        let end = usize::from(rest.starts_with('='));
        let end = end + rest[end..].find(|c: char| is_end_of_name(c) || c == '=').unwrap_or(rest.len() - end);
        let name = &rest[..end];
        self.at += end;
        let before = self.at;
        self.skip_space();
        let value = if self.html.as_bytes().get(self.at) == Some(&b'=') {
            self.at += 1;
            self.skip_space();
            self.value()?
        } else {
            // A slash behind a name may close the element.
            self.at = before;
            Some("")
        };
        if let Some(known) = known(name)
            && self.attributes.iter().all(|(attribute, _)| *attribute != known)
        {
            self.attributes.push((known, decoded(value.unwrap_or_default(), Place::Value)));
        }
        if value.is_none() {
            self.at += 1;
        }
        Some(value.is_none())
    }

    /// Reads a value; none, if the tag ends in its place. Nothing, if it does not end.
    #[expect(clippy::option_option, reason = "a value that is missing and a page that ends are two things")]
    fn value(&mut self) -> Option<Option<&'h str>> {
        let rest = self.rest();
        let first = *rest.as_bytes().first()?;
        if first == b'>' {
            return Some(None);
        }
        if matches!(first, b'"' | b'\'') {
            let end = rest[1..].find(char::from(first))?;
            self.at += end + 2;
            return Some(Some(&rest[1..=end]));
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '>')?;
        self.at += end;
        Some(Some(&rest[..end]))
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_whitespace()).len();
    }
}

fn is_end_of_name(c: char) -> bool {
    c.is_ascii_whitespace() || c == '/' || c == '>'
}

fn known(name: &str) -> Option<Attr> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Attr::of(&name.to_ascii_lowercase());
    }
    Attr::of(name)
}

fn content_of(name: &str) -> Content {
    match name {
        "script" => Content::Script,
        "style" | "iframe" | "xmp" | "noembed" | "noframes" => Content::Raw,
        "textarea" | "title" => Content::Text,
        "plaintext" => Content::Rest,
        _ => Content::Markup,
    }
}

/// Where the inside of a comment ends, behind `-->` or `--!>`.
fn end_of_comment(inside: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = inside[from..].find("--").map(|at| from + at) {
        let behind = &inside[at + 2..];
        if behind.starts_with('>') {
            return Some(at + 3);
        }
        if behind.starts_with("!>") {
            return Some(at + 4);
        }
        from = at + 1;
    }
    None
}

/// Where the end tag of an element begins.
fn end_of(text: &str, name: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find("</").map(|at| from + at) {
        if is_tag(&text[at + 2..], name) {
            return Some(at);
        }
        from = at + 2;
    }
    None
}

/// Whether a text begins with the name of a tag and what ends it.
fn is_tag(text: &str, name: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > name.len()
        && bytes[..name.len()].eq_ignore_ascii_case(name.as_bytes())
        && is_end_of_name(char::from(bytes[name.len()]))
}

/// Where the end tag of a script begins. In a comment, a script may hold another one.
fn end_of_script(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut in_comment, mut in_other) = (false, false);
    let mut at = 0;
    while let Some(found) = text[at..].find(['<', '-']).map(|found| at + found) {
        at = found + 1;
        let rest = &bytes[found..];
        if rest[0] == b'-' {
            if in_comment && rest.starts_with(b"-->") {
                (in_comment, in_other) = (false, false);
            }
        } else if rest.starts_with(b"<!--") {
            if !in_comment {
                in_comment = true;
                // `<!-->` ends at once, and its hyphens may belong to the end.
                at = found + 2;
            }
        } else if rest.starts_with(b"</") && is_tag(&text[found + 2..], "script") {
            if !in_other {
                return Some(found);
            }
            in_other = false;
        } else if in_comment && is_tag(&text[found + 1..], "script") {
            in_other = true;
        }
    }
    None
}

#[cfg(test)]
mod tests;
