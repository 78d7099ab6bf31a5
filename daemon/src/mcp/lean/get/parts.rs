//! Parts of CodeBundles, and collections.

use ccr_index::model::{CodeBundle, CodeCollection, Script, Task, TaskKind};
use serde_json::json;

use super::super::arguments::Refusal;
use super::super::words::{TITLE, cut, facts, line, one_line};
use super::Thing;
use super::bundle::{put, unique, variable_items};
use super::page::items;
use crate::mcp::Reply;

/// Characters of each text, and things of each list, that are tried.
const DETAILS: [(usize, usize); 6] = [(4000, 200), (800, 40), (300, 15), (160, 8), (80, 3), (0, 0)];

fn first_fit(thing: &Thing<'_>, reply: impl Fn(usize, usize) -> Reply) -> Result<Reply, Refusal> {
    let reply = thing.call.budget.first_of(&DETAILS, |(prose, things)| reply(prose, things));
    reply.ok_or_else(|| Refusal::new("raise `max_tokens`"))
}

/// A task stands inside its bundle's record.
pub(super) fn task(thing: &Thing<'_>) -> Result<Reply, Refusal> {
    let id = &thing.document.id;
    let parent = thing.document.parent.as_deref().unwrap_or_default();
    let missing = || Refusal::new(format!("the index holds no record of `{id}`"));
    let reader = thing.call.searcher.reader();
    let number = reader.find(parent)?.ok_or_else(missing)?;
    let record = reader.document(number)?.record.ok_or_else(missing)?;
    let bundle: CodeBundle = serde_json::from_str(&record).map_err(|_| missing())?;
    if thing.section == "variables" {
        return items(thing, |prose| variable_items(&bundle, prose));
    }
    let task = bundle.tasks.iter().find(|task| task.id == *id).ok_or_else(missing)?;
    first_fit(thing, |prose, things| task_reply(thing, &bundle, task, prose, things))
}

fn task_reply(thing: &Thing<'_>, bundle: &CodeBundle, task: &Task, prose: usize, things: usize) -> Reply {
    let (mut text, mut json) = thing.head();
    let kind = if task.kind == TaskKind::Sli { "monitor" } else { "runbook" };
    json["task_kind"] = json!(kind);
    if prose > 0 {
        line(&mut text, format!("A {kind} task of {}", cut(&bundle.display_name, TITLE)));
        json["codebundle"] = json!(bundle.id);
    }
    let doc = cut(&task.documentation, prose);
    line(&mut text, &doc);
    json["doc"] = json!(doc);
    let issues: Vec<_> = task.issues.iter().take(things).collect();
    for issue in &issues {
        let severity = issue.severity.as_deref().map(|severity| format!(" (severity {severity})"));
        let steps = issue.next_steps.as_deref().map(|steps| cut(steps, prose)).unwrap_or_default();
        let title = cut(&issue.title, prose.max(80));
        line(&mut text, format!("Raises: {title}{}", severity.unwrap_or_default()));
        line(&mut text, if steps.is_empty() { String::new() } else { format!("  Next: {steps}") });
    }
    if !issues.is_empty() {
        json["issues"] = issues
            .iter()
            .map(|issue| {
                let mut json = json!({"title": cut(&issue.title, prose.max(80)), "severity": issue.severity});
                if let Some(steps) = issue.next_steps.as_deref().map(|steps| cut(steps, prose)) {
                    json["next_steps"] = json!(steps);
                }
                json
            })
            .collect();
    }
    let keywords = unique(task.keywords.iter().take(things).map(|keyword| keyword.name.clone()));
    let tags = task.tags.iter().take(things).cloned().collect::<Vec<_>>();
    let scripts = task.scripts.iter().take(things).cloned().collect::<Vec<_>>();
    for (key, title, names) in
        [("scripts", "Runs", scripts), ("keywords", "Calls", keywords), ("tags", "Tags", tags)]
    {
        if !names.is_empty() {
            line(&mut text, format!("{title}: {}", names.join(", ")));
        }
        put(&mut json, key, &names);
    }
    finish(thing, text, json, task.issues.len() > things || task.keywords.len() > things)
}

pub(super) fn script(thing: &Thing<'_>) -> Result<Reply, Refusal> {
    let script: Script = thing.record()?;
    first_fit(thing, |prose, things| {
        let (mut text, mut json) = thing.head();
        let bundle = thing.document.parent.as_deref();
        line(&mut text, facts([Some(script.language.as_str()), bundle]));
        json["language"] = json!(script.language);
        json["codebundle"] = json!(bundle);
        let header = cut(&script.header, prose);
        line(&mut text, &header);
        json["doc"] = json!(header);
        let functions = script.functions.iter().take(things);
        let functions: Vec<String> =
            functions.map(|function| format!("{}:{}", function.name, function.line)).collect();
        let commands: Vec<String> = script.commands.iter().take(things).cloned().collect();
        let messages: Vec<String> =
            script.messages.iter().take(things / 4).map(|message| cut(message, prose.min(120))).collect();
        for (key, title, names) in [
            ("called_by", "Run by", script.called_by.iter().take(things).cloned().collect()),
            ("commands", "Commands", commands),
            ("functions", "Functions", functions),
            ("messages", "Says", messages),
        ] {
            if !names.is_empty() {
                line(&mut text, format!("{title}: {}", names.join("; ")));
            }
            put(&mut json, key, &names);
        }
        finish(thing, text, json, script.functions.len() > things)
    })
}

pub(super) fn collection(thing: &Thing<'_>) -> Result<Reply, Refusal> {
    let collection: CodeCollection = thing.record()?;
    let sources = &thing.call.searcher.reader().manifest().sources;
    let source = sources.iter().find(|source| source.collection.slug == collection.slug);
    first_fit(thing, |prose, _| {
        let (mut text, mut json) = thing.head();
        let description = cut(&collection.description, prose);
        line(&mut text, &description);
        json["summary"] = json!(description);
        let facts = [
            ("git_url", "Repository", &collection.git_url),
            ("git_ref", "Ref", &collection.git_ref),
            ("commit", "Commit", &collection.commit),
            ("owner", "Owner", &collection.owner),
        ];
        for (key, title, value) in facts {
            if let Some(value) = value {
                line(&mut text, format!("{title}: {}", one_line(value)));
                json[key] = json!(value);
            }
        }
        if let Some(source) = source {
            let counts: Vec<String> =
                source.counts.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
            line(&mut text, counts.join(", "));
            json["counts"] = json!(source.counts);
        }
        finish(thing, text, json, false)
    })
}

fn finish(thing: &Thing<'_>, mut text: String, mut json: serde_json::Value, is_cut: bool) -> Reply {
    thing.write_source(&mut text, &mut json);
    line(&mut text, format!("Sections: {}", thing.others().join(", ")));
    if is_cut {
        line(&mut text, "Lists are cut: raise max_tokens");
        json["cut"] = json!(["lists"]);
    }
    Reply::new(text.trim_end(), json)
}
