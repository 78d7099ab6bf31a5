//! Everything known of one thing, as `ccr show --format json` prints it.

use ccr_index::model::{Document, id_in_collection};
use ccr_index::search::Searcher;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ask::internal;
use crate::problem::Problem;

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

/// The rest of a sentence: what could have been meant.
fn offer(searcher: &Searcher, id: &str) -> Result<String, Problem> {
    let offered = searcher.ids_like(id)?;
    Ok(if offered.is_empty() { String::new() } else { format!("; there is {}", offered.join(", ")) })
}

/// The whole of a document as JSON.
pub(crate) fn json(searcher: &Searcher, document: &Document) -> Result<Value, Problem> {
    let whole = searcher.whole(document)?;
    whole.ok_or_else(|| internal(&format!("the index holds no record of `{}`", document.id)))
}

/// The import name in the id of a keyword's library.
pub(crate) fn library_name(keyword: &Document) -> &str {
    id_in_collection(keyword.parent.as_deref().unwrap_or_default())
}
