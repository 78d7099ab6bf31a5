//! Ids and directory names typed as they are.

use crate::store::{Error, Generation};

/// The document whose id is exactly the text, or else those whose directory, import name or task it is
/// in any collection.
pub(super) fn named(reader: &dyn Generation, text: &str) -> Result<Vec<u32>, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(number) = reader.find(text)? {
        return Ok(vec![number]);
    }
    let mut found = Vec::new();
    for source in &reader.manifest().sources {
        found.extend(reader.find(&format!("{}/{text}", source.collection.slug))?);
    }
    Ok(found)
}
