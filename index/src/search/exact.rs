//! Ids and directory names typed as they are.

use crate::store::{Error, local::Reader};

/// The document whose id, or whose directory or import name, is exactly the text.
pub(super) fn named(reader: &Reader, text: &str) -> Result<Option<u32>, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(number) = reader.find(text)? {
        return Ok(Some(number));
    }
    for source in &reader.manifest().sources {
        if let Some(number) = reader.find(&format!("{}/{text}", source.collection.slug))? {
            return Ok(Some(number));
        }
    }
    Ok(None)
}
