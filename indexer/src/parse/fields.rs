//! Fields of YAML documents, read tolerantly: a value of another type gives what can be made of it
//! and a problem at its place.

use super::Problem;
use crate::yaml::{self, Key, Node, NodeValue};

/// Farthest column at which a number is read again as it is written. A line of very many numbers
/// would otherwise be walked from its start for each of them.
const FARTHEST: u32 = 500;
/// Longest number that is read so.
const LONGEST: usize = 40;

/// Entries of a mapping.
pub(super) type Entries = [(Key, Node)];

/// Reads fields of one document and collects what looked wrong in it.
pub(super) struct Fields<'t> {
    text: &'t str,
    lines: Vec<&'t str>,
    /// Lines of the file before the document.
    offset: u32,
    /// What looked wrong so far.
    pub(super) problems: Vec<Problem>,
}

impl<'t> Fields<'t> {
    /// A reader of a document that begins after `offset` lines of its file.
    pub(super) fn new(text: &'t str, offset: u32) -> Self {
        Fields { text, lines: text.split('\n').collect(), offset, problems: Vec::new() }
    }

    /// The entries of the whole document.
    ///
    /// Where the document is not YAML, each top-level key is read by itself: a broken one keeps the
    /// text of its line, and its neighbours keep everything. Text that is no mapping gives nothing.
    pub(super) fn document(&mut self) -> Vec<(Key, Node)> {
        match yaml::tree(self.text) {
            Ok(Node { value: NodeValue::Mapping(entries), .. }) => entries,
            Ok(Node { value: NodeValue::Null, .. }) => Vec::new(),
            Ok(node) => {
                self.report(&node, format!("{} where a mapping is expected", node.value.kind()));
                Vec::new()
            }
            Err(problem) => {
                self.problems.push(shifted(problem, self.offset));
                self.recover()
            }
        }
    }

    /// Each top-level key of a broken document, by itself; later repetitions of a key are dropped.
    fn recover(&self) -> Vec<(Key, Node)> {
        let begins_entry =
            |line: &&str| line.starts_with(|c: char| c.is_alphanumeric() || "\"'_".contains(c));
        let mut starts: Vec<usize> =
            (0..self.lines.len()).filter(|&at| begins_entry(&self.lines[at])).collect();
        starts.push(self.lines.len());
        let mut entries: Vec<(Key, Node)> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for range in starts.windows(2) {
            if let Some((key, node)) = self.recover_entry(range[0], range[1])
                && seen.insert(key.text.clone())
            {
                entries.push((key, node));
            }
        }
        entries
    }

    fn recover_entry(&self, start: usize, end: usize) -> Option<(Key, Node)> {
        let line = u32::try_from(start + 1).unwrap_or(u32::MAX);
        let is_marker = |line: &&str| matches!(line.trim_end(), "---" | "...");
        let lines: Vec<&str> =
            self.lines[start..end].iter().copied().take_while(|line| !is_marker(line)).collect();
        let block = lines.join("\n");
        if let Ok(Node { value: NodeValue::Mapping(entries), .. }) = yaml::tree(&block) {
            let (mut key, mut node) = entries.into_iter().next()?;
            key.line = line;
            move_down(&mut node, line - 1);
            return Some((key, node));
        }
        let (key, value) = self.lines[start].split_once(':')?;
        let value = NodeValue::Text(unquote(value.trim()).to_owned());
        let column = u32::try_from(key.chars().count() + 2).unwrap_or(u32::MAX);
        let key = Key { line, column: 1, text: unquote(key.trim()).to_owned() };
        Some((key, Node { line, column, value }))
    }

    /// Adds a problem at a node.
    pub(super) fn report(&mut self, node: &Node, message: String) {
        self.problems.push(shifted(Problem::at(node.line, node.column, message), self.offset));
    }

    /// Adds a problem at a key.
    pub(super) fn report_key(&mut self, key: &Key, message: String) {
        self.problems.push(shifted(Problem::at(key.line, key.column, message), self.offset));
    }

    /// A text field. Numbers and booleans are taken as written, a list as its items with commas.
    pub(super) fn text(&mut self, entries: &Entries, name: &str) -> Option<String> {
        let node = find(entries, name)?;
        match &node.value {
            NodeValue::Sequence(_) => {
                self.report(node, format!("`{name}` is a list where a text is expected"));
                let items = self.items(node, name);
                (!items.is_empty()).then(|| items.join(", "))
            }
            NodeValue::Mapping(_) => {
                self.report(node, format!("`{name}` is a mapping where a text is expected"));
                None
            }
            _ => self.scalar(node),
        }
    }

    /// A list of texts. A text alone is split at its commas.
    pub(super) fn texts(&mut self, entries: &Entries, name: &str) -> Vec<String> {
        let Some(node) = find(entries, name) else { return Vec::new() };
        match &node.value {
            NodeValue::Null => Vec::new(),
            NodeValue::Sequence(_) => self.items(node, name),
            NodeValue::Mapping(_) => {
                self.report(node, format!("`{name}` is a mapping where a list is expected"));
                Vec::new()
            }
            kind => {
                self.report(node, format!("`{name}` is {} where a list is expected", kind.kind()));
                let text = self.scalar(node).unwrap_or_default();
                let text = text.trim_start_matches('[').trim_end_matches(']');
                text.split(',')
                    .map(|item| unquote(item.trim()).to_owned())
                    .filter(|item| !item.is_empty())
                    .collect()
            }
        }
    }

    /// A boolean; `true` and `yes` in quotes count too.
    pub(super) fn flag(&mut self, entries: &Entries, name: &str) -> Option<bool> {
        let node = find(entries, name)?;
        match &node.value {
            NodeValue::Bool(value) => return Some(*value),
            NodeValue::Null => return None,
            NodeValue::Text(text) => match text.to_lowercase().as_str() {
                "true" | "yes" | "on" => return Some(true),
                "false" | "no" | "off" => return Some(false),
                _ => {}
            },
            _ => {}
        }
        self.report(node, format!("`{name}` is {} where a boolean is expected", node.value.kind()));
        None
    }

    /// A mapping; empty where it is absent or something else.
    pub(super) fn mapping<'n>(&mut self, entries: &'n Entries, name: &str) -> &'n Entries {
        let Some(node) = find(entries, name) else { return &[] };
        match &node.value {
            NodeValue::Mapping(inner) => inner,
            NodeValue::Null => &[],
            other => {
                self.report(node, format!("`{name}` is {} where a mapping is expected", other.kind()));
                &[]
            }
        }
    }

    /// A list of mappings; items that are something else are reported and left out.
    pub(super) fn mappings<'n>(&mut self, entries: &'n Entries, name: &str) -> Vec<&'n Entries> {
        let Some(node) = find(entries, name) else { return Vec::new() };
        let items: &[Node] = match &node.value {
            NodeValue::Sequence(items) => items,
            NodeValue::Null => &[],
            NodeValue::Mapping(inner) => {
                self.report(node, format!("`{name}` is a mapping where a list is expected"));
                return vec![inner];
            }
            other => {
                self.report(node, format!("`{name}` is {} where a list is expected", other.kind()));
                &[]
            }
        };
        let mut mappings = Vec::new();
        for item in items {
            match &item.value {
                NodeValue::Mapping(inner) => mappings.push(&inner[..]),
                other => {
                    let kind = other.kind();
                    self.report(item, format!("an item of `{name}` is {kind} where a mapping is expected"));
                }
            }
        }
        mappings
    }

    /// A scalar as text: trimmed, numbers and booleans as written; `None` for null and collections.
    pub(super) fn scalar(&self, node: &Node) -> Option<String> {
        match &node.value {
            NodeValue::Text(text) => Some(text.trim().to_owned()),
            NodeValue::Bool(value) => Some(self.written(node).unwrap_or_else(|| value.to_string())),
            NodeValue::Integer(value) => Some(self.written(node).unwrap_or_else(|| value.to_string())),
            NodeValue::Float(value) => Some(self.written(node).unwrap_or_else(|| value.to_string())),
            NodeValue::Null | NodeValue::Sequence(_) | NodeValue::Mapping(_) => None,
        }
    }

    /// A scalar, or a list of scalars with commas, as text; whatever is neither is passed over.
    pub(super) fn plain(&self, node: &Node) -> Option<String> {
        match &node.value {
            NodeValue::Sequence(items) => {
                let texts: Vec<String> = items.iter().filter_map(|item| self.scalar(item)).collect();
                (!texts.is_empty()).then(|| texts.join(", "))
            }
            _ => self.scalar(node),
        }
    }

    fn items(&mut self, node: &Node, name: &str) -> Vec<String> {
        let NodeValue::Sequence(items) = &node.value else { return Vec::new() };
        let mut texts = Vec::new();
        for item in items {
            match self.scalar(item) {
                Some(text) if !text.is_empty() => texts.push(text),
                Some(_) => {}
                None => {
                    let kind = item.value.kind();
                    self.report(item, format!("an item of `{name}` is {kind} where a text is expected"));
                }
            }
        }
        texts
    }

    /// The plain scalar that stands in the text where a node begins: `1.10` and not 1.1.
    fn written(&self, node: &Node) -> Option<String> {
        let column = usize::try_from(node.column.checked_sub(1).filter(|&at| at < FARTHEST)?).ok()?;
        let line = self.lines.get(usize::try_from(node.line).ok()?.checked_sub(1)?)?;
        let is_part = |c: &char| !c.is_whitespace() && !matches!(c, ',' | ']' | '}' | '#');
        let word: String = line.chars().skip(column).take_while(is_part).take(LONGEST + 1).collect();
        let is_plain = word.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '+'));
        (is_plain && word.len() <= LONGEST).then_some(word)
    }
}

/// The value of a key.
pub(super) fn find<'n>(entries: &'n Entries, name: &str) -> Option<&'n Node> {
    entries.iter().find(|(key, _)| key.text == name).map(|(_, node)| node)
}

/// A problem of a part, placed in its file.
fn shifted(mut problem: Problem, lines: u32) -> Problem {
    problem.line = problem.line.map(|line| line.saturating_add(lines));
    problem
}

fn move_down(node: &mut Node, lines: u32) {
    node.line = node.line.saturating_add(lines);
    match &mut node.value {
        NodeValue::Sequence(items) => items.iter_mut().for_each(|item| move_down(item, lines)),
        NodeValue::Mapping(entries) => entries.iter_mut().for_each(|(_, node)| move_down(node, lines)),
        _ => {}
    }
}

/// A text without the quotes around it.
pub(super) fn unquote(text: &str) -> &str {
    ['"', '\''].iter().find_map(|&quote| text.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(text)
}
