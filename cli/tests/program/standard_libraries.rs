use crate::workplace::Workplace;

/// A place whose `sources.yaml` says nothing of the standard libraries.
fn place() -> Workplace {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
    place.write("sources.yaml", "codecollections: [{slug: one, path: one}]\n");
    place
}

#[test]
fn they_are_found_by_name_and_lead_to_their_pages() {
    let place = place();
    let summary = place.index(0, &[]);
    assert_eq!(summary["sources"][1]["slug"], "robotframework");
    assert_eq!(summary["sources"][1]["outcome"], "fresh");
    for (query, id) in [
        ("Run Process", "robotframework/Process#Run Process"),
        ("get_from_dictionary", "robotframework/Collections#Get From Dictionary"),
    ] {
        let json = place.run(&["search", "--kind", "keyword", "--format", "json", query]).exits(0).json();
        assert_eq!(json["hits"][0]["id"], id);
        assert_eq!(json["hits"][0]["path"], serde_json::Value::Null);
    }
    let json = place.run(&["search", "--format", "json", "Run Process"]).exits(0).json();
    assert_eq!(json["hits"][0]["id"], "robotframework/Process");
    let shown = place.run(&["show", "BuiltIn#Run Keyword If"]).exits(0).stdout;
    let page = "https://robotframework.org/robotframework/7.5/libraries/BuiltIn.html#Run%20Keyword%20If";
    assert!(shown.contains(page) && !shown.contains("Path"), "{shown}");
    assert!(!shown.contains("```"), "the documentation is shown without its markup: {shown}");
    place.run(&["search", "zeppelin flights"]).exits(1);
    assert!(place.run(&["status"]).exits(0).stdout.contains("robotframework"));
}

#[test]
fn a_run_keeps_them_and_can_be_about_them_only() {
    let place = place();
    place.index(0, &[]);
    let again = place.index(0, &[]);
    assert_eq!(again["published"], false);
    assert_eq!(again["sources"][1]["outcome"], "unchanged");
    let only = place.index(0, &["--only", "robotframework", "--force"]);
    assert_eq!(
        (&only["sources"][0]["outcome"], &only["sources"][1]["outcome"]),
        (&"kept".into(), &"fresh".into())
    );
    let other = place.index(0, &["--only", "one", "--force"]);
    assert_eq!(
        (&other["sources"][0]["outcome"], &other["sources"][1]["outcome"]),
        (&"fresh".into(), &"kept".into())
    );
    assert_eq!(other["changes"]["removed"], 0);
}

#[test]
fn they_can_be_switched_off() {
    let place = place();
    place.index(0, &[]);
    place.write(
        "sources.yaml",
        "codecollections: [{slug: one, path: one}]\nindex_config: {standard_libraries: false}\n",
    );
    let summary = place.index(0, &[]);
    assert_eq!(summary["sources"].as_array().unwrap().len(), 1);
    assert_eq!(summary["counts"]["library"], serde_json::Value::Null);
    place.run(&["search", "Run Process"]).exits(1);
    place.run(&["index", "--only", "robotframework"]).exits(2).says(&["robotframework"]);
}

#[test]
fn they_alone_make_no_first_generation() {
    let place = Workplace::new();
    place.write("sources.yaml", "codecollections: [{slug: one, path: nowhere}]\n");
    let summary = place.index(1, &["--fail-on", "problem"]);
    assert_eq!((&summary["published"], &summary["generation"]), (&false.into(), &serde_json::Value::Null));
}
