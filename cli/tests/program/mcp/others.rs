use serde_json::{Value, json};

use super::client::Client;

const BUNDLE: &str = "ccr://codebundle/acme/k8s-pod-restarts";

#[test]
fn bundles_and_libraries_are_resources() {
    let mut client = Client::of_examples();
    let listed = client.result("resources/list", json!({}));
    let uris: Vec<&str> = listed["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|resource| resource["uri"].as_str().unwrap())
        .collect();
    assert_eq!(uris.len(), 8 + 3, "{uris:?}");
    assert!(uris.contains(&BUNDLE) && uris.contains(&"ccr://library/acme/Acme.Certificates"), "{uris:?}");
    for uri in uris {
        let read = client.result("resources/read", json!({"uri": uri}));
        let contents = &read["contents"][0];
        assert_eq!((&contents["uri"], &contents["mimeType"]), (&json!(uri), &json!("text/markdown")));
        assert!(contents["text"].as_str().unwrap().starts_with("# "), "{contents}");
    }
    let read = client.result("resources/read", json!({"uri": BUNDLE}));
    let text = read["contents"][0]["text"].as_str().unwrap();
    for held in ["Kubernetes Pod Restart Triage", "## Tasks", "## Variables", "NAMESPACE", "## README"] {
        assert!(text.contains(held), "no {held} in {text}");
    }
    let templates = client.result("resources/templates/list", json!({}));
    assert_eq!(templates["resourceTemplates"].as_array().unwrap().len(), 3);
    for wrong in
        ["ccr://codebundle/acme/nope", "ccr://library/acme/k8s-pod-restarts", "file:///etc/passwd", ""]
    {
        let (code, message) = client.error("resources/read", json!({"uri": wrong}));
        assert_eq!(code, -32002, "{message}");
    }
    assert_eq!(client.error("resources/list", json!({"cursor": "x"})).0, -32602);
}

#[test]
fn prompts_carry_what_the_index_knows() {
    let mut client = Client::of_examples();
    let prompts = client.result("prompts/list", json!({}))["prompts"].clone();
    let names: Vec<&str> =
        prompts.as_array().unwrap().iter().map(|prompt| prompt["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["triage_symptom", "write_codebundle", "use_keyword"]);
    let mut filled = |name: &str, arguments: Value, held: &[&str]| {
        let prompt = client.result("prompts/get", json!({"name": name, "arguments": arguments}));
        let text = prompt["messages"][0]["content"]["text"].as_str().unwrap().to_owned();
        held.iter().for_each(|held| assert!(text.contains(held), "no {held} in {text}"));
    };
    let symptom = json!({"symptom": "pods keep restarting", "platform": "k8s"});
    filled("triage_symptom", symptom, &["pods keep restarting", "acme/k8s-pod-restarts", "read-write"]);
    let purpose = json!({"purpose": "check that certificates do not expire"});
    filled("write_codebundle", purpose, &["acme/tls-certificate-expiry", "RW.Core.Add Issue"]);
    let like = json!({"purpose": "count widgets", "like": "acme/postgres-health"});
    filled("write_codebundle", like, &["acme/postgres-health"]);
    filled("use_keyword", json!({"keyword": "Get Days Until Expiry"}), &["Acme.Certificates", "Example"]);

    let missing = client.error("prompts/get", json!({"name": "triage_symptom"}));
    assert_eq!(missing, (-32602, "the prompt needs `symptom`, a text".to_owned()));
    let unknown = client.error("prompts/get", json!({"name": "nope"}));
    assert!(unknown.0 == -32602 && unknown.1.contains("triage_symptom"), "{unknown:?}");
    let wrong = json!({"name": "triage_symptom", "arguments": {"symptom": "x", "platform": "azur"}});
    assert!(client.error("prompts/get", wrong).1.contains("did you mean `Azure`?"));
}

#[test]
fn arguments_are_completed() {
    let mut client = Client::of_examples();
    let mut check = |reference: Value, argument: &str, typed: &str, expected: &[&str]| {
        let argument = json!({"name": argument, "value": typed});
        let completed = client.result("completion/complete", json!({"ref": reference, "argument": argument}));
        assert_eq!(completed["completion"]["values"], json!(expected), "{reference} {argument}");
    };
    let prompt = |name: &str| json!({"type": "ref/prompt", "name": name});
    let template = |uri: &str| json!({"type": "ref/resource", "uri": uri});
    let bundle = "ccr://codebundle/{collection}/{directory}";
    check(
        prompt("use_keyword"),
        "keyword",
        "acme.certificates.get d",
        &["Acme.Certificates.Get Days Until Expiry"],
    );
    check(prompt("triage_symptom"), "platform", "az", &["Azure"]);
    check(prompt("triage_symptom"), "tag", "rollb", &["rollback"]);
    check(prompt("write_codebundle"), "like", "acme/postgres", &["acme/postgres-health"]);
    check(prompt("triage_symptom"), "symptom", "pod", &[]);
    check(template(bundle), "collection", "", &["acme"]);
    check(template(bundle), "directory", "k8s-d", &["k8s-deployment-rollback"]);
    check(template("ccr://library/{collection}/{+name}"), "name", "acme.c", &["Acme.Certificates"]);
    let wrong = json!({"ref": prompt("nope"), "argument": {"name": "x", "value": ""}});
    assert_eq!(client.error("completion/complete", wrong).0, -32602);
    let wrong = json!({"ref": template("nope://x"), "argument": {"name": "x", "value": ""}});
    assert_eq!(client.error("completion/complete", wrong).0, -32602);
}
