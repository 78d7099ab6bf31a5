//! One thing in detail.

use std::fmt::Write as _;

use ccr_index::model::{Document, Kind};
use ccr_index::search::Searcher;
use serde_json::Value;

use super::html::{escaped, link_out, link_to, page as whole};
use super::{bundle, documentation};
use crate::problem::Problem;
use crate::record;

/// Entries of a list that are shown.
const MOST: usize = 200;

/// The page of a document.
pub(super) fn page(searcher: &Searcher, document: &Document) -> Result<String, Problem> {
    let body = match document.kind {
        Kind::CodeBundle => bundle::body(&record::of(document)?),
        Kind::Documentation if document.parent.is_none() => documentation::body(&record::of(document)?),
        _ => described(&record::json(searcher, document)?),
    };
    let mut head = format!("<h1>{}</h1>\n", escaped(&document.title));
    let mut facts =
        vec![format!("<code>{}</code>", escaped(&document.id)), document.kind.as_str().to_owned()];
    facts
        .extend(document.parent.as_deref().map(|parent| format!("of {}", link_to(parent, &escaped(parent)))));
    facts.extend(document.location.url.as_deref().map(|url| link_out(url, "source")));
    let _ = writeln!(head, "<p class=\"facts\">{}</p>", facts.join(" · "));
    Ok(whole(&format!("{} - ccr", document.title), "", &(head + &body)))
}

/// A record by its fields.
fn described(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) => escaped(&value.to_string()),
        Value::String(text) if text.starts_with("https://") => link_out(text, text),
        Value::String(text) if text.contains('\n') => format!("<pre>{}</pre>", escaped(text)),
        Value::String(text) => escaped(text),
        Value::Array(entries) => {
            let shown: String =
                entries.iter().take(MOST).map(|entry| format!("<li>{}</li>\n", described(entry))).collect();
            format!("<ul>\n{shown}</ul>\n")
        }
        Value::Object(fields) => {
            let filled = fields.iter().filter(|(_, value)| !value.is_null());
            let shown: String = filled
                .map(|(name, value)| {
                    format!("<dt>{}</dt><dd>{}</dd>\n", escaped(&name.replace('_', " ")), described(value))
                })
                .collect();
            format!("<dl>\n{shown}</dl>\n")
        }
    }
}
