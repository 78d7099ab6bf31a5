//! What is wrong with sources and their files.

use std::collections::HashMap;

use anyhow::Result;
use ccr_index::{FileProblem, Manifest, ProblemRecord, Severity};
use ccr_indexer::run::{SourceOutcome, SourceSummary, Summary};

use super::{counted, place};
use crate::printer::{Printer, style};

/// Lines on the problems of one source that a run shows, unless all are asked for.
const MOST: usize = 20;

/// Problems of one file that say the same.
struct Alike<'a> {
    first: &'a FileProblem,
    others: Vec<&'a FileProblem>,
}

/// Says what went wrong in a run of `ccr index`: of each source why it could not be read, and the problems
/// in the files of those that were read anew. Those of the others were told before, and are counted.
pub(crate) fn index_problems(summary: &Summary, verbose: bool, printer: &mut Printer) {
    let where_to_look = |slug: &str| match (summary.dry_run, slug) {
        (true, _) => "`--verbose` lists them".to_owned(),
        (false, "") => "`ccr problems` lists them".to_owned(),
        (false, slug) => format!("`ccr problems {slug}` lists them"),
    };
    let (mut told_before, mut of_sources) = (0, 0);
    for source in &summary.sources {
        reason(source, printer);
        let (shown, left) = shown(source, verbose);
        for alike in shown {
            printer.problem(alike.first.severity, &format!("{}: {}", source.slug, alike.text()));
        }
        match source.outcome {
            _ if left == 0 => {}
            SourceOutcome::Fresh => {
                let more = counted(left, "more problem");
                printer.note(&format!("{more} of `{}`: {}", source.slug, where_to_look(&source.slug)));
            }
            _ => {
                told_before += left;
                of_sources += 1;
            }
        }
    }
    if told_before > 0 {
        let (problems, sources) = (counted(told_before, "problem"), counted(of_sources, "unchanged source"));
        printer.note(&format!("{problems} of {sources}: {}", where_to_look("")));
    }
}

fn reason(source: &SourceSummary, printer: &mut Printer) {
    match &source.outcome {
        SourceOutcome::Stale { reason } => {
            let stays = if source.incomplete {
                "what could be read is indexed"
            } else {
                "its last good documents stay"
            };
            printer.error(&format!("{}: {reason} ({stays})", source.slug));
        }
        SourceOutcome::Failed { reason } => printer.error(&format!("{}: {reason}", source.slug)),
        _ => {}
    }
}

/// What a run tells of the problems of a source, errors before warnings, and how many it leaves out. What
/// could not be read is always told: the exit code comes from it.
fn shown(source: &SourceSummary, verbose: bool) -> (Vec<Alike<'_>>, u64) {
    let mut alike = alike(&source.problems);
    if verbose {
        return (alike, 0);
    }
    alike.sort_by_key(|alike| (!alike.is_of_reading(), alike.first.severity == Severity::Warning));
    let most = if source.outcome == SourceOutcome::Fresh { MOST } else { 0 };
    let of_reading = alike.iter().filter(|alike| alike.is_of_reading()).count();
    let left = alike.split_off(most.max(of_reading).min(alike.len()));
    (alike, left.iter().map(|alike| 1 + alike.others.len() as u64).sum())
}

/// The problems, those of a file that say the same together.
fn alike(problems: &[FileProblem]) -> Vec<Alike<'_>> {
    let mut places: HashMap<(Option<&str>, &str), usize> = HashMap::new();
    let mut all: Vec<Alike<'_>> = Vec::new();
    for problem in problems {
        let place = places.entry((problem.path.as_deref(), &problem.message)).or_insert(all.len());
        match all.get_mut(*place) {
            Some(alike) => alike.others.push(problem),
            None => all.push(Alike { first: problem, others: Vec::new() }),
        }
    }
    all
}

impl Alike<'_> {
    fn is_of_reading(&self) -> bool {
        self.first.rule().is_of_reading()
    }

    /// `path:line:column: message, also in line 51, 96`.
    fn text(&self) -> String {
        let FileProblem { path, line, column, message, .. } = self.first;
        let text = place(path.as_deref().unwrap_or_default(), *line, *column, message);
        text + &also(self.others.iter().filter_map(|other| other.line))
    }
}

/// `, also in line 51, 96` where there are lines.
fn also(lines: impl Iterator<Item = u32>) -> String {
    let lines: Vec<String> = lines.map(|line| line.to_string()).collect();
    if lines.is_empty() { String::new() } else { format!(", also in line {}", lines.join(", ")) }
}

/// Prints the records by source and file, then their numbers.
pub(crate) fn problems(records: &[ProblemRecord], manifest: &Manifest, printer: &mut Printer) -> Result<()> {
    for of_source in records.chunk_by(|one, other| one.collection == other.collection) {
        source_problems(of_source, manifest, printer)?;
    }
    let of = |severity| records.iter().filter(|record| record.severity == severity).count() as u64;
    let mut sources: Vec<&str> = records.iter().map(|record| record.collection.as_str()).collect();
    sources.dedup();
    if records.is_empty() {
        printer.text(format_args!("no problems"))?;
        return Ok(());
    }
    printer.text(format_args!(
        "{} of {}: {}, {}",
        counted(records.len() as u64, "problem"),
        counted(sources.len() as u64, "source"),
        counted(of(Severity::Error), "error"),
        counted(of(Severity::Warning), "warning")
    ))?;
    Ok(())
}

fn source_problems(records: &[ProblemRecord], manifest: &Manifest, printer: &mut Printer) -> Result<()> {
    let Some(ProblemRecord { collection: slug, .. }) = records.first() else { return Ok(()) };
    let (title, faint) = (style::TITLE, style::FAINT);
    let state = manifest.sources.iter().find(|source| source.collection.slug == *slug);
    let commit = state.and_then(|source| source.collection.commit.as_deref()).unwrap_or_default();
    let commit = commit.get(..12).unwrap_or(commit);
    let gap = if commit.is_empty() { "" } else { "  " };
    printer.text(format_args!("{title}{slug}{title:#}{gap}{faint}{commit}{faint:#}"))?;
    for of_file in records.chunk_by(|one, other| one.path == other.path) {
        let indent = if of_file.iter().any(|record| record.path.is_some()) { "    " } else { "  " };
        if let Some(path) = &of_file[0].path {
            printer.text(format_args!("  {path}"))?;
        }
        file_problems(of_file, indent, printer)?;
    }
    printer.text(format_args!(""))?;
    Ok(())
}

/// A line for each thing that is said of a file: place, severity, message, rule.
fn file_problems(records: &[ProblemRecord], indent: &str, printer: &mut Printer) -> Result<()> {
    let mut told: Vec<(&ProblemRecord, Vec<u32>)> = Vec::new();
    for record in records {
        match told.iter_mut().find(|(first, _)| first.message == record.message) {
            Some((_, lines)) => lines.extend(record.line),
            None => told.push((record, Vec::new())),
        }
    }
    let width = told.iter().map(|(record, _)| at(record).len()).max().unwrap_or_default();
    let gap = if width > 0 { "  " } else { "" };
    for (record, lines) in told {
        let (color, word) = match record.severity {
            Severity::Error => (style::ERROR, "error"),
            Severity::Warning => (style::WARNING, "warning"),
        };
        let (faint, place, rule) = (style::FAINT, at(record), record.rule.id());
        let message = format!("{}{}", record.message, also(lines.into_iter()));
        printer.text(format_args!(
            "{indent}{place:<width$}{gap}{color}{word}{color:#}  {message}  {faint}{rule}{faint:#}"
        ))?;
    }
    Ok(())
}

fn at(record: &ProblemRecord) -> String {
    place("", record.line, record.column, "").trim_matches(':').to_owned()
}
