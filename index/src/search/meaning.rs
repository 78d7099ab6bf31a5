//! What vectors say of a question: how near each document is to it.

use std::collections::HashSet;

use crate::lexical::{Outline, Weights};
use crate::model::Kind;
use crate::store::{Error, Generation};
use crate::vectors::{Near, Spread};

/// Documents that may come in by their vector alone.
const NEAREST: usize = 200;
/// How many standard deviations above chance is as near as a question and its answer come. Measured on
/// the development questions.
const SAME: f32 = 4.5;

/// How near documents are to a question: 0 is chance, 1 as near as an answer of a question in other words
/// comes; what says the same in the same words is nearer still, and their order stays.
#[derive(Debug, Clone, Default)]
pub(super) struct Nearness {
    /// By document number; 0 for those that are no nearer than chance.
    all: Vec<f32>,
    /// The documents that are nearer.
    near: Vec<u32>,
}

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
        scale: Scale<'_>,
    ) -> Result<Nearness, Error> {
        let passes = |document: u32| roots.is_none_or(|roots| roots.contains(&document));
        let may = |document: &u32| {
            outline.kind(*document).is_some_and(|kind| kinds.contains(&kind))
                && (passes(*document) || outline.parent(*document).is_some_and(passes))
        };
        let among: Vec<u32> = (0..outline.documents() as u32).filter(may).collect();
        let mut found = Nearness { all: vec![0.0; outline.documents()], near: Vec::new() };
        let mut take = |document: u32, cosine| {
            found.put(document, scale.nearness(cosine) * scale.weights.standing(outline, document));
        };
        let mut is_known = vec![false; outline.documents()];
        for Near { document, cosine } in reader.nearest(vector, NEAREST, Some(&among))? {
            is_known.get_mut(document as usize).into_iter().for_each(|known| *known = true);
            take(document, cosine);
        }
        let others: Vec<u32> =
            known.filter(|document| is_known.get(*document as usize).is_some_and(|known| !known)).collect();
        let cosines = reader.similarities(vector, &others)?;
        others.into_iter().zip(cosines).for_each(|(document, cosine)| take(document, cosine));
        Ok(found)
    }

    fn put(&mut self, document: u32, nearness: f32) {
        if let Some(known) = self.all.get_mut(document as usize).filter(|_| nearness > 0.0) {
            *known = nearness;
            self.near.push(document);
        }
    }

    /// The nearness of a document.
    pub(super) fn get(&self, document: u32) -> f32 {
        self.all.get(document as usize).copied().unwrap_or(0.0)
    }

    /// The nearness of the nearest document; 0 where none is nearer than chance.
    pub(super) fn greatest(&self) -> f32 {
        self.near.iter().map(|document| self.get(*document)).fold(0.0, f32::max)
    }

    /// The documents that are nearer than chance, each once.
    pub(super) fn documents(&self) -> impl Iterator<Item = u32> {
        self.near.iter().copied()
    }
}

/// What a cosine means in an index.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale<'a> {
    /// Cosines of chunks that have nothing to do with each other.
    pub(super) chance: Spread,
    /// What documents count by what they are, as they do by their words.
    pub(super) weights: &'a Weights,
}

impl Scale<'_> {
    fn nearness(self, cosine: f32) -> f32 {
        let Spread { mean, deviation } = self.chance;
        ((cosine - mean) / (SAME * deviation).max(f32::MIN_POSITIVE)).max(0.0)
    }
}
