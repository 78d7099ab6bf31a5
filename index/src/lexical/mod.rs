//! The inverted index: terms, their postings, and BM25F over weighted fields.
//!
//! Postings are plain bytes that any store can keep, so that every store gives the same answers:
//! a store only looks terms up, ranking happens here.

mod bm25;
mod build;
mod encode;
mod expand;
mod join;
mod lexicon;
mod outline;

pub use bm25::{Ranked, Weights, rank};
pub use build::{IMPORT, Inverted, invert, invert_segment};
pub(crate) use build::{call_term, import_term};
pub(crate) use encode::{count_of, documents_of};
pub use expand::{Alternative, Group, Question, expand};
pub use join::{Segment, Tables, join_postings, join_tables};
pub use lexicon::Lexicon;
pub use outline::Outline;
