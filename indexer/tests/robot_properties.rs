//! What holds for every text: no panic, no overflow, no more than linear time.

mod robot_texts;

use ccr_indexer::parse::robot::{Refusal, decode, parse_resource, parse_suite, parse_suite_in};
use proptest::prelude::*;

/// Parses in every way and walks through the result; gives the size of its JSON.
fn parse(text: &str) -> usize {
    let suite = parse_suite(text, "some_name.robot");
    let calls = suite.value.calls().count();
    let lines = text.chars().count() + 1;
    assert!(calls < 100 * lines + 100_000, "{calls} calls");
    for problem in &suite.problems {
        assert!(problem.line.is_some_and(|line| line >= 1 && line as usize <= lines), "{problem:?}");
        assert!(!problem.message.is_empty());
    }
    let resource = parse_resource(text);
    let json = serde_json::to_vec(&resource.value).expect("every model has a JSON form");
    json.len() + serde_json::to_vec(&suite.value).expect("every model has a JSON form").len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn suites_are_parsed(text in robot_texts::suite()) {
        parse(&text);
    }

    #[test]
    fn any_text_is_parsed(text in "\\PC*", lines in "([*\\[\\]|.#$@&{}=\\\\ \t\n-]|FOR|IF|ELSE|END|TRY){0,200}") {
        parse(&text);
        parse(&lines);
        parse(&format!("*** Test Cases ***\n{lines}"));
        parse(&format!("*** Keywords ***\n{lines}\n{text}"));
        parse(&format!("*** Settings ***\n{lines}\n*** Variables ***\n{lines}"));
    }

    #[test]
    fn any_bytes_are_decoded(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(text) = decode(&bytes) {
            parse(text);
        }
    }

    #[test]
    fn line_ends_make_no_difference(text in robot_texts::suite()) {
        let unix = text.replace("\r\n", "\n");
        let windows = unix.replace('\n', "\r\n");
        prop_assert_eq!(parse_suite(&unix, "a.robot"), parse_suite(&windows, "a.robot"));
    }

    #[test]
    fn the_directory_changes_nothing_else(text in robot_texts::suite()) {
        let text = text.replace("${CURDIR}", "dir");
        prop_assert_eq!(parse_suite(&text, "a.robot"), parse_suite_in(&text, "a.robot", "/d"));
    }
}

/// Each of these would take very long if anything in it took the square of its size, or overflow
/// the stack if blocks were followed to any depth. The size of the result is held as well.
#[test]
fn large_inputs_take_linear_work() {
    const MANY: usize = 20_000;
    let test = |body: String| format!("*** Test Cases ***\nT\n{body}");
    let rows = |row: &str| row.repeat(MANY);
    let one_line = |cell: &str| cell.repeat(MANY);
    let tags = |mark: &str| (0..MANY).map(|n| format!("    {mark}{n}")).collect::<String>();
    let texts = [
        test("    IF    1\n".repeat(100_000)),
        test(rows("    FOR    ${x}    IN    1\n") + &rows("    END\n")),
        test(rows("    TRY\n") + &rows("    EXCEPT\n        WHILE    1\n")),
        test(rows("    IF    1    GROUP    x\n")),
        test(rows("    IF    1    IF    2    x\n")),
        test(format!("    IF    1\n{}    END\n", rows("    ELSE IF    2\n    ELSE\n"))),
        test(format!("    TRY\n{}", rows("    EXCEPT    a\n    FINALLY\n    ELSE\n"))),
        test(format!("    {}IF    1    a{}", one_line("${x}    "), one_line("    ELSE IF    1    b"))),
        test(format!("    [Tags]{}", tags("-t"))),
        format!("*** Settings ***\nTest Tags{}\n*** Test Cases ***\n{}", tags("t"), rows("a\n")),
        format!(
            "*** Settings ***\nTest Tags{}\n*** Test Cases ***\nT\n    [Tags]{}",
            tags("t*"),
            tags("-*t*")
        ),
        format!(
            "*** Settings ***\nTest Template    {}\n*** Test Cases ***\n{}",
            one_line("x${y}"),
            rows("a    b\n")
        ),
        format!("*** Settings ***\nKeyword Tags{}\n*** Keywords ***\n{}", tags("t"), rows("k ${x}\n")),
        format!("*** Settings ***\nTest Setup{}\n*** Test Cases ***\n{}", tags("a"), rows("a\n")),
        format!("*** Settings ***\n{}", rows("Libraryy    a\n")),
        format!("*** Variables ***\n${{x: {}}}    1\n", one_line("list[")),
        format!("*** Variables ***\n{}    1\n", one_line("${x")),
        format!("*** Variables ***\n&{{x}}    {}    {}\n", one_line("\\="), one_line("${x=")),
        format!("*** Keywords ***\nK\n    [Arguments]{}\n", tags("${a}=")),
        format!("*** Keywords ***\n{}", rows("K\n")),
        format!("*** Keywords ***\n{}\n    Log\n", one_line("${x} (")),
        format!("*** Keywords ***\n${{x:{}}}\n    Log\n", one_line(r"(\\[]")),
        format!("*** Settings ***\nDocumentation    a\n{}", rows("...        b\\\n")),
        one_line("| "),
        rows("...\n"),
        one_line("\u{2028}"),
        one_line(" \t"),
    ];
    for text in texts {
        let size = parse(&text);
        assert!(size < 100 * text.len() + 4_000_000, "{size} bytes of JSON from {}: {text:.60}", text.len());
    }
}

#[test]
fn blocks_are_followed_to_a_limit() {
    let nested = |depth: usize| {
        let (open, close) = ("    IF    1\n".repeat(depth), "    END\n".repeat(depth));
        format!("*** Test Cases ***\nT\n{open}    Log    inside\n{close}    Log    after\n")
    };
    let deep = parse_suite(&nested(128), "a.robot").value;
    assert_eq!(deep.refusal, None);
    let too_deep = parse_suite(&nested(129), "a.robot").value;
    assert_eq!(too_deep.refusal, Some(Refusal::TooDeep { line: 131, limit: 128 }));
    for suite in [deep, too_deep] {
        let args: Vec<_> = suite.calls().flat_map(|call| &call.args).collect();
        assert_eq!(args, ["inside", "after"]);
        assert_eq!(suite.tests[0].body.len(), 2);
    }
}
