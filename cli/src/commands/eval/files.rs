//! Queries, judgments, runs and corpora, as evaluations exchange them.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use ccr_index::model::Kind;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::measures::Grades;

/// A question; the names of BEIR's sets are read too.
#[derive(Debug, Deserialize)]
pub(super) struct Judged {
    #[serde(alias = "_id")]
    pub(super) id: String,
    #[serde(alias = "text")]
    pub(super) query: String,
    /// What its targets are; documentation where nothing is said, as in sets that bring a corpus.
    pub(super) kind: Option<Kind>,
    /// What sort of question it is, such as `symptom`.
    #[serde(default, rename = "type")]
    pub(super) form: Option<String>,
}

impl Judged {
    /// What its targets are.
    pub(super) fn kind(&self) -> Kind {
        self.kind.unwrap_or(Kind::Documentation)
    }

    /// What sort of question it is.
    pub(super) fn form(&self) -> &str {
        self.form.as_deref().unwrap_or("other")
    }

    /// Whether it is there to be left unanswered: `no-answer`, also written `noanswer`.
    pub(super) fn has_no_answer(&self) -> bool {
        self.form().replace(['-', '_'], "") == "noanswer"
    }
}

/// A text of a corpus.
#[derive(Debug, Deserialize)]
pub(super) struct Text {
    #[serde(alias = "_id")]
    pub(super) id: String,
    #[serde(default)]
    pub(super) title: String,
    pub(super) text: String,
}

/// Ids found by query id, best first, each with its score.
pub(super) type Run = HashMap<String, Vec<(String, f32)>>;

/// A file of JSON objects, one a line.
pub(super) fn read_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let mut values = Vec::new();
    for (number, line) in content(path)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let value = serde_json::from_str(line)
            .with_context(|| format!("could not read `{}`, line {}", path.display(), number + 1))?;
        values.push(value);
    }
    Ok(values)
}

/// Query id to target id to grade. TREC's form with four columns is read too, and a line of headings.
pub(super) fn read_grades(path: &Path) -> Result<HashMap<String, Grades>> {
    let mut grades: HashMap<String, Grades> = HashMap::new();
    for (number, cells) in rows(&content(path)?) {
        let (query, target, grade) = match cells[..] {
            [query, target, grade] | [query, _, target, grade, ..] => (query, target, grade),
            _ => bail!("could not read `{}`, line {number}: three columns are expected", path.display()),
        };
        let Ok(grade) = grade.trim().parse() else {
            if number == 1 {
                continue;
            }
            bail!("could not read `{}`, line {number}: `{grade}` is no grade", path.display());
        };
        grades.entry(query.to_owned()).or_default().insert(target.to_owned(), grade);
    }
    Ok(grades)
}

/// What `--run` wrote: query id, rank, target id, score.
pub(super) fn read_run(path: &Path) -> Result<Run> {
    let mut ranked: HashMap<String, Vec<(u32, String, f32)>> = HashMap::new();
    for (number, cells) in rows(&content(path)?) {
        let [query, rank, target, rest @ ..] = &cells[..] else {
            bail!("could not read `{}`, line {number}: three columns are expected", path.display());
        };
        let rank = rank.trim().parse().with_context(|| {
            format!("could not read `{}`, line {number}: `{rank}` is no rank", path.display())
        })?;
        let score = rest.first().and_then(|score| score.trim().parse().ok()).unwrap_or_default();
        ranked.entry((*query).to_owned()).or_default().push((rank, (*target).to_owned(), score));
    }
    let in_order = |mut found: Vec<(u32, String, f32)>| {
        found.sort_by_key(|(rank, ..)| *rank);
        found.into_iter().map(|(_, target, score)| (target, score)).collect()
    };
    Ok(ranked.into_iter().map(|(query, found)| (query, in_order(found))).collect())
}

/// A run as [`read_run`] reads it, in the order of the queries.
pub(super) fn run_lines<'a>(found: impl IntoIterator<Item = (&'a str, &'a [(String, f32)])>) -> String {
    let mut lines = String::new();
    for (query, answers) in found {
        for (rank, (target, score)) in answers.iter().enumerate() {
            lines.push_str(&format!("{query}\t{}\t{target}\t{score}\n", rank + 1));
        }
    }
    lines
}

fn content(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("could not read `{}`", path.display()))
}

/// The cells of each line that is no comment, with its number from 1.
fn rows(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let lines = (1..).zip(text.lines());
    lines
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(number, line)| (number, line.split('\t').collect()))
}
