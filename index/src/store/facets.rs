//! What filters name: collected from documents, and put together to answers, whatever keeps it.

use std::collections::BTreeMap;

use super::{FacetValue, Facets, Filter};
use crate::model::{Access, Document, Kind};

pub(super) const KIND: &str = "kind";
pub(super) const COLLECTION: &str = "collection";
const PLATFORM: &str = "platform";
const TAG: &str = "tag";
const ACCESS: &str = "access";

/// A value: how it is written, and how often so; the documents that have it, ascending.
#[derive(Debug, Default)]
pub(super) struct Value<'a> {
    pub(super) spellings: BTreeMap<&'a str, u32>,
    pub(super) documents: Vec<u32>,
}

impl Value<'_> {
    /// How many documents have it.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.documents.len()).unwrap_or(u32::MAX)
    }
}

/// The most frequent spelling, of several the first.
pub(super) fn shown<'a>(spellings: impl Iterator<Item = (&'a str, u32)>) -> Option<&'a str> {
    spellings.max_by_key(|(text, times)| (*times, std::cmp::Reverse(*text))).map(|(text, _)| text)
}

/// Every value of the documents by its facet and what its spellings have in common; a document's number is
/// its position.
pub(super) fn collect(documents: &[Document]) -> BTreeMap<(&'static str, String), Value<'_>> {
    let mut values: BTreeMap<(&'static str, String), Value<'_>> = BTreeMap::new();
    for (number, document) in (0..).zip(documents) {
        let mut add = |facet, folded: String, text| {
            let value = values.entry((facet, folded)).or_default();
            *value.spellings.entry(text).or_default() += 1;
            if value.documents.last() != Some(&number) {
                value.documents.push(number);
            }
        };
        add(KIND, document.kind.as_str().to_owned(), document.kind.as_str());
        add(COLLECTION, document.collection.clone(), &document.collection);
        let named = |text: &&String| !text.trim().is_empty();
        document.platforms.iter().filter(named).for_each(|platform| add(PLATFORM, fold(platform), platform));
        document.tags.iter().filter(named).for_each(|tag| add(TAG, fold(tag), tag));
        if let Some(access) = document.access {
            add(ACCESS, access.as_str().to_owned(), access.as_str());
        }
    }
    values
}

/// What two spellings of a platform or a tag have in common.
fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The values that a filter asks for, facet by facet; facets that it says nothing of are left out.
pub(super) fn asked(filter: &Filter) -> Vec<(&'static str, Vec<String>)> {
    let Filter { kinds, collections, platforms, tags, access } = filter;
    let lists = [
        (KIND, kinds.iter().map(|kind| Kind::as_str(*kind).to_owned()).collect()),
        (COLLECTION, collections.clone()),
        (PLATFORM, platforms.iter().map(|platform| fold(platform)).collect()),
        (TAG, tags.iter().map(|tag| fold(tag)).collect()),
        (ACCESS, access.iter().map(|access| Access::as_str(*access).to_owned()).collect()),
    ];
    lists.into_iter().filter(|(_, values): &(_, Vec<String>)| !values.is_empty()).collect()
}

/// Counts how many facets of a filter each document passed.
#[derive(Debug)]
pub(super) struct Passing {
    /// A document stays behind after the first facet that it fails.
    passed: Vec<u8>,
    asked: u8,
}

impl Passing {
    /// Of so many documents.
    pub(super) fn new(count: u32) -> Passing {
        Passing { passed: vec![0; usize::try_from(count).unwrap_or(usize::MAX)], asked: 0 }
    }

    /// A document has a value that the present facet asks for. Its number is below the count.
    pub(super) fn pass(&mut self, number: u32) {
        if let Some(passed) = self.passed.get_mut(number as usize) {
            *passed += u8::from(*passed == self.asked);
        }
    }

    /// All values of a facet were looked at.
    pub(super) fn end_facet(&mut self) {
        self.asked += 1;
    }

    /// The documents that passed every facet, ascending.
    pub(super) fn numbers(self) -> Vec<u32> {
        let asked = self.asked;
        (0..).zip(self.passed).filter(|(_, passed)| *passed == asked).map(|(number, _)| number).collect()
    }
}

impl Facets {
    /// Adds a value of a facet; `None` for a facet that nothing writes.
    pub(super) fn add(&mut self, facet: &str, value: FacetValue) -> Option<()> {
        match facet {
            KIND => self.kinds.push(value),
            // Documentation that belongs to no collection is kept under the empty slug.
            COLLECTION if value.value.is_empty() => {}
            COLLECTION => self.collections.push(value),
            PLATFORM => self.platforms.push(value),
            TAG => self.tags.push(value),
            ACCESS => self.access.push(value),
            _ => return None,
        }
        Some(())
    }
}
