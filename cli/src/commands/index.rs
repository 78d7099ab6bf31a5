use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use ccr_index::EmbedderId;
use ccr_index::model::DOCUMENTATION;
use ccr_index::store::Place;
use ccr_indexer::run::{
    self, EmbedderChange, Embedding, EmbeddingEstimate, RunOptions, SourceOutcome, SourceSummary, Summary,
};
use ccr_indexer::source::FetchOptions;
use serde::Serialize;
use serde_json::json;

use super::{Outcome, sources};
use crate::args::{self, FailOn};
use crate::embedder::{Choice, ForRun};
use crate::interruption::end_on_signals;
use crate::printer::{Printer, style};
use crate::progress::RunProgress;
use crate::render;

/// Bytes that the embedding cache may have: about 700,000 vectors of 1,536 numbers.
const MOST_CACHED: u64 = 2 << 30;

/// `ccr index`.
pub(super) fn run(
    arguments: args::Index,
    place: &Place,
    data_dir: &Path,
    choice: &Choice,
    printer: &mut Printer,
) -> Result<Outcome> {
    if arguments.rollback {
        return roll_back(place, printer);
    }
    let file = &arguments.file.sources;
    let sources = sources::read(file)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    if arguments.shard.is_some() && matches!(place, Place::Local(_)) {
        bail!(
            "only a database takes the shares of several jobs: say `--store postgres`, or leave `--shard` out"
        );
    }
    end_on_signals();
    let listed = sources.collections.len() + usize::from(sources.has_documentation());
    let progress = RunProgress::new(listed, printer.shows_progress());
    let chosen = choice.for_index(&ForRun {
        place: Some(place),
        data_dir,
        is_offline: arguments.offline,
        is_dry: arguments.dry_run,
        listener: Some(progress.waits(printer.is_quiet())),
    });
    let chosen = chosen.inspect_err(|_| progress.finish())?;
    for warning in &chosen.warnings {
        printer.warn(warning);
    }
    let options = RunOptions {
        place: place.clone(),
        data_dir: data_dir.to_owned(),
        base_dir: file.parent().map(Path::to_owned).unwrap_or_default(),
        only: arguments.only,
        shard: arguments.shard,
        force: arguments.force,
        accept_shrink: arguments.accept_shrink,
        dry_run: arguments.dry_run,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        now,
        fetch: FetchOptions { offline: arguments.offline, ..FetchOptions::default() },
        embedder: chosen.embedder,
    };
    let done = run::run(&sources, &options, &progress);
    progress.finish();
    for warning in chosen.cache.iter().flat_map(|cache| cache.take_warnings()) {
        printer.warn(&warning);
    }
    let summary = done.context("could not index")?;
    if let Some(cache) = chosen.cache.filter(|_| summary.published) {
        cache.prune(MOST_CACHED);
    }
    print(&summary, arguments.verbose, printer)?;
    let is_withheld = summary.withheld.is_some();
    Ok(Outcome::done_if(!is_withheld && !Failures::of(&summary).are(arguments.fail_on)))
}

/// What `--format json` prints.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    summary: &'a Summary,
    failures: Failures<'a>,
}

/// What the exit code is made of: slugs of the sources that make it 1, by what `--fail-on` says.
#[derive(Serialize)]
struct Failures<'a> {
    /// The source, or a file of it, could not be read.
    source: Vec<&'a str>,
    /// Something in a file of it is broken.
    problem: Vec<&'a str>,
}

impl Failures<'_> {
    fn of(summary: &Summary) -> Failures<'_> {
        let slugs = |fails: fn(&SourceSummary) -> bool| {
            let failing = summary.sources.iter().filter(|source| fails(source));
            failing.map(|source| source.slug.as_str()).collect()
        };
        Failures { source: slugs(SourceSummary::is_lost), problem: slugs(SourceSummary::has_errors) }
    }

    /// Whether there are any of those that count.
    fn are(&self, fail_on: FailOn) -> bool {
        match fail_on {
            FailOn::Source => !self.source.is_empty(),
            FailOn::Problem => !self.source.is_empty() || !self.problem.is_empty(),
            FailOn::Never => false,
        }
    }
}

fn print(summary: &Summary, verbose: bool, printer: &mut Printer) -> Result<()> {
    for note in &summary.notes {
        printer.note(note);
    }
    render::index_problems(summary, verbose, printer);
    if let Some(reason) = &summary.withheld {
        printer.error(reason);
    }
    if printer.is_json() {
        return printer.json(&Report { summary, failures: Failures::of(summary) });
    }
    for source in &summary.sources {
        print_source(source, printer)?;
    }
    let counts: Vec<String> =
        summary.counts.iter().map(|(kind, count)| render::counted(*count, kind)).collect();
    let changes = summary.changes;
    let changed =
        format!("{} added, {} changed, {} removed", changes.added, changes.changed, changes.removed);
    let seconds = summary.seconds.total();
    if !summary.removed_clones.is_empty() {
        let removed = summary.removed_clones.join(", ");
        printer.text(format_args!("removed the clones of what is listed no more: {removed}"))?;
    }
    let generation = match summary.generation {
        Some(number) if summary.published => format!("generation {number}"),
        Some(number) if summary.withheld.is_some() => format!("generation {number} stays in service"),
        Some(number) if summary.dry_run => format!("dry run; generation {number} stays in service"),
        Some(number) => format!("nothing changed; generation {number} stays in service"),
        None if summary.dry_run => "dry run".to_owned(),
        None => "nothing was indexed".to_owned(),
    };
    if !counts.is_empty() {
        printer.text(format_args!("{}", counts.join(", ")))?;
    }
    if let Some(embedding) = &summary.embedding {
        print_embedding(embedding, printer)?;
    }
    if let Some(change) = &summary.embedder_change {
        print_change(change, summary.dry_run, printer)?;
    }
    if let Some(estimate) = &summary.estimate {
        print_estimate(estimate, printer)?;
    }
    printer.text(format_args!("{generation}: {changed}, in {seconds:.2} s"))?;
    Ok(())
}

/// `6385 vectors of …`, and what they cost where they cost anything.
fn print_embedding(embedding: &Embedding, printer: &mut Printer) -> Result<()> {
    for refused in &embedding.refused {
        printer.warn(&format!("{} has a text without a vector: {}", refused.id, refused.reason));
    }
    let usage = &embedding.usage;
    let mut said = format!("{} of {}", render::counted(embedding.chunks, "vector"), embedding.embedder);
    if usage.requests + usage.reused > 0 {
        said.push_str(&format!(": {} embedded, {} from the cache", usage.embedded, usage.reused));
    }
    if usage.tokens > 0 {
        said.push_str(&format!(", {}", render::counted(usage.tokens, "token")));
    }
    if let Some(cost) = usage.cost {
        said.push_str(&format!(", ${cost:.4}"));
    }
    if embedding.truncated > 0 {
        said.push_str(&format!(", {} cut short", render::counted(embedding.truncated, "text")));
    }
    printer.text(format_args!("{said}"))?;
    Ok(())
}

/// Whose vectors they are now, where they were of another embedder.
fn print_change(change: &EmbedderChange, is_dry: bool, printer: &mut Printer) -> Result<()> {
    let name = |id: &Option<EmbedderId>| id.as_ref().map_or("no embedder".to_owned(), name);
    let verb = if is_dry { "would change" } else { "changed" };
    printer.text(format_args!("the embedder {verb} from {} to {}", name(&change.from), name(&change.to)))?;
    Ok(())
}

/// An embedder that was never asked has dimensions that nobody knows.
fn name(id: &EmbedderId) -> String {
    if id.dimensions > 0 { id.to_string() } else { format!("`{}:{}`", id.provider, id.model) }
}

/// `would embed 342 texts with ...`: how many tokens, and what they cost.
fn print_estimate(estimate: &EmbeddingEstimate, printer: &mut Printer) -> Result<()> {
    let takes = &estimate.takes;
    let mut said =
        format!("would embed {} with {}", render::counted(takes.texts, "text"), name(&estimate.embedder));
    if let Some(tokens) = takes.tokens {
        let how = if takes.counted { "counted as the model counts" } else { "estimated from their length" };
        said.push_str(&format!(", {} ({how})", render::counted(tokens, "token")));
    }
    match takes.cost.zip(takes.price) {
        Some((cost, price)) => {
            let whose = if price.is_list_price { "the list price" } else { "CCR_EMBEDDER_PRICE" };
            said.push_str(&format!(
                ", about ${cost:.4} by {whose} of ${} for a million tokens",
                price.dollars
            ));
        }
        None => said.push_str("; what they cost is not known: set CCR_EMBEDDER_PRICE"),
    }
    printer.text(format_args!("{said}; nothing was sent"))?;
    Ok(())
}

fn print_source(source: &SourceSummary, printer: &mut Printer) -> Result<()> {
    let word = match &source.outcome {
        SourceOutcome::Fresh => "fresh",
        SourceOutcome::Unchanged => "unchanged",
        SourceOutcome::Kept => "kept",
        SourceOutcome::Stale { .. } => "stale",
        SourceOutcome::Failed { .. } => "failed",
    };
    let color = if source.is_lost() || source.has_errors() { style::WARNING } else { style::GOOD };
    let commit = source.commit.as_deref().map(|commit| &commit[..commit.len().min(12)]).unwrap_or("-");
    let count = |kind: &str| source.counts.get(kind).copied().unwrap_or(0);
    let words = [
        ("codebundle", "bundle"),
        ("task", "task"),
        ("script", "script"),
        ("keyword", "keyword"),
        ("documentation", "page"),
        ("section", "section"),
    ];
    // Most collections have no keywords of their own, and libraries have nothing else.
    let is_library = count("keyword") > 0 && count("codebundle") == 0;
    let is_documentation = source.slug == DOCUMENTATION;
    let shown = words.iter().filter(|(kind, _)| match *kind {
        "keyword" | "section" | "documentation" => count(kind) > 0,
        _ => !(is_library || is_documentation) || count(kind) > 0,
    });
    let held: Vec<String> = shown.map(|(kind, word)| render::counted(count(kind), word)).collect();
    let held = held.join(", ");
    let problems = match source.problems.len() {
        0 => String::new(),
        some => format!(", {}", render::counted(some as u64, "problem")),
    };
    printer
        .text(format_args!("{:<28} {color}{word:<9}{color:#} {commit:<12} {held}{problems}", source.slug))?;
    Ok(())
}

fn roll_back(place: &Place, printer: &mut Printer) -> Result<Outcome> {
    let done = place.roll_back().context("could not roll back")?;
    for number in &done.skipped {
        printer.warn(&format!("generation {number} cannot be read and was passed over"));
    }
    if printer.is_json() {
        printer.json(&json!({ "from": done.from, "generation": done.to, "skipped": done.skipped }))?;
    } else {
        printer.text(format_args!("generation {} is in service again", done.to))?;
    }
    Ok(Outcome::Done)
}
