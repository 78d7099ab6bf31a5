//! `.runwhen/generation-rules/*`, with or without a `.yaml` ending (reference.md 1.5).

use ccr_index::model::{GenerationRule, MatchRule, Slx};
use serde_json::Value;

use super::fields::{Entries, Fields, find};
use super::{Parsed, Problem};
use crate::yaml::{Node, NodeValue};

/// Reads the rules of a file, which may hold several documents; `path` of each is left empty.
///
/// A document that is not YAML is reported and gives nothing; the other documents keep their rules.
/// A rule whose fields have the wrong type keeps its other fields.
pub fn parse(text: &str) -> Parsed<Vec<GenerationRule>> {
    let mut parsed = Parsed::clean(Vec::new());
    let mut seen_content = false;
    for (offset, document) in documents(text) {
        let mut fields = Fields::new(document, offset);
        let root = fields.document();
        seen_content |= !root.is_empty() || !fields.problems.is_empty();
        parsed.value.extend(rules(&mut fields, &root));
        parsed.problems.append(&mut fields.problems);
    }
    if !seen_content {
        parsed.problems.push(Problem::empty_file());
    }
    parsed
}

/// The documents of a stream and how many lines stand before each.
fn documents(text: &str) -> Vec<(u32, &str)> {
    let mut documents = Vec::new();
    let (mut start, mut start_line) = (0, 0);
    let (mut at, mut line) = (0, 0);
    for part in text.split_inclusive('\n') {
        let is_marker = part.trim_end() == "---" || part.starts_with("--- ");
        if is_marker && !text[start..at].trim().is_empty() {
            documents.push((start_line, &text[start..at]));
            (start, start_line) = (at, line);
        }
        at += part.len();
        line += 1;
    }
    documents.push((start_line, &text[start..]));
    documents
}

fn rules(fields: &mut Fields<'_>, root: &Entries) -> Vec<GenerationRule> {
    let spec = fields.mapping(root, "spec");
    let platform = fields.text(spec, "platform");
    let rules = fields.mappings(spec, "generationRules");
    rules
        .into_iter()
        .map(|rule| GenerationRule {
            path: String::new(),
            platform: platform.clone(),
            resource_types: resource_types(fields, rule),
            match_rules: match_rules(fields, rule, "matchRules"),
            slxs: slxs(fields, rule),
        })
        .collect()
}

/// Resource types: texts, or mappings that name the type in one of their fields.
fn resource_types(fields: &mut Fields<'_>, rule: &Entries) -> Vec<String> {
    let items = match find(rule, "resourceTypes").map(|node| &node.value) {
        Some(NodeValue::Sequence(items)) => items,
        _ => return fields.texts(rule, "resourceTypes"),
    };
    let mut types = Vec::new();
    for item in items {
        let name = match &item.value {
            NodeValue::Mapping(inner) => {
                ["resourceType", "type", "name"].iter().find_map(|key| fields.scalar(find(inner, key)?))
            }
            _ => fields.scalar(item),
        };
        match name {
            Some(name) => types.push(name),
            None => fields.report(item, "a resource type without a name".to_owned()),
        }
    }
    types
}

fn match_rules(fields: &mut Fields<'_>, entries: &Entries, name: &str) -> Vec<MatchRule> {
    let rules = fields.mappings(entries, name);
    rules.into_iter().map(|rule| match_rule(fields, rule)).collect()
}

fn match_rule(fields: &mut Fields<'_>, rule: &Entries) -> MatchRule {
    let kind = fields.text(rule, "type").unwrap_or_default();
    match kind.as_str() {
        "pattern" => MatchRule::Pattern {
            pattern: fields.text(rule, "pattern").unwrap_or_default(),
            properties: fields.texts(rule, "properties"),
            mode: fields.text(rule, "mode"),
            resource_type: fields.text(rule, "resourceType"),
        },
        "and" => MatchRule::And { matches: match_rules(fields, rule, "matches") },
        "or" => MatchRule::Or { matches: match_rules(fields, rule, "matches") },
        "not" => MatchRule::Not { matches: negated(fields, rule) },
        "exists" => MatchRule::Exists { path: fields.text(rule, "path").unwrap_or_default() },
        _ => {
            if kind.is_empty()
                && let Some((key, _)) = rule.first()
            {
                fields.report_key(key, "a match rule without `type`".to_owned());
            }
            MatchRule::Other { name: kind, json: json(rule).to_string() }
        }
    }
}

/// The condition that a `not` rule holds, under any of the names that are in use.
fn negated(fields: &mut Fields<'_>, rule: &Entries) -> Vec<MatchRule> {
    let mut inner = Vec::new();
    for name in ["predicate", "match"] {
        let condition = fields.mapping(rule, name);
        if !condition.is_empty() {
            inner.push(match_rule(fields, condition));
        }
    }
    inner.extend(match_rules(fields, rule, "matches"));
    inner
}

fn slxs(fields: &mut Fields<'_>, rule: &Entries) -> Vec<Slx> {
    let items = fields.mappings(rule, "slxs");
    items
        .into_iter()
        .map(|item| {
            let outputs = fields.mappings(item, "outputItems");
            Slx {
                base_name: fields.text(item, "baseName").unwrap_or_default(),
                shortened_base_name: fields.text(item, "shortenedBaseName"),
                level_of_detail: fields.text(item, "levelOfDetail"),
                qualifiers: fields.texts(item, "qualifiers"),
                base_template_name: fields.text(item, "baseTemplateName"),
                output_items: outputs.iter().filter_map(|output| fields.text(output, "type")).collect(),
                template_names: outputs
                    .iter()
                    .filter_map(|output| fields.text(output, "templateName"))
                    .collect(),
            }
        })
        .collect()
}

/// A condition as JSON, keys in order.
fn json(entries: &Entries) -> Value {
    let entry = |(key, node): &(crate::yaml::Key, Node)| (key.text.clone(), json_value(node));
    Value::Object(entries.iter().map(entry).collect())
}

fn json_value(node: &Node) -> Value {
    match &node.value {
        NodeValue::Null => Value::Null,
        NodeValue::Bool(value) => Value::from(*value),
        NodeValue::Integer(value) => Value::from(*value),
        NodeValue::Float(value) => Value::from(*value),
        NodeValue::Text(text) => Value::from(text.as_str()),
        NodeValue::Sequence(items) => items.iter().map(json_value).collect(),
        NodeValue::Mapping(entries) => json(entries),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[GenerationRule], problems: &[(Option<u32>, &str)]) {
        let parsed = parse(text);
        assert_eq!(parsed.value, expected, "{text}");
        assert_eq!(parsed.problems.len(), problems.len(), "{text}: {:?}", parsed.problems);
        for (problem, (line, part)) in parsed.problems.iter().zip(problems) {
            assert_eq!(problem.line, *line, "{text}: {problem:?}");
            assert!(problem.message.contains(part), "{text}: {problem:?}");
        }
    }

    fn list(items: &[&str]) -> Vec<String> {
        items.iter().map(|&item| item.to_owned()).collect()
    }

    fn pattern(pattern: &str) -> MatchRule {
        MatchRule::Pattern {
            pattern: pattern.to_owned(),
            properties: list(&["name"]),
            mode: Some("substring".to_owned()),
            resource_type: None,
        }
    }

    fn types(types: &[&str]) -> GenerationRule {
        GenerationRule { resource_types: list(types), ..GenerationRule::default() }
    }

    #[test]
    fn a_whole_file() {
        let text = r#"
apiVersion: runwhen.com/v1
kind: GenerationRules
spec:
  platform: gcp
  generationRules:
    # A comment
    - resourceTypes:
        -  gcp_demo_things
        - widgets.example.com
      matchRules:
        - {type: pattern, pattern: ".+", properties: [name], mode: substring}
        - type: not
          match: {type: pattern, pattern: "x", properties: [name], mode: substring}
        - type: not
          predicate: {type: exists, path: spec/tls}
        - type: or
          matches:
            - type: and
              matches: []
            - type: custom-variable
              path: a
              deep: {n: [1, 1.5, true, null]}
            - resourceType: variables
              type: pattern
              pattern: 7
              properties: [custom/key]
      slxs:
        - baseName: demo
          shortenedBaseName: d
          levelOfDetail: basic
          qualifiers: ["resource", project]
          baseTemplateName: demo-health
          outputItems:
            - type: slx
            - type: runbook
              templateName: demo-taskset.yaml
"#;
        let other = MatchRule::Other {
            name: "custom-variable".into(),
            json: r#"{"type":"custom-variable","path":"a","deep":{"n":[1,1.5,true,null]}}"#.into(),
        };
        let variables = MatchRule::Pattern {
            pattern: "7".into(),
            properties: list(&["custom/key"]),
            mode: None,
            resource_type: Some("variables".into()),
        };
        let expected = GenerationRule {
            path: String::new(),
            platform: Some("gcp".into()),
            resource_types: list(&["gcp_demo_things", "widgets.example.com"]),
            match_rules: vec![
                pattern(".+"),
                MatchRule::Not { matches: vec![pattern("x")] },
                MatchRule::Not { matches: vec![MatchRule::Exists { path: "spec/tls".into() }] },
                MatchRule::Or { matches: vec![MatchRule::And { matches: vec![] }, other, variables] },
            ],
            slxs: vec![Slx {
                base_name: "demo".into(),
                shortened_base_name: Some("d".into()),
                level_of_detail: Some("basic".into()),
                qualifiers: list(&["resource", "project"]),
                base_template_name: Some("demo-health".into()),
                output_items: list(&["slx", "runbook"]),
                template_names: list(&["demo-taskset.yaml"]),
            }],
        };
        check(text, &[expected], &[]);
    }

    #[test]
    fn empty_files() {
        for text in ["", "\n\n", "# all of it\n#   is a comment\n", "---\n# nothing\n---\n"] {
            check(text, &[], &[(None, "empty")]);
        }
    }

    #[test]
    fn several_documents() {
        let document = |kind: &str| format!("spec:\n  generationRules:\n  - resourceTypes: [{kind}]\n");
        let text = format!("---\n{}---\nspec: a: b\n--- # third\n{}", document("one"), document("two"));
        check(&text, &[types(&["one"]), types(&["two"])], &[(Some(6), "mapping"), (Some(6), "`spec`")]);
    }

    #[test]
    fn wrong_types_keep_their_neighbours() {
        let text = "spec:\n  generationRules:\n  - 5\n  - resourceTypes: pod\n    matchRules:\n    - pattern: x\n    \
                    slxs: no\n  - resourceTypes:\n    - name: job\n    - [x]\n";
        let untyped = MatchRule::Other { name: String::new(), json: r#"{"pattern":"x"}"#.into() };
        let pod = GenerationRule { match_rules: vec![untyped], ..types(&["pod"]) };
        let problems = [
            (Some(3), "an item of `generationRules` is a number"),
            (Some(4), "`resourceTypes` is a text"),
            (Some(6), "a match rule without `type`"),
            (Some(7), "`slxs` is a text"),
            (Some(10), "a resource type without a name"),
        ];
        check(text, &[pod, types(&["job"])], &problems);
    }

    #[test]
    fn hostile_inputs_stay_linear() {
        let parts = ["a: b: c\n", "---\na: b: c\n", "- ", "[", "a:\n", "---\n", "!", "\"", "{a: "];
        for part in parts {
            parse(&part.repeat(30_000));
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r#"(spec|generationRules|matchRules|type|not|or|match|---|[ \n:\-\[\]{}"'#a0é]){0,30}"#) {
            parse(&text);
        }
    }
}
