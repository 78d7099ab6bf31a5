//! Random suite files that are full of what Robot Framework treats specially.

use proptest::prelude::*;
use proptest::sample::select;

const HEADERS: &[&str] = &[
    "*** Settings ***",
    "*** Variables ***",
    "*** Test Cases ***",
    "*** Test Cases ***    extra    cells",
    "*** Keywords ***",
    "*** Comments ***",
    "*** Setting ***",
    "* test case",
    "***Keyword***",
    "*** Unknown ***",
    "*** Asetukset ***",
];

const SETTINGS: &[&str] = &[
    "Documentation",
    "Metadata",
    "Name",
    "Suite Setup",
    "Test Teardown",
    "Test Template",
    "Test Timeout",
    "Test Tags",
    "Default Tags",
    "Keyword Tags",
    "Library",
    "Resource",
    "Variables",
    "force tags",
    "Task Setup",
    "Librari",
    "Template",
];

const MARKERS: &[&str] = &[
    "FOR",
    "WHILE",
    "TRY",
    "EXCEPT",
    "FINALLY",
    "GROUP",
    "IF",
    "ELSE",
    "ELSE IF",
    "END",
    "END",
    "END",
    "VAR",
    "RETURN",
    "BREAK",
    "CONTINUE",
    "[Documentation]",
    "[Tags]",
    "[Setup]",
    "[Template]",
    "[Timeout]",
    "[Arguments]",
    "[Return]",
    "[Metadata]",
    "[tags ]",
    "[Tagz]",
    "[]",
    "Log",
];

const CELLS: &[&str] = &[
    "Log",
    "x",
    "${a}",
    "@{b}",
    "&{c}",
    "${a} =",
    "${a}[0]",
    "${x: int}",
    "${y: bad}",
    "&{z: str=list[int]}",
    "${a${b}}",
    "${open",
    "\\${x}",
    "a=b",
    "scope=TEST",
    "separator=,",
    "limit=3",
    "on_limit=PASS",
    "mode=STRICT",
    "mode=odd",
    "fill=x",
    "start=1",
    "type=GLOB",
    "type=odd",
    "AS",
    "WITH NAME",
    "IN",
    "IN RANGE",
    "IN ENUMERATE",
    "IN ZIP",
    "IF",
    "ELSE",
    "ELSE IF",
    "END",
    "GROUP",
    "NONE",
    "none",
    "tag",
    "Tag 2",
    "tag_2",
    "-tag",
    "-t*",
    "-aORb",
    "${CURDIR}/x",
    "\\",
    "a\\",
    "a\\\\n",
    "# comment",
    "...",
    "*",
    "Name ${x} more",
    "%{ENV}",
    "é",
    "日本",
    "ß",
    "",
    "a\u{a0}b",
    "\u{3000}",
    "'quoted\"",
    "@{}",
    "${}",
];

const SEPARATORS: &[&str] =
    &["    ", "    ", "    ", "  ", "\t", " \t ", " | ", "\u{a0}\u{2003}", "\n    ...    "];

const INDENTS: &[&str] = &["    ", "    ", "    ", "\t", "", " ", "| | ", "    ...    "];

const LINE_ENDS: &[&str] = &["\n", "\n", "\n", "\n", "\r\n", "\n\n", "\u{2028}", "\n    # comment\n"];

fn cells() -> impl Strategy<Value = String> {
    (select(SEPARATORS), prop::collection::vec(select(CELLS), 0..5))
        .prop_map(|(separator, cells)| cells.iter().map(|cell| format!("{separator}{cell}")).collect())
}

fn line() -> impl Strategy<Value = String> {
    let start = prop_oneof![
        1 => select(HEADERS).prop_map(str::to_owned),
        2 => select(SETTINGS).prop_map(str::to_owned),
        2 => select(CELLS).prop_map(str::to_owned),
        9 => (select(INDENTS), select(MARKERS)).prop_map(|(indent, marker)| format!("{indent}{marker}")),
        4 => (select(INDENTS), select(CELLS)).prop_map(|(indent, cell)| format!("{indent}{cell}")),
    ];
    (start, cells(), select(LINE_ENDS)).prop_map(|(start, cells, end)| format!("{start}{cells}{end}"))
}

/// A suite file of any shape.
pub(crate) fn suite() -> impl Strategy<Value = String> {
    let start =
        select(&["", "*** Settings ***\n", "*** Test Cases ***\nT\n", "Language: fi\n", "\u{feff}"][..]);
    let end = select(&["", "*** Test Cases ***\nLast\n    Log    x", "*** Keywords ***\nK\n    RETURN"][..]);
    (start, prop::collection::vec(line(), 0..40), end)
        .prop_map(|(start, lines, end)| format!("{start}{}{end}", lines.concat()))
}
