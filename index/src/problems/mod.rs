//! What is wrong with the sources of an index and their files, as records that every door gives.

mod record;
mod rule;

pub use record::{ProblemRecord, problems};
pub use rule::Rule;
