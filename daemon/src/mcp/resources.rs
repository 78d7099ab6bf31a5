//! CodeBundles, libraries and pages of documentation as resources: `resources/list`, `resources/templates/list`, `resources/read`.

use ccr_index::model::Kind;
use ccr_index::search::Searcher;
use ccr_index::store::{DocumentHead, Filter};
use rmcp::ErrorData;
use rmcp::model::{
    CacheScope, ListResourceTemplatesResult, ListResourcesResult, ReadResourceResult, Resource,
    ResourceContents, ResourceTemplate,
};
use serde_json::json;

use super::{ToolSet, uri};
use crate::LiveIndex;
use crate::mcp::lean::{LeanTools, open};
use ccr_index::causes;

/// Resources of a page.
const PAGE: usize = 100;
/// Tokens that a resource may take: a person chose it.
const MOST_TOKENS: usize = 8_000;
/// How long clients may keep what comes from the index, in milliseconds.
const INDEX_TTL: u64 = 60_000;
const MARKDOWN: &str = "text/markdown";

/// A page of the resources there are: CodeBundles, then libraries, then documentation.
pub(super) fn list(index: &LiveIndex, cursor: Option<&str>) -> Result<ListResourcesResult, ErrorData> {
    let searcher = opened(index)?;
    let from: usize = match cursor {
        None => 0,
        Some(cursor) => cursor.parse().map_err(|_| wrong_cursor(cursor))?,
    };
    let numbers = numbers(&searcher)?;
    let page: Vec<u32> = numbers.iter().copied().skip(from).take(PAGE).collect();
    if page.is_empty() && from > 0 {
        return Err(wrong_cursor(cursor.unwrap_or_default()));
    }
    let heads = searcher.reader().heads(&page).map_err(|error| internal(&error))?;
    let mut result = ListResourcesResult::with_all_items(heads.iter().map(resource).collect())
        .with_ttl_ms(INDEX_TTL)
        .with_cache_scope(CacheScope::Private);
    let end = from + page.len();
    result.next_cursor = (end < numbers.len()).then(|| end.to_string());
    Ok(result)
}

fn numbers(searcher: &Searcher) -> Result<Vec<u32>, ErrorData> {
    let mut numbers = Vec::new();
    for kind in uri::KINDS {
        let filter = Filter { kinds: vec![kind], ..Filter::default() };
        numbers.extend(searcher.listed(&filter).map_err(|error| internal(&error))?);
    }
    Ok(numbers)
}

fn resource(head: &DocumentHead) -> Resource {
    let resource = Resource::new(uri::of(head.kind, &head.id), head.id.clone())
        .with_title(head.title.clone())
        .with_mime_type(MARKDOWN);
    if head.summary.is_empty() { resource } else { resource.with_description(head.summary.clone()) }
}

/// How the addresses are made. Names of libraries may hold slashes.
pub(super) fn templates() -> ListResourceTemplatesResult {
    let template = |uri: &str, name: &str, title: &str, about: &str| {
        ResourceTemplate::new(uri, name).with_title(title).with_description(about).with_mime_type(MARKDOWN)
    };
    ListResourceTemplatesResult::with_all_items(vec![
        template(
            "ccr://codebundle/{collection}/{directory}",
            "codebundle",
            "CodeBundle",
            "What a CodeBundle does: tasks, variables, secrets, source",
        ),
        template(
            "ccr://library/{collection}/{+name}",
            "library",
            "Keyword library",
            "The keywords of a library with their arguments",
        ),
        template(
            "ccr://documentation/{+id}",
            "documentation",
            "Documentation",
            "A page of documentation, a section of one, or a question with its answer",
        ),
    ])
}

/// A CodeBundle, library or page as text.
pub(super) fn read(index: &LiveIndex, address: &str) -> Result<ReadResourceResult, ErrorData> {
    let searcher = opened(index)?;
    let unknown = || {
        let told = format!("there is no resource `{address}`: resources/list names them all");
        ErrorData::resource_not_found(told, Some(json!({"uri": address})))
    };
    let (kind, id) = uri::read(address).ok_or_else(unknown)?;
    if !is_of_kind(&searcher, &id, kind).map_err(|error| internal(&error))? {
        return Err(unknown());
    }
    let mut text = String::new();
    for (section, heading) in sections(kind) {
        let arguments = json!({"id": id, "section": section, "max_tokens": MOST_TOKENS});
        let reply =
            arguments.as_object().map(|arguments| LeanTools::default().call(index, "ccr_get", arguments));
        let Some(Ok(reply)) = reply.filter(|reply| reply.as_ref().is_ok_and(|reply| !reply.is_error)) else {
            return Err(unknown());
        };
        // Every section begins with the title and the id.
        let skipped = if heading.is_empty() { 0 } else { 2 };
        let body: Vec<&str> = reply.text.lines().skip(skipped).collect();
        let mark = if heading.is_empty() { "# " } else { heading };
        text.push_str(&format!("{mark}{}\n", body.join("\n")));
    }
    let contents = ResourceContents::text(text, address).with_mime_type(MARKDOWN);
    Ok(ReadResourceResult::new(vec![contents]).with_ttl_ms(INDEX_TTL).with_cache_scope(CacheScope::Private))
}

/// The sections that a resource is made of, with their headings; the first begins with the title.
fn sections(kind: Kind) -> &'static [(&'static str, &'static str)] {
    match kind {
        Kind::CodeBundle => &[
            ("overview", ""),
            ("tasks", "\n## Tasks\n\n"),
            ("variables", "\n## Variables and secrets\n\n"),
            ("readme", "\n## README\n\n"),
        ],
        Kind::Documentation => &[("overview", "")],
        _ => &[("overview", ""), ("keywords", "\n## Keywords\n\n"), ("readme", "\n## Documentation\n\n")],
    }
}

fn is_of_kind(searcher: &Searcher, id: &str, kind: Kind) -> Result<bool, ccr_index::store::Error> {
    let Some(number) = searcher.reader().find(id)? else { return Ok(false) };
    Ok(searcher.reader().heads(&[number])?.iter().any(|head| head.kind == kind))
}

/// The index, or the error that a request without a place for advice gets.
pub(super) fn opened(index: &LiveIndex) -> Result<std::sync::Arc<Searcher>, ErrorData> {
    open(index).map_err(|error| internal(&error))
}

pub(super) fn internal(error: &ccr_index::store::Error) -> ErrorData {
    ErrorData::internal_error(causes(error), None)
}

fn wrong_cursor(cursor: &str) -> ErrorData {
    ErrorData::invalid_params(format!("`{cursor}` is no cursor of this list"), None)
}
