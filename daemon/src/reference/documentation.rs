//! Tools on documentation.

use std::fmt::Write as _;

use ccr_index::model::Kind;
use ccr_index::search::{Query, Searcher};

use super::ToolError;
use super::arguments::Arguments;
use super::markdown::{cut, fact, line, link, list, percent};

/// Characters of the best section that are shown.
const TEXT: usize = 1500;
/// Characters of what a page is about.
const SUMMARY: usize = 300;
/// Things of each sort that requirements name.
const MOST: usize = 3;

/// `find_documentation`.
pub(super) fn find(searcher: &Searcher, arguments: &Arguments) -> Result<String, ToolError> {
    let mut text = format!("# Documentation: {}\n\n", arguments.text("query"));
    let mut query = pages(arguments.text("query"), arguments.count("max_results"));
    let category = arguments.text("category");
    if category != "all" {
        query.filter.tags = vec![category.to_owned()];
    }
    show(searcher, &query, &mut text)?;
    Ok(text)
}

/// `get_development_requirements`.
pub(super) fn requirements(searcher: &Searcher, arguments: &Arguments) -> Result<String, ToolError> {
    let feature = arguments.text("feature");
    let mut text = format!("# Development Requirements: {feature}\n\n");
    show(searcher, &pages(feature, MOST), &mut text)?;
    for (title, kind) in [("Keywords", Kind::Keyword), ("Examples", Kind::CodeBundle)] {
        let mut query = Query::new(feature);
        query.filter.kinds = vec![kind];
        query.limit = MOST;
        let hits = searcher.search(&query)?.hits;
        let shown: Vec<String> = hits
            .iter()
            .map(|hit| {
                let summary = line(&hit.summary, 200);
                format!("{} {summary}", link(Some(&hit.id), hit.url.as_deref()))
            })
            .collect();
        list(&mut text, title, shown.iter().map(String::as_str), MOST);
    }
    Ok(text)
}

fn pages(words: &str, most: usize) -> Query {
    let mut query = Query::new(words);
    query.filter.kinds = vec![Kind::Documentation];
    query.limit = most;
    query
}

fn show(searcher: &Searcher, query: &Query, text: &mut String) -> Result<(), ToolError> {
    let hits = searcher.search(query)?.hits;
    if hits.is_empty() {
        let indexed = searcher.reader().manifest().counts.get(Kind::Documentation.as_str());
        let why =
            if indexed.is_none() { "No documentation is indexed." } else { "No documentation matches." };
        let _ = writeln!(text, "{why}\n");
    }
    for (rank, hit) in hits.iter().enumerate() {
        let _ = writeln!(text, "## {}. {}\n", rank + 1, hit.title);
        let mut tags = hit.tags.iter().map(String::as_str);
        fact(text, "Category", tags.next().unwrap_or_default());
        fact(text, "Topics", tags.collect::<Vec<_>>().join(", "));
        let passage = searcher.passage(hit)?;
        let (heading, said) = match &passage {
            Some(passage) => (passage.heading.as_deref().unwrap_or_default(), passage.text.as_str()),
            None => ("", ""),
        };
        fact(text, "Section", heading);
        let url = passage.as_ref().and_then(|passage| passage.url.as_deref()).or(hit.url.as_deref());
        fact(text, "Link", link(None, url));
        fact(text, "Relevance", percent(hit));
        if !heading.is_empty() {
            fact(text, "About", line(&hit.summary, SUMMARY));
        }
        let said = if said.is_empty() { hit.summary.as_str() } else { said };
        let _ = writeln!(text, "\n{}\n", cut(said, TEXT));
    }
    Ok(())
}
