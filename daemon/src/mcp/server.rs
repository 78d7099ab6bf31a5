//! The protocol's requests to the tools.

use std::sync::Arc;

use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, CompleteRequestParams,
    CompleteResult, ContentBlock, CustomRequest, CustomResult, ErrorCode, GetPromptRequestParams,
    GetPromptResponse, Implementation, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult,
    ListToolsResult, PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse,
    ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};

use super::{Reply, ToolDefinition, ToolSet, completion, prompts, resources};
use crate::LiveIndex;

/// How long clients may keep definitions, in milliseconds: they change with the program only.
pub(super) const DEFINITIONS_TTL: u64 = 3_600_000;

/// Answers the requests of one client.
#[derive(Clone)]
pub(super) struct Server {
    index: Arc<LiveIndex>,
    tools: Arc<dyn ToolSet>,
}

impl Server {
    pub(super) fn new(index: Arc<LiveIndex>, tools: Arc<dyn ToolSet>) -> Self {
        Server { index, tools }
    }

    /// Runs what reads the index where it holds up no other request.
    async fn blocking<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&LiveIndex, &dyn ToolSet) -> T + Send + 'static,
    ) -> Result<T, ErrorData> {
        let server = self.clone();
        let done = tokio::task::spawn_blocking(move || ask(&server.index, &*server.tools)).await;
        done.map_err(|error| ErrorData::internal_error(format!("could not answer: {error}"), None))
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_completions()
            .enable_prompts()
            .enable_resources()
            .enable_tools()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(
                Implementation::new("ccr", env!("CARGO_PKG_VERSION")).with_title("CodeCollection index"),
            )
            .with_instructions(self.tools.instructions())
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = self.tools.definitions().into_iter().map(tool).collect();
        Ok(ListToolsResult::with_all_items(tools)
            .with_ttl_ms(DEFINITIONS_TTL)
            .with_cache_scope(CacheScope::Public))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let name = request.name.into_owned();
        let reply = self.blocking(move |index, tools| tools.call(index, &name, &arguments)).await?;
        match reply {
            Ok(reply) => Ok(result(reply).into()),
            Err(unknown) => Err(ErrorData::invalid_params(unknown.to_string(), None)),
        }
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let cursor = request.and_then(|request| request.cursor);
        self.blocking(move |index, _| resources::list(index, cursor.as_deref())).await?
    }

    async fn list_resource_templates(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(resources::templates().with_ttl_ms(DEFINITIONS_TTL).with_cache_scope(CacheScope::Public))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let read = self.blocking(move |index, _| resources::read(index, &request.uri)).await?;
        read.map(Into::into)
    }

    async fn list_prompts(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(prompts::list())
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let prompt = self.blocking(move |index, _| prompts::get(index, &request.name, &arguments)).await?;
        prompt.map(Into::into)
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        self.blocking(move |index, _| completion::complete(index, &request)).await?
    }

    /// Requests that fit no request of the protocol: unknown methods, and known ones with wrong parameters.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let method = request.method;
        Err(match needs(&method) {
            Some(needs) => ErrorData::invalid_params(format!("`{method}` needs {needs}"), None),
            None => ErrorData::new(ErrorCode::METHOD_NOT_FOUND, format!("unknown method `{method}`"), None),
        })
    }
}

/// What the parameters of a method of the protocol must hold.
fn needs(method: &str) -> Option<&'static str> {
    Some(match method {
        "tools/call" => "`name`, a text, and `arguments`, an object",
        "resources/read" => "`uri`, a text",
        "prompts/get" => "`name`, a text, and `arguments`, an object of texts",
        "completion/complete" => "`ref` and `argument` with `name` and `value`",
        "tools/list" | "resources/list" | "resources/templates/list" | "prompts/list" => {
            "no parameter but `cursor`, a text"
        }
        _ => return None,
    })
}

fn tool(definition: ToolDefinition) -> Tool {
    let tool = Tool::new(definition.name, definition.description, definition.input_schema)
        .with_annotations(ToolAnnotations::new().read_only(true).open_world(false));
    match definition.output_schema {
        Some(schema) => tool.with_raw_output_schema(Arc::new(schema)),
        None => tool,
    }
}

fn result(reply: Reply) -> CallToolResult {
    let content = vec![ContentBlock::text(reply.text)];
    let mut result =
        if reply.is_error { CallToolResult::error(content) } else { CallToolResult::success(content) };
    result.structured_content = reply.structured;
    result
}
