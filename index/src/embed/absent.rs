//! The embedder of an index that cannot be asked now.

use super::{EmbedError, Embedder, Embedding, Purpose};
use crate::manifest::EmbedderId;

/// Stands for an embedder: its vectors are known and kept, and new ones cannot be had.
#[derive(Debug)]
pub struct Absent {
    id: EmbedderId,
    why: String,
}

impl Absent {
    /// `why` says what is missing and what to do.
    pub fn new(id: EmbedderId, why: impl Into<String>) -> Absent {
        Absent { id, why: why.into() }
    }
}

impl Embedder for Absent {
    fn id(&self) -> &EmbedderId {
        &self.id
    }

    fn embed(
        &self,
        texts: &[&str],
        _: Purpose,
        _: &mut dyn FnMut(usize, Embedding),
    ) -> Result<(), EmbedError> {
        match texts.len() {
            0 => Ok(()),
            1 => Err(EmbedError::new(format!("a text has to be embedded, and {}", self.why))),
            many => Err(EmbedError::new(format!("{many} texts have to be embedded, and {}", self.why))),
        }
    }
}
