//! Search: a question to the hits that answer it. Every door (terminal, REST, MCP, web page) calls
//! [`Searcher::search`] and shows the same [`Answer`].

mod exact;
mod fold;
mod group;
mod hit;
mod meaning;
mod needs;
mod passage;
mod query;
mod searcher;
mod shelf;
mod snippet;
mod usage;
mod whole;

pub use hit::{Answer, Hit, Match, Reading};
pub use needs::{NeededKeyword, NeededLibrary, Needs, UnresolvedImport};
pub use passage::Passage;
pub use query::{Floor, Query};
pub use searcher::{Asking, Embedders, Searcher};
pub use snippet::{Words, highlight, snippet};
pub use usage::{Caller, Callers, User};
