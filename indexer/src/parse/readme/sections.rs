use ccr_index::model::ReadmeSection;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};

use super::html;

/// Deepest list whose items are still indented further: beyond it, indentation would grow the text
/// of nested lists with the square of their depth.
const MAX_INDENTED: usize = 8;

/// Builds sections from the events of the Markdown parser.
pub(super) struct Builder {
    line_starts: Vec<usize>,
    sections: Vec<ReadmeSection>,
    /// Where the first block begins, front matter aside.
    first: Option<usize>,
    /// Text of the block that is open: a paragraph, heading, table row or HTML block.
    inline: String,
    /// Where in `inline` the text of each open link begins, and its target.
    links: Vec<(usize, String)>,
    /// Language and text of the code block that is open.
    code: Option<(String, String)>,
    /// Number of the next item of each open list; `None` in lists without numbers.
    lists: Vec<Option<u64>>,
    /// Open quotes and other containers besides lists.
    quotes: usize,
    /// What the next block of a list item begins with.
    marker: Option<String>,
    in_html: bool,
    in_metadata: bool,
    /// Whether the next block joins the one before without a blank line.
    tight: bool,
}

impl Builder {
    pub(super) fn new(text: &str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        Builder {
            line_starts: std::iter::once(0).chain(starts).collect(),
            sections: Vec::new(),
            first: None,
            inline: String::new(),
            links: Vec::new(),
            code: None,
            lists: Vec::new(),
            quotes: 0,
            marker: None,
            in_html: false,
            in_metadata: false,
            tight: false,
        }
    }

    /// Takes one event that begins at byte `at`.
    pub(super) fn take(&mut self, event: Event<'_>, at: usize) {
        match event {
            Event::Start(tag) => self.start(tag, at),
            Event::End(tag) => self.end(tag, at),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => self.inline.push_str(&text),
            Event::Html(html) => self.inline.push_str(&html),
            Event::InlineHtml(html) => self.inline.push_str(&html::text_of(&html)),
            Event::SoftBreak => self.inline.push(' '),
            Event::HardBreak => self.inline.push('\n'),
            Event::TaskListMarker(done) => self.inline.push_str(if done { "[x] " } else { "[ ] " }),
            Event::Rule => self.tight = false,
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, at: usize) {
        if !matches!(tag, Tag::MetadataBlock(_)) {
            self.first.get_or_insert(at);
        }
        match tag {
            Tag::CodeBlock(kind) => {
                self.flush();
                let info = match &kind {
                    CodeBlockKind::Fenced(info) => info,
                    CodeBlockKind::Indented => "",
                };
                let language = info.split([' ', ',', '{']).next().unwrap_or_default();
                self.code = Some((language.to_owned(), String::new()));
            }
            Tag::List(first) => {
                self.flush();
                self.tight = !self.lists.is_empty();
                self.lists.push(first);
            }
            Tag::Item => self.item(),
            Tag::BlockQuote(_) | Tag::FootnoteDefinition(_) => {
                self.flush();
                self.quotes += 1;
            }
            Tag::Paragraph | Tag::Heading { .. } | Tag::Table(_) | Tag::HtmlBlock => {
                self.flush();
                self.in_html = matches!(tag, Tag::HtmlBlock);
            }
            Tag::MetadataBlock(_) => self.in_metadata = true,
            Tag::Link { dest_url, .. } => self.links.push((self.inline.len(), dest_url.into_string())),
            _ => {}
        }
    }

    fn item(&mut self) {
        self.flush();
        let depth = self.lists.len().saturating_sub(1).min(MAX_INDENTED);
        let number = self.lists.last_mut().and_then(Option::as_mut);
        let bullet = match number {
            Some(number) => {
                *number = number.saturating_add(1);
                format!("{}. ", number.saturating_sub(1))
            }
            None => "- ".to_owned(),
        };
        self.marker = Some("  ".repeat(depth) + &bullet);
    }

    fn end(&mut self, tag: TagEnd, at: usize) {
        match tag {
            TagEnd::Heading(level) if self.lists.is_empty() && self.quotes == 0 => self.heading(level, at),
            TagEnd::CodeBlock => {
                if let Some((language, text)) = self.code.take() {
                    let text = text.trim_end_matches('\n').to_owned();
                    self.section().code.push((language, text));
                }
            }
            TagEnd::HtmlBlock => {
                self.in_html = false;
                let html = std::mem::take(&mut self.inline);
                self.inline = html::text_of(&html);
                self.flush();
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
                self.tight = !self.lists.is_empty();
            }
            TagEnd::Item => {
                self.flush();
                self.marker = None;
                self.tight = true;
            }
            TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                self.flush();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::TableCell => self.inline.push_str(" | "),
            TagEnd::TableHead | TagEnd::TableRow => self.row(),
            TagEnd::Table => self.tight = !self.lists.is_empty(),
            TagEnd::Paragraph | TagEnd::Heading(_) => self.flush(),
            TagEnd::MetadataBlock(_) => self.in_metadata = false,
            TagEnd::Link => self.link(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_metadata {
        } else if let Some((_, code)) = &mut self.code {
            code.push_str(text);
        } else {
            self.inline.push_str(text);
        }
    }

    fn link(&mut self) {
        if let Some((start, target)) = self.links.pop() {
            let text = self.inline.get(start..).unwrap_or_default().trim().to_owned();
            self.section().links.push((text, target));
        }
    }

    fn row(&mut self) {
        if let Some(cells) = self.inline.strip_suffix(" | ") {
            self.inline.truncate(cells.len());
        }
        self.flush();
        self.tight = true;
    }

    fn heading(&mut self, level: HeadingLevel, at: usize) {
        let heading = std::mem::take(&mut self.inline).trim().to_owned();
        let section =
            ReadmeSection { heading, level: level as u8, line: self.line(at), ..ReadmeSection::default() };
        self.sections.push(section);
        self.tight = false;
    }

    /// Ends the block that is open, and adds its text to the section.
    fn flush(&mut self) {
        let inline = std::mem::take(&mut self.inline);
        let block = lines_trimmed(&inline);
        if block.is_empty() {
            return;
        }
        let indent = match &self.marker {
            Some(_) => String::new(),
            None => "  ".repeat(self.lists.len().min(MAX_INDENTED)),
        };
        let marker = self.marker.take().unwrap_or_default();
        let separator = if self.tight { "\n" } else { "\n\n" };
        let text = &mut self.section().text;
        if !text.is_empty() {
            text.push_str(separator);
        }
        text.push_str(&indent);
        text.push_str(&marker);
        text.push_str(&block);
        self.tight = !self.lists.is_empty();
    }

    /// The section that is open; one without a heading is opened where there is none.
    fn section(&mut self) -> &mut ReadmeSection {
        if self.sections.is_empty() {
            let line = self.line(self.first.unwrap_or_default());
            self.sections.push(ReadmeSection { line, ..ReadmeSection::default() });
        }
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }

    fn line(&self, at: usize) -> u32 {
        u32::try_from(self.line_starts.partition_point(|&start| start <= at)).unwrap_or(u32::MAX)
    }

    pub(super) fn finish(mut self) -> Vec<ReadmeSection> {
        self.flush();
        self.sections
    }
}

/// The text with each line trimmed and blank lines left out.
fn lines_trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}
