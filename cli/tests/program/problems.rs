//! What is wrong with sources and files: what a run tells of it, when it fails, and `ccr problems`.

use std::fs;

use serde_json::Value;

use crate::workplace::{Ran, Workplace};

/// A suite that Robot Framework refuses something of, so many times in lines of their own.
fn broken(times: usize) -> String {
    let wrong = "    RETURN    1\n".repeat(times);
    format!("*** Tasks ***\nLook\n    Log    1\n{wrong}")
}

/// The collection `one` with an error in two places and a piece of advice, and `gone`, which is not there.
fn troubled() -> Workplace {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at it");
    place.write("one/codebundles/beta/runbook.robot", broken(2));
    place.write("one/codebundles/alpha/with space #1.sh", "");
    place.list(&[("one", "path: one"), ("gone", "path: gone")]);
    place.run(&["index"]).exits(1);
    place
}

fn lines_with(ran: &Ran, words: &str) -> usize {
    ran.stderr.lines().filter(|line| line.contains(words)).count()
}

fn rules(records: &Value) -> Vec<&str> {
    records.as_array().unwrap().iter().map(|record| record["rule"].as_str().unwrap()).collect()
}

#[test]
fn a_typo_fails_where_it_is_asked_for_and_a_lost_source_unless_nothing_is() {
    let place = Workplace::indexed();
    place.write("one/codebundles/beta/runbook.robot", broken(1));
    let check = |code: i32, arguments: &[&str]| {
        let ran = place.run(&[&["index", "--force"], arguments].concat()).exits(code);
        assert_eq!(place.index(code, &[&["--force"], arguments].concat())["sources"][0]["slug"], "one");
        ran
    };
    check(0, &[]).says(&["RETURN is not allowed"]);
    check(0, &["--fail-on", "source"]);
    check(1, &["--fail-on", "problem"]);
    check(0, &["--fail-on", "never"]);
    let failures = place.index(1, &["--fail-on", "problem"])["failures"].clone();
    assert_eq!(
        (&failures["source"], &failures["problem"]),
        (&Value::from([""; 0].to_vec()), &["one"][..].into())
    );
    // Unchanged, it is as broken as before.
    place.run(&["index", "--fail-on", "problem"]).exits(1);
    fs::rename(place.path("one"), place.path("aside")).unwrap();
    check(1, &[]);
    check(1, &["--fail-on", "problem"]);
    check(0, &["--fail-on", "never"]).says(&["error: one: no folder"]);
    assert_eq!(place.index(1, &[])["failures"]["source"], Value::from(["one"].to_vec()));
    // What could not run is told whatever counts.
    place.run(&["index", "--fail-on", "never", "--sources", "nothing.yaml"]).exits(2);
}

#[test]
fn advice_fails_nowhere() {
    let place = Workplace::indexed();
    place.write("one/codebundles/alpha/old.sh", "");
    place.run(&["index", "--fail-on", "problem"]).exits(0).says(&["warning: one: "]);
}

#[test]
fn the_environment_says_what_fails_and_an_empty_variable_says_nothing() {
    let place = Workplace::indexed();
    place.write("one/codebundles/beta/runbook.robot", broken(1));
    let run = |value: &str, arguments: &[&str]| {
        let mut command = place.ccr(&[&["index"], arguments].concat());
        Ran::of(command.env("CCR_FAIL_ON", value).output().unwrap())
    };
    run("problem", &[]).exits(1);
    run("problem", &["--fail-on", "source"]).exits(0);
    run("", &[]).exits(0);
    run("sometimes", &[]).exits(2).says(&["sometimes", "source, problem, never"]);
    // So it is with every other variable.
    let mut command = place.ccr(&["status"]);
    for name in ["CCR_DATA_DIR", "CCR_STORE", "CCR_EMBEDDER", "CCR_DATABASE_URL", "CCR_SOURCES"] {
        command.env(name, "");
    }
    Ran::of(command.output().unwrap()).exits(0);
}

#[test]
fn problems_are_told_once_and_not_without_end() {
    let place = Workplace::indexed();
    for number in 0..30 {
        place.write(&format!("one/codebundles/many/empty-{number:02}.sh"), "");
    }
    place.write("one/codebundles/many/runbook.robot", broken(3));
    let first = place.run(&["index"]).exits(0);
    assert_eq!(lines_with(&first, "error: one: "), 1, "{}", first.stderr);
    assert!(first.stderr.starts_with("error: one: "), "errors come first: {}", first.stderr);
    assert!(first.stderr.contains("runbook.robot:4:5: ") && first.stderr.contains(", also in line 5, 6"));
    assert_eq!(lines_with(&first, "warning: one: "), 19, "{}", first.stderr);
    assert!(first.stderr.ends_with("11 more problems of `one`: `ccr problems one` lists them\n"));
    let again = place.run(&["index"]).exits(0);
    assert_eq!(again.stderr, "33 problems of 1 unchanged source: `ccr problems` lists them\n");
    assert_eq!(place.run(&["index", "--quiet"]).exits(0).stderr, "");
    for verbose in ["--verbose", "-v"] {
        let all = place.run(&["index", verbose]).exits(0);
        assert_eq!((lines_with(&all, "one: "), lines_with(&all, "more")), (31, 0), "{}", all.stderr);
    }
    // Nothing of a dry run is in the index.
    let dry = place.run(&["index", "--dry-run", "--force"]).exits(0);
    assert!(dry.stderr.ends_with("`one`: `--verbose` lists them\n"), "{}", dry.stderr);
}

#[test]
fn a_failure_says_each_reason_once() {
    let place = Workplace::new();
    place.write("data", "a file where the folder should be");
    place.list(&[("one", "path: one")]);
    place.bundle("one", "alpha", "Alpha Check", "Look at it");
    let ran = place.run(&["index"]).exits(2);
    let reason = ran.stderr.lines().last().unwrap().rsplit(": ").next().unwrap().to_owned();
    assert_eq!(ran.stderr.matches(&reason).count(), 1, "{}", ran.stderr);
}

#[test]
fn the_list_is_of_the_index_and_says_everything() {
    let place = troubled();
    let all = place.run(&["problems", "--format", "json"]).exits(1).json();
    assert_eq!(rules(&all), ["source-failed", "file-empty", "robot-syntax", "robot-syntax"]);
    let fields = ["rule", "severity", "path", "line", "column", "message", "hint", "collection", "url"]
        .map(str::to_owned);
    let mut sorted = fields.to_vec();
    sorted.sort();
    for record in all.as_array().unwrap() {
        let mut keys: Vec<&String> = record.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, sorted.iter().collect::<Vec<_>>());
        assert!(record["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{record}");
    }
    assert_eq!(
        (&all[0]["collection"], &all[0]["path"], &all[0]["line"]),
        (&"gone".into(), &Value::Null, &Value::Null)
    );
    assert_eq!((&all[2]["path"], &all[2]["line"]), (&"codebundles/beta/runbook.robot".into(), &4.into()));
    let text = place.run(&["problems"]).exits(1);
    for words in
        ["gone", "error  no folder", "codebundles/beta/runbook.robot", "also in line 5", "robot-syntax"]
    {
        assert!(text.stdout.contains(words), "no `{words}` in\n{}", text.stdout);
    }
    assert!(text.stdout.ends_with("4 problems of 2 sources: 3 errors, 1 warning\n"), "{}", text.stdout);
    assert_eq!(text.stderr, "");
}

#[test]
fn the_exit_code_is_of_what_was_asked_for() {
    let place = troubled();
    let count = |code: i32, arguments: &[&str]| {
        let arguments = [&["problems", "--format", "json"], arguments].concat();
        place.run(&arguments).exits(code).json().as_array().unwrap().len()
    };
    assert_eq!(count(1, &["one"]), 3);
    assert_eq!(count(1, &["ONE", "gone"]), 4);
    assert_eq!(count(1, &["one", "--severity", "warning"]), 1);
    assert_eq!(count(0, &["gone", "--severity", "warning"]), 0);
    place.run(&["problems", "gone", "--severity", "warning"]).exits(0);
    let unknown = place.run(&["problems", "two"]).exits(2).says(&["`two` is not in the index", "one, gone"]);
    assert_eq!(unknown.stdout, "");
    place.run(&["problems", "--severity", "fatal"]).exits(2).says(&["error, warning"]);
    Workplace::new().run(&["problems"]).exits(2).says(&["there is no index"]);
    assert_eq!(Workplace::indexed().run(&["problems"]).exits(0).stdout, "no problems\n");
}

/// The log, which the official schema (`sarif-2.1.0-rtm.5.json` of npm's `@microsoft/jest-sarif`) allows.
#[track_caller]
fn sarif(place: &Workplace, code: i32, arguments: &[&str]) -> Value {
    // A pattern for languages, of which a log here names none, has a bracket that nothing opens.
    let schema = include_str!("sarif-2.1.0-rtm.5.json").replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let log = place.run(&[&["problems", "--format", "sarif"], arguments].concat()).exits(code).json();
    let wrong: Vec<String> =
        schema.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{log:#}");
    log
}

#[test]
fn code_scanning_reads_it() {
    let place = troubled();
    let log = sarif(&place, 1, &[]);
    assert_eq!(log["version"], "2.1.0");
    let runs = log["runs"].as_array().unwrap();
    let ids: Vec<&Value> = runs.iter().map(|run| &run["automationDetails"]["id"]).collect();
    assert_eq!(ids, ["ccr-problems/gone/", "ccr-problems/one/"]);
    for run in runs {
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for result in run["results"].as_array().unwrap() {
            let index = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(rules[index]["id"], result["ruleId"]);
            let place = &result["locations"][0]["physicalLocation"];
            assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
            assert!(!place["artifactLocation"]["uri"].as_str().unwrap().starts_with('/'));
        }
    }
    let results = &runs[1]["results"];
    let uri = |result: &Value| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
    assert_eq!(uri(&results[0]), "codebundles/alpha/with%20space%20%231.sh");
    assert_eq!((&results[0]["level"], &results[1]["level"]), (&"warning".into(), &"error".into()));
    // Where everything is right there is a run without results, so that what was found before is closed.
    let clean = sarif(&Workplace::indexed(), 0, &[]);
    assert_eq!((&clean["runs"][0]["results"], &clean["runs"][1]), (&Value::Array(Vec::new()), &Value::Null));
    assert_eq!(
        sarif(&place, 1, &["one", "--severity", "error"])["runs"][0]["results"].as_array().unwrap().len(),
        2
    );
}

#[test]
fn a_finding_keeps_its_fingerprint_where_its_line_moves() {
    let place = troubled();
    let prints = |place: &Workplace| -> Vec<Value> {
        let log = sarif(place, 1, &["one"]);
        let results = log["runs"][0]["results"].as_array().unwrap().iter();
        results.map(|result| result["partialFingerprints"]["primaryLocationLineHash"].clone()).collect()
    };
    let before = prints(&place);
    assert!(before[1] != before[2] && before.len() == 3, "{before:?}");
    place.write("one/codebundles/beta/runbook.robot", format!("# moved\n\n{}", broken(2)));
    place.run(&["index"]).exits(1);
    assert_eq!(prints(&place), before);
}

#[test]
fn the_repository_and_its_commit_are_named() {
    let place = Workplace::new();
    place.write("one/codebundles/beta/runbook.robot", broken(1));
    place.commit("one");
    let url = format!("git_url: file://{}", place.path("one").display());
    place.list(&[("one", &url)]);
    place.run(&["index"]).exits(0);
    let log = sarif(&place, 1, &[]);
    let provenance = &log["runs"][0]["versionControlProvenance"][0];
    let commit =
        place.run(&["status", "--format", "json"]).json()["sources"][0]["collection"]["commit"].clone();
    assert!(commit.is_string() && provenance["revisionId"] == commit, "{provenance}");
    assert!(provenance["repositoryUri"].as_str().unwrap().starts_with("file:///"), "{provenance}");
}

#[test]
fn sarif_is_for_problems_only() {
    let place = troubled();
    for arguments in [
        &["search", "x", "--format", "sarif"][..],
        &["--format", "sarif", "status"],
        &["index", "--format=sarif"],
    ] {
        let ran = place.run(arguments).exits(2).says(&["`--format sarif` belongs to `ccr problems`"]);
        assert_eq!(ran.stdout, "");
    }
    let before = place.run(&["--format", "sarif", "problems"]).exits(1).stdout;
    assert_eq!(before, place.run(&["problems", "--format", "sarif"]).exits(1).stdout);
    place.run(&["--format", "json", "problems"]).exits(1).json();
    place.run(&["problems", "--format", "xml"]).exits(2).says(&["text, json, sarif"]);
    place.run(&["search", "x", "--format", "xml"]).exits(2).says(&["text, json]"]);
    assert!(place.run(&["problems", "--help"]).exits(0).stdout.contains("sarif"));
    assert!(!place.run(&["search", "--help"]).exits(0).stdout.contains("sarif"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(place.run(&["completions", shell]).exits(0).stdout.contains("problems"), "{shell}");
    }
}

#[test]
fn status_tells_what_is_lost_and_for_how_long() {
    let place = troubled();
    let status = place.run(&["status"]).exits(1);
    assert!(status.stdout.contains("failed: no folder"), "{}", status.stdout);
    fs::rename(place.path("one"), place.path("gone")).unwrap();
    place.list(&[("one", "path: one")]);
    place.run(&["index"]).exits(1);
    let status = place.run(&["status"]).exits(1);
    assert!(status.stdout.contains("stale: no folder"), "{}", status.stdout);
    assert!(status.stdout.contains("(for 0 min)") && !status.stdout.contains("failed"), "{}", status.stdout);
    let stale = place.run(&["problems", "--format", "json"]).exits(1).json();
    assert_eq!(rules(&stale), ["source-stale", "file-empty", "robot-syntax", "robot-syntax"]);
    fs::rename(place.path("gone"), place.path("one")).unwrap();
    place.run(&["index"]).exits(0);
    place.run(&["status"]).exits(0);
}
