use serde::Serialize;

use crate::model::{Access, Kind};

/// Which documents to look at: those that pass every list that is not empty, and pass a list by
/// having any of its values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Kinds.
    pub kinds: Vec<Kind>,
    /// Slugs, exactly.
    pub collections: Vec<String>,
    /// Platforms, letter case ignored; every platform of a document counts.
    pub platforms: Vec<String>,
    /// Tags, letter case ignored.
    pub tags: Vec<String>,
    /// Access; a document that states none passes no such filter.
    pub access: Vec<Access>,
}

impl Filter {
    /// Whether every document passes.
    pub fn is_empty(&self) -> bool {
        let Filter { kinds, collections, platforms, tags, access } = self;
        kinds.is_empty()
            && collections.is_empty()
            && platforms.is_empty()
            && tags.is_empty()
            && access.is_empty()
    }
}

/// Every value that a filter can name, each list in alphabetical order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Facets {
    /// Kinds, as [`Kind::as_str`] writes them.
    pub kinds: Vec<FacetValue>,
    /// Slugs of the collections.
    pub collections: Vec<FacetValue>,
    /// Platforms.
    pub platforms: Vec<FacetValue>,
    /// Tags.
    pub tags: Vec<FacetValue>,
    /// Access, as [`Access::as_str`] writes it.
    pub access: Vec<FacetValue>,
}

/// A value that a filter can name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// The value in its most frequent spelling.
    pub value: String,
    /// How many documents have it.
    pub count: u32,
}
