use std::collections::BTreeSet;

use ccr_index::model::Kind;

use crate::differences::{Differences, entries, texts};
use crate::odd;

#[test]
fn every_bundle_and_no_other() {
    let odd = odd();
    let found: BTreeSet<String> = odd.bundles.iter().map(|bundle| bundle.directory.clone()).collect();
    let expected: BTreeSet<String> =
        entries(&odd.expected, "bundles").map(|(directory, _)| directory.clone()).collect();
    assert_eq!(found, expected);
    for directory in texts(&odd.expected, "not_bundles") {
        assert!(odd.bundle(&directory).is_none(), "{directory}");
    }
}

#[test]
fn nothing_of_the_machine_gets_in() {
    let odd = odd();
    for forbidden in texts(&odd.expected, "never_in_the_index") {
        for document in &odd.documents {
            assert!(!format!("{document:?}").contains(&forbidden), "{forbidden} in {}", document.id);
        }
    }
}

#[test]
fn suites_that_are_not_run_give_no_tasks() {
    let odd = odd();
    for (directory, expected) in entries(&odd.expected, "bundles") {
        for name in texts(expected, "not_tasks") {
            let is_task = |document: &&_| {
                let document: &ccr_index::model::Document = document;
                document.kind == Kind::Task && document.title == name
            };
            assert_eq!(odd.documents.iter().find(is_task), None, "{directory}");
        }
    }
}

#[test]
fn counts_of_what_is_there() {
    let odd = odd();
    let counts = &odd.expected["counts"];
    let readable: BTreeSet<String> = readable_suites();
    let mut differences = Differences::default();
    let in_readable = |path: &str| readable.contains(path);
    let bundles = odd.bundles.iter();
    let mut check = |what: &str, found: usize| {
        differences.compare(what, &Some(found as u64), &counts[what].as_u64());
    };
    check("bundles", odd.bundles.len());
    let count = |paths: Vec<&str>| paths.into_iter().filter(|path| in_readable(path)).count();
    let tasks = bundles.clone().flat_map(|bundle| &bundle.tasks).map(|task| task.path.as_str());
    check("tasks", count(tasks.collect()));
    let variables = bundles.clone().flat_map(|bundle| &bundle.user_variables);
    check("user_variables", count(variables.map(|variable| variable.path.as_str()).collect()));
    let secrets = bundles.flat_map(|bundle| &bundle.secrets);
    check("secrets", count(secrets.map(|secret| secret.path.as_str()).collect()));
    check("suites_readable", readable.len());
    differences.finish();
}

/// Paths of the suites that Robot Framework reads.
fn readable_suites() -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for (directory, expected) in entries(&odd().expected, "bundles") {
        for (file, suite) in entries(expected, "suites") {
            if suite["readable"].as_bool() == Some(true) {
                paths.insert(format!("codebundles/{directory}/{file}"));
            }
        }
    }
    paths
}
