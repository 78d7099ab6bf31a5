use std::fs;

use crate::workplace::Workplace;

#[test]
fn the_summary_and_its_streams() {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at it");
    place.list(&[("one", "path: one")]);
    let ran = place.run(&["index"]).exits(0);
    assert!(ran.stdout.contains("generation 1: 3 added, 0 changed, 0 removed"), "{}", ran.stdout);
    assert_eq!(ran.stderr, "", "no progress where nobody looks");
    let summary = place.index(0, &["--force"]);
    assert_eq!((&summary["generation"], &summary["published"]), (&2.into(), &true.into()));
    assert_eq!(summary["sources"][0]["outcome"], "fresh");
    let mut keys: Vec<&String> = summary.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(
        keys,
        [
            "changes",
            "counts",
            "dry_run",
            "embedding",
            "failures",
            "generation",
            "published",
            "seconds",
            "sources"
        ]
    );
}

#[test]
fn a_second_run_publishes_nothing() {
    let place = Workplace::indexed();
    let before = fs::read(place.path("data/index/current")).unwrap();
    let summary = place.index(0, &[]);
    assert_eq!((&summary["generation"], &summary["published"]), (&1.into(), &false.into()));
    assert_eq!(summary["sources"][0]["outcome"], "unchanged");
    assert_eq!(fs::read(place.path("data/index/current")).unwrap(), before);
    assert!(place.run(&["index"]).exits(0).stdout.contains("nothing changed; generation 1 stays"));
}

#[test]
fn what_goes_upstream_goes_here() {
    let place = Workplace::indexed();
    fs::remove_dir_all(place.path("one/codebundles/beta")).unwrap();
    fs::rename(place.path("one/codebundles/alpha"), place.path("one/codebundles/omega")).unwrap();
    place.bundle("one", "gamma", "Gamma Check", "Look at the gamma valve");
    let changes = &place.index(0, &[])["changes"];
    assert_eq!((&changes["added"], &changes["removed"]), (&4.into(), &4.into()));
    assert_eq!(place.bundles(), ["one/gamma", "one/omega"]);
    place.run(&["search", "--collection", "one", "beta"]).exits(1);
    place.run(&["show", "one/alpha"]).exits(1);
    // A source that is listed no more is gone as well.
    place.bundle("two", "delta", "Delta Check", "Look at the delta valve");
    place.list(&[("two", "path: two")]);
    place.index(0, &[]);
    assert_eq!(place.bundles(), ["two/delta"]);
}

#[test]
fn a_changed_file_changes_its_documents_only() {
    let place = Workplace::indexed();
    place.bundle("one", "beta", "Beta Inspection", "Look at the beta valve");
    let changes = &place.index(0, &[])["changes"];
    assert_eq!(
        (&changes["changed"], &changes["added"], &changes["removed"]),
        (&2.into(), &0.into(), &0.into())
    );
}

#[test]
fn only_leaves_the_others_alone() {
    let place = Workplace::indexed();
    place.bundle("two", "delta", "Delta Check", "Look at the delta valve");
    place.list(&[("one", "path: one"), ("two", "path: two")]);
    place.bundle("one", "gamma", "Gamma Check", "Look at the gamma valve");
    let summary = place.index(0, &["--only", "two"]);
    let outcomes: Vec<_> = (0..2).map(|source| summary["sources"][source]["outcome"].clone()).collect();
    assert_eq!(outcomes, ["kept", "fresh"]);
    assert_eq!(place.bundles(), ["one/alpha", "one/beta", "two/delta"]);
    // Even one that is listed no more.
    place.list(&[("two", "path: two")]);
    place.index(0, &["--only", "two", "--force"]);
    assert_eq!(place.bundles(), ["one/alpha", "one/beta", "two/delta"]);
    place.run(&["index", "--only", "three"]).exits(2).says(&["`three` is not in the sources", "two"]);
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at it");
    place.list(&[("one", "path: one")]);
    let summary = place.index(0, &["--dry-run"]);
    assert_eq!((&summary["dry_run"], &summary["published"]), (&true.into(), &false.into()));
    assert_eq!(summary["changes"]["added"], 3);
    assert!(!place.path("data/index").exists());
    place.index(0, &[]);
    place.bundle("one", "beta", "Beta Check", "Look at it");
    assert_eq!(place.index(0, &["--dry-run"])["changes"]["added"], 2);
    assert_eq!(place.bundles(), ["one/alpha"]);
    assert_eq!(place.generation(), 1);
}

#[test]
fn back_and_forth() {
    let place = Workplace::indexed();
    place.run(&["index", "--rollback"]).exits(2).says(&["no intact earlier generation"]);
    place.bundle("one", "gamma", "Gamma Check", "Look at it");
    place.index(0, &[]);
    assert_eq!(place.generation(), 2);
    let back = place.run(&["index", "--rollback", "--format", "json"]).exits(0).json();
    assert_eq!((&back["from"], &back["generation"]), (&2.into(), &1.into()));
    assert_eq!(place.bundles(), ["one/alpha", "one/beta"]);
    // The next run has a number above all that there were.
    place.index(0, &[]);
    assert_eq!((place.generation(), place.bundles().len()), (3, 3));
    place.run(&["index", "--rollback", "--force"]).exits(2).says(&["--force"]);
}

#[test]
fn advice_is_no_failure_and_what_is_broken_is_one() {
    let place = Workplace::indexed();
    place.write("one/codebundles/alpha/old.sh", "");
    let summary = place.index(0, &[]);
    let problem = &summary["sources"][0]["problems"][0];
    assert_eq!(problem["severity"], "warning");
    assert_eq!(problem["path"], "codebundles/alpha/old.sh");
    place.write("one/codebundles/alpha/meta.yaml", "tags: [unclosed\nauthor: x\n");
    let summary = place.index(1, &["--fail-on", "problem"]);
    assert_eq!(summary["sources"][0]["problems"][0]["severity"], "error");
    assert_eq!(summary["sources"][0]["outcome"], "fresh");
    // It is so while it is broken.
    place.run(&["index", "--fail-on", "problem"]).exits(1).says(&["3 problems of 1 unchanged source"]);
    place.run(&["problems"]).exits(1);
    assert_eq!(place.bundles(), ["one/alpha", "one/beta"]);
}

#[test]
fn ids_that_would_be_the_same() {
    let place = Workplace::indexed();
    let tasks = "*** Tasks ***\nA\n    Log    1\nA\n    Log    1\nA@2\n    Log    1\n";
    place.write("one/codebundles/alpha/runbook.robot", tasks);
    place.bundle("one", "alpha#A", "Alpha Sharp", "Look at it");
    let summary = place.index(1, &["--fail-on", "problem"]);
    assert_eq!(summary["published"], true);
    let problems = summary["sources"][0]["problems"].to_string();
    assert!(problems.contains("alpha#A"), "{problems}");
}

#[test]
fn one_bad_source_does_not_stop_the_others() {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at it");
    place.list(&[("gone", "path: gone"), ("one", "path: one")]);
    let ran = place.run(&["index"]).exits(1).says(&["error: gone: no folder"]);
    assert!(ran.stdout.contains("failed"), "{}", ran.stdout);
    assert_eq!(place.bundles(), ["one/alpha"]);
    // With nothing at all there is nothing to publish.
    let place = Workplace::new();
    place.list(&[("gone", "path: gone")]);
    place.run(&["index"]).exits(1);
    place.run(&["status"]).exits(2).says(&["there is no index"]);
}
