//! MCP over streamable HTTP, without a socket: what the router of `/mcp` lets in and answers.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use ccr_daemon::LiveIndex;
use ccr_daemon::mcp::{McpOptions, router};
use ccr_index::lexical::invert;
use ccr_index::model::{Document, Field, Kind};
use ccr_index::store::{Publication, local::Writer};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

/// An index with one bundle, and the router over it, nested as the daemon does.
fn served(options: McpOptions) -> (TempDir, Router) {
    let dir = tempfile::tempdir().unwrap();
    let mut document = Document::new("acme/pod-check".into(), Kind::CodeBundle);
    document.collection = "acme".into();
    document.title = "Pod Check".into();
    document.summary = "Looks at pods.".into();
    document.fields = vec![(Field::Title, "Pod Check".into()), (Field::Summary, "Looks at pods.".into())];
    let documents = [document];
    let publication = Publication {
        documents: &documents,
        inverted: &invert(&documents),
        vectors: None,
        program: "test",
        created: 0,
        embedder: None,
        sources: Vec::new(),
        failed: Vec::new(),
    };
    Writer::open(dir.path()).unwrap().publish(&publication).unwrap();
    let index = Arc::new(LiveIndex::new(dir.path()));
    (dir, Router::new().nest("/mcp", router(index, options)))
}

/// A request as clients send it.
fn request(message: &Value) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri("/mcp")
        .header(header::HOST, "127.0.0.1:8000")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/json, text/event-stream")
        .body(Body::from(message.to_string()))
        .unwrap()
}

fn initialize() -> Value {
    let client = json!({"name": "test", "version": "1"});
    let parameters = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client});
    json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": parameters})
}

fn search() -> Value {
    let parameters = json!({"name": "ccr_search", "arguments": {"query": "pods"}});
    json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": parameters})
}

async fn send(router: &Router, request: Request<Body>) -> Response<Body> {
    router.clone().oneshot(request).await.unwrap()
}

async fn json_of(response: Response<Body>) -> Value {
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

#[tokio::test]
async fn every_request_stands_for_itself() {
    let (_dir, router) = served(McpOptions::default());
    for _ in 0..2_000 {
        let response = send(&router, request(&initialize())).await;
        assert!(!response.headers().contains_key("mcp-session-id"), "nothing is kept for who shakes hands");
        assert_eq!(json_of(response).await["result"]["protocolVersion"], "2025-06-18");
    }
    let answer = json_of(send(&router, request(&search())).await).await;
    assert_eq!(answer["result"]["structuredContent"]["hits"][0]["id"], "acme/pod-check", "{answer}");
    let notification = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    assert_eq!(send(&router, request(&notification)).await.status(), StatusCode::ACCEPTED);
    for method in [Method::GET, Method::DELETE, Method::PUT] {
        let mut request = request(&search());
        *request.method_mut() = method;
        assert_eq!(send(&router, request).await.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
}

#[tokio::test]
async fn the_newest_revision_is_served_without_a_handshake() {
    let (_dir, router) = served(McpOptions::default());
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let mut message = search();
    message["params"]["_meta"] = meta;
    let mut request = request(&message);
    for (name, value) in
        [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", "ccr_search")]
    {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let answer = json_of(send(&router, request).await).await;
    assert_eq!(answer["result"]["resultType"], "complete", "{answer}");
    assert_eq!(answer["result"]["structuredContent"]["total"], 1);
}

#[tokio::test]
async fn no_page_asks_in_the_name_of_a_user() {
    let options =
        McpOptions { allowed_origins: vec!["https://app.example.com:443".into()], ..McpOptions::default() };
    let (_dir, router) = served(options);
    for (host, origin, expected) in [
        ("127.0.0.1:8000", None, StatusCode::OK),
        ("localhost", None, StatusCode::OK),
        ("[::1]:8000", Some("http://localhost:6274"), StatusCode::OK),
        ("localhost:8000", Some("https://app.example.com"), StatusCode::OK),
        ("evil.example.com", None, StatusCode::FORBIDDEN),
        ("127.0.0.1.evil.example.com:8000", None, StatusCode::FORBIDDEN),
        ("localhost:8000", Some("http://evil.example.com"), StatusCode::FORBIDDEN),
        ("localhost:8000", Some("http://localhost.evil.example.com"), StatusCode::FORBIDDEN),
        ("localhost:8000", Some("null"), StatusCode::FORBIDDEN),
    ] {
        let mut request = request(&search());
        request.headers_mut().insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
        }
        assert_eq!(send(&router, request).await.status(), expected, "{host} {origin:?}");
    }
}

#[tokio::test]
async fn a_host_that_is_allowed_is_the_only_one() {
    let options = McpOptions { allowed_hosts: vec!["ccr.example.com".into()], ..McpOptions::default() };
    let (_dir, router) = served(options);
    for (host, expected) in [("ccr.example.com", StatusCode::OK), ("localhost", StatusCode::FORBIDDEN)] {
        let mut request = request(&search());
        request.headers_mut().insert(header::HOST, host.parse().unwrap());
        assert_eq!(send(&router, request).await.status(), expected, "{host}");
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let (_dir, router) = served(McpOptions::default());
    for (body, code, id) in [
        ("{", -32700, Value::Null),
        ("[]", -32600, Value::Null),
        (r#"{"jsonrpc":"2.0","id":1}"#, -32600, json!(1)),
    ] {
        let mut request = request(&search());
        *request.body_mut() = Body::from(body);
        let response = send(&router, request).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body}");
        let answer: Value =
            serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap();
        assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(code), &id), "{body}");
    }
    let long = json!({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"x": "x".repeat(300_000)}});
    assert_eq!(send(&router, request(&long)).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let mut text = request(&search());
    text.headers_mut().insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
    assert_eq!(send(&router, text).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn an_index_that_is_missing_is_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let index = Arc::new(LiveIndex::new(dir.path()));
    let router = Router::new().nest("/mcp", router(index, McpOptions::default()));
    let answer = json_of(send(&router, request(&search())).await).await;
    assert_eq!(answer["result"]["isError"], true);
    let text = answer["result"]["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("`ccr index`"), "{text}");
}
