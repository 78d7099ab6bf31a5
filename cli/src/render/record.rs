//! Everything known of one thing.

use std::collections::BTreeMap;

use anyhow::Result;
use ccr_index::model::{
    CodeBundle, CodeCollection, Document, Issue, Script, Secret, Task, TaskKind, UserVariable,
};
use ccr_index::search::Needs;

use super::usage;
use crate::printer::{Printer, style};

/// Prints a bundle.
pub(crate) fn bundle(bundle: &CodeBundle, needs: &Needs, printer: &mut Printer) -> Result<()> {
    head(&bundle.display_name, &bundle.id, printer)?;
    text(&bundle.description, printer)?;
    let access = bundle.access.map(|access| access.as_str().to_owned());
    let inferred = if bundle.inferred.iter().any(|field| field == "platform") { " (inferred)" } else { "" };
    fact("Platform", Some(format!("{}{inferred}", bundle.platforms.join(", "))), printer)?;
    fact("Access", access, printer)?;
    fact("Supports", Some(bundle.support_tags.join(", ")), printer)?;
    fact("Resources", Some(bundle.resource_types.join(", ")), printer)?;
    fact("Author", bundle.author.clone(), printer)?;
    fact("Path", Some(bundle.path.clone()), printer)?;
    fact("Source", bundle.url.clone(), printer)?;
    for (title, kind) in [("Runbook", TaskKind::Runbook), ("Monitor", TaskKind::Sli)] {
        let tasks: Vec<&Task> = bundle.tasks.iter().filter(|task| task.kind == kind).collect();
        section(title, tasks.len(), printer)?;
        for task in tasks {
            let faint = style::FAINT;
            printer.text(format_args!("  {}  {faint}line {}{faint:#}", task.name, task.line))?;
            indented(&task.documentation, 4, printer)?;
        }
    }
    variables(&bundle.user_variables, printer)?;
    secrets(&bundle.secrets, printer)?;
    let names = |names: Vec<&str>| unique(names).join(", ");
    fact(
        "Services",
        Some(names(bundle.services.iter().map(|service| service.name.as_str()).collect())),
        printer,
    )?;
    fact(
        "Provided",
        Some(names(bundle.platform_variables.iter().map(|variable| variable.name.as_str()).collect())),
        printer,
    )?;
    usage::needs(needs, printer)?;
    section("Scripts", bundle.scripts.len(), printer)?;
    for script in &bundle.scripts {
        printer.text(format_args!("  {}", script.path))?;
    }
    generated(bundle, printer)
}

/// Prints a task.
pub(crate) fn task(task: &Task, bundle: &CodeBundle, printer: &mut Printer) -> Result<()> {
    head(&task.name, &task.id, printer)?;
    text(&task.documentation, printer)?;
    let kind = if task.kind == TaskKind::Sli { "Monitor" } else { "Runbook" };
    fact("Kind", Some(format!("{kind} of {}", bundle.display_name)), printer)?;
    fact("Access", task.access.map(|access| access.as_str().to_owned()), printer)?;
    fact("Data", Some(task.data.join(", ")), printer)?;
    fact("Tags", Some(task.tags.join(", ")), printer)?;
    fact("Scripts", Some(task.scripts.join(", ")), printer)?;
    fact("Path", Some(format!("{}:{}", task.path, task.line)), printer)?;
    fact("Source", task.url.clone(), printer)?;
    let faint = style::FAINT;
    section("Keywords", task.keywords.len(), printer)?;
    for keyword in &task.keywords {
        printer.text(format_args!("  {}  {faint}line {}{faint:#}", keyword.name, keyword.line))?;
    }
    issues(&task.issues, printer)
}

/// Prints a script.
pub(crate) fn script(script: &Script, document: &Document, printer: &mut Printer) -> Result<()> {
    head(&document.title, &document.id, printer)?;
    text(&script.header, printer)?;
    fact("Language", Some(script.language.clone()), printer)?;
    fact("Commands", Some(script.commands.join(", ")), printer)?;
    fact("Path", Some(script.path.clone()), printer)?;
    fact("Source", document.location.url.clone(), printer)?;
    section("Called by", script.called_by.len(), printer)?;
    for task in &script.called_by {
        printer.text(format_args!("  {task}"))?;
    }
    section("Functions", script.functions.len(), printer)?;
    for function in &script.functions {
        let faint = style::FAINT;
        printer.text(format_args!("  {}  {faint}line {}{faint:#}", function.name, function.line))?;
        indented(&function.comment, 4, printer)?;
    }
    Ok(())
}

/// Prints a collection.
pub(crate) fn collection(
    collection: &CodeCollection,
    counts: &BTreeMap<String, u64>,
    printer: &mut Printer,
) -> Result<()> {
    head(&collection.name, &collection.slug, printer)?;
    text(&collection.description, printer)?;
    fact("Owner", collection.owner.clone(), printer)?;
    fact("Repository", collection.git_url.clone(), printer)?;
    fact("Ref", collection.git_ref.clone(), printer)?;
    fact("Commit", collection.commit.clone(), printer)?;
    for (what, count) in counts {
        fact(what, Some(count.to_string()), printer)?;
    }
    Ok(())
}

pub(super) fn head(title: &str, id: &str, printer: &mut Printer) -> Result<()> {
    let (bold, color) = (style::TITLE, style::ID);
    printer.text(format_args!("{bold}{title}{bold:#}"))?;
    printer.text(format_args!("{color}{id}{color:#}"))?;
    Ok(())
}

pub(super) fn text(text: &str, printer: &mut Printer) -> Result<()> {
    if !text.trim().is_empty() {
        printer.text(format_args!("\n{}\n", text.trim()))?;
    }
    Ok(())
}

pub(super) fn fact(name: &str, value: Option<String>, printer: &mut Printer) -> Result<()> {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        let faint = style::FAINT;
        let name = format!("{name:<11}");
        printer.text(format_args!("{faint}{name}{faint:#} {value}"))?;
    }
    Ok(())
}

pub(super) fn section(title: &str, count: usize, printer: &mut Printer) -> Result<()> {
    if count > 0 {
        let bold = style::TITLE;
        printer.text(format_args!("\n{bold}{title}{bold:#} ({count})"))?;
    }
    Ok(())
}

pub(super) fn indented(text: &str, by: usize, printer: &mut Printer) -> Result<()> {
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        printer.text(format_args!("{:by$}{}", "", line.trim()))?;
    }
    Ok(())
}

fn unique(names: Vec<&str>) -> Vec<&str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

/// Variables once each: runbook and monitor often import the same.
fn variables(variables: &[UserVariable], printer: &mut Printer) -> Result<()> {
    let names = unique(variables.iter().map(|variable| variable.name.as_str()).collect());
    section("User variables", names.len(), printer)?;
    for name in names {
        let Some(variable) = variables.iter().find(|variable| variable.name == name) else { continue };
        let default =
            variable.default.as_ref().map(|value| format!("  default `{value}`")).unwrap_or_default();
        let choices = if variable.choices.is_empty() {
            String::new()
        } else {
            format!("  one of {}", variable.choices.join(", "))
        };
        printer.text(format_args!("  {name}  {}{default}{choices}", variable.kind))?;
        indented(&variable.description, 4, printer)?;
    }
    Ok(())
}

fn secrets(secrets: &[Secret], printer: &mut Printer) -> Result<()> {
    let names = unique(secrets.iter().map(|secret| secret.name.as_str()).collect());
    section("Secrets", names.len(), printer)?;
    for name in names {
        let Some(secret) = secrets.iter().find(|secret| secret.name == name) else { continue };
        printer.text(format_args!("  {name}{}", if secret.optional { "  optional" } else { "" }))?;
        indented(&secret.description, 4, printer)?;
    }
    Ok(())
}

fn issues(issues: &[Issue], printer: &mut Printer) -> Result<()> {
    section("Issues raised", issues.len(), printer)?;
    for issue in issues {
        let severity =
            issue.severity.as_ref().map(|severity| format!("  severity {severity}")).unwrap_or_default();
        printer.text(format_args!("  {}{severity}", issue.title))?;
    }
    Ok(())
}

fn generated(bundle: &CodeBundle, printer: &mut Printer) -> Result<()> {
    section("Generation rules", bundle.generation_rules.len(), printer)?;
    for rule in &bundle.generation_rules {
        let names: Vec<&str> = rule.slxs.iter().map(|slx| slx.base_name.as_str()).collect();
        printer.text(format_args!("  {} for {}", names.join(", "), rule.resource_types.join(", ")))?;
    }
    Ok(())
}
