//! Our parser against Robot Framework itself, over our own fixtures and over generated suites.
//!
//! Needs Python with robotframework 7.5 (`CCR_ROBOT_PYTHON`, else `python3`), and fails without.

mod robot_python;
mod robot_texts;

use std::fs;
use std::path::{Path, PathBuf};

use ccr_indexer::parse::robot::{decode, parse_resource_in, parse_suite_in};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use robot_python::{python, repository};

/// What Robot Framework makes of each file.
fn reference(files: &[PathBuf]) -> Vec<Value> {
    let script = repository().join("dev/robot_reference.py");
    let lines = python(&[&[script], files].concat());
    lines.lines().map(|line| serde_json::from_str(line).expect("the script prints JSON")).collect()
}

/// What we make of a file, in the same form.
fn ours(file: &Path) -> Value {
    let bytes = fs::read(file).expect("the file is there");
    let directory = file.parent().expect("it stands in a folder").display().to_string().replace('\\', "\\\\");
    let text = match decode(&bytes) {
        Ok(text) => text,
        Err(problem) => return json!({"refused": problem.message}),
    };
    let (refusal, model) = if file.extension().is_some_and(|ending| ending == "resource") {
        let resource = parse_resource_in(text, &directory).value;
        (resource.refusal.clone(), serde_json::to_value(&resource))
    } else {
        let name = file.file_name().and_then(|name| name.to_str()).expect("names are UTF-8");
        let suite = parse_suite_in(text, name, &directory).value;
        (suite.refusal.clone(), serde_json::to_value(&suite))
    };
    match refusal {
        Some(refusal) => json!({"refused": refusal.to_string()}),
        None => json!({"model": model.expect("every model has a JSON form")}),
    }
}

/// The places where two values differ.
fn differences(want: &Value, got: &Value, at: &str, found: &mut Vec<String>) {
    match (want, got) {
        (Value::Object(want), Value::Object(got)) => {
            let added = got.keys().filter(|key| !want.contains_key(*key));
            for key in want.keys().chain(added) {
                let at = format!("{at}.{key}");
                match (want.get(key), got.get(key)) {
                    // Reasons are in our own words.
                    _ if at == ".refused" && want.get(key).is_some() && got.get(key).is_some() => {}
                    (Some(want), Some(got)) => differences(want, got, &at, found),
                    (want, got) => found.push(format!("{at}: want {want:?}, got {got:?}")),
                }
            }
        }
        (Value::Array(want), Value::Array(got)) if want.len() == got.len() => {
            for (index, (want, got)) in want.iter().zip(got).enumerate() {
                differences(want, got, &format!("{at}[{index}]"), found);
            }
        }
        _ if want == got => {}
        _ => found.push(format!("{at}: want {want}, got {got}")),
    }
}

#[track_caller]
fn compare(files: &[PathBuf]) {
    let wanted = reference(files);
    assert_eq!(wanted.len(), files.len());
    let mut found = Vec::new();
    for (file, want) in files.iter().zip(&wanted) {
        differences(want, &ours(file), "", &mut found);
        if !found.is_empty() {
            let text = fs::read(file).expect("the file is there");
            let text = String::from_utf8_lossy(&text);
            panic!("{}:\n{}\n\n{text}", file.display(), found.join("\n"));
        }
    }
}

#[test]
fn fixtures_are_read_as_robot_framework_reads_them() {
    let folder = repository().join("tests/fixtures/robot");
    let entries = fs::read_dir(&folder).expect("the fixtures are there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    files.sort();
    assert!(files.len() > 20);
    compare(&files);
}

#[test]
fn fixtures_are_refused_by_name() {
    let folder = repository().join("tests/fixtures/robot");
    for entry in fs::read_dir(&folder).expect("the fixtures are there") {
        let file = entry.expect("it can be listed").path();
        let name = file.file_name().and_then(|name| name.to_str()).expect("names are UTF-8");
        assert_eq!(ours(&file).get("refused").is_some(), name.starts_with("refused_"), "{name}");
    }
}

#[test]
fn generated_suites_are_read_as_robot_framework_reads_them() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut runner = TestRunner::deterministic();
    let files: Vec<PathBuf> = (0..400)
        .map(|number| {
            let text = robot_texts::suite().new_tree(&mut runner).expect("there is always one").current();
            let ending = if number % 8 == 0 { "resource" } else { "robot" };
            let file = folder.path().join(format!("generated_{number}.{ending}"));
            fs::write(&file, text).expect("the folder can be written to");
            file
        })
        .collect();
    compare(&files);
}
