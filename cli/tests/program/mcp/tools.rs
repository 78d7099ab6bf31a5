use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::client::{Client, ids, text};
use crate::workplace::{Workplace, ccr};

/// A deployment can be rolled back: the examples' bundle that does so.
const ROLLBACK: &str = "acme/k8s-deployment-rollback";

#[test]
fn a_search_leads_to_what_get_accepts() {
    let mut client = Client::of_examples();
    let found = client.told("ccr_search", json!({"query": "pods keep restarting"}));
    let first = &found["hits"][0];
    assert_eq!(first["id"], "acme/k8s-pod-restarts");
    assert_eq!(
        (&first["kind"], &first["platform"], &first["access"]),
        (&json!("codebundle"), &json!("Kubernetes"), &json!("read-only"))
    );
    let hits = found["hits"].as_array().unwrap();
    assert_eq!(
        hits.iter().map(|hit| &hit["id"]).map(Value::to_string).collect::<BTreeSet<_>>().len(),
        hits.len()
    );
    for hit in hits {
        let got = client.told("ccr_get", json!({"id": hit["id"]}));
        assert_eq!((&got["id"], &got["kind"]), (&hit["id"], &hit["kind"]));
        for part in hit["matches"].as_array().into_iter().flatten() {
            // A part by the line where it stands, and by its name without variables.
            for part in [&part["line"], &part["title"]].into_iter().filter(|part| !part.is_null()) {
                let part = part.as_str().map_or_else(|| part.to_string(), str::to_owned);
                let id = format!("{}#{part}", hit["id"].as_str().unwrap());
                if hit["kind"] == "codebundle" && !part.ends_with(".sh") {
                    let result = client.call("ccr_get", json!({"id": id}));
                    let told = text(&result);
                    assert!(result["isError"] != true || told.contains("may mean"), "{id}: {told}");
                }
            }
        }
    }
}

#[test]
fn what_the_reference_got_wrong() {
    let mut client = Client::of_examples();
    let hit = client.told("ccr_search", json!({"query": "Rollback Deployment"}))["hits"][0].clone();
    assert_eq!(hit["id"], ROLLBACK);
    assert!(hit["matches"][0]["title"].as_str().unwrap().starts_with("Roll Back Deployment"), "{hit}");
    let tasks = client.told("ccr_search", json!({"query": "Rollback Deployment", "kind": "task"}));
    assert!(ids(&tasks["hits"])[0].starts_with(&format!("{ROLLBACK}#Roll Back Deployment")));
    let found = client.told("ccr_search", json!({"query": "CrashLoopBackOff"}));
    assert_eq!(found["hits"][0]["id"], "acme/k8s-pod-restarts");

    // A platform filter never returns another platform, whatever is asked.
    for platform in ["AWS", "azure", "k8s", "Kubernetes"] {
        for query in ["pods keep restarting", "public bucket", "check health"] {
            let found = client.told("ccr_search", json!({"query": query, "platform": platform, "limit": 20}));
            let wanted = if platform == "k8s" { "kubernetes".to_owned() } else { platform.to_lowercase() };
            for hit in found["hits"].as_array().unwrap() {
                let others = hit["other_platforms"].as_array().into_iter().flatten();
                let has = others
                    .chain([&hit["platform"]])
                    .any(|has| has.as_str().unwrap().to_lowercase() == wanted);
                assert!(has, "{query}, {platform}: {hit}");
            }
        }
    }
    // A collection filter filters; a hidden collection answers where it is named, and nowhere else.
    let query = json!({"query": "look below the carpet"});
    assert_eq!(client.told("ccr_search", query)["total"], 0);
    let query = json!({"query": "look below the carpet", "collection": "hidden"});
    assert_eq!(ids(&client.told("ccr_search", query)["hits"]), ["hidden/under-the-carpet"]);
    assert_eq!(
        ids(&client.told("ccr_list", json!({"collection": "hidden"}))["items"]),
        ["hidden/under-the-carpet"]
    );
    // Help on keywords is on keywords.
    let help = client.told("ccr_keyword_help", json!({"query": "certificate expiry days"}));
    assert_eq!(help["keywords"][0]["id"], "acme/Acme.Certificates#Get Days Until Expiry");
    // Nothing but the exact thing, or a refusal with the ids that may be meant.
    assert!(client.refused("ccr_get", json!({"id": "k8s"})).contains("did you mean"));
}

#[test]
fn counts_are_true_and_pages_complete() {
    let mut client = Client::of_examples();
    for kind in ["codebundle", "task", "library", "keyword", "script", "collection"] {
        let listed = ccr(&["list", kind, "--format", "json"]).exits(0).json();
        let all = ids(&listed);
        let mut seen = Vec::new();
        let mut arguments = json!({"kind": kind, "limit": 3});
        loop {
            let page = client.told("ccr_list", arguments.clone());
            assert_eq!(page["total"], all.len(), "{kind}");
            seen.extend(ids(&page["items"]));
            match page.get("next_cursor") {
                Some(next) => arguments["cursor"] = next.clone(),
                None => break,
            }
        }
        assert_eq!(seen, all, "{kind}: each once, in the order of the index");
    }
    let platforms = client.told("ccr_list", json!({"kind": "platforms"}));
    for platform in platforms["items"].as_array().unwrap() {
        let listed = client.told("ccr_list", json!({"platform": platform["value"]}));
        assert_eq!(listed["total"], platform["codebundles"], "{platform}");
    }
    let tags = client.told("ccr_list", json!({"kind": "tag", "limit": 200, "max_tokens": 20000}));
    let first = &tags["items"][0];
    assert_eq!(client.told("ccr_list", json!({"tag": first["value"]}))["total"], first["codebundles"]);
    assert!(!tags.to_string().contains("carpet"));
}

#[test]
fn a_search_goes_on_where_it_stopped() {
    let mut client = Client::of_examples();
    let all = client.told("ccr_search", json!({"query": "check health", "limit": 20, "max_tokens": 20000}));
    let mut seen = Vec::new();
    let mut arguments = json!({"query": "check health", "limit": 2});
    loop {
        let page = client.told("ccr_search", arguments.clone());
        seen.extend(ids(&page["hits"]));
        let Some(next) = page.get("next_cursor") else { break };
        arguments["cursor"] = next.clone();
    }
    assert_eq!(seen, ids(&all["hits"]));
    assert!(seen.len() > 2, "{seen:?}");

    let cursor =
        client.told("ccr_search", json!({"query": "check health", "limit": 1}))["next_cursor"].clone();
    let other = json!({"query": "something else", "cursor": cursor});
    assert!(client.refused("ccr_search", other).contains("another question"));
    for wrong in ["x", "1-2-3-4", "ffffffffffffffffff-1-1", "../../etc/passwd"] {
        let refused = client.refused("ccr_search", json!({"query": "check health", "cursor": wrong}));
        assert!(refused.contains("is no cursor"), "{refused}");
    }
}

#[test]
fn names_that_are_nearly_right_are_taken() {
    let mut client = Client::of_examples();
    let right = client.told("ccr_search", json!({"query": "pods", "limit": 2, "platform": "Kubernetes"}));
    for arguments in [
        json!({"q": "pods", "top_k": 2, "platforms": ["kubernetes"]}),
        json!({"text": "pods", "maxResults": "2", "cloud": "k8s"}),
        json!({"search_term": "pods", "n": 2.0, "platform": "KUBERNETES", "tag": null}),
    ] {
        let told = client.told("ccr_search", arguments.clone());
        assert_eq!(ids(&told["hits"]), ids(&right["hits"]), "{arguments}");
    }
    for arguments in [
        json!({"slug": "k8s-deployment-rollback"}),
        json!({"name": "acme/k8s-deployment-rollback/"}),
        json!({"uri": "ccr://codebundle/acme/k8s-deployment-rollback"}),
    ] {
        assert_eq!(client.told("ccr_get", arguments)["id"], ROLLBACK);
    }
    let help = client.told("ccr_keyword_help", json!({"keyword": "acme.certificates.get_days_until_expiry"}));
    assert_eq!(help["keywords"][0]["id"], "acme/Acme.Certificates#Get Days Until Expiry");
    let bundles = client.told("ccr_list", json!({"type": "Bundles"}));
    assert_eq!(bundles["total"], 8);
}

#[test]
fn what_is_wrong_is_refused_with_what_is_right() {
    let mut client = Client::of_examples();
    let mut check = |tool: &str, arguments: Value, words: &[&str]| {
        let refused = client.refused(tool, arguments.clone());
        for word in words {
            assert!(refused.contains(word), "{tool} {arguments}: no `{word}` in {refused}");
        }
    };
    check("ccr_search", json!({}), &["`query` is missing"]);
    check("ccr_search", json!({"query": "  "}), &["`query` is missing"]);
    check("ccr_search", json!({"query": 5}), &["`query` is a text, not 5"]);
    check("ccr_search", json!({"query": {"a": 1}}), &["`query` is a text"]);
    check("ccr_search", json!({"qeury": "x"}), &["did you mean `query`?"]);
    check("ccr_search", json!({"query": "x", "kind": "codebundel"}), &["did you mean `codebundle`?"]);
    check("ccr_search", json!({"query": "x", "platform": "azur"}), &["did you mean `Azure`?"]);
    check("ccr_search", json!({"query": "x", "collection": "acne"}), &["did you mean `acme`?"]);
    check("ccr_search", json!({"query": "x", "tag": "rolback"}), &["did you mean `rollback`?"]);
    check("ccr_search", json!({"query": "x", "access": "admin"}), &["read-only, read-write"]);
    check("ccr_search", json!({"query": "x", "limit": 0}), &["from 1 to 20, not 0"]);
    check("ccr_search", json!({"query": "x", "limit": 21}), &["from 1 to 20, not 21"]);
    check("ccr_search", json!({"query": "x", "limit": "five"}), &["not \"five\""]);
    check("ccr_search", json!({"query": "x", "max_tokens": 10}), &["from 200 to 20000"]);
    check("ccr_get", json!({"id": "acme/k8s-pod-restart"}), &["did you mean: acme/k8s-pod-restarts"]);
    check("ccr_get", json!({"id": ROLLBACK, "section": "taks"}), &["did you mean `tasks`?"]);
    check("ccr_get", json!({"id": "acme/Acme.Certificates", "section": "tasks"}), &["keywords", "library"]);
    check("ccr_list", json!({"kind": ["tag", "task"]}), &["give one `kind`"]);
    check("ccr_keyword_help", json!({"query": "x", "library": "Acme.Certs"}), &["`Acme.Certificates`"]);
    check("ccr_status", json!({"verbose": true}), &["no argument"]);
    let hidden = client.refused("ccr_search", json!({"query": "x", "collection": "hiden"}));
    assert!(!hidden.contains("`hidden`"), "{hidden}");
    let (code, message) = client.error("tools/call", json!({"name": "ccr_serach", "arguments": {}}));
    assert_eq!(code, -32602);
    assert!(message.contains("unknown tool `ccr_serach`: there are ccr_search"), "{message}");
    let (code, _) = client.error("tools/call", json!({"name": "ccr_search", "arguments": "pods"}));
    assert_eq!(code, -32602);
}

#[test]
fn every_section_of_every_kind() {
    let mut client = Client::of_examples();
    let tasks = client.told("ccr_get", json!({"id": ROLLBACK, "section": "tasks", "max_tokens": 4000}));
    assert_eq!((&tasks["total"], &tasks["tasks"][1]["access"]), (&json!(3), &json!("read-write")));
    let variables = client.told("ccr_get", json!({"id": ROLLBACK, "section": "config"}));
    let names: Vec<&str> =
        variables["variables"].as_array().unwrap().iter().map(|v| v["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"REVISION"), "{names:?}");
    let task = client.told("ccr_get", json!({"id": format!("{ROLLBACK}#25")}));
    assert_eq!((&task["kind"], &task["codebundle"]), (&json!("task"), &json!(ROLLBACK)));
    assert!(task["issues"][0]["title"].as_str().unwrap().contains("Did Not Complete"), "{task}");
    let script = client.call(
        "ccr_get",
        json!({"id": "acme/codebundles/k8s-deployment-rollback/rollback.sh", "section": "code"}),
    );
    assert!(text(&script).contains("kubectl rollout undo"), "{script}");
    let library = client.told("ccr_get", json!({"id": "Acme.Certificates"}));
    assert!(library["keywords"].as_array().unwrap().len() > 1, "{library}");
    let keyword = client.told("ccr_get", json!({"id": "Acme.Certificates#get days until expiry"}));
    assert_eq!((&keyword["kind"], &keyword["callers"]), (&json!("keyword"), &json!(1)), "{keyword}");
    assert!(keyword["example"].as_str().unwrap().contains("Get Days Until Expiry"), "{keyword}");
    let collection = client.told("ccr_get", json!({"id": "acme"}));
    assert_eq!(collection["counts"]["codebundle"], 8);

    // A long text is read to its end, page by page.
    let mut arguments = json!({"id": ROLLBACK, "section": "code", "max_tokens": 400});
    let mut code = String::new();
    for _ in 0..100 {
        let page = client.told("ccr_get", arguments.clone());
        code.push_str(page["code"].as_str().unwrap());
        let Some(next) = page.get("next_cursor") else { break };
        arguments["cursor"] = next.clone();
    }
    assert!(code.contains("*** Settings ***") && code.contains("Cluster Should Answer"), "{code}");
    let whole = client.told("ccr_get", json!({"id": ROLLBACK, "section": "code", "max_tokens": 20000}));
    assert_eq!(whole["code"], code);
}

#[test]
fn a_name_that_two_collections_use_is_told_with_both() {
    let place = Workplace::new();
    place.bundle("one", "same", "First", "Look Here");
    place.bundle("two", "same", "Second", "Look There");
    place.list(&[("one", "path: one"), ("two", "path: two")]);
    place.index(0, &[]);
    let mut client = Client::of(&place);
    assert!(client.refused("ccr_get", json!({"id": "same"})).contains("one/same, two/same"));
    assert_eq!(client.told("ccr_get", json!({"id": "two/same"}))["title"], "Second");
}

#[test]
fn status_lists_what_is_wrong_and_what_failed() {
    let place = Workplace::new();
    for number in 0..40 {
        place.write(&format!("one/codebundles/many/empty-{number:02}.sh"), "");
    }
    place.write("secret/codebundles/beta/old.sh", "");
    place.list(&[
        ("one", "path: one"),
        ("secret", "path: secret|visibility: hidden"),
        ("gone", "path: gone"),
    ]);
    place.run(&["index"]).exits(1);
    let mut client = Client::of(&place);
    let overview = client.told("ccr_status", json!({}));
    assert_eq!((&overview["failed"][0]["slug"], &overview["problems"]), (&"gone".into(), &41.into()));
    // Page after page, each thing once.
    let mut seen: Vec<Value> = Vec::new();
    let mut arguments = json!({"section": "problems"});
    loop {
        let page = client.told("ccr_status", arguments.clone());
        assert_eq!(page["total"], 41);
        seen.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => arguments["cursor"] = json!(next),
            None => break,
        }
    }
    assert_eq!(seen.len(), 41);
    assert_eq!((&seen[0]["rule"], &seen[1]["rule"]), (&"source-failed".into(), &"file-empty".into()));
    assert!(!json!(seen).to_string().contains("secret"));
    let named = client.told("ccr_status", json!({"section": "problems", "collection": "secret"}));
    assert_eq!(named["total"], 1);
    let unknown = client.refused("ccr_status", json!({"section": "problems", "collection": "secre"}));
    assert!(!unknown.contains("`secret`"), "{unknown}");
    client.refused("ccr_status", json!({"section": "everything"}));
}
