//! Postings as bytes: per document the distance to the one before, the fields that hold the term,
//! and how often each does. Numbers are LEB128.

use crate::model::Field;

/// How often a term stands in each field of a document.
pub(crate) type Frequencies = [u32; Field::ALL.len()];

/// Appends a posting. `gap` is the document number less the one before it (the first: plus one).
pub(crate) fn push_posting(bytes: &mut Vec<u8>, gap: u32, frequencies: &Frequencies) {
    push_number(bytes, gap);
    let mask =
        frequencies.iter().enumerate().filter(|(_, n)| **n > 0).fold(0u8, |mask, (i, _)| mask | 1 << i);
    bytes.push(mask);
    for &frequency in frequencies.iter().filter(|frequency| **frequency > 0) {
        push_number(bytes, frequency);
    }
}

/// Reads postings back as document number and frequencies. Stops at the first byte that makes no sense.
pub(crate) fn postings(bytes: &[u8]) -> impl Iterator<Item = (u32, Frequencies)> {
    let mut rest = bytes;
    let mut next = 0u32;
    std::iter::from_fn(move || {
        let gap = take_number(&mut rest)?;
        let document = next.checked_add(gap)?.checked_sub(1)?;
        next = document + 1;
        let (&mask, tail) = rest.split_first()?;
        rest = tail;
        let mut frequencies = Frequencies::default();
        for (field, frequency) in frequencies.iter_mut().enumerate() {
            if mask & (1 << field) != 0 {
                *frequency = take_number(&mut rest)?;
            }
        }
        Some((document, frequencies))
    })
}

/// The numbers of the documents in encoded postings.
pub(crate) fn documents_of(bytes: &[u8]) -> Vec<u32> {
    postings(bytes).map(|(document, _)| document).collect()
}

/// How many documents are in encoded postings.
pub(crate) fn count_of(bytes: &[u8]) -> usize {
    postings(bytes).count()
}

/// Joins the postings of a term in several segments: each list with the number of the segment's first
/// document, ascending. Only the first distance of a list is another in the whole.
pub(crate) fn join<'a>(lists: impl Iterator<Item = (u32, &'a [u8])>) -> Vec<u8> {
    let mut joined = Vec::new();
    // One more than the last document that was written.
    let mut next = 0u32;
    for (base, list) in lists {
        let mut rest = list;
        let Some(last) = documents_of(list).pop() else { continue };
        let Some(gap) = take_number(&mut rest) else { continue };
        push_number(&mut joined, (base + gap).saturating_sub(next));
        joined.extend_from_slice(rest);
        next = base + last + 1;
    }
    joined
}

fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0u32;
    for shift in (0..35).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(list in prop::collection::btree_map(0u32..1 << 30, prop::array::uniform8(0u32..100_000), 0..20)) {
            let mut bytes = Vec::new();
            let mut next = 0;
            for (&document, frequencies) in &list {
                push_posting(&mut bytes, document - next + 1, frequencies);
                next = document + 1;
            }
            let read: Vec<(u32, Frequencies)> = postings(&bytes).collect();
            prop_assert_eq!(read, list.into_iter().collect::<Vec<_>>());
        }

        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(postings(&bytes).count() <= bytes.len());
        }
    }
}
