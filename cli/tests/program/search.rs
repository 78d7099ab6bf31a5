use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::workplace::{Workplace, ccr, examples};

fn ids(arguments: &[&str]) -> Vec<String> {
    let json = ccr(&[&["search", "--format", "json"], arguments].concat()).json();
    json["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn hits_have_these_fields_and_no_other() {
    let ran = ccr(&["search", "--format", "json", "pod", "restarts"]).exits(0);
    assert_eq!(ran.stderr, "");
    let json = ran.json();
    assert_eq!(json["query"], "pod restarts");
    assert_eq!(keys(&json), ["below", "hits", "query", "total"]);
    let hit = &json["hits"][0];
    let mut expected = [
        "id",
        "kind",
        "title",
        "summary",
        "relevance",
        "collection",
        "path",
        "symbol",
        "line",
        "url",
        "platform",
        "tags",
        "access",
        "matches",
    ];
    expected.sort_unstable();
    for hit in json["hits"].as_array().unwrap() {
        assert_eq!(keys(hit), expected);
        let relevance = hit["relevance"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&relevance), "{relevance}");
    }
    assert_eq!(hit["id"], "acme/k8s-pod-restarts");
    assert_eq!(hit["kind"], "codebundle");
    assert_eq!(hit["path"], "codebundles/k8s-pod-restarts");
    assert_eq!(hit["access"], "read-only");
    assert_eq!(keys(&hit["matches"][0]), ["id", "kind", "line", "path", "snippet", "title"]);
}

#[test]
fn words_for_people_on_standard_output_only() {
    let ran = ccr(&["search", "pod", "restarts"]).exits(0);
    assert!(ran.stdout.starts_with("1. Kubernetes Pod Restart Triage"), "{}", ran.stdout);
    assert!(!ran.stdout.contains('\u{1b}'));
    let nothing = ccr(&["search", "xylophone"]).exits(1).says(&["nothing matches `xylophone`"]);
    assert_eq!(nothing.stdout, "");
    let quiet = ccr(&["search", "--quiet", "xylophone"]).exits(1);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

#[test]
fn colour_where_it_is_asked_for() {
    let plain = ccr(&["search", "pod restarts"]).exits(0).stdout;
    let always = ccr(&["search", "pod restarts", "--color", "always"]).exits(0).stdout;
    assert!(always.contains("\u{1b}["));
    assert_eq!(ccr(&["search", "pod restarts", "--color", "never"]).exits(0).stdout, plain);
    let check = |name: &str, value: &str, argument: &str, colored: bool| {
        let mut command = examples().ccr(&["search", "pod restarts", "--color", argument]);
        let output = command.env(name, value).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.contains("\u{1b}["), colored, "{name}={value} --color {argument}");
    };
    check("NO_COLOR", "1", "auto", false);
    check("CLICOLOR_FORCE", "1", "auto", true);
    check("CLICOLOR_FORCE", "1", "never", false);
    // What is said on the command line counts more than the environment.
    check("NO_COLOR", "1", "always", true);
}

#[test]
fn whoever_reads_may_stop() {
    let mut command = examples().ccr(&["search", "--min", "0", "-n", "1000", "--format", "json", "a"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");

    let mut command = examples().ccr(&["list", "tasks"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn filters_combine() {
    let kubernetes = ids(&["kubernetes", "--platform", "Kubernetes", "--kind", "codebundle"]);
    assert!(kubernetes.contains(&"acme/k8s-pod-restarts".to_owned()), "{kubernetes:?}");
    let writes =
        ids(&["kubernetes", "--platform", "kubernetes", "--access", "read-write", "--kind", "bundles"]);
    assert_eq!(writes, ["acme/k8s-deployment-rollback"]);
    let none = ids(&["kubernetes", "--platform", "AWS", "--access", "read-write", "--kind", "bundles"]);
    assert_eq!(none, [""; 0]);
    let on = |platforms: &[&str]| ids(&[&["check", "--kind", "bundle", "--min", "0"], platforms].concat());
    let mut both = [on(&["--platform", "AWS"]), on(&["--platform", "Azure"])].concat();
    let mut either = on(&["--platform", "AWS", "--platform", "Azure"]);
    both.sort();
    both.dedup();
    either.sort();
    assert_eq!(either, both);
    assert_eq!(ids(&["pods", "--tag", "oomkilled", "--kind", "codebundle"]), ["acme/k8s-pod-restarts"]);
    assert!(ids(&["pod", "--kind", "task"]).iter().all(|id| id.contains('#')));
}

#[test]
fn what_is_for_another_cloud_comes_behind() {
    let place = Workplace::new();
    let suite = |cloud: &str| {
        format!(
            "*** Settings ***\nDocumentation    Looks at the alpha valve.\nMetadata    Supports    {cloud}\n\n\
             *** Tasks ***\nTurn The Valve\n    Log    done\n"
        )
    };
    for (name, cloud) in [("one", "Azure"), ("two", "AWS"), ("three", "Kubernetes")] {
        place.write(&format!("one/codebundles/{name}/runbook.robot"), suite(cloud));
    }
    place.list(&[("one", "path: one")]);
    place.index(0, &[]);
    let relevance = |question: &str| {
        let answer = place.run(&["search", "--min", "0", "--format", "json", question]).exits(0).json();
        let hits = answer["hits"].as_array().unwrap().iter();
        let platform = |hit: &Value| hit["platform"].as_str().map(str::to_owned);
        hits.filter_map(|hit| Some((platform(hit)?, hit["relevance"].as_f64()?))).collect::<BTreeMap<_, _>>()
    };
    let all = relevance("alpha valve");
    let some = relevance("alpha valve of rds");
    assert!(all["Azure"] > all["Kubernetes"], "{all:?}");
    assert!(some["AWS"] > some["Azure"] && some["Kubernetes"] > some["Azure"], "{some:?}");
}

#[test]
fn what_says_the_same_is_one_hit() {
    let place = Workplace::new();
    for collection in ["one", "two"] {
        place.bundle(collection, "alpha", "Alpha Check", "Look at the alpha valve");
    }
    place.bundle("two", "beta", "Beta Check", "Look at the alpha valve of beta");
    let base = "class Pump:\n    def open_valve(self, turns):\n        \"\"\"Opens the alpha valve.\"\"\"\n";
    let heirs =
        ["Old", "New"].map(|name| format!("\nclass {name}(Pump):\n    def close(self):\n        pass\n"));
    place.write("one/libraries/Pumps/__init__.py", "");
    place.write("one/libraries/Pumps/base.py", base);
    for (name, heir) in [("Old", &heirs[0]), ("New", &heirs[1])] {
        place.write(&format!("one/libraries/Pumps/{name}.py"), format!("from .base import Pump\n{heir}"));
    }
    place.list(&[("one", "path: one"), ("two", "path: two")]);
    place.index(0, &[]);
    let found = |arguments: &[&str]| {
        let json =
            place.run(&[&["search", "alpha valve", "--format", "json"], arguments].concat()).exits(0).json();
        let hits = json["hits"].as_array().unwrap();
        let hits = hits.iter().map(|hit| (hit["id"].clone(), hit["also"].clone())).collect::<Vec<_>>();
        (json["total"].clone(), hits)
    };
    let alpha = (json!("one/alpha"), json!(["two/alpha"]));
    let beta = (json!("two/beta"), Value::Null);
    assert_eq!(found(&["--kind", "codebundle"]), (json!(3), vec![alpha, beta.clone()]));
    assert_eq!(found(&["--kind", "codebundle", "--offset", "2"]), (json!(3), vec![beta]));
    let text = place.run(&["search", "alpha valve", "--kind", "codebundle", "-n", "1"]).exits(0);
    assert!(text.stdout.contains("\n   also two/alpha\n"), "{}", text.stdout);
    assert!(text.stderr.contains("2 of 3 hits; more with `--offset 2`"), "{}", text.stderr);
    let (total, keywords) = found(&["--kind", "keyword"]);
    let one_in_two = (json!("one/Pumps.New#Open Valve"), json!(["one/Pumps.Old#Open Valve"]));
    assert_eq!((total, keywords), (json!(2), vec![one_in_two]));
}

#[test]
fn unknown_values_of_filters_are_told() {
    let said = |arguments: &[&str], words: &[&str]| {
        ccr(&[&["search", "pod"], arguments].concat()).exits(1).says(words);
    };
    said(&["--platform", "Amiga"], &["platform `Amiga`", "Kubernetes"]);
    said(&["--collection", "nobody"], &["collection `nobody`", "acme"]);
    said(&["--tag", "no-such-tag"], &["tag `no-such-tag`"]);
    ccr(&["search", "pod", "--kind", "gizmo"]).exits(2).says(&["gizmo", "codebundle"]);
    ccr(&["search", "pod", "--access", "none"]).exits(2).says(&["read-only"]);
    ccr(&["search", "pod", "--min", "2"]).exits(2).says(&["0 to 1"]);
    ccr(&["search", "pod", "-n", "0"]).exits(2).says(&["1..=1000"]);
    ccr(&["search"]).exits(2).says(&["QUERY"]);
}

#[test]
fn a_hidden_collection_is_found_by_its_name_only() {
    assert_eq!(ids(&["carpet"]), [""; 0]);
    assert_eq!(ids(&["carpet", "--kind", "codebundle"]), [""; 0]);
    let named = ids(&["carpet", "--collection", "hidden"]);
    assert!(named.contains(&"hidden/under-the-carpet".to_owned()), "{named:?}");
    let listed = ccr(&["list", "codebundles"]).exits(0).stdout;
    assert!(!listed.contains("carpet"), "{listed}");
    assert!(ccr(&["list", "codebundles", "--collection", "hidden"]).exits(0).stdout.contains("carpet"));
    ccr(&["show", "hidden/under-the-carpet"]).exits(0);
}

#[test]
fn pages_follow_each_other() {
    let all = ids(&["check", "--min", "0", "-n", "6"]);
    let first = ids(&["check", "--min", "0", "-n", "3"]);
    let second = ids(&["check", "--min", "0", "-n", "3", "--offset", "3"]);
    assert_eq!(all, [first, second].concat());
    assert_eq!(ids(&["check", "--min", "0", "--offset", "4294967295"]), [""; 0]);
}

#[test]
fn no_query_fails() {
    let log = "2026-01-01T00:00:00Z ERROR pod/checkout-7f8b CrashLoopBackOff: \u{1b}[31mOOMKilled\u{1b}[0m\n";
    let long_word = "x".repeat(100_000);
    let queries = [
        "the of and",
        "is it",
        "???",
        "...",
        " ",
        "\t\n",
        "%",
        "_",
        "\"",
        "'",
        "*",
        "\"pod",
        "'pod",
        "pod*",
        "pod%",
        "-pod",
        "\\",
        "NEAR(",
        "a OR",
        "AND",
        "NOT",
        "^pod",
        "pod:",
        "{}",
        "$(x)",
        "🔥",
        "👩‍👩‍👧‍👦 pod",
        "日本語",
        "e\u{301}tat",
        "\u{202e}dop",
        "\u{1}\u{2}pod\u{7f}",
        "\u{feff}pod",
        "acme/k8s-pod-restarts",
        "#",
        "acme/",
        &long_word,
    ];
    for query in queries {
        let ran = ccr(&["search", "--format", "json", "--", query]);
        assert!(matches!(ran.code, Some(0 | 1)), "{query:?}: {ran:?}");
        assert_eq!(ran.json()["query"], query);
        assert_eq!(ran.stderr, "", "{query:?}");
        let text = ccr(&["search", "--", query]);
        assert_eq!(text.code, ran.code, "{query:?}: {text:?}");
    }
    let pasted = log.repeat(100_000 / log.len());
    let ran = ccr(&["search", "--format", "json", "--min", "0", "--", &pasted]).exits(0);
    assert_eq!(ran.json()["hits"][0]["id"], "acme/k8s-pod-restarts");
}

#[test]
fn a_query_is_echoed_without_what_moves_a_terminal() {
    let ran = ccr(&["search", "--", "xyl\u{1b}[2J\u{7}ophone\u{9b}31m"]).exits(1);
    assert!(!ran.stderr.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{:?}", ran.stderr);
}
