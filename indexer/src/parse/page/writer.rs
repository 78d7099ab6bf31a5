//! The sections of a page as they are read: headings, paragraphs, items, rows and code, in order.

use ccr_index::model::{CodeBlock, Section};

/// Deepest list whose items are still indented further: beyond it, indentation would grow the text of
/// nested lists with the square of their depth.
const MAX_INDENTED: usize = 8;

/// Sections of a page; headings behind that are paragraphs.
const MAX_SECTIONS: usize = 4_000;

/// Bytes of a heading. A heading stands in the path of each section below it.
const MAX_HEADING: usize = 300;

/// What stands between the text so far and what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Gap {
    #[default]
    None,
    Space,
    Line,
    Empty,
}

#[derive(Debug, Default)]
pub(super) struct Writer {
    sections: Vec<Section>,
    /// Level and text of the headings above the section that is open.
    above: Vec<(u8, String)>,
    gap: Gap,
    /// Open lists, each with the number of its next item where it counts them.
    lists: Vec<Option<usize>>,
    /// What comes before the next text of its line, such as `- `.
    mark: String,
    /// The next block stands on the line below and not behind an empty one.
    is_tight: bool,
    /// The heading that is open.
    heading: Option<String>,
    /// The cells of the row that is open, and the gap before it.
    row: Option<(Vec<String>, Gap)>,
}

impl Writer {
    /// Adds text in which white space says no more than that words are parted.
    pub(super) fn text(&mut self, text: &str) {
        if text.starts_with(char::is_whitespace) {
            self.ask(Gap::Space);
        }
        for word in text.split_whitespace() {
            self.word(word);
            self.gap = Gap::Space;
        }
        if !text.ends_with(char::is_whitespace) && self.gap == Gap::Space && !text.is_empty() {
            self.gap = Gap::None;
        }
    }

    fn word(&mut self, word: &str) {
        if word.chars().all(is_invisible) {
            return;
        }
        let gap = std::mem::take(&mut self.gap);
        let target = match (&mut self.heading, &mut self.row) {
            (Some(heading), _) => heading,
            (None, Some((cells, _))) => {
                if cells.is_empty() {
                    cells.push(String::new());
                }
                let last = cells.len() - 1;
                &mut cells[last]
            }
            _ => return self.word_of_section(word, gap),
        };
        if gap > Gap::None && !target.is_empty() {
            target.push(' ');
        }
        push_visible(target, word);
    }

    fn word_of_section(&mut self, word: &str, gap: Gap) {
        let indent = if self.mark.is_empty() { self.lists.len().min(MAX_INDENTED) } else { 0 };
        let mark = std::mem::take(&mut self.mark);
        self.is_tight = false;
        let text = &mut self.section().text;
        match gap {
            _ if text.is_empty() => {}
            Gap::None => {}
            Gap::Space => text.push(' '),
            Gap::Line => text.push('\n'),
            Gap::Empty => text.push_str("\n\n"),
        }
        if text.is_empty() || gap > Gap::Space {
            text.extend(std::iter::repeat_n("  ", indent));
        }
        text.push_str(&mark);
        push_visible(text, word);
    }

    /// Asks for a gap before the next text.
    pub(super) fn ask(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    /// A block begins or ends. Inside of an item it begins on the line of the item, and goes on below.
    pub(super) fn block(&mut self) {
        if self.mark.is_empty() {
            self.ask(if self.lists.is_empty() && !self.is_tight { Gap::Empty } else { Gap::Line });
        }
    }

    /// What a term means begins, on the line below the term.
    pub(super) fn start_definition(&mut self) {
        self.line();
        self.is_tight = true;
    }

    /// A line begins or ends.
    pub(super) fn line(&mut self) {
        if self.mark.is_empty() {
            self.ask(Gap::Line);
        }
    }

    /// A list begins; with the number of its first item if it counts them.
    pub(super) fn start_list(&mut self, first: Option<usize>) {
        self.mark.clear();
        self.block();
        self.lists.push(first);
    }

    pub(super) fn end_list(&mut self) {
        self.mark.clear();
        self.lists.pop();
        self.block();
    }

    pub(super) fn start_item(&mut self) {
        self.mark.clear();
        self.ask(Gap::Line);
        let depth = self.lists.len().saturating_sub(1).min(MAX_INDENTED);
        let bullet = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number = number.saturating_add(1);
                format!("{}. ", number.saturating_sub(1))
            }
            _ => "- ".to_owned(),
        };
        self.mark = "  ".repeat(depth) + &bullet;
    }

    pub(super) fn end_item(&mut self) {
        self.mark.clear();
        self.ask(Gap::Line);
    }

    pub(super) fn start_row(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        self.row = Some((Vec::new(), gap));
    }

    pub(super) fn start_cell(&mut self) {
        if let Some((cells, _)) = &mut self.row {
            cells.push(String::new());
        }
        self.gap = Gap::None;
    }

    pub(super) fn end_row(&mut self) {
        let Some((cells, gap)) = self.row.take() else { return };
        self.gap = gap;
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.line();
            let gap = std::mem::take(&mut self.gap);
            self.word_of_section(cells.join(" | ").trim(), gap);
        }
        self.line();
    }

    pub(super) fn start_heading(&mut self) {
        self.gap = Gap::None;
        self.heading = Some(String::new());
    }

    /// The heading is read; where it says something, a section begins.
    pub(super) fn end_heading(&mut self, level: u8, anchor: Option<String>) {
        let heading = self.heading.take().unwrap_or_default();
        self.gap = Gap::None;
        self.is_tight = false;
        self.mark.clear();
        if heading.is_empty() {
            return;
        }
        if self.sections.len() >= MAX_SECTIONS {
            self.block();
            self.text(&heading);
            return self.block();
        }
        let heading = shortened(heading);
        while self.above.last().is_some_and(|(above, _)| *above >= level) {
            self.above.pop();
        }
        let path = self.above.iter().map(|(_, text)| text.clone()).collect();
        self.above.push((level, heading.clone()));
        self.sections.push(Section { anchor, heading, level, path, ..Section::default() });
    }

    /// The text of the heading that is open.
    pub(super) fn heading(&self) -> Option<&str> {
        self.heading.as_deref()
    }

    pub(super) fn code(&mut self, code: CodeBlock) {
        self.section().code.push(code);
        self.block();
    }

    /// The section that is open; one without a heading is opened where there is none.
    fn section(&mut self) -> &mut Section {
        if self.sections.is_empty() {
            self.sections.push(Section::default());
        }
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }

    pub(super) fn finish(mut self) -> Vec<Section> {
        self.end_row();
        self.sections
    }
}

/// A heading of a length that headings have.
fn shortened(mut heading: String) -> String {
    if heading.len() > MAX_HEADING {
        let end = heading.floor_char_boundary(MAX_HEADING);
        heading.truncate(heading[..end].rfind(' ').unwrap_or(end));
    }
    heading
}

/// Characters that show nothing: zero-width space, byte order mark, soft hyphen, word joiner.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}' | '\u{2060}') || c.is_control()
}

fn push_visible(target: &mut String, word: &str) {
    if word.chars().any(is_invisible) {
        target.extend(word.chars().filter(|c| !is_invisible(*c) || *c == '\n'));
    } else {
        target.push_str(word);
    }
}
