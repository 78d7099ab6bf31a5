use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use ccr_daemon::LiveIndex;
use ccr_daemon::mcp::{LeanTools, serve_stdio};
use tokio::runtime::Builder;

use super::Outcome;

/// `ccr mcp`: serves one client until it closes standard input. Nothing but the protocol is printed; an
/// index that is not there yet is told of to whoever asks.
pub(super) fn run(data_dir: &Path) -> Result<Outcome> {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.context("could not start the runtime")?;
    let index = Arc::new(LiveIndex::new(data_dir));
    let served = runtime.block_on(serve_stdio(
        index,
        Arc::new(LeanTools::default()),
        tokio::io::stdin(),
        tokio::io::stdout(),
    ));
    // Where the client no longer reads, a read of standard input may still be waiting for its end.
    runtime.shutdown_background();
    served.context("could not serve MCP on standard input and output")?;
    Ok(Outcome::Done)
}
