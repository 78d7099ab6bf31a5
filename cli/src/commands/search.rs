use std::path::Path;

use anyhow::{Context, Result};
use ccr_index::search::{Floor, Query};
use ccr_index::store::Place;

use super::Outcome;
use crate::args;
use crate::embedder::Choice;
use crate::printer::Printer;
use crate::render;

/// `ccr search`.
pub(super) fn run(
    arguments: args::Search,
    place: &Place,
    data_dir: &Path,
    choice: &Choice,
    printer: &mut Printer,
) -> Result<Outcome> {
    let searcher = choice.searcher(place, data_dir)?;
    let mut query = Query::new(arguments.query.join(" "));
    query.filter = arguments.facets.filter(arguments.kind);
    query.limit = usize::from(arguments.limit);
    query.offset = arguments.offset as usize;
    query.floor = arguments.min.map_or(query.floor, Floor::at);
    let answer = searcher.search(&query).context("could not search the index")?;
    if printer.is_json() {
        printer.json(&answer)?;
    } else {
        render::answer(&answer, &query, printer)?;
    }
    if let Some(reason) = &answer.words_only {
        printer.warn(&format!("answered by words alone: {reason}"));
    }
    if answer.hits.is_empty() {
        for value in render::unknown_filters(&query.filter, &searcher.reader().facets()?) {
            printer.note(&value);
        }
    }
    Ok(Outcome::done_if(!answer.hits.is_empty()))
}
