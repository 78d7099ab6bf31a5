//! Our reading of Robot Framework's markup against `robot.utils.html_format`: the documentation of the
//! standard libraries, and texts made of the pieces that the markup has.
//!
//! Needs Python with robotframework 7.5 (`CCR_ROBOT_PYTHON`, else `python3`), and fails without.

use std::env;
use std::io::Write as _;
use std::process::{Command, Stdio};

use ccr_indexer::parse::doc_format::{DocFormat, render};
use serde_json::Value;

/// Reads a JSON list of texts, and writes the list of their HTML: what Libdoc makes of each, names
/// between backticks shown as code, without a table of contents.
const REFERENCE: &str = "import json, re, sys\n\
from robot.utils import html_format\n\
html = [html_format(text).replace('<p>%TOC%</p>', '') for text in json.load(sys.stdin)]\n\
json.dump([re.sub('`(.+?)`', r'<code>\\1</code>', text) for text in html], sys.stdout)\n";

fn reference(texts: &[String]) -> Vec<String> {
    let python = env::var_os("CCR_ROBOT_PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(&python);
    command.args(["-c", REFERENCE]).env("PYTHONDONTWRITEBYTECODE", "1");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("could not run `{}`: {error}", python.display()));
    let json = serde_json::to_string(texts).expect("texts have a JSON form");
    let mut input = child.stdin.take().expect("the input is a pipe");
    let written = std::thread::spawn(move || input.write_all(json.as_bytes()));
    let output = child.wait_with_output().expect("Python ends");
    assert!(output.status.success(), "is robotframework installed?");
    written.join().expect("the writer does not panic").expect("Python reads");
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

/// Both through the same cleaning: what is compared is what can be shown.
#[track_caller]
fn compare(texts: &[String]) {
    let mut wrong = Vec::new();
    for (text, expected) in texts.iter().zip(reference(texts)) {
        let expected = render(&expected, DocFormat::Html);
        let got = render(text, DocFormat::Robot);
        if got != expected {
            wrong.push(format!("{text:?}\n  want {:?}\n  got  {:?}", expected.html, got.html));
        }
    }
    let shown = wrong.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {}:\n{shown}", wrong.len(), texts.len());
}

/// Every text of a JSON value that is a documentation.
fn documentations(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name.to_lowercase().contains("doc") => found.push(text.clone()),
                    member => documentations(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| documentations(item, found)),
        _ => {}
    }
}

#[test]
fn documentation_of_the_standard_libraries() {
    let mut texts = Vec::new();
    for line in include_str!("../data/standard_libraries.jsonl").lines() {
        documentations(&serde_json::from_str(line).expect("a spec is JSON"), &mut texts);
    }
    assert!(texts.len() > 1000);
    compare(&texts);
}

#[test]
fn texts_of_pieces() {
    let pieces = [
        "*",
        "_",
        "``",
        "`",
        " ",
        " ",
        " ",
        "  ",
        "\n",
        "\n",
        "\n\n",
        "| ",
        " |",
        "|",
        "- ",
        "= ",
        " =",
        "==",
        "---",
        "a",
        "b c",
        "bold",
        "é",
        "x_y",
        "(",
        ")",
        "\"",
        "'",
        ".",
        ",",
        ":",
        "!",
        "?",
        ";",
        "[",
        "]",
        "{",
        "}",
        "http://e.org",
        "https://e.org/a.png",
        "://",
        "mailto:x",
        "%TOC%",
        "<",
        ">",
        "&",
        "&amp;",
        "data:image/png;a",
        "[a|b]",
        "[x.png|y]",
        "[y|x.PNG]",
        "[|]",
        "\t",
        "\r\n",
        "\u{a0}",
        "\u{2028}",
        "\u{1c}",
        "..",
        "*a*",
        "_b_",
        "``c``",
        "| a | b |",
        "|  |",
        "=a=",
        "- item",
        "  more",
    ];
    // The same texts every time: a linear congruential generator.
    let mut state: u64 = 20_261_120;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let text = |next: &mut dyn FnMut(usize) -> usize| -> String {
        let length = next(24);
        (0..length).map(|_| pieces[next(pieces.len())]).collect()
    };
    let texts: Vec<String> = (0..20_000).map(|_| text(&mut next)).collect();
    compare(&texts);
}
