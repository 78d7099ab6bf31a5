//! Sources that were read whole and have next to nothing left.

use std::fs;

use crate::workplace::{Workplace, git};

/// Empties the collection `one`, as a mount that is not there does.
fn empty(place: &Workplace) {
    fs::rename(place.path("one/codebundles"), place.path("away")).unwrap();
}

#[test]
fn an_empty_folder_removes_nothing() {
    let place = Workplace::indexed();
    empty(&place);
    let ran = place.run(&["index"]).exits(1);
    ran.says(&["one: it was read whole and has 0 of the 2 CodeBundles", "`--accept-shrink one`"]);
    assert_eq!(place.bundles(), ["one/alpha", "one/beta"]);
    // Neither again, nor by force.
    place.index(1, &[]);
    place.index(1, &["--force"]);
    assert_eq!(place.bundles(), ["one/alpha", "one/beta"]);
    fs::rename(place.path("away"), place.path("one/codebundles")).unwrap();
    assert_eq!(place.index(0, &[])["sources"][0]["outcome"], "unchanged");
    assert!(place.run(&["status"]).exits(0).stdout.contains("good"));
}

#[test]
fn fewer_than_a_tenth_is_next_to_nothing() {
    let place = Workplace::new();
    for number in 0..21 {
        place.bundle("one", &format!("bundle-{number}"), "Valve Check", "Look at the valve");
    }
    place.list(&[("one", "path: one")]);
    place.index(0, &[]);
    let remove = |number: u32| {
        fs::remove_dir_all(place.path(&format!("one/codebundles/bundle-{number}"))).unwrap();
    };
    (0..18).for_each(remove);
    place.bundle("one", "bundle-0", "Valve Check", "Look at the valve");
    place.index(0, &[]);
    assert_eq!(place.bundles().len(), 4, "what is removed bit by bit is removed");
    place.run(&["index", "--rollback"]).exits(0);
    [0, 18, 19].into_iter().for_each(remove);
    place.index(1, &[]);
    assert_eq!(place.bundles().len(), 21);
}

#[test]
fn what_was_there_before_a_shrink_is_kept() {
    let place = Workplace::indexed();
    empty(&place);
    place.run(&["index", "--accept-shrink", "two"]).exits(2).says(&["`two` is not in the sources"]);
    place.index(0, &["--accept-shrink", "one"]);
    assert!(place.bundles().is_empty());
    for number in 0..5 {
        place.write("one/README.md", format!("# Edition {number}\n"));
        place.index(0, &[]);
    }
    let generations = || {
        let names = fs::read_dir(place.path("data/index/generations")).unwrap();
        let mut names: Vec<String> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(generations(), ["000001", "000005", "000006", "000007"]);
    for _ in 0..3 {
        place.run(&["index", "--rollback"]).exits(0);
    }
    assert_eq!((place.generation(), place.bundles().len()), (1, 2));
    // Once there is as much again, nothing has to be kept.
    place.run(&["index", "--accept-shrink", "one"]).exits(0);
    fs::rename(place.path("away"), place.path("one/codebundles")).unwrap();
    for number in 0..4 {
        place.write("one/README.md", format!("# Another edition {number}\n"));
        place.index(0, &[]);
    }
    assert_eq!(generations(), ["000010", "000011", "000012"]);
}

#[test]
fn two_commits_that_say_the_same_are_believed() {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
    place.commit("one");
    place.list(&[("one", "git_url: ./one")]);
    place.index(0, &[]);
    git(&place.path("one"), &["rm", "--quiet", "-r", "codebundles"]);
    place.write("one/README.md", "# Empty\n");
    place.commit("one");
    place.index(1, &[]);
    place.index(1, &[]);
    assert_eq!(place.bundles(), ["one/alpha"]);
    place.write("one/README.md", "# Still empty\n");
    place.commit("one");
    assert_eq!(place.index(0, &[])["sources"][0]["outcome"], "fresh");
    assert!(place.bundles().is_empty());
    place.run(&["index", "--rollback"]).exits(0);
    assert_eq!(place.bundles(), ["one/alpha"]);
}

/// What was seen once and went away again does not make the next time the second.
#[test]
fn a_commit_that_was_taken_back_confirms_nothing() {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
    place.commit("one");
    place.list(&[("one", "git_url: ./one")]);
    place.index(0, &[]);
    let empty = |text: &str| {
        git(&place.path("one"), &["rm", "--quiet", "-r", "codebundles"]);
        place.write("one/README.md", text);
        place.commit("one");
        place.index(1, &[]);
        git(&place.path("one"), &["reset", "--quiet", "--hard", "HEAD~1"]);
    };
    empty("# Empty\n");
    assert_eq!(place.index(0, &[])["sources"][0]["outcome"], "unchanged");
    empty("# Empty once more\n");
    assert_eq!(place.bundles(), ["one/alpha"]);
}

#[test]
fn an_empty_folder_of_documentation() {
    let place = Workplace::indexed();
    place.write("docs/a.md", "# Page\n\nAbout the crane.\n");
    place.write("docs/b.md", "# Other\n\nAbout the tides.\n");
    place.write(
        "sources.yaml",
        "codecollections: [{slug: one, path: one}]\nsources: {guides: [{name: Docs, path: docs}]}\n\
         index_config: {standard_libraries: false}\n",
    );
    place.index(0, &[]);
    let pages = || {
        let json = place.run(&["list", "documentation", "--format", "json"]).json();
        json.as_array().map_or(0, Vec::len)
    };
    fs::rename(place.path("docs"), place.path("away")).unwrap();
    fs::create_dir(place.path("docs")).unwrap();
    for _ in 0..2 {
        let summary = place.index(1, &[]);
        assert_eq!(summary["sources"][1]["outcome"], "stale", "{summary}");
        assert_eq!(pages(), 2);
    }
    assert_eq!(place.index(1, &[])["published"], false, "the same again is nothing new");
    place.index(1, &["--accept-shrink", "documentation"]);
    assert_eq!(pages(), 0);
    fs::remove_dir(place.path("docs")).unwrap();
    fs::rename(place.path("away"), place.path("docs")).unwrap();
    place.index(0, &[]);
    assert_eq!(pages(), 2);
}

#[test]
fn sources_that_rendered_empty_remove_nothing() {
    let place = Workplace::indexed();
    for text in ["codecollections: []\n", "codecollections: []\nsources: {}\n", "codecollections:\n"] {
        place.write("sources.yaml", text);
        place.run(&["index"]).exits(2).says(&["no sources are listed", "1"]);
        assert_eq!(place.bundles(), ["one/alpha", "one/beta"], "{text}");
    }
}

#[test]
fn collections_that_rendered_empty_beside_documentation_stay() {
    let place = Workplace::indexed();
    place.write("docs/guide.md", "# Guide\n\nHow the valves are read.\n");
    for empty in ["codecollections: []", "codecollections:", ""] {
        let documentation = "sources: { documentation: [{ name: Guide, path: docs }] }";
        place.write("sources.yaml", format!("{empty}\n{documentation}\n"));
        place.run(&["index"]).exits(2).says(&["lists no collection", "has one", "`--accept-shrink SLUG`"]);
        assert_eq!(place.bundles(), ["one/alpha", "one/beta"], "{empty}");
    }
    place.index(0, &["--accept-shrink", "one"]);
    assert_eq!(place.bundles(), Vec::<String>::new());
}
