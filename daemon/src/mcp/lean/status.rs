//! `ccr_status`: what is indexed, from where, and how old it is.

use std::time::{SystemTime, UNIX_EPOCH};

use ccr_index::{Outcome, SourceState};
use serde_json::{Value, json};

use super::Call;
use super::arguments::Refusal;
use super::words::{cut, line, one_line};
use crate::mcp::Reply;

/// Kinds that are counted for a model; the others are parts of parts.
const COUNTED: [&str; 6] = ["codebundle", "task", "library", "keyword", "script", "documentation"];

/// There is nothing to answer from, and what to do about it.
pub(super) fn without_index(reason: &str) -> Reply {
    let text = format!("Not ready: {reason}");
    Reply::new(text, json!({"ready": false, "reason": reason}))
}

pub(super) fn answer(call: &Call<'_>) -> Result<Reply, Refusal> {
    let manifest = call.searcher.reader().manifest();
    let sources: Vec<&SourceState> = manifest.public_sources().collect();
    let age = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |now| now.as_secs().saturating_sub(manifest.created));
    let documentation = manifest.documentation();
    let counted = || sources.iter().copied().chain(documentation);
    let sum = |kind: &str| counted().filter_map(|source| source.counts.get(kind)).sum::<u64>();
    let counts: Vec<(&str, u64)> =
        COUNTED.into_iter().map(|kind| (kind, sum(kind))).filter(|(_, count)| *count > 0).collect();
    let reply = |shown: usize, reasons: usize| {
        let mut text = String::new();
        line(&mut text, format!("Generation {}, indexed {} ago.", manifest.generation, ago(age)));
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
        let mut structured = json!({
            "ready": true,
            "generation": manifest.generation,
            "age_seconds": age,
            "counts": counts.iter().map(|(kind, count)| ((*kind).to_owned(), json!(count))).collect::<serde_json::Map<_, _>>(),
            "collections": sources[..shown].iter().map(|source| source_json(source, reasons)).collect::<Vec<_>>(),
        });
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

/// An age in its two largest units.
fn ago(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, _) => format!("{minutes} min"),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages() {
        assert_eq!(ago(59), "0 min");
        assert_eq!(ago(7_260), "2 h 1 min");
        assert_eq!(ago(90_000), "1 d 1 h");
    }
}
