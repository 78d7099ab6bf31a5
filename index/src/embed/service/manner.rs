//! How texts are made ready for a model, what its vectors are called, and what it costs.

use super::batch::{self, Item, Preparation};
use super::config::ServiceConfig;
use super::identity::{self, Probe};
use super::models;
use super::tokens::Counting;
use crate::EmbedderId;
use crate::embed::{EmbedError, Estimate, Price, Purpose};

#[derive(Debug)]
pub(super) struct Manner {
    pub(super) id: EmbedderId,
    passages: Preparation,
    queries: Preparation,
    price: Option<Price>,
}

impl Manner {
    /// # Errors
    /// A budget in dollars without a price.
    pub(super) fn new(
        config: &ServiceConfig,
        address: &reqwest::Url,
        probe: &Probe,
    ) -> Result<Manner, EmbedError> {
        let name = probe.model.as_deref().filter(|_| config.is_of_openai()).unwrap_or(&config.model);
        let prefixes = config.prefixes.clone().unwrap_or_else(|| models::prefixes(name));
        let id = identity::id(config, &place(config, address), &prefixes, probe);
        let counting = if models::openai(name).is_some() { Counting::OpenAi } else { Counting::Estimate };
        let most = config.max_tokens.or_else(|| models::max_tokens(name)).unwrap_or(usize::MAX);
        let preparation = |prefix| Preparation { counting, most, prefix };
        let of_list = models::price(name).filter(|_| config.is_of_openai());
        let said = config.price.map(|dollars| Price { dollars, is_list_price: false });
        let price = said.or(of_list.map(|dollars| Price { dollars, is_list_price: true }));
        if config.budget.cost.is_some() && price.is_none() {
            return Err(EmbedError::new(
                "a budget in dollars needs a price, and that of the model is not known: set CCR_EMBEDDER_PRICE",
            ));
        }
        let (passages, queries) = (preparation(prefixes.passage), preparation(prefixes.query));
        Ok(Manner { id, passages, queries, price })
    }

    pub(super) fn preparation(&self, purpose: Purpose) -> &Preparation {
        match purpose {
            Purpose::Passage => &self.passages,
            Purpose::Query => &self.queries,
        }
    }

    /// The texts as they are sent; those without a word are not.
    pub(super) fn items<'text>(&self, texts: &[&'text str], purpose: Purpose) -> Vec<Item<'text>> {
        let preparation = self.preparation(purpose);
        let fit = |text| match purpose {
            Purpose::Passage => preparation.fit(text),
            Purpose::Query => preparation.fit_one(text),
        };
        let is_said = |text: &&str| !text.trim().is_empty();
        let sent = texts.iter().enumerate().filter(|(_, text)| is_said(text));
        sent.map(|(position, text)| Item { position, fitted: fit(text), spoiled: false }).collect()
    }

    /// US dollars for a million tokens.
    pub(super) fn price(&self) -> Option<f64> {
        self.price.map(|price| price.dollars)
    }

    pub(super) fn cost(&self, tokens: u64) -> Option<f64> {
        self.price().map(|price| tokens as f64 / 1e6 * price)
    }

    pub(super) fn estimate(&self, texts: &[&str], purpose: Purpose) -> Estimate {
        let items = self.items(texts, purpose);
        let tokens = batch::tokens(&items);
        Estimate {
            texts: items.len() as u64,
            tokens: Some(tokens),
            counted: self.passages.counting == Counting::OpenAi,
            cost: self.cost(tokens),
            price: self.price,
        }
    }
}

/// The server that a model's name belongs to.
pub(super) fn place(config: &ServiceConfig, address: &reqwest::Url) -> String {
    let of_address = || {
        let host = address.host_str().unwrap_or_default();
        let host = address.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        identity::place(&host, address, &config.api)
    };
    config.place.clone().unwrap_or_else(of_address)
}
