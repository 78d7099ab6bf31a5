//! A keyword library.

use ccr_index::model::{Keyword, Library};
use serde_json::json;

use super::super::arguments::Refusal;
use super::super::keyword_help::signature;
use super::super::words::{cut, line};
use super::Thing;
use super::page::{Item, items};
use crate::mcp::Reply;

/// Characters of the documentation, keywords, and whether with their arguments, that are tried.
const DETAILS: [(usize, usize, bool); 9] = [
    (4000, usize::MAX, true),
    (600, usize::MAX, true),
    (300, 10, true),
    (300, usize::MAX, false),
    (200, 40, false),
    (160, 25, false),
    (120, 12, false),
    (80, 5, false),
    (0, 0, false),
];

pub(super) fn answer(thing: &Thing<'_>) -> Result<Reply, Refusal> {
    let library: Library = thing.record()?;
    let keywords: Vec<&Keyword> = library.public_keywords().collect();
    if thing.section == "keywords" {
        return items(thing, |prose| keywords.iter().map(|keyword| keyword_item(keyword, prose)).collect());
    }
    let reply = thing.call.budget.first_of(&DETAILS, |(doc, most, arguments)| {
        let named = |keyword: &&Keyword| if arguments { signature(keyword) } else { keyword.name.clone() };
        let shown: Vec<String> = keywords.iter().take(most).map(named).collect();
        let (mut text, mut json) = thing.head();
        let doc = cut(&library.doc, doc);
        line(&mut text, &doc);
        json["summary"] = json!(doc);
        json["scope"] = json!(library.scope);
        line(&mut text, format!("Keywords ({}):", keywords.len()));
        if arguments {
            shown.iter().for_each(|keyword| line(&mut text, format!("- {keyword}")));
        } else {
            line(&mut text, shown.join(", "));
        }
        json["keywords"] = json!(shown);
        thing.write_source(&mut text, &mut json);
        line(&mut text, format!("Sections: {}", thing.others().join(", ")));
        if keywords.len() > most || !arguments {
            line(&mut text, "Cut: keywords, arguments");
            json["cut"] = json!(["keywords"]);
        }
        Reply::new(text.trim_end(), json)
    });
    reply.ok_or_else(|| Refusal::new("raise `max_tokens`"))
}

fn keyword_item(keyword: &Keyword, prose: usize) -> Item {
    let doc = cut(&keyword.short_doc, prose);
    let mut text = format!("- {} (line {})\n", signature(keyword), keyword.line);
    let mut json = json!({"id": keyword.id, "signature": signature(keyword)});
    if !doc.is_empty() {
        line(&mut text, format!("  {doc}"));
        json["doc"] = json!(doc);
    }
    Item { text, json }
}

/// The library's own documentation.
pub(super) fn documentation(thing: &Thing<'_>) -> Result<String, Refusal> {
    Ok(thing.record::<Library>()?.doc)
}
