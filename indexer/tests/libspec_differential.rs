//! Our reading of Libdoc's specs against Robot Framework's own: specs of every version, and what
//! Libdoc writes of the standard libraries as JSON and XML.
//!
//! Needs Python with robotframework 7.5 (`CCR_ROBOT_PYTHON`, else `python3`), and fails without.

use std::fs;

use ccr_indexer::parse::libspec::{self, is_libspec};
use serde_json::Value;

mod robot_python;

use robot_python::{python, repository};

const LIBRARIES: [&str; 10] = [
    "BuiltIn",
    "Collections",
    "DateTime",
    "Dialogs",
    "OperatingSystem",
    "Process",
    "Screenshot",
    "String",
    "Telnet",
    "XML",
];

/// What Libdoc prints of each spec or library, as text.
fn reference(paths: &[&str]) -> Vec<String> {
    let script = repository().join("dev/libdoc_reference.py");
    let script = script.to_str().expect("paths of the tests are UTF-8");
    let lines = python(&[&[script], paths].concat());
    lines.lines().map(str::to_owned).collect()
}

#[track_caller]
fn check(name: &str, text: &str, expected: &str) {
    assert!(is_libspec(text.as_bytes()), "{name}");
    let parsed = libspec::parse(text);
    assert_eq!(parsed.problems, [], "{name}");
    let got = serde_json::to_value(parsed.value.expect("it is a spec")).expect("it has a JSON form");
    let expected: Value = serde_json::from_str(expected).expect("the script prints JSON");
    for (key, value) in expected.as_object().expect("a spec is an object") {
        match (value.as_array(), got[key].as_array()) {
            (Some(wants), Some(gots)) => {
                assert_eq!(wants.len(), gots.len(), "{name}: {key}");
                for (want, got) in wants.iter().zip(gots) {
                    assert_eq!(got, want, "{name}: {key}");
                }
            }
            _ => assert_eq!(got[key], *value, "{name}: {key}"),
        }
    }
    assert_eq!(got, expected, "{name}");
}

#[test]
fn specs_of_every_version() {
    let folder = repository().join("tests/fixtures/libspec");
    let entries = fs::read_dir(&folder).expect("the fixtures are there");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    let mut paths: Vec<String> =
        paths.map(|path| path.to_str().expect("names are UTF-8").to_owned()).collect();
    paths.retain(|path| path.contains("/version-"));
    paths.sort();
    assert!(paths.len() >= 5);
    let expected = reference(&paths.iter().map(String::as_str).collect::<Vec<_>>());
    for (path, expected) in paths.iter().zip(expected) {
        check(path, &fs::read_to_string(path).expect("a fixture is UTF-8"), &expected);
    }
}

#[test]
fn json_of_the_standard_libraries() {
    for (name, expected) in LIBRARIES.iter().zip(reference(&LIBRARIES)) {
        check(name, &expected, &expected);
    }
}

#[test]
fn xml_of_the_standard_libraries() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let paths = LIBRARIES.map(|name| folder.path().join(format!("{name}.libspec")).display().to_string());
    let script = "import sys\n\
                  from robot.libdoc import LibraryDocumentation\n\
                  for path in sys.argv[1:]:\n    \
                      name = path.rsplit('/', 1)[1].split('.')[0]\n    \
                      LibraryDocumentation(name).save(path, 'XML')\n";
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    python(&[&["-c", script][..], &paths].concat());
    for (path, expected) in paths.iter().zip(reference(&paths)) {
        check(path, &fs::read_to_string(path).expect("Libdoc writes UTF-8"), &expected);
    }
}

#[test]
fn the_compiled_in_specs_are_those_of_the_pinned_version() {
    let kept = repository().join("indexer/data/standard_libraries.jsonl");
    let kept = fs::read_to_string(kept).expect("the specs lie in the repository");
    assert_eq!(kept.lines().count(), LIBRARIES.len());
    for (kept, expected) in kept.lines().zip(reference(&LIBRARIES)) {
        // Texts that depend on the version of Python are not compared: keywords and arguments are.
        let names = |text: &str| -> Vec<(Value, usize)> {
            let spec: Value = serde_json::from_str(text).expect("a spec is JSON");
            let keywords = spec["keywords"].as_array().expect("a spec lists keywords");
            keywords
                .iter()
                .map(|each| (each["name"].clone(), each["args"].as_array().map_or(0, Vec::len)))
                .collect()
        };
        assert_eq!(names(kept), names(&expected), "run dev/standard-libraries");
    }
}
