//! What people read: one function for each thing that is shown.

mod answer;
mod library;
mod page;
mod problems;
mod record;
mod sarif;
mod usage;
mod words;

pub(crate) use answer::{answer, unknown_filters};
pub(crate) use library::{keyword, library};
pub(crate) use page::{page, section};
pub(crate) use problems::{index_problems, problems};
pub(crate) use record::{bundle, collection, script, task};
pub(crate) use sarif::sarif;
pub(crate) use usage::unresolved;
pub(crate) use words::{counted, place, utc};
