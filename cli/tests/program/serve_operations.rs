//! `ccr serve`: who may ask, what watchers see, and how it starts and stops.

use std::io::{BufReader, Read, Write};
use std::sync::Arc;

use crate::daemon::{Daemon, Reply};
use crate::workplace::{Workplace, examples};

fn daemon(arguments: &[&str]) -> Daemon {
    Daemon::start(examples().ccr(&[&["serve"], arguments].concat()))
}

#[test]
fn it_lives_before_there_is_an_index_and_is_ready_when_there_is() {
    let place = Workplace::new();
    let daemon = Daemon::start(place.ccr(&["serve", "--poll", "0.02"]));
    daemon.get("/health").of(200);
    let ready = daemon.get("/ready").of(503).json();
    assert_eq!((&ready["status"], &ready["generation"]), (&"unavailable".into(), &().into()));
    let reply = daemon.get("/api/v1/search?q=valve").problem(503, "ccr index");
    assert_eq!(reply.header("retry-after"), "1");
    place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
    place.list(&[("one", "path: one")]);
    place.index(0, &[]);
    let ready = daemon.wait_for("/ready", |reply| reply.status == 200).json();
    assert_eq!((&ready["status"], &ready["generation"]), (&"ready".into(), &1.into()));
    assert_eq!(daemon.json("/api/v1/search?q=valve")["total"], 1);
}

#[test]
fn a_generation_that_cannot_be_opened_leaves_the_old_one_in_service() {
    let place = Workplace::indexed();
    let daemon = Daemon::start(place.ccr(&["serve", "--poll", "0.02"]));
    let current = std::fs::read_to_string(place.path("data/index/current")).unwrap();
    place.write("data/index/current", current.replace("000001", "000009"));
    let ready = daemon.wait_for("/ready", |reply| reply.json()["status"] == "stale").of(200).json();
    assert_eq!(ready["generation"], 1);
    assert!(ready["trouble"].as_str().unwrap().contains("generation 9"), "{ready}");
    assert_eq!(daemon.json("/api/v1/search?q=valve&kind=codebundle")["total"], 2);
    let metrics = daemon.get("/metrics").of(200).text();
    assert!(metrics.contains("ccr_index_stale 1") && metrics.contains("ccr_index_generation 1"), "{metrics}");
    place.write("data/index/current", current);
    daemon.wait_for("/ready", |reply| reply.json()["status"] == "ready");
}

#[test]
fn an_index_that_was_built_anew_under_the_same_number_is_noticed() {
    let place = Workplace::indexed();
    let daemon = Daemon::start(place.ccr(&["serve", "--poll", "0.02"]));
    std::fs::remove_dir_all(place.path("data")).unwrap();
    place.bundle("one", "gamma", "Gamma Check", "Look at the gamma valve");
    place.index(0, &[]);
    assert_eq!(place.generation(), 1);
    let wanted = |reply: &Reply| reply.json()["total"] == 3;
    daemon.wait_for("/api/v1/search?q=valve&kind=codebundle", wanted);
}

#[test]
fn tokens_are_asked_for_and_end_when_they_are_revoked() {
    let place = Workplace::indexed();
    let made = |name: &str, scope: &str| {
        let arguments = ["token", "create", name, "--scope", scope, "--format", "json"];
        let json = place.run(&arguments).exits(0).json();
        (json["id"].as_str().unwrap().to_owned(), json["token"].as_str().unwrap().to_owned())
    };
    let (id, reads) = made("ci", "read");
    let (_, admin) = made("me", "admin");
    let daemon = Daemon::start(place.ccr(&["serve", "--tokens-file", "tokens.json", "--poll", "0.02"]));
    let ask = |method: &str, path: &str, token: &str| {
        let value = format!("Bearer {token}");
        daemon.ask(method, path, &[("Authorization", &value)], "")
    };
    daemon.get("/health").of(200);
    daemon.get("/ready").of(200);
    for path in ["/", "/api/v1/search?q=valve", "/metrics", "/docs", "/openapi.json", "/tools", "/nothing"] {
        let refused = daemon.get(path).problem(401, "token is needed");
        assert_eq!(refused.header("www-authenticate"), "Bearer");
        ask("GET", path, "ccr_wrong").problem(401, "not known");
    }
    ask("GET", "/api/v1/search?q=valve", &reads).of(200);
    ask("GET", "/metrics", &admin).of(200);
    ask("POST", "/api/v1/admin/refresh", &reads).problem(403, "does not allow");
    assert_eq!(ask("POST", "/api/v1/admin/refresh", &admin).of(200).json()["generation"], 1);
    let listed = place.run(&["token", "list"]).exits(0).stdout;
    assert!(listed.contains(&id) && !listed.contains(&reads), "{listed}");
    place.run(&["token", "revoke", &id]).exits(0);
    place.run(&["token", "revoke", &id]).exits(2).says(&[&id, "ccr token list"]);
    let revoked = (0..100_000).any(|_| ask("GET", "/api/v1/search?q=valve", &reads).status == 401);
    assert!(revoked, "the token still holds");
    ask("GET", "/api/v1/search?q=valve", &admin).of(200);
}

#[test]
fn nobody_is_administrator_of_a_daemon_without_tokens() {
    let daemon = daemon(&[]);
    daemon.ask("POST", "/api/v1/admin/refresh", &[], "").problem(403, "no tokens");
}

#[test]
fn it_listens_to_other_machines_only_with_tokens_or_when_told_so() {
    let run = |arguments: &[&str]| examples().run(&[&["serve", "--listen"], arguments].concat());
    run(&["0.0.0.0:0"]).exits(2).says(&["without tokens", "ccr token create", "--open-to-all"]);
    run(&["[::]:0"]).exits(2).says(&["without tokens"]);
    run(&["nowhere"]).exits(2).says(&["--listen"]);
    run(&["127.0.0.1:0", "--tokens-file", "no-such-file"]).exits(2).says(&["no-such-file"]);
    run(&["127.0.0.1:0", "--tls-certificate", "c.pem"]).exits(2).says(&["--tls-key"]);
    run(&["127.0.0.1:0", "--tls-certificate", "c.pem", "--tls-key", "k.pem"]).exits(2).says(&["c.pem"]);
    run(&["127.0.0.1:0", "--cors-origin", "example.com"]).exits(2).says(&["no origin"]);
    run(&["127.0.0.1:0", "--log", "a=b=c"]).exits(2).says(&["a=b=c"]);
    let daemon = daemon(&[]);
    run(&[&daemon.address.to_string()]).exits(2).says(&["could not listen", &daemon.address.to_string()]);
}

#[test]
fn what_a_client_has_is_not_sent_again() {
    let daemon = daemon(&[]);
    for path in ["/api/v1/search?q=pod", "/api/v1/codebundles", "/?q=pod", "/api/v1/status"] {
        let first = daemon.get(path).of(200);
        let tag = first.header("etag").to_owned();
        let again = daemon.ask("GET", path, &[("If-None-Match", &tag)], "").of(304);
        assert_eq!((again.header("etag"), again.body.len()), (tag.as_str(), 0));
        daemon.ask("GET", path, &[("If-None-Match", "W/\"other\"")], "").of(200);
    }
    let head = daemon.ask("HEAD", "/api/v1/search?q=pod", &[], "").of(200);
    assert!(head.headers.contains_key("etag"));
}

#[test]
fn answers_are_compressed_for_who_takes_it() {
    let daemon = daemon(&[]);
    let plain = daemon.get("/api/v1/codebundles").of(200);
    assert!(!plain.headers.contains_key("content-encoding"));
    for encoding in ["gzip", "br"] {
        let packed = daemon.ask("GET", "/api/v1/codebundles", &[("Accept-Encoding", encoding)], "").of(200);
        assert_eq!(packed.header("content-encoding"), encoding);
        assert!(packed.body.len() < plain.body.len() / 2);
    }
}

#[test]
fn requests_have_ids_and_are_counted_and_logged() {
    let mut daemon = daemon(&["--log", "debug", "--log-format", "json"]);
    let given = daemon.ask("GET", "/health", &[("X-Request-Id", "abc-1")], "").of(200);
    assert_eq!(given.header("x-request-id"), "abc-1");
    let line: serde_json::Value = serde_json::from_str(&daemon.logs("abc-1")).unwrap();
    assert_eq!((&line["status"], &line["path"]), (&200.into(), &"/health".into()));
    let long = "x".repeat(65);
    let made = daemon.ask("GET", "/health", &[("X-Request-Id", &long)], "").of(200);
    assert_eq!(made.header("x-request-id").len(), 32);
    daemon.get("/api/v1/search?q=pod").of(200);
    daemon.get("/api/v1/show?id=acme").of(200);
    let metrics = daemon.get("/metrics").of(200);
    assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
    let text = metrics.text();
    for line in [
        "ccr_http_requests_total{method=\"GET\",route=\"/health\",status=\"200\"} 2",
        "ccr_http_requests_total{method=\"GET\",route=\"/api/v1/search\",status=\"200\"} 1",
        "ccr_searches_total{door=\"rest\"} 1",
        "ccr_index_documents{kind=\"codebundle\"}",
        "ccr_ready 1",
        "ccr_http_request_seconds_bucket{route=\"/api/v1/show\",le=\"+Inf\"} 1",
    ] {
        assert!(text.contains(line), "no {line} in\n{text}");
    }
}

#[test]
fn other_pages_may_ask_only_where_they_are_named() {
    let origin = [("Origin", "https://example.com")];
    let closed = daemon(&[]).ask("GET", "/health", &origin, "").of(200);
    assert!(!closed.headers.contains_key("access-control-allow-origin"));
    let daemon = daemon(&["--cors-origin", "https://example.com"]);
    let open = daemon.ask("GET", "/health", &origin, "").of(200);
    assert_eq!(open.header("access-control-allow-origin"), "https://example.com");
    let other = daemon.ask("GET", "/health", &[("Origin", "https://example.org")], "").of(200);
    assert!(!other.headers.contains_key("access-control-allow-origin"));
}

#[test]
fn one_address_may_be_held_to_a_rate() {
    let daemon = daemon(&["--rate-limit", "5"]);
    let replies: Vec<Reply> = (0..200).map(|_| daemon.get("/health")).collect();
    let refused: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 429).collect();
    assert!(!refused.is_empty());
    assert!(replies.iter().take(5).all(|reply| reply.status == 200));
    assert_eq!(refused[0].header("retry-after"), "1");
}

#[test]
fn told_to_stop_it_answers_what_was_asked_and_ends() {
    for signal in ["TERM", "INT"] {
        let mut daemon = daemon(&[]);
        // The head is there, the body comes after the signal.
        let mut stream = daemon.connect();
        let body = r#"{"tool_name":"list_codecollections"}"#;
        let head = format!(
            "POST /tools/call HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
            body.len(),
            &body[..5]
        );
        stream.write_all(head.as_bytes()).unwrap();
        // Whoever is answered after that shows that the daemon has read what was sent before.
        daemon.get("/health").of(200);
        daemon.signal(signal);
        daemon.logs("stopping");
        stream.write_all(&body.as_bytes()[5..]).unwrap();
        let reply = Reply::read(&mut BufReader::new(&mut stream), false).unwrap().of(200);
        assert!(reply.text().contains("acme"));
        assert_eq!(daemon.ended(), Some(0), "{signal}");
    }
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let mut daemon = daemon(&["--log", "debug"]);
    daemon.stop_listening();
    let headers = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];
    let begin = r#"{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18",
        "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}"#;
    daemon.ask("POST", "/mcp", &headers, begin).of(200);
    daemon.get("/api/v1/search?q=pods").of(200);
    daemon.signal("TERM");
    assert_eq!(daemon.ended(), Some(0));
}

#[test]
fn the_service_manager_is_told() {
    let place = Workplace::indexed();
    let socket = std::os::unix::net::UnixDatagram::bind(place.path("notify")).unwrap();
    let mut command = place.ccr(&["serve"]);
    command.env("NOTIFY_SOCKET", place.path("notify"));
    let daemon = Daemon::start(command);
    let mut heard = [0; 64];
    let length = socket.recv(&mut heard).unwrap();
    assert_eq!(String::from_utf8_lossy(&heard[..length]).trim(), "READY=1");
    daemon.signal("TERM");
    let length = socket.recv(&mut heard).unwrap();
    assert_eq!(String::from_utf8_lossy(&heard[..length]).trim(), "STOPPING=1");
    assert_eq!(daemon.ended(), Some(0));
}

#[test]
fn tls_is_spoken_with_a_certificate() {
    let place = Workplace::indexed();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(place.path("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(place.path("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let arguments = ["serve", "--tls-certificate", "cert.pem", "--tls-key", "key.pem"];
    let daemon = Daemon::start(place.ccr(&arguments));
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let trusting = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = rustls::pki_types::ServerName::from(daemon.address.ip());
    let connection = rustls::ClientConnection::new(Arc::new(trusting), name).unwrap();
    let mut client = rustls::StreamOwned::new(connection, daemon.connect());
    let request = "GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    client.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    client.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK") && text.contains("\"ready\""), "{text}");
    // Who speaks no TLS gets no answer.
    let mut plain = daemon.connect();
    plain.write_all(request.as_bytes()).unwrap();
    assert!(Reply::read(&mut BufReader::new(plain), false).is_err());
}
