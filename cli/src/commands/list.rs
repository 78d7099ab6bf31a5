use anyhow::Result;
use ccr_index::store::{DocumentHead, Place};
use serde_json::{Value, json};

use super::{Outcome, open};
use crate::args;
use crate::printer::{Printer, style};
use crate::render;

/// `ccr list KIND`.
pub(super) fn run(arguments: args::List, place: &Place, printer: &mut Printer) -> Result<Outcome> {
    let searcher = open(place)?;
    let reader = searcher.reader();
    let filter = arguments.facets.filter(vec![arguments.kind]);
    let heads = reader.heads(&searcher.listed(&filter)?)?;
    if printer.is_json() {
        printer.json(&heads.iter().map(entry).collect::<Vec<Value>>())?;
    } else {
        for head in &heads {
            let (id, faint) = (style::ID, style::FAINT);
            let platform = head.platform.as_deref().unwrap_or("-");
            printer
                .text(format_args!("{id}{}{id:#}  {}  {faint}{platform}{faint:#}", head.id, head.title))?;
        }
    }
    if heads.is_empty() {
        for value in render::unknown_filters(&filter, &reader.facets()?) {
            printer.note(&value);
        }
    }
    Ok(Outcome::done_if(!heads.is_empty()))
}

/// The fields of a hit, less what only a question gives.
fn entry(head: &DocumentHead) -> Value {
    json!({
        "id": head.id,
        "kind": head.kind,
        "title": head.title,
        "summary": head.summary,
        "collection": head.collection,
        "path": head.location.path,
        "symbol": head.location.symbol,
        "line": head.location.line,
        "url": head.location.url,
        "platform": head.platform,
        "tags": head.tags,
        "access": head.access,
    })
}
