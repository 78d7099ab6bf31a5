//! Folders of documentation: of a repository, of a collection, of the disk.

use std::fs;

use serde_json::{Value, json};

use crate::workplace::{Workplace, project};

/// A place whose handbook is a git repository, beside a collection with documentation of its own.
fn place() -> Workplace {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
    place.write("one/codebundles/alpha/README.md", "# Alpha\nThe bundle's own text.\n");
    place.write("one/docs/running.md", "# Running\n\n## At night\n\nDim the lamps of the tower.\n");
    let handbook = project().join("tests/fixtures/documentation/handbook");
    for path in ["guides/crane.md", "guides/tides.rst", "notes.txt", "guides/requirements.txt"] {
        place.write(&format!("handbook/{path}"), fs::read(handbook.join(path)).unwrap());
    }
    place.commit("handbook");
    place.commit("one");
    place.write(
        "sources.yaml",
        "codecollections: [{slug: one, git_url: one}]\nindex_config: {standard_libraries: false}\n\
         sources:\n  handbook:\n    - {name: Harbour, git_url: handbook, path: guides/, topics: [harbour], priority: high}\n    \
         - {name: Ours, collection: one}\n    - {name: Notes, path: handbook}\n",
    );
    place
}

#[track_caller]
fn found(place: &Workplace, question: &str) -> Vec<Value> {
    let ran = place.run(&["search", "--kind", "documentation", "--format", "json", question]);
    ran.json()["hits"].as_array().unwrap().clone()
}

#[track_caller]
fn listed(place: &Workplace) -> Vec<String> {
    let json = place.run(&["list", "documentation", "--format", "json"]).exits(0).json();
    json.as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn files_are_pages_with_sections() {
    let place = place();
    let summary = place.index(0, &[]);
    assert_eq!(summary["sources"][1]["outcome"], "fresh");
    let expected = [
        "docs:handbook/guides/crane.md",
        "docs:handbook/guides/tides.rst",
        "docs:one/docs/running.md",
        "docs:handbook/notes.txt",
    ];
    assert_eq!(listed(&place), expected, "a bundle's README is found with the bundle");
    let hit = &found(&place, "grease the slewing ring")[0];
    assert_eq!(
        (&hit["id"], &hit["title"], &hit["path"]),
        (&json!("docs:handbook/guides/crane.md"), &json!("The crane"), &json!("guides/crane.md"))
    );
    assert_eq!(hit["matches"][0]["id"], "docs:handbook/guides/crane.md#every-week");
    assert_eq!(hit["tags"], json!(["handbook", "harbour", "priority:high"]));
    assert_eq!(found(&place, "spring tide")[0]["matches"][0]["title"], "Spring tides");
    assert_eq!(found(&place, "dim the lamps")[0]["id"], "docs:one/docs/running.md");
    let shown = place.run(&["show", "docs:handbook/guides/crane.md#every-week"]).exits(0).stdout;
    assert!(shown.contains("cranectl lock") && shown.contains("guides/crane.md"), "{shown}");
}

#[test]
fn a_repository_that_cannot_be_read_keeps_its_pages() {
    let place = place();
    place.index(0, &[]);
    assert_eq!(place.index(0, &[])["published"], false);
    place.write("handbook/guides/crane.md", "# The crane\n\n## Every day\n\nSweep the cabin.\n");
    place.commit("handbook");
    let summary = place.index(0, &[]);
    assert_eq!(summary["sources"][1]["outcome"], "fresh");
    assert_eq!(found(&place, "sweep the cabin")[0]["matches"][0]["title"], "Every day");
    // The remote is away: the clone still has the pages.
    fs::rename(place.path("handbook"), place.path("away")).unwrap();
    let summary = place.index(1, &["--only", "documentation"]);
    assert_eq!(summary["sources"][1]["outcome"], "stale");
    assert_eq!(listed(&place).len(), 4);
    // The clone is away too: the index in service still has them.
    fs::remove_dir_all(place.path("data/clones")).unwrap();
    place.index(1, &[]);
    assert_eq!(listed(&place).len(), 4);
    assert_eq!(found(&place, "sweep the cabin")[0]["matches"][0]["title"], "Every day");
    fs::rename(place.path("away"), place.path("handbook")).unwrap();
    assert_eq!(place.index(0, &[])["sources"][1]["outcome"], "fresh");
}

#[test]
fn a_folder_without_pages_is_told() {
    let place = Workplace::indexed();
    let listed =
        "codecollections: [{slug: one, path: one}]\nsources: {d: [{name: N, collection: one, path: docs}]}\n";
    place.write("sources.yaml", listed);
    let summary = place.index(1, &[]);
    let problem = &summary["sources"][1]["problems"][0];
    assert_eq!(problem["path"], "docs:one/docs");
    assert!(problem["message"].as_str().unwrap().contains("no Markdown or text files"), "{problem}");
}
