//! Pieces of the answers.

use std::fmt::Write as _;

use ccr_index::model::Document;
use ccr_index::search::Hit;
use serde::de::DeserializeOwned;

use super::ToolError;

/// Adds a `**Name:** value` line, where there is a value.
pub(super) fn fact(text: &mut String, name: &str, value: impl AsRef<str>) {
    let value = value.as_ref().trim();
    if !value.is_empty() {
        let _ = writeln!(text, "**{name}:** {value}");
    }
}

/// Adds a list below a name, where there is anything in it; at most so many, and says how many more.
pub(super) fn list<'a>(
    text: &mut String,
    name: &str,
    entries: impl IntoIterator<Item = &'a str>,
    most: usize,
) {
    let entries: Vec<&str> = entries.into_iter().collect();
    if entries.is_empty() {
        return;
    }
    let _ = writeln!(text, "**{name}:**");
    for entry in entries.iter().take(most) {
        let _ = writeln!(text, "- {entry}");
    }
    if entries.len() > most {
        let _ = writeln!(text, "- … and {} more", entries.len() - most);
    }
}

/// At most so many characters, cut at a space.
pub(super) fn cut(text: &str, most: usize) -> String {
    let text = text.trim();
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => {
            let kept = text[..end].rsplit_once(char::is_whitespace).map_or(&text[..end], |(kept, _)| kept);
            format!("{}…", kept.trim_end())
        }
    }
}

/// At most so many characters on one line.
pub(super) fn line(text: &str, most: usize) -> String {
    cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), most)
}

/// Relevance in percent.
pub(super) fn percent(hit: &Hit) -> String {
    format!("{:.0}%", hit.relevance * 100.0)
}

/// `[path](url)`, or what there is of it.
pub(super) fn link(path: Option<&str>, url: Option<&str>) -> String {
    match (path, url) {
        (Some(path), Some(url)) => format!("[{path}]({url})"),
        (Some(text), None) | (None, Some(text)) => text.to_owned(),
        (None, None) => String::new(),
    }
}

/// The record of a document.
pub(super) fn record<T: DeserializeOwned>(document: &Document) -> Result<T, ToolError> {
    let parsed = document.record.as_deref().and_then(|text| serde_json::from_str(text).ok());
    parsed.ok_or_else(|| ToolError::Record(document.id.clone()))
}

/// The document of a hit.
pub(super) fn document(searcher: &ccr_index::search::Searcher, id: &str) -> Result<Document, ToolError> {
    let number = searcher.reader().find(id)?.ok_or_else(|| ToolError::Record(id.to_owned()))?;
    Ok(searcher.reader().document(number)?)
}
