//! Hosts that may be read although their addresses are private.

use std::collections::HashSet;

use url::Url;

/// Hosts, some with a port.
#[derive(Debug, Clone, Default)]
pub(super) struct AllowedHosts {
    hosts: HashSet<String>,
}

impl AllowedHosts {
    pub(super) fn new<'a>(hosts: impl IntoIterator<Item = &'a String>) -> AllowedHosts {
        AllowedHosts { hosts: hosts.into_iter().map(|host| host.to_ascii_lowercase()).collect() }
    }

    /// Whether the host of an address is one of them, at its port.
    pub(super) fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        self.hosts.contains(host)
            || url.port_or_known_default().is_some_and(|port| self.hosts.contains(&format!("{host}:{port}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_with_and_without_port() {
        let allowed =
            AllowedHosts::new(&["Wiki.internal".to_owned(), "10.0.0.1:8080".to_owned(), "x:443".to_owned()]);
        let check =
            |url: &str, expected| assert_eq!(allowed.allows(&Url::parse(url).unwrap()), expected, "{url}");
        check("http://wiki.internal:81/", true);
        check("http://wiki.internal.evil.org/", false);
        check("http://10.0.0.1:8080/", true);
        check("http://10.0.0.1/", false);
        check("https://x/", true);
        check("http://x/", false);
    }
}
