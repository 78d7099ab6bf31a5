//! `ccr eval`: how good search is, on questions whose answers are known.

mod corpus;
mod files;
mod measures;
mod report;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use ccr_index::model::Kind;
use ccr_index::search::{Floor, Hit, Query, Searcher};
use ccr_index::store::Place;

use self::files::{Judged, Run, read_grades, read_lines, read_run, run_lines};
use self::measures::{Grades, Scores, auroc, chance, interval, mean, quantile};
use self::report::{Comparison, Latency, NoAnswer, Report};
use super::Outcome;
use crate::args;
use crate::embedder::{Choice, ForRun};
use crate::printer::Printer;

/// Answers kept for a query.
const DEPTH: usize = 50;

/// `ccr eval`.
pub(super) fn run(
    arguments: &args::Eval,
    place: &Place,
    data_dir: &Path,
    choice: &Choice,
    printer: &mut Printer,
) -> Result<Outcome> {
    let grades = read_grades(&arguments.qrels)?;
    let mut queries: Vec<Judged> = read_lines(&arguments.queries)?;
    queries.retain(|judged| arguments.kind.is_none_or(|kind| kind == judged.kind()));
    let (found, latency) = match &arguments.compare[..] {
        [_, other] => (read_run(other)?, None),
        _ => {
            let (found, latency) = ask(arguments, place, data_dir, choice, &queries, &grades)?;
            (found, Some(latency))
        }
    };
    if let Some(path) = &arguments.run {
        let in_order = queries.iter().filter_map(|judged| {
            found.get(&judged.id).map(|answers| (judged.id.as_str(), answers.as_slice()))
        });
        fs::write(path, run_lines(in_order))
            .with_context(|| format!("could not write `{}`", path.display()))?;
    }
    let scores = scores(&queries, &grades, &found);
    if scores.is_empty() {
        bail!("no query of `{}` is judged in `{}`", arguments.queries.display(), arguments.qrels.display());
    }
    let mut report = report(&queries, &scores, &found);
    report.latency = latency;
    if let Some(base) = arguments.compare.first() {
        report.comparison =
            Some(compare(&queries, &scores, &self::scores(&queries, &grades, &read_run(base)?)));
    }
    report.print(printer)?;
    Ok(Outcome::Done)
}

/// The answers of the index in service, or of the corpus that is named.
fn ask(
    arguments: &args::Eval,
    place: &Place,
    data_dir: &Path,
    choice: &Choice,
    queries: &[Judged],
    grades: &HashMap<String, Grades>,
) -> Result<(Run, Latency)> {
    let own = arguments.corpus.as_ref().map(|_| tempfile::tempdir()).transpose();
    let own = own.context("could not make a temporary folder")?;
    let (searcher, kind_of_corpus) = match (&arguments.corpus, &own) {
        (Some(path), Some(folder)) => {
            // What was embedded before is in the cache of the data directory, not in that of the occasion.
            let run = ForRun { place: None, data_dir, is_offline: false, is_dry: false, listener: None };
            let chosen = choice.for_index(&run)?;
            let kind = corpus::index(path, folder.path(), chosen.embedder.as_deref())?;
            (choice.searcher(&folder.path().into(), folder.path())?, Some(kind))
        }
        _ => (choice.searcher(place, data_dir)?, None),
    };
    let mut found = Run::new();
    let mut seconds = Vec::with_capacity(queries.len());
    for judged in queries {
        let start = Instant::now();
        // Libraries are judged by their functions, which are the keywords.
        let judged_kind = if judged.kind() == Kind::Library { Kind::Keyword } else { judged.kind() };
        let hits = answers(&searcher, &judged.query, kind_of_corpus.unwrap_or(judged_kind))?;
        seconds.push(start.elapsed().as_secs_f64());
        let targets = hits.iter().map(|hit| (target(hit, grades.get(&judged.id)), hit.relevance));
        found.insert(judged.id.clone(), targets.collect());
    }
    let millis = |share| quantile(&seconds, share) * 1_000.0;
    Ok((found, Latency { p50: millis(0.5), p95: millis(0.95), p99: millis(0.99) }))
}

fn answers(searcher: &Searcher, question: &str, kind: Kind) -> Result<Vec<Hit>> {
    let mut query = Query::new(question);
    query.filter.kinds = vec![kind];
    query.limit = DEPTH;
    query.floor = Floor::NONE;
    query.folds = false;
    Ok(searcher.search(&query).context("could not search the index")?.hits)
}

/// The id of a hit in judgments: that of a keyword is `<collection>/<path>#<function>`, with the
/// class in front only where the judgments have it so.
fn target(hit: &Hit, grades: Option<&Grades>) -> String {
    let (Some(path), Some(symbol)) = (&hit.path, &hit.symbol) else { return hit.id.clone() };
    let whole = format!("{}/{path}#{symbol}", hit.collection);
    if grades.is_some_and(|grades| grades.contains_key(&whole)) {
        return whole;
    }
    let own = symbol.rsplit('.').next().unwrap_or(symbol);
    format!("{}/{path}#{own}", hit.collection)
}

/// Scores by query id, of the queries that have an answer.
fn scores(queries: &[Judged], grades: &HashMap<String, Grades>, found: &Run) -> HashMap<String, Scores> {
    let of = |judged: &Judged| {
        let answers = found.get(&judged.id).map_or(&[][..], Vec::as_slice);
        Scores::of(answers.iter().map(|(target, _)| target.as_str()), grades.get(&judged.id)?)
    };
    queries.iter().filter_map(|judged| Some((judged.id.clone(), of(judged)?))).collect()
}

fn report(queries: &[Judged], scores: &HashMap<String, Scores>, found: &Run) -> Report {
    let mut by_type: BTreeMap<String, Vec<Scores>> = BTreeMap::new();
    let mut all = Vec::new();
    for judged in queries {
        if let Some(scores) = scores.get(&judged.id) {
            by_type.entry(judged.form().to_owned()).or_default().push(*scores);
            all.push(*scores);
        }
    }
    let best = |judged: &&Judged| {
        found.get(&judged.id).and_then(|answers| answers.first()).map_or(0.0, |(_, score)| f64::from(*score))
    };
    let without: Vec<&Judged> = queries.iter().filter(|judged| judged.has_no_answer()).collect();
    let with: Vec<f64> =
        queries.iter().filter(|judged| scores.contains_key(&judged.id)).map(|judged| best(&judged)).collect();
    let unanswered: Vec<f64> = without.iter().map(best).collect();
    Report {
        queries: all.len(),
        scores: Scores::mean(&all),
        interval: interval(&all.iter().map(|scores| scores.ndcg10).collect::<Vec<f64>>()),
        by_type: by_type.into_iter().map(|(form, all)| (form, (all.len(), Scores::mean(&all)))).collect(),
        no_answer: auroc(&with, &unanswered).map(|auroc| NoAnswer { queries: without.len(), auroc }),
        latency: None,
        comparison: None,
    }
}

/// What was scored against what was scored before, by nDCG@10 of each query.
fn compare(
    queries: &[Judged],
    scores: &HashMap<String, Scores>,
    base: &HashMap<String, Scores>,
) -> Comparison {
    let mut differences = Vec::new();
    let mut changed = Vec::new();
    for judged in queries {
        let (Some(now), Some(before)) = (scores.get(&judged.id), base.get(&judged.id)) else { continue };
        let difference = now.ndcg10 - before.ndcg10;
        differences.push(difference);
        if difference != 0.0 {
            changed.push((judged.id.clone(), difference));
        }
    }
    changed.sort_by(|a, b| a.1.total_cmp(&b.1));
    let better = differences.iter().filter(|difference| **difference > 0.0).count();
    let worse = differences.iter().filter(|difference| **difference < 0.0).count();
    Comparison {
        difference: mean(&differences),
        interval: interval(&differences),
        chance: chance(&differences),
        better,
        equal: differences.len() - better - worse,
        worse,
        changed,
    }
}
