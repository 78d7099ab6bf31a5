//! From the files of a directory below `codebundles/` to one [`CodeBundle`](ccr_index::model::CodeBundle).
//!
//! Facts come from what the author wrote: the parsed keyword calls, settings and metadata, never
//! regular expressions over the text. What is guessed is named in `inferred`.

mod assemble;
mod calls;
mod interface;
mod layout;
mod platform;
mod resources;
mod scripts;
mod suite;

pub use assemble::{Assembled, BundleFile, assemble};
pub use calls::Arguments;
pub use interface::Interface;
pub use layout::Role;
