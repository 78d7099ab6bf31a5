//! What ranking knows of every document without reading it: its kind, the document that holds it,
//! how long each field is, how many documents call it or how important a page is, in a byte each (ranking
//! needs no more), whether it is of the standard libraries and for which clouds it is.

use std::collections::{BTreeMap, HashMap};

use super::encode::Frequencies;
use super::join::Tables;
use crate::model::{Document, Field, Kind, SECTION, STANDARD_LIBRARIES};
use crate::platform::Clouds;

const FIELDS: usize = Field::ALL.len();
/// A row: the kind, four bytes of the parent's number plus one, the field lengths, the callers of a
/// keyword or the priority of a page, and flags: [`STANDARD`], and its clouds from [`CLOUDS`] on.
const WIDTH: usize = 1 + 4 + FIELDS + 1 + 1;
/// The flag of what is of the standard libraries.
const STANDARD: u8 = 1;
/// Position of the first bit of a document's clouds.
const CLOUDS: u32 = 1;
/// Steps per doubling; a byte then reaches 2^(255/16) words.
const STEPS: f32 = 16.0;

/// Kind, parent and field lengths of every document.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    rows: Vec<u8>,
    /// Kinds of which collections have documents.
    own: [bool; Kind::ALL.len()],
    averages: [[f32; FIELDS]; Kind::ALL.len()],
    counts: [u32; Kind::ALL.len()],
    decoded: Vec<f32>,
}

impl Outline {
    /// Reads the table that [`super::invert`] made. Bytes that fill no row are left out.
    pub fn new(mut rows: Vec<u8>) -> Self {
        rows.truncate(rows.len() / WIDTH * WIDTH);
        let decoded: Vec<f32> = (0..=255u8).map(|byte| (f32::from(byte) / STEPS).exp2() - 1.0).collect();
        let mut averages = [[0.0f32; FIELDS]; Kind::ALL.len()];
        let mut counts = [0u32; Kind::ALL.len()];
        let mut own = [false; Kind::ALL.len()];
        rows.chunks_exact(WIDTH).for_each(|row| own[kind_index(row)] |= !is_of_standard(row));
        for row in rows.chunks_exact(WIDTH).filter(|row| is_counted(row, &own)) {
            let kind = kind_index(row);
            counts[kind] += 1;
            for (sum, byte) in averages[kind].iter_mut().zip(&row[5..5 + FIELDS]) {
                *sum += decoded[usize::from(*byte)];
            }
        }
        for (sums, count) in averages.iter_mut().zip(counts) {
            sums.iter_mut().for_each(|sum| *sum /= count.max(1) as f32);
        }
        Outline { rows, own, averages, counts, decoded }
    }

    /// Number of documents.
    pub fn documents(&self) -> usize {
        self.rows.len() / WIDTH
    }

    /// Number of documents of a kind that are counted.
    pub fn count(&self, kind: Kind) -> u32 {
        self.counts[kind as usize]
    }

    /// Number of documents by what they are counted as ([`Document::counted_as`]).
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for number in 0..self.documents() as u32 {
            let kind =
                self.kind(number).map(|kind| if self.is_section(number) { SECTION } else { kind.as_str() });
            kind.into_iter().for_each(|kind| *counts.entry(kind.to_owned()).or_default() += 1);
        }
        counts
    }

    /// The kind of a document; `None` for a number that is not in the index.
    pub fn kind(&self, document: u32) -> Option<Kind> {
        self.row(document).map(|row| Kind::ALL[kind_index(row)])
    }

    /// The document that holds this one: the bundle of a task.
    pub fn parent(&self, document: u32) -> Option<u32> {
        let row = self.row(document)?;
        u32::from_le_bytes([row[1], row[2], row[3], row[4]]).checked_sub(1)
    }

    /// What scoring needs of a document, looked up once; `None` for a number that is not in the index.
    pub(super) fn profile(&self, document: u32) -> Option<Profile<'_>> {
        self.row(document).map(|row| Profile { outline: self, row })
    }

    /// Whether a document is a section of a page.
    pub(crate) fn is_section(&self, document: u32) -> bool {
        self.kind(document) == Some(Kind::Documentation) && self.parent(document).is_some()
    }

    /// How many documents call this keyword, as the logarithm to base 2 of one more; 0 for what is none.
    pub(crate) fn callers(&self, document: u32) -> f32 {
        match self.kind(document) {
            Some(Kind::Keyword) => self.standing(document),
            _ => 0.0,
        }
    }

    /// How important a page is: 1 where more than others, -1 where less, 0 for what is no page.
    pub(crate) fn priority(&self, document: u32) -> f32 {
        match self.kind(document) {
            Some(Kind::Documentation) => self.standing(document) - 1.0,
            _ => 0.0,
        }
    }

    fn standing(&self, document: u32) -> f32 {
        self.row(document).map_or(0.0, |row| f32::from(row[WIDTH - 2]) / STEPS)
    }

    /// Whether it is of Robot Framework's standard libraries.
    pub(crate) fn is_standard(&self, document: u32) -> bool {
        self.row(document).is_some_and(is_of_standard)
    }

    /// The clouds that a document is for.
    pub(crate) fn clouds(&self, document: u32) -> Clouds {
        self.row(document).map_or(Clouds::default(), |row| Clouds::from_bits(row[WIDTH - 1] >> CLOUDS))
    }

    fn row(&self, document: u32) -> Option<&[u8]> {
        let start = (document as usize).checked_mul(WIDTH)?;
        self.rows.get(start..start + WIDTH)
    }
}

/// One document of an outline.
#[derive(Clone, Copy)]
pub(super) struct Profile<'a> {
    outline: &'a Outline,
    row: &'a [u8],
}

impl Profile<'_> {
    /// Position of its kind in [`Kind::ALL`].
    pub(super) fn kind(self) -> usize {
        kind_index(self.row)
    }

    /// Length of a field over the average length of that field in documents of the same kind.
    pub(super) fn relative(self, field: usize) -> f32 {
        let average = self.outline.averages[self.kind()][field];
        if average > 0.0 { self.outline.decoded[usize::from(self.row[5 + field])] / average } else { 1.0 }
    }

    /// Whether it is counted: what is common among keywords is told by those of the collections, so that
    /// the standard libraries change nothing in how these rank. Without any, they count themselves.
    pub(super) fn is_counted(self) -> bool {
        is_counted(self.row, &self.outline.own)
    }
}

fn is_counted(row: &[u8], own: &[bool; Kind::ALL.len()]) -> bool {
    !is_of_standard(row) || !own[kind_index(row)]
}

fn is_of_standard(row: &[u8]) -> bool {
    row[WIDTH - 1] & STANDARD != 0
}

fn kind_index(row: &[u8]) -> usize {
    usize::from(row[0]).min(Kind::ALL.len() - 1)
}

/// A row a document. `lengths` are in words; `standing` gives the number of documents that call a
/// keyword, and 3, 1 or 0 for a page of high, medium or low priority.
pub(crate) fn encode(
    documents: &[Document],
    lengths: &[Frequencies],
    standing: impl Fn(&Document) -> u32,
) -> Vec<u8> {
    let numbers: HashMap<&str, u32> = documents
        .iter()
        .enumerate()
        .map(|(number, document)| (document.id.as_str(), number as u32))
        .collect();
    let mut rows = Vec::with_capacity(documents.len() * WIDTH);
    for (document, lengths) in documents.iter().zip(lengths) {
        let parent =
            document.parent.as_deref().and_then(|parent| numbers.get(parent)).map_or(0, |number| number + 1);
        rows.push(document.kind as u8);
        rows.extend(parent.to_le_bytes());
        rows.extend(lengths.iter().map(|&length| in_a_byte(length)));
        rows.push(in_a_byte(standing(document)));
        let standard = if document.collection == STANDARD_LIBRARIES { STANDARD } else { 0 };
        rows.push(standard | Clouds::among(&document.platforms).bits() << CLOUDS);
    }
    rows
}

/// The rows of all segments from those of each, in their order. `callers` gives the number of documents in
/// all segments that hold the term of a call.
pub(crate) fn join(tables: &[Tables], callers: impl Fn(&str) -> u32) -> Vec<u8> {
    let mut rows = Vec::with_capacity(tables.iter().map(|tables| tables.outline.len()).sum());
    for table in tables {
        let (start, base) = (rows.len(), (rows.len() / WIDTH) as u32);
        rows.extend_from_slice(&table.outline);
        for row in rows[start..].chunks_exact_mut(WIDTH) {
            let parent = u32::from_le_bytes([row[1], row[2], row[3], row[4]]);
            if parent > 0 {
                row[1..5].copy_from_slice(&parent.saturating_add(base).to_le_bytes());
            }
        }
        for (number, term) in &table.calls {
            if let Some(row) = rows[start..].chunks_exact_mut(WIDTH).nth(*number as usize) {
                row[WIDTH - 2] = in_a_byte(callers(term));
            }
        }
    }
    rows
}

fn in_a_byte(number: u32) -> u8 {
    ((number as f32 + 1.0).log2() * STEPS).round().min(255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_relative_to_their_own_kind() {
        let keyword = Document::new("c/l#k".to_owned(), Kind::Keyword);
        let page = Document::new("p".to_owned(), Kind::Documentation);
        let section = Document { parent: Some("p".to_owned()), ..page.clone() };
        let others = Outline::new(encode(&[keyword, page, section], &[[0; FIELDS]; 3], |_| 3));
        assert_eq!((others.callers(0), others.callers(1)), (2.0, 0.0));
        assert_eq!((others.priority(0), others.priority(1)), (0.0, 1.0));
        assert!(!others.is_section(1) && others.is_section(2));
        let task =
            || Document { parent: Some("c/b".to_owned()), ..Document::new("c/b#t".to_owned(), Kind::Task) };
        let mut bundle = Document::new("c/b".to_owned(), Kind::CodeBundle);
        STANDARD_LIBRARIES.clone_into(&mut bundle.collection);
        bundle.platforms = vec!["Azure".to_owned(), "Kubernetes".to_owned()];
        let documents = [task(), task(), bundle];
        let title = |length| [length, 0, 0, 0, 0, 0, 0, 0];
        let outline = Outline::new(encode(&documents, &[title(4), title(12), title(100)], |_| 3));
        assert_eq!(outline.documents(), 3);
        assert_eq!((outline.kind(2), outline.kind(3)), (Some(Kind::CodeBundle), None));
        assert_eq!((outline.parent(0), outline.parent(2)), (Some(2), None));
        assert!(!outline.is_standard(0) && outline.is_standard(2));
        assert_eq!((outline.clouds(0), outline.clouds(2)), (Clouds::default(), Clouds::among(&["Azure"])));
        let relative = |document| outline.profile(document).unwrap().relative(0);
        assert!((relative(0) - 0.5).abs() < 0.05);
        assert!((relative(1) - 1.5).abs() < 0.05);
        assert!((relative(2) - 1.0).abs() < 0.01);
    }
}
