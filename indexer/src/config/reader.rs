use thiserror::Error;

use crate::yaml::{Key, Node, NodeValue};

/// A mistake in `sources.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ConfigError {
    /// Line from 1.
    pub line: u32,
    /// Column in characters from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Something that is accepted and worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Line from 1.
    pub line: u32,
    /// Column in characters from 1.
    pub column: u32,
    /// What there is to know.
    pub message: String,
}

/// Reads nodes as the types that fields ask for and remembers every mistake on the way.
///
/// A field of a wrong type reads as absent: the mistake is recorded, and reading goes on to find
/// the next one.
pub(super) struct Reader<'t> {
    text: &'t str,
    pub(super) errors: Vec<ConfigError>,
    pub(super) notes: Vec<Note>,
}

/// The fields of one mapping, all of them known. A field without a value counts as absent.
pub(super) struct Fields<'n> {
    entries: &'n [(Key, Node)],
}

impl<'n> Fields<'n> {
    pub(super) fn get(&self, name: &str) -> Option<&'n Node> {
        self.entry(name).map(|(_, node)| node)
    }

    pub(super) fn key(&self, name: &str) -> Option<&'n Key> {
        self.entry(name).map(|(key, _)| key)
    }

    fn entry(&self, name: &str) -> Option<&'n (Key, Node)> {
        self.entries.iter().find(|(key, node)| key.text == name && node.value != NodeValue::Null)
    }
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Reader { text, errors: Vec::new(), notes: Vec::new() }
    }

    pub(super) fn error(&mut self, node: &Node, message: impl Into<String>, hint: impl Into<String>) {
        self.error_at((node.line, node.column), message, hint);
    }

    pub(super) fn error_at_key(&mut self, key: &Key, message: impl Into<String>, hint: impl Into<String>) {
        self.error_at((key.line, key.column), message, hint);
    }

    fn error_at(&mut self, place: (u32, u32), message: impl Into<String>, hint: impl Into<String>) {
        let (line, column) = place;
        self.errors.push(ConfigError { line, column, message: message.into(), hint: Some(hint.into()) });
    }

    pub(super) fn note(&mut self, key: &Key, message: impl Into<String>) {
        self.notes.push(Note { line: key.line, column: key.column, message: message.into() });
    }

    /// The fields of a mapping; each key that is not in `known` is a mistake.
    pub(super) fn mapping<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> Option<Fields<'n>> {
        let NodeValue::Mapping(entries) = &node.value else {
            let message = format!("{what} must be a mapping, found {}", node.value.kind());
            self.error(
                node,
                message,
                format!("write it as `field: value` lines; fields: {}", known.join(", ")),
            );
            return None;
        };
        for (key, _) in entries {
            if !known.contains(&key.text.as_str()) {
                self.error_at_key(
                    key,
                    format!("unknown field `{}` in {what}", key.text),
                    suggestion(&key.text, known),
                );
            }
        }
        Some(Fields { entries })
    }

    /// The items of a list.
    pub(super) fn list<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        if let NodeValue::Sequence(items) = &node.value {
            return items;
        }
        let message = format!("`{what}` must be a list, found {}", node.value.kind());
        self.error(node, message, "start each item on its own line with `- `");
        &[]
    }

    /// A text field that is there and not blank.
    pub(super) fn text(&mut self, fields: &Fields<'_>, name: &str) -> Option<String> {
        let node = fields.get(name)?;
        let text = self.text_of(node, name)?;
        if text.trim().is_empty() {
            self.error(node, format!("`{name}` is empty"), "give it a value or remove the field");
            return None;
        }
        Some(text)
    }

    fn text_of(&mut self, node: &Node, name: &str) -> Option<String> {
        match &node.value {
            NodeValue::Text(text) => Some(text.clone()),
            NodeValue::Bool(_) | NodeValue::Integer(_) | NodeValue::Float(_) => {
                let message = format!("`{name}` must be a text, found {}", node.value.kind());
                let written = self.written_at(node);
                self.error(node, message, format!("quote it: \"{written}\""));
                None
            }
            other => {
                let message = format!("`{name}` must be a text, found {}", other.kind());
                self.error(node, message, "write one text, in quotes where it has special characters");
                None
            }
        }
    }

    /// A list of texts; absent reads as empty.
    pub(super) fn texts(&mut self, fields: &Fields<'_>, name: &str) -> Vec<String> {
        let Some(node) = fields.get(name) else { return Vec::new() };
        let items = self.list(node, name);
        items.iter().filter_map(|item| self.text_of(item, name)).collect()
    }

    pub(super) fn boolean(&mut self, fields: &Fields<'_>, name: &str) -> Option<bool> {
        let node = fields.get(name)?;
        if let NodeValue::Bool(value) = node.value {
            return Some(value);
        }
        let message = format!("`{name}` must be true or false, found {}", node.value.kind());
        self.error(node, message, "write `true` or `false`, without quotes");
        None
    }

    /// A whole number from 0 to `most`.
    pub(super) fn whole(&mut self, fields: &Fields<'_>, name: &str, most: u32) -> Option<u32> {
        let node = fields.get(name)?;
        if let NodeValue::Integer(value) = node.value
            && let Ok(value) = u32::try_from(value)
            && value <= most
        {
            return Some(value);
        }
        self.error(
            node,
            format!("`{name}` must be a whole number from 0 to {most}"),
            "write the number in digits, without quotes",
        );
        None
    }

    /// A finite number that is not negative.
    pub(super) fn number(&mut self, fields: &Fields<'_>, name: &str) -> Option<f64> {
        let node = fields.get(name)?;
        let value = match node.value {
            NodeValue::Integer(value) => value as f64,
            NodeValue::Float(value) => value,
            _ => f64::NAN,
        };
        if value.is_finite() && value >= 0.0 {
            return Some(value);
        }
        self.error(node, format!("`{name}` must be a number from 0 up"), "write it in digits, such as `1.5`");
        None
    }

    /// One of the words given, as its position among them.
    pub(super) fn choice(&mut self, fields: &Fields<'_>, name: &str, words: &[&str]) -> Option<usize> {
        let node = fields.get(name)?;
        let text = self.text_of(node, name)?;
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            let words = words.join("`, `");
            self.error(node, format!("`{name}` cannot be `{text}`"), format!("use one of `{words}`"));
        }
        found
    }

    /// The scalar as it is written: a number does not remember that it was `1.10`.
    fn written_at(&self, node: &Node) -> &'t str {
        let line = self.text.lines().nth(node.line.saturating_sub(1) as usize).unwrap_or("");
        let start = line.char_indices().nth(node.column.saturating_sub(1) as usize);
        let rest = start.map_or("", |(offset, _)| &line[offset..]);
        let end = rest.find([' ', '\t', ',', ']', '}']).unwrap_or(rest.len());
        &rest[..end]
    }
}

/// The nearest known field when it is near, all of them otherwise.
fn suggestion(unknown: &str, known: &[&str]) -> String {
    let lower = unknown.to_lowercase().replace('-', "_");
    let nearest = known
        .iter()
        .map(|field| (strsim::damerau_levenshtein(&lower, field), *field))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, field)| *distance <= 1 + field.len().min(lower.len()) / 4);
    match nearest {
        Some((_, field)) => format!("did you mean `{field}`?"),
        None => format!("known fields: {}", known.join(", ")),
    }
}
