//! What holds for every spec: no panic, no overflow, an end, and places inside of the text.

use std::time::{Duration, Instant};

use ccr_indexer::parse::Problem;
use ccr_indexer::parse::libspec::{is_libspec, parse};
use proptest::prelude::*;

const FIXTURES: [&str; 4] = [
    include_str!("../../tests/fixtures/libspec/version-1.json"),
    include_str!("../../tests/fixtures/libspec/version-2.json"),
    include_str!("../../tests/fixtures/libspec/version-3.xml"),
    include_str!("../../tests/fixtures/libspec/version-4.libspec"),
];

/// Reads a text and checks what holds of every reading.
fn read(text: &str) -> Vec<Problem> {
    is_libspec(text.as_bytes());
    let parsed = parse(text);
    assert!(parsed.value.is_some() || !parsed.problems.is_empty(), "a reason is given");
    let lines = text.lines().count().max(1) as u32 + 1;
    for problem in &parsed.problems {
        assert!(problem.line.is_some_and(|line| (1..=lines).contains(&line)), "{problem:?}");
        assert!(problem.column.is_some_and(|column| column >= 1), "{problem:?}");
    }
    if let Some(spec) = &parsed.value {
        let json = serde_json::to_string(spec).expect("a spec has a JSON form");
        let again = parse(&json).value.expect("what is printed can be read");
        assert_eq!(serde_json::to_string(&again).expect("it has a JSON form"), json);
    }
    parsed.problems
}

#[track_caller]
fn in_time(job: impl FnOnce()) {
    let start = Instant::now();
    job();
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

/// One problem, at this place, with these words.
#[track_caller]
fn refused(text: &str, line: u32, column: u32, words: &str) {
    let problems = read(text);
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    assert_eq!((problem.line, problem.column), (Some(line), Some(column)), "{problem:?}");
    assert!(problem.message.contains(words), "{problem:?}");
}

#[test]
fn mistakes_have_their_places() {
    refused("{\"specversion\": 3,\n \"keywords\": [1 2]}", 2, 17, "no JSON: expected");
    refused("[1]", 1, 1, "no object with `keywords`");
    refused(
        "{\"name\": \"A\", \"keywords\": [\n  {\"name\": 1}]}",
        2,
        12,
        "`keywords[0].name` must be a text",
    );
    refused("{\"name\": \"A\", \"keywords\": {}}", 1, 27, "`keywords` must be a list");
    refused("<keywordspec name='A' specversion='6'>\n<doc></keywordspec>", 2, 6, "no XML");
    refused("<project/>", 1, 1, "its root is `project`");
    refused("<keywordspec specversion='2'/>", 1, 1, "version `2`");
    refused("<keywordspec name='A' specversion='6' lineno='x'/>", 1, 1, "`lineno`");
}

#[test]
fn one_broken_keyword_costs_no_other() {
    let text = "{\"name\": \"A\", \"keywords\": [7, {\"name\": \"Good\", \"args\": 3, \"doc\": \"Is good.\\n\\nMore\"}]}";
    let parsed = parse(text);
    assert_eq!(parsed.problems.len(), 2, "{:?}", parsed.problems);
    let spec = parsed.value.expect("it is a spec");
    assert_eq!(spec.keywords.len(), 1);
    assert_eq!((spec.keywords[0].name.as_str(), spec.keywords[0].shortdoc.as_str()), ("Good", "Is good."));
}

#[test]
fn entities_do_not_grow() {
    let mut bomb = "<!DOCTYPE keywordspec [<!ENTITY a0 \"aaaaaaaaaaaaaaaa\">".to_owned();
    for level in 1..30 {
        let below = format!("&a{};", level - 1).repeat(10);
        bomb.push_str(&format!("<!ENTITY a{level} \"{below}\">"));
    }
    bomb.push_str("]><keywordspec name='A' specversion='6'><doc>&a29;</doc></keywordspec>");
    in_time(|| {
        let parsed = parse(&bomb);
        assert!(parsed.value.is_none() && parsed.problems.len() == 1, "{:?}", parsed.problems);
    });
    let file = "<!DOCTYPE a [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><keywordspec specversion='6' name='A'>\
                <doc>&f;</doc></keywordspec>";
    assert!(parse(file).value.is_none());
}

#[test]
fn depth_and_length_are_no_danger() {
    let deep = 200_000;
    in_time(|| {
        read(&"[".repeat(deep));
        read(&format!("{{\"keywords\": {}", "{\"a\":".repeat(deep)));
        read(&"<keywordspec>".repeat(deep));
        let types = format!("{}{}", "<type name='a'>".repeat(deep), "</type>".repeat(deep));
        read(&format!(
            "<keywordspec name='A' specversion='7'><keywords><kw name='K'><arguments>\
             <arg kind='NAMED_ONLY'><name>a</name>{types}</arg></arguments></kw></keywords></keywordspec>"
        ));
        let many = "{\"name\": 1, \"args\": [{\"kind\": 2}]},".repeat(50_000);
        read(&format!("{{\"name\": \"A\", \"keywords\": [{many} 1]}}"));
        is_libspec("\"specversion\" : ".repeat(300_000).as_bytes());
        is_libspec(format!("{{{}", "\"specversion\" ".repeat(300_000)).as_bytes());
    });
}

const PIECES: &str = "(\\{|\\}|\\[|\\]|,|:|\"keywords\"|\"args\"|\"kind\"|\"NAMED_ONLY\"|\"type\"|\"name\"|\"A\"|null|1|\
                      <|>|/>|</|keywordspec|kw|arg|name='a'|specversion='6'|&amp;|&a;|<!--|-->|<!\\[CDATA\\[|\\]\\]>|\n| ){0,60}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_read(text in "\\PC*", pieces in PIECES) {
        read(&text);
        read(&pieces);
        read(&format!("{{\"name\": \"A\", \"keywords\": [{pieces}]}}"));
        read(&format!("<keywordspec name='A' specversion='7'><keywords>{pieces}</keywords></keywordspec>"));
    }

    #[test]
    fn damaged_specs_are_read(which in 0..FIXTURES.len(), at in 0usize..4000, length in 0usize..40, put in "\\PC{0,4}") {
        let text = FIXTURES[which];
        let start = text.floor_char_boundary(at.min(text.len()));
        let end = text.floor_char_boundary((start + length).min(text.len())).max(start);
        read(&format!("{}{put}{}", &text[..start], &text[end..]));
        read(&text[..start]);
    }
}
