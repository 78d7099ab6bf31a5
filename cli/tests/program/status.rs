use crate::workplace::{Workplace, ccr};

#[test]
fn what_the_index_holds() {
    let text = ccr(&["status"]).exits(0).stdout;
    assert!(text.contains("codebundle 9") && text.contains("acme"), "{text}");
    let json = ccr(&["status", "--format", "json"]).exits(0).json();
    assert_eq!(json["counts"]["codebundle"], 9);
    assert_eq!(json["sources"][0]["collection"]["slug"], "acme");
    assert_eq!(json["sources"][0]["outcome"]["state"], "fresh");
}

#[test]
fn without_an_index_every_reader_says_how_to_get_one() {
    let place = Workplace::new();
    for arguments in [&["status"][..], &["search", "x"], &["show", "x"], &["list", "tasks"], &["verify"]] {
        let ran = place.run(arguments).exits(2).says(&["there is no index in", "`ccr index`"]);
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
    assert!(!place.path("data").exists(), "readers make no folder");
}
