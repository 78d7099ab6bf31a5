//! Segments of an index that were inverted by themselves, joined into one: byte for byte what inverting
//! all their documents at once gives. A store that keeps segments inverts only what changed.

use super::{encode, lexicon, outline};

/// The documents of one segment, inverted by themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    /// Terms in byte order with their encoded postings, by positions in the segment.
    pub terms: Vec<(String, Vec<u8>)>,
    /// What the tables of the whole index are joined from.
    pub tables: Tables,
}

/// The part of a segment in the tables that ranking reads whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tables {
    /// Its rows of the outline, without callers: those are counted over all segments.
    pub outline: Vec<u8>,
    /// Its words with those that are rare in it, and may not be in all segments together.
    pub words: Vec<u8>,
    /// Its keywords by position, each with the term of a call of it.
    pub calls: Vec<(u32, String)>,
}

/// The named tables of [`super::Inverted`] over all segments, in their order. `callers` gives the number of
/// documents, in all segments, that hold the term of a call.
pub fn join_tables(tables: &[Tables], callers: impl Fn(&str) -> u32) -> Vec<(String, Vec<u8>)> {
    let lexicon = lexicon::join(tables.iter().map(|tables| tables.words.as_slice()));
    let outline = outline::join(tables, callers);
    vec![("lexicon".to_owned(), lexicon), ("outline".to_owned(), outline)]
}

/// The encoded postings of a term over all segments that hold it: each list with the number of the segment's
/// first document, ascending.
pub fn join_postings<'a>(lists: impl Iterator<Item = (u32, &'a [u8])>) -> Vec<u8> {
    encode::join(lists)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::lexical::{documents_of, invert, invert_segment};
    use crate::model::{Document, Field, Kind, STANDARD_LIBRARIES};

    /// Documents that share words, call each other and hold each other.
    fn any_document() -> impl Strategy<Value = Document> {
        let words = vec(
            select(
                &["restart", "Restart", "pod", "pods", "kubectl_get", "AKS", "the", "zeppelin", "${X}"][..],
            ),
            0..12,
        );
        let calls =
            vec(select(&["Run It", "Lib.Run It", "run_it", "Other Thing", "Import    RW.Core"][..]), 0..4);
        let kinds = select(&[Kind::Keyword, Kind::Task, Kind::CodeBundle, Kind::Library][..]);
        let titles = select(&["Run It", "Other Thing", "Restart Pods"][..]);
        (kinds, titles, words, calls, any::<bool>(), any::<prop::sample::Index>()).prop_map(
            |(kind, title, words, calls, is_standard, parent)| Document {
                title: title.to_owned(),
                collection: if is_standard { STANDARD_LIBRARIES } else { "a" }.to_owned(),
                // Replaced by an id of the same segment where it is below its number of documents.
                parent: Some(parent.index(12).to_string()),
                fields: vec![
                    (Field::Title, title.to_owned()),
                    (Field::Code, words.join(" ")),
                    (Field::Body, words.iter().rev().copied().collect::<Vec<_>>().join(" ")),
                    (Field::Calls, calls.join("\n")),
                ],
                ..Document::new(String::new(), kind)
            },
        )
    }

    proptest! {
        #[test]
        fn joined_segments_are_one_inversion_of_all(mut segments in vec(vec(any_document(), 0..8), 0..6)) {
            for (segment, documents) in segments.iter_mut().enumerate() {
                for (number, document) in documents.iter_mut().enumerate() {
                    document.id = format!("{segment}/{number}");
                    document.parent = document.parent.take().map(|parent| format!("{segment}/{parent}"));
                }
            }
            let whole = invert(&segments.concat());
            let mut base = 0;
            let mut lists: BTreeMap<String, Vec<(u32, Vec<u8>)>> = BTreeMap::new();
            let mut tables = Vec::new();
            for documents in &segments {
                let segment = invert_segment(documents);
                for (term, bytes) in segment.terms {
                    lists.entry(term).or_default().push((base, bytes));
                }
                tables.push(segment.tables);
                base += documents.len() as u32;
            }
            let joined: Vec<(String, Vec<u8>)> = lists
                .into_iter()
                .map(|(term, lists)| {
                    let lists = lists.iter().map(|(base, bytes)| (*base, bytes.as_slice()));
                    (term, join_postings(lists))
                })
                .collect();
            let counts: HashMap<&str, u32> =
                joined.iter().map(|(term, bytes)| (term.as_str(), documents_of(bytes).len() as u32)).collect();
            let blobs = join_tables(&tables, |term| counts.get(term).copied().unwrap_or(0));
            prop_assert_eq!(blobs, whole.blobs);
            prop_assert_eq!(joined, whole.terms);
        }
    }
}
