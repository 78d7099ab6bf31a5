//! Where an index is kept. A publish hands over everything at once ([`Publication`]) and becomes a
//! new generation; readers keep the generation that they opened ([`Generation`]). [`Place`] says where one
//! is and opens it.

mod body;
mod contents;
mod copy;
mod embedder;
mod error;
mod facets;
mod file_lock;
mod filter;
mod generation;
pub mod local;
mod numbers;
mod older;
mod place;
pub mod postgres;

pub use contents::{DocumentHead, Part, PartDocuments, PartVectors, Publication, Update};
pub use copy::copy;
pub use error::Error;
pub use file_lock::{FileLock, LockAttempt};
pub use filter::{FacetValue, Facets, Filter};
pub use generation::Generation;
pub use older::Older;
pub use place::Place;
