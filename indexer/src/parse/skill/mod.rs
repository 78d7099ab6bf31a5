//! `SKILL-TEMPLATE.md` and `SKILL.md`: what a CodeBundle offers to an agent (reference.md 1.7).

mod body;

use serde::Serialize;

use ccr_index::model::{Access, Readme, TaskKind};

use super::fields::{Entries, Fields};
use super::{Parsed, Problem, readme};
use crate::yaml::{Key, Node};

/// What a skill file says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Skill {
    /// `name` of the front matter.
    pub name: Option<String>,
    /// `kind`, such as `skill-template`.
    pub kind: Option<String>,
    /// `description`.
    pub description: Option<String>,
    /// `runtime.runbook`: the suite of the runbook.
    pub runbook: Option<String>,
    /// `runtime.monitor`: the suite of the monitor.
    pub monitor: Option<String>,
    /// `platforms`, as written.
    pub platforms: Vec<String>,
    /// `resource_types`, as written.
    pub resource_types: Vec<String>,
    /// `access`.
    pub access: Option<Access>,
    /// Every other key of the front matter that has a plain value, such as `allowed-tools`.
    pub other: Vec<(String, String)>,
    /// The first heading of the body.
    pub title: String,
    /// Section `Summary`, paragraphs separated by a blank line.
    pub summary: String,
    /// Sections `Tools` and `Monitor`.
    pub tools: Vec<SkillTool>,
    /// Table `Inputs`.
    pub inputs: Vec<SkillInput>,
    /// Table `Secrets`.
    pub secrets: Vec<SkillSecret>,
    /// List `Outputs`.
    pub outputs: Vec<String>,
    /// The whole body by sections.
    pub body: Readme,
}

/// A task as a skill file presents it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SkillTool {
    /// The heading.
    pub title: String,
    /// Runbook, or monitor for a sub-check.
    pub kind: TaskKind,
    /// The text below the heading.
    pub description: String,
    /// `Robot task name`.
    pub task_name: Option<String>,
    /// `Robot file`.
    pub robot_file: Option<String>,
    /// `Underlying script`.
    pub script: Option<String>,
    /// `Tags`.
    pub tags: Vec<String>,
    /// `Reads`: variables.
    pub reads: Vec<String>,
    /// `Writes`: files.
    pub writes: Vec<String>,
    /// Every other fact, such as `Pass condition`.
    pub other: Vec<(String, String)>,
    /// Line of the heading, from 1.
    pub line: u32,
}

/// A row of the table of inputs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SkillInput {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: String,
    /// What it is for.
    pub description: String,
    /// The value taken when none is given; an empty text is a default too.
    pub default: Option<String>,
    /// Whether it must be given.
    pub required: bool,
}

/// A row of the table of secrets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SkillSecret {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Whether it must be given.
    pub required: bool,
}

/// Reads a skill file. Front matter that is not YAML, as an unquoted `: ` in a description makes it,
/// is a problem and read key by key.
pub fn parse(text: &str) -> Parsed<Skill> {
    let mut skill = Skill::default();
    let mut problems = Vec::new();
    match front_matter(text) {
        Some(front) => {
            let mut fields = Fields::new(front, 1);
            let root = fields.document();
            take_front_matter(&mut skill, &mut fields, &root);
            problems.append(&mut fields.problems);
        }
        None if opens_front_matter(text) => {
            problems.push(Problem::at_line(1, "the front matter has no second line of `---`"));
        }
        None => problems.push(Problem::warning("no front matter between two lines of `---`")),
    }
    let skipped = front_matter(text).map_or(0, |front| front.lines().count() + 2);
    body::take(&mut skill, text.lines().enumerate().skip(skipped));
    skill.body = readme::parse(text).value;
    Parsed { value: skill, problems }
}

/// Whether the first line is the `---` that begins front matter.
fn opens_front_matter(text: &str) -> bool {
    text.lines().next().is_some_and(|first| first.trim_end() == "---")
}

/// What stands between the `---` of the first line and the next one.
fn front_matter(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('\n').filter(|_| opens_front_matter(text))?;
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some(&rest[..end]);
        }
        end += line.len();
    }
    None
}

fn take_front_matter(skill: &mut Skill, fields: &mut Fields<'_>, root: &[(Key, Node)]) {
    const OWN: [&str; 7] =
        ["name", "kind", "description", "runtime", "platforms", "resource_types", "access"];
    let runtime: &Entries = fields.mapping(root, "runtime");
    skill.name = fields.text(root, "name");
    skill.kind = fields.text(root, "kind");
    skill.description = fields.text(root, "description");
    skill.runbook = fields.text(runtime, "runbook");
    skill.monitor = fields.text(runtime, "monitor");
    skill.platforms = fields.texts(root, "platforms");
    skill.resource_types = fields.texts(root, "resource_types");
    skill.access = access(fields, root);
    skill.other = root
        .iter()
        .filter(|(key, _)| !OWN.contains(&key.text.as_str()))
        .filter_map(|(key, node)| Some((key.text.clone(), fields.plain(node)?)))
        .collect();
}

fn access(fields: &mut Fields<'_>, root: &Entries) -> Option<Access> {
    let word = fields.text(root, "access")?;
    let access = Access::from_word(&word);
    if access.is_none()
        && let Some(node) = super::fields::find(root, "access")
    {
        fields.report(node, format!("`access` is `{word}`, neither `read-only` nor `read-write`"));
    }
    access
}

#[cfg(test)]
mod tests;
