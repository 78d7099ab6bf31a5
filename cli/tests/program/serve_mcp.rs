//! `/mcp` of `ccr serve`: the same doors as everything else, with either set of tools.

use serde_json::{Value, json};

use crate::daemon::{Daemon, Reply};
use crate::workplace::examples;

const ACCEPT: [(&str, &str); 2] =
    [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];

fn post(daemon: &Daemon, method: &str, params: &Value) -> Reply {
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    daemon.ask("POST", "/mcp", &ACCEPT, &message.to_string())
}

fn tool_names(daemon: &Daemon) -> Vec<String> {
    let listed = post(daemon, "tools/list", &json!({})).of(200).json();
    let tools = listed["result"]["tools"].as_array().unwrap();
    tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_five_tools_answer_beside_rest() {
    let daemon = Daemon::start(examples().ccr(&["serve"]));
    assert_eq!(tool_names(&daemon).len(), 5);
    let call = json!({ "name": "ccr_search", "arguments": { "query": "pods keep restarting" } });
    let answer = post(&daemon, "tools/call", &call).of(200).json();
    let hits = &answer["result"]["structuredContent"]["hits"];
    assert_eq!(hits[0]["id"], "acme/k8s-pod-restarts", "{answer:#}");
    let rest = daemon.json("/api/v1/search?q=pods+keep+restarting");
    assert_eq!(rest["hits"][0]["id"], hits[0]["id"]);
}

#[test]
fn the_tools_of_the_registry_answer_under_their_names() {
    let daemon = Daemon::start(examples().ccr(&["serve", "--tools", "reference"]));
    let names = tool_names(&daemon);
    assert!(names.iter().any(|name| name == "find_codebundle"), "{names:?}");
    assert!(!names.iter().any(|name| name == "request_codebundle"), "no token was given: {names:?}");
    let call = json!({ "name": "find_codebundle", "arguments": { "query": "pods keep restarting" } });
    let answer = post(&daemon, "tools/call", &call).of(200).json();
    let text = answer["result"]["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("k8s-pod-restarts"), "{text}");
    let wrong = json!({ "name": "find_codebundle", "arguments": { "query": 7 } });
    assert_eq!(post(&daemon, "tools/call", &wrong).of(200).json()["result"]["isError"], true);
    let unknown = json!({ "name": "find_everything", "arguments": {} });
    assert!(post(&daemon, "tools/call", &unknown).json()["error"]["message"].is_string());
}

#[test]
fn a_page_of_another_origin_is_turned_away() {
    let daemon = Daemon::start(examples().ccr(&["serve"]));
    let headers = [&ACCEPT[..], &[("Origin", "https://evil.example")]].concat();
    let message = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}"#;
    assert_eq!(daemon.ask("POST", "/mcp", &headers, message).status, 403);
}
