use std::fs;

use crate::workplace::Workplace;

#[test]
fn a_first_file_that_is_right() {
    let place = Workplace::new();
    let ran = place.run(&["init"]).exits(0).says(&["ccr sources check"]);
    assert!(ran.stdout.contains("wrote `sources.yaml`"));
    place.run(&["sources", "check"]).exits(0);
    place.run(&["init"]).exits(2).says(&["`sources.yaml` exists", "hint", "--force"]);
    place.write("sources.yaml", "mine");
    place.run(&["init", "--force", "--quiet"]).exits(0);
    assert!(fs::read_to_string(place.path("sources.yaml")).unwrap().contains("codecollections"));
    assert_eq!(place.run(&["init", "b.yaml", "--format", "json"]).exits(0).json()["written"], "b.yaml");
    place.run(&["init", "no/such/folder/x.yaml"]).exits(2).says(&["no/such/folder/x.yaml", "caused by"]);
}

#[test]
fn what_the_file_shows_in_comments_is_right_too() {
    let place = Workplace::new();
    place.run(&["init"]).exits(0);
    let text = fs::read_to_string(place.path("sources.yaml")).unwrap();
    let (before, shown) = text.split_once("# sources:").unwrap();
    let shown = format!("# sources:{shown}").replace("\n# ", "\n").replacen("# sources", "sources", 1);
    place.write("sources.yaml", format!("{before}{shown}").replace("# crawl:", "crawl:"));
    let checked = place.run(&["sources", "check", "--format", "json"]).exits(0).json();
    assert_eq!((&checked["documentation_entries"], &checked["notes"]), (&3.into(), &serde_json::json!([])));
}
