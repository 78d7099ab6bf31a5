use serde_json::{Map, Value};

use crate::LiveIndex;

/// Tools that answer from an index, whatever protocol carries them.
pub trait ToolSet: Send + Sync + 'static {
    /// What a model is told of the tools as a whole.
    fn instructions(&self) -> &str;

    /// The tools, always in the same order.
    fn definitions(&self) -> Vec<ToolDefinition>;

    /// Calls a tool. What it cannot do with its arguments or without an index is a [`Reply`] too, one that
    /// says what to do. Blocks while it reads.
    ///
    /// # Errors
    /// Where there is no tool of that name.
    fn call(
        &self,
        index: &LiveIndex,
        name: &str,
        arguments: &Map<String, Value>,
    ) -> Result<Reply, UnknownTool>;
}

/// A tool as clients see it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolDefinition {
    /// Its name.
    pub name: &'static str,
    /// What it does, when to use it and when to stop.
    pub description: &'static str,
    /// JSON Schema of its arguments, an object.
    pub input_schema: Map<String, Value>,
    /// JSON Schema of [`Reply::structured`], where it gives any.
    pub output_schema: Option<Map<String, Value>>,
}

/// What a tool gives back.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// For a model to read.
    pub text: String,
    /// The same for programs, as [`ToolDefinition::output_schema`] says.
    pub structured: Option<Value>,
    /// Whether the tool could not do what was asked.
    pub is_error: bool,
}

impl Reply {
    /// A good answer.
    pub fn new(text: impl Into<String>, structured: Value) -> Self {
        Reply { text: text.into(), structured: Some(structured), is_error: false }
    }

    /// What is wrong, and what to do about it.
    pub fn error(text: impl Into<String>) -> Self {
        Reply { text: text.into(), structured: None, is_error: true }
    }
}

/// No tool has the name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown tool `{name}`: there are {}", known.join(", "))]
pub struct UnknownTool {
    /// The name asked for.
    pub name: String,
    /// The names that there are, the nearest first.
    pub known: Vec<&'static str>,
}
