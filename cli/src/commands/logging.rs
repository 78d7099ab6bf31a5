//! The log of `ccr serve` and `ccr mcp`, on standard error.

use std::io;

use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;

use crate::args::{Format, Logging};

/// Logs to standard error from here on; `usual` says what where nothing else is said.
pub(super) fn start(arguments: &Logging, usual: &str) -> Result<()> {
    let wanted = arguments.log.as_deref().unwrap_or(usual);
    let filter = EnvFilter::try_new(wanted)
        .with_context(|| format!("could not read `{wanted}` as a filter of the log"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // A log that cannot be written would be told on standard error, which is what failed, and the panic that comes
    // of it would end the request, or keep the daemon from stopping.
    let builder = builder.log_internal_errors(false);
    let done = match arguments.log_format {
        Format::Json | Format::Sarif => builder.json().flatten_event(true).try_init(),
        Format::Text => builder.with_ansi(false).with_target(false).try_init(),
    };
    done.map_err(|error| anyhow::anyhow!("could not start the log: {error}"))
}
