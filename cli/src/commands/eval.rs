use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use ccr_index::model::Kind;
use ccr_index::search::{Hit, Query, Searcher};
use serde::{Deserialize, Serialize};

use super::{Outcome, open};
use crate::args;
use crate::printer::Printer;

/// Answers kept for a query.
const DEPTH: usize = 50;
/// Ranks that nDCG and MRR look at.
const CUT: usize = 10;

#[derive(Debug, Deserialize)]
struct Judged {
    id: String,
    kind: Kind,
    query: String,
}

/// Means over the queries that have an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
struct Scores {
    queries: usize,
    ndcg10: f64,
    mrr10: f64,
    recall5: f64,
    success1: f64,
}

/// `ccr eval`.
pub(super) fn run(arguments: &args::Eval, data_dir: &Path, printer: &mut Printer) -> Result<Outcome> {
    let searcher = open(data_dir)?;
    let grades = read_grades(&arguments.qrels)?;
    let mut lines = String::new();
    let mut scores = Scores::default();
    for judged in read_queries(&arguments.queries)? {
        if arguments.kind.is_some_and(|kind| kind != judged.kind) {
            continue;
        }
        let answers = answers(&searcher, &judged, grades.get(&judged.id))?;
        for (rank, (id, relevance)) in answers.iter().enumerate() {
            lines.push_str(&format!("{}\t{}\t{id}\t{relevance}\n", judged.id, rank + 1));
        }
        if let Some(grades) =
            grades.get(&judged.id).filter(|grades| grades.values().any(|grade| *grade > 0.0))
        {
            scores.add(&answers, grades);
        }
    }
    if let Some(path) = &arguments.run {
        let mut file =
            fs::File::create(path).with_context(|| format!("could not write `{}`", path.display()))?;
        file.write_all(lines.as_bytes()).with_context(|| format!("could not write `{}`", path.display()))?;
    }
    if scores.queries == 0 {
        bail!("no query of `{}` is judged in `{}`", arguments.queries.display(), arguments.qrels.display());
    }
    let scores = scores.mean();
    if printer.is_json() {
        printer.json(&scores)?;
    } else {
        printer.text(format_args!("queries {}", scores.queries))?;
        printer.text(format_args!("nDCG@10 {:.4}", scores.ndcg10))?;
        printer.text(format_args!("MRR@10 {:.4}", scores.mrr10))?;
        printer.text(format_args!("Recall@5 {:.4}", scores.recall5))?;
        printer.text(format_args!("success@1 {:.4}", scores.success1))?;
    }
    Ok(Outcome::Done)
}

/// Judged targets of a query with their grades.
type Grades = HashMap<String, f64>;

/// The ids found, best first, as judgments write them.
fn answers(searcher: &Searcher, judged: &Judged, grades: Option<&Grades>) -> Result<Vec<(String, f32)>> {
    let mut query = Query::new(judged.query.clone());
    // Libraries are judged by their functions, which are the keywords.
    query.filter.kinds = vec![if judged.kind == Kind::Library { Kind::Keyword } else { judged.kind }];
    query.limit = DEPTH;
    query.floor = 0.0;
    let answer = searcher.search(&query).context("could not search the index")?;
    Ok(answer.hits.iter().map(|hit| (target(hit, grades), hit.relevance)).collect())
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

fn read_queries(path: &Path) -> Result<Vec<Judged>> {
    let text = fs::read_to_string(path).with_context(|| format!("could not read `{}`", path.display()))?;
    let mut queries = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let query = serde_json::from_str(line)
            .with_context(|| format!("could not read `{}`, line {}", path.display(), number + 1))?;
        queries.push(query);
    }
    Ok(queries)
}

/// Query id to target id to grade; the TREC form with four columns is read too.
fn read_grades(path: &Path) -> Result<HashMap<String, Grades>> {
    let text = fs::read_to_string(path).with_context(|| format!("could not read `{}`", path.display()))?;
    let mut grades: HashMap<String, Grades> = HashMap::new();
    for (number, line) in
        text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
    {
        let cells: Vec<&str> = line.split('\t').collect();
        let (query, target, grade) = match cells[..] {
            [query, target, grade] | [query, _, target, grade, ..] => (query, target, grade),
            _ => {
                bail!("could not read `{}`, line {}: three columns are expected", path.display(), number + 1)
            }
        };
        let grade = grade.trim().parse().with_context(|| {
            format!("could not read `{}`, line {}: `{grade}` is no grade", path.display(), number + 1)
        })?;
        grades.entry(query.to_owned()).or_default().insert(target.to_owned(), grade);
    }
    Ok(grades)
}

impl Scores {
    /// Adds a query: nDCG with the grades as gains; the rest count a target from grade 2 on, or from
    /// the best grade that the query has.
    fn add(&mut self, answers: &[(String, f32)], grades: &Grades) {
        let grade = |id: &str| grades.get(id).copied().unwrap_or(0.0);
        let discounted = |ranked: &[f64]| -> f64 {
            ranked.iter().take(CUT).enumerate().map(|(rank, gain)| gain / (rank as f64 + 2.0).log2()).sum()
        };
        let gains: Vec<f64> = answers.iter().map(|(id, _)| grade(id)).collect();
        let mut ideal: Vec<f64> = grades.values().copied().collect();
        ideal.sort_by(|a, b| b.total_cmp(a));
        let relevant = ideal[0].min(2.0);
        let total = ideal.iter().filter(|grade| **grade >= relevant).count();
        let first = gains.iter().take(CUT).position(|gain| *gain >= relevant);
        self.queries += 1;
        self.ndcg10 += discounted(&gains) / discounted(&ideal);
        self.mrr10 += first.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0));
        self.recall5 += gains.iter().take(5).filter(|gain| **gain >= relevant).count() as f64 / total as f64;
        self.success1 += if first == Some(0) { 1.0 } else { 0.0 };
    }

    fn mean(self) -> Self {
        let count = self.queries.max(1) as f64;
        Scores {
            queries: self.queries,
            ndcg10: self.ndcg10 / count,
            mrr10: self.mrr10 / count,
            recall5: self.recall5 / count,
            success1: self.success1 / count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_a_query() {
        let answers = ["b", "a", "x"].map(|id| (id.to_owned(), 1.0));
        let grades = HashMap::from([("a".to_owned(), 3.0), ("b".to_owned(), 1.0), ("c".to_owned(), 2.0)]);
        let mut scores = Scores::default();
        scores.add(&answers, &grades);
        let ideal = 3.0 + 2.0 / 3f64.log2() + 1.0 / 2.0;
        assert!((scores.ndcg10 - (1.0 + 3.0 / 3f64.log2()) / ideal).abs() < 1e-9);
        assert_eq!((scores.mrr10, scores.recall5, scores.success1), (0.5, 0.5, 0.0));
    }
}
