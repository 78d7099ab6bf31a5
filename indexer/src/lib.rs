//! From sources to an index: reads CodeCollections, parses what they hold, and is the one writer
//! of the index.
//!
//! Parsers ([`parse`]) are pure functions from text to the best value they can make of it, with
//! what looked wrong beside it.

pub mod config;
pub mod parse;
pub mod source;
pub mod yaml;
