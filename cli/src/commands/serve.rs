use std::env;
use std::path::Path;
use std::thread::available_parallelism;

use anyhow::{Context, Result};
use ccr_daemon::reference::RequestOptions;
use ccr_daemon::{ServeOptions, TlsFiles};
use ccr_index::store::Place;
use tokio::signal::unix::{SignalKind, signal};

use super::{Outcome, logging};
use crate::args::{Serve, ToolsArgument};
use crate::embedder::Choice;

/// Threads that may wait for the disk beside those that answer questions.
const MORE_BLOCKING: usize = 6;

/// Where requests for CodeBundles are collected, unless `CCR_GITHUB_REPOSITORY` says otherwise.
const REPOSITORY: &str = "runwhen-contrib/codecollection-registry";
/// GitHub's API, unless `CCR_GITHUB_API` says otherwise.
const GITHUB: &str = "https://api.github.com";

/// `ccr serve`: until it is told to stop.
pub(super) fn run(arguments: Serve, place: &Place, data_dir: &Path, choice: &Choice) -> Result<Outcome> {
    logging::start(&arguments.logging, "info")?;
    let mut options = options(arguments, place);
    options.asking = choice.asking(data_dir)?;
    let processors = available_parallelism().map_or(2, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(processors)
        .max_blocking_threads(processors + MORE_BLOCKING)
        .enable_all()
        .build()
        .context("could not start the threads")?;
    let scheme = if options.tls.is_some() { "https" } else { "http" };
    runtime.block_on(async move {
        let mut terminate = signal(SignalKind::terminate()).context("could not listen to signals")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("could not listen to signals")?;
        let stop = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        let listening = |address| tracing::info!("listening on {scheme}://{address}");
        ccr_daemon::serve(options, stop, listening).await.context("could not serve")
    })?;
    Ok(Outcome::Done)
}

fn options(arguments: Serve, place: &Place) -> ServeOptions {
    let tls = arguments.tls_certificate.zip(arguments.tls_key);
    let mut options = ServeOptions::new(arguments.listen, place);
    options.tokens_file = arguments.tokens_file;
    options.open_to_all = arguments.open_to_all;
    options.tls = tls.map(|(certificate, key)| TlsFiles { certificate, key });
    options.poll = arguments.poll;
    options.request_timeout = arguments.request_timeout;
    options.idle_timeout = arguments.idle_timeout;
    options.grace = arguments.grace;
    options.connections = arguments.max_connections as usize;
    options.concurrency = arguments.max_requests as usize;
    options.reference_tools = arguments.tools == ToolsArgument::Reference;
    options.hosts = arguments.host;
    if options.open_to_all && options.tokens_file.is_none() {
        // Anybody could write issues in its name.
        tracing::warn!("open to all: requests for CodeBundles are not taken");
    } else {
        options.requests = requests();
    }
    options.rate_limit = Some(arguments.rate_limit).filter(|limit| *limit > 0);
    options.cors_origins = arguments.cors_origin;
    options
}

/// Where requests for CodeBundles go, where a token says that they may.
pub(super) fn requests() -> Option<RequestOptions> {
    let said = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let token = said("CCR_GITHUB_TOKEN")?;
    Some(RequestOptions {
        token,
        repository: said("CCR_GITHUB_REPOSITORY").unwrap_or_else(|| REPOSITORY.to_owned()),
        api: said("CCR_GITHUB_API").unwrap_or_else(|| GITHUB.to_owned()),
    })
}
