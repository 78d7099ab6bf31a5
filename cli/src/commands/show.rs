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
    let named = searcher.named(&arguments.id)?;
    let [number] = named[..] else {
        if named.is_empty() {
            printer.error(&format!("nothing has the id `{}`", arguments.id));
            offer(&searcher, &arguments.id, printer)?;
        } else {
            let ids: Vec<String> = searcher.reader().heads(&named)?.into_iter().map(|head| head.id).collect();
            printer.error(&format!("more than one thing is named `{}`: {}", arguments.id, ids.join(", ")));
        }
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
            let needs = searcher.needs(&bundle)?;
            if !printer.is_json() {
                return render::bundle(&bundle, &needs, printer);
            }
            let mut value = serde_json::to_value(&bundle)?;
            value["needs"] = json!(needs);
            printer.json(&value)
        }
        Kind::Script => {
            let script: Script = record(document)?;
            if printer.is_json() { printer.json(&script) } else { render::script(&script, document, printer) }
        }
        Kind::Library => {
            let library: Library = record(document)?;
            let users = searcher.users(&library.id)?;
            if !printer.is_json() {
                return render::library(&library, &users, document, printer);
            }
            let mut value = serde_json::to_value(&library)?;
            value["imported_by"] = json!(users);
            printer.json(&value)
        }
        Kind::Task => show_task(searcher, document, printer),
        Kind::Collection => show_collection(searcher, document, printer),
        Kind::Keyword => show_keyword(searcher, document, printer),
        Kind::Documentation => printer.json(&record::<Value>(document)?),
    }
}

/// A task stands inside its bundle's record.
fn show_task(searcher: &Searcher, document: &Document, printer: &mut Printer) -> Result<()> {
    let parent = document.parent.as_deref().unwrap_or_default();
    let number = searcher.reader().find(parent)?.with_context(|| format!("the index holds no `{parent}`"))?;
    let bundle: CodeBundle = record(&searcher.reader().document(number)?)?;
    let task = bundle.tasks.iter().find(|task| task.id == document.id);
    let task = task.with_context(|| format!("`{parent}` holds no `{}`", document.title))?;
    if !printer.is_json() {
        return render::task(task, &bundle, printer);
    }
    let mut value = serde_json::to_value(task)?;
    value["codebundle"] = json!(bundle.id);
    printer.json(&value)
}

fn show_collection(searcher: &Searcher, document: &Document, printer: &mut Printer) -> Result<()> {
    let collection: CodeCollection = record(document)?;
    let sources = &searcher.reader().manifest().sources;
    let source = sources.iter().find(|source| source.collection.slug == collection.slug);
    let counts = source.map(|source| source.counts.clone()).unwrap_or_default();
    if !printer.is_json() {
        return render::collection(&collection, &counts, printer);
    }
    let mut value = serde_json::to_value(&collection)?;
    value["counts"] = json!(counts);
    printer.json(&value)
}

fn show_keyword(searcher: &Searcher, document: &Document, printer: &mut Printer) -> Result<()> {
    let keyword: Keyword = record(document)?;
    let library = library_name(document);
    let callers = searcher.callers(document.parent.as_deref().unwrap_or_default(), &keyword.name)?;
    if !printer.is_json() {
        return render::keyword(&keyword, library, &callers, document, printer);
    }
    let mut value = serde_json::to_value(&keyword)?;
    value["library"] = json!(library);
    value["called_by"] = json!({ "codebundles": callers.bundles, "tasks": callers.tasks });
    value["callers"] = json!(callers.calls);
    printer.json(&value)
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
