//! What `docs/embedding-services.md` prints is run as it is printed. Only host names are others: those of a service
//! on the loopback interface; and the programs of others (`ollama`, `az`) are stand-ins that do nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::embedding_server::{Request, Server};
use crate::embedding_service::{collection, run, service};
use crate::workplace::{Ran, Workplace, project};

/// A block of shell commands, under the heading that it stands below.
#[derive(Debug)]
struct Example {
    heading: String,
    script: String,
}

fn page() -> String {
    fs::read_to_string(project().join("docs/embedding-services.md")).unwrap()
}

fn examples() -> Vec<Example> {
    let (mut found, mut heading, mut script) = (Vec::new(), String::new(), None::<String>);
    for line in page().lines() {
        match (&mut script, line) {
            (None, "```sh") => script = Some(String::new()),
            (Some(_), "```") => {
                found.push(Example { heading: heading.clone(), script: script.take().unwrap() });
            }
            (Some(script), line) => {
                script.push_str(line);
                script.push('\n');
            }
            (None, line) if line.starts_with('#') => heading = line.trim_start_matches('#').trim().to_owned(),
            (None, _) => {}
        }
    }
    found
}

/// Addresses of the examples, each of which is the service here.
const HOSTS: [&str; 5] = [
    "https://name.openai.azure.com",
    "http://127.0.0.1:11434",
    "http://127.0.0.1:8000",
    "http://127.0.0.1:8080",
    "http://127.0.0.1:1234",
];

/// Runs commands of the page in a folder, then `ccr` with these arguments. OpenAI's own address is that of the service.
fn shell(place: &Workplace, server: &Server, script: &str, arguments: &str) -> Ran {
    let here = format!("http://127.0.0.1:{}", server.port);
    let script = HOSTS.iter().fold(script.to_owned(), |script, host| script.replace(host, &here));
    let programs = place.path("programs");
    fs::create_dir_all(&programs).unwrap();
    for (name, what) in [
        ("ollama", "exit 0"),
        ("vllm", "exit 0"),
        ("text-embeddings-router", "exit 0"),
        ("az", "echo token-of-az"),
        ("ccr", &format!("exec {} \"$@\"", env!("CARGO_BIN_EXE_ccr"))),
    ] {
        let path = programs.join(name);
        fs::write(&path, format!("#!/bin/sh\n{what}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let clean = place.ccr(&[]);
    let mut command = std::process::Command::new("sh");
    command.current_dir(place.path("")).args(["-e", "-c", &format!("{script}\nccr {arguments}")]);
    for (name, value) in clean.get_envs().filter(|(_, value)| value.is_none()) {
        assert!(value.is_none());
        command.env_remove(name);
    }
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    command.env("PATH", path).env("OPENAI_BASE_URL", server.base_url());
    run(command)
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")))
}

/// What an example comes to.
struct Expected<'a> {
    provider: &'a str,
    /// Model of the index, up to the server.
    model: &'a str,
    path: &'a str,
    /// What opens the service.
    key: Option<(&'a str, &'a str)>,
    batch: usize,
    /// What stands before documents and questions.
    prefixes: (&'a str, &'a str),
}

fn check(example: &Example, before: &str, expected: &Expected<'_>) {
    let (place, server) = (collection(60), service(|_| None));
    let script = format!("{before}\n{}", example.script);
    let index = if script.contains("ccr index") { "status" } else { "index" };
    shell(&place, &server, &script, index).exits(0);
    let requests = server.take_requests();
    let status = place.run(&["status", "--format", "json"]).json();
    let (provider, model) = (&status["embedder"]["provider"], status["embedder"]["model"].as_str().unwrap());
    assert_eq!(provider, expected.provider, "{}", example.heading);
    assert!(model.starts_with(expected.model), "{}: {model}", example.heading);
    assert!(requests.len() > 1);
    for request in &requests {
        assert!(request.head.starts_with(&format!("POST {} ", expected.path)), "{}", request.head);
        let key =
            ["api-key", "authorization"].into_iter().find_map(|name| Some((name, header(request, name)?)));
        assert_eq!(key, expected.key, "{}", example.heading);
        assert!(request.texts().len() <= expected.batch, "{}", example.heading);
    }
    let texts: Vec<&Request> = requests.iter().filter(|request| !request.is_sample()).collect();
    assert!(texts.iter().any(|request| request.texts().len() == expected.batch), "{}", example.heading);
    let all =
        |prefix: &str| texts.iter().flat_map(|request| request.texts()).all(|text| text.starts_with(prefix));
    assert!(all(expected.prefixes.0), "{}", example.heading);
    // The same variables are enough to ask.
    let exports: String =
        script.lines().filter(|line| line.starts_with("export ")).map(|line| format!("{line}\n")).collect();
    let answer = shell(&place, &server, &exports, "search 'valve number 7' --format json").exits(0);
    assert_eq!(answer.json()["words_only"], Value::Null, "{}: {answer:?}", example.heading);
    let asked = server.take_requests();
    assert_eq!(asked.len(), 1, "{}", example.heading);
    assert_eq!(asked[0].texts(), [format!("{}valve number 7", expected.prefixes.1)]);
}

#[test]
fn every_example_of_the_page_does_what_the_page_says() {
    let examples = examples();
    let of = |heading: &str| {
        let found: Vec<&Example> = examples.iter().filter(|example| example.heading == heading).collect();
        assert!(!found.is_empty(), "no example below `{heading}`");
        found
    };
    let azure = "/openai/deployments/text-embedding-3-small/embeddings?api-version=2024-02-15-preview";
    let plain = Expected {
        provider: "azure",
        model: "text-embedding-3-small",
        path: azure,
        key: Some(("api-key", "...")),
        batch: 100,
        prefixes: ("", ""),
    };
    let azures = of("Azure OpenAI");
    check(azures[0], "", &plain);
    // In place of a key.
    let without_key: String = azures[0]
        .script
        .lines()
        .filter(|line| !line.contains("KEY") && line.starts_with("export "))
        .map(|line| format!("{line}\n"))
        .collect();
    check(azures[1], &without_key, &Expected { key: Some(("authorization", "Bearer token-of-az")), ..plain });
    let retrieve = "Represent this sentence for searching relevant passages: ";
    let openai = |model, key, batch, prefixes| Expected {
        provider: "openai",
        model,
        path: "/v1/embeddings",
        key,
        batch,
        prefixes,
    };
    check(
        of("OpenAI")[0],
        "",
        &openai("text-embedding-3-small", Some(("authorization", "Bearer ...")), 100, ("", "")),
    );
    let nomic = ("search_document: ", "search_query: ");
    check(of("Ollama")[0], "", &openai("nomic-embed-text@", None, 100, nomic));
    check(of("vLLM")[0], "", &openai("BAAI/bge-m3@", None, 100, ("", "")));
    check(
        of("Text Embeddings Inference")[0],
        "",
        &openai("BAAI/bge-small-en-v1.5@", None, 32, ("", retrieve)),
    );
    check(of("LM Studio")[0], "", &openai("text-embedding-nomic-embed-text-v1.5@", None, 100, nomic));
    assert_eq!(examples.len(), 7, "an example of the page is not run: {examples:?}");
}

/// The rows of the table whose heading begins so, as plain cells.
fn rows(first: &str) -> Vec<Vec<String>> {
    let page = page();
    let table = page.lines().skip_while(|line| !line.starts_with(&format!("| {first}"))).skip(2);
    let rows = table.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect())
        .collect()
}

#[test]
fn every_value_of_the_table_chooses_what_it_says() {
    let with = |value: Option<&str>| {
        let (place, server) = (collection(2), service(|_| None));
        let mut command = place.ccr(&["index"]);
        command.env("AZURE_OPENAI_EMBEDDING_ENDPOINT", format!("http://127.0.0.1:{}", server.port));
        command
            .env("AZURE_OPENAI_EMBEDDING_API_KEY", "k")
            .env("AZURE_OPENAI_EMBEDDING_DEPLOYMENT", "of-variable");
        command.env("OPENAI_BASE_URL", server.base_url());
        value.map(|value| command.env("CCR_EMBEDDER", value));
        run(command).exits(0);
        let embedder = place.run(&["status", "--format", "json"]).json()["embedder"].clone();
        (embedder["provider"].clone(), embedder["model"].as_str().unwrap_or_default().to_owned())
    };
    for row in rows("`CCR_EMBEDDER` | what is used") {
        let (value, provider, model) = match row[0].as_str() {
            "azure" => (Some("azure"), "azure", "of-variable"),
            "azure:<deployment>" => (Some("azure:mine"), "azure", "mine@"),
            "openai:<model>" => (Some("openai:some/model"), "openai", "some/model@"),
            "openai" => (Some("openai"), "openai", "text-embedding-3-small@"),
            "builtin" => (Some("builtin"), "builtin", "ccr-static"),
            "none" => (Some("none"), "", ""),
            "not set" => (None, "azure", "of-variable"),
            other => panic!("nobody tries `{other}`"),
        };
        let (found, name) = with(value);
        assert_eq!(found.as_str().unwrap_or_default(), provider, "{row:?}");
        assert!(name.starts_with(model), "{row:?}: {name}");
    }
}

#[test]
fn every_variable_of_azure_falls_back_as_the_table_says() {
    let rows = rows("variable | falls back to | default");
    assert_eq!(rows.len(), 4);
    let asked = |variables: &[(String, String)]| {
        let (place, server) = (collection(2), service(|_| None));
        let mut command = place.ccr(&["index", "--embedder", "azure"]);
        for (name, value) in variables {
            command.env(name, value.replace("HERE", &format!("http://127.0.0.1:{}", server.port)));
        }
        run(command).exits(0);
        let request = server.take_requests().remove(0);
        (request.head.lines().next().unwrap().to_owned(), header(&request, "api-key").unwrap().to_owned())
    };
    let value = |name: &str| {
        if name.ends_with("ENDPOINT") { "HERE".to_owned() } else { format!("of-{}", name.to_lowercase()) }
    };
    let pair = |name: &String| (name.clone(), value(name));
    // By its own variables; by those that they fall back to; by what is there without.
    let own: Vec<_> = rows.iter().map(|row| pair(&row[0])).collect();
    let other: Vec<_> = rows.iter().filter(|row| !row[1].is_empty()).map(|row| pair(&row[1])).collect();
    let least: Vec<_> =
        own.iter().filter(|(name, _)| name.ends_with("ENDPOINT") || name.ends_with("KEY")).cloned().collect();
    let default = |name: &str| rows.iter().find(|row| row[0].ends_with(name)).unwrap()[2].clone();
    let line = |deployment: &str, version: &str| {
        format!("POST /openai/deployments/{deployment}/embeddings?api-version={version} HTTP/1.1")
    };
    let both = [other.clone(), own.clone()].concat();
    let expected = (
        line("of-azure_openai_embedding_deployment", "of-azure_openai_embedding_api_version"),
        "of-azure_openai_embedding_api_key".to_owned(),
    );
    assert_eq!(asked(&own), expected);
    assert_eq!(asked(&both), expected);
    let expected =
        (line(&default("DEPLOYMENT"), "of-azure_openai_api_version"), "of-azure_openai_api_key".to_owned());
    assert_eq!(asked(&other), expected);
    let expected = (
        line(&default("DEPLOYMENT"), &default("API_VERSION")),
        "of-azure_openai_embedding_api_key".to_owned(),
    );
    assert_eq!(asked(&least), expected);
}
