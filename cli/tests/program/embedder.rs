//! What gives texts their vectors, from outside.

use crate::workplace::Workplace;

#[test]
fn another_embedder_is_another_generation() {
    let place = Workplace::indexed();
    let summary = place.index(0, &["--embedder", "none"]);
    assert_eq!((&summary["published"], &summary["embedding"]), (&true.into(), &().into()));
    let summary = place.index(0, &["--embedder", "builtin"]);
    assert_eq!(summary["embedding"]["embedder"]["provider"], "builtin");
    assert!(summary["embedding"]["chunks"].as_u64() > Some(0));
    assert_eq!(place.index(0, &[])["published"], false);
}

#[test]
fn an_index_of_one_embedder_asked_by_another_is_refused_by_name() {
    let place = Workplace::indexed();
    let folder = crate::workplace::project().join("tests/fixtures/transformers/mean");
    let other = format!("local:{}", folder.display());
    place.run(&["search", "alpha", "--embedder", &other]).exits(2).says(&[
        "builtin:ccr-static",
        "local:mean",
        "CCR_EMBEDDER",
        "ccr index",
    ]);
    place.run(&["search", "alpha", "--embedder", "none"]).exits(0);
}

#[test]
fn a_transformer_in_a_folder_is_asked_once_and_remembered() {
    let place = Workplace::indexed();
    let folder = crate::workplace::project().join("tests/fixtures/transformers/mean");
    let embedder = format!("local:{}", folder.display());
    let summary = place.index(0, &["--embedder", &embedder]);
    let usage = &summary["embedding"]["usage"];
    assert!(usage["embedded"].as_u64() > Some(0) && usage["reused"] == 0, "{usage}");
    let again = place.index(0, &["--embedder", &embedder, "--force"]);
    let usage = &again["embedding"]["usage"];
    assert!(usage["reused"].as_u64() > Some(0) && usage["embedded"] == 0, "{usage}");
    place.run(&["search", "alpha", "--embedder", &embedder]).exits(0);
    let ran = place.run(&["search", "alpha"]).exits(0).says(&["words alone", "local:mean", "CCR_EMBEDDER"]);
    assert!(ran.stdout.contains("Alpha"), "{ran:?}");
}

#[test]
fn a_service_that_is_away_leaves_the_index_as_it_was() {
    let place = Workplace::indexed();
    let mut command = place.ccr(&["index", "--force", "--embedder", "openai:m"]);
    // Nobody listens on the port of the discard protocol here.
    command.env("OPENAI_BASE_URL", "http://127.0.0.1:9/v1").env("CCR_EMBEDDER_TIMEOUT", "1");
    command.env("OPENAI_API_KEY", "sk-very-secret");
    let ran = crate::workplace::Ran::of(command.output().unwrap()).exits(2);
    assert!(!ran.stderr.contains("sk-very-secret") && ran.stderr.contains("127.0.0.1:9"), "{}", ran.stderr);
    assert!(place.run(&["status"]).exits(0).stdout.contains("generation 1"));
}

#[test]
fn no_service_is_asked_offline() {
    let place = Workplace::indexed();
    let ran = place.run(&["index", "--offline", "--embedder", "openai:m"]).exits(2);
    assert!(ran.stderr.contains("`--embedder builtin`"), "{}", ran.stderr);
}

#[test]
fn what_is_no_embedder_is_a_usage_error() {
    Workplace::new()
        .run(&["search", "x", "--embedder", "gpt"])
        .exits(2)
        .says(&["builtin, none, local:FOLDER"]);
}
