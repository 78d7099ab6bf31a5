use std::collections::BTreeMap;

use serde_json::Value;

/// What can be said of an index of an older format, of which nothing else is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Older {
    /// Its format.
    pub format: u32,
    /// The generation in service, where that can be read.
    pub generation: Option<u64>,
    /// The number of things of each kind of each source by its slug; absent where that cannot be read.
    sources: Option<BTreeMap<String, BTreeMap<String, u64>>>,
}

impl Older {
    /// Takes what a manifest says of its sources, in whatever format it is as far as possible.
    pub(super) fn of(format: u32, generation: Option<u64>, manifest: Option<&Value>) -> Older {
        let counts = |source: &Value| {
            let counts = source.get("counts")?.as_object()?.iter();
            Some(counts.filter_map(|(kind, count)| Some((kind.clone(), count.as_u64()?))).collect())
        };
        let one = |source: &Value| {
            let slug = source.get("collection").unwrap_or(source).get("slug")?.as_str()?;
            Some((slug.to_owned(), counts(source).unwrap_or_default()))
        };
        let sources = manifest.and_then(|manifest| manifest.get("sources")?.as_array());
        Older { format, generation, sources: sources.map(|all| all.iter().filter_map(one).collect()) }
    }

    /// How many things of each kind it holds of a source; nothing where it does not have the source. Where nobody
    /// knows what it has, it has an unknown number of things of each.
    pub fn size_of(&self, slug: &str) -> Option<&BTreeMap<String, u64>> {
        static UNKNOWN: BTreeMap<String, u64> = BTreeMap::new();
        match &self.sources {
            Some(sources) => sources.get(slug),
            None => Some(&UNKNOWN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_can_be_read_is_taken() {
        let manifest = serde_json::json!({"sources": [
            {"collection": {"slug": "one"}, "counts": {"task": 3, "odd": "x"}, "new": []},
            {"slug": "two"}, {"collection": 7}, 8,
        ]});
        let older = Older::of(1, Some(4), Some(&manifest));
        assert_eq!(older.size_of("one"), Some(&BTreeMap::from([("task".to_owned(), 3)])));
        assert_eq!(older.size_of("two"), Some(&BTreeMap::new()));
        assert_eq!(older.size_of("three"), None);
        // What nobody knows may be anything.
        assert_eq!(Older::of(1, None, None).size_of("three"), Some(&BTreeMap::new()));
        assert_eq!(Older::of(1, None, Some(&Value::Null)).size_of("three"), Some(&BTreeMap::new()));
    }
}
