//! Tags as Robot Framework keeps them (`robot.model.Tags`).

use std::collections::BTreeMap;

/// Tags sorted and without doubles, regardless of case, spaces and underscores; the first
/// spelling stays. `NONE` and empty tags are none.
pub(crate) fn normalized<'a>(tags: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut found: BTreeMap<String, &str> = BTreeMap::new();
    for tag in tags {
        found.entry(key(tag)).or_insert(tag);
    }
    found.remove("");
    found.remove("none");
    found.into_values().map(str::to_owned).collect()
}

/// True when `robot:<name>` is among the tags.
pub(crate) fn has_reserved(tags: &[String], name: &str) -> bool {
    tags.iter().any(|tag| key(tag).strip_prefix("robot:") == Some(name))
}

/// The form in which tags are the same.
fn key(tag: &str) -> String {
    tag.chars().filter(|c| !c.is_whitespace() && *c != '_').flat_map(char::to_lowercase).collect()
}
