//! Requests for CodeBundles, to a GitHub that is a thread of this test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use serde_json::{Value, json};

use crate::daemon::{Daemon, Reply};
use crate::workplace::examples;

/// A server that answers each request with the next answer, and gives away what was asked: the head
/// in lower case, the body as it is. It ends with the last answer.
fn github(answers: Vec<(u16, String)>) -> (String, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, asked) = mpsc::channel();
    thread::spawn(move || {
        for (status, answer) in answers {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                let line = line.to_lowercase();
                if let Some(value) = line.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let reply = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{answer}",
                answer.len()
            );
            stream.get_mut().write_all(reply.as_bytes()).unwrap();
            let _ = sender.send((head, String::from_utf8(body).unwrap()));
        }
    });
    (address, asked)
}

fn daemon(api: &str) -> Daemon {
    let mut command = examples().ccr(&["serve"]);
    command.env("CCR_GITHUB_TOKEN", "t0ken").env("CCR_GITHUB_REPOSITORY", "o/r").env("CCR_GITHUB_API", api);
    Daemon::start(command)
}

fn call(daemon: &Daemon, tool: &str, arguments: &Value) -> Reply {
    let body = json!({ "tool_name": tool, "arguments": arguments }).to_string();
    daemon.ask("POST", "/tools/call", &[("Content-Type", "application/json")], &body)
}

#[test]
fn requests_are_found_and_made() {
    let found = json!({ "total_count": 1, "items": [{
        "number": 7, "title": "ServiceNow [tickets]", "html_url": "https://github.example/o/r/issues/7",
        "created_at": "2026-01-02T03:04:05Z", "more": "x",
    }] });
    let created = json!({ "number": 8, "html_url": "https://github.example/o/r/issues/8" });
    let (api, asked) = github(vec![(200, found.to_string()), (201, created.to_string())]);
    let daemon = daemon(&api);
    assert_eq!(daemon.json("/tools")["count"], 12);
    let reply = call(&daemon, "check_existing_requests", &json!({ "search_term": "now\" repo:x/y" }));
    let text = reply.of(200).json()["result"].as_str().unwrap().to_owned();
    assert!(text.contains("#7") && text.contains("Created: 2026-01-02"), "{text}");
    let (head, _) = asked.recv().unwrap();
    assert!(head.starts_with("get /search/issues?q=repo%3ao%2fr+"), "{head}");
    assert!(head.contains("%22now+repo%3ax%2fy%22") && head.contains("bearer t0ken"), "{head}");
    let arguments = json!({ "platform": "ServiceNow", "tasks": ["List tickets"], "context": "@all ```" });
    let reply = call(&daemon, "request_codebundle", &arguments);
    assert!(reply.of(200).json()["result"].as_str().unwrap().contains("issues/8"));
    let (head, body) = asked.recv().unwrap();
    assert!(head.starts_with("post /repos/o/r/issues "), "{head}");
    let issue: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(issue["title"], "[new-codebundle-request] - ServiceNow");
    assert_eq!(issue["labels"], json!(["new-codebundle-request"]));
    assert!(issue["body"].as_str().unwrap().contains("- List tickets"), "{issue}");
}

#[test]
fn what_github_does_not_do_is_told() {
    let (api, _asked) = github(vec![(401, "{}".to_owned()), (200, "no JSON".to_owned())]);
    let daemon = daemon(&api);
    let term = json!({ "search_term": "x" });
    let reply = call(&daemon, "check_existing_requests", &term).problem(502, "401");
    assert!(!reply.text().contains("t0ken"));
    call(&daemon, "check_existing_requests", &term).problem(502, "no JSON");
    // The server is gone.
    call(&daemon, "check_existing_requests", &term).problem(502, "GitHub could not be asked");
    call(&daemon, "request_codebundle", &json!({ "platform": "x" })).problem(400, "tasks");
}

#[test]
fn without_a_token_there_are_no_requests() {
    let daemon = Daemon::start(examples().ccr(&["serve"]));
    assert_eq!(daemon.json("/tools")["count"], 10);
    call(&daemon, "check_existing_requests", &json!({ "search_term": "x" })).problem(400, "Unknown tool");
}
