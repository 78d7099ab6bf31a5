use serde_json::{Value, json};

use super::client::{Client, ids, text};
use crate::workplace::{Workplace, project};

/// Characters that a token is taken for.
const TOKEN: usize = 4;

/// Tokens of a result as it is sent, text and structure together.
fn tokens(result: &Value) -> usize {
    result.to_string().chars().count().div_ceil(TOKEN)
}

#[test]
fn all_definitions_are_at_most_a_thousand_tokens() {
    let mut client = Client::of_examples();
    let listed = client.result("tools/list", json!({}));
    assert!(tokens(&listed) <= 1000, "{}", tokens(&listed));
    let tools = listed["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["ccr_search", "ccr_get", "ccr_list", "ccr_keyword_help", "ccr_status"]);
    for tool in tools {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
        assert_eq!(tool["annotations"]["openWorldHint"], false, "{tool}");
        assert_eq!(
            (&tool["inputSchema"]["type"], &tool["outputSchema"]["type"]),
            (&json!("object"), &json!("object"))
        );
        assert!(tool["description"].as_str().unwrap().len() > 60, "{tool}");
        let properties = tool["inputSchema"]["properties"].as_object().unwrap();
        for (name, schema) in properties.iter().filter(|(_, schema)| schema["type"] == "integer") {
            assert!(schema["default"].is_number() && schema["minimum"].is_number(), "{name}");
            assert!(schema["maximum"].is_number(), "{name}");
        }
        for wrong in ["q", "top_k", "slug", "max_results"] {
            assert!(!properties.contains_key(wrong), "{wrong} is taken, and not offered");
        }
    }
    assert_eq!(client.result("tools/list", json!({})), listed, "always the same");
}

#[test]
fn a_default_reply_holds_five_things_in_eight_hundred_tokens() {
    let mut client = Client::of_examples();
    for (tool, arguments, things) in [
        ("ccr_search", json!({"query": "check health", "kind": "task"}), "hits"),
        ("ccr_search", json!({"query": "kubernetes pods deployment"}), "hits"),
        ("ccr_list", json!({}), "items"),
        ("ccr_list", json!({"kind": "task"}), "items"),
        ("ccr_keyword_help", json!({"query": "get certificate"}), "keywords"),
    ] {
        let result = client.call(tool, arguments.clone());
        assert!(tokens(&result) <= 800, "{tool} {arguments}: {}", tokens(&result));
        let told = &result["structuredContent"];
        let mut found = ids(&told[things]);
        let held = found.len();
        found.sort();
        found.dedup();
        assert_eq!(found.len(), held, "{tool} {arguments}: distinct");
        let wanted = told["total"].as_u64().unwrap().min(5);
        assert!(held as u64 >= wanted, "{tool} {arguments}: {held}");
        // The text says the same, and is not the JSON again.
        let text = text(&result);
        assert!(!text.trim_start().starts_with(['{', '[']), "{text}");
        assert!(tool == "ccr_keyword_help" || found.iter().all(|id| text.contains(id)), "{text}");
    }
}

#[test]
fn no_reply_is_larger_than_the_caller_allows() {
    let place = Workplace::new();
    let odd = project().join("tests/fixtures/collections/odd-collection");
    let acme = project().join("examples/acme-codecollection");
    let long = "word ".repeat(3000);
    place.bundle("long", "long-one", &"Long ".repeat(40), "Look at it");
    place.write(
        "long/codebundles/long-one/README.md",
        format!("# Long\n\n{long}\n\nÜber {}", "é".repeat(9000)),
    );
    place.list(&[
        ("odd", &format!("path: {}", odd.display())),
        ("acme", &format!("path: {}", acme.display())),
        ("long", "path: long"),
    ]);
    place.index(1, &["--fail-on", "problem"]);
    let mut client = Client::of(&place);
    for size in [200, 800, 3000] {
        let mut check = |tool: &str, mut arguments: Value| {
            arguments["max_tokens"] = json!(size);
            let result = client.call(tool, arguments.clone());
            assert!(tokens(&result) <= size, "{tool} {arguments}: {}", tokens(&result));
            result
        };
        for query in ["check", "kubernetes health", "long word", "zzzz", "a"] {
            check("ccr_search", json!({"query": query, "limit": 20}));
            check("ccr_keyword_help", json!({"query": query, "limit": 20}));
        }
        for kind in ["codebundle", "task", "library", "keyword", "script", "collection"] {
            check("ccr_list", json!({"kind": kind, "limit": 200}));
            for id in place_ids(&place, kind) {
                for section in ["overview", "tasks", "variables", "readme", "keywords", "code"] {
                    check("ccr_get", json!({"id": id, "section": section}));
                }
            }
        }
    }
}

#[test]
fn what_says_the_same_is_told_as_far_as_it_fits() {
    let place = Workplace::new();
    let collections: Vec<String> =
        (0..60).map(|number| format!("collection-with-a-rather-long-name-{number:02}")).collect();
    for collection in &collections {
        place.bundle(collection, "alpha", "Alpha Check", "Look at the alpha valve");
    }
    let paths: Vec<String> = collections.iter().map(|collection| format!("path: {collection}")).collect();
    let listed = collections.iter().zip(&paths).map(|(slug, path)| (slug.as_str(), path.as_str()));
    place.list(&listed.collect::<Vec<_>>());
    place.index(0, &[]);
    let mut client = Client::of(&place);
    let mut also = |tokens: u32| {
        let found = client.told("ccr_search", json!({"query": "alpha valve", "max_tokens": tokens}));
        assert_eq!((&found["total"], found["hits"].as_array().unwrap().len()), (&json!(60), 1), "{found}");
        assert_eq!(found["next_cursor"], Value::Null);
        found["hits"][0]["also"].as_array().map_or(0, Vec::len)
    };
    assert_eq!([20_000, 800, 200].map(&mut also), [59, 3, 0]);
}

fn place_ids(place: &Workplace, kind: &str) -> Vec<String> {
    ids(&place.run(&["list", kind, "--format", "json"]).exits(0).json())
}
