use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use ccr_index::store::Place;
use ccr_index::{FailedSource, Manifest, Outcome as SourceState, age};

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
    Ok(Outcome::done_if(!stale && manifest.failed.is_empty()))
}

fn print(manifest: &Manifest, printer: &mut Printer) -> Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let since = |time: u64| age(now.saturating_sub(time));
    let size: u64 = manifest.files.iter().map(|file| file.size).sum();
    let written = render::utc(manifest.created);
    printer.text(format_args!(
        "generation {}, written {written} ({} ago) by ccr {}, {:.1} MB",
        manifest.generation,
        since(manifest.created),
        manifest.program,
        size as f64 / 1e6
    ))?;
    let counts: Vec<String> = manifest.counts.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    printer.text(format_args!("{}", counts.join(", ")))?;
    for source in &manifest.sources {
        let commit =
            source.collection.commit.as_deref().map_or("-", |commit| &commit[..commit.len().min(12)]);
        let (color, word) = match &source.outcome {
            SourceState::Stale { reason } => {
                let time = since(source.stale_since.unwrap_or(manifest.created));
                (style::WARNING, format!("stale: {reason} (for {time})"))
            }
            SourceState::Fresh | SourceState::Unchanged => (style::GOOD, "good".to_owned()),
        };
        let problems = render::counted(source.problems.len() as u64, "problem");
        printer.text(format_args!(
            "{:<28} {commit:<12} {color}{word}{color:#}, {problems}",
            source.collection.slug
        ))?;
    }
    for FailedSource { slug, reason, since: time, .. } in &manifest.failed {
        let (error, time) = (style::ERROR, since(*time));
        printer.text(format_args!(
            "{slug:<28} {:<12} {error}failed: {reason} (never indexed, for {time}){error:#}",
            "-"
        ))?;
    }
    Ok(())
}
