use half::f16;

use super::ChunkVectors;

/// Pairs that are looked at.
const PAIRS: usize = 4_096;

/// How near chunks are to each other by chance. Cosines of one model mean nothing in another: what is
/// near in one is far in the next, and this tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Mean cosine.
    pub mean: f32,
    /// Standard deviation.
    pub deviation: f32,
}

impl Spread {
    /// The name under which a store keeps it.
    pub const BLOB: &str = "spread";

    /// Measures pairs of chunks that are as far apart in the index as can be; the same vectors always
    /// give the same, before and after they were rounded to f16.
    pub fn of(vectors: &ChunkVectors) -> Spread {
        let rows: Vec<&[f32]> = vectors.values.chunks_exact(vectors.dimensions.max(1)).collect();
        Spread::of_pairs(Spread::pairs(rows.len()).map(|(one, other)| (rows[one], rows[other])))
    }

    /// The positions of the pairs among so many chunks.
    pub(crate) fn pairs(chunks: usize) -> impl Iterator<Item = (usize, usize)> {
        let half = chunks / 2;
        (0..half).step_by((half / PAIRS).max(1)).map(move |chunk| (chunk, chunk + half))
    }

    /// Measures these pairs.
    pub(crate) fn of_pairs<'a>(pairs: impl Iterator<Item = (&'a [f32], &'a [f32])>) -> Spread {
        let kept = |value: f32| f16::from_f32(value).to_f32();
        let cosine = |one: &[f32], other: &[f32]| -> f64 {
            one.iter().zip(other).map(|(a, b)| f64::from(kept(*a) * kept(*b))).sum()
        };
        let cosines: Vec<f64> = pairs.map(|(one, other)| cosine(one, other)).collect();
        if cosines.is_empty() {
            return Spread::default();
        }
        let mean = cosines.iter().sum::<f64>() / cosines.len() as f64;
        let variance =
            cosines.iter().map(|cosine| (cosine - mean).powi(2)).sum::<f64>() / cosines.len() as f64;
        Spread { mean: mean as f32, deviation: variance.sqrt() as f32 }
    }

    /// Eight bytes: mean and deviation as f32, lowest byte first.
    pub fn encode(self) -> Vec<u8> {
        [self.mean.to_le_bytes(), self.deviation.to_le_bytes()].concat()
    }

    /// Reads what [`Spread::encode`] wrote; the default of anything else.
    pub fn decode(bytes: &[u8]) -> Spread {
        let &[a, b, c, d, e, f, g, h] = bytes else { return Spread::default() };
        let (mean, deviation) = (f32::from_le_bytes([a, b, c, d]), f32::from_le_bytes([e, f, g, h]));
        let sound = mean.is_finite() && deviation.is_finite() && deviation >= 0.0;
        if sound { Spread { mean, deviation } } else { Spread::default() }
    }
}

impl Default for Spread {
    /// That of sentences as most models place them.
    fn default() -> Self {
        Spread { mean: 0.1, deviation: 0.12 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_what_pairs_measure_and_survives_its_bytes() {
        let vectors = ChunkVectors {
            dimensions: 2,
            documents: vec![0, 1, 2, 3],
            values: vec![1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0],
        };
        let spread = Spread::of(&vectors);
        assert_eq!(spread, Spread { mean: 0.5, deviation: 0.5 });
        assert_eq!(Spread::decode(&spread.encode()), spread);
        assert_eq!(Spread::decode(b"x"), Spread::default());
        assert_eq!(Spread::of(&ChunkVectors::default()), Spread::default());
    }
}
