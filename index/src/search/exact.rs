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
    if text.contains("://") {
        return address(reader, text);
    }
    let mut found = Vec::new();
    for source in &reader.manifest().sources {
        found.extend(reader.find(&format!("{}/{text}", source.collection.slug))?);
    }
    Ok(found)
}

/// The page at an address that is written a little differently, or that has a part which the index does
/// not know.
fn address(reader: &dyn Generation, text: &str) -> Result<Vec<u32>, Error> {
    let (page, fragment) = text.split_once('#').unwrap_or((text, ""));
    let other = match page.strip_suffix('/') {
        Some(page) => page.to_owned(),
        None => format!("{page}/"),
    };
    let ways = [format!("{other}#{fragment}"), page.to_owned(), other];
    for way in ways {
        if let Some(number) = reader.find(way.trim_end_matches('#'))? {
            return Ok(vec![number]);
        }
    }
    Ok(Vec::new())
}
