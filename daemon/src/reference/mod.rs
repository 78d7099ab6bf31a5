//! The tools of the reference registry, under their names and with their arguments (reference.md 6.2).
//! Each asks a [`Searcher`] and gives Markdown; whatever
//! serves them (REST, MCP) has [`ReferenceTools`].

mod arguments;
mod bundles;
mod collections;
mod definitions;
mod documentation;
mod libraries;
mod markdown;
mod requests;

use ccr_index::search::Searcher;
use ccr_index::store;
use serde_json::Value;

pub use arguments::{ArgumentType, Parameter};
use definitions::TOOLS;
pub use definitions::Tool;
pub use requests::RequestOptions;
use requests::Requests;

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
    /// So much is not allowed.
    #[error("{0}")]
    TooMany(String),
    /// GitHub could not be asked, or did not answer as it should.
    #[error("GitHub could not be asked: {0}")]
    Elsewhere(String),
    /// The index could not be read.
    #[error("the index could not be read")]
    Index(#[from] store::Error),
    /// The index holds something that was never written.
    #[error("the record of `{0}` could not be read")]
    Record(String),
}

/// The tools that a daemon offers.
#[derive(Debug)]
pub struct ReferenceTools {
    requests: Option<Requests>,
}

impl ReferenceTools {
    /// All of them where it is said where requests go; else those that ask the index. Blocks.
    ///
    /// # Errors
    /// Where GitHub cannot be asked from here at all.
    pub fn new(requests: Option<RequestOptions>) -> Result<Self, ToolError> {
        Ok(ReferenceTools { requests: requests.map(Requests::new).transpose()? })
    }

    /// The tools, in the order in which they are listed.
    pub fn list(&self) -> impl Iterator<Item = &'static Tool> {
        TOOLS.iter().filter(|tool| self.requests.is_some() || !tool.asks_elsewhere())
    }

    /// The tool with this name.
    ///
    /// # Errors
    /// Where it is not among those offered.
    pub fn find(&self, name: &str) -> Result<&'static Tool, ToolError> {
        let tool = self.list().find(|tool| tool.name == name);
        tool.ok_or_else(|| ToolError::Unknown(name.to_owned()))
    }

    /// Calls a tool by its name; it answers in Markdown, or in JSON where that is asked for. Blocks. The
    /// index may be left out for one that asks elsewhere.
    ///
    /// # Errors
    /// Where there is no such tool, the arguments are not right, or what it asks does not answer.
    pub fn call(
        &self,
        searcher: Option<&Searcher>,
        name: &str,
        arguments: &Value,
    ) -> Result<String, ToolError> {
        self.find(name)?.call(searcher, self.requests.as_ref(), arguments)
    }
}
