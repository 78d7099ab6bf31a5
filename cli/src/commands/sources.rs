use std::path::Path;

use anyhow::{Context, Result};
use ccr_indexer::config::{Origin, Sources};
use serde_json::json;

use super::{Outcome, read_at_most};
use crate::args;
use crate::printer::Printer;
use crate::render;

/// Largest `sources.yaml` that is read, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Reads `sources.yaml`; mistakes are reported all at once.
pub(super) fn read(path: &Path) -> Result<Sources> {
    let shown = path.display();
    let bytes = read_at_most(path, LARGEST).with_context(|| {
        format!("could not read sources from `{shown}`\nhint: write one with `ccr init`, or name another with `--sources`")
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|error| error.utf8_error())
        .with_context(|| format!("could not read sources from `{shown}`: it is not UTF-8"))?;
    Sources::parse(&text).map_err(|errors| {
        let mut lines = vec![format!("could not read sources from `{shown}`")];
        for error in errors {
            lines.push(format!("  {shown}:{}:{}: {}", error.line, error.column, error.message));
            lines.extend(error.hint.map(|hint| format!("    {hint}")));
        }
        anyhow::anyhow!(lines.join("\n"))
    })
}

/// `ccr sources check`.
pub(super) fn check(arguments: &args::SourcesFile, printer: &mut Printer) -> Result<Outcome> {
    let sources = read(&arguments.sources)?;
    for note in &sources.notes {
        printer.note(&format!(
            "{}:{}:{}: {}",
            arguments.sources.display(),
            note.line,
            note.column,
            note.message
        ));
    }
    let collections = sources.collections.iter();
    let pages: usize = sources.documentation.iter().map(|(_, entries)| entries.len()).sum();
    if printer.is_json() {
        let listed: Vec<_> = collections
            .map(|source| json!({ "slug": source.slug, "name": source.name, "from": from(&source.origin) }))
            .collect();
        let notes: Vec<_> = sources
            .notes
            .iter()
            .map(|note| json!({ "line": note.line, "column": note.column, "message": note.message }))
            .collect();
        printer
            .json(&json!({ "codecollections": listed, "documentation_entries": pages, "notes": notes }))?;
    } else {
        for source in collections {
            printer.text(format_args!("{}  {}", source.slug, from(&source.origin)))?;
        }
        for (category, entries) in &sources.documentation {
            printer.text(format_args!("{category}  {}", entries_of(entries.len())))?;
        }
        let documentation = match pages {
            0 => String::new(),
            pages => format!(", {} of documentation", entries_of(pages)),
        };
        printer.text(format_args!(
            "`{}` is right: {}{documentation}",
            arguments.sources.display(),
            render::counted(sources.collections.len() as u64, "collection")
        ))?;
    }
    Ok(Outcome::Done)
}

fn entries_of(count: usize) -> String {
    render::counted(count as u64, "entry")
}

fn from(origin: &Origin) -> String {
    match origin {
        Origin::Git { url, reference: Some(reference) } => format!("{url} at {reference}"),
        Origin::Git { url, reference: None } => url.to_string(),
        Origin::Folder(path) => path.display().to_string(),
    }
}
