//! Where an index is kept. A publish hands over everything at once ([`Publication`]) and becomes a
//! new generation; readers keep the generation that they opened.

mod contents;
mod error;
mod filter;
pub mod local;

pub use contents::{DocumentHead, Publication};
pub use error::Error;
pub use filter::{FacetValue, Facets, Filter};
