//! The tokens of the built-in model against those of the Python package `tokenizers` with the same
//! vocabulary, over every character and over texts put together at random.
//!
//! Needs Python with tokenizers (`CCR_TOKENIZERS_PYTHON`, else what `dev/embedding-model` installs),
//! and fails without.

use std::collections::BTreeMap;
use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ccr_index::embed::StaticModel;

/// What texts are put together of.
const PARTS: [&str; 48] = [
    "pod",
    "Pod",
    "restarting",
    "CrashLoopBackOff",
    "kubectl",
    "${VAR}",
    "@{list}",
    "a_b",
    "x-y-z",
    "5xx",
    "k8s",
    "10.0.0.1",
    "unaffable",
    "tokenization",
    "##ing",
    "##",
    "[UNK]",
    "[SEP]",
    "[CLS]",
    "[unused0]",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\u{a0}",
    "\u{3000}",
    "\u{200b}",
    "\u{200d}",
    "\u{feff}",
    "\u{0}",
    "\u{fffd}",
    "é",
    "e\u{301}",
    "\u{301}",
    "\u{302e}\u{301}",
    "Ä",
    "ß",
    "ẞ",
    "İ",
    "ǅ",
    "ﬁ",
    "漢字",
    "カﾞ",
    "한국어",
    "नमस्ते",
    "🚀",
    "👩‍💻",
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate stands in the workspace").to_owned()
}

/// The tokens of each text, by the reference.
fn reference(texts: &[String]) -> Vec<Vec<String>> {
    let installed = || repository().join("target/embedding-model/python").into_os_string();
    let python = env::var_os("CCR_TOKENIZERS_PYTHON").unwrap_or_else(installed);
    let mut child = Command::new(&python)
        .arg(repository().join("dev/tokenizer_reference.py"))
        .arg(repository().join("models/static/ccr-static.safetensors"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("could not run `{}`, see dev/embedding-model: {error}", python.display())
        });
    let question = serde_json::to_vec(texts).expect("texts have a JSON form");
    let mut stdin = child.stdin.take().expect("it is a pipe");
    // The script reads all of it before it writes.
    stdin.write_all(&question).expect("the script reads");
    drop(stdin);
    let output = child.wait_with_output().expect("the script ends");
    assert!(
        output.status.success(),
        "the reference failed: is tokenizers installed? see dev/embedding-model"
    );
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

/// Characters inside of a word and behind one, many of them in a text: all of the planes in which
/// characters are assigned, and the first of the others.
fn every_character() -> impl Iterator<Item = String> {
    let characters: Vec<char> =
        ('\0'..'\u{34000}').chain('\u{e0000}'..'\u{e0200}').chain('\u{f0000}'..'\u{f0100}').collect();
    let in_a_word = |character: &char| format!("a{character}b {character} E{character}\u{301} ");
    let texts: Vec<String> =
        characters.chunks(128).map(|some| some.iter().map(in_a_word).collect()).collect();
    texts.into_iter()
}

/// Texts of random parts; the same ones in every run.
fn mixtures(count: usize) -> impl Iterator<Item = String> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = move |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).expect("31 bits") % bound
    };
    (0..count).map(move |_| {
        let parts = 1 + below(40);
        (0..parts).map(|_| PARTS[below(PARTS.len())]).collect()
    })
}

fn lengths() -> impl Iterator<Item = String> {
    [99, 100, 101, 10_000]
        .into_iter()
        .flat_map(|length| ["a", "é", "e\u{301}"].map(|letter| letter.repeat(length)))
}

#[test]
fn tokens_are_those_of_the_reference() {
    let texts: Vec<String> = lengths().chain(mixtures(4_000)).chain(every_character()).collect();
    let expected = reference(&texts);
    assert_eq!(expected.len(), texts.len());
    let model = StaticModel::built_in();
    let mut wrong = BTreeMap::new();
    for (text, expected) in texts.iter().zip(expected) {
        let ours = model.tokens(text);
        if ours != expected {
            wrong.insert(text, (expected.join(" "), ours.join(" ")));
        }
    }
    let shown: Vec<_> = wrong.iter().take(5).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} texts, such as (expected, ours): {shown:#?}",
        wrong.len(),
        texts.len()
    );
}
