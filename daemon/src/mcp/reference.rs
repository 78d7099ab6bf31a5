use std::sync::Arc;

use serde_json::{Map, Value};

use super::lean::open;
use super::{Reply, ToolDefinition, ToolSet, UnknownTool};
use crate::LiveIndex;
use crate::reference::{ReferenceTools, ToolError};
use ccr_index::causes;

/// What a model is told of these tools as a whole.
const INSTRUCTIONS: &str = "Searches CodeCollections: git repositories of Robot Framework automation for SREs, made of \
     CodeBundles (runbooks and monitors of tasks) and keyword libraries. These are the tools of the RunWhen registry, \
     for agents that know them. Search for what an incident shows with find_codebundle, then read the bundle with \
     get_codebundle_details. Before writing a CodeBundle, look for keywords with keyword_usage_help. Every answer says \
     where it comes from; what is not found is not there.";

/// The tools of the reference registry, for clients that know their names.
#[derive(Debug)]
pub struct Reference {
    tools: Arc<ReferenceTools>,
}

impl Reference {
    /// Offers what `tools` lists.
    pub fn new(tools: Arc<ReferenceTools>) -> Self {
        Reference { tools }
    }
}

impl ToolSet for Reference {
    fn instructions(&self) -> &str {
        INSTRUCTIONS
    }

    fn definitions(&self) -> Vec<ToolDefinition> {
        let definition = |tool: &'static crate::reference::Tool| ToolDefinition {
            name: tool.name,
            description: tool.description,
            input_schema: match tool.input_schema() {
                Value::Object(schema) => schema,
                _ => Map::new(),
            },
            output_schema: None,
        };
        self.tools.list().map(definition).collect()
    }

    fn call(
        &self,
        index: &LiveIndex,
        name: &str,
        arguments: &Map<String, Value>,
    ) -> Result<Reply, UnknownTool> {
        let known = || self.tools.list().map(|tool| tool.name).collect();
        let unknown = |_: ToolError| UnknownTool { name: name.to_owned(), known: known() };
        let tool = self.tools.find(name).map_err(unknown)?;
        let searcher = match open(index) {
            Ok(searcher) => Some(searcher),
            Err(_) if tool.asks_elsewhere() => None,
            Err(error) => return Ok(Reply::error(causes(&error))),
        };
        let arguments = Value::Object(arguments.clone());
        let answered = self.tools.call(searcher.as_deref(), name, &arguments);
        let text = |text| Reply { text, structured: None, is_error: false };
        Ok(answered.map_or_else(|error| Reply::error(causes(&error)), text))
    }
}
