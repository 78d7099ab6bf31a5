//! The tools of the reference registry, under their names and with their arguments (reference.md 6.2).
//! Each takes a [`Searcher`] and gives Markdown; whatever serves them (REST, MCP) calls [`call`].

mod arguments;
mod bundles;
mod collections;
mod definitions;
mod documentation;
mod libraries;
mod markdown;

use ccr_index::search::Searcher;
use ccr_index::store;
use serde_json::Value;

pub use arguments::{ArgumentType, Parameter};
pub use definitions::{Tool, tools};

/// Why a tool has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// There is no such tool.
    #[error("Unknown tool: {0}")]
    Unknown(String),
    /// The arguments are not those that the tool takes.
    #[error("{0}")]
    Arguments(String),
    /// There is no such thing as the arguments name.
    #[error("{0}")]
    NotFound(String),
    /// The index could not be read.
    #[error("the index could not be read")]
    Index(#[from] store::Error),
    /// The index holds something that was never written.
    #[error("the record of `{0}` could not be read")]
    Record(String),
}

/// Calls a tool by its name.
///
/// # Errors
/// Where there is no such tool, the arguments are not right, or the index cannot be read.
pub fn call(searcher: &Searcher, name: &str, arguments: &Value) -> Result<String, ToolError> {
    let tool = tools().iter().find(|tool| tool.name == name);
    let tool = tool.ok_or_else(|| ToolError::Unknown(name.to_owned()))?;
    tool.call(searcher, arguments)
}
