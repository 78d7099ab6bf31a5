use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Semaphore;

use crate::generation::Generations;
use crate::net::Seats;
use crate::options::ServeOptions;
use crate::reference::ReferenceTools;
use crate::tokens::TokenFile;
use crate::watch::Lookout;

/// What every request sees.
#[derive(Debug)]
pub(crate) struct Service {
    /// The generation in service.
    pub(crate) generations: Generations,
    /// What came of looking for a newer one.
    pub(crate) lookout: Lookout,
    /// Questions that are answered at once.
    pub(crate) workers: Arc<Semaphore>,
    /// The reference's tools.
    pub(crate) tools: Arc<ReferenceTools>,
    /// Tools that ask GitHub at once.
    pub(crate) elsewhere: Arc<Semaphore>,
    /// Requests that are worked on at once.
    pub(crate) admission: Semaphore,
    /// Connections.
    pub(crate) seats: Seats,
    /// Who may ask; everybody without.
    pub(crate) tokens: Option<TokenFile>,
    /// The metrics, to be printed.
    pub(crate) metrics: PrometheusHandle,
    /// How to serve.
    pub(crate) options: ServeOptions,
}
