//! A transformer of the BERT family from a folder on this machine, in the layout of
//! sentence-transformers: MiniLM, BGE, E5, GTE and their like.
//!
//! The forward pass is our own: a batch is many texts laid one behind the other, so that nothing is
//! padded and nothing masked. Batches run on all cores, each on one.

mod bert;
mod config;
mod folder;
mod numbers;
mod prefixes;
mod vocabulary;
mod weights;

use std::borrow::Cow;
use std::path::Path;

use ndarray::{ArrayView2, Axis};
use rayon::prelude::*;

use super::unit::to_unit;
use super::{EmbedError, Embedder, Embedding, Prefixes, Purpose};
use crate::manifest::EmbedderId;
use bert::Bert;
use config::{Pooling, Settings};
use folder::ModelFolder;
use vocabulary::Vocabulary;

/// Tokens of a batch: enough for the matrix products, and little enough for a core's cache.
const BATCH_TOKENS: usize = 512;
/// Batches for each core that are computed before their vectors are handed over.
const BATCHES_AT_ONCE: usize = 4;

/// An embedder that runs a transformer.
#[derive(Debug)]
pub struct Transformer {
    id: EmbedderId,
    vocabulary: Vocabulary,
    bert: Bert,
    pooling: Pooling,
    longest: usize,
    prefixes: Prefixes,
}

/// The tokens of one text.
struct Tokens {
    ids: Vec<u32>,
    truncated: bool,
}

impl Transformer {
    /// The model of a folder. `prefixes` stand before its texts in place of what the folder or the
    /// model's family says.
    ///
    /// # Errors
    /// Where the folder is no model, or one that is not understood, with the file and what to do.
    pub fn open(folder: &Path, prefixes: Option<Prefixes>) -> Result<Transformer, EmbedError> {
        let mut folder = ModelFolder::open(folder)?;
        let settings = Settings::read(&mut folder)?;
        let vocabulary = Vocabulary::read(&mut folder, &settings)?;
        let bert = Bert::read(&mut folder, &settings)?;
        let prefixes = prefixes.unwrap_or_else(|| settings.prefixes.clone());
        let said = format!("{:?} {} {prefixes:?}", settings.pooling, settings.longest);
        let id = EmbedderId {
            provider: "local".to_owned(),
            model: format!("{}-{}", folder.name(), folder.digest(&said)),
            dimensions: settings.bert.width as u32,
        };
        let Settings { pooling, longest, .. } = settings;
        Ok(Transformer { id, vocabulary, bert, pooling, longest, prefixes })
    }

    /// What stands before its texts.
    pub fn prefixes(&self) -> &Prefixes {
        &self.prefixes
    }

    /// Tokens of the longest text that the model sees all of, with the two that frame it.
    pub fn longest(&self) -> usize {
        self.longest
    }

    fn tokens(&self, text: &str, purpose: Purpose) -> Tokens {
        let prefix = self.prefixes.of(purpose);
        let text =
            if prefix.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(format!("{prefix}{text}")) };
        let (ids, truncated) = self.vocabulary.ids(&text, self.longest);
        Tokens { ids, truncated }
    }

    /// The vectors of texts, one after the other.
    fn vectors(&self, batch: &[&Tokens]) -> Vec<Vec<f32>> {
        let ids: Vec<&[u32]> = batch.iter().map(|tokens| tokens.ids.as_slice()).collect();
        let hidden = self.bert.hidden(&ids);
        let mut start = 0;
        let vector = |ids: &&[u32]| {
            let rows = hidden.slice(ndarray::s![start..start + ids.len(), ..]);
            start += ids.len();
            let mut vector = pooled(&rows, self.pooling);
            to_unit(&mut vector);
            vector
        };
        ids.iter().map(vector).collect()
    }
}

/// One row of the hidden states of a text.
fn pooled(hidden: &ArrayView2<'_, f32>, pooling: Pooling) -> Vec<f32> {
    let rows = hidden.len_of(Axis(0)) as f32;
    match pooling {
        Pooling::First => hidden.row(0).to_vec(),
        Pooling::Mean => hidden.sum_axis(Axis(0)).iter().map(|sum| sum / rows).collect(),
    }
}

impl Embedder for Transformer {
    fn id(&self) -> &EmbedderId {
        &self.id
    }

    fn embed(
        &self,
        texts: &[&str],
        purpose: Purpose,
        done: &mut dyn FnMut(usize, Embedding),
    ) -> Result<(), EmbedError> {
        let tokens: Vec<Tokens> = texts.par_iter().map(|text| self.tokens(text, purpose)).collect();
        let batches = batches(&tokens);
        for some in batches.chunks(BATCHES_AT_ONCE * rayon::current_num_threads().max(1)) {
            let computed: Vec<Vec<Vec<f32>>> = some
                .par_iter()
                .map(|batch| self.vectors(&batch.iter().map(|at| &tokens[*at]).collect::<Vec<_>>()))
                .collect();
            for (position, values) in some.iter().flatten().zip(computed.into_iter().flatten()) {
                if values.iter().any(|value| !value.is_finite()) {
                    let message = "the model gives no finite numbers: its weights are damaged, get it again";
                    return Err(EmbedError::new(message));
                }
                done(*position, Embedding::Vector { values, truncated: tokens[*position].truncated });
            }
        }
        Ok(())
    }
}

/// Positions of texts, put together to about [`BATCH_TOKENS`], longest first so that the cores end
/// together.
fn batches(tokens: &[Tokens]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..tokens.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(tokens[*at].ids.len()));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut room = 0;
    for at in order {
        let length = tokens[at].ids.len();
        match batches.last_mut() {
            Some(batch) if length <= room => {
                batch.push(at);
                room -= length;
            }
            _ => {
                batches.push(vec![at]);
                room = BATCH_TOKENS.saturating_sub(length);
            }
        }
    }
    batches
}

#[cfg(test)]
mod tests;
