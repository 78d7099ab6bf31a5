//! Our reading of libraries against Libdoc itself: our own fixtures and Robot Framework's standard
//! libraries.
//!
//! Needs Python with robotframework 7.5 (`CCR_ROBOT_PYTHON`, else `python3`), and fails without.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use ccr_indexer::library::{Files, document, document_resource};
use ccr_indexer::parse::robot;
use serde_json::Value;

mod robot_python;

use robot_python::{python, repository};

struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        fs::read(path).ok().map(Cow::Owned)
    }

    fn is_file(&self, path: &str) -> bool {
        Path::new(path).is_file()
    }

    fn is_folder(&self, path: &str) -> bool {
        Path::new(path).is_dir()
    }
}

/// What Libdoc prints of each library, given by name or path.
fn reference(libraries: &[&str]) -> Vec<Value> {
    let script = repository().join("dev/libdoc_reference.py");
    let script = script.to_str().expect("paths of the tests are UTF-8");
    let lines = python(&[&[script], libraries].concat());
    lines.lines().map(|line| serde_json::from_str(line).expect("the script prints JSON")).collect()
}

/// What we print of a file.
fn ours(path: &str) -> Value {
    let spec = match path.strip_suffix(".resource") {
        Some(name) => {
            let bytes = fs::read(path).expect("the file is there");
            let text = robot::decode(&bytes).expect("it is a text");
            let name = name.rsplit('/').next().unwrap_or(name);
            document_resource(name, &robot::parse_resource(text).value)
        }
        None => document(path, &Disk).expect("a thread").value,
    };
    serde_json::to_value(spec).expect("every spec has a JSON form")
}

/// Says where two values differ.
fn differences(want: &Value, got: &Value, at: &str, found: &mut Vec<String>) {
    match (want, got) {
        (Value::Object(want), Value::Object(got)) => {
            for key in want.keys().chain(got.keys().filter(|key| !want.contains_key(*key))) {
                let (want, got) =
                    (want.get(key).unwrap_or(&Value::Null), got.get(key).unwrap_or(&Value::Null));
                differences(want, got, &format!("{at}.{key}"), found);
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

#[test]
fn fixtures_are_printed_as_libdoc_prints_them() {
    let folder = repository().join("tests/fixtures/libraries");
    let entries = fs::read_dir(&folder).expect("the fixtures are there");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    let mut paths: Vec<String> =
        paths.map(|path| path.to_str().expect("names are UTF-8").to_owned()).collect();
    paths.retain(|path| [".py", ".resource", "Package"].iter().any(|end| path.ends_with(end)));
    paths.sort();
    assert!(paths.len() > 5);
    let wanted = reference(&paths.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(wanted.len(), paths.len());
    for (path, want) in paths.iter().zip(&wanted) {
        let mut found = Vec::new();
        differences(want, &ours(path), "", &mut found);
        assert!(found.is_empty(), "{path}:\n{}", found.join("\n"));
    }
}

#[test]
fn standard_libraries_are_printed_as_libdoc_prints_them() {
    let home = python(&["-c", "import os, robot.libraries as l; print(os.path.dirname(l.__file__))"]);
    let names = [
        "BuiltIn",
        "Collections",
        "DateTime",
        "Dialogs",
        "OperatingSystem",
        "Process",
        "Screenshot",
        "String",
        "XML",
    ];
    let (mut same, mut all) = (0, 0);
    let mut found = Vec::new();
    for (name, want) in names.iter().zip(reference(&names)) {
        let got = ours(&format!("{}/{name}.py", home.trim()));
        let got = got["keywords"].as_array().expect("we list keywords");
        for keyword in want["keywords"].as_array().expect("Libdoc lists keywords") {
            let ours = got.iter().find(|each| each["name"] == keyword["name"]).unwrap_or(&Value::Null);
            let before = found.len();
            differences(keyword, ours, &format!("{name}.{}", keyword["name"]), &mut found);
            all += 1;
            same += usize::from(found.len() == before);
        }
    }
    // Some texts depend on the version of Python and on what is installed beside it.
    assert!(all > 250 && same * 100 >= all * 97, "{same} of {all}\n{}", found.join("\n"));
}
