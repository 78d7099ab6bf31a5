//! Tools on keyword libraries.

use std::fmt::Write as _;

use ccr_index::model::{Keyword, Kind, Library, LibraryKind};
use ccr_index::search::{Hit, Query, Searcher};

use super::ToolError;
use super::arguments::Arguments;
use super::markdown::{cut, document, fact, line, link, list, percent, record};

/// Hits that are shown.
const MOST: usize = 5;
/// Hits that are looked at for those of a category.
const LOOKED_AT: usize = 50;
/// Keywords that are named of a library.
const MOST_KEYWORDS: usize = 20;
/// Callers that are shown of a keyword.
const MOST_CALLERS: usize = 3;
/// Characters of a documentation.
const DOCUMENTATION: usize = 800;

/// Categories of keywords, and the words one of which stands in the name, the library or the summary of
/// a keyword of that category.
const WORDS: [(&str, &[&str]); 7] = [
    ("cli", &["cli", "command", "bash", "shell"]),
    ("kubernetes", &["k8s", "kube", "helm"]),
    ("aws", &["aws", "amazon", "boto", "cloudwatch"]),
    ("azure", &["azure", "azcli"]),
    ("gcp", &["gcp", "google", "gcloud"]),
    ("prometheus", &["prom", "metric"]),
    ("database", &["sql", "postgres", "patroni", "mongo", "redis", "database"]),
];

/// `keyword_usage_help`.
pub(super) fn keyword_help(searcher: &Searcher, arguments: &Arguments) -> Result<String, ToolError> {
    let category = arguments.text("category");
    let hits = hits(searcher, arguments, Kind::Keyword, |hit| is_of(hit, category))?;
    let mut text = format!("# Library Help: {}\n\n", arguments.text("query"));
    if hits.is_empty() {
        text.push_str("No keyword matches.\n");
    }
    for (rank, hit) in hits.iter().enumerate() {
        let document = document(searcher, &hit.id)?;
        let keyword: Keyword = record(&document)?;
        let library = crate::record::library_name(&document);
        let _ = writeln!(text, "## {}. **{}**\n", rank + 1, keyword.name);
        fact(&mut text, "Library", format!("`{library}` of {}", document.collection));
        let arguments: Vec<&str> = keyword.args.iter().map(|argument| argument.repr.as_str()).collect();
        list(&mut text, "Arguments", arguments, MOST_KEYWORDS);
        fact(&mut text, "Documentation", cut(&keyword.doc, DOCUMENTATION));
        let of = document.parent.as_deref().unwrap_or(library);
        let callers = searcher.callers(of, &keyword.name)?;
        let shown = callers.calls.iter().map(|caller| {
            let place = format!("{}:{}", caller.path, caller.line);
            format!("{}: {}", caller.codebundle, link(Some(&place), caller.url.as_deref()))
        });
        let shown: Vec<String> = shown.collect();
        list(&mut text, "Called by", shown.iter().map(String::as_str), MOST_CALLERS);
        let place = format!("{}:{}", keyword.path, keyword.line);
        fact(&mut text, "Source", link(Some(&place), document.location.url.as_deref()));
        fact(&mut text, "Relevance", percent(hit));
        text.push('\n');
    }
    Ok(text)
}

/// `find_library_info`.
pub(super) fn find(searcher: &Searcher, arguments: &Arguments) -> Result<String, ToolError> {
    let category = arguments.text("category");
    let found = hits(searcher, arguments, Kind::Library, |_| true)?;
    let mut text = format!("# Library Search: {}\n\n", arguments.text("query"));
    let mut rank = 0;
    for hit in found {
        let document = document(searcher, &hit.id)?;
        let library: Library = record(&document)?;
        if !suits(&library, category) || rank == MOST {
            continue;
        }
        rank += 1;
        let _ = writeln!(text, "## {rank}. **{}**\n", library.name);
        fact(&mut text, "Collection", &library.collection);
        fact(&mut text, "Import", import(&library));
        fact(&mut text, "Description", cut(&library.doc, DOCUMENTATION));
        let keywords: Vec<String> = library
            .public_keywords()
            .map(|keyword| match keyword.short_doc.is_empty() {
                true => format!("`{}`", keyword.name),
                false => format!("`{}`: {}", keyword.name, line(&keyword.short_doc, 120)),
            })
            .collect();
        list(&mut text, "Keywords", keywords.iter().map(String::as_str), MOST_KEYWORDS);
        fact(&mut text, "Source", link(Some(&library.path), document.location.url.as_deref()));
        fact(&mut text, "Relevance", percent(&hit));
        text.push('\n');
    }
    if rank == 0 {
        text.push_str("No library matches.\n");
    }
    Ok(text)
}

fn hits(
    searcher: &Searcher,
    arguments: &Arguments,
    kind: Kind,
    is_wanted: impl Fn(&Hit) -> bool,
) -> Result<Vec<Hit>, ToolError> {
    let mut query = Query::new(arguments.text("query"));
    query.filter.kinds = vec![kind];
    query.limit = LOOKED_AT;
    let most = if kind == Kind::Keyword { MOST } else { LOOKED_AT };
    Ok(searcher.search(&query)?.hits.into_iter().filter(is_wanted).take(most).collect())
}

fn is_of(hit: &Hit, category: &str) -> bool {
    let Some((_, words)) = WORDS.iter().find(|(name, _)| *name == category) else { return true };
    let text = format!("{} {}", hit.id, hit.summary).to_lowercase();
    words.iter().any(|word| text.contains(word))
}

fn suits(library: &Library, category: &str) -> bool {
    let says = |words: &[&str]| {
        let text = format!("{} {}", library.name, library.doc).to_lowercase();
        words.iter().any(|word| text.contains(word))
    };
    match category {
        "python" => library.kind == LibraryKind::Python,
        "cli" => says(&["cli"]),
        "shell" => says(&["shell", "bash", "cli", "ssh"]),
        _ => true,
    }
}

/// The line of a suite that imports it.
fn import(library: &Library) -> String {
    let word = if library.kind == LibraryKind::Resource { "Resource" } else { "Library" };
    format!("`{word}    {}`", library.name)
}
