//! The text that a reader of the HTML sees.

use html5ever::tokenizer::Tag;

use super::elements::{Element, Shape};

/// What stands between the text so far and what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
    Empty,
}

#[derive(Debug, Default)]
pub(super) struct Text {
    text: String,
    gap: Gap,
    /// Open elements whose white space counts.
    preformatted: usize,
    /// Open lists, each with the number of its next item where it counts them.
    lists: Vec<Option<usize>>,
    /// What comes before the next text of its line, such as `- `.
    mark: String,
}

impl Text {
    pub(super) fn push(&mut self, text: &str) {
        if self.preformatted > 0 {
            self.push_preformatted(text);
            return;
        }
        for (index, word) in text.split_whitespace().enumerate() {
            if index > 0 || text.starts_with(char::is_whitespace) {
                self.gap = self.gap.max(Gap::Space);
            }
            self.push_word(word);
        }
        if text.ends_with(char::is_whitespace) {
            self.gap = self.gap.max(Gap::Space);
        }
    }

    fn push_preformatted(&mut self, text: &str) {
        if self.text.is_empty() || self.gap != Gap::None {
            // The line end behind `<pre>` is not part of its text.
            let text = text.strip_prefix('\n').unwrap_or(text);
            if !text.is_empty() {
                self.push_word(text);
            }
            return;
        }
        self.text.push_str(text);
    }

    fn push_word(&mut self, word: &str) {
        let gap = std::mem::take(&mut self.gap);
        if !self.text.is_empty() {
            let written = match gap {
                Gap::None => "",
                Gap::Space => " ",
                Gap::Line => "\n",
                Gap::Empty => "\n\n",
            };
            if gap > Gap::Space {
                self.text.truncate(self.text.trim_end().len());
            }
            self.text.push_str(written);
        }
        self.text.push_str(&std::mem::take(&mut self.mark));
        self.text.push_str(word);
    }

    fn ask(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    pub(super) fn start(&mut self, element: Element, tag: &Tag) {
        match element.shape() {
            Shape::Inline => {}
            Shape::Break | Shape::Line => self.ask(Gap::Line),
            Shape::Block => self.block(),
            Shape::Preformatted => {
                self.block();
                self.preformatted += 1;
            }
            Shape::List => {
                if self.lists.is_empty() {
                    self.block();
                }
                self.lists.push((element.name() == "ol").then_some(1));
            }
            Shape::Item => self.start_item(),
            Shape::Cell => {
                // The first cell of a row has a line before it.
                if self.gap < Gap::Line && !self.text.is_empty() {
                    self.gap = Gap::None;
                    self.mark = "  ".to_owned();
                }
            }
            Shape::Image => {
                let value = |name: &str| {
                    tag.attrs
                        .iter()
                        .find(|attribute| *attribute.name.local == *name)
                        .map(|found| &*found.value)
                };
                if let Some(said) = value("alt").or_else(|| value("title")) {
                    self.push(said);
                }
            }
        }
    }

    /// A block inside of an item begins on the line of the item.
    fn block(&mut self) {
        if self.mark.is_empty() {
            self.ask(if self.lists.is_empty() { Gap::Empty } else { Gap::Line });
        }
    }

    fn start_item(&mut self) {
        self.ask(Gap::Line);
        let depth = self.lists.len().saturating_sub(1);
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        };
        self.mark = format!("{}{mark}", "  ".repeat(depth));
    }

    pub(super) fn end(&mut self, element: Element) {
        match element.shape() {
            Shape::Inline | Shape::Break | Shape::Image | Shape::Cell => {}
            Shape::Line | Shape::Item => {
                self.mark.clear();
                self.ask(Gap::Line);
            }
            Shape::Block => self.block(),
            Shape::Preformatted => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.block();
            }
            Shape::List => {
                self.lists.pop();
                self.block();
            }
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text
    }
}
