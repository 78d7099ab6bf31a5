use std::fmt::Debug;

use serde_json::Value;

/// What is not as expected; all of it is shown at once.
#[derive(Default)]
pub(crate) struct Differences(Vec<String>);

impl Differences {
    /// Notes where two things differ.
    pub(crate) fn compare<T: PartialEq + Debug>(&mut self, what: &str, found: &T, expected: &T) {
        if found != expected {
            self.0.push(format!("{what}\n     found {found:?}\n  expected {expected:?}"));
        }
    }

    /// Notes what does not hold.
    pub(crate) fn require(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }

    /// Fails where anything was noted.
    pub(crate) fn finish(self) {
        assert!(self.0.is_empty(), "{} differences:\n{}", self.0.len(), self.0.join("\n"));
    }
}

/// The text at a key; empty where there is none.
pub(crate) fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

/// The text at a key, where there is one.
pub(crate) fn some_text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}

/// The texts in a list at a key; none where there is no list.
pub(crate) fn texts(value: &Value, key: &str) -> Vec<String> {
    list(value, key).filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// The items of a list at a key.
pub(crate) fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

/// The entries of a mapping at a key.
pub(crate) fn entries<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value[key].as_object().into_iter().flatten()
}

/// Names and texts of a mapping at a key, sorted by name.
pub(crate) fn pairs(value: &Value, key: &str) -> Vec<(String, String)> {
    let pair =
        |(name, value): (&String, &Value)| (name.clone(), value.as_str().unwrap_or_default().to_owned());
    let mut pairs: Vec<(String, String)> = entries(value, key).map(pair).collect();
    pairs.sort();
    pairs
}

/// The number at a key.
pub(crate) fn line(value: &Value, key: &str) -> Option<u32> {
    value[key].as_u64().and_then(|line| u32::try_from(line).ok())
}
