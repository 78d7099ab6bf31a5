use std::path::Path;

use anyhow::{Context, Result};
use ccr_index::search::Query;

use super::{Outcome, open};
use crate::args;
use crate::printer::Printer;
use crate::render;

/// `ccr search`.
pub(super) fn run(arguments: args::Search, data_dir: &Path, printer: &mut Printer) -> Result<Outcome> {
    let searcher = open(data_dir)?;
    let mut query = Query::new(arguments.query.join(" "));
    query.filter = arguments.facets.filter(arguments.kind);
    query.limit = usize::from(arguments.limit);
    query.offset = arguments.offset as usize;
    query.floor = arguments.min.unwrap_or(query.floor);
    let answer = searcher.search(&query).context("could not search the index")?;
    if printer.is_json() {
        printer.json(&answer)?;
    } else {
        render::answer(&answer, &query, printer)?;
    }
    if answer.hits.is_empty() {
        for value in render::unknown_filters(&query.filter, &searcher.reader().facets()?) {
            printer.note(&value);
        }
    }
    Ok(Outcome::done_if(!answer.hits.is_empty()))
}
