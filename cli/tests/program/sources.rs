use std::fs;

use crate::workplace::{Workplace, project};

#[test]
fn right_sources() {
    let place = Workplace::new();
    place.list(&[("one", "path: one"), ("two", "git_url: https://example.com/x.git|git_ref: main")]);
    let ran = place.run(&["sources", "check"]).exits(0);
    assert!(ran.stdout.contains("two  https://example.com/x.git at main"), "{}", ran.stdout);
    let json = place.run(&["sources", "check", "--format", "json"]).exits(0).json();
    assert_eq!(json["codecollections"][0]["slug"], "one");
    place.run(&["sources", "check", "--sources", "none.yaml"]).exits(2).says(&["none.yaml", "ccr init"]);
}

/// `a:b words` of an `.expected` file.
fn mistakes(expected: &str) -> Vec<(String, String)> {
    let split = |line: &str| line.split_once(' ').map(|(place, words)| (place.to_owned(), words.to_owned()));
    expected.lines().filter_map(split).collect()
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let place = Workplace::new();
    let mut seen = 0;
    for entry in fs::read_dir(project().join("tests/fixtures/sources")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "yaml") {
            continue;
        }
        seen += 1;
        let shown = path.to_str().unwrap();
        let expected = fs::read_to_string(path.with_extension("expected")).unwrap();
        for arguments in [&["sources", "check", "--sources", shown][..], &["index", "--sources", shown]] {
            let ran = place.run(arguments).exits(2);
            assert_eq!(ran.stdout, "", "{shown}");
            for (at, words) in mistakes(&expected) {
                let place = if at.contains('*') { format!("{shown}:") } else { format!("{shown}:{at}: ") };
                let told = |line: &&str| line.contains(&place) && line.contains(&words);
                assert!(ran.stderr.lines().any(|line| told(&line)), "{at} {words}\n{}", ran.stderr);
            }
        }
    }
    assert_eq!(seen, 12);
    assert!(!place.path("data").exists(), "nothing is written where the sources are wrong");
}

#[test]
fn what_is_no_file_of_sources() {
    let place = Workplace::new();
    fs::create_dir(place.path("sources.yaml")).unwrap();
    place.run(&["index"]).exits(2).says(&["sources.yaml"]);
    fs::remove_dir(place.path("sources.yaml")).unwrap();
    place.write("sources.yaml", b"codecollections: \xff\xfe");
    place.run(&["index"]).exits(2).says(&["sources.yaml", "UTF-8"]);
    place.write("sources.yaml", "");
    place.run(&["index"]).exits(2).says(&["sources.yaml"]);
    let large = fs::File::create(place.path("sources.yaml")).unwrap();
    large.set_len(5_000_000).unwrap();
    place.run(&["index"]).exits(2).says(&["limit"]);
    place.run(&["index", "--sources", "/dev/zero"]).exits(2).says(&["/dev/zero", "limit"]);
}
