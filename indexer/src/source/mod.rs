//! Sources: the files of a collection, from a git repository or a plain folder.
//!
//! [`fetch`] brings a source up to date and gives a [`Snapshot`] of it; which files are there is
//! listed only when asked, and only wanted files are read. Sources are independent of each other
//! and may be fetched and read in parallel. **Nothing outside of a repository or folder is ever
//! read**, whatever its links and paths say.

mod error;
mod fetch;
mod folder;
mod git;
mod lfs;
mod path;
mod snapshot;
pub mod web;

pub use ccr_index::model::{web_link, web_link_to_folder};
pub use error::{ReadError, SourceError};
pub use fetch::{FetchOptions, Fetched, Outcome, fetch, sweep};
pub use git::end_processes;
pub use snapshot::{Contents, Entry, FileProblem, Limits, Listing, Snapshot};
