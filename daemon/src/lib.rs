//! The query daemon: REST, MCP and operations endpoints over an open index.
//!
//! It knows [`ccr_index`] alone: every door asks the same [`ccr_index::search::Searcher`].

mod ask;
mod catalog;
mod generation;
mod layers;
mod live;
pub mod mcp;
mod net;
mod options;
mod page;
mod problem;
mod problems;
mod readme;
mod record;
pub mod reference;
mod rest;
mod router;
mod serve;
mod service;
mod time;
pub mod tokens;
mod watch;

pub use live::LiveIndex;
pub use net::TlsFiles;
pub use options::ServeOptions;
pub use serve::{ServeError, serve};
