use serde_json::json;

use crate::workplace::{Workplace, ccr, project};

#[test]
fn a_bundle_a_task_a_script_and_a_collection() {
    let check = |id: &str, title: &str, key: &str| {
        let text = ccr(&["show", id]).exits(0);
        assert!(text.stdout.starts_with(title), "{id}: {}", text.stdout);
        assert_eq!(text.stderr, "");
        let json = ccr(&["show", id, "--format", "json"]).exits(0).json();
        assert!(!json[key].is_null(), "{id}: {json}");
    };
    check("acme/k8s-pod-restarts", "Kubernetes Pod Restart Triage", "user_variables");
    check("k8s-pod-restarts", "Kubernetes Pod Restart Triage", "tasks");
    let task = "acme/k8s-pod-restarts#Score Pod Restarts in Namespace `${NAMESPACE}`";
    check(task, "Score Pod Restarts", "codebundle");
    check("acme/codebundles/k8s-pod-restarts/pod_restarts.sh", "pod_restarts.sh", "language");
    check("acme/Acme.Certificates", "Acme.Certificates", "keywords");
    check("Acme.Certificates#Get Days Until Expiry", "Get Days Until Expiry", "callers");
    check("acme", "Collection acme", "counts");
    assert!(ccr(&["show", "acme"]).exits(0).stdout.contains("\nplatform_variable 1\n"));
}

#[test]
fn a_keyword_names_the_tasks_that_call_it() {
    let json = ccr(&["show", "Acme.Certificates#Get Days Until Expiry", "--format", "json"]).exits(0).json();
    assert_eq!(json["library"], "Acme.Certificates");
    assert_eq!(json["symbol"], "get_days_until_expiry");
    let bundle = "codebundles/tls-certificate-expiry";
    for (caller, file, line) in [(0, "sli.robot", 16), (1, "runbook.robot", 21)] {
        let caller = &json["callers"][caller];
        assert_eq!(caller["codebundle"], "acme/tls-certificate-expiry");
        assert_eq!((&caller["path"], &caller["line"]), (&json!(format!("{bundle}/{file}")), &json!(line)));
    }
    assert_eq!(json["callers"][0]["task"], "Push Days Until the Certificate of `${HOST}` Expires");
}

#[test]
fn a_keyword_that_libdoc_cannot_document_has_its_documentation() {
    let place = Workplace::indexed();
    let text =
        "def turn_on(pump):\n    \"\"\"Starts it.\n\n    Args:\n        speed: of the rotor\n    \"\"\"\n";
    place.write("one/libraries/Pumps.py", text);
    place.index(0, &[]);
    let json = place.run(&["show", "one/Pumps#Turn On", "--format", "json"]).exits(0).json();
    assert_eq!(
        (&json["doc"], &json["short_doc"]),
        (&json!("Starts it.\n\nArgs:\n    speed: of the rotor"), &json!("Starts it."))
    );
    assert_eq!(json["libdoc_error"], "Documentation given to non-existing argument 'speed'.");
    let shown = place.run(&["show", "one/Pumps#Turn On"]).exits(0).stdout;
    assert!(shown.contains("Libdoc says Documentation given to"), "{shown}");
    let found = place.run(&["search", "--kind", "keyword", "rotor", "--format", "json"]).exits(0).json();
    assert_eq!(found["hits"][0]["id"], "one/Pumps#Turn On");
}

#[test]
fn a_name_that_two_collections_use_shows_neither() {
    let place = Workplace::new();
    place.bundle("one", "same", "First", "Look Here");
    place.bundle("two", "same", "Second", "Look There");
    place.list(&[("one", "path: one"), ("two", "path: two")]);
    place.index(0, &[]);
    place.run(&["show", "same"]).exits(1).says(&["more than one thing", "one/same, two/same"]);
    assert!(place.run(&["show", "two/same"]).exits(0).stdout.starts_with("Second"));
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let ran = ccr(&["show", "acme/k8s-pod"]).exits(1).says(&["acme/k8s-pod`", "acme/k8s-pod-restarts"]);
    assert_eq!(ran.stdout, "");
    for id in ["", "%", "_", "'", "no/such#thing", "\u{1b}[2J", "a\"b"] {
        let ran = ccr(&["show", "--", id]).exits(1);
        assert!(ran.stderr.contains("nothing has the id"), "{id:?}: {ran:?}");
        assert!(!ran.stderr.contains('\u{1b}'), "{id:?}");
    }
}

#[test]
fn a_terminal_is_not_obeyed_to() {
    let place = Workplace::new();
    let odd = project().join("tests/fixtures/collections/odd-collection");
    place.list(&[("odd", &format!("path: {}", odd.display()))]);
    place.index(1, &["--fail-on", "problem"]);
    for arguments in [
        &["show", "odd/terminal-escapes"][..],
        &["search", "clears the screen", "--min", "0"],
        &["list", "bundle"],
    ] {
        let colored = place.run(&[arguments, &["--color", "always"]].concat()).exits(0).stdout;
        for obeyed in ["\u{1b}[2J", "\u{1b}]0;", "\u{1b}[8m", "\u{7}", "\u{8}", "\u{202e}"] {
            assert!(!colored.contains(obeyed), "{arguments:?}: {obeyed:?} in {colored:?}");
        }
    }
    let json = place.run(&["show", "odd/terminal-escapes", "--format", "json"]).exits(0).json();
    assert_eq!(json["display_name"], "Terminal \u{1b}[31mEscapes\u{1b}[0m", "programs get what was written");
}
