//! Problems as SARIF 2.1.0, which code scanning services read.

use std::collections::HashMap;

use ccr_index::{Manifest, ProblemRecord, Rule, Severity, SourceState};
use serde_json::{Map, Value, json};

/// The schema that the log follows.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// Where the problems of a source as a whole are shown: services want a file.
const LIST: &str = "sources.yaml";

/// A log with one run for each source that passes, also where nothing is wrong with it: that is how a service
/// learns that an old problem is gone.
pub(crate) fn sarif(records: &[ProblemRecord], manifest: &Manifest, passes: impl Fn(&str) -> bool) -> Value {
    let failed = manifest.failed.iter().map(|failed| (failed.slug.as_str(), None));
    let sources = manifest.sources.iter().map(|source| (source.collection.slug.as_str(), Some(source)));
    let runs = failed.chain(sources).filter(|(slug, _)| passes(slug));
    let runs: Vec<Value> = runs.map(|(slug, source)| run(slug, source, records)).collect();
    json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": runs })
}

fn run(slug: &str, source: Option<&SourceState>, records: &[ProblemRecord]) -> Value {
    let own: Vec<&ProblemRecord> = records.iter().filter(|record| record.collection == slug).collect();
    let mut rules: Vec<Rule> = own.iter().map(|record| record.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let mut seen = HashMap::new();
    let results: Vec<Value> = own.iter().map(|record| result(record, &rules, &mut seen)).collect();
    let mut run = json!({
        "tool": { "driver": {
            "name": "ccr",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules.iter().map(|rule| described(*rule)).collect::<Vec<_>>(),
        } },
        // Services keep the runs of one file apart by it.
        "automationDetails": { "id": format!("ccr-problems/{slug}/") },
        "columnKind": "unicodeCodePoints",
        "results": results,
    });
    if let Some(provenance) = source.and_then(provenance) {
        run["versionControlProvenance"] = json!([provenance]);
    }
    run
}

/// The repository and the commit that the paths belong to.
fn provenance(source: &SourceState) -> Option<Value> {
    let url = source.collection.git_url.as_deref().filter(|url| url.contains("://"))?;
    let mut provenance = json!({ "repositoryUri": encode(url), "mappedTo": { "uriBaseId": "%SRCROOT%" } });
    if let Some(commit) = &source.collection.commit {
        provenance["revisionId"] = json!(commit);
    }
    Some(provenance)
}

fn described(rule: Rule) -> Value {
    json!({
        "id": rule.id(),
        "shortDescription": { "text": rule.title() },
        "fullDescription": { "text": format!("{}.", rule.title()) },
        "help": { "text": format!("{}.", rule.hint()) },
        "defaultConfiguration": { "level": level(rule.severity()) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// One result. `seen` counts those that say the same of the same file.
fn result(record: &ProblemRecord, rules: &[Rule], seen: &mut HashMap<String, u32>) -> Value {
    let fingerprint = record.fingerprint();
    let count = seen.entry(fingerprint.clone()).or_default();
    *count += 1;
    let mut result = json!({
        "ruleId": record.rule.id(),
        "ruleIndex": rules.iter().position(|rule| *rule == record.rule),
        "level": level(record.severity),
        "message": { "text": record.message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": artifact(record),
            "region": region(record),
        } }],
        "partialFingerprints": { "primaryLocationLineHash": format!("{fingerprint}:{count}") },
    });
    if let Some(url) = &record.url {
        result["hostedViewerUri"] = json!(encode(url));
    }
    result
}

/// The file, relative to the root of its repository; of a page its address.
fn artifact(record: &ProblemRecord) -> Value {
    match record.path.as_deref() {
        None => json!({ "uri": LIST }),
        Some(path) if path.contains("://") => json!({ "uri": encode(path) }),
        Some(path) => json!({ "uri": encode_path(path), "uriBaseId": "%SRCROOT%" }),
    }
}

/// The line, which services want to have: the first where none is known.
fn region(record: &ProblemRecord) -> Value {
    let mut region = Map::new();
    region.insert("startLine".to_owned(), json!(record.line.unwrap_or(1).max(1)));
    if let Some(column) = record.column.filter(|column| *column > 0) {
        region.insert("startColumn".to_owned(), json!(column));
    }
    Value::Object(region)
}

/// Percent-encodes what may not stand in the path of a relative address; a colon would make a scheme of what
/// is before it.
fn encode_path(path: &str) -> String {
    percent_encoded(path, b"-._~/")
}

/// Percent-encodes what may not stand in an address.
fn encode(address: &str) -> String {
    percent_encoded(address, b"-._~:/?#@!$&'()*+,;=%")
}

fn percent_encoded(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
