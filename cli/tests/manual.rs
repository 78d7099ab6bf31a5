//! `docs/cli.md` is true: its examples are run, and it names every flag that there is.
//!
//! After a change of what the program prints, `TRYCMD=overwrite cargo test -p ccr --test manual`
//! writes the new output into the manual; read the difference before you commit it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Commands whose flags the manual must name.
const COMMANDS: [&str; 19] = [
    "init",
    "index",
    "search",
    "show",
    "list",
    "parse",
    "status",
    "problems",
    "verify",
    "eval",
    "mcp",
    "sources check",
    "serve",
    "token create",
    "token list",
    "token revoke",
    "migrate",
    "copy",
    "completions",
];

/// Runs every `console` block, one after the other, in a folder that holds `examples/` and the files
/// that the manual shows: the YAML blocks whose first line is a comment with a file name.
#[test]
fn the_examples_are_what_the_program_prints() {
    let sandbox = tempfile::tempdir().expect("a temporary folder");
    // trycmd runs the examples of `cli.md` in the folder `cli.in` beside it.
    let manual = sandbox.path().join("cli.md");
    let folder = sandbox.path().join("cli.in");
    symlink(root().join("docs/cli.md"), &manual).expect("a link to the manual");
    copy(&root().join("examples"), &folder.join("examples"));
    for (name, text) in shown_files(&read_manual()) {
        fs::write(folder.join(name), text).expect("a file that the manual shows");
    }
    // What the developer's own environment says must not count.
    trycmd::TestCases::new()
        .env("CCR_DATA_DIR", "data")
        .env("CCR_SOURCES", "sources.yaml")
        .case(manual.to_str().expect("a temporary path is UTF-8"))
        .run();
}

#[test]
fn every_flag_is_in_the_manual() {
    let manual = read_manual();
    let mut missing = BTreeSet::new();
    for command in COMMANDS {
        let output = Command::new(env!("CARGO_BIN_EXE_ccr"))
            .args(command.split(' '))
            .arg("--help")
            .output()
            .expect("the program can be started");
        let help = String::from_utf8(output.stdout).expect("help is UTF-8 text");
        let begins_flag =
            |line: &str| line.trim_start().starts_with('-') && !line.trim_start().starts_with("- ");
        let flags = help.lines().filter(|line| begins_flag(line)).flat_map(str::split_whitespace);
        for flag in flags.filter(|word| word.starts_with("--")) {
            let flag = flag.trim_end_matches(',');
            if !manual.contains(&format!("`{flag}")) {
                missing.insert(format!("`{flag}` of `ccr {command}`"));
            }
        }
        if !manual.contains(&format!("\n## ccr {command}")) {
            missing.insert(format!("a section on `ccr {command}`"));
        }
    }
    assert!(missing.is_empty(), "docs/cli.md does not name: {missing:#?}");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_owned()
}

fn read_manual() -> String {
    fs::read_to_string(root().join("docs/cli.md")).expect("the manual can be read")
}

/// Name and text of each YAML block that begins with `# NAME.yaml`. The comment is part of the text,
/// so that line numbers are those that people see.
fn shown_files(manual: &str) -> Vec<(&str, &str)> {
    let blocks = manual.split("\n```yaml\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0));
    blocks
        .filter_map(|text| {
            let name = text.lines().next()?.strip_prefix("# ")?;
            name.ends_with(".yaml").then_some((name, text))
        })
        .collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder in the sandbox");
    for entry in fs::read_dir(from).expect("the examples can be listed") {
        let entry = entry.expect("the examples can be listed");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("an example has a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("an example can be copied");
        }
    }
}
