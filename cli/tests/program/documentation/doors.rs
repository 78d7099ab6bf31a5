//! What the daemon and agents say of documentation.

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::daemon::Daemon;
use crate::mcp::Client;
use crate::workplace::{Workplace, project};

/// Of the handbook's section on what is done each week.
const WEEKLY: &str = "docs:handbook/guides/crane.md#every-week";

/// A place with a handbook and a question, for tests that only read.
fn place() -> &'static Workplace {
    static PLACE: OnceLock<Workplace> = OnceLock::new();
    PLACE.get_or_init(|| {
        let place = Workplace::new();
        place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
        let handbook = project().join("tests/fixtures/documentation/handbook");
        place.write(
            "sources.yaml",
            format!(
                "codecollections: [{{slug: one, path: one}}]\nindex_config: {{standard_libraries: false}}\n\
                 sources:\n  libraries:\n    - {{name: Harbour, path: '{}', topics: [harbour]}}\n  faq:\n    \
                 - {{question: Who greases the crane?, answer: 'The crew of the morning watch does.'}}\n",
                handbook.display()
            ),
        );
        place.run(&["index"]).exits(0);
        place
    })
}

fn daemon() -> Daemon {
    Daemon::start(place().ccr(&["serve", "--log", "info"]))
}

#[test]
fn rest_answers_with_the_best_section() {
    let daemon = daemon();
    let found = daemon.json("/api/v1/search?q=grease+the+slewing+ring&kind=documentation");
    assert_eq!(found["hits"][0]["matches"][0]["id"], WEEKLY);
    let one = daemon.json("/api/v1/vector/search/documentation?query=grease+the+slewing+ring&max_results=1");
    let result = &one["results"][0];
    assert_eq!(result["id"], "docs:handbook/guides/crane.md");
    assert!(result["document"].as_str().unwrap().contains("Grease the slewing ring"), "{result}");
    let metadata = &result["metadata"];
    assert_eq!(
        (&metadata["name"], &metadata["category"], &metadata["topics"], &metadata["section"]),
        (&json!("The crane"), &json!("libraries"), &json!("harbour"), &json!("Upkeep > Every week"))
    );
    let all = daemon.json("/api/v1/vector/search?query=crane&category=faq");
    assert_eq!(all["documentation"][0]["id"], "faq:who-greases-the-crane");
    assert_eq!(all["codebundles"], json!([]));
    assert!(all["documentation"].as_array().unwrap().len() == 1);
    assert_eq!(daemon.json("/api/v1/vector/stats")["documentation"], 4);
    let shown = daemon.json("/api/v1/show?id=docs:handbook/guides/crane.md%23every-week");
    assert_eq!(shown["page"]["title"], "The crane");
    assert_eq!(daemon.json("/api/v1/registry/collections").as_array().unwrap().len(), 1);
    assert_eq!(daemon.json("/api/v1/status")["counts"]["documentation"], 4);
}

#[test]
fn the_page_shows_documentation_and_quotes_it() {
    let daemon = daemon();
    let hits = daemon.get("/?q=grease+the+slewing+ring&kind=documentation").of(200).text();
    assert!(
        hits.contains("Every week") && hits.contains("/show?id=docs%3Ahandbook/guides/crane.md"),
        "{hits}"
    );
    let page = daemon.get("/show?id=docs:handbook/guides/crane.md").of(200).text();
    assert!(page.contains("<h3>") && page.contains("<pre>cranectl lock"), "{page}");
    assert!(page.contains("&lt;b&gt;") && !page.contains("<b>"), "{page}");
    let start = daemon.get("/").of(200).text();
    assert!(start.contains("documentation 4") && !start.contains("id=documentation"), "{start}");
}

#[test]
fn the_references_tools_print_the_text_of_the_best_section() {
    let daemon = daemon();
    let ask = |tool: &str, arguments: Value| {
        let body = json!({ "tool_name": tool, "arguments": arguments }).to_string();
        let reply = daemon.ask("POST", "/tools/call", &[("Content-Type", "application/json")], &body);
        reply.of(200).json()["result"].as_str().unwrap().to_owned()
    };
    let found = ask("find_documentation", json!({ "query": "grease the slewing ring" }));
    for words in
        ["## 1. The crane", "**Category:** libraries", "**Section:** Upkeep > Every week", "cranectl lock"]
    {
        assert!(found.contains(words), "no `{words}` in\n{found}");
    }
    let faq = ask("find_documentation", json!({ "query": "who greases the crane", "category": "faq" }));
    assert!(faq.contains("morning watch") && !faq.contains("slewing"), "{faq}");
    let nothing = ask("find_documentation", json!({ "query": "zeppelin" }));
    assert!(nothing.contains("No documentation matches."), "{nothing}");
    let needed = ask("get_development_requirements", json!({ "feature": "crane" }));
    assert!(needed.contains("## 1. ") && needed.contains("crane"), "{needed}");
    let collections = ask("list_codecollections", json!({}));
    assert!(collections.contains("**Total:** 1"), "{collections}");
}

#[test]
fn agents_search_and_read_pages_and_sections() {
    let mut client = Client::of(place());
    let found = client.told("ccr_search", json!({"query": "grease the slewing ring", "kind": "docs"}));
    assert_eq!(found["hits"][0]["id"], "docs:handbook/guides/crane.md");
    assert_eq!(found["hits"][0]["matches"][0]["id"], WEEKLY);
    let section = client.told("ccr_get", json!({"id": WEEKLY}));
    let text = section["overview"].as_str().unwrap();
    assert!(text.contains("Of The crane") && text.contains("cranectl lock"), "{text}");
    let page = client.told("ccr_get", json!({"id": "docs:handbook/guides/crane.md"}));
    assert!(page["overview"].as_str().unwrap().contains("### Every week"), "{page}");
    let small = client.told("ccr_get", json!({"id": "docs:handbook/guides/crane.md", "max_tokens": 200}));
    assert!(small["next_cursor"].is_string(), "{small}");
    let near = client.told("ccr_get", json!({"id": "docs:handbook/guides/crane.md#Every Week"}));
    assert_eq!(near["id"], WEEKLY);
    let listed = client.told("ccr_list", json!({"kind": "documentation"}));
    assert_eq!(listed["total"], 4);
    let status = client.told("ccr_status", json!({}));
    assert_eq!(
        (&status["counts"]["documentation"], status["collections"].as_array().unwrap().len()),
        (&json!(4), 1)
    );
    let resources = client.ask("resources/list", json!({}));
    let uris: Vec<&str> = resources["result"]["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|resource| resource["uri"].as_str().unwrap())
        .collect();
    let uri = "ccr://documentation/docs:handbook/guides/crane.md";
    assert!(uris.contains(&uri), "{uris:?}");
    let read = client.ask("resources/read", json!({"uri": uri}));
    assert!(read["result"]["contents"][0]["text"].as_str().unwrap().contains("cranectl lock"), "{read}");
}
