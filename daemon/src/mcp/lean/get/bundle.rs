//! A CodeBundle: what it does, what runs in it, what it asks for.

use ccr_index::model::{CodeBundle, Secret, Task, TaskKind, UserVariable};
use serde_json::{Value, json};

use super::super::arguments::Refusal;
use super::super::words::{cut, line, one_line, without_variables};
use super::Thing;
use super::page::{Item, items};
use crate::mcp::Reply;

/// How much is told in the overview.
#[derive(Debug, Clone, Copy)]
struct Detail {
    /// Characters of the description.
    description: usize,
    /// Tasks, runbook and monitor each.
    tasks: usize,
    /// Variables; of the other lists of names half as many.
    names: usize,
    /// Whether tasks are named with their variables; `ccr_get` finds them without, too.
    exact: bool,
}

/// From everything to the id: what a bundle does goes last.
const DETAILS: [Detail; 15] = [
    Detail { description: 4000, tasks: usize::MAX, names: usize::MAX, exact: true },
    Detail { description: 500, tasks: usize::MAX, names: 30, exact: true },
    Detail { description: 400, tasks: usize::MAX, names: 20, exact: false },
    Detail { description: 300, tasks: usize::MAX, names: 10, exact: false },
    Detail { description: 250, tasks: 16, names: 7, exact: false },
    Detail { description: 200, tasks: 12, names: 6, exact: false },
    Detail { description: 160, tasks: 9, names: 5, exact: false },
    Detail { description: 140, tasks: 7, names: 4, exact: false },
    Detail { description: 120, tasks: 6, names: 3, exact: false },
    Detail { description: 100, tasks: 5, names: 2, exact: false },
    Detail { description: 100, tasks: 4, names: 2, exact: false },
    Detail { description: 100, tasks: 3, names: 2, exact: false },
    Detail { description: 80, tasks: 2, names: 1, exact: false },
    Detail { description: 80, tasks: 1, names: 1, exact: false },
    Detail { description: 0, tasks: 0, names: 0, exact: false },
];

pub(super) fn answer(thing: &Thing<'_>) -> Result<Reply, Refusal> {
    let bundle: CodeBundle = thing.record()?;
    match thing.section {
        "tasks" => items(thing, |prose| bundle.tasks.iter().map(|task| task_item(task, prose)).collect()),
        "variables" => items(thing, |prose| variable_items(&bundle, prose)),
        _ => {
            let reply = thing.call.budget.first_of(&DETAILS, |detail| overview(thing, &bundle, detail));
            reply.ok_or_else(|| Refusal::new("raise `max_tokens`"))
        }
    }
}

fn overview(thing: &Thing<'_>, bundle: &CodeBundle, detail: Detail) -> Reply {
    let (mut text, mut json) = thing.head();
    let mut missing: Vec<&str> = Vec::new();
    let description = cut(&bundle.description, detail.description);
    line(&mut text, &description);
    json["summary"] = json!(description);
    for (kind, key, title) in
        [(TaskKind::Runbook, "runbook", "Runbook tasks"), (TaskKind::Sli, "monitor", "Monitor tasks")]
    {
        let tasks: Vec<&Task> = bundle.tasks.iter().filter(|task| task.kind == kind).collect();
        if tasks.is_empty() {
            continue;
        }
        line(&mut text, format!("{title} ({}):", tasks.len()));
        for task in tasks.iter().take(detail.tasks) {
            line(&mut text, format!("- {} :{}", named(task, detail), task.line));
        }
        let shown = tasks.iter().take(detail.tasks);
        json[key] = shown.map(|task| json!({"name": named(task, detail), "line": task.line})).collect();
        if tasks.len() > detail.tasks {
            missing.push("tasks");
        }
    }
    let lists: [(&str, &str, Vec<String>); 6] = [
        ("variables", "Variables", first_of_name(&bundle.user_variables)),
        ("secrets", "Secrets", unique(bundle.secrets.iter().map(with_optional))),
        ("libraries", "Libraries", unique(bundle.imports.iter().map(|import| import.name.clone()))),
        ("resource_types", "Resources", bundle.resource_types.clone()),
        ("tags", "Tags", bundle.support_tags.clone()),
        ("scripts", "Scripts", bundle.scripts.iter().map(|script| script_name(&script.path)).collect()),
    ];
    for (key, title, names) in lists.iter().filter(|(_, _, names)| !names.is_empty()) {
        let most = if matches!(*key, "variables" | "secrets") { detail.names } else { detail.names / 2 };
        let shown: Vec<&str> = names.iter().take(most).map(String::as_str).collect();
        if names.len() > shown.len() {
            missing.push(key);
        }
        let more = if names.len() > shown.len() { " …" } else { "" };
        line(&mut text, format!("{title} ({}): {}{more}", names.len(), shown.join(", ")));
        if !shown.is_empty() {
            json[*key] = json!(shown);
        }
    }
    thing.write_source(&mut text, &mut json);
    missing.dedup();
    line(&mut text, format!("Sections: {}", thing.others().join(", ")));
    if !missing.is_empty() {
        line(&mut text, format!("Cut: {}", missing.join(", ")));
        json["cut"] = json!(missing);
    }
    Reply::new(text.trim_end(), json)
}

fn named(task: &Task, detail: Detail) -> String {
    if detail.exact { one_line(&task.name) } else { without_variables(&task.name) }
}

/// A task with its documentation and what it reports, for the section of tasks.
fn task_item(task: &Task, prose: usize) -> Item {
    let kind = if task.kind == TaskKind::Sli { "monitor" } else { "runbook" };
    let name = one_line(&task.name);
    let access = task.access.map(|access| format!(", {}", access.as_str())).unwrap_or_default();
    let mut text = format!("- {name} ({kind}{access}, line {})\n", task.line);
    let mut json = json!({"name": name, "kind": kind, "line": task.line});
    if let Some(access) = task.access {
        json["access"] = json!(access);
    }
    let documentation = cut(&task.documentation, prose);
    if !documentation.is_empty() {
        line(&mut text, format!("  {documentation}"));
        json["doc"] = json!(documentation);
    }
    let issues: Vec<String> = task.issues.iter().map(|issue| cut(&issue.title, prose.min(120))).collect();
    let issues: Vec<String> = unique(issues.into_iter().filter(|issue| !issue.is_empty()));
    if !issues.is_empty() {
        line(&mut text, format!("  Raises: {}", issues.join("; ")));
        json["issues"] = json!(issues);
    }
    Item { text, json }
}

/// Variables and secrets with all that is stated of them.
pub(super) fn variable_items(bundle: &CodeBundle, prose: usize) -> Vec<Item> {
    let mut seen = Vec::new();
    let mut first = |name: &str| {
        let is_new = !seen.iter().any(|known| known == name);
        seen.push(name.to_owned());
        is_new
    };
    let mut items: Vec<Item> = Vec::new();
    for variable in bundle.user_variables.iter().filter(|variable| first(&variable.name)) {
        items.push(variable_item(variable, prose));
    }
    for secret in bundle.secrets.iter().filter(|secret| first(&secret.name)) {
        let optional = if secret.optional { ", optional" } else { "" };
        let description = cut(&secret.description, prose);
        let text = told(&format!("{} (secret{optional})", secret.name), &description);
        let mut json = json!({"name": secret.name, "secret": true});
        if secret.optional {
            json["optional"] = json!(true);
        }
        if !description.is_empty() {
            json["description"] = json!(description);
        }
        items.push(Item { text, json });
    }
    items
}

fn variable_item(variable: &UserVariable, prose: usize) -> Item {
    let description = cut(&variable.description, prose);
    let default = variable.default.as_deref().map(|default| cut(default, prose.max(40)));
    let mut name = format!("{} ({}", variable.name, variable.kind);
    if !variable.choices.is_empty() {
        name.push_str(&format!(": {}", cut(&variable.choices.join("|"), prose.max(40))));
    }
    name.push_str(
        &default.as_ref().map_or("), required".to_owned(), |default| format!("), default `{default}`")),
    );
    let mut json = json!({"name": variable.name, "type": variable.kind});
    for (key, value) in [("default", default), ("description", Some(description.clone()))] {
        if let Some(value) = value.filter(|value| key == "default" || !value.is_empty()) {
            json[key] = json!(value);
        }
    }
    if !variable.choices.is_empty() {
        json["enum"] = json!(variable.choices);
    }
    if let Some(example) = &variable.example {
        json["example"] = json!(cut(example, prose.max(40)));
    }
    Item { text: told(&name, &description), json }
}

fn told(name: &str, description: &str) -> String {
    let between = if description.is_empty() { "" } else { ": " };
    format!("- {name}{between}{description}")
}

/// The README as Markdown.
pub(super) fn readme(thing: &Thing<'_>) -> Result<String, Refusal> {
    let bundle: CodeBundle = thing.record()?;
    let mut text = String::new();
    for section in bundle.readme.iter().flat_map(|readme| &readme.sections) {
        if !section.heading.is_empty() {
            let marks = "#".repeat(usize::from(section.level.clamp(1, 6)));
            line(&mut text, format!("{marks} {}", section.heading));
        }
        line(&mut text, section.text.trim_end());
        for (language, code) in &section.code {
            line(&mut text, format!("```{language}\n{}\n```", code.trim_end()));
        }
    }
    Ok(text)
}

/// Variables with their defaults, each once: runbook and monitor often import the same.
fn first_of_name(variables: &[UserVariable]) -> Vec<String> {
    let names = unique(variables.iter().map(|variable| variable.name.clone()));
    let first = |name: &String| variables.iter().find(|variable| variable.name == *name);
    names.iter().filter_map(first).map(with_default).collect()
}

fn with_default(variable: &UserVariable) -> String {
    match &variable.default {
        Some(default) => format!("{}={}", variable.name, cut(default, 24)),
        None => variable.name.clone(),
    }
}

fn with_optional(secret: &Secret) -> String {
    if secret.optional { format!("{} (optional)", secret.name) } else { secret.name.clone() }
}

fn script_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// Each once, in order.
pub(super) fn unique(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

/// A list that is only there where it holds something.
pub(super) fn put(json: &mut Value, key: &str, values: &[String]) {
    if !values.is_empty() {
        json[key] = json!(values);
    }
}
