//! The texts and the record of a document as compressed bytes.
//!
//! ```text
//! length of the rest, uncompressed: 4 bytes, lowest first; the rest is one LZ4 block of:
//!   number of texts: 4 bytes; for each: position in `Field::ALL`, 1 byte; length, 4 bytes; UTF-8
//!   the record: absent 0 or present 1, 1 byte; if present its length, 4 bytes, and UTF-8
//! ```

use crate::model::Field;

/// No LZ4 block grows by more than this when it is decompressed.
const GROWTH: usize = 255;

/// Bytes that stand before a text, and those that stand outside of all texts.
const HEAD: usize = 5;

/// The texts and the record of a document.
pub(super) type Body = (Vec<(Field, String)>, Option<String>);

/// Encodes and compresses. A text is at most 4 GB.
pub(super) fn encode(fields: &[(Field, String)], record: Option<&str>) -> Vec<u8> {
    let texts = fields.iter().map(|(_, text)| text.as_str()).chain(record);
    let mut plain = Vec::with_capacity(texts.map(|text| text.len() + HEAD).sum::<usize>() + HEAD);
    put_length(&mut plain, fields.len());
    for (field, text) in fields {
        let position = Field::ALL.iter().position(|each| each == field).unwrap_or(Field::ALL.len());
        plain.push(position as u8);
        put_text(&mut plain, text);
    }
    plain.push(u8::from(record.is_some()));
    if let Some(record) = record {
        put_text(&mut plain, record);
    }
    lz4_flex::block::compress_prepend_size(&plain)
}

/// Decompresses and decodes; `None` where the bytes are not what [`encode`] wrote.
pub(super) fn decode(bytes: &[u8]) -> Option<Body> {
    let (length, block) = lz4_flex::block::uncompressed_size(bytes).ok()?;
    if length > block.len().saturating_mul(GROWTH) {
        return None;
    }
    let plain = lz4_flex::block::decompress(block, length).ok()?;
    let mut rest = plain.as_slice();
    let count = length_of(&mut rest)?;
    let mut fields = Vec::with_capacity(count.min(Field::ALL.len()));
    for _ in 0..count {
        let field = *Field::ALL.get(usize::from(byte(&mut rest)?))?;
        fields.push((field, text(&mut rest)?));
    }
    let record = match byte(&mut rest)? {
        0 => None,
        1 => Some(text(&mut rest)?),
        _ => return None,
    };
    rest.is_empty().then_some((fields, record))
}

fn put_length(plain: &mut Vec<u8>, length: usize) {
    plain.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
}

fn put_text(plain: &mut Vec<u8>, text: &str) {
    put_length(plain, text.len());
    plain.extend_from_slice(text.as_bytes());
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    let (byte, after) = rest.split_first()?;
    *rest = after;
    Some(*byte)
}

fn length_of(rest: &mut &[u8]) -> Option<usize> {
    let (length, after) = rest.split_first_chunk()?;
    *rest = after;
    usize::try_from(u32::from_le_bytes(*length)).ok()
}

fn text(rest: &mut &[u8]) -> Option<String> {
    let length = length_of(rest)?;
    let (text, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(std::str::from_utf8(text).ok()?.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_size_that_the_block_cannot_have_is_refused_before_it_is_allocated() {
        let mut bytes = encode(&[], None);
        bytes[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(decode(&bytes), None);
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(
            fields in proptest::collection::vec((0..Field::ALL.len(), ".{0,200}"), 0..10),
            record in proptest::option::of(".{0,2000}"),
        ) {
            let fields: Vec<(Field, String)> =
                fields.into_iter().map(|(field, text)| (Field::ALL[field], text)).collect();
            let bytes = encode(&fields, record.as_deref());
            prop_assert_eq!(decode(&bytes), Some((fields, record)));
        }

        #[test]
        fn any_bytes_give_a_body_or_nothing(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }

        #[test]
        fn any_plain_bytes_give_a_body_or_nothing(plain: Vec<u8>) {
            let _ = decode(&lz4_flex::block::compress_prepend_size(&plain));
        }
    }
}
