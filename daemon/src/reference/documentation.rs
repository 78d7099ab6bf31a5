//! Tools on documentation.

use std::fmt::Write as _;

use ccr_index::model::{Document, Field, Kind};
use ccr_index::search::{Query, Searcher};

use super::ToolError;
use super::arguments::Arguments;
use super::markdown::{cut, document, fact, line, link, list, percent};

/// Characters of a page that are shown.
const TEXT: usize = 1500;
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
        fact(text, "Category", hit.tags.join(", "));
        fact(text, "Link", link(None, hit.url.as_deref()));
        fact(text, "Relevance", percent(hit));
        let _ = writeln!(text, "\n{}\n", cut(body(&document(searcher, &hit.id)?), TEXT));
    }
    Ok(())
}

/// What the page says.
fn body(document: &Document) -> &str {
    let of =
        |wanted| document.fields.iter().find(|(field, _)| *field == wanted).map(|(_, text)| text.as_str());
    of(Field::Body).or_else(|| of(Field::Summary)).unwrap_or(&document.summary)
}
