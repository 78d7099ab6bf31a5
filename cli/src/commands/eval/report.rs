use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;

use super::measures::Scores;
use crate::printer::Printer;

/// Queries named in a comparison at each end.
const MOST_NAMED: usize = 5;

/// What an evaluation found. Means are over the queries that have an answer.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) queries: usize,
    #[serde(flatten)]
    pub(super) scores: Scores,
    /// Where the mean of nDCG@10 lies with a probability of 95 %.
    pub(super) interval: [f64; 2],
    /// By type of question: how many, and their means.
    #[serde(serialize_with = "by_type")]
    pub(super) by_type: BTreeMap<String, (usize, Scores)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) no_answer: Option<NoAnswer>,
    #[serde(rename = "latency_ms", skip_serializing_if = "Option::is_none")]
    pub(super) latency: Option<Latency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comparison: Option<Comparison>,
}

/// How well the first hit's relevance tells questions with an answer from those without.
#[derive(Debug, Serialize)]
pub(super) struct NoAnswer {
    pub(super) queries: usize,
    pub(super) auroc: f64,
}

/// Milliseconds of a search inside the process.
#[derive(Debug, Serialize)]
pub(super) struct Latency {
    pub(super) p50: f64,
    pub(super) p95: f64,
    pub(super) p99: f64,
}

/// Against an earlier run, by nDCG@10.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    /// Mean difference; positive is better than before.
    pub(super) difference: f64,
    /// Where it lies with a probability of 95 %.
    pub(super) interval: [f64; 2],
    /// The probability of such a difference by chance alone.
    #[serde(rename = "p")]
    pub(super) chance: f64,
    pub(super) better: usize,
    pub(super) equal: usize,
    pub(super) worse: usize,
    /// Queries whose score changed, by difference.
    pub(super) changed: Vec<(String, f64)>,
}

fn by_type<S: serde::Serializer>(
    types: &BTreeMap<String, (usize, Scores)>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Row<'a> {
        queries: usize,
        #[serde(flatten)]
        scores: &'a Scores,
    }
    serializer
        .collect_map(types.iter().map(|(form, (queries, scores))| (form, Row { queries: *queries, scores })))
}

impl Report {
    /// Prints it; the table is Markdown, so that it can stand in a page as it is.
    pub(super) fn print(&self, printer: &mut Printer) -> Result<()> {
        if printer.is_json() {
            return printer.json(self);
        }
        printer.text(format_args!("| questions | n | nDCG@10 | MRR@10 | Recall@5 | success@1 |"))?;
        printer.text(format_args!("|---|---|---|---|---|---|"))?;
        print_row(printer, "all", self.queries, &self.scores)?;
        for (form, (queries, scores)) in &self.by_type {
            print_row(printer, form, *queries, scores)?;
        }
        let [low, high] = self.interval;
        printer
            .text(format_args!("\nnDCG@10 {:.4}, with 95 % in {low:.3} to {high:.3}", self.scores.ndcg10))?;
        if let Some(no_answer) = &self.no_answer {
            let NoAnswer { queries, auroc } = no_answer;
            printer
                .text(format_args!("AUROC of answer or none {auroc:.3}, {queries} questions without one"))?;
        }
        if let Some(Latency { p50, p95, p99 }) = &self.latency {
            printer.text(format_args!("a search takes {p50:.2} ms (p50), {p95:.2} (p95), {p99:.2} (p99)"))?;
        }
        if let Some(comparison) = &self.comparison {
            comparison.print(printer)?;
        }
        Ok(())
    }
}

fn print_row(printer: &mut Printer, name: &str, queries: usize, scores: &Scores) -> Result<()> {
    let Scores { ndcg10, mrr10, recall5, success1 } = scores;
    printer.text(format_args!(
        "| {name} | {queries} | {ndcg10:.3} | {mrr10:.3} | {recall5:.3} | {success1:.3} |"
    ))?;
    Ok(())
}

impl Comparison {
    fn print(&self, printer: &mut Printer) -> Result<()> {
        let [low, high] = self.interval;
        printer.text(format_args!(
            "against the other run: nDCG@10 {:+.4}, with 95 % in {low:+.3} to {high:+.3}, by chance with p = {:.4}; \
             {} better, {} equal, {} worse",
            self.difference, self.chance, self.better, self.equal, self.worse
        ))?;
        let worst = self.changed.iter().take(MOST_NAMED).filter(|(_, difference)| *difference < 0.0);
        let best = self.changed.iter().rev().take(MOST_NAMED).filter(|(_, difference)| *difference > 0.0);
        for (query, difference) in worst.chain(best) {
            printer.text(format_args!("  {query} {difference:+.3}"))?;
        }
        Ok(())
    }
}
