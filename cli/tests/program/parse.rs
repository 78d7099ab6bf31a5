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

#[test]
fn libdoc_specs_in_the_newest_form() {
    let folder = project().join("tests/fixtures/libspec");
    let parse = |name: &str| {
        let file = folder.join(name);
        Workplace::new().run(&["parse", "--format", "json", file.to_str().unwrap()])
    };
    for name in ["version-1.json", "version-3.xml", "version-4.libspec"] {
        let json = parse(name).exits(0).json();
        assert_eq!(json["specversion"], 4, "{name}");
        assert!(json["keywords"][0]["args"][0]["repr"].is_string(), "{name}");
    }
    let place = Workplace::new();
    place.write("broken.libspec", "{\"keywords\": [\n  oops]}");
    let ran = place.run(&["parse", "--format", "json", "broken.libspec"]).exits(1);
    assert_eq!(ran.stdout, "");
    ran.says(&["broken.libspec:2:3: no JSON"]);
}

#[test]
fn specs_of_a_collection_become_libraries() {
    let place = Workplace::new();
    let spec = std::fs::read(project().join("tests/fixtures/libspec/version-3.xml")).unwrap();
    place.write("one/specs/valves.xml", spec);
    place.write("one/package.json", "{\"name\": \"no spec\", \"keywords\": [");
    place.write("one/broken.libspec", "<keywordspec>");
    place.list(&[("one", "path: one")]);
    let summary = place.index(1, &["--fail-on", "problem"]);
    assert_eq!(summary["sources"][0]["problems"][0]["path"], "broken.libspec");
    assert_eq!(summary["sources"][0]["problems"].as_array().unwrap().len(), 1);
    let keyword = place.run(&["show", "--format", "json", "one/Valves#Open Valve"]).exits(0).json();
    assert_eq!((&keyword["path"], &keyword["line"]), (&"specs/valves.xml".into(), &1.into()));
    assert_eq!(keyword["args"][1]["repr"], "turns: int | None = None");
}
