//! Markdown: CommonMark with tables, struck text and notes.

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::inline;
use super::plain::{escaped, push_escaped, push_quoted, quoted};
use crate::parse::commonmark;

/// A paragraph of this text asks Libdoc for a table of contents.
const CONTENTS: &str = "<p>%TOC%</p>";

/// The documentation as HTML, addresses and HTML in it not yet checked.
pub(super) fn html(documentation: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM;
    let mut writer = Writer::default();
    for event in Parser::new_ext(documentation, options) {
        writer.event(event);
    }
    writer.html.replace(CONTENTS, "")
}

#[derive(Default)]
struct Writer {
    html: String,
    /// Inside of links and code no address is made a link.
    literal: usize,
    /// Inside of images text is their description.
    images: usize,
    in_head: bool,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.literal == 0 => {
                self.html.push_str(&inline::with_links(&escaped(&text)));
            }
            Event::Text(text) if self.images > 0 => push_quoted(&text, &mut self.html),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                push_escaped(&text, &mut self.html);
            }
            Event::Code(text) if self.images > 0 => push_quoted(&text, &mut self.html),
            Event::Code(text) => {
                self.html.push_str("<code>");
                push_escaped(&text, &mut self.html);
                self.html.push_str("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html.push_str(&html),
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html.push_str("<br>\n"),
            Event::Rule => self.html.push_str("<hr>\n"),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => self.html.push_str(&format!("<h{}>", (level as usize + 1).min(6))),
            Tag::BlockQuote(kind) => {
                self.html.push_str("<blockquote>");
                if let Some(kind) = kind {
                    self.html.push_str(&format!("<p><strong>{}</strong></p>", word(kind)));
                }
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.literal += 1;
                self.html.push_str("<pre><code>");
            }
            Tag::List(Some(start)) if start != 1 => self.html.push_str(&format!("<ol start=\"{start}\">")),
            Tag::Link { dest_url, title, .. } => {
                self.literal += 1;
                self.html.push_str(&format!("<a href=\"{}\"", quoted(&dest_url)));
                self.push_title(&title);
                self.html.push('>');
            }
            Tag::Image { dest_url, title, .. } => {
                self.literal += 1;
                self.images += 1;
                self.html.push_str(&format!("<img src=\"{}\"", quoted(&dest_url)));
                self.push_title(&title);
                self.html.push_str(" alt=\"");
            }
            Tag::TableHead => {
                self.in_head = true;
                self.html.push_str("<thead><tr>");
            }
            tag => {
                if let Some(name) = commonmark::element(&tag.to_end(), self.in_head) {
                    self.html.push_str(&format!("<{name}>"));
                }
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.html.push_str(&format!("</h{}>\n", (level as usize + 1).min(6))),
            TagEnd::CodeBlock => {
                self.literal -= 1;
                self.html.push_str("</code></pre>\n");
            }
            TagEnd::Link => {
                self.literal -= 1;
                self.html.push_str("</a>");
            }
            TagEnd::Image => {
                self.literal -= 1;
                self.images -= 1;
                self.html.push_str("\">");
            }
            TagEnd::TableHead => {
                self.in_head = false;
                self.html.push_str("</tr></thead>\n");
            }
            tag => {
                if let Some(name) = commonmark::element(&tag, self.in_head) {
                    self.html.push_str(&format!("</{name}>"));
                }
            }
        }
    }

    fn push_title(&mut self, title: &str) {
        if !title.is_empty() {
            self.html.push_str(&format!(" title=\"{}\"", quoted(title)));
        }
    }
}

fn word(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "Note",
        BlockQuoteKind::Tip => "Tip",
        BlockQuoteKind::Important => "Important",
        BlockQuoteKind::Warning => "Warning",
        BlockQuoteKind::Caution => "Caution",
    }
}
