//! Proxies of the environment: used on the way out, and not for what is on this machine.

use std::process::Command;
use std::sync::Arc;

use ccr_index::embed::Embedder;
use ccr_index::embed::service::{Api, Credential, NoMemory, Service, ServiceConfig};

use crate::model;
use crate::server::Server;
use crate::setting::TestClock;

/// Names the address for [`asks_one_service`].
const ADDRESS: &str = "CCR_TEST_SERVICE";

/// Not a test: a process with an environment of its own.
#[test]
#[ignore = "it is started by `a_proxy_is_asked_for_what_is_elsewhere`"]
fn asks_one_service() {
    let Ok(base_url) = std::env::var(ADDRESS) else { return };
    let config = ServiceConfig::new(Api::OpenAi { base_url }, Credential::None, "m");
    let service = Service::connect(config, Arc::new(NoMemory), Arc::new(TestClock::default()));
    assert_eq!(service.expect("a service").id().dimensions, 8);
}

/// The first line of what the proxy is asked, and of what the service is.
fn lines(address: impl Fn(u16) -> String) -> (Vec<String>, Vec<String>) {
    let (proxy, service) = (Server::start(model::right), Server::start(model::right));
    let proxy_address = format!("http://127.0.0.1:{}", proxy.port);
    let status = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "proxy::asks_one_service", "--ignored"])
        .env(ADDRESS, address(service.port))
        .env("HTTP_PROXY", &proxy_address)
        .env("http_proxy", &proxy_address)
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .expect("a process")
        .status;
    assert!(status.success());
    let first = |server: &Server| {
        let requests = server.take_requests();
        requests.iter().map(|request| request.head.lines().next().unwrap_or_default().to_owned()).collect()
    };
    (first(&proxy), first(&service))
}

#[test]
fn a_proxy_is_asked_for_what_is_elsewhere() {
    let (proxy, service) = lines(|_| "http://embeddings.example/v1".to_owned());
    assert_eq!(proxy, ["POST http://embeddings.example/v1/embeddings HTTP/1.1"]);
    assert!(service.is_empty());
    let (proxy, service) = lines(|port| format!("http://127.0.0.1:{port}/v1"));
    assert!(proxy.is_empty());
    assert_eq!(service, ["POST /v1/embeddings HTTP/1.1"]);
}
