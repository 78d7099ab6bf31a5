use crate::workplace::{Ran, Workplace, project};

fn odd(inner: &str) -> Ran {
    let file = project().join("tests/fixtures/collections/odd-collection/codebundles").join(inner);
    Workplace::new().run(&["parse", "--format", "json", file.to_str().unwrap()])
}

#[test]
fn suites() {
    let json = odd("access-tags/runbook.robot").exits(0).json();
    assert_eq!(json["tests"][0]["name"], "Reads");
    odd("robot-errors/runbook.robot").exits(1).says(&["error: ", "runbook.robot:17: IF must have"]);
    odd("robot-latin1/runbook.robot").exits(1).says(&["not UTF-8"]);
    odd("empty-suite/runbook.robot").exits(1).says(&["no tests or tasks"]);
}

#[test]
fn advice_is_no_failure() {
    let place = Workplace::new();
    place.write("runbook.robot", "*** Setting ***\nDocumentation    D\n*** Task ***\nA\n    Log    1\n");
    let ran = place.run(&["parse", "runbook.robot"]).exits(0).says(&["warning: ", "deprecated"]);
    assert!(ran.stdout.contains("4: A"), "{}", ran.stdout);
}

#[test]
fn files_beside_the_suites() {
    assert!(odd("meta-spec/meta.yaml").exits(0).json().is_object());
    odd("meta-broken/meta.yaml").exits(1).says(&["meta.yaml:"]);
    assert!(odd("skill-valid/SKILL-TEMPLATE.md").exits(0).json().is_object());
    odd("skill-unclosed/SKILL-TEMPLATE.md").exits(1).says(&["error: ", "`---`"]);
    odd("skill-none/SKILL.md").exits(0).says(&["warning: "]);
    odd("readme-crlf/README.md").exits(0);
    odd("only-runbook/probe.sh").exits(0);
    let rules = "rules-logic/.runwhen/generation-rules/rules-logic.yaml";
    assert!(odd(rules).json().is_array());
}

#[test]
fn what_cannot_be_parsed() {
    let place = Workplace::new();
    place.write("data.json", "{}");
    place.run(&["parse", "data.json"]).exits(2).says(&["no parser knows", "hint"]);
    place.run(&["parse", "none.robot"]).exits(2).says(&["could not read `none.robot`", "caused by"]);
    let huge = std::fs::File::create(place.path("huge.robot")).unwrap();
    huge.set_len(200_000_000).unwrap();
    place.run(&["parse", "huge.robot"]).exits(2).says(&["huge.robot", "limit of 5000000 bytes"]);
    place.run(&["parse", "."]).exits(2).says(&["could not read `.`"]);
}
