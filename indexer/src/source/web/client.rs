//! Connections: one client for each way to check where they go.

use ccr_index::causes;
use std::error::Error;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use reqwest::Client;
use reqwest::redirect::Policy;
use url::{Host, Url};

use super::names::{Guard, RefusedAddress};
use super::options::CrawlOptions;

/// The clients of a crawl, each made when it is first needed.
pub(super) struct Clients {
    guard: Guard,
    build: Settings,
    made: [OnceLock<Result<Client, String>>; 4],
}

struct Settings {
    user_agent: String,
    connect: std::time::Duration,
    idle: std::time::Duration,
    per_host: usize,
}

impl Clients {
    pub(super) fn new(options: &CrawlOptions) -> Clients {
        let guard = Guard { names: Arc::clone(&options.names), reach: options.reach, is_allowed: false };
        let build = Settings {
            user_agent: options.user_agent.clone(),
            connect: options.limits.connect,
            idle: options.limits.idle,
            per_host: options.per_host,
        };
        Clients { guard, build, made: Default::default() }
    }

    /// The client for an address, of a host that is allowed by name or not. Numbers are checked here,
    /// names when they are resolved.
    pub(super) fn of(&self, url: &Url, is_allowed: bool) -> Result<&Client, ClientError> {
        let guard = Guard { is_allowed, ..self.guard.clone() };
        let number = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(ClientError::Refused("the address names no host".to_owned())),
        };
        if let Some(address) = number {
            let checked = guard.check(&address.to_string(), address);
            checked.map_err(|refused| ClientError::Refused(refused.to_string()))?;
        }
        let is_secure = url.scheme() == "https";
        let slot = &self.made[usize::from(is_allowed) * 2 + usize::from(is_secure)];
        let client = slot.get_or_init(|| self.build.client(guard, is_secure));
        client.as_ref().map_err(|error| ClientError::Unusable(error.clone()))
    }
}

/// Why there is no client.
pub(super) enum ClientError {
    /// The address is not one to connect to.
    Refused(String),
    /// The machine has no certificates.
    Unusable(String),
}

impl Settings {
    fn client(&self, guard: Guard, is_secure: bool) -> Result<Client, String> {
        // The provider of the process, unless there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .user_agent(&self.user_agent)
            .dns_resolver(guard)
            // A proxy would resolve names by itself, and nobody could say what it connects to.
            .no_proxy()
            // Each step is looked at first.
            .redirect(Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            // Bodies are decompressed where their size is watched.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .connect_timeout(self.connect)
            .read_timeout(self.idle)
            .pool_max_idle_per_host(self.per_host)
            .http2_max_header_list_size(64 << 10);
        if !is_secure {
            // No certificates are needed, which not every container has.
            client = client.tls_certs_only([]);
        }
        client.build().map_err(|error| {
            let why = causes(&error);
            format!("no connection can be secured ({why}): where no certificates are installed, let SSL_CERT_FILE name a file of them")
        })
    }
}

/// The address that was refused, where that is why a request failed.
pub(super) fn refused(error: &reqwest::Error) -> Option<&RefusedAddress> {
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(cause) = next {
        if let Some(refused) = cause.downcast_ref::<RefusedAddress>() {
            return Some(refused);
        }
        next = cause.source();
    }
    None
}
