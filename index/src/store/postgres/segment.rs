//! What one source gave, made ready to be written.

use std::collections::HashMap;

use rayon::prelude::*;

use super::rows;
use super::text::key;
use crate::lexical::{Segment, Tables, invert_segment};
use crate::model::Document;
use crate::store::{body, facets, numbers};

/// A segment before it is written.
#[derive(Debug)]
pub(super) struct NewSegment<'a> {
    pub(super) source: &'a str,
    pub(super) documents: Vec<NewDocument<'a>>,
    /// With the keys of its terms.
    pub(super) inverted: Segment,
    pub(super) facets: Vec<NewFacet<'a>>,
    /// Bytes of everything that it alone holds.
    pub(super) size: u64,
    pub(super) digest: String,
}

/// A document with what tells its contents from all others.
#[derive(Debug)]
pub(super) struct NewDocument<'a> {
    pub(super) document: &'a Document,
    /// Title of the document that holds it; empty where none does.
    pub(super) under: &'a str,
    pub(super) body: Vec<u8>,
    pub(super) content: [u8; 32],
}

/// A row of the table `facet`.
#[derive(Debug)]
pub(super) struct NewFacet<'a> {
    pub(super) facet: &'static str,
    /// Its key.
    pub(super) value: String,
    pub(super) spellings: Vec<(&'a str, u32)>,
    pub(super) count: u32,
    pub(super) documents: Vec<u8>,
}

/// The documents of a source, each told from others.
pub(super) fn documents<'a>(documents: &'a [Document]) -> Vec<NewDocument<'a>> {
    let titles: HashMap<&str, &str> =
        documents.iter().map(|document| (document.id.as_str(), document.title.as_str())).collect();
    let new = |document: &'a Document| {
        let Document { parent, fields, record, .. } = document;
        let under = parent.as_deref().and_then(|parent| titles.get(parent)).copied().unwrap_or_default();
        let body = body::encode(fields, record.as_deref());
        let content = rows::content(document, under, &body);
        NewDocument { document, under, body, content }
    };
    documents.par_iter().map(new).collect()
}

impl<'a> NewSegment<'a> {
    /// Inverts and digests the documents of a source.
    pub(super) fn of(source: &'a str, all: &'a [Document]) -> NewSegment<'a> {
        let (documents, mut inverted) = rayon::join(|| documents(all), || invert_segment(all));
        if inverted.terms.iter().any(|(term, _)| key(term) != *term) {
            inverted.terms.iter_mut().for_each(|(term, _)| *term = key(term).into_owned());
            inverted.terms.sort_unstable();
        }
        let facets = facets::collect(all).into_iter().map(|((facet, value), found)| NewFacet {
            facet,
            value: key(&value).into_owned(),
            count: found.count(),
            documents: numbers::encode(&found.documents),
            spellings: found.spellings.into_iter().collect(),
        });
        let mut facets: Vec<NewFacet<'_>> = facets.collect();
        facets.sort_unstable_by(|one, other| (one.facet, &one.value).cmp(&(other.facet, &other.value)));
        let mut digest = SegmentDigest::new(source);
        documents.iter().for_each(|document| digest.bytes(&document.content));
        digest.tables(&inverted.tables);
        inverted.terms.iter().for_each(|(term, bytes)| digest.term(term, bytes));
        facets
            .iter()
            .for_each(|facet| digest.facet(facet.facet, &facet.value, facet.count, &facet.documents));
        let (digest, size) = digest.finish();
        NewSegment { source, documents, inverted, facets, size, digest }
    }
}

/// The digest of a segment, made of its parts in their order: documents, tables, terms, facets.
pub(super) struct SegmentDigest(pub(super) blake3::Hasher);

impl SegmentDigest {
    pub(super) fn new(source: &str) -> SegmentDigest {
        let mut digest = SegmentDigest(blake3::Hasher::new());
        digest.bytes(source.as_bytes());
        digest
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    pub(super) fn tables(&mut self, tables: &Tables) {
        self.bytes(&tables.outline);
        self.bytes(&tables.words);
        self.bytes(&encode_calls(&tables.calls));
    }

    /// In the order of the bytes of the terms' keys.
    pub(super) fn term(&mut self, term: &str, bytes: &[u8]) {
        self.bytes(term.as_bytes());
        self.bytes(bytes);
    }

    /// In the order of the facets, then of the values' keys.
    pub(super) fn facet(&mut self, facet: &str, value: &str, count: u32, documents: &[u8]) {
        self.bytes(facet.as_bytes());
        self.bytes(value.as_bytes());
        self.bytes(&count.to_le_bytes());
        self.bytes(documents);
    }

    /// The digest in hexadecimal digits, and how many bytes it is of.
    pub(super) fn finish(self) -> (String, u64) {
        (self.0.finalize().to_hex().to_string(), self.0.count())
    }
}

/// The keywords of a segment as bytes: for each its position and the length of its term, 4 bytes each,
/// the lowest first, and the term.
pub(super) fn encode_calls(calls: &[(u32, String)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (number, term) in calls {
        bytes.extend(number.to_le_bytes());
        bytes.extend((term.len() as u32).to_le_bytes());
        bytes.extend(term.as_bytes());
    }
    bytes
}

/// What [`encode_calls`] was given; `None` of other bytes.
pub(super) fn decode_calls(mut bytes: &[u8]) -> Option<Vec<(u32, String)>> {
    let mut calls = Vec::new();
    while !bytes.is_empty() {
        let (number, rest) = bytes.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (term, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        calls.push((u32::from_le_bytes(*number), std::str::from_utf8(term).ok()?.to_owned()));
        bytes = rest;
    }
    Some(calls)
}
