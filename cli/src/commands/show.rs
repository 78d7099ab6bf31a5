use anyhow::{Context, Result};
use ccr_index::model::{CodeBundle, CodeCollection, Document, Keyword, Kind, Library, id_in_collection};
use ccr_index::search::Searcher;
use ccr_index::store::Place;
use serde_json::Value;

use super::{Outcome, open};
use crate::args;
use crate::printer::Printer;
use crate::render;

/// `ccr show ID`.
pub(super) fn run(arguments: &args::Show, place: &Place, printer: &mut Printer) -> Result<Outcome> {
    let searcher = open(place)?;
    let named = searcher.named(&arguments.id)?;
    let [number] = named[..] else {
        if named.is_empty() {
            printer.error(&format!("nothing has the id `{}`", arguments.id));
            let offered = searcher.ids_like(&arguments.id)?;
            if !offered.is_empty() {
                printer.note(&format!("did you mean: {}", offered.join(", ")));
            }
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
    if printer.is_json() {
        let whole = searcher.whole(document)?;
        return printer.json(&whole.with_context(|| missing(document))?);
    }
    match document.kind {
        Kind::CodeBundle => {
            let bundle: CodeBundle = record(document)?;
            render::bundle(&bundle, &searcher.needs(&bundle)?, printer)
        }
        Kind::Script => render::script(&record(document)?, document, printer),
        Kind::Library => {
            let library: Library = record(document)?;
            render::library(&library, &searcher.users(&library.id)?, document, printer)
        }
        Kind::Task => show_task(searcher, document, printer),
        Kind::Collection => show_collection(searcher, document, printer),
        Kind::Keyword => {
            let keyword: Keyword = record(document)?;
            let library = document.parent.as_deref().unwrap_or_default();
            let callers = searcher.callers(library, &keyword.name)?;
            render::keyword(&keyword, id_in_collection(library), &callers, document, printer)
        }
        Kind::Documentation => printer.json(&record::<Value>(document)?),
    }
}

/// A task stands inside its bundle's record.
fn show_task(searcher: &Searcher, document: &Document, printer: &mut Printer) -> Result<()> {
    let parent = document.parent.as_deref().unwrap_or_default();
    let number = searcher.reader().find(parent)?.with_context(|| format!("the index holds no `{parent}`"))?;
    let bundle: CodeBundle = record(&searcher.reader().document(number)?)?;
    let task = bundle.tasks.iter().find(|task| task.id == document.id);
    render::task(task.with_context(|| missing(document))?, &bundle, printer)
}

fn show_collection(searcher: &Searcher, document: &Document, printer: &mut Printer) -> Result<()> {
    let collection: CodeCollection = record(document)?;
    let sources = &searcher.reader().manifest().sources;
    let source = sources.iter().find(|source| source.collection.slug == collection.slug);
    render::collection(&collection, &source.map(|source| source.counts.clone()).unwrap_or_default(), printer)
}

fn missing(document: &Document) -> String {
    format!("the index holds no record of `{}`", document.id)
}

fn record<T: serde::de::DeserializeOwned>(document: &Document) -> Result<T> {
    let text = document.record.as_deref().with_context(|| missing(document))?;
    serde_json::from_str(text).with_context(|| format!("could not read the record of `{}`", document.id))
}
