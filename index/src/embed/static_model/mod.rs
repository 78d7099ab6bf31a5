//! The model that is built into the program: one row of numbers for each token, and a text is the sum
//! of the rows of its tokens.
//!
//! There is nothing to install, to download or to warm up. The file is compiled in and read where it
//! lies: opening it reads its header, and a text touches the rows of its own tokens.

mod file;

use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

use rayon::prelude::*;

use super::unit::to_unit;
use super::wordpiece::{Piece, WordPiece};
use super::{EmbedError, Embedder, Embedding, Purpose};
use crate::manifest::EmbedderId;
use file::{Matrix, ModelFile};

/// The model, as `models/static/README.md` says how it is made.
static BUILT_IN: &[u8] = include_bytes!("../../../../models/static/ccr-static.safetensors");
/// Texts that are held in memory as vectors before they are handed over.
const BLOCK: usize = 4_096;
/// Fewer texts than this are embedded sooner than threads start.
const WORTH_THREADS: usize = 64;

/// An embedder that adds up vectors of tokens.
#[derive(Debug)]
pub struct StaticModel {
    id: EmbedderId,
    tokenizer: WordPiece,
    matrix: Matrix,
}

impl StaticModel {
    /// The name of the provider in [`EmbedderId`].
    pub const PROVIDER: &str = "builtin";

    /// The model that the program brings along, of which a test reads every byte.
    pub fn built_in() -> Arc<StaticModel> {
        static MODEL: LazyLock<Arc<StaticModel>> =
            LazyLock::new(|| Arc::new(StaticModel::read(BUILT_IN).expect("the built-in model is whole")));
        MODEL.clone()
    }

    /// A model of the bytes of its file.
    ///
    /// # Errors
    /// Where the header does not describe such a model, or the file is shorter than it says. What the
    /// tensors hold is not read: a model that is damaged there gives other vectors.
    pub fn read(bytes: &'static [u8]) -> Result<StaticModel, EmbedError> {
        let ModelFile { name, version, rules, lexicon, matrix } = ModelFile::read(bytes)?;
        let dimensions = u32::try_from(matrix.dimensions())
            .map_err(|_| EmbedError::new("a model of that many dimensions cannot be used"))?;
        let id = EmbedderId {
            provider: StaticModel::PROVIDER.to_owned(),
            model: format!("{name}-{version}"),
            dimensions,
        };
        Ok(StaticModel { id, tokenizer: WordPiece::new(lexicon, rules), matrix })
    }

    /// The tokens that it sees of a text, with `[UNK]` for words that it does not know.
    pub fn tokens(&self, text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        self.tokenizer.pieces(text, |piece| {
            found.push(match piece {
                Piece::Known(row) => std::str::from_utf8(self.tokenizer.token(row)).unwrap_or_default(),
                Piece::Unknown => "[UNK]",
            });
            ControlFlow::Continue(())
        });
        found
    }

    /// The vector of one text, of length 1; all 0 where no token is known.
    pub fn vector(&self, text: &str) -> Vec<f32> {
        let mut sum = vec![0.0; self.matrix.dimensions()];
        self.tokenizer.pieces(text, |piece| {
            if let Piece::Known(row) = piece {
                self.matrix.add_row(row, &mut sum);
            }
            ControlFlow::Continue(())
        });
        if !to_unit(&mut sum).is_finite() {
            sum.fill(0.0);
        }
        sum
    }
}

impl Embedder for StaticModel {
    fn id(&self) -> &EmbedderId {
        &self.id
    }

    fn embed(
        &self,
        texts: &[&str],
        _purpose: Purpose,
        done: &mut dyn FnMut(usize, Embedding),
    ) -> Result<(), EmbedError> {
        let mut position = 0;
        for block in texts.chunks(BLOCK) {
            let vectors: Vec<Vec<f32>> = match block.len() < WORTH_THREADS {
                true => block.iter().map(|text| self.vector(text)).collect(),
                false => block.par_iter().with_min_len(16).map(|text| self.vector(text)).collect(),
            };
            for values in vectors {
                done(position, Embedding::Vector { values, truncated: false });
                position += 1;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
