//! Embedding services: Azure OpenAI, OpenAI, and the servers that speak as it does (Ollama, vLLM, TEI,
//! LM Studio).
//!
//! Whatever a service does, three things hold: what it gave that was good is handed over, nothing is
//! handed over that was not, and an error says what failed and what to do, without the key. Vectors of
//! one model are never mixed with those of another: a model that changed behind its name is an error
//! once, and counts as another model from then on.
//!
//! Requests are sent from threads of their own. [`Service::connect`] must not be called on a thread of
//! an asynchronous runtime, where the client it makes cannot wait: use `spawn_blocking`.

mod ask;
mod auth;
mod batch;
mod clock;
mod complaint;
mod config;
mod foresight;
mod habits;
mod http;
mod identity;
mod job;
mod judge;
mod literals;
mod manner;
mod models;
mod pace;
mod process;
mod retry_after;
mod run;
mod secret;
mod sizes;
mod tokens;
mod waiting;
mod wire;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use ask::Asker;
use batch::{Item, Preparation};
pub use clock::{Clock, Stop, SystemClock};
pub use config::{Api, Budget, Credential, Limits, ServiceConfig, TokenSource};
pub use foresight::Foresight;
pub use habits::Habits;
pub use identity::{NoMemory, Probe, ProbeMemory, asked_name};
use manner::Manner;
use run::{Ended, Order, run};
pub use secret::Secret;
use tokens::Counting;
pub use waiting::{Listener, Wait, WaitCause};

use super::{EmbedError, Embedder, Embedding, Estimate, Purpose, Usage};
use crate::EmbedderId;

/// A model behind a service.
#[derive(Debug)]
pub struct Service {
    asker: Asker,
    memory: Arc<dyn ProbeMemory>,
    key: String,
    probe: Probe,
    manner: Manner,
    /// Whether the model was seen to be the one that is known, since this was made.
    is_seen: Mutex<bool>,
}

impl Service {
    /// Gets to know the model: from `memory`, or else by embedding a sentence or two.
    ///
    /// # Errors
    /// The configuration says what cannot be; the service cannot be reached, or does not take the key,
    /// the model or the dimensions.
    pub fn connect(
        config: ServiceConfig,
        memory: Arc<dyn ProbeMemory>,
        clock: Arc<dyn Clock>,
    ) -> Result<Service, EmbedError> {
        let address = config.address()?;
        let key = identity::key(&config, &address);
        let asker = Asker::new(config, key.clone(), memory.clone(), clock)?;
        let (probe, is_seen) = match memory.recall(&key).or_else(|| identity::known(&asker.config)) {
            Some(probe) => (probe, false),
            None => {
                let probe = first_probe(&asker)?;
                memory.remember(&key, &probe);
                (probe, true)
            }
        };
        let manner = Manner::new(&asker.config, &address, &probe)?;
        Ok(Service { asker, memory, key, probe, manner, is_seen: Mutex::new(is_seen) })
    }

    /// Makes sure, once, that the model is still the one that is known: passages are kept for long.
    fn see(&self) -> Result<(), EmbedError> {
        let mut is_seen = self.is_seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *is_seen {
            return Ok(());
        }
        let now = ask_sample(&self.asker, self.probe.asked)?;
        if let Some(difference) = identity::difference(&self.probe, &now) {
            return Err(self.changed(&difference, now));
        }
        if self.probe.sample.is_empty() {
            self.memory.remember(&self.key, &Probe { revision: self.probe.revision, ..now });
        }
        *is_seen = true;
        Ok(())
    }

    /// Another model answers: from the next time on, its vectors are those of another embedder.
    fn changed(&self, difference: &str, now: Probe) -> EmbedError {
        self.memory.remember(&self.key, &Probe { revision: self.probe.revision + 1, ..now });
        EmbedError::new(format!(
            "the model `{}` of {} is not the one that the vectors were made with: {difference}. No vectors of the \
             two were mixed; run `ccr index` again to embed everything with the new one, or put the old one back",
            self.asker.config.model,
            self.asker.http.host(),
        ))
    }

    /// An answer was another model's: for good, or by a slip of the service.
    fn changed_meanwhile(&self, why: &str) -> EmbedError {
        match ask_sample(&self.asker, self.probe.asked) {
            Ok(now) if identity::difference(&self.probe, &now).is_some() => self.changed(why, now),
            Ok(_) => EmbedError::new(format!(
                "the embedding service answered once with another model: {why}; that answer was not used, and now it \
                 is as before: run again, and if this happens again, see that one model only answers at this address"
            )),
            Err(error) => error,
        }
    }

    fn order(&self, purpose: Purpose) -> Order<'_> {
        Order {
            asker: &self.asker,
            preparation: self.manner.preparation(purpose),
            dimensions: self.probe.asked,
            model: self.probe.model.as_deref(),
            expected: Some(self.probe.dimensions),
            most_tokens: if purpose == Purpose::Passage { self.most_tokens() } else { None },
            // What is left of runs before may be just those.
            suspects: if purpose == Purpose::Passage { 2 } else { 0 },
        }
    }

    /// The budget in tokens.
    fn most_tokens(&self) -> Option<u64> {
        let budget = self.asker.config.budget;
        let of_cost = budget.cost.zip(self.manner.price().filter(|price| *price > 0.0));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
        let of_cost = of_cost.map(|(cost, price)| (cost / price * 1e6) as u64);
        match (budget.tokens, of_cost) {
            (Some(tokens), Some(of_cost)) => Some(tokens.min(of_cost)),
            (tokens, of_cost) => tokens.or(of_cost),
        }
    }

    /// Refuses to begin what the budget would not let it end.
    fn check_budget(&self, items: &[Item<'_>]) -> Result<(), EmbedError> {
        let Some(most) = self.most_tokens() else { return Ok(()) };
        let used = self.asker.account.tokens.load(Ordering::Relaxed);
        let needed = batch::tokens(items);
        if used + needed <= most {
            return Ok(());
        }
        let cost = match self.manner.cost(needed) {
            Some(cost) if cost < 0.01 => " (less than $0.01)".to_owned(),
            Some(cost) => format!(" (about ${cost:.2})"),
            None => String::new(),
        };
        Err(EmbedError::new(format!(
            "embedding {} texts takes about {needed} tokens{cost}, and of the budget of {most} tokens {} are left: \
             raise CCR_EMBEDDER_BUDGET or index fewer collections with --only",
            items.len(),
            most.saturating_sub(used)
        )))
    }
}

impl Embedder for Service {
    fn id(&self) -> &EmbedderId {
        &self.manner.id
    }

    fn embed(
        &self,
        texts: &[&str],
        purpose: Purpose,
        done: &mut dyn FnMut(usize, Embedding),
    ) -> Result<(), EmbedError> {
        for (position, _) in texts.iter().enumerate().filter(|(_, text)| text.trim().is_empty()) {
            // No service takes a text without a word, and no model knows anything of it.
            let values = vec![0.0; self.manner.id.dimensions as usize];
            done(position, Embedding::Vector { values, truncated: false });
        }
        let items = self.manner.items(texts, purpose);
        if items.is_empty() {
            return Ok(());
        }
        if purpose == Purpose::Passage {
            self.check_budget(&items)?;
            self.see()?;
        }
        let (all, mut embedded) = (items.len(), 0);
        let ended = run(self.order(purpose), items, &mut |position, embedding| {
            embedded += 1;
            done(position, embedding);
        });
        if purpose == Purpose::Passage {
            self.asker.remember();
        }
        match ended {
            Ok(_) => Ok(()),
            Err(Ended { why, is_changed: true }) => Err(self.changed_meanwhile(&why)),
            Err(Ended { why, .. }) if all == 1 => Err(EmbedError::new(why)),
            Err(Ended { why, .. }) => {
                Err(EmbedError::new(format!("{why} ({embedded} of {all} texts were done)")))
            }
        }
    }

    fn estimate(&self, texts: &[&str], purpose: Purpose) -> Estimate {
        self.manner.estimate(texts, purpose)
    }

    fn usage(&self) -> Usage {
        let account = &self.asker.account;
        let tokens = account.tokens.load(Ordering::Relaxed);
        Usage {
            reused: 0,
            embedded: account.embedded.load(Ordering::Relaxed),
            truncated: account.truncated.load(Ordering::Relaxed),
            refused: account.refused.load(Ordering::Relaxed),
            requests: account.requests.load(Ordering::Relaxed),
            tokens,
            cost: self.manner.cost(tokens),
        }
    }
}

/// Gets to know a model that nobody remembers.
fn first_probe(asker: &Asker) -> Result<Probe, EmbedError> {
    let config = &asker.config;
    let Some(wanted) = config.dimensions else { return ask_sample(asker, None) };
    // Azure's deployments have any name: what is asked for depends on which model answers.
    let own = ask_sample(asker, None)?;
    if own.dimensions == wanted {
        return Ok(own);
    }
    let name = own.model.as_deref().unwrap_or(&config.model);
    if models::openai(name).is_some_and(|model| !model.takes_dimensions) {
        return Err(EmbedError::new(format!(
            "`{name}` gives vectors of {} numbers and no others: unset CCR_EMBEDDER_DIMENSIONS",
            own.dimensions
        )));
    }
    let probe = ask_sample(asker, Some(wanted))?;
    if probe.dimensions != wanted {
        return Err(EmbedError::new(format!(
            "`{name}` gives vectors of {} numbers where {wanted} are asked for: set CCR_EMBEDDER_DIMENSIONS to {} or \
             unset it",
            probe.dimensions, probe.dimensions
        )));
    }
    Ok(probe)
}

/// Embeds the sample.
fn ask_sample(asker: &Asker, asked: Option<u32>) -> Result<Probe, EmbedError> {
    let preparation = Preparation { counting: Counting::Estimate, most: usize::MAX, prefix: String::new() };
    let order = Order {
        asker,
        preparation: &preparation,
        dimensions: asked,
        model: None,
        expected: None,
        most_tokens: None,
        suspects: 0,
    };
    let item = Item { position: 0, fitted: preparation.fit(identity::SAMPLE), spoiled: false };
    let mut found = Err(EmbedError::new("the embedding service gave no vector"));
    let account = &asker.account;
    let model = run(order, vec![item], &mut |_, embedding| {
        // What the sample takes is not a text of the caller's.
        found = match embedding {
            Embedding::Vector { values, .. } => {
                account.embedded.fetch_sub(1, Ordering::Relaxed);
                Ok(values)
            }
            Embedding::Refused { reason } => {
                account.refused.fetch_sub(1, Ordering::Relaxed);
                Err(EmbedError::new(format!("the embedding service refused a plain sentence: {reason}")))
            }
        };
    })
    .map_err(|ended| EmbedError::new(ended.why))?;
    let sample = found?;
    let dimensions = u32::try_from(sample.len()).unwrap_or(u32::MAX);
    Ok(Probe { model, dimensions, asked, revision: 1, sample })
}
