//! What vectors say of a question: how near each document is to it.

use std::collections::{HashMap, HashSet};

use crate::lexical::Outline;
use crate::model::Kind;
use crate::store::{Error, Generation};
use crate::vectors::{Near, Spread};

/// Documents that may come in by their vector alone.
const NEAREST: usize = 200;
/// How many standard deviations above chance is as near as a question and its answer come. Measured on
/// the development questions.
const SAME: f32 = 4.5;

/// How near documents are to a question: 0 is chance, 1 as near as an answer comes.
#[derive(Debug, Clone, Default)]
pub(super) struct Nearness(HashMap<u32, f32>);

impl Nearness {
    /// The nearness of the nearest documents of `kinds`, and of those that are `known` already.
    ///
    /// `roots` are the documents that a filter lets through, where there is one; a part is let through
    /// with the thing that holds it.
    pub(super) fn of(
        reader: &dyn Generation,
        outline: &Outline,
        vector: &[f32],
        kinds: &[Kind],
        roots: Option<&HashSet<u32>>,
        known: impl Iterator<Item = u32>,
        scale: Scale,
    ) -> Result<Nearness, Error> {
        let passes = |document: u32| roots.is_none_or(|roots| roots.contains(&document));
        let may = |document: &u32| {
            outline.kind(*document).is_some_and(|kind| kinds.contains(&kind))
                && (passes(*document) || outline.parent(*document).is_some_and(passes))
        };
        let among: Vec<u32> = (0..outline.documents() as u32).filter(may).collect();
        let nearness = |document, cosine| {
            let nearness = scale.nearness(cosine);
            (document, if outline.is_standard(document) { nearness * scale.standard } else { nearness })
        };
        let near = reader.nearest(vector, NEAREST, Some(&among))?;
        let mut found: HashMap<u32, f32> =
            near.into_iter().map(|Near { document, cosine }| nearness(document, cosine)).collect();
        let others: Vec<u32> = known.filter(|document| !found.contains_key(document)).collect();
        let cosines = reader.similarities(vector, &others)?;
        found.extend(others.into_iter().zip(cosines).map(|(document, cosine)| nearness(document, cosine)));
        found.retain(|_, nearness| *nearness > 0.0);
        Ok(Nearness(found))
    }

    /// The nearness of a document.
    pub(super) fn get(&self, document: u32) -> f32 {
        self.0.get(&document).copied().unwrap_or(0.0)
    }

    /// The documents that are nearer than chance.
    pub(super) fn documents(&self) -> impl Iterator<Item = u32> {
        self.0.keys().copied()
    }
}

/// What a cosine means in an index.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// Cosines of chunks that have nothing to do with each other.
    pub(super) chance: Spread,
    /// What nearness counts in the standard libraries.
    pub(super) standard: f32,
}

impl Scale {
    fn nearness(self, cosine: f32) -> f32 {
        let Spread { mean, deviation } = self.chance;
        ((cosine - mean) / (SAME * deviation).max(f32::MIN_POSITIVE)).clamp(0.0, 1.0)
    }
}
