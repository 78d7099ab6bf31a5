//! `ccr_status`: what is indexed, from where, and how old it is.

use std::time::{SystemTime, UNIX_EPOCH};

use ccr_index::{FailedSource, Outcome, ProblemRecord, Severity, SourceState, age};
use serde_json::{Value, json};

use super::Call;
use super::arguments::{Refusal, wrong_value};
use super::definitions::STATUS_SECTIONS;
use super::filters::public;
use super::list::{Item, page};
use super::words::{cut, line, one_line};
use crate::mcp::Reply;
use crate::problems;

/// Kinds that are counted for a model; the others are parts of parts.
const COUNTED: [&str; 6] = ["codebundle", "task", "library", "keyword", "script", "documentation"];

/// Characters of the message of a problem.
const MESSAGE: usize = 300;

/// There is nothing to answer from, and what to do about it.
pub(super) fn without_index(reason: &str) -> Reply {
    let text = format!("Not ready: {reason}");
    Reply::new(text, json!({"ready": false, "reason": reason}))
}

pub(super) fn answer(call: &Call<'_>) -> Result<Reply, Refusal> {
    let section = call.arguments.choices("section", &STATUS_SECTIONS, |word| match word {
        "problem" | "errors" | "warnings" => Some("problems"),
        _ => None,
    })?;
    if section.contains(&"problems") {
        return wrong_things(call);
    }
    let manifest = call.searcher.reader().manifest();
    let sources: Vec<&SourceState> = manifest.public_sources().collect();
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |now| now.as_secs().saturating_sub(manifest.created));
    let documentation = manifest.documentation();
    let counted = || sources.iter().copied().chain(documentation);
    let sum = |kind: &str| counted().filter_map(|source| source.counts.get(kind)).sum::<u64>();
    let counts: Vec<(&str, u64)> =
        COUNTED.into_iter().map(|kind| (kind, sum(kind))).filter(|(_, count)| *count > 0).collect();
    let failed: Vec<&FailedSource> = problems::public_failed(manifest).collect();
    let wrong = problems::told(manifest, &[]).count();
    let reply = |shown: usize, reasons: usize| {
        let failures = if shown == sources.len() { failed.len() } else { failed.len().min(shown) };
        let mut text = String::new();
        line(&mut text, format!("Generation {}, indexed {} ago.", manifest.generation, age(seconds)));
        let told: Vec<String> = counts.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        line(&mut text, format!("{} collections: {}", sources.len(), told.join(", ")));
        sources[..shown].iter().for_each(|source| line(&mut text, source_line(source, reasons)));
        let stale_pages = documentation.and_then(|source| stale(source, reasons));
        if let Some(reason) = &stale_pages {
            line(&mut text, format!("documentation, stale: {reason}"));
        }
        if shown < sources.len() {
            line(&mut text, format!("{} more: ccr_list kind collection", sources.len() - shown));
        }
        for source in &failed[..failures] {
            let reason = cut(&source.reason, reasons);
            line(&mut text, format!("{}: failed, never indexed: {reason}", one_line(&source.slug)));
        }
        if failures < failed.len() {
            line(&mut text, format!("{} more failed: section problems", failed.len() - failures));
        }
        if wrong > 0 {
            line(&mut text, format!("{wrong} problems: section problems"));
        }
        let mut structured = json!({
            "ready": true,
            "generation": manifest.generation,
            "age_seconds": seconds,
            "counts": counts.iter().map(|(kind, count)| ((*kind).to_owned(), json!(count))).collect::<serde_json::Map<_, _>>(),
            "collections": sources[..shown].iter().map(|source| source_json(source, reasons)).collect::<Vec<_>>(),
        });
        if wrong > 0 {
            structured["problems"] = json!(wrong);
        }
        if !failed.is_empty() {
            let json =
                |source: &&FailedSource| json!({"slug": source.slug, "reason": cut(&source.reason, reasons)});
            structured["failed"] = json!(failed[..failures].iter().map(json).collect::<Vec<_>>());
        }
        if let Some(reason) = stale_pages {
            structured["documentation"] = json!({ "stale": reason });
        }
        if shown < sources.len() {
            structured["cut"] = json!(["collections"]);
        }
        Reply::new(text.trim_end(), structured)
    };
    let mut steps: Vec<(usize, usize)> = [200, 60, 0].map(|reasons| (sources.len(), reasons)).to_vec();
    steps.extend((0..sources.len()).rev().map(|shown| (shown, 0)));
    let reply = call.budget.first_of(&steps, |(shown, reasons)| reply(shown, reasons));
    reply.ok_or_else(|| Refusal::new("raise `max_tokens`"))
}

/// What is wrong with the sources and in their files, a page of it.
fn wrong_things(call: &Call<'_>) -> Result<Reply, Refusal> {
    let manifest = call.searcher.reader().manifest();
    let asked = call.arguments.words("collection")?.into_iter().map(|slug| slug.to_lowercase());
    let asked: Vec<String> = asked.collect();
    if let Some(unknown) = asked.iter().find(|slug| !problems::is_known(manifest, slug)) {
        return Err(wrong_value("collection", unknown, &public(call.searcher)));
    }
    let records: Vec<ProblemRecord> = problems::told(manifest, &asked).collect();
    page(call, records.len(), |from, to| Ok(records[from..to].iter().map(item).collect()))
}

fn item(record: &ProblemRecord) -> Item {
    let word = if record.severity == Severity::Error { "error" } else { "warning" };
    let path = record.path.as_deref().map(|path| format!("/{}", one_line(path))).unwrap_or_default();
    let at = record.line.map(|line| format!(":{line}")).unwrap_or_default();
    let message = cut(&record.message, MESSAGE);
    let line = format!("{word} {}{path}{at}: {message} ({})", record.collection, record.rule.id());
    let mut json = json!({
        "rule": record.rule,
        "severity": word,
        "collection": record.collection,
        "message": message,
    });
    let known = [("path", json!(record.path)), ("line", json!(record.line)), ("url", json!(record.url))];
    for (name, value) in known.into_iter().filter(|(_, value)| !value.is_null()) {
        json[name] = value;
    }
    Item { line, json }
}

fn bundles(source: &SourceState) -> u64 {
    source.counts.get("codebundle").copied().unwrap_or_default()
}

fn commit(source: &SourceState) -> Option<&str> {
    source.collection.commit.as_deref().map(|commit| &commit[..commit.len().min(12)])
}

fn stale(source: &SourceState, reasons: usize) -> Option<String> {
    match &source.outcome {
        Outcome::Stale { reason } => Some(cut(reason, reasons)),
        Outcome::Fresh | Outcome::Unchanged => None,
    }
}

fn source_line(source: &SourceState, reasons: usize) -> String {
    let commit = commit(source).map(|commit| format!(" at {commit}")).unwrap_or_default();
    let stale = stale(source, reasons).map(|reason| format!(", stale: {reason}")).unwrap_or_default();
    format!("{}{commit}: {} CodeBundles{stale}", one_line(&source.collection.slug), bundles(source))
}

fn source_json(source: &SourceState, reasons: usize) -> Value {
    let mut json = json!({"slug": source.collection.slug, "codebundles": bundles(source)});
    if let Some(commit) = commit(source) {
        json["commit"] = json!(commit);
    }
    if let Some(reason) = stale(source, reasons) {
        json["stale"] = json!(reason);
    }
    json
}
