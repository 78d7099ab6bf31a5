use ccr_index::Severity;

use super::*;

const FULL: &str = r#"---
name: demo-health
kind: skill-template
description: Looks at demos. Use when a demo fails.
runtime:
  runbook: runbook.robot
  monitor: sli.robot
  executor: worker
platforms: [GCP, Cloud Run]
resource_types: [gcp_demo]
access: read-only
allowed-tools: [bash, jq]
---

# Demo Health

## Summary

Looks at
demos.

Twice.

## Tools

### Look at `${DEMO}`

Looks once.

- **Robot task name**: <code>Look at `${DEMO}`</code>
- **Robot file**: `runbook.robot`
- **Underlying script**: `look.sh`
- **Tags**: `demo`, `access:read-only`
- **Reads**: —
- **Writes**: `a.json`, `b.json`
- **Issues raised**: some

## Monitor

Scores demos

- **Score range**: `0.0` to `1.0`

### Sub-checks

#### Count demos

- **Robot task name**: <code>Count demos</code>
- **Reads**: `DEMO`

## Inputs

| Name | Type | Description | Default | Required |
|---|:---|---|---|---|
| `DEMO` | string | The demo \| its name | — | yes |
| `PATTERN` | string | Errors | `a|b` | no |
| `EMPTY` | string | Nothing | `""` | no |

## Secrets

| Secret | Description | Required |
|---|---|---|
| `token` | A token. | yes |

## Outputs

- `a.json`
- Monitor score

## How to invoke

```bash
## Inputs
- not an output
```
"#;

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|&item| item.to_owned()).collect()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn front_matter_and_sections() {
    let parsed = parse(FULL);
    assert_eq!(parsed.problems, []);
    let skill = parsed.value;
    assert_eq!(skill.name, some("demo-health"));
    assert_eq!(skill.kind, some("skill-template"));
    assert_eq!(skill.description, some("Looks at demos. Use when a demo fails."));
    assert_eq!((skill.runbook, skill.monitor), (some("runbook.robot"), some("sli.robot")));
    assert_eq!(skill.platforms, list(&["GCP", "Cloud Run"]));
    assert_eq!(skill.resource_types, list(&["gcp_demo"]));
    assert_eq!(skill.access, Some(Access::ReadOnly));
    assert_eq!(skill.other, [("allowed-tools".to_owned(), "bash, jq".to_owned())]);
    assert_eq!((skill.title.as_str(), skill.summary.as_str()), ("Demo Health", "Looks at demos.\n\nTwice."));
    assert_eq!(skill.outputs, list(&["`a.json`", "Monitor score"]));
    assert_eq!((skill.body.title.as_str(), skill.body.sections.len()), ("Demo Health", 11));
}

#[test]
fn tools() {
    let expected = [
        SkillTool {
            title: "Look at `${DEMO}`".into(),
            description: "Looks once.".into(),
            task_name: some("Look at `${DEMO}`"),
            robot_file: some("runbook.robot"),
            script: some("look.sh"),
            tags: list(&["demo", "access:read-only"]),
            writes: list(&["a.json", "b.json"]),
            other: vec![("Issues raised".into(), "some".into())],
            line: 26,
            ..SkillTool::default()
        },
        SkillTool {
            title: "Count demos".into(),
            kind: TaskKind::Sli,
            task_name: some("Count demos"),
            reads: list(&["DEMO"]),
            line: 46,
            ..SkillTool::default()
        },
    ];
    assert_eq!(parse(FULL).value.tools, expected);
}

#[test]
fn tables() {
    let input = |name: &str, description: &str, default: Option<&str>, required: bool| SkillInput {
        name: name.to_owned(),
        kind: "string".to_owned(),
        description: description.to_owned(),
        default: default.map(str::to_owned),
        required,
    };
    let skill = parse(FULL).value;
    let expected = [
        input("DEMO", "The demo | its name", None, true),
        input("PATTERN", "Errors", Some("a|b"), false),
        input("EMPTY", "Nothing", Some(""), false),
    ];
    assert_eq!(skill.inputs, expected);
    let secret = SkillSecret { name: "token".into(), description: "A token.".into(), required: true };
    assert_eq!(skill.secrets, [secret]);
}

#[test]
fn front_matter_that_is_not_yaml() {
    let text = "---\nname: demo\ndescription: Demo: looks at [demos and...\nruntime:\n  runbook: r.robot\n\
                platforms: [A, B]\naccess: often\n---\n\n# Demo\n";
    let parsed = parse(text);
    let skill = parsed.value;
    assert_eq!(skill.description, some("Demo: looks at [demos and..."));
    assert_eq!(skill.runbook, some("r.robot"));
    assert_eq!(skill.platforms, list(&["A", "B"]));
    assert_eq!((skill.title.as_str(), skill.access), ("Demo", None));
    let lines: Vec<_> = parsed.problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [Some(3), Some(7)], "{:?}", parsed.problems);
}

#[test]
fn no_front_matter() {
    let check = |text: &str, line: Option<u32>, severity: Severity| {
        let parsed = parse(text);
        assert_eq!(parsed.value.name, None, "{text}");
        let found: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.severity)).collect();
        assert_eq!(found, [(line, severity)], "{text}: {:?}", parsed.problems);
    };
    check("", None, Severity::Warning);
    check("# Demo\n", None, Severity::Warning);
    check("--- x\n---\n", None, Severity::Warning);
    check("---\nname: x\n", Some(1), Severity::Error);
    assert_eq!(parse("---\r\nname: x\r\n---\r\n").value.name, some("x"));
}

#[test]
fn hostile_inputs_stay_linear() {
    let parts = ["a: b: c\n", "a: [\n", "### a\n", "- **Tags**: a,\n", "| a | `b\n", "text\n", "```\n"];
    for part in parts {
        let text = part.repeat(30_000);
        parse(&format!("---\n{text}---\n## Tools\n{text}## Inputs\n{text}"));
    }
}

proptest::proptest! {
    #[test]
    fn never_panics(text in r#"(---\n|## (Tools|Inputs|Monitor)\n|### a|- \*\*Tags\*\*:|\||```|[ \n:`\-\[a0é]){0,60}"#) {
        parse(&text);
        parse(&format!("---\n{text}"));
    }
}
