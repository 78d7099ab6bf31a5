//! The index of CodeCollections: what a collection holds ([`model`]), how it is kept on disk
//! ([`store`], described by a [`Manifest`]) and how a question is answered from it.
//!
//! This crate is the product. It imports no other crate of the project, and nothing of the
//! command line, of HTTP or of git: everything that asks or fills an index comes here.

mod age;
mod causes;
pub mod embed;
pub mod lexical;
mod manifest;
pub mod model;
pub mod platform;
mod problems;
pub mod search;
pub mod store;
pub mod text;
pub mod vectors;

pub use age::age;
pub use causes::causes;
pub use manifest::{
    EmbedderId, FailedSource, FileDigest, FileProblem, Manifest, Outcome, OutsideImport, Severity, Shrink,
    SourceState,
};
pub use problems::{ProblemRecord, Rule, problems};
