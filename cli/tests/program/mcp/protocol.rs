use serde_json::{Value, json};

use super::client::{Client, text};
use crate::workplace::{Workplace, examples};

#[test]
fn a_client_shakes_hands_in_every_revision_that_has_it() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut client = Client::silent(examples());
        let result = client.initialize(version);
        assert_eq!(result["protocolVersion"], version);
        assert_eq!(result["serverInfo"]["name"], "ccr");
        for capability in ["tools", "resources", "prompts", "completions"] {
            assert!(result["capabilities"][capability].is_object(), "{capability}: {result}");
        }
        let instructions = result["instructions"].as_str().unwrap().chars().count();
        assert!((300..=650).contains(&instructions), "{instructions}");
        assert_eq!(client.result("ping", json!({})), json!({}));
    }
    let result = Client::silent(examples()).initialize("1999-01-01");
    assert_eq!(result["protocolVersion"], "2025-11-25", "the newest one that shakes hands");
}

#[test]
fn the_newest_revision_needs_no_handshake() {
    let mut client = Client::silent(examples());
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let discovered = client.result("server/discover", json!({"_meta": meta}));
    assert!(discovered["supportedVersions"].as_array().unwrap().contains(&json!("2026-07-28")));
    let tools = client.result("tools/list", json!({"_meta": meta}));
    assert_eq!(tools["tools"].as_array().unwrap().len(), 5);
    assert_eq!(tools["cacheScope"], "public");
    assert!(tools["ttlMs"].as_u64().unwrap() > 0);
    let call = json!({"name": "ccr_search", "arguments": {"query": "pods"}, "_meta": meta});
    assert!(client.result("tools/call", call)["structuredContent"]["total"].as_u64().unwrap() > 0);
    let resources = client.result("resources/list", json!({"_meta": meta}));
    assert_eq!(resources["cacheScope"], "private");
}

#[test]
fn what_is_no_request_is_told_so_and_does_no_harm() {
    let mut client = Client::silent(examples());
    client.send("this is no JSON");
    let answer = client.receive();
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(-32700)));
    // Before a handshake there is nothing to notify of.
    client.send(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#);
    client.initialize("2025-06-18");
    for (line, id, code) in [
        ("{\"jsonrpc\":\"2.0\",", Value::Null, -32700),
        ("\u{1}\u{2}", Value::Null, -32700),
        (r#"{"id":7}"#, json!(7), -32600),
        (r#"{"jsonrpc":"1.0","id":"a","method":"ping"}"#, json!("a"), -32600),
        (r#"{"jsonrpc":"2.0","id":8,"method":9}"#, json!(8), -32600),
        (r#"[{"jsonrpc":"2.0","id":9,"method":"ping"}]"#, Value::Null, -32600),
        ("42", Value::Null, -32600),
        (r#"{"jsonrpc":"2.0","id":10,"method":"no/such"}"#, json!(10), -32601),
        (r#"{"jsonrpc":"2.0","id":11,"method":"tools/call","params":{"name":5}}"#, json!(11), -32602),
        (r#"{"jsonrpc":"2.0","id":12,"method":"resources/read","params":{}}"#, json!(12), -32602),
    ] {
        client.send(line);
        let answer = client.receive();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&id, &json!(code)), "{line}: {answer}");
    }
    client.send("");
    client.send(r#"{"jsonrpc":"2.0","method":"no/such/notification"}"#);
    client.send(&format!("\u{feff}{}", json!({"jsonrpc": "2.0", "id": 13, "method": "ping"})));
    assert_eq!(client.receive()["id"], 13, "a byte order mark is no part of a message");
    let (code, rest, stderr) = client.end();
    assert_eq!((code, rest.as_str(), stderr.as_str()), (Some(0), "", ""));
}

#[test]
fn a_message_that_is_too_long_is_passed_over() {
    let mut client = Client::of_examples();
    let long = "x".repeat(5 * 1024 * 1024);
    client.send(&json!({"jsonrpc": "2.0", "id": 50, "method": "ping", "params": {"x": long}}).to_string());
    let answer = client.receive();
    assert_eq!(answer["error"]["code"], -32600, "{answer}");
    assert_eq!(client.result("ping", json!({})), json!({}));
}

#[test]
fn the_end_of_the_input_ends_the_program_with_every_request_answered() {
    let (code, rest, stderr) = Client::silent(examples()).end();
    assert_eq!((code, rest.as_str(), stderr.as_str()), (Some(0), "", ""), "nobody said anything");
    let mut client = Client::of_examples();
    let call = |id: u64| {
        let arguments = json!({"query": "deployment", "limit": 1});
        let parameters = json!({"name": "ccr_search", "arguments": arguments});
        json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": parameters}).to_string()
    };
    for id in 101..110 {
        client.send(&call(id));
    }
    // The last line has no end.
    client.write(&call(110));
    let (code, rest, stderr) = client.end();
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let answers: Vec<Value> = rest.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut ids: Vec<u64> = answers.iter().map(|answer| answer["id"].as_u64().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, (101..=110).collect::<Vec<u64>>());
    assert!(answers.iter().all(|answer| answer["result"]["isError"] != true));
}

#[test]
fn an_index_that_comes_later_is_found_and_followed() {
    let place = Workplace::new();
    let mut client = Client::of(&place);
    let status = client.told("ccr_status", json!({}));
    assert_eq!(status["ready"], false);
    assert!(status["reason"].as_str().unwrap().contains("`ccr index`"), "{status}");
    for (tool, arguments) in [
        ("ccr_search", json!({"query": "x"})),
        ("ccr_get", json!({"id": "x"})),
        ("ccr_list", json!({})),
        ("ccr_keyword_help", json!({"query": "x"})),
    ] {
        assert!(client.refused(tool, arguments).contains("`ccr index`"), "{tool}");
    }
    assert!(client.error("resources/list", json!({})).1.contains("`ccr index`"));
    assert_eq!(client.result("tools/list", json!({}))["tools"].as_array().unwrap().len(), 5);
    assert!(!place.path("data").exists(), "a reader makes no folder");

    place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
    place.list(&[("one", "path: one")]);
    place.index(0, &[]);
    assert_eq!(client.told("ccr_list", json!({}))["total"], 1);
    let first = client.told("ccr_status", json!({}))["generation"].clone();
    place.bundle("one", "beta", "Beta Check", "Look at the beta valve");
    place.index(0, &[]);
    assert_eq!(client.told("ccr_list", json!({}))["total"], 2);
    assert_ne!(client.told("ccr_status", json!({}))["generation"], first);
}

#[test]
fn a_cursor_of_an_older_generation_says_so() {
    let place = Workplace::indexed();
    let mut client = Client::of(&place);
    let next = client.told("ccr_list", json!({"limit": 1}))["next_cursor"].clone();
    place.bundle("one", "gamma", "Gamma Check", "Look at the gamma valve");
    place.index(0, &[]);
    let result = client.call("ccr_list", json!({"limit": 1, "cursor": next}));
    assert!(text(&result).contains("the index changed"), "{result}");
    assert_eq!(result["structuredContent"]["items"][0]["id"], "one/beta");
}

#[test]
fn what_a_client_is_not_told_is_logged() {
    let place = Workplace::indexed();
    let mut client = Client::of(&place);
    client.told("ccr_status", json!({}));
    place.bundle("one", "gamma", "Gamma Check", "Look at the gamma valve");
    place.index(0, &[]);
    std::fs::write(place.path("data/index/generations/000002/manifest.json"), "{}").unwrap();
    assert_eq!(client.told("ccr_status", json!({}))["generation"], 1);
    let (code, rest, stderr) = client.end();
    assert_eq!((code, rest.as_str()), (Some(0), ""));
    assert!(stderr.contains("WARN") && stderr.contains("manifest.json"), "{stderr}");
}
