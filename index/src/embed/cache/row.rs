//! One vector as it is kept, and what tells a good one from a spoiled one.

use half::f16;

use crate::EmbedderId;
use crate::embed::Purpose;
use crate::embed::unit::to_unit;

/// What a vector is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) purpose: Purpose,
    /// BLAKE3 of the text.
    pub(super) text: [u8; 32],
}

/// A vector to be kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// From [`encode`].
    pub(super) numbers: Vec<u8>,
    /// Whether the model saw the beginning of the text only.
    pub(super) truncated: bool,
}

/// A vector that was kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kept {
    pub(super) values: Vec<f32>,
    /// Whether the model saw the beginning of the text only.
    pub(super) truncated: bool,
}

impl Key {
    pub(super) fn new(purpose: Purpose, text: &str) -> Key {
        Key { purpose, text: *blake3::hash(text.as_bytes()).as_bytes() }
    }

    /// The purpose as a number in the file.
    pub(super) fn number(&self) -> i64 {
        match self.purpose {
            Purpose::Passage => 0,
            Purpose::Query => 1,
        }
    }
}

/// The digest of what an embedder's vectors are told apart by.
pub(super) fn digest(id: &EmbedderId) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for part in [&id.provider, &id.model] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.update(&id.dimensions.to_le_bytes());
    *hasher.finalize().as_bytes()
}

/// The numbers as bytes.
pub(super) fn encode(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| f16::from_f32(*value).to_le_bytes()).collect()
}

/// The vector of length 1 that the bytes stand for; none where they are not so many numbers.
pub(super) fn decode(bytes: &[u8], dimensions: u32) -> Option<Vec<f32>> {
    let (numbers, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() || numbers.len() != dimensions as usize {
        return None;
    }
    let mut values: Vec<f32> = numbers.iter().map(|number| f16::from_le_bytes(*number).to_f32()).collect();
    if !to_unit(&mut values).is_finite() {
        return None;
    }
    Some(values)
}

/// Digest of a row, by which a row that was altered, or that belongs elsewhere, is told.
pub(super) fn sum(embedder: &[u8; 32], key: &Key, truncated: bool, bytes: &[u8]) -> [u8; 8] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(embedder);
    hasher.update(&[u8::from(key.purpose == Purpose::Query), u8::from(truncated)]);
    hasher.update(&key.text);
    hasher.update(bytes);
    let mut sum = [0; 8];
    sum.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn embedders_are_told_apart() {
        let id = |provider: &str, model: &str, dimensions| {
            digest(&EmbedderId { provider: provider.to_owned(), model: model.to_owned(), dimensions })
        };
        assert_eq!(id("a", "b", 3), id("a", "b", 3));
        assert_ne!(id("a", "b", 3), id("ab", "", 3));
        assert_ne!(id("a", "b", 3), id("a", "b", 4));
    }

    #[test]
    fn only_whole_vectors_are_read() {
        let bytes = encode(&[1.0, 0.0]);
        assert_eq!(decode(&bytes, 2), Some(vec![1.0, 0.0]));
        assert_eq!(decode(&bytes, 3), None);
        assert_eq!(decode(&bytes[1..], 2), None);
        assert_eq!(decode(&encode(&[f32::NAN]), 1), None);
        assert_eq!(decode(&encode(&[0.0, 0.0]), 2), Some(vec![0.0, 0.0]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_vector_comes_back_as_it_was(values in proptest::collection::vec(-1.0_f32..1.0, 8..1536)) {
            let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
            prop_assume!(length > 0.1);
            let values: Vec<f32> = values.iter().map(|value| value / length).collect();
            let dimensions = u32::try_from(values.len()).expect("few numbers");
            let read = decode(&encode(&values), dimensions).expect("a vector");
            let cosine: f32 = values.iter().zip(&read).map(|(a, b)| a * b).sum();
            prop_assert!((1.0 - cosine).abs() < 1e-5, "{}", cosine);
        }
    }
}
