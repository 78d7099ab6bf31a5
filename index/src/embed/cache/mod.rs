//! Vectors that were made before: what was paid for once is not paid for again.
//!
//! A vector is found by what made it ([`crate::EmbedderId`]), what for ([`super::Purpose`]), and the BLAKE3 of its
//! text. New vectors are in the file before anybody gets them, so that a run that is killed loses nothing that
//! it had.
//!
//! Vectors are kept as 16-bit floats, little-endian: half the size (3 KB for 1,536 numbers), and a cosine that
//! differs in the fourth digit at most, which is less than a service differs from itself. New vectors are
//! handed over as they will be read again, so that an index does not depend on what was in the cache.

mod cached;
mod file;
mod row;
mod salvage;
mod tables;

pub use cached::Cached;
pub use file::{CacheFile, Pruned};
