use std::path::Path;

use anyhow::{Context, Result};
use ccr_index::model::{CodeBundle, CodeCollection, Document, Keyword, Kind, Library, Script};
use ccr_index::search::{Query, Searcher};
use serde_json::{Value, json};

use super::{Outcome, open};
use crate::args;
use crate::printer::Printer;
use crate::render;

/// Ids offered where nothing has the one asked for.
const MOST_OFFERED: usize = 3;

/// `ccr show ID`.
pub(super) fn run(arguments: &args::Show, data_dir: &Path, printer: &mut Printer) -> Result<Outcome> {
    let searcher = open(data_dir)?;
    let Some(number) = searcher.named(&arguments.id)? else {
        printer.warn(&format!("nothing has the id `{}`", arguments.id));
        offer(&searcher, &arguments.id, printer)?;
        return Ok(Outcome::DoneBut);
    };
    let document = searcher.reader().document(number)?;
    show(&searcher, &document, printer)?;
    Ok(Outcome::Done)
}

fn show(searcher: &Searcher, document: &Document, printer: &mut Printer) -> Result<()> {
    match document.kind {
        Kind::CodeBundle => {
            let bundle: CodeBundle = record(document)?;
            if printer.is_json() { printer.json(&bundle) } else { render::bundle(&bundle, printer) }
        }
        Kind::Task => {
            let parent = document.parent.as_deref().unwrap_or_default();
            let number = searcher.named(parent)?.with_context(|| format!("the index holds no `{parent}`"))?;
            let bundle: CodeBundle = record(&searcher.reader().document(number)?)?;
            let task = bundle.tasks.iter().find(|task| task.id == document.id);
            let task = task.with_context(|| format!("`{parent}` holds no `{}`", document.title))?;
            if printer.is_json() {
                let mut value = serde_json::to_value(task)?;
                value["codebundle"] = json!(bundle.id);
                printer.json(&value)
            } else {
                render::task(task, &bundle, printer)
            }
        }
        Kind::Script => {
            let script: Script = record(document)?;
            if printer.is_json() { printer.json(&script) } else { render::script(&script, document, printer) }
        }
        Kind::Collection => {
            let collection: CodeCollection = record(document)?;
            let source = searcher
                .reader()
                .manifest()
                .sources
                .iter()
                .find(|source| source.collection.slug == collection.slug);
            let counts = source.map(|source| source.counts.clone()).unwrap_or_default();
            if printer.is_json() {
                let mut value = serde_json::to_value(&collection)?;
                value["counts"] = json!(counts);
                printer.json(&value)
            } else {
                render::collection(&collection, &counts, printer)
            }
        }
        Kind::Library => {
            let library: Library = record(document)?;
            if printer.is_json() {
                printer.json(&library)
            } else {
                render::library(&library, document, printer)
            }
        }
        Kind::Keyword => {
            let keyword: Keyword = record(document)?;
            let name = library_name(document);
            let callers = searcher.callers(name, &keyword.name)?;
            if printer.is_json() {
                let mut value = serde_json::to_value(&keyword)?;
                value["library"] = json!(name);
                value["callers"] = json!(callers);
                printer.json(&value)
            } else {
                render::keyword(&keyword, name, &callers, document, printer)
            }
        }
        Kind::Documentation => {
            let value: Value = record(document)?;
            printer.json(&value)
        }
    }
}

/// The import name in the id of a keyword's library.
fn library_name(keyword: &Document) -> &str {
    let id = keyword.parent.as_deref().unwrap_or_default();
    id.split_once('/').map_or(id, |(_, name)| name)
}

fn record<T: serde::de::DeserializeOwned>(document: &Document) -> Result<T> {
    let text = document
        .record
        .as_deref()
        .with_context(|| format!("the index holds no record of `{}`", document.id))?;
    serde_json::from_str(text).with_context(|| format!("could not read the record of `{}`", document.id))
}

/// Offers ids that begin alike, or else what a search for the words finds.
fn offer(searcher: &Searcher, id: &str, printer: &mut Printer) -> Result<()> {
    let mut offered = searcher.reader().ids_like(id, MOST_OFFERED)?;
    if offered.is_empty() {
        let mut query = Query::new(id);
        query.limit = MOST_OFFERED;
        offered = searcher.search(&query)?.hits.into_iter().map(|hit| hit.id).collect();
    }
    if !offered.is_empty() {
        printer.note(&format!("did you mean: {}", offered.join(", ")));
    }
    Ok(())
}
