//! Embedders: what turns a text into a vector, so that texts of like meaning lie side by side.
//!
//! An index is asked with vectors of the embedder that its own come from, and with no others; the
//! manifest holds the [`EmbedderId`] for that.

mod absent;
pub mod cache;
mod choice;
mod chunks;
mod documents;
mod prefixes;
pub mod service;
mod static_model;
pub mod transformer;
mod unit;
mod usage;
mod wordpiece;

use std::fmt;

pub use absent::Absent;
pub use choice::EmbedderChoice;
pub use chunks::{Chunk, chunks};
pub use documents::{Embedded, embed_chunks, embed_documents};
pub use prefixes::Prefixes;
pub use static_model::StaticModel;
pub use usage::{Estimate, Price, Usage};

use crate::manifest::EmbedderId;

/// Turns texts into vectors.
pub trait Embedder: fmt::Debug + Send + Sync {
    /// What its vectors are told apart by.
    fn id(&self) -> &EmbedderId;

    /// Embeds `texts` and hands each result to `done` as it comes, by the position of its text and in
    /// any order, each position once: what was handed over is paid for and can be kept, whatever
    /// happens to the rest.
    ///
    /// # Errors
    /// Where embedding cannot go on. Texts that were not handed over by then have no vector.
    fn embed(
        &self,
        texts: &[&str],
        purpose: Purpose,
        done: &mut dyn FnMut(usize, Embedding),
    ) -> Result<(), EmbedError>;

    /// What embedding the texts would take, as far as it can be said without doing it.
    fn estimate(&self, texts: &[&str], _purpose: Purpose) -> Estimate {
        Estimate { texts: texts.len() as u64, ..Estimate::default() }
    }

    /// What it did since it was made; nothing where it keeps no account.
    fn usage(&self) -> Usage {
        Usage::default()
    }
}

/// What a text is embedded for: some models ask for another prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To be found.
    Passage,
    /// To find by.
    Query,
}

/// What became of one text.
#[derive(Debug, Clone, PartialEq)]
pub enum Embedding {
    /// Its vector.
    Vector {
        /// As many finite numbers as the embedder's id says, of length 1; all 0 for a text of which
        /// the model knows nothing.
        values: Vec<f32>,
        /// Whether the model saw the beginning of the text only.
        truncated: bool,
    },
    /// The model does not take it.
    Refused {
        /// Why.
        reason: String,
    },
}

/// Why embedding could not go on.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct EmbedError {
    /// What failed and what to do, never with a key in it.
    pub message: String,
    /// Where it came from.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl EmbedError {
    /// An error that has no other behind it.
    pub fn new(message: impl Into<String>) -> Self {
        EmbedError { message: message.into(), source: None }
    }
}

/// The vector of a question.
///
/// # Errors
/// As [`Embedder::embed`], and where the model refuses the text.
pub fn embed_query(embedder: &dyn Embedder, text: &str) -> Result<Vec<f32>, EmbedError> {
    let mut found = None;
    embedder.embed(&[text], Purpose::Query, &mut |_, embedding| found = Some(embedding))?;
    match found {
        Some(Embedding::Vector { values, .. }) => Ok(values),
        Some(Embedding::Refused { reason }) => {
            Err(EmbedError::new(format!("the model refused the question: {reason}")))
        }
        None => Err(EmbedError::new("the model gave no vector for the question")),
    }
}
