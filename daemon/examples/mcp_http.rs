//! The MCP router by itself on a port of this machine, for clients and the conformance suite to try.
//!
//! `mcp_http DATA_DIR [ADDRESS]` prints the address of the endpoint and serves until it is killed.

use std::env;
use std::error::Error;
use std::io::Write;
use std::sync::Arc;

use axum::Router;
use ccr_daemon::LiveIndex;
use ccr_daemon::mcp::{McpOptions, router};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let data_dir = arguments.next().ok_or("mcp_http DATA_DIR [ADDRESS]")?;
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(address).await?;
    writeln!(std::io::stdout(), "http://{}/mcp", listener.local_addr()?)?;
    let index = Arc::new(LiveIndex::new(data_dir));
    axum::serve(listener, Router::new().nest("/mcp", router(index, McpOptions::default()))).await?;
    Ok(())
}
