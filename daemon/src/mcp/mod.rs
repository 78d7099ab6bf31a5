//! The index for agents: the Model Context Protocol on standard input and output ([`serve_stdio`]) and
//! over HTTP ([`router`]).
//!
//! The one door to rmcp. What a server offers as tools is a [`ToolSet`], which knows nothing of the
//! protocol: [`LeanTools`] are the five that `ccr` serves by default.

mod completion;
mod http;
mod lean;
mod message;
mod prompts;
mod reference;
mod resources;
mod server;
mod stdio;
mod tool_set;
mod uri;

use std::sync::Arc;

pub use http::router;
pub use lean::LeanTools;
pub use reference::Reference;
pub use stdio::serve_stdio;
pub use tool_set::{Reply, ToolDefinition, ToolSet, UnknownTool};

/// What an MCP server over HTTP offers, and to whom.
#[derive(Clone)]
pub struct McpOptions {
    /// The tools.
    pub tools: Arc<dyn ToolSet>,
    /// Hosts, with or without a port, that requests over HTTP may name in `Host`; without any those of
    /// this machine (`localhost`, `127.0.0.1`, `::1`).
    pub allowed_hosts: Vec<String>,
    /// Origins (`https://app.example.com`, a port of `*` for every port) whose pages may ask over HTTP,
    /// beside those of this machine. Requests without `Origin` come from no browser and pass.
    pub allowed_origins: Vec<String>,
}

impl Default for McpOptions {
    fn default() -> Self {
        McpOptions {
            tools: Arc::new(LeanTools::default()),
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
        }
    }
}
