//! The walls of the house: who may depend on whom, and through which folder a foreign crate enters.
//!
//! Fails with file and line. What only tests do (`#[cfg(test)]`, `tests/`, `benches/`) is not held
//! to the rules; what our crates depend on is, whoever asks for it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

#[path = "architecture/rust_paths.rs"]
mod rust_paths;

use rust_paths::named_paths;

/// Our crates and which of ours each may import.
const CRATES: [(&str, &[&str]); 4] = [
    ("ccr-index", &[]),
    ("ccr-indexer", &["ccr-index"]),
    ("ccr-daemon", &["ccr-index"]),
    ("ccr", &["ccr-index", "ccr-indexer", "ccr-daemon"]),
];

/// A foreign path and the place (a folder, or a file of that name) that may name it; what stands here
/// twice may enter through either.
const DOORS: [(&str, &str); 49] = [
    ("anstream", "cli/src"),
    ("anstyle", "cli/src"),
    ("clap", "cli/src"),
    ("clap_complete", "cli/src"),
    ("indicatif", "cli/src"),
    ("std::env::args", "cli/src"),
    ("std::env::args_os", "cli/src"),
    ("std::env::var", "cli/src"),
    ("std::env::var_os", "cli/src"),
    // Which of the user's credential helpers the `git` program gets is said in the environment.
    ("std::env::var_os", "indexer/src/source/git"),
    ("std::env::vars", "cli/src"),
    ("std::env::vars_os", "cli/src"),
    ("std::io::stdin", "cli/src"),
    ("std::io::stdout", "cli/src"),
    ("std::io::stderr", "cli/src"),
    ("axum", "daemon/src"),
    ("rmcp", "daemon/src/mcp"),
    ("gix_hash", "indexer/src/source/git"),
    ("gix_object", "indexer/src/source/git"),
    ("gix_pack", "indexer/src/source/git"),
    ("gix_utils", "indexer/src/source/git"),
    ("gix_zlib", "indexer/src/source/git"),
    ("std::process::Command", "indexer/src/source/git"),
    // A command of the user's that prints a token for an embedding service.
    ("std::process::Command", "cli/src/embedder"),
    ("reqwest", "indexer/src/source/web"),
    ("reqwest", "indexer/src/source/git/inside"),
    ("flate2", "indexer/src/source/web"),
    ("httpdate", "indexer/src/source/web"),
    ("scraper", "indexer/src/source/web"),
    ("pulldown_cmark", "indexer/src/parse"),
    ("roxmltree", "indexer/src/parse/libspec"),
    ("html5ever", "indexer/src/parse/doc_format"),
    ("html5ever", "indexer/src/parse/page"),
    ("serde_saphyr", "indexer/src/yaml"),
    ("rusqlite", "index/src/store/local"),
    ("rusqlite", "index/src/embed/cache"),
    ("usearch", "index/src/vectors"),
    ("reqwest", "index/src/embed/service"),
    ("reqwest", "daemon/src/reference/requests"),
    ("tiktoken_rs", "index/src/embed/service"),
    ("safetensors", "index/src/embed"),
    ("ndarray", "index/src/embed/transformer"),
    ("matrixmultiply", "index/src/embed/transformer"),
    ("rustls", "index/src/embed/service"),
    ("rustls", "daemon/src"),
    ("rustls", "indexer/src/source/web"),
    ("rustls", "indexer/src/source/git/inside"),
    ("pulp", "index/src/vectors"),
    ("sqlx", "index/src/store/postgres"),
];

/// What has no file, clock, network or environment, and what would give it one.
const PURE: [&str; 3] = ["indexer/src/parse", "index/src/model", "index/src/platform"];
const IMPURE: [&str; 5] = ["std::env", "std::fs", "std::net", "std::process", "std::time"];

#[test]
fn each_crate_depends_only_on_what_it_may() {
    let metadata = cargo_metadata();
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().expect("cargo metadata lists packages") {
        let name = package["name"].as_str().expect("a package has a name");
        let Some((_, allowed)) = CRATES.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("`{name}` is not in the table of crates: say what it may import"));
            continue;
        };
        let manifest = Path::new(package["manifest_path"].as_str().expect("a package has a manifest"));
        let folder = relative(manifest.parent().expect("a manifest lies in a folder"));
        for dependency in package["dependencies"].as_array().expect("a package lists dependencies") {
            let wanted = dependency["name"].as_str().expect("a dependency has a name");
            let ours = CRATES.iter().any(|(known, _)| *known == wanted);
            let for_tests = dependency["kind"] == "dev";
            if ours && !allowed.contains(&wanted) {
                wrong.push(format!("{folder}/Cargo.toml: `{name}` must not depend on `{wanted}`"));
            }
            let doors = doors_of(&wanted.replace('-', "_"));
            let inside = doors.iter().any(|door| door.starts_with(&format!("{folder}/")));
            if !doors.is_empty() && !inside && !for_tests {
                let doors = doors.join("` or `");
                wrong.push(format!("{folder}/Cargo.toml: `{wanted}` enters only through `{doors}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn foreign_crates_enter_through_their_doors() {
    let files = source_files();
    assert!(files.len() > 5, "found only {} source files", files.len());
    let wrong: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let text = fs::read_to_string(file).expect("a source file is UTF-8 text");
            violations(&relative(file), &text)
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What a source file at `path` names that it must not, as `path:line: message`.
fn violations(path: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for named in named_paths(text).paths {
        for (foreign, _) in DOORS {
            let doors = doors_of(foreign);
            if names(&named.segments, foreign) && !doors.iter().any(|door| within(path, door)) {
                let doors = doors.join("` or `");
                wrong.push(format!("{path}:{}: `{foreign}` enters only through `{doors}`", named.line));
            }
        }
        for impure in IMPURE {
            if names(&named.segments, impure) && PURE.iter().any(|pure| within(path, pure)) {
                wrong.push(format!("{path}:{}: `{impure}` in what must be pure", named.line));
            }
        }
    }
    wrong.dedup();
    wrong
}

/// Whether a path in the source means `foreign` or something inside it: from its root, by a glob
/// above it, or as `env::var` after `use std::env`.
fn names(segments: &[String], foreign: &str) -> bool {
    let wanted: Vec<&str> = foreign.split("::").collect();
    let begins = |wanted: &[&str]| {
        segments.iter().zip(wanted).all(|(has, wants)| has == wants || has == "*")
            && (segments.len() >= wanted.len() || segments.last().is_some_and(|last| last == "*"))
    };
    begins(&wanted) || (wanted.len() > 2 && begins(&wanted[1..]))
}

/// Whether `path` is below the folder `place`, or is the module file `place.rs`.
fn within(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
}

fn doors_of(path: &str) -> Vec<&'static str> {
    DOORS.iter().filter(|(foreign, _)| *foreign == path).map(|(_, door)| *door).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace")
}

fn relative(path: &Path) -> String {
    let inside = path.strip_prefix(root()).expect("a path of the workspace");
    inside.to_string_lossy().replace('\\', "/")
}

fn cargo_metadata() -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

/// The sources of our crates without the modules that are only compiled for tests.
fn source_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for crate_folder in ["cli", "daemon", "index", "indexer"] {
        collect_rust_files(&root().join(crate_folder).join("src"), &mut files);
    }
    let mut only_for_tests = BTreeSet::new();
    for file in &files {
        let text = fs::read_to_string(file).expect("a source file is UTF-8 text");
        for module in named_paths(&text).test_modules {
            let beside = match file.file_stem().and_then(|stem| stem.to_str()) {
                Some("lib" | "main" | "mod") | None => file.with_file_name(module),
                Some(stem) => file.with_file_name(stem).join(module),
            };
            only_for_tests.insert(beside);
        }
    }
    files.retain(|file| !file.ancestors().any(|path| only_for_tests.contains(&path.with_extension(""))));
    files
}

fn collect_rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    // A crate that is not there yet has no sources.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a source folder can be read").path();
        if path.is_dir() {
            collect_rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
}

#[test]
fn the_check_sees_every_way_to_name_a_path() {
    #[track_caller]
    fn check(text: &str, expected: &[(usize, &str)]) {
        let wrong = violations("index/src/search/mod.rs", text);
        let begins = expected.iter().map(|(line, what)| format!("index/src/search/mod.rs:{line}: `{what}`"));
        let seen = wrong.iter().zip(begins).all(|(wrong, begin)| wrong.starts_with(&begin));
        assert!(seen && wrong.len() == expected.len(), "{text}\n{wrong:#?}");
    }
    check("use clap::Parser;", &[(1, "clap")]);
    check("\n\nuse gix_pack as git;", &[(3, "gix_pack")]);
    check("pub use ::axum;", &[(1, "axum")]);
    check("fn f(c: &rusqlite::Connection) {}", &[(1, "rusqlite")]);
    check("use std::{fs, process::{Command, Stdio}};", &[(1, "std::process::Command")]);
    check("use std::process;\nfn f() { process::Command::new(\"ls\"); }", &[(2, "std::process::Command")]);
    check("use std::process::*;", &[(1, "std::process::Command")]);
    check("fn f() { std::env::var(\"HOME\"); }", &[(1, "std::env::var")]);
    check("use clap_complete::Shell;", &[(1, "clap_complete")]);

    check("// use clap::Parser;\n/* gix_pack::Oid */ const A: &str = \"clap::Parser\";", &[]);
    check(
        "const A: &str = r#\"a \" gix_pack::Oid\"#; const B: char = '\"'; const C: &str = \"\\\" gix_pack::Oid\";",
        &[],
    );
    check("fn f<'a>(clap: &'a str) { clap.len(); env!(\"CARGO\"); }", &[]);
    check("#[cfg(test)]\nmod tests { use clap::Parser; }\nuse gix_pack::Oid;", &[(3, "gix_pack")]);
    check("use std::process::ExitCode; use std::env::temp_dir; use crate::clap_like::Thing;", &[]);
}

#[test]
fn a_door_is_a_folder_or_a_file_of_its_name() {
    let uses = |path: &str, text: &str| violations(path, text).len();
    assert_eq!(uses("index/src/store/local/schema.rs", "use rusqlite::Row;"), 0);
    assert_eq!(uses("index/src/store/local.rs", "use rusqlite::Row;"), 0);
    assert_eq!(uses("index/src/store/locale.rs", "use rusqlite::Row;"), 1);
    assert_eq!(uses("indexer/src/parse/robot.rs", "use std::fs;"), 1);
    assert_eq!(uses("indexer/src/source/folder.rs", "use std::fs;"), 0);
    assert_eq!(uses("indexer/src/source/git/command.rs", "use std::env; fn f() { env::var_os(\"A\"); }"), 0);
    assert_eq!(uses("indexer/src/source/web.rs", "use std::env; fn f() { env::var_os(\"A\"); }"), 1);
}
