//! Everything known of one thing, as `ccr show --format json` prints it.

use ccr_index::model::Document;
use ccr_index::search::{Query, Searcher};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ask::internal;
use crate::problem::Problem;

/// Ids offered where nothing has the one asked for.
const MOST_OFFERED: usize = 3;

/// The record of a document.
pub(crate) fn of<T: DeserializeOwned>(document: &Document) -> Result<T, Problem> {
    let text = document.record.as_deref();
    let text = text.ok_or_else(|| internal(&format!("the index holds no record of `{}`", document.id)))?;
    serde_json::from_str(text)
        .map_err(|error| internal(&format!("the record of `{}` cannot be read: {error}", document.id)))
}

/// The one document that an id means; the collection may be left out of it.
pub(crate) fn find(searcher: &Searcher, id: &str) -> Result<Document, Problem> {
    let named = searcher.named(id)?;
    match named[..] {
        [number] => Ok(searcher.reader().document(number)?),
        [] => Err(Problem::not_found(format!("nothing has the id `{id}`{}", offer(searcher, id)?))),
        _ => {
            let heads = searcher.reader().heads(&named)?;
            let ids: Vec<&str> = heads.iter().map(|head| head.id.as_str()).collect();
            Err(Problem::not_found(format!(
                "more than one thing is named `{id}`: take one of {}",
                ids.join(", ")
            )))
        }
    }
}

/// Ids that begin alike, or else what a search for the words finds.
fn offer(searcher: &Searcher, id: &str) -> Result<String, Problem> {
    let mut offered = searcher.reader().ids_like(id, MOST_OFFERED)?;
    if offered.is_empty() {
        let mut query = Query::new(id);
        query.limit = MOST_OFFERED;
        offered = searcher.search(&query)?.hits.into_iter().map(|hit| hit.id).collect();
    }
    Ok(if offered.is_empty() { String::new() } else { format!("; there is {}", offered.join(", ")) })
}

/// The whole of a document as JSON.
pub(crate) fn json(searcher: &Searcher, document: &Document) -> Result<Value, Problem> {
    let whole = searcher.whole(document)?;
    whole.ok_or_else(|| internal(&format!("the index holds no record of `{}`", document.id)))
}

/// The import name in the id of a keyword's library.
pub(crate) fn library_name(keyword: &Document) -> &str {
    let id = keyword.parent.as_deref().unwrap_or_default();
    id.split_once('/').map_or(id, |(_, name)| name)
}
