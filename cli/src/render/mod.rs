//! What people read: one function for each thing that is shown.

mod answer;
mod library;
mod place;
mod record;

pub(crate) use answer::{answer, unknown_filters};
pub(crate) use library::{keyword, library};
pub(crate) use place::{place, utc};
pub(crate) use record::{bundle, collection, script, task};
