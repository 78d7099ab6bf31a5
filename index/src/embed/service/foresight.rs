//! What a service would do and cost, without a word to it.

use super::config::ServiceConfig;
use super::identity::{self, Probe, ProbeMemory};
use super::manner::{Manner, place};
use crate::EmbedderId;
use crate::embed::{EmbedError, Embedder, Embedding, Estimate, Purpose};

/// A service that is not asked anything. It embeds nothing.
#[derive(Debug)]
pub struct Foresight {
    manner: Manner,
    is_known: bool,
    may_be: Vec<EmbedderId>,
}

impl Foresight {
    /// Reads what is remembered of the model. `ids` are those that the service may turn out to have.
    ///
    /// # Errors
    /// The configuration says what cannot be.
    pub fn new(
        config: &ServiceConfig,
        memory: &dyn ProbeMemory,
        ids: &[EmbedderId],
    ) -> Result<Foresight, EmbedError> {
        let address = config.address()?;
        config.check()?;
        let known = memory.recall(&identity::key(config, &address)).or_else(|| identity::known(config));
        let is_known = known.is_some();
        let guess = || Probe {
            model: None,
            dimensions: config.dimensions.unwrap_or_default(),
            asked: None,
            revision: 1,
            sample: Vec::new(),
        };
        let manner = Manner::new(config, &address, &known.unwrap_or_else(guess))?;
        let place = place(config, &address);
        let may_be = ids.iter().filter(|id| identity::may_be(config, &place, id)).cloned().collect();
        Ok(Foresight { manner, is_known, may_be })
    }

    /// Whether the model is remembered. Where it is not, [`Embedder::id`] is a guess, and nothing of it can be in a
    /// cache.
    pub fn is_known(&self) -> bool {
        self.is_known
    }

    /// Whether vectors of `id` may come from there: they do where the model is remembered, and may where its
    /// name and place are right.
    pub fn may_give(&self, id: &EmbedderId) -> bool {
        if self.is_known { self.manner.id == *id } else { self.may_be.contains(id) }
    }
}

impl Embedder for Foresight {
    fn id(&self) -> &EmbedderId {
        &self.manner.id
    }

    fn embed(&self, _: &[&str], _: Purpose, _: &mut dyn FnMut(usize, Embedding)) -> Result<(), EmbedError> {
        Err(EmbedError::new("nothing is sent to the embedding service in a dry run"))
    }

    fn estimate(&self, texts: &[&str], purpose: Purpose) -> Estimate {
        self.manner.estimate(texts, purpose)
    }
}
