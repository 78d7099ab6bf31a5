//! Tools on CodeCollections.

use std::fmt::Write as _;

use ccr_index::SourceState;
use ccr_index::model::Kind;
use ccr_index::search::{Query, Searcher};
use serde_json::{Value, json};

use super::ToolError;
use super::arguments::Arguments;
use super::markdown::{cut, fact, percent};

/// `find_codecollection`: by what the collections say of themselves, or else by where the CodeBundles
/// are that suit.
pub(super) fn find(searcher: &Searcher, arguments: &Arguments) -> Result<String, ToolError> {
    let mut query = Query::new(arguments.text("query"));
    query.limit = arguments.count("max_results");
    query.filter.kinds = vec![Kind::Collection];
    let mut text = format!("# CodeCollections for: {}\n\n", query.text);
    let mut found: Vec<(String, String)> = Vec::new();
    for hit in searcher.search(&query)?.hits {
        found.push((hit.collection.clone(), percent(&hit)));
    }
    let most = query.limit;
    query.filter.kinds = vec![Kind::CodeBundle];
    query.limit = 50;
    for hit in searcher.search(&query)?.hits {
        if found.len() < most && !found.iter().any(|(slug, _)| *slug == hit.collection) {
            found.push((hit.collection.clone(), format!("{} by `{}`", percent(&hit), hit.id)));
        }
    }
    if found.is_empty() {
        text.push_str("No CodeCollection matches.\n");
    }
    for (rank, (slug, relevance)) in found.iter().enumerate() {
        if let Some(source) =
            searcher.reader().manifest().public_sources().find(|source| source.collection.slug == *slug)
        {
            let _ = writeln!(text, "## {}. **{}**\n", rank + 1, source.collection.name);
            facts(&mut text, source);
            fact(&mut text, "Relevance", relevance);
            text.push('\n');
        }
    }
    Ok(text)
}

/// `list_codecollections`.
pub(super) fn list(searcher: &Searcher, arguments: &Arguments) -> Result<String, ToolError> {
    let sources: Vec<&SourceState> = searcher.reader().manifest().public_sources().collect();
    Ok(match arguments.text("format") {
        "json" => {
            let collections: Vec<Value> = sources.iter().map(|source| entry(source)).collect();
            json!({ "codecollections": collections, "count": sources.len() }).to_string()
        }
        "summary" => {
            let bundles: u64 = sources.iter().map(|source| count(source, Kind::CodeBundle)).sum();
            let tasks: u64 = sources.iter().map(|source| count(source, Kind::Task)).sum();
            format!("{} CodeCollections with {bundles} Skill Templates and {tasks} Tools\n", sources.len())
        }
        _ => {
            let mut text = format!("# CodeCollections\n\n**Total:** {}\n\n", sources.len());
            for source in sources {
                let _ = writeln!(text, "## **{}**\n", source.collection.name);
                facts(&mut text, source);
                text.push('\n');
            }
            text
        }
    })
}

fn count(source: &SourceState, kind: Kind) -> u64 {
    source.counts.get(kind.as_str()).copied().unwrap_or(0)
}

fn facts(text: &mut String, source: &SourceState) {
    let collection = &source.collection;
    fact(text, "Slug", &collection.slug);
    fact(text, "Skill Templates", count(source, Kind::CodeBundle).to_string());
    fact(text, "Tools", count(source, Kind::Task).to_string());
    fact(text, "Description", cut(&collection.description, 500));
    fact(text, "Owner", collection.owner.as_deref().unwrap_or_default());
    fact(text, "Repository", collection.git_url.as_deref().unwrap_or_default());
}

fn entry(source: &SourceState) -> Value {
    let collection = &source.collection;
    json!({
        "slug": collection.slug,
        "name": collection.name,
        "description": collection.description,
        "git_url": collection.git_url,
        "owner": collection.owner,
        "codebundle_count": count(source, Kind::CodeBundle),
        "task_count": count(source, Kind::Task),
    })
}
