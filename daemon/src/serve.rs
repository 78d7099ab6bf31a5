//! Starting, serving, stopping.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread::available_parallelism;

use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Handle, Server};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::generation::Generations;
use crate::live::LiveIndex;
use crate::net::{self, Seats};
use crate::options::ServeOptions;
use crate::reference::{ReferenceTools, ToolError};
use crate::router::router;
use crate::service::Service;
use crate::tokens::{TokenError, TokenFile};
use crate::watch::{Lookout, look, watch};

/// Bytes of a request's head at most.
const HEAD_LIMIT: usize = 32 * 1024;
/// Requests at once on one HTTP/2 connection.
const STREAMS: u32 = 64;
/// Files that are open beside the connections: the index, its pool, what is read for a moment.
const OTHER_FILES: u64 = 128;
/// Tools that ask GitHub at once.
const ELSEWHERE: usize = 2;
/// Upper bounds of the buckets of times, in seconds.
const BUCKETS: [f64; 12] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Why a daemon could not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Everybody who reaches the machine could ask.
    #[error("will not listen on {0} without tokens: make one with `ccr token create`, or say --open-to-all")]
    Unprotected(SocketAddr),
    /// The address cannot be had.
    #[error("could not listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("could not use `{}` for TLS: {why}", path.display())]
    Tls {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// An origin of `--cors-origin` is no origin.
    #[error("`{0}` is no origin: say `https://example.com` or `*`")]
    Origin(String),
    /// GitHub cannot be asked from here at all.
    #[error(transparent)]
    Requests(#[from] ToolError),
    /// The file of tokens cannot be used.
    #[error(transparent)]
    Tokens(#[from] TokenError),
    /// Serving ended by itself.
    #[error("could not go on serving")]
    Ended(#[source] io::Error),
}

/// Serves until `stop` is done, then gives requests their time to end.
///
/// `listening` is called once, with the address, when requests are taken and the index was looked
/// for. Where there is none yet, questions are answered with 503 until there is.
///
/// # Errors
/// Where it cannot begin: see [`ServeError`].
pub async fn serve(
    options: ServeOptions,
    stop: impl Future<Output = ()> + Send + 'static,
    listening: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let is_open = !options.listen.ip().is_loopback() && options.tokens_file.is_none();
    if is_open && !options.open_to_all {
        return Err(ServeError::Unprotected(options.listen));
    }
    let tls = options.tls.as_ref().map(net::load).transpose()?;
    let made = tokio::task::spawn_blocking(|| service(options)).await;
    let service = Arc::new(made.map_err(|error| ServeError::Ended(io::Error::other(error)))??);
    let app = router(&service)?;
    let listener = listen(service.options.listen).await?;
    let address = listener
        .local_addr()
        .map_err(|source| ServeError::Listen { address: service.options.listen, source })?;
    let looking = service.clone();
    let _ = tokio::task::spawn_blocking(move || look(&looking)).await;
    let watching = tokio::spawn(watch(service.clone()));
    let handle = Handle::new();
    tokio::spawn(stop_with_grace(stop, handle.clone(), service.clone()));
    listening(address);
    notify(&[sd_notify::NotifyState::Ready]);
    let seats = service.seats.clone();
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let server = Server::from_listener(listener);
    let served = match tls {
        None => tuned(server.acceptor(seats), handle).serve(app).await,
        Some(config) => {
            let acceptor = RustlsAcceptor::new(config).acceptor(seats);
            tuned(server.acceptor(acceptor), handle).serve(app).await
        }
    };
    watching.abort();
    tracing::info!("stopped");
    served.map_err(ServeError::Ended)
}

fn service(options: ServeOptions) -> Result<Service, ServeError> {
    let files = net::raise_open_files(options.connections as u64 + OTHER_FILES);
    let connections =
        options.connections.min(usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(1));
    let workers = available_parallelism().map_or(2, usize::from);
    let tokens = options.tokens_file.as_deref().map(TokenFile::open).transpose()?;
    Ok(Service {
        generations: Generations::new(Arc::new(
            LiveIndex::new(&options.place).asking(options.asking.clone()),
        )),
        lookout: Lookout::default(),
        workers: Arc::new(Semaphore::new(workers)),
        tools: Arc::new(ReferenceTools::new(options.requests.clone())?),
        elsewhere: Arc::new(Semaphore::new(ELSEWHERE)),
        admission: Semaphore::new(options.concurrency),
        seats: Seats::new(connections.max(1), options.idle_timeout),
        tokens,
        metrics: metrics_handle(),
        options,
    })
}

/// The metrics of the process: there is one recorder, however many daemons tests start.
fn metrics_handle() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    let handle = HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).unwrap_or_default();
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Another recorder stands where an embedding program has set one: then it has the numbers.
        let _ = metrics::set_global_recorder(recorder);
        handle
    });
    handle.clone()
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

/// Sets what a request's head may be.
fn tuned<A>(mut server: Server<SocketAddr, A>, handle: Handle<SocketAddr>) -> Server<SocketAddr, A> {
    let mut builder = server.http_builder().http1();
    builder.max_buf_size(HEAD_LIMIT);
    builder.http2().max_header_list_size(HEAD_LIMIT as u32).max_concurrent_streams(STREAMS);
    server.handle(handle)
}

async fn stop_with_grace(
    stop: impl Future<Output = ()> + Send,
    handle: Handle<SocketAddr>,
    service: Arc<Service>,
) {
    stop.await;
    tracing::info!(connections = service.seats.taken(), "stopping");
    notify(&[sd_notify::NotifyState::Stopping]);
    handle.graceful_shutdown(Some(service.options.grace));
}

/// Tells systemd, where it listens.
fn notify(state: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "systemd could not be notified");
    }
}
