//! From sources to an index: reads CodeCollections, parses what they hold, and is the one writer
//! of the index.
//!
//! Parsers ([`parse`]) are pure functions from text to the best value they can make of it, with
//! what looked wrong beside it.

pub mod bundle;
pub mod config;
pub mod documents;
mod large_stack;
pub mod library;
pub mod parse;
pub mod run;
pub mod source;
pub mod yaml;
