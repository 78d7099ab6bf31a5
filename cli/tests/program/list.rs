use crate::workplace::ccr;

#[test]
fn every_kind_can_be_listed() {
    let check = |kind: &str, count: usize| {
        let ran = ccr(&["list", kind, "--format", "json"]).exits(i32::from(count == 0));
        let json = ran.json();
        assert_eq!(json.as_array().unwrap().len(), count, "{kind}");
        assert_eq!(ccr(&["list", kind]).stdout.lines().count(), count, "{kind}");
    };
    check("codebundles", 8);
    check("codebundle", 8);
    check("collections", 1);
    check("tasks", 22);
    check("scripts", 12);
}

#[test]
fn entries_are_hits_without_what_only_a_question_gives() {
    let json = ccr(&["list", "codebundles", "--format", "json"]).exits(0).json();
    let mut keys: Vec<&String> = json[0].as_object().unwrap().keys().collect();
    keys.sort();
    let expected = [
        "access",
        "collection",
        "id",
        "kind",
        "line",
        "path",
        "platform",
        "summary",
        "symbol",
        "tags",
        "title",
        "url",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn filters() {
    let listed = |arguments: &[&str]| ccr(&[&["list", "codebundles"], arguments].concat());
    let gcp = listed(&["--platform", "gcp"]).exits(0).stdout;
    assert!(gcp.contains("acme/gcp-quota-usage") && !gcp.contains("acme/aws"), "{gcp}");
    listed(&["--platform", "Azure", "--access", "read-write"]).exits(1);
    listed(&["--tag", "nope"]).exits(1).says(&["tag `nope`"]);
    ccr(&["list", "gizmos"]).exits(2).says(&["codebundle"]);
}
