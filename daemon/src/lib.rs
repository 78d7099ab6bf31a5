//! The query daemon: REST, MCP and operations endpoints over an open index.
//!
//! It knows [`ccr_index`] alone: every door asks the same [`ccr_index::search::Searcher`].

mod live;

pub use live::LiveIndex;
