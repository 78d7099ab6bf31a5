//! Documentation in the formats that libraries may use, to plain text and to HTML that is safe to show.
//!
//! Each format is first turned into HTML, and all HTML goes through one door, `safe`: what leaves it
//! was written by it, element by element from a closed list. So nothing that a documentation says can
//! run, load or restyle anything, whatever the steps before it did.

mod inline;
mod markdown;
mod plain;
mod rest;
mod robot;
mod safe;

use plain::escaped;

/// How a documentation is written: `ROBOT_LIBRARY_DOC_FORMAT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DocFormat {
    /// Robot Framework's own simple markup.
    #[default]
    Robot,
    /// Plain text.
    Text,
    /// reStructuredText; the part of it that libraries use.
    Rest,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
}

impl DocFormat {
    /// The format that a word such as `ROBOT` or `reST` means, letter case ignored; none for others.
    pub fn from_word(word: &str) -> Option<DocFormat> {
        Some(match word.to_ascii_uppercase().as_str() {
            "ROBOT" => DocFormat::Robot,
            "TEXT" => DocFormat::Text,
            "REST" => DocFormat::Rest,
            "MARKDOWN" => DocFormat::Markdown,
            "HTML" => DocFormat::Html,
            _ => return None,
        })
    }
}

/// A documentation that can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// Without markup: what is searched, and what a terminal shows.
    pub text: String,
    /// A fragment of HTML: no script, style, event handler, frame, form or address that runs anything.
    pub html: String,
}

/// Bytes of a documentation that may hold tags of its author's own. The tokenizer compares each attribute
/// of a tag with all before it, so that a tag of megabytes would take it minutes.
const LONGEST_HTML: usize = 128 * 1024;

/// Renders a documentation. One with tags that is longer than any that was written for people is shown as
/// it is written.
pub fn render(documentation: &str, format: DocFormat) -> Rendered {
    let format = match format {
        DocFormat::Html | DocFormat::Markdown if documentation.len() > LONGEST_HTML => DocFormat::Text,
        format => format,
    };
    let html = match format {
        DocFormat::Robot => robot::html(documentation),
        DocFormat::Text => format!("<pre>{}</pre>", inline::with_links(&escaped(documentation))),
        DocFormat::Rest => rest::html(documentation),
        DocFormat::Markdown => markdown::html(documentation),
        DocFormat::Html => documentation.to_owned(),
    };
    let mut rendered = safe::clean(&html);
    if format == DocFormat::Text {
        documentation.trim_end().clone_into(&mut rendered.text);
    }
    rendered
}

#[cfg(test)]
mod tests;
