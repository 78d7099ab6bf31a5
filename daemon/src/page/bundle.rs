//! A CodeBundle in detail.

use std::fmt::Write as _;

use ccr_index::model::{Access, CodeBundle, Task, TaskKind};

use super::html::{escaped, link_out, link_to, paragraphs};

/// What is said of a bundle below its name.
pub(super) fn body(bundle: &CodeBundle) -> String {
    let mut html = paragraphs(&bundle.description);
    html.push_str("<dl>\n");
    fact(&mut html, "Platform", &bundle.platforms.join(", "));
    fact(&mut html, "Access", bundle.access.map_or("", Access::as_str));
    fact(&mut html, "Supports", &bundle.support_tags.join(", "));
    fact(&mut html, "Resources", &bundle.resource_types.join(", "));
    fact(&mut html, "Author", bundle.author.as_deref().unwrap_or_default());
    fact(&mut html, "Path", &bundle.path);
    html.push_str("</dl>\n");
    for (title, kind) in [("Runbook", TaskKind::Runbook), ("Monitor", TaskKind::Sli)] {
        let tasks: Vec<&Task> = bundle.tasks.iter().filter(|task| task.kind == kind).collect();
        if !tasks.is_empty() {
            let _ = writeln!(html, "<h2>{title} ({})</h2>\n<ul>", tasks.len());
            tasks.iter().for_each(|task| html.push_str(&one_task(task)));
            html.push_str("</ul>\n");
        }
    }
    needs(&mut html, bundle);
    if !bundle.scripts.is_empty() {
        html.push_str("<h2>Scripts</h2>\n<ul>\n");
        for script in &bundle.scripts {
            let link = link_to(&format!("{}/{}", bundle.collection, script.path), &escaped(&script.path));
            let _ = writeln!(html, "<li>{link}</li>");
        }
        html.push_str("</ul>\n");
    }
    readme(&mut html, bundle);
    html
}

fn fact(html: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        let _ = writeln!(html, "<dt>{name}</dt><dd>{}</dd>", escaped(value));
    }
}

fn one_task(task: &Task) -> String {
    let source = task.url.as_deref().map(|url| link_out(url, "source")).unwrap_or_default();
    let name = link_to(&task.id, &escaped(&task.name));
    format!("<li>{name} <small>{source}</small>{}</li>\n", paragraphs(&task.documentation))
}

/// Variables and secrets.
fn needs(html: &mut String, bundle: &CodeBundle) {
    let variables = bundle.user_variables.iter().map(|variable| {
        let default = variable.default.as_deref().map(|value| format!("default {value}"));
        (variable.name.as_str(), variable.description.as_str(), default.unwrap_or_default())
    });
    html.push_str(&table("Variables", variables));
    let secrets = bundle.secrets.iter().map(|secret| {
        let optional = if secret.optional { "optional" } else { "" };
        (secret.name.as_str(), secret.description.as_str(), optional.to_owned())
    });
    html.push_str(&table("Secrets", secrets));
}

/// Names, what they are for, and a remark; each name once, as runbook and monitor often import the same.
fn table<'a>(title: &str, rows: impl Iterator<Item = (&'a str, &'a str, String)>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    let mut shown = String::new();
    for (name, description, remark) in rows {
        if !seen.contains(&name) {
            seen.push(name);
            let (name, description, remark) = (escaped(name), escaped(description), escaped(&remark));
            let _ = writeln!(
                shown,
                "<tr><td><code>{name}</code></td><td>{description}</td><td>{remark}</td></tr>"
            );
        }
    }
    if shown.is_empty() { shown } else { format!("<h2>{title}</h2>\n<table>\n{shown}</table>\n") }
}

fn readme(html: &mut String, bundle: &CodeBundle) {
    let Some(readme) = &bundle.readme else { return };
    html.push_str("<h2>README</h2>\n");
    for section in &readme.sections {
        if !section.heading.is_empty() {
            let _ = writeln!(html, "<h3>{}</h3>", escaped(&section.heading));
        }
        html.push_str(&paragraphs(&section.text));
        for (_, code) in &section.code {
            let _ = writeln!(html, "<pre>{}</pre>", escaped(code));
        }
    }
}
