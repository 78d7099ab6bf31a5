//! `meta.yaml` of a CodeBundle, in the shapes that exist (reference.md 1.3).

use serde::Serialize;

use super::fields::{Entries, Fields};
use super::{Parsed, Problem};

/// What a `meta.yaml` says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Meta {
    /// `metadata.name`: the bundle's directory name.
    pub name: Option<String>,
    /// `metadata.title`, or `display_name`.
    pub title: Option<String>,
    /// `metadata.description`.
    pub description: Option<String>,
    /// `metadata.author`.
    pub author: Option<String>,
    /// `metadata.documentationURL`.
    pub documentation_url: Option<String>,
    /// `metadata.tags`, or `support_tags`.
    pub tags: Vec<String>,
    /// `spec.platform`: where the bundle runs, such as `linux`.
    pub platform: Option<String>,
    /// `spec.requires`: programs that it needs.
    pub requires: Vec<String>,
    /// `spec.supportedLocations`.
    pub supported_locations: Vec<String>,
    /// `spec.codeBundle.pathToRobot`.
    pub path_to_robot: Option<String>,
    /// `spec.parameters`.
    pub parameters: Vec<MetaParameter>,
    /// `spec.secrets`.
    pub secrets: Vec<MetaSecret>,
    /// `spec.troubleshooting`.
    pub troubleshooting: Vec<MetaAdvice>,
    /// `commands` of the legacy shape.
    pub commands: Vec<MetaCommand>,
}

/// A setting of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct MetaParameter {
    /// Its name, such as `NAMESPACE`.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether it must be given.
    pub required: bool,
    /// The value taken when none is given, as written.
    pub default: Option<String>,
    /// An example value, as written.
    pub example: Option<String>,
}

/// A credential of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct MetaSecret {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Whether it must be given.
    pub required: bool,
    /// The values inside it.
    pub keys: Vec<String>,
}

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct MetaAdvice {
    /// Its title.
    pub name: String,
    /// When it applies.
    pub description: String,
    /// What to do, in order.
    pub steps: Vec<String>,
}

/// An entry of the legacy `commands`: an explanation of one task.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct MetaCommand {
    /// The task's name in snake case.
    pub name: String,
    /// What it does.
    pub explanation: String,
    /// When to use it.
    pub when_is_it_useful: String,
    /// Every other text of the entry, by key.
    pub other: Vec<(String, String)>,
}

/// Reads a `meta.yaml`: the Kubernetes-like shape, the legacy `commands` one, or a flat one with
/// `display_name` and `support_tags`; a field is taken from the first of them that has it.
pub fn parse(text: &str) -> Parsed<Meta> {
    let mut fields = Fields::new(text, 0);
    let root = fields.document();
    if root.is_empty() && fields.problems.is_empty() {
        fields.problems.push(Problem::empty_file());
    }
    let metadata = fields.mapping(&root, "metadata");
    let spec = fields.mapping(&root, "spec");
    let bundle = fields.mapping(spec, "codeBundle");
    let mut first =
        |places: &[(&Entries, &str)]| places.iter().find_map(|(entries, name)| fields.text(entries, name));
    let mut meta = Meta {
        name: first(&[(metadata, "name"), (&root, "name")]),
        title: first(&[(metadata, "title"), (&root, "display_name"), (&root, "title")]),
        description: first(&[(metadata, "description"), (&root, "description")]),
        author: first(&[(metadata, "author"), (&root, "author")]),
        documentation_url: first(&[(metadata, "documentationURL"), (metadata, "documentationUrl")]),
        platform: first(&[(spec, "platform"), (&root, "platform")]),
        path_to_robot: first(&[(bundle, "pathToRobot")]),
        ..Meta::default()
    };
    meta.tags = [(metadata, "tags"), (&root, "support_tags"), (&root, "tags")]
        .iter()
        .map(|(entries, name)| fields.texts(entries, name))
        .find(|tags| !tags.is_empty())
        .unwrap_or_default();
    meta.requires = fields.texts(spec, "requires");
    meta.supported_locations = fields.texts(spec, "supportedLocations");
    meta.parameters = parameters(&mut fields, spec);
    meta.secrets = secrets(&mut fields, spec);
    meta.troubleshooting = troubleshooting(&mut fields, spec);
    meta.commands = commands(&mut fields, &root);
    Parsed { value: meta, problems: fields.problems }
}

fn parameters(fields: &mut Fields<'_>, spec: &Entries) -> Vec<MetaParameter> {
    let items = fields.mappings(spec, "parameters");
    items
        .into_iter()
        .map(|item| MetaParameter {
            name: fields.text(item, "name").unwrap_or_default(),
            description: fields.text(item, "description").unwrap_or_default(),
            required: fields.flag(item, "required").unwrap_or_default(),
            default: fields.text(item, "default"),
            example: fields.text(item, "example"),
        })
        .collect()
}

fn secrets(fields: &mut Fields<'_>, spec: &Entries) -> Vec<MetaSecret> {
    let items = fields.mappings(spec, "secrets");
    items
        .into_iter()
        .map(|item| MetaSecret {
            name: fields.text(item, "name").unwrap_or_default(),
            description: fields.text(item, "description").unwrap_or_default(),
            required: fields.flag(item, "required").unwrap_or_default(),
            keys: fields.texts(item, "keys"),
        })
        .collect()
}

fn troubleshooting(fields: &mut Fields<'_>, spec: &Entries) -> Vec<MetaAdvice> {
    let items = fields.mappings(spec, "troubleshooting");
    items
        .into_iter()
        .map(|item| MetaAdvice {
            name: fields.text(item, "name").unwrap_or_default(),
            description: fields.text(item, "description").unwrap_or_default(),
            steps: fields.texts(item, "steps"),
        })
        .collect()
}

fn commands(fields: &mut Fields<'_>, root: &Entries) -> Vec<MetaCommand> {
    const OWN: [&str; 3] = ["name", "explanation", "when_is_it_useful"];
    let items = fields.mappings(root, "commands");
    items
        .into_iter()
        .map(|item| {
            let is_other = |key: &str| !OWN.contains(&key);
            let other = item
                .iter()
                .filter(|(key, _)| is_other(&key.text))
                .filter_map(|(key, node)| Some((key.text.clone(), fields.plain(node)?)))
                .collect();
            MetaCommand {
                name: fields.text(item, "name").unwrap_or_default(),
                explanation: fields.text(item, "explanation").unwrap_or_default(),
                when_is_it_useful: fields.text(item, "when_is_it_useful").unwrap_or_default(),
                other,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &Meta, problems: &[(Option<u32>, &str)]) {
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

    fn list(items: &[&str]) -> Vec<String> {
        items.iter().map(|&item| item.to_owned()).collect()
    }

    #[test]
    fn kubernetes_like_shape() {
        let text = r#"
apiVersion: runwhen.com/v1
kind: CodeBundle
metadata:
  name: demo-health
  title: "Demo Health"
  author: Somebody
  documentationURL: https://example.com/demo
  tags: [demo, health]
spec:
  platform: linux
  requires: [jq]
  supportedLocations: [local]
  codeBundle:
    pathToRobot: codebundles/demo-health/runbook.robot
  parameters:
    - name: LIMIT
      description: "How many"
      required: false
      default: 0.50
      example: 1.10
  secrets:
    - name: token
      required: "yes"
      keys: [USER, PASSWORD]
  troubleshooting:
    - name: Too many
      description: When there are many
      steps: ["Look: twice", Leave]
"#;
        let expected = Meta {
            name: some("demo-health"),
            title: some("Demo Health"),
            author: some("Somebody"),
            documentation_url: some("https://example.com/demo"),
            tags: list(&["demo", "health"]),
            platform: some("linux"),
            requires: list(&["jq"]),
            supported_locations: list(&["local"]),
            path_to_robot: some("codebundles/demo-health/runbook.robot"),
            parameters: vec![MetaParameter {
                name: "LIMIT".into(),
                description: "How many".into(),
                required: false,
                default: some("0.50"),
                example: some("1.10"),
            }],
            secrets: vec![MetaSecret {
                name: "token".into(),
                required: true,
                keys: list(&["USER", "PASSWORD"]),
                ..MetaSecret::default()
            }],
            troubleshooting: vec![MetaAdvice {
                name: "Too many".into(),
                description: "When there are many".into(),
                steps: list(&["Look: twice", "Leave"]),
            }],
            ..Meta::default()
        };
        check(text, &expected, &[]);
    }

    #[test]
    fn legacy_and_flat_shapes() {
        check("commands: []\n", &Meta::default(), &[]);
        let command = MetaCommand {
            name: "list_pods".into(),
            explanation: "Lists pods.".into(),
            when_is_it_useful: "1. Always".into(),
            other: vec![
                ("command".into(), "kubectl get pods".into()),
                ("doc_links".into(), "https://a.example, https://b.example".into()),
            ],
        };
        let text = "commands:\n- name: list_pods\n  command: kubectl get pods\n  \
                    explanation: Lists pods.\n  when_is_it_useful: |\n    1. Always\n  \
                    doc_links: [https://a.example, https://b.example]\n";
        check(text, &Meta { commands: vec![command], ..Meta::default() }, &[]);
        let flat = Meta {
            author: some("me"),
            title: some("A Demo"),
            description: some("Does it"),
            tags: list(&["A", "B"]),
            ..Meta::default()
        };
        let text = "author: me\ndisplay_name: A Demo\ndescription: Does it\nsupport_tags: [A, B]\n";
        check(text, &flat, &[]);
    }

    #[test]
    fn wrong_types() {
        let date = Meta { title: some("2024-01-31"), author: some("a, 7"), ..Meta::default() };
        check("title: 2024-01-31\nauthor: [a, 7]\n", &date, &[(Some(2), "`author` is a list")]);
        let tags = Meta { tags: list(&["a", "b c"]), ..Meta::default() };
        check("metadata:\n  tags: a, b c\n", &tags, &[(Some(2), "`tags` is a text where a list")]);
        let text = "metadata: [x]\nspec:\n  parameters:\n  - 5\n  - name: N\n    required: [1]\n";
        let parameter = MetaParameter { name: "N".into(), ..MetaParameter::default() };
        let problems = [
            (Some(1), "`metadata` is a list"),
            (Some(4), "an item of `parameters` is a number"),
            (Some(6), "`required` is a list where a boolean"),
        ];
        check(text, &Meta { parameters: vec![parameter], ..Meta::default() }, &problems);
        check("- a\n", &Meta::default(), &[(Some(1), "a list where a mapping")]);
        check("", &Meta::default(), &[(None, "empty")]);
        check("# nothing yet\n", &Meta::default(), &[(None, "empty")]);
    }

    #[test]
    fn broken_neighbours_are_kept() {
        let expected =
            Meta { title: some("A: B: C"), author: some("me"), tags: list(&["x"]), ..Meta::default() };
        let text = "title: A: B: C\nauthor: me\nauthor: you\nsupport_tags:\n- x\nspec: {\n";
        check(text, &expected, &[(Some(1), "mapping values"), (Some(6), "`spec` is a text")]);
    }

    #[test]
    fn hostile_inputs_stay_linear() {
        let numbers = format!("support_tags: [{}]\n", "1.0, ".repeat(100_000));
        assert_eq!(parse(&numbers).value.tags.len(), 100_000);
        for part in ["a: b: c\n", "a: [\n", "a: |\n", "? ", "&a ", "author: 'x\n"] {
            parse(&part.repeat(30_000));
        }
    }

    #[test]
    fn bombs_end_in_a_problem() {
        let mut bomb = "author: me\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let below = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
        }
        let parsed = parse(&bomb);
        assert_eq!(parsed.value.author.as_deref(), Some("me"));
        assert!(parsed.problems[0].message.contains("aliases"), "{:?}", parsed.problems);
        assert!(!parse(&"[".repeat(100_000)).problems.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r#"(metadata|spec|tags|title|commands|[ \n:\-\[\]{}"'#|>&*a0.é]){0,30}"#) {
            parse(&text);
        }
    }
}
