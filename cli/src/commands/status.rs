use anyhow::Result;
use ccr_index::store::Place;
use ccr_index::{Manifest, Outcome as SourceState};

use super::{Outcome, open};
use crate::printer::{Printer, style};
use crate::render;

/// `ccr status`.
pub(super) fn run(place: &Place, printer: &mut Printer) -> Result<Outcome> {
    let searcher = open(place)?;
    let manifest = searcher.reader().manifest();
    if printer.is_json() {
        printer.json(&searcher.status()?)?;
    } else {
        print(manifest, printer)?;
        render::unresolved(&searcher.unresolved_imports()?, printer)?;
    }
    let stale = manifest.sources.iter().any(|source| matches!(source.outcome, SourceState::Stale { .. }));
    Ok(Outcome::done_if(!stale))
}

fn print(manifest: &Manifest, printer: &mut Printer) -> Result<()> {
    let size: u64 = manifest.files.iter().map(|file| file.size).sum();
    let written = render::utc(manifest.created);
    printer.text(format_args!(
        "generation {}, written {written} by ccr {}, {:.1} MB",
        manifest.generation,
        manifest.program,
        size as f64 / 1e6
    ))?;
    let counts: Vec<String> = manifest.counts.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    printer.text(format_args!("{}", counts.join(", ")))?;
    for source in &manifest.sources {
        let commit =
            source.collection.commit.as_deref().map_or("-", |commit| &commit[..commit.len().min(12)]);
        let (color, word) = match &source.outcome {
            SourceState::Stale { reason } => (style::WARNING, format!("stale: {reason}")),
            SourceState::Fresh | SourceState::Unchanged => (style::GOOD, "good".to_owned()),
        };
        let problems = render::counted(source.problems.len() as u64, "problem");
        printer.text(format_args!(
            "{:<28} {commit:<12} {color}{word}{color:#}, {problems}",
            source.collection.slug
        ))?;
    }
    Ok(())
}
