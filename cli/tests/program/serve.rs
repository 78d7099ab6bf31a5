//! `ccr serve`: what it answers over REST.

use std::io::{BufReader, Write};

use serde_json::{Value, json};

use crate::daemon::{Daemon, Reply};
use crate::workplace::{Workplace, ccr, examples};

fn example_daemon() -> Daemon {
    Daemon::start(examples().ccr(&["serve", "--log", "info"]))
}

fn ids<'a>(json: &'a Value, list: &str, field: &str) -> Vec<&'a str> {
    json[list].as_array().unwrap().iter().map(|entry| entry[field].as_str().unwrap()).collect()
}

#[test]
fn a_search_answers_as_the_command_line_does() {
    let daemon = example_daemon();
    let query = ["search", "--format", "json", "pod", "restarts"];
    assert_eq!(daemon.json("/api/v1/search?q=pod+restarts"), ccr(&query).json());
    let filtered = [&query[..], &["--platform", "kubernetes", "--kind", "task", "-n", "3"]].concat();
    let path = "/api/v1/search?q=pod+restarts&platform=kubernetes&kind=task&limit=3";
    assert_eq!(daemon.json(path), ccr(&filtered).json());
    let show = ccr(&["show", "--format", "json", "acme/k8s-pod-restarts"]).json();
    assert_eq!(daemon.json("/api/v1/show?id=acme/k8s-pod-restarts"), show);
    assert_eq!(daemon.json("/api/v1/show?id=k8s-pod-restarts"), show);
    assert_eq!(daemon.json("/api/v1/status"), ccr(&["status", "--format", "json"]).json());
}

#[test]
fn what_is_wrong_is_told_and_nothing_is_ignored() {
    let daemon = example_daemon();
    let check = |path: &str, words: &str| {
        daemon.get(path).problem(400, words);
    };
    check("/api/v1/search", "`q`");
    check("/api/v1/search?q=pod&limit=0", "from 1 to 100");
    check("/api/v1/search?q=pod&limit=101", "from 1 to 100");
    check("/api/v1/search?q=pod&limit=-1", "limit");
    check("/api/v1/search?q=pod&limit=99999999999999999999", "limit");
    check("/api/v1/search?q=pod&min=2", "from 0 to 1");
    check("/api/v1/search?q=pod&min=NaN", "from 0 to 1");
    check("/api/v1/search?q=pod&kind=gizmo", "gizmo");
    check("/api/v1/search?q=pod&platfrom=AWS", "platfrom");
    check("/api/v1/codebundles?limit=-1", "limit");
    check("/api/v1/codebundles?limit=100000", "from 1 to 1000");
    check("/api/v1/codebundles?sort_by=colour", "colour");
    check("/api/v1/registry/tasks?limit=0", "from 1 to 1000");
    check("/api/v1/vector/search?query=pod&max_results=51", "from 1 to 50");
    check("/api/v1/vector/search?query=pod&tables=gizmos", "gizmos");
    check(&format!("/api/v1/search?q={}", "x".repeat(2001)), "at most 2000");
    daemon.get("/api/v1/show?id=nobody/nothing").problem(404, "nobody/nothing");
    daemon.get("/api/v1/registry/collections/nobody").problem(404, "nobody");
    daemon.get("/api/v1/collections/acme/codebundles/nothing").problem(404, "nothing");
    daemon.get("/api/v1/nothing").problem(404, "nothing at this path");
    let refused = daemon.ask("DELETE", "/api/v1/search?q=pod", &[], "").problem(405, "method");
    assert_eq!(refused.header("allow"), "GET,HEAD");
}

#[test]
fn no_query_is_a_pattern() {
    let daemon = example_daemon();
    for wild in ["%25", "_", "__", "%25%25", "*"] {
        let json = daemon.json(&format!("/api/v1/codebundles?search={wild}"));
        assert_eq!(json["total_count"], 0, "{wild}");
        let json = daemon.json(&format!("/api/v1/codebundles?tags={wild}"));
        assert_eq!(json["total_count"], 0, "{wild}");
        assert_eq!(daemon.json(&format!("/api/v1/registry/tasks?search={wild}"))["total_count"], 0, "{wild}");
    }
}

#[test]
fn the_registry_counts_what_there_is() {
    let daemon = example_daemon();
    let count =
        |kind: &str| ccr(&["list", kind, "--format", "json"]).exits(0).json().as_array().unwrap().len();
    let stats = daemon.json("/api/v1/registry/stats");
    assert_eq!(stats["collections"], 1, "the hidden one is not counted");
    assert_eq!(stats["codebundles"], count("codebundles"));
    assert_eq!(stats["tasks"], count("tasks"));
    let collections = daemon.json("/api/v1/registry/collections");
    assert_eq!(collections[0]["slug"], "acme");
    assert_eq!(collections[0]["statistics"]["codebundle_count"], count("codebundles"));
    assert_eq!(collections[0]["statistics"]["total_tasks"], count("tasks"));
    assert_eq!(daemon.json("/api/v1/registry/collections/acme"), collections[0]);
    let bundles = daemon.json("/api/v1/codebundles?limit=1000");
    assert_eq!(bundles["total_count"], count("codebundles"));
    assert_eq!(bundles["codebundles"].as_array().unwrap().len(), count("codebundles"));
    let tasks = daemon.json("/api/v1/registry/tasks?limit=1000");
    assert_eq!(tasks["total_count"], count("tasks"));
    assert_eq!(tasks["tasks"].as_array().unwrap().len(), count("tasks"));
    assert_eq!(tasks["codebundles_count"], count("codebundles"));
    let monitors = ids(&tasks, "tasks", "type").into_iter().filter(|kind| *kind == "SLI").count();
    assert_eq!(stats["slis"], monitors);
    assert_eq!(daemon.json("/api/v1/vector/stats")["codebundles"], count("codebundles"));
}

#[test]
fn filters_of_bundles_filter_and_combine() {
    let daemon = example_daemon();
    let all = daemon.json("/api/v1/codebundles?limit=1000");
    let everything = all["codebundles"].as_array().unwrap();
    let check = |query: &str, passes: &dyn Fn(&Value) -> bool| {
        let json = daemon.json(&format!("/api/v1/codebundles?limit=1000&{query}"));
        let mut found = ids(&json, "codebundles", "slug");
        let mut expected: Vec<&str> = everything
            .iter()
            .filter(|bundle| passes(bundle))
            .map(|bundle| bundle["slug"].as_str().unwrap())
            .collect();
        assert!(!expected.is_empty() && expected.len() < everything.len(), "{query} tells nothing");
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{query}");
    };
    check("platform=AWS", &|bundle| bundle["platform"] == "AWS");
    check("platform=kubernetes", &|bundle| bundle["platform"] == "Kubernetes");
    check("access_level=read-write", &|bundle| bundle["access_level"] == "read-write");
    check("has_auto_discovery=true", &|bundle| {
        bundle["configuration_type"]["type"] == "Automatically Discovered"
    });
    check("platform=Kubernetes&access_level=read-only", &|bundle| {
        bundle["platform"] == "Kubernetes" && bundle["access_level"] == "read-only"
    });
    assert_eq!(daemon.json("/api/v1/codebundles?collection_slug=nobody")["total_count"], 0);
    assert_eq!(daemon.json("/api/v1/codebundles?collection_slug=hidden")["total_count"], 0);
    assert_eq!(daemon.json("/api/v1/codebundles?collection_id=1")["total_count"], 0);
    let id = &everything[0]["codecollection"]["id"];
    let of_id = daemon.json(&format!("/api/v1/codebundles?collection_id={id}"));
    assert_eq!(of_id["total_count"], everything.len());
    let platforms = daemon.json("/api/v1/codebundles?search=cost&platform=GCP&limit=1000");
    assert!(platforms["codebundles"].as_array().unwrap().iter().all(|bundle| bundle["platform"] == "GCP"));
    let tasks = daemon.json("/api/v1/registry/tasks?collection_slug=nobody");
    assert_eq!(tasks["total_count"], 0);
}

#[test]
fn pages_of_bundles_and_tasks_follow_each_other() {
    let daemon = example_daemon();
    let check = |route: &str, list: &str, field: &str| {
        let all = daemon.json(&format!("{route}?limit=4"));
        let first = daemon.json(&format!("{route}?limit=2"));
        let second = daemon.json(&format!("{route}?limit=2&offset=2"));
        let both = [ids(&first, list, field), ids(&second, list, field)].concat();
        assert_eq!(ids(&all, list, field), both);
        assert_eq!(first["pagination"], json!({ "limit": 2, "offset": 0, "has_more": true }));
        let last = daemon.json(&format!("{route}?limit=2&offset=1000000"));
        assert_eq!(last["pagination"]["has_more"], false);
        assert_eq!(last[list], json!([]));
        assert_eq!(last["total_count"], all["total_count"]);
    };
    check("/api/v1/codebundles", "codebundles", "slug");
    check("/api/v1/registry/tasks", "tasks", "id");
    let names = daemon.json("/api/v1/codebundles");
    assert!(ids(&names, "codebundles", "slug").is_sorted(), "{names}");
    let tasks = daemon.json("/api/v1/codebundles?sort_by=tasks");
    let counts: Vec<u64> = tasks["codebundles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bundle| bundle["task_count"].as_u64().unwrap())
        .collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
}

#[test]
fn a_bundle_in_detail_has_the_fields_that_clients_know() {
    let daemon = example_daemon();
    let bundle = daemon.json("/api/v1/collections/acme/codebundles/k8s-pod-restarts");
    assert_eq!(bundle["slug"], "k8s-pod-restarts");
    assert_eq!(bundle["display_name"], "Kubernetes Pod Restart Triage");
    assert_eq!(bundle["codecollection"]["slug"], "acme");
    assert_eq!(bundle["access_level"], "read-only");
    assert_eq!(bundle["runbook_path"], "codebundles/k8s-pod-restarts/runbook.robot");
    assert_eq!(bundle["task_count"], bundle["tasks"].as_array().unwrap().len());
    assert!(
        bundle["user_variables"]
            .as_array()
            .unwrap()
            .iter()
            .any(|variable| variable["name"] == "RESTART_WINDOW")
    );
    let listed = daemon.json("/api/v1/codebundles?search=k8s-pod-restarts&limit=1");
    for (field, value) in listed["codebundles"][0].as_object().unwrap() {
        assert_eq!(bundle[field], *value, "{field}");
    }
    daemon.get("/api/v1/collections/hidden/codebundles/under-the-carpet").problem(404, "hidden");
}

#[test]
fn what_the_reference_did_not_find_is_found() {
    let daemon = example_daemon();
    let first = |words: &str| {
        let json = daemon.json(&format!("/api/v1/codebundles?search={words}&limit=1"));
        json["codebundles"][0]["slug"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(first("Rollback+Deployment"), "k8s-deployment-rollback");
    assert_eq!(first("My+pods+are+stuck+in+CrashLoopBackOff,+what+should+I+check%3F"), "k8s-pod-restarts");
    let tasks = daemon.json("/api/v1/registry/tasks?search=roll+back+the+deployment&limit=1");
    assert_eq!(tasks["tasks"][0]["codebundle_slug"], "k8s-deployment-rollback");
}

#[test]
fn vector_search_answers_by_table() {
    let daemon = example_daemon();
    let json = daemon.json("/api/v1/vector/search?query=pods+keep+restarting&max_results=2");
    let mut tables: Vec<&String> = json.as_object().unwrap().keys().collect();
    tables.sort();
    assert_eq!(tables, ["codebundles", "codecollections", "documentation", "libraries"]);
    assert_eq!(json["codebundles"][0]["id"], "acme/k8s-pod-restarts");
    assert_eq!(json["codebundles"][0]["metadata"]["collection_slug"], "acme");
    let one = daemon.json("/api/v1/vector/search/codebundles?query=pods+keep+restarting&max_results=2");
    assert_eq!(one["results"], json["codebundles"]);
    daemon.get("/api/v1/vector/search/gizmos?query=pods").problem(404, "gizmos");
}

/// A call of one of the reference's tools.
fn call(daemon: &Daemon, body: &Value) -> crate::daemon::Reply {
    daemon.ask("POST", "/tools/call", &[("Content-Type", "application/json")], &body.to_string())
}

#[test]
fn tools_do_what_they_say() {
    let daemon = example_daemon();
    let tools = daemon.json("/tools");
    assert_eq!(tools["count"], tools["tools"].as_array().unwrap().len());
    let ask = |tool: &str, arguments: Value| {
        let reply = call(&daemon, &json!({ "tool_name": tool, "arguments": arguments })).of(200).json();
        assert_eq!((&reply["success"], &reply["metadata"]["tool"]), (&json!(true), &json!(tool)));
        reply["result"].as_str().unwrap().to_owned()
    };
    let found = ask("find_codebundle", json!({ "query": "pods keep restarting", "max_results": 1 }));
    assert!(found.contains("# Skill Templates for: pods keep restarting"), "{found}");
    assert!(
        found.contains("Found 1 matching") && found.contains("**Kubernetes Pod Restart Triage**"),
        "{found}"
    );
    let found = ask("find_codebundle", json!({ "query": "pods", "platform": "AWS" }));
    assert!(!found.contains("**Platform:** Kubernetes"), "{found}");
    let found = ask("search_codebundles", json!({ "query": "pods", "tags": ["oomkilled"] }));
    assert!(found.contains("Found 1 matching"), "{found}");
    let listed: Value = serde_json::from_str(&ask("list_codebundles", json!({ "format": "json" }))).unwrap();
    assert_eq!(listed["count"], daemon.json("/api/v1/registry/stats")["codebundles"]);
    let details = ask("get_codebundle_details", json!({ "slug": "k8s-pod-restarts" }));
    assert!(details.contains("`RESTART_WINDOW`") && details.contains("## Monitors (1)"), "{details}");
    let details = ask("get_codebundle_details", json!({ "slug": "k8s" }));
    assert!(details.starts_with("There is no Skill Template `k8s`"), "{details}");
    let collections = ask("list_codecollections", json!({}));
    let bundles = format!("**Skill Templates:** {}", listed["count"]);
    assert!(collections.contains(&bundles) && !collections.contains("hidden"), "{collections}");
    assert!(
        ask("find_codecollection", json!({ "query": "kubernetes" })).contains("`acme/"),
        "by its bundles"
    );
    let help = ask("keyword_usage_help", json!({ "query": "certificate expiry" }));
    assert!(help.contains("**Library:** `Acme.Certificates`"), "{help}");
    let library = ask("find_library_info", json!({ "query": "certificates", "category": "python" }));
    assert!(library.contains("**Import:** `Library    Acme.Certificates`"), "{library}");
    let none = ask("find_documentation", json!({ "query": "secrets" }));
    assert!(none.contains("No documentation is indexed."), "{none}");
    assert!(ask("get_development_requirements", json!({ "feature": "pods" })).contains("**Examples:**"));
}

#[test]
fn a_call_that_is_not_right_is_refused() {
    let daemon = example_daemon();
    let check = |body: Value, status: u16, words: &str| {
        call(&daemon, &body).problem(status, words);
    };
    check(json!({ "tool_name": "find_gizmo" }), 400, "Unknown tool: find_gizmo");
    check(json!({ "tool_name": "find_codebundle" }), 400, "Missing required parameter: query");
    let with = |arguments: Value| json!({ "tool_name": "find_codebundle", "arguments": arguments });
    check(with(json!({ "query": 7 })), 400, "`query` must be a string");
    check(with(json!({ "query": "x", "platform": "Amiga" })), 400, "one of");
    check(with(json!({ "query": "x", "max_results": 0 })), 400, "from 1 to 50");
    check(with(json!({ "query": "x", "colection": "acme" })), 400, "colection");
    check(with(json!({ "query": "x", "collection": "nobody" })), 404, "nobody");
    check(json!({ "tool": "find_codebundle" }), 400, "tool");
    check(json!([]), 400, "no call");
    let reply = daemon.ask("POST", "/tools/call", &[("Content-Type", "text/plain")], "{}");
    reply.problem(415, "application/json");
    // It is refused by its head: who went on writing would find the connection closed.
    let mut stream = daemon.connect();
    let head = "POST /tools/call HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2097152\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    Reply::read(&mut BufReader::new(stream), false).unwrap().problem(413, "too large");
}

#[test]
fn the_page_works_without_scripts_and_quotes_what_it_shows() {
    let daemon = example_daemon();
    let page = daemon.get("/?q=pods+keep+restarting").of(200);
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    let text = page.text();
    assert!(text.contains("<a href=\"/show?id=acme/k8s-pod-restarts\">"), "{text}");
    assert!(text.contains("<mark>") && !text.contains("<script"), "{text}");
    let text = daemon.get("/?q=%3Cscript%3Ealert(1)%3C/script%3E%22%27").of(200).text();
    assert!(!text.contains("<script") && text.contains("value=\"&lt;script&gt;"), "{text}");
    let text = daemon.get("/show?id=acme/k8s-pod-restarts").of(200).text();
    assert!(text.contains("<h1>Kubernetes Pod Restart Triage</h1>") && text.contains("NAMESPACE"), "{text}");
    for id in ["acme", "acme/Acme.Certificates", "k8s-deployment-rollback"] {
        daemon.get(&format!("/show?id={id}")).of(200);
    }
    let missing = daemon.get("/show?id=%3Cb%3E").of(404);
    assert!(missing.text().contains("&lt;b&gt;") && missing.header("content-type").starts_with("text/html"));
    assert!(daemon.get("/").of(200).text().contains("Collections"));
    assert!(daemon.get("/style.css").of(200).text().contains("prefers-color-scheme"));
    let docs = daemon.get("/docs").of(200).text();
    assert!(docs.contains("/api/v1/codebundles") && !docs.contains("http://"), "no network is needed");
}

#[test]
fn problems_are_those_of_the_command_line_less_hidden_ones() {
    let place = Workplace::new();
    place.write("one/codebundles/alpha/old.sh", "");
    place.write("one/codebundles/alpha/runbook.robot", "*** Tasks ***\nLook\n    RETURN    1\n");
    place.write("secret/codebundles/beta/old.sh", "");
    let sources = [
        ("one", "path: one"),
        ("secret", "path: secret|visibility: hidden"),
        ("gone", "path: gone"),
        ("gone-secret", "path: gone|visibility: hidden"),
    ];
    place.list(&sources);
    place.run(&["index"]).exits(1);
    let daemon = Daemon::start(place.ccr(&["serve"]));
    let told =
        |arguments: &[&str]| place.run(&[&["problems", "--format", "json"], arguments].concat()).json();
    assert_eq!(daemon.json("/api/v1/problems"), told(&["one", "gone"]));
    assert_eq!(told(&[]).as_array().unwrap().len(), 5);
    assert_eq!(daemon.json("/api/v1/problems?collection=secret,ONE"), told(&["one", "secret"]));
    assert_eq!(daemon.json("/api/v1/problems?collection=gone-secret"), told(&["gone-secret"]));
    assert_eq!(daemon.json("/api/v1/problems?severity=warning"), told(&["one", "--severity", "warning"]));
    let all = told(&["one", "gone"]);
    assert_eq!(daemon.json("/api/v1/problems?limit=1&offset=1"), json!([all[1]]));
    let unknown = daemon.get("/api/v1/problems?collection=nobody").problem(404, "nobody");
    assert!(!unknown.text().contains("secret"));
    daemon.get("/api/v1/problems?severity=fatal").problem(400, "`error` or `warning`");
    daemon.get("/api/v1/problems?slug=one").problem(400, "slug");
    let failed = daemon.json("/api/v1/status")["failed"].clone();
    assert_eq!((&failed[0]["slug"], failed.as_array().unwrap().len()), (&"gone".into(), 1));
    let described = daemon.json("/openapi.json")["paths"]["/api/v1/problems"]["get"]["parameters"].clone();
    assert_eq!(described.as_array().unwrap().len(), 4);
}
