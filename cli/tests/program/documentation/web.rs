//! Pages of a site: found by their sections, and never forgotten.

use std::fs;

use serde_json::{Value, json};

use super::site::Site;
use crate::workplace::Workplace;

const GUIDE: &str = "<!doctype html><html><head><title>Pump Guide</title></head><body>\
    <nav><a href=\"/docs/setup\">Setup</a></nav><main><h1 id=\"top\">Pump Guide</h1>\
    <p>Everything about the pumps of the harbour, for those who run them day by day.</p>\
    <h2 id=\"priming\">Priming a pump</h2><p>Fill the casing with water before you start the motor, or it runs dry.</p>\
    <pre><code class=\"language-bash\">pumpctl prime --all</code></pre>\
    <h2 id=\"cavitation\">Cavitation</h2><p>A rattling noise means that the inlet is blocked. Clean the strainer.</p>\
    </main></body></html>";
const SETUP: &str = "<!doctype html><html><head><title>Setup</title></head><body><main><h1>Setup</h1>\
    <p>Bolt the pump to its foundation and connect the pipes.</p>\
    <h2 id=\"alignment\">Alignment</h2><p>Use a laser to align the shaft with the motor.</p></main></body></html>";

/// A place whose documentation is a page of the site, and what it links to.
fn place(site: &Site) -> Workplace {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
    place.write(
        "sources.yaml",
        format!(
            "codecollections: [{{slug: one, path: one}}]\nindex_config: {{standard_libraries: false}}\n\
             sources:\n  documentation:\n    - name: Pump Handbook\n      url: {}\n      \
             description: How to run pumps.\n      topics: [pumps]\n      priority: high\n      \
             crawl: {{ depth: 1, same_path: false, allow_private_hosts: ['{}'] }}\n",
            site.url("/docs/guide"),
            site.host()
        ),
    );
    place
}

fn site() -> Site {
    Site::new(&[("/docs/guide", GUIDE), ("/docs/setup", SETUP)])
}

#[track_caller]
fn found(place: &Workplace, question: &str) -> Vec<Value> {
    let ran = place.run(&["search", "--kind", "documentation", "--format", "json", question]);
    ran.json()["hits"].as_array().unwrap().clone()
}

#[test]
fn a_page_is_found_once_by_its_best_section() {
    let site = site();
    let place = place(&site);
    let summary = place.index(0, &[]);
    let guide = site.url("/docs/guide");
    assert_eq!(summary["counts"]["documentation"], 2);
    assert_eq!(summary["sources"][1]["counts"], json!({"documentation": 2, "section": 3}));
    let hits = found(&place, "rattling noise of a pump");
    assert_eq!(hits.iter().filter(|hit| hit["id"] == guide.as_str()).count(), 1);
    let hit = &hits[0];
    assert_eq!(
        (&hit["id"], &hit["title"], &hit["summary"]),
        (&json!(guide), &json!("Pump Handbook"), &json!("How to run pumps."))
    );
    assert_eq!(hit["url"], format!("{guide}#cavitation"));
    assert_eq!(hit["tags"], json!(["documentation", "pumps", "priority:high"]));
    let best = &hit["matches"][0];
    assert_eq!((&best["id"], &best["title"]), (&json!(format!("{guide}#cavitation")), &json!("Cavitation")));
    assert!(best["snippet"].as_str().unwrap().contains("the inlet is blocked"), "{hit}");
    // Where the link led to.
    let aligned = &found(&place, "align the shaft with a laser")[0];
    assert_eq!(aligned["url"], site.url("/docs/setup#alignment"));
    assert_eq!(aligned["tags"][0], "documentation");
    // By code, by its address, and by the address of a section.
    assert_eq!(found(&place, "pumpctl prime")[0]["url"], format!("{guide}#priming"));
    assert_eq!(found(&place, &guide)[0]["url"], json!(guide));
    assert_eq!(found(&place, &format!("{guide}#priming"))[0]["url"], format!("{guide}#priming"));
    let shown = place.run(&["show", "--format", "json", &format!("{guide}#priming")]).exits(0).json();
    assert_eq!(
        (&shown["heading"], &shown["page"]["title"], &shown["code"][0]["text"]),
        (&json!("Priming a pump"), &json!("Pump Handbook"), &json!("pumpctl prime --all"))
    );
    let whole = place.run(&["show", "--format", "json", &format!("{guide}/")]).exits(0).json();
    assert_eq!((&whole["url"], &whole["category"]), (&json!(guide), &json!("documentation")));
    for id in [guide.clone(), format!("{guide}#cavitation")] {
        let text = place.run(&["show", &id]).exits(0).stdout;
        assert!(text.contains("Clean the strainer"), "{text}");
    }
    let listed = place.run(&["list", "documentation", "--format", "json"]).exits(0).json();
    assert_eq!(listed.as_array().unwrap().len(), 2, "sections are listed with their pages");
    assert!(place.run(&["status"]).exits(0).stdout.contains("documentation 2"));
    place.run(&["verify"]).exits(0);
    let again = place.index(0, &[]);
    assert_eq!((&again["published"], &again["sources"][1]["outcome"]), (&json!(false), &json!("unchanged")));
}

#[test]
fn an_outage_keeps_the_text_and_is_told() {
    let site = site();
    let place = place(&site);
    place.index(0, &[]);
    site.set_down(Some(503));
    let down = place.index(1, &[]);
    let source = &down["sources"][1];
    assert_eq!(source["outcome"], "stale", "{source}");
    assert!(source["reason"].as_str().unwrap().contains(&site.url("/docs/guide")), "{source}");
    let is_kept = || {
        let hit = &found(&place, "rattling noise of a pump")[0];
        assert_eq!(hit["url"], site.url("/docs/guide#cavitation"));
        let shown = place.run(&["show", "--format", "json", &site.url("/docs/guide")]).exits(0).json();
        assert!(shown["stale"].is_string(), "{shown}");
        place.run(&["status"]).exits(1);
    };
    is_kept();
    // For another reason it is as stale as it was.
    site.set_down(Some(404));
    let ran = place.run(&["index"]).exits(1).says(&["as they were read last", &site.url("/docs/guide")]);
    assert!(ran.stdout.contains("nothing changed"), "{}", ran.stdout);
    is_kept();
    // A login wall is no text of a page either.
    site.set_down(None);
    let wall = "<html><body><form action=\"/login\"><input name=\"user\"><input type=\"password\"></form></body></html>";
    site.put("/docs/guide", wall);
    place.index(1, &[]);
    assert_eq!(found(&place, "rattling noise of a pump")[0]["url"], site.url("/docs/guide#cavitation"));
    site.put("/docs/guide", GUIDE);
    let up = place.index(0, &[]);
    assert_eq!((&up["sources"][1]["outcome"], &up["published"]), (&json!("fresh"), &json!(true)));
    place.run(&["status"]).exits(0);
}

#[test]
fn a_first_run_without_the_site_has_what_is_listed() {
    let site = site();
    site.set_down(Some(500));
    let place = place(&site);
    let summary = place.index(1, &[]);
    assert_eq!((&summary["published"], &summary["sources"][1]["outcome"]), (&json!(true), &json!("fresh")));
    assert_eq!(summary["sources"][1]["problems"][0]["path"], site.url("/docs/guide"));
    assert_eq!(found(&place, "how to run pumps")[0]["title"], "Pump Handbook");
    site.set_down(None);
    place.index(0, &[]);
    assert_eq!(found(&place, "rattling noise of a pump")[0]["url"], site.url("/docs/guide#cavitation"));
}

#[test]
fn offline_is_from_the_cache_alone() {
    let site = site();
    let place = place(&site);
    place.index(0, &[]);
    site.requests();
    fs::remove_dir_all(place.path("data/index")).unwrap();
    let summary = place.index(0, &["--offline"]);
    assert_eq!((site.requests(), &summary["counts"]["section"]), (0, &json!(3)));
    assert_eq!(found(&place, "rattling noise of a pump")[0]["url"], site.url("/docs/guide#cavitation"));
}

#[test]
fn text_in_service_outlives_the_cache() {
    let site = site();
    let place = place(&site);
    place.index(0, &[]);
    fs::remove_dir_all(place.path("data/cache/pages")).unwrap();
    site.set_down(Some(500));
    let summary = place.index(1, &[]);
    assert_eq!(summary["sources"][1]["outcome"], "stale");
    assert_eq!(found(&place, "rattling noise of a pump")[0]["url"], site.url("/docs/guide#cavitation"));
    // Who forces a run wants what can be read.
    place.index(1, &["--force"]);
    assert!(
        found(&place, "rattling noise strainer")
            .iter()
            .all(|hit| hit["matches"].as_array().unwrap().is_empty())
    );
}
