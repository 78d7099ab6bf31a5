//! What embedding takes and took: texts, tokens, money.

use serde::Serialize;

/// What embedding some texts would take.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Estimate {
    /// Texts that would be sent.
    pub texts: u64,
    /// Tokens in them; absent where nobody counts.
    pub tokens: Option<u64>,
    /// Whether the tokens are counted as the model counts them; false where they are estimated from the length
    /// of the texts.
    pub counted: bool,
    /// In US dollars; absent where nothing is paid or the price is not known.
    pub cost: Option<f64>,
    /// What the cost is reckoned by.
    pub price: Option<Price>,
}

/// What a million tokens cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Price {
    /// US dollars for a million tokens.
    pub dollars: f64,
    /// Whether it is the public list price of the model, and not what somebody said that they pay.
    pub is_list_price: bool,
}

/// What an embedder did since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Usage {
    /// Texts answered from the cache.
    pub reused: u64,
    /// Texts that the model embedded.
    pub embedded: u64,
    /// Texts of which the model saw the beginning only, those from the cache included.
    pub truncated: u64,
    /// Texts that the model did not take.
    pub refused: u64,
    /// Requests that were sent, the repeated ones included.
    pub requests: u64,
    /// Tokens that the service counted, or that were estimated where it counts none.
    pub tokens: u64,
    /// In US dollars; absent where nothing is paid or the price is not known.
    pub cost: Option<f64>,
}
