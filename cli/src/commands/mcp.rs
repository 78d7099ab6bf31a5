use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use ccr_daemon::LiveIndex;
use ccr_daemon::mcp::{LeanTools, Reference, ToolSet, serve_stdio};
use ccr_daemon::reference::ReferenceTools;
use ccr_index::store::Place;
use tokio::runtime::Builder;

use super::serve::requests;
use super::{Outcome, logging};
use crate::args::{self, ToolsArgument};
use crate::embedder::Choice;

/// `ccr mcp`: serves one client until it closes standard input. Nothing but the protocol is printed; an
/// index that is not there yet is told of to whoever asks.
pub(super) fn run(arguments: &args::Mcp, place: &Place, data_dir: &Path, choice: &Choice) -> Result<Outcome> {
    logging::start(&arguments.logging, "warn,rmcp=off")?;
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.context("could not start the runtime")?;
    let index = Arc::new(LiveIndex::new(place).asking(choice.asking(data_dir)?));
    let tools: Arc<dyn ToolSet> = match arguments.tools {
        ToolsArgument::Lean => Arc::new(LeanTools::default()),
        ToolsArgument::Reference => {
            let tools = ReferenceTools::new(requests()).context("could not offer the tools")?;
            Arc::new(Reference::new(Arc::new(tools)))
        }
    };
    let served = runtime.block_on(serve_stdio(index, tools, tokio::io::stdin(), tokio::io::stdout()));
    // Where the client no longer reads, a read of standard input may still be waiting for its end.
    runtime.shutdown_background();
    served.context("could not serve MCP on standard input and output")?;
    Ok(Outcome::Done)
}
