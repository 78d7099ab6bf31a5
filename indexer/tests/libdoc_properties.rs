//! What holds for every file: no panic, no overflow, an end.

use std::time::{Duration, Instant};

use ccr_index::model::{Keyword, Library};
use ccr_indexer::library::{Repository, Snapshot, document, find};
use ccr_indexer::parse::{python, robot};
use proptest::prelude::*;

/// Documents one file as it stands and finds the libraries of a repository that holds it.
fn read(text: &str) -> usize {
    let snapshot = Snapshot::new([("Library.py", text.as_bytes())]);
    let parsed = document("Library.py", &snapshot).expect("a thread");
    let lines = u32::try_from(text.len() + 2).unwrap_or(u32::MAX);
    for keyword in &parsed.value.keywords {
        assert!(keyword.lineno.is_some_and(|line| line >= 1 && line < lines), "{keyword:?}");
        assert!(!keyword.name.is_empty());
    }
    let libraries =
        found(&[("libraries/Library.py", text), ("a.robot", "*** Settings ***\nLibrary    Library\n")]);
    for library in &libraries {
        let json = serde_json::to_string(library).expect("it has a JSON form");
        assert_eq!(serde_json::from_str::<Library>(&json).expect("it can be read"), *library);
    }
    parsed.value.keywords.len()
}

fn found(files: &[(&str, &str)]) -> Vec<Library> {
    let files: Vec<_> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let suites = files.iter().filter(|(path, _)| path.ends_with(".robot"));
    let imports: Vec<_> = suites
        .flat_map(|(path, bytes)| {
            let suite = robot::parse_suite(&String::from_utf8_lossy(bytes), path).value;
            suite.resource.imports.into_iter().map(|import| (path.clone(), import))
        })
        .collect();
    find("c", &Repository::new([], &files), &imports).expect("a thread").libraries
}

#[track_caller]
fn in_time(job: impl FnOnce()) {
    let start = Instant::now();
    job();
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

const PIECES: &str = "(def |class |async def |lambda |@keyword|@library|@property|return |import |from |\\*|\\(|\\)|\\[|\\]|\
                      \\{|\\}|:|,|=|\\.|->|\\||\"|'|\"\"\"|f'|x|y|self|A|B|int|str|None|1|2\\.5|\\+|-|\n|\n    |\n        |#| ){0,120}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_read(text in "\\PC*", pieces in PIECES) {
        read(&text);
        read(&pieces);
        read(&format!("class Library:\n    {pieces}"));
        read(&format!("def keyword(a: {pieces} = 1):\n    pass"));
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        python::parse(&bytes);
    }
}

#[test]
fn deep_files_are_refused_and_not_feared() {
    let pieces =
        ["[", "-", "not ", "f(", "lambda: ", "1+", "x.", "{1: ", "a if b else ", "x()", "(", "if x:\n "];
    for piece in pieces {
        in_time(|| {
            read(&format!("def keyword(a={}):\n    pass\n", piece.repeat(100_000)));
            read(&piece.repeat(200_000));
            // Just below the bound.
            read(&format!("def keyword(a={}):\n    pass\n", piece.repeat(4_000)));
        });
    }
    in_time(|| {
        let nested: String =
            (0..2_000).map(|depth| format!("{}class A{depth}:\n", " ".repeat(depth))).collect();
        read(&nested);
    });
}

#[test]
fn large_files_end() {
    in_time(|| {
        read(&format!("def keyword(a={}):\n    pass\n", "9".repeat(1_000_000)));
        read(&format!("X = '{}'\ndef keyword(a=X * 1000000):\n    pass\n", "x".repeat(100_000)));
        read(&"def keyword(a):\n    '''Doc.'''\n".repeat(20_000));
    });
    in_time(|| {
        let doubling: String = (1..200).map(|n| format!("X{n} = X{} + X{}\n", n - 1, n - 1)).collect();
        read(&format!("X0 = ['x']\n{doubling}def keyword(a=X199):\n    pass\n"));
        read(&format!("{}def keyword(a=X):\n    pass\n", "X = X + 1\nX += X\n".repeat(20_000)));
    });
    assert_eq!(read(&"#".repeat(python::MAX_BYTES + 1)), 0);
}

#[test]
fn cycles_end() {
    in_time(|| {
        read("class Library(Library):\n    def one(self): pass\n");
        read("class A(B): pass\nclass B(A): pass\nclass Library(A, B):\n    def one(self): pass\n");
        read("X: 'X'\nX = list['X']\ndef keyword(a: X, b: 'X'): pass\n");
        read("A = B\nB = A\ndef keyword(a: A = B): pass\nfrom Library import *\n");
        let chain: String = (1..5_000).map(|n| format!("class C{n}(C{}): pass\n", n - 1)).collect();
        read(&format!("class C0:\n    def one(self): pass\n{chain}class Library(C4999): pass\n"));
        let bases = "A, ".repeat(20_000);
        read(&format!("class A: pass\nclass Library({bases}): pass\n"));
        found(&[
            ("libraries/A.py", "from B import *\nfrom B import x\ndef a(): pass\n"),
            ("libraries/B.py", "from C import *\nfrom A import x\ndef b(): pass\n"),
            ("libraries/C.py", "from A import *\nfrom . import C\nfrom .. import C\nimport A, B, C\n"),
        ]);
    });
}

#[test]
fn libraries_of_a_repository() {
    let libraries = found(&[
        ("libraries/RW/__init__.py", ""),
        ("libraries/RW/CLI/__init__.py", "from .CLI import *\nfrom .cli_utils import helper\n"),
        ("libraries/RW/CLI/CLI.py", "def run_cli(cmd):\n    '''Runs.'''\n"),
        ("libraries/RW/CLI/cli_utils.py", "def helper(): pass\ndef other(): pass\n"),
        ("libraries/RW/CLI/_test_cli.py", "def test_it(): pass\n"),
        (
            "libraries/RW/Jira.py",
            "class Jira:\n    ROBOT_LIBRARY_SCOPE = 'GLOBAL'\n    def open_issue(self): pass\n",
        ),
        ("libraries/RW/Log/__init__.py", "from .tracebacks import Extract\n"),
        ("libraries/RW/Log/tracebacks.py", "class Extract:\n    def find(self): pass\n"),
        ("libraries/RW/robot_tests/test_x.py", "def x(): pass\n"),
        ("libraries/RW/common.resource", "*** Keywords ***\nShared\n    No Operation\n"),
        (
            "codebundles/b/runbook.robot",
            "*** Settings ***\nLibrary    RW.CLI\nLibrary    RW.Log.Extract\nLibrary    ./own.py\n",
        ),
        ("codebundles/b/own.py", "def own(): pass\n"),
    ]);
    let names: Vec<_> =
        libraries.iter().map(|library| (library.name.as_str(), library.path.as_str())).collect();
    assert_eq!(
        names,
        [
            ("RW.CLI", "libraries/RW/CLI/__init__.py"),
            ("RW.CLI.cli_utils", "libraries/RW/CLI/cli_utils.py"),
            ("RW.Jira", "libraries/RW/Jira.py"),
            ("RW.Log.Extract", "libraries/RW/Log/tracebacks.py"),
            ("codebundles/b/own.py", "codebundles/b/own.py"),
            ("libraries/RW/common.resource", "libraries/RW/common.resource"),
        ]
    );
    let keywords = |library: &Library| -> Vec<(String, String, String)> {
        let place = |each: &Keyword| (each.id.clone(), each.path.clone(), each.symbol.clone());
        library.keywords.iter().map(place).collect()
    };
    let place = |id: &str, path: &str, symbol: &str| (id.to_owned(), path.to_owned(), symbol.to_owned());
    assert_eq!(
        keywords(&libraries[0]),
        [
            place("c/RW.CLI#Helper", "libraries/RW/CLI/cli_utils.py", "helper"),
            place("c/RW.CLI#Run Cli", "libraries/RW/CLI/CLI.py", "run_cli"),
        ]
    );
    // Of a module that serves others only what no library before it has.
    assert_eq!(
        keywords(&libraries[1]),
        [place("c/RW.CLI.cli_utils#Other", "libraries/RW/CLI/cli_utils.py", "other")]
    );
    assert_eq!(libraries[1].unsure_keywords, ["helper"]);
    let symbols: Vec<_> = libraries.iter().map(|library| library.symbol.as_str()).collect();
    assert_eq!(symbols, ["", "", "Jira", "Extract", "", ""]);
}
