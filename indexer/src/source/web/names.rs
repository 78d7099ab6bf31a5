//! Names to addresses, checked on the way: what the connection is made to is exactly what was checked.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::Reach;
use super::clock::Pending;

/// Knows the addresses of names.
pub trait Names: fmt::Debug + Send + Sync {
    /// The addresses of a host.
    fn resolve(&self, host: String) -> Pending<'static, io::Result<Vec<IpAddr>>>;
}

/// The names that the machine knows.
#[derive(Debug, Clone, Copy)]
pub struct SystemNames;

impl Names for SystemNames {
    fn resolve(&self, host: String) -> Pending<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// An address that must not be connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RefusedAddress {
    pub(super) host: String,
    pub(super) address: IpAddr,
    pub(super) reach: Reach,
}

impl fmt::Display for RefusedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RefusedAddress { host, address, reach } = self;
        let what = if *reach == Reach::Private {
            "which is private; if the host is yours, name it in `allow_private_hosts`"
        } else {
            "which is never read (link-local, metadata or reserved)"
        };
        if *host == address.to_string() {
            write!(f, "refused: the address is {address}, {what}")
        } else {
            write!(f, "refused: `{host}` has the address {address}, {what}")
        }
    }
}

impl Error for RefusedAddress {}

/// Where connections may go.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) names: Arc<dyn Names>,
    pub(super) reach: fn(IpAddr) -> Reach,
    /// Whether the host was allowed by name.
    pub(super) is_allowed: bool,
}

impl Guard {
    pub(super) fn check(&self, host: &str, address: IpAddr) -> Result<(), RefusedAddress> {
        match (self.reach)(address) {
            Reach::Public => Ok(()),
            Reach::Private if self.is_allowed => Ok(()),
            reach => Err(RefusedAddress { host: host.to_owned(), address, reach }),
        }
    }
}

impl Resolve for Guard {
    /// Asks once. A name that has one address that must not be is refused with all of them: those who mix
    /// them mean it.
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let addresses = guard.names.resolve(host.clone()).await?;
            for address in &addresses {
                guard.check(&host, *address)?;
            }
            if addresses.is_empty() {
                return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into());
            }
            // Port 0 stands for that of the request.
            let checked: Addrs = Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(checked)
        })
    }
}
