//! The embedder of an index never changes because a variable is missing.

use serde_json::Value;

use crate::embedding_server::Server;
use crate::embedding_service::{ccr, collection, run, service};
use crate::workplace::{Ran, Workplace};

/// An index of the model `m` of a service, and the service.
fn of_service() -> (Workplace, Server) {
    let (place, server) = (collection(2), service(|_| None));
    run(ccr(&place, &server, &["index"])).exits(0);
    server.take_requests();
    (place, server)
}

fn embedder(place: &Workplace) -> Value {
    place.run(&["status", "--format", "json"]).json()["embedder"].clone()
}

fn change_something(place: &Workplace) {
    place.bundle("one", "gamma", "Gamma Check", "Look at the gamma valve");
}

#[test]
fn an_index_of_a_service_is_kept_where_nobody_names_it() {
    let (place, server) = of_service();
    let made_by = embedder(&place);
    let ran = place.run(&["index", "--format", "json"]).exits(0);
    let said = ran.json();
    assert_eq!((&said["published"], &said["generation"]), (&false.into(), &1.into()));
    ran.says(&["warning", "nobody names an embedder", "`openai:m@127.0.0.1", "CCR_EMBEDDER=openai:m"]);

    change_something(&place);
    let ran = place.run(&["index"]).exits(2);
    ran.says(&["have to be embedded", "`openai:m@127.0.0.1", "CCR_EMBEDDER=openai:m", "--embedder builtin"]);
    assert_eq!((embedder(&place), place.generation()), (made_by.clone(), 1));
    assert_eq!(place.bundles().len(), 2);
    assert_eq!(server.take_requests().len(), 0);

    // What goes needs no service.
    std::fs::remove_dir_all(place.path("one/codebundles/gamma")).unwrap();
    std::fs::remove_dir_all(place.path("one/codebundles/check-1")).unwrap();
    let said = place.index(0, &[]);
    assert_eq!(
        (&said["published"], &said["changes"]["removed"].as_u64()),
        (&true.into(), &Some(2)),
        "{said}"
    );
    assert_eq!(embedder(&place), made_by);
}

#[test]
fn the_service_of_an_index_is_used_where_the_environment_says_where_it_is() {
    let (place, server) = of_service();
    let made_by = embedder(&place);
    change_something(&place);
    let mut command = place.ccr(&["index"]);
    command.env("OPENAI_BASE_URL", server.base_url());
    let ran = run(command).exits(0);
    assert!(!ran.stderr.contains("warning"), "{ran:?}");
    assert!(server.take_requests().iter().any(|request| request.field("model") == "m"));
    assert_eq!((embedder(&place), place.bundles().len()), (made_by, 3));
}

#[test]
fn a_key_goes_to_no_other_server() {
    let (place, _server) = of_service();
    let other = service(|_| None);
    change_something(&place);
    let mut command = place.ccr(&["index"]);
    command.env("OPENAI_BASE_URL", other.base_url()).env("OPENAI_API_KEY", "sk-secret");
    run(command).exits(2).says(&["the environment names `openai:m@127.0.0.1"]);
    assert_eq!(other.take_requests().len(), 0);
}

#[test]
fn an_embedder_that_is_named_replaces_the_other_and_says_so() {
    let (place, server) = of_service();
    let ran = place.run(&["index", "--embedder", "builtin"]).exits(0);
    assert!(ran.stdout.contains("the embedder changed from `openai:m@127.0.0.1"), "{ran:?}");
    assert!(ran.stdout.contains("to `builtin:ccr-static"), "{ran:?}");
    let back = run(ccr(&place, &server, &["index", "--format", "json"])).exits(0).json();
    assert_eq!(back["embedder_change"]["from"]["provider"], "builtin");
    assert_eq!(back["embedder_change"]["to"]["model"], embedder(&place)["model"]);
    assert_eq!(server.take_requests().len(), 0, "its vectors are in the cache");
}

#[test]
fn an_index_without_vectors_and_one_of_a_folder_stay_what_they_are() {
    let place = Workplace::indexed();
    place.index(0, &["--embedder", "none"]);
    change_something(&place);
    assert_eq!(place.index(0, &[])["published"], true);
    assert_eq!(embedder(&place), Value::Null);

    let folder = crate::workplace::project().join("tests/fixtures/transformers/mean");
    let local = format!("local:{}", folder.display());
    place.index(0, &["--embedder", &local]);
    let made_by = embedder(&place);
    place.run(&["index"]).exits(0).says(&["warning", "`local:mean", "CCR_EMBEDDER=local:"]);
    place.bundle("one", "delta", "Delta Check", "Look at the delta valve");
    place.run(&["index"]).exits(2).says(&["`local:mean", "CCR_EMBEDDER=local:"]);
    assert_eq!(embedder(&place), made_by);
    place.index(0, &["--embedder", &local]);
    assert_eq!(place.bundles().len(), 4);
}

/// The variables of Azure's embeddings.
fn azure(place: &Workplace, server: &Server, arguments: &[&str]) -> Ran {
    let mut command = place.ccr(arguments);
    command.env("AZURE_OPENAI_EMBEDDING_ENDPOINT", format!("http://127.0.0.1:{}", server.port));
    command.env("AZURE_OPENAI_EMBEDDING_API_KEY", "k");
    run(command)
}

#[test]
fn the_endpoint_of_azure_names_it_for_an_index_of_the_model_inside() {
    let (place, server) = (Workplace::indexed(), service(|_| None));
    let ran = azure(&place, &server, &["index"]).exits(0);
    assert!(ran.stdout.contains("the embedder changed from `builtin:ccr-static"), "{ran:?}");
    assert_eq!(embedder(&place)["provider"], "azure");
    // And not for one that somebody made with something else.
    for named in ["none", "openai:m"] {
        let mut command = ccr(&place, &server, &["index", "--embedder", named]);
        command.env("OPENAI_API_KEY", "k");
        run(command).exits(0);
        let made_by = embedder(&place);
        azure(&place, &server, &["index"]).exits(0);
        assert_eq!(embedder(&place), made_by, "{named}");
    }
}

#[test]
fn another_deployment_that_the_environment_names_does_not_replace_that_of_the_index() {
    let (place, server) = (collection(2), service(|_| None));
    let mut command = place.ccr(&["index", "--embedder", "azure:mine"]);
    command.env("AZURE_OPENAI_ENDPOINT", format!("http://127.0.0.1:{}", server.port));
    command.env("AZURE_OPENAI_API_KEY", "k");
    run(command).exits(0);
    let made_by = embedder(&place);
    assert!(made_by["model"].as_str().unwrap().starts_with("mine@"), "{made_by}");
    change_something(&place);
    azure(&place, &server, &["index"]).exits(0);
    assert_eq!((embedder(&place), place.bundles().len()), (made_by, 3));
}

#[test]
fn a_question_is_asked_by_the_embedder_of_the_index() {
    let (place, server) = of_service();
    let question = |variables: &[(&str, &str)]| {
        let mut command = place.ccr(&["search", "valve number 1", "--format", "json"]);
        command.envs(variables.iter().copied());
        run(command).exits(0)
    };
    let base = server.base_url();
    let with = question(&[("OPENAI_BASE_URL", &base)]);
    assert_eq!((with.json()["words_only"].clone(), server.take_requests().len()), (Value::Null, 1));
    let without = question(&[]);
    let note = without.json()["words_only"].as_str().expect("a reason").to_owned();
    assert!(note.contains("openai:m@127.0.0.1") && note.contains("CCR_EMBEDDER"), "{note}");
    // A service that is named and has no key.
    let keyless = question(&[("CCR_EMBEDDER", "openai:text-embedding-3-small")]);
    let note = keyless.json()["words_only"].as_str().expect("a reason").to_owned();
    assert!(note.contains("OPENAI_API_KEY"), "{note}");
}

#[test]
fn an_index_that_cannot_be_read_keeps_its_embedder() {
    let (place, server) = of_service();
    let made_by = embedder(&place);
    place.write("data/index/current", "damaged");
    place.run(&["index", "--force"]).exits(0).says(&["nobody names an embedder", "`openai:m@127.0.0.1"]);
    assert_eq!((embedder(&place), server.take_requests().len()), (made_by, 0));
    // Where nothing says what it was, nobody guesses.
    let manifests = std::fs::read_dir(place.path("data/index/generations")).unwrap();
    manifests.for_each(|entry| std::fs::write(entry.unwrap().path().join("manifest.json"), "?").unwrap());
    place.run(&["index", "--force"]).exits(2).says(&["nobody names an embedder", "--embedder builtin"]);
}
