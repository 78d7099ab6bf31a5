//! Tools on CodeBundles, which people now read of as Skill Templates.

use std::fmt::Write as _;

use ccr_index::model::{CodeBundle, Kind, Task, TaskKind, id_in_collection};
use ccr_index::search::{Query, Searcher};
use ccr_index::store::{DocumentHead, Filter};
use serde_json::json;

use super::ToolError;
use super::arguments::Arguments;
use super::markdown::{cut, document, fact, line, link, list as entries, percent, record};
use crate::readme::readme_text;

/// Bundles that a list in Markdown names.
const MOST_LISTED: usize = 50;
/// Tasks that a hit names.
const MOST_TASKS: usize = 8;
/// Characters of a description in a hit.
const DESCRIPTION: usize = 500;
/// Characters of a README in the details.
const README: usize = 4000;

/// `find_codebundle`.
pub(super) fn find(searcher: &Searcher, arguments: &Arguments) -> Result<String, ToolError> {
    let mut query = query(arguments);
    query.filter.collections.extend(arguments.given("collection"));
    check_collections(searcher, &query.filter)?;
    hits(searcher, &query, "Skill Templates for")
}

/// `search_codebundles`.
pub(super) fn search(searcher: &Searcher, arguments: &Arguments) -> Result<String, ToolError> {
    let mut query = query(arguments);
    query.filter.tags = arguments.texts("tags");
    hits(searcher, &query, "Search Results")
}

fn query(arguments: &Arguments) -> Query {
    let mut query = Query::new(arguments.text("query"));
    query.limit = arguments.count("max_results");
    query.filter.kinds = vec![Kind::CodeBundle];
    query.filter.platforms.extend(arguments.given("platform"));
    query
}

/// A collection that does not exist is a mistake of the caller, and no empty answer.
fn check_collections(searcher: &Searcher, filter: &Filter) -> Result<(), ToolError> {
    let sources = &searcher.reader().manifest().sources;
    let slugs = || sources.iter().map(|source| source.collection.slug.as_str());
    for wanted in &filter.collections {
        if !slugs().any(|slug| slug == wanted) {
            let known: Vec<&str> = slugs().collect();
            let what = format!("there is no collection `{wanted}`, but {}", known.join(", "));
            return Err(ToolError::NotFound(what));
        }
    }
    Ok(())
}

fn hits(searcher: &Searcher, query: &Query, title: &str) -> Result<String, ToolError> {
    let answer = searcher.search(query)?;
    let mut text = format!("# {title}: {}\n\n", query.text);
    if answer.hits.is_empty() {
        let _ = writeln!(text, "No Skill Template matches{}.", filters(&query.filter));
        return Ok(text);
    }
    let _ = writeln!(text, "Found {} matching Skill Template(s):\n", answer.hits.len());
    for (rank, hit) in answer.hits.iter().enumerate() {
        let bundle: CodeBundle = record(&document(searcher, &hit.id)?)?;
        let _ = writeln!(text, "## {}. **{}**\n", rank + 1, bundle.display_name);
        fact(&mut text, "Collection", &bundle.collection);
        fact(&mut text, "Platform", bundle.platforms.join(", "));
        fact(&mut text, "Description", cut(&bundle.description, DESCRIPTION));
        let best = hit.matches.iter().filter(|part| part.kind == Kind::Task).map(|part| part.title.as_str());
        entries(&mut text, "Best matching Tools", best, MOST_TASKS);
        entries(&mut text, "Runbooks", names(&bundle, TaskKind::Runbook), MOST_TASKS);
        entries(&mut text, "Monitors", names(&bundle, TaskKind::Sli), MOST_TASKS);
        fact(&mut text, "Tags", bundle.support_tags.join(", "));
        fact(&mut text, "Relevance", percent(hit));
        fact(&mut text, "Source", link(Some(&source(&bundle)), hit.url.as_deref()));
        text.push_str("\n---\n\n");
    }
    Ok(text)
}

/// ` on AWS with the tag EKS`: what narrowed a search that found nothing.
fn filters(filter: &Filter) -> String {
    let mut text = String::new();
    for (word, values) in
        [(" on", &filter.platforms), (" in", &filter.collections), (" with the tag", &filter.tags)]
    {
        if !values.is_empty() {
            let _ = write!(text, "{word} {}", values.join(" or "));
        }
    }
    text
}

fn names(bundle: &CodeBundle, kind: TaskKind) -> impl Iterator<Item = &str> {
    bundle.tasks.iter().filter(move |task| task.kind == kind).map(|task| task.name.as_str())
}

fn source(bundle: &CodeBundle) -> String {
    format!("{}/{}", bundle.collection, bundle.path)
}

/// `list_codebundles`.
pub(super) fn list(searcher: &Searcher, arguments: &Arguments) -> Result<String, ToolError> {
    let collections = arguments.given("collection_slug").into_iter().collect();
    let filter = Filter { kinds: vec![Kind::CodeBundle], collections, ..Filter::default() };
    check_collections(searcher, &filter)?;
    let heads = searcher.reader().heads(&searcher.listed(&filter)?)?;
    Ok(match arguments.text("format") {
        "json" => listed_json(&heads),
        "summary" => summary(searcher, &heads),
        _ => listed(&heads),
    })
}

fn listed(heads: &[DocumentHead]) -> String {
    let mut text = format!("# Skill Templates\n\n**Total:** {}\n\n", heads.len());
    for head in heads.iter().take(MOST_LISTED) {
        let _ = writeln!(text, "## {}\n", head.title);
        fact(&mut text, "Slug", id_in_collection(&head.id));
        fact(&mut text, "Collection", &head.collection);
        fact(&mut text, "Platform", head.platform.as_deref().unwrap_or_default());
        fact(&mut text, "Description", line(&head.summary, 200));
        text.push('\n');
    }
    if heads.len() > MOST_LISTED {
        let _ = writeln!(
            text,
            "… and {} more: ask for one collection, or for `json`.",
            heads.len() - MOST_LISTED
        );
    }
    text
}

fn listed_json(heads: &[DocumentHead]) -> String {
    let entry = |head: &DocumentHead| {
        json!({
            "slug": id_in_collection(&head.id),
            "collection_slug": head.collection,
            "display_name": head.title,
            "description": head.summary,
            "platform": head.platform,
            "support_tags": head.tags,
            "access_level": head.access.map_or("unknown", |access| access.as_str()),
            "url": head.location.url,
        })
    };
    let bundles: Vec<_> = heads.iter().map(entry).collect();
    json!({ "codebundles": bundles, "count": heads.len() }).to_string()
}

fn summary(searcher: &Searcher, heads: &[DocumentHead]) -> String {
    let mut text = format!("# Skill Templates\n\n**Total:** {}\n\n", heads.len());
    for source in &searcher.reader().manifest().sources {
        let slug = &source.collection.slug;
        let count = heads.iter().filter(|head| head.collection == *slug).count();
        if count > 0 {
            let _ = writeln!(text, "- **{}** (`{slug}`): {count}", source.collection.name);
        }
    }
    text
}

/// `get_codebundle_details`.
pub(super) fn details(searcher: &Searcher, arguments: &Arguments) -> Result<String, ToolError> {
    let slug = arguments.text("slug").trim();
    let id = match arguments.given("collection_slug") {
        Some(collection) => format!("{collection}/{slug}"),
        None => slug.to_owned(),
    };
    let mut bundles: Vec<CodeBundle> = Vec::new();
    for document in searcher.reader().documents(&searcher.named(&id)?)? {
        if document.kind == Kind::CodeBundle {
            bundles.push(record(&document)?);
        }
    }
    match &bundles[..] {
        [bundle] => Ok(detailed(bundle)),
        [] => not_found(searcher, &id),
        several => {
            let collections: Vec<&str> = several.iter().map(|bundle| bundle.collection.as_str()).collect();
            Ok(format!(
                "`{slug}` is in several collections: say `collection_slug`, one of {}.\n",
                collections.join(", ")
            ))
        }
    }
}

/// Nothing has the name: those that are like it are offered, and none is passed off as it.
fn not_found(searcher: &Searcher, id: &str) -> Result<String, ToolError> {
    let mut query = Query::new(id);
    query.filter.kinds = vec![Kind::CodeBundle];
    query.limit = 3;
    let like: Vec<String> = searcher.search(&query)?.hits.into_iter().map(|hit| hit.id).collect();
    let mut text = format!("There is no Skill Template `{id}`.\n");
    entries(&mut text, "Like it", like.iter().map(String::as_str), 3);
    Ok(text)
}

fn detailed(bundle: &CodeBundle) -> String {
    let mut text = format!("# **{}**\n\n", bundle.display_name);
    fact(&mut text, "Slug", &bundle.directory);
    fact(&mut text, "Collection", &bundle.collection);
    fact(&mut text, "Platform", bundle.platforms.join(", "));
    fact(&mut text, "Author", bundle.author.as_deref().unwrap_or_default());
    fact(&mut text, "Access", bundle.access.map_or("", |access| access.as_str()));
    fact(&mut text, "Source", link(Some(&source(bundle)), bundle.url.as_deref()));
    let _ = writeln!(text, "\n## Description\n\n{}", bundle.description.trim());
    for (title, kind) in [("Runbooks", TaskKind::Runbook), ("Monitors", TaskKind::Sli)] {
        let tasks: Vec<&Task> = bundle.tasks.iter().filter(|task| task.kind == kind).collect();
        if !tasks.is_empty() {
            let _ = writeln!(text, "\n## {title} ({})\n", tasks.len());
            for task in tasks {
                let documentation = line(&task.documentation, 200);
                let colon = if documentation.is_empty() { "" } else { ": " };
                let _ = writeln!(text, "- **{}**{colon}{documentation}", task.name);
            }
        }
    }
    needs(&mut text, bundle);
    if !bundle.support_tags.is_empty() {
        let _ = writeln!(text, "\n## Tags\n\n{}", bundle.support_tags.join(", "));
    }
    if let Some(readme) = &bundle.readme {
        let _ = writeln!(text, "\n## README\n\n{}", cut(&readme_text(readme, 2), README));
    }
    text
}

/// What whoever runs the bundle must give.
fn needs(text: &mut String, bundle: &CodeBundle) {
    let variables = bundle.user_variables.iter().map(|variable| {
        let default = variable.default.as_ref().map(|value| format!(" (default `{value}`)"));
        (variable.name.as_str(), described(&variable.description) + &default.unwrap_or_default())
    });
    section(text, "Variables", variables);
    let secrets = bundle.secrets.iter().map(|secret| {
        let optional = if secret.optional { " (optional)" } else { "" };
        (secret.name.as_str(), described(&secret.description) + optional)
    });
    section(text, "Secrets", secrets);
}

fn described(description: &str) -> String {
    match line(description, 200) {
        empty if empty.is_empty() => empty,
        words => format!(": {words}"),
    }
}

/// Names with what is said of each; a name once, as runbook and monitor often import the same.
fn section<'a>(text: &mut String, title: &str, named: impl Iterator<Item = (&'a str, String)>) {
    let mut seen: Vec<&str> = Vec::new();
    let mut lines = String::new();
    for (name, line) in named {
        if !seen.contains(&name) {
            seen.push(name);
            let _ = writeln!(lines, "- `{name}`{line}");
        }
    }
    if !lines.is_empty() {
        let _ = writeln!(text, "\n## {title}\n\n{}", lines.trim_end());
    }
}
