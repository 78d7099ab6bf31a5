use anyhow::{Context, Result};
use ccr_index::store::Place;
use ccr_index::store::local::{GenerationReport, GenerationState};

use super::Outcome;
use crate::printer::Printer;
use crate::render;

/// `ccr verify`.
pub(super) fn run(place: &Place, printer: &mut Printer) -> Result<Outcome> {
    let report = place.verify().context("could not verify the index")?;
    if printer.is_json() {
        printer.json(&report)?;
        return Ok(Outcome::done_if(report.is_intact()));
    }
    for problem in &report.problems {
        printer.text(format_args!("{problem}"))?;
    }
    for generation in &report.generations {
        print(generation, report.in_service == Some(generation.number), printer)?;
    }
    if !report.is_intact() {
        printer.note("go back with `ccr index --rollback`, or rebuild with `ccr index --force`");
    }
    Ok(Outcome::done_if(report.is_intact()))
}

fn print(generation: &GenerationReport, in_service: bool, printer: &mut Printer) -> Result<()> {
    let state = match &generation.state {
        GenerationState::Intact => "intact".to_owned(),
        GenerationState::OtherFormat { format } => {
            format!("of format {format}, which this program does not read")
        }
        GenerationState::Damaged { problems } => format!("damaged: {}", problems.join("; ")),
    };
    let created = generation.created.map(render::utc).unwrap_or_else(|| "-".to_owned());
    let documents = generation.documents.map_or("-".to_owned(), |count| count.to_string());
    let service = if in_service { ", in service" } else { "" };
    let megabytes = generation.size as f64 / 1e6;
    printer.text(format_args!(
        "generation {}{service}: {state}; {documents} documents, {megabytes:.1} MB, written {created}",
        generation.number
    ))?;
    Ok(())
}
