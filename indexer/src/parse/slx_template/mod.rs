//! `.runwhen/templates/*`: Jinja templates of what the platform creates for a resource
//! (reference.md 1.6). None of them is YAML before it is filled in; facts are taken by layout.

mod outline;

use ccr_index::model::SlxTemplate;

use super::{Parsed, Problem};
use outline::Entry;

/// Reads what a template says in plain text; `path` is left empty.
///
/// Values are kept as written, expressions included. Of a setting that both branches of an `if`
/// give, the first counts.
pub fn parse(text: &str) -> Parsed<SlxTemplate> {
    let mut parsed = Parsed::clean(SlxTemplate::default());
    let mut lists = Lists::default();
    outline::entries(text, |entry| {
        if let Err(problem) = take(&mut parsed.value, &mut lists, entry) {
            parsed.problems.push(problem);
        }
    });
    parsed.value.includes = includes(text);
    parsed.value.tags = lists.tags.into_iter().map(Item::into_pair).collect();
    parsed.value.config_provided = lists.config.into_iter().map(Item::into_pair).collect();
    parsed.value.secrets_provided = lists.secrets.into_iter().map(|item| item.name).collect();
    drop_repeated(&mut parsed.value.tags, Clone::clone);
    drop_repeated(&mut parsed.value.config_provided, |(name, _)| name.clone());
    drop_repeated(&mut parsed.value.secrets_provided, Clone::clone);
    parsed.value.tags.retain(|(name, _)| !name.is_empty());
    parsed.value.config_provided.retain(|(name, _)| !name.is_empty());
    parsed.value.secrets_provided.retain(|name| !name.is_empty());
    if text.trim().is_empty() {
        parsed.problems.push(Problem::empty_file());
    } else if parsed.value.kind.is_none() {
        parsed.problems.push(Problem::warning("a template without `kind`"));
    }
    parsed
}

/// Lists of names with values, whose items are spread over several entries.
#[derive(Default)]
struct Lists {
    tags: Vec<Item>,
    config: Vec<Item>,
    secrets: Vec<Item>,
}

#[derive(Default)]
struct Item {
    name: String,
    value: Option<String>,
}

impl Item {
    fn into_pair(self) -> (String, String) {
        (self.name, self.value.unwrap_or_default())
    }
}

fn take(template: &mut SlxTemplate, lists: &mut Lists, entry: &Entry<'_, '_>) -> Result<(), Problem> {
    let field = match (entry.parents, entry.key) {
        ([], "kind") => &mut template.kind,
        (["spec"], "alias") => &mut template.alias,
        (["spec"], "statement") => &mut template.statement,
        (["spec"], "asMeasuredBy") => &mut template.as_measured_by,
        (["spec"], "imageURL") => &mut template.image_url,
        (["spec"] | ["spec", "fromActivities", "-"], "description") => &mut template.description,
        (["spec"], "displayUnitsLong") => &mut template.display_units,
        (["spec"], "intervalSeconds") => {
            template.interval_seconds = template.interval_seconds.or(interval(entry)?);
            return Ok(());
        }
        (["spec", "codeBundle"], "repoUrl" | "repoURL") if !entry.value.contains("{{") => {
            &mut template.repo_url
        }
        (["spec", "codeBundle"], "pathToRobot") => &mut template.path_to_robot,
        ([.., "tags", "-"], _) => return take_item(&mut lists.tags, entry),
        (["spec", "configProvided", "-"], _) => return take_item(&mut lists.config, entry),
        (["spec", "secretsProvided", "-"], _) => return take_item(&mut lists.secrets, entry),
        _ => return Ok(()),
    };
    if field.is_none() && !entry.value.is_empty() {
        *field = Some(entry.value.clone());
    }
    Ok(())
}

fn take_item(items: &mut Vec<Item>, entry: &Entry<'_, '_>) -> Result<(), Problem> {
    if entry.begins_item {
        items.push(Item::default());
    }
    if let Some(item) = items.last_mut() {
        match entry.key {
            "name" => item.name.clone_from(&entry.value),
            "value" if item.value.is_none() => item.value = Some(entry.value.clone()),
            _ => {}
        }
    }
    Ok(())
}

/// Seconds; `None` where an expression gives them.
fn interval(entry: &Entry<'_, '_>) -> Result<Option<u32>, Problem> {
    if entry.value.contains("{{") {
        return Ok(None);
    }
    let message = || format!("`intervalSeconds` is `{}`, not a number", entry.value);
    entry.value.parse().map(Some).map_err(|_| Problem::at_line(entry.line, message()))
}

/// Names in `{% include "…" %}`, each once.
fn includes(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for statement in text.split("{%").skip(1) {
        let statement = statement.trim_start_matches(['-', '+']).trim_start();
        let Some(rest) = statement.strip_prefix("include") else { continue };
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
        if let Some((name, _)) = rest[1..].split_once(['\n', quote]) {
            names.push(name.to_owned());
        }
    }
    drop_repeated(&mut names, Clone::clone);
    names
}

fn drop_repeated<T, K: std::hash::Hash + Eq>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let mut seen = std::collections::HashSet::new();
    items.retain(|item| seen.insert(key(item)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &SlxTemplate, problems: &[(Option<u32>, &str)]) {
        let parsed = parse(text);
        assert_eq!(&parsed.value, expected, "{text}");
        assert_eq!(parsed.problems.len(), problems.len(), "{text}: {:?}", parsed.problems);
        for (problem, (line, part)) in parsed.problems.iter().zip(problems) {
            assert_eq!(problem.line, *line, "{text}: {problem:?}");
            assert!(problem.message.contains(part), "{text}: {problem:?}");
        }
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn list(items: &[&str]) -> Vec<String> {
        items.iter().map(|&item| item.to_owned()).collect()
    }

    #[test]
    fn an_slx() {
        let text = r#"## To be tuned
apiVersion: runwhen.com/v1
kind: ServiceLevelX
metadata:
  name: {{slx_name}}
  labels:
    {% include "common-labels.yaml" %}
spec:
  imageURL: https://icons.example/a.svg
  alias: {{match_resource.name}} Demo Health # shown
  asMeasuredBy: "Asking the \"demo\" in {{ x | replace(":", "_") }}."
  statement: >-
    Demos should be healthy,
    all of them: {{ match_resource.name }}.
  configProvided:
  - name: OBJECT_NAME
    value: {{ match_resource.name }}
  owners:
  - {{workspace.owner_email}}
  additionalContext:
    {%- include 'demo-hierarchy.yaml' ignore missing %}
    qualified_name: "{{ match_resource.qualified_name }}"
  tags:
    {% include "demo-tags.yaml" ignore missing %}
    - name: access
      value: read-only
    - value: late
      name: order
"#;
        let expected = SlxTemplate {
            kind: some("ServiceLevelX"),
            alias: some("{{match_resource.name}} Demo Health"),
            statement: some("Demos should be healthy, all of them: {{ match_resource.name }}."),
            as_measured_by: some("Asking the \"demo\" in {{ x | replace(\":\", \"_\") }}."),
            image_url: some("https://icons.example/a.svg"),
            tags: pairs(&[("access", "read-only"), ("order", "late")]),
            includes: list(&["common-labels.yaml", "demo-hierarchy.yaml", "demo-tags.yaml"]),
            config_provided: pairs(&[("OBJECT_NAME", "{{ match_resource.name }}")]),
            ..SlxTemplate::default()
        };
        check(text, &expected, &[]);
    }

    #[test]
    fn an_indicator() {
        let text = r#"kind: ServiceLevelIndicator
spec:
  displayUnitsLong: OK
  locations:
      - {{default_location}}
  description: Measures demos
    over two lines
  codeBundle:
    {% if repo_url %}
    repoUrl: {{repo_url}}
    {% else %}
    repoUrl: https://git.example/demo.git
    {% endif %}
    pathToRobot: codebundles/demo/sli.robot
  intervalSeconds: 300
  configProvided:
    - name: LIMIT
      value: '{{custom.limit | default("it''s 30")}}'
      validation:
        name: nothing
        value: nothing
    {% if a %}
    - name: MODE
      value: a
    {% else %}
    - name: MODE
      value: b
    {% endif %}
    - name: DAYS
      value: "0.04"  # an hour
  secretsProvided:
  {% if wb_version %}
    {% include "demo-auth.yaml" ignore missing %}
  {% else %}
    - name: token
      workspaceKey: NOT FOUND
    - name: token
  {% endif %}
  alertConfig:
    tasks:
      description: no
"#;
        let expected = SlxTemplate {
            kind: some("ServiceLevelIndicator"),
            description: some("Measures demos over two lines"),
            interval_seconds: Some(300),
            display_units: some("OK"),
            repo_url: some("https://git.example/demo.git"),
            path_to_robot: some("codebundles/demo/sli.robot"),
            includes: list(&["demo-auth.yaml"]),
            config_provided: pairs(&[
                ("LIMIT", "{{custom.limit | default(\"it's 30\")}}"),
                ("MODE", "a"),
                ("DAYS", "0.04"),
            ]),
            secrets_provided: list(&["token"]),
            ..SlxTemplate::default()
        };
        check(text, &expected, &[]);
    }

    #[test]
    fn odd_texts() {
        check("", &SlxTemplate::default(), &[(None, "empty")]);
        check("{% set a = 1 %}\n", &SlxTemplate::default(), &[(None, "without `kind`")]);
        let expected =
            SlxTemplate { kind: some("Workflow"), description: some("starts it"), ..SlxTemplate::default() };
        let text = "{# a note\nkind: Runbook\n#}\nkind: Workflow\nspec:\n  intervalSeconds: often\n  \
                    fromActivities:\n  - displayName: x\n    description: \"starts\n      it\"\n    \
                    tasks: 'open\n";
        check(text, &expected, &[(Some(6), "`intervalSeconds` is `often`")]);
        let expected = SlxTemplate { kind: some("Runbook"), ..SlxTemplate::default() };
        check("kind: Runbook\nspec:\n  intervalSeconds: {{ n }}\n  alias: ''\n", &expected, &[]);
    }

    #[test]
    fn long_inputs_stay_linear() {
        let repeated = ["a: \"\n", "- ", "a:\n", "{% include '", "{{", "{#\n", "a: |\n b\n"];
        for part in repeated {
            parse(&format!("spec:\n {}", part.repeat(200_000)));
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r#"(spec|alias|tags|name|value|: |- |[{][{]|[}][}]|[{]%|%[}]|[ \n"'#|>a0é]){0,40}"#) {
            parse(&text);
        }
    }
}
