use std::collections::BTreeSet;

use ccr_index::Severity;

use crate::differences::{Differences, entries, line, list, text};
use crate::odd;

/// Words of our own for what the expectation describes: each list must hold one that is in the message.
const WORDS: [(&str, &[&str]); 13] = [
    ("not UTF-8", &["UTF-8"]),
    ("NUL bytes", &["NUL"]),
    ("too many aliases", &["alias"]),
    ("symbolic link", &["link to"]),
    ("frontmatter never ends", &["second line of `---`"]),
    ("Non-existing setting", &["non-existing setting"]),
    ("allowed only once", &["allowed only once"]),
    ("Unrecognized section", &["unrecognized section"]),
    ("must have closing END", &["closing END", "closing `END`"]),
    ("Task cannot be empty", &["cannot be empty"]),
    ("END is not allowed", &["not allowed"]),
    ("Task name cannot be empty", &["name cannot be empty"]),
    ("a list where a mapping belongs", &["list"]),
];

#[test]
fn every_problem_is_reported_at_its_line() {
    let odd = odd();
    let mut differences = Differences::default();
    for expected in list(&odd.expected, "problems") {
        let (path, about) = (text(expected, "path"), text(expected, "about"));
        // Libraries have a test of their own.
        if path.starts_with("libraries/") {
            continue;
        }
        let words = WORDS.iter().find(|(part, _)| about.contains(part)).map(|(_, words)| *words);
        let fits = |problem: &&ccr_index::FileProblem| {
            let message = &problem.message;
            let said = words.is_none_or(|words| words.iter().any(|word| message.contains(word)));
            let place = line(expected, "line").is_none_or(|line| problem.line == Some(line));
            problem.path.as_deref() == Some(path.as_str()) && said && place
        };
        let found = odd.source.problems.iter().find(fits);
        let reported = || {
            let here = odd.source.problems.iter().filter(|problem| problem.path.as_deref() == Some(&path));
            here.map(|problem| format!("{:?} {}", problem.line, problem.message)).collect::<Vec<_>>()
        };
        differences.require(found.is_some(), || format!("{expected}\n  reported: {:?}", reported()));
        if let Some(found) = found {
            differences.compare(&format!("{path}: {about}"), &found.severity, &Severity::Error);
        }
    }
    differences.finish();
}

#[test]
fn files_without_an_expected_problem_have_warnings_at_most() {
    let odd = odd();
    let mut known: BTreeSet<String> =
        list(&odd.expected, "problems").map(|problem| text(problem, "path")).collect();
    // Robot Framework refuses to run a suite without tasks; the links lead to themselves.
    known.extend(["empty-suite/runbook.robot", "empty-suite/sli.robot"].map(in_bundles));
    for (directory, expected) in entries(&odd.expected, "bundles") {
        let links = entries(expected, "links").filter(|(_, kind)| kind.as_str() != Some("inside"));
        known.extend(links.map(|(name, _)| in_bundles(&format!("{directory}/{name}"))));
    }
    let mut differences = Differences::default();
    for problem in &odd.source.problems {
        let path = problem.path.clone().unwrap_or_default();
        let is_known = known.contains(&path) || problem.severity == Severity::Warning;
        differences.require(is_known, || format!("{problem:?}"));
    }
    differences.finish();
}

fn in_bundles(path: &str) -> String {
    format!("codebundles/{path}")
}
