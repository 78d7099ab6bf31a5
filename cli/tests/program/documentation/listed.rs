//! What `sources.yaml` says of pages that nobody could read.

use std::fs;

use serde_json::{Value, json};

use crate::workplace::{Workplace, project};

/// A file of the shape of the reference registry's: nine categories with 37 entries, of which 31 have an
/// address and two are about one page.
fn reference_shape() -> Workplace {
    let place = Workplace::new();
    let text = fs::read(project().join("tests/fixtures/documentation/reference-shape.yaml")).unwrap();
    place.write("sources.yaml", text);
    place
}

#[track_caller]
fn found(place: &Workplace, arguments: &[&str]) -> Vec<Value> {
    let arguments = [&["search", "--format", "json"], arguments].concat();
    place.run(&arguments).json()["hits"].as_array().unwrap().clone()
}

#[test]
fn every_entry_of_a_file_of_the_references_shape_is_found_although_no_page_can_be_read() {
    let place = reference_shape();
    place.run(&["sources", "check"]).exits(0);
    let summary = place.index(1, &["--offline"]);
    let source = &summary["sources"][0];
    assert_eq!(
        (&source["slug"], &source["outcome"], &source["counts"]),
        (&json!("documentation"), &json!("fresh"), &json!({"documentation": 37}))
    );
    let listed = place.run(&["list", "documentation", "--format", "json"]).exits(0).json();
    assert_eq!(listed.as_array().unwrap().len(), 37);
    let problems = source["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 30, "one for each page that cannot be read");
    assert!(problems.iter().all(|problem| problem["path"].as_str().unwrap().starts_with("https://")));
    let page = "https://docs.example.org/authors/basics";
    for (question, id) in [
        ("what goes into a sli.robot", "faq:what-goes-into-a-sli-robot"),
        ("environment variables of a bundle", &format!("{page}#Basics-EnvironmentVariables")),
        ("writing tools", page),
    ] {
        assert_eq!(found(&place, &["--kind", "documentation", question])[0]["id"], id);
    }
    let tagged = found(&place, &["--kind", "documentation", "--tag", "faq", "--min", "0", "how do I"]);
    assert!(!tagged.is_empty() && tagged.iter().all(|hit| hit["tags"][0] == "faq"), "{tagged:?}");
    let again = place.index(1, &["--offline"]);
    assert_eq!(
        (&again["published"], &again["sources"][0]["outcome"]),
        (&json!(false), &json!("unchanged")),
        "what cannot be read is told again and changes nothing"
    );
    assert_eq!(again["sources"][0]["problems"].as_array().unwrap().len(), 30);
}

#[test]
fn a_question_is_found_with_its_answer_and_bundles_come_first() {
    let place = Workplace::indexed();
    let listed = "codecollections: [{slug: one, path: one}]\nindex_config: {standard_libraries: false}\n\
                  sources:\n  faq:\n    - question: How do I open the alpha valve?\n      answer: |\n        \
                  Turn the handle of the *alpha valve* to the left:\n\n        ```bash\n        valvectl open alpha\n        ```\n      \
                  topics: [valves]\n    - name: Valve lore\n      description: What valves were like before.\n      priority: low\n";
    place.write("sources.yaml", listed);
    let summary = place.index(0, &[]);
    assert_eq!(summary["counts"]["documentation"], 2);
    assert_eq!(found(&place, &["alpha valve"])[0]["id"], "one/alpha");
    let answered = found(&place, &["how do I open the alpha valve"]);
    assert_eq!(answered[0]["id"], "faq:how-do-i-open-the-alpha-valve");
    let hit = &found(&place, &["--kind", "documentation", "valvectl open"])[0];
    let contract = [
        "access",
        "collection",
        "id",
        "kind",
        "line",
        "matches",
        "path",
        "platform",
        "relevance",
        "summary",
        "symbol",
        "tags",
        "title",
        "url",
    ];
    let mut fields: Vec<&String> = hit.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, contract);
    assert_eq!((&hit["collection"], &hit["url"]), (&json!(""), &json!(null)));
    assert_eq!(hit["summary"], "Turn the handle of the alpha valve to the left:");
    assert!(hit["matches"][0]["snippet"].as_str().unwrap().contains("valvectl open alpha"), "{hit}");
    let shown = place.run(&["show", "faq:how-do-i-open-the-alpha-valve"]).exits(0).stdout;
    assert!(shown.contains("to the left") && shown.contains("    valvectl open alpha"), "{shown}");
    let named = found(&place, &["--kind", "documentation", "--tag", "priority:low", "--min", "0", "valve"]);
    assert_eq!((named.len(), &named[0]["tags"]), (1, &json!(["faq", "priority:low"])));
}

#[test]
fn what_is_more_important_comes_first_where_both_answer_alike() {
    let place = Workplace::new();
    let entry = |priority: &str| {
        format!("    - {{name: Pumps, description: How to prime them., priority: {priority}}}\n")
    };
    let entries: String = ["low", "medium", "high"].map(entry).concat();
    place.write(
        "sources.yaml",
        format!("index_config: {{standard_libraries: false}}\nsources:\n  d:\n{entries}"),
    );
    place.index(0, &[]);
    let hits = found(&place, &["prime pumps"]);
    assert_eq!((hits.len(), &hits[0]["id"]), (1, &json!("page:pumps-3")));
    assert_eq!(hits[0]["also"], json!(["page:pumps-2", "page:pumps"]), "in their order");
}

#[test]
fn settings_and_what_a_run_is_about() {
    let place = Workplace::indexed();
    let write = |config: &str, documentation: &str| {
        place.write(
            "sources.yaml",
            format!(
                "codecollections: [{{slug: one, path: one}}]\n\
                 index_config: {{standard_libraries: false, {config}}}\nsources:\n  faq: [{documentation}]\n"
            ),
        );
    };
    let answer = r#"{question: How?, answer: "So.\n\n```\nzeppelin\n```\n"}"#;
    write("include_code_examples: true", answer);
    let dry = place.index(0, &["--dry-run"]);
    assert_eq!((&dry["published"], &dry["changes"]["added"]), (&json!(false), &json!(1)));
    assert_eq!(found(&place, &["--kind", "documentation", "--min", "0", "how"]).len(), 0);
    place.index(0, &["--only", "documentation"]);
    assert_eq!(found(&place, &["--kind", "documentation", "--min", "0", "zeppelin"]).len(), 1);
    write("include_code_examples: false", answer);
    let summary = place.index(0, &["--only", "documentation"]);
    assert_eq!(
        (&summary["sources"][0]["outcome"], &summary["changes"]["changed"]),
        (&json!("kept"), &json!(1))
    );
    assert_eq!(found(&place, &["--kind", "documentation", "--min", "0", "zeppelin"]).len(), 0);
    // Without a page to read there is nothing that could fail.
    write("crawl_linked_pages: false", "{name: Far, url: 'https://docs.example.org/', description: Away.}");
    let summary = place.index(0, &[]);
    assert_eq!((&summary["changes"]["added"], &summary["changes"]["removed"]), (&json!(1), &json!(1)));
    place.index(0, &["--only", "one"]);
    assert_eq!(found(&place, &["--kind", "documentation", "far away"]).len(), 1);
    // What is listed no more goes.
    place.list(&[("one", "path: one")]);
    assert_eq!(place.index(0, &[])["changes"]["removed"], 1);
    place.run(&["index", "--only", "documentation"]).exits(2).says(&["documentation", "one"]);
}

#[test]
fn documentation_that_nobody_read_makes_no_first_generation_where_all_else_failed() {
    let place = Workplace::new();
    let listed =
        "codecollections: [{slug: one, path: nowhere}]\nsources: {faq: [{question: How?, answer: So.}]}\n";
    place.write("sources.yaml", listed);
    let summary = place.index(1, &[]);
    assert_eq!((&summary["published"], &summary["sources"][1]["outcome"]), (&json!(false), &json!("failed")));
}
