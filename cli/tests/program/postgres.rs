use std::process::Command;
use std::thread;

use crate::daemon::Daemon;
use crate::postgres_server::{Server, server};
use crate::workplace::{Ran, Workplace};

/// A workplace whose index is in a database.
pub(crate) struct InDatabase {
    pub(crate) place: Workplace,
    pub(crate) url: String,
}

impl InDatabase {
    pub(crate) fn new(server: &Server) -> InDatabase {
        let address = server.fresh("");
        let url = format!("{}?schema={}&connect_timeout=1", server.url(), address.schema());
        InDatabase { place: Workplace::new(), url }
    }

    pub(crate) fn ccr(&self, arguments: &[&str]) -> Command {
        let mut command = self.place.ccr(arguments);
        command.env("CCR_STORE", "postgres").env("CCR_DATABASE_URL", &self.url);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.ccr(arguments).output().unwrap())
    }

    fn bundles(&self) -> Vec<String> {
        let json = self.run(&["list", "codebundles", "--format", "json"]).json();
        json.as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
    }
}

pub(crate) fn two_sources(place: &Workplace) {
    place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
    place.bundle("one", "beta", "Beta Check", "Look at the beta valve");
    place.bundle("two", "delta", "Delta Check", "Look at the delta valve");
    place.list(&[("two", "path: two"), ("one", "path: one")]);
}

#[test]
fn every_command_works_on_a_database() {
    let database = InDatabase::new(server());
    let place = &database.place;
    two_sources(place);
    database.run(&["status"]).exits(2).says(&["there is no index in `postgres://127.0.0.1"]);
    let json = database.run(&["index", "--format", "json"]).exits(0).json();
    assert_eq!((&json["generation"], &json["changes"]["added"]), (&1.into(), &8.into()));
    assert_eq!(json["embedding"]["usage"]["embedded"], json["embedding"]["chunks"]);
    assert!(database.run(&["index"]).exits(0).stdout.contains("nothing changed; generation 1 stays"));
    // What did not change is not embedded again.
    place.bundle("one", "beta", "Beta Inspection", "Look at the beta valve");
    let json = database.run(&["index", "--format", "json"]).exits(0).json();
    let changes = &json["changes"];
    assert_eq!((&changes["changed"], &changes["unchanged"]), (&2.into(), &6.into()), "{changes}");
    let (embedded, chunks) = (&json["embedding"]["usage"]["embedded"], &json["embedding"]["chunks"]);
    assert!(embedded.as_u64() < chunks.as_u64(), "{json}");
    assert_eq!(json["counts"]["codebundle"], 3);

    assert_eq!(database.bundles(), ["two/delta", "one/alpha", "one/beta"]);
    let found = database.run(&["search", "alpha valve", "--format", "json"]).exits(0).json();
    assert_eq!(found["hits"][0]["id"], "one/alpha");
    assert!(database.run(&["show", "one/beta"]).exits(0).stdout.contains("Beta Inspection"));
    assert!(database.run(&["verify"]).exits(0).stdout.contains("generation 2, in service: intact"));
    assert!(database.run(&["status"]).exits(0).stdout.contains("generation 2"));
    assert!(
        database.run(&["index", "--rollback"]).exits(0).stdout.contains("generation 1 is in service again")
    );
    assert!(database.run(&["show", "one/beta"]).exits(0).stdout.contains("Beta Check"));
    // A source that is not listed any more is gone; a dry run says so and changes nothing.
    place.list(&[("two", "path: two")]);
    let json = database.run(&["index", "--dry-run", "--format", "json"]).exits(0).json();
    assert_eq!(json["changes"]["removed"], 5);
    assert_eq!(database.bundles().len(), 3);
    database.run(&["index"]).exits(0);
    assert_eq!(database.bundles(), ["two/delta"]);
    // Another embedder means other vectors for what did not change, too.
    let json = database.run(&["index", "--embedder", "none", "--format", "json"]).exits(0).json();
    assert_eq!((&json["published"], &json["embedding"]), (&true.into(), &serde_json::Value::Null));
    // An index without vectors stays so where nobody names an embedder.
    assert_eq!(database.run(&["index", "--format", "json"]).exits(0).json()["published"], false);
    let json = database.run(&["index", "--embedder", "builtin", "--format", "json"]).exits(0).json();
    assert_eq!((&json["published"], &json["changes"]["unchanged"]), (&true.into(), &3.into()));
    assert_eq!(
        database.run(&["search", "delta", "--format", "json"]).exits(0).json()["hits"][0]["id"],
        "two/delta"
    );
}

#[test]
fn an_index_is_copied_and_answers_as_before() {
    let database = InDatabase::new(server());
    two_sources(&database.place);
    database.place.run(&["index"]).exits(0);
    database.run(&["copy", "--from", "local", "--to", "postgres"]).exits(0);
    let search = ["search", "valve", "--format", "json"];
    let (here, there) = (database.place.run(&search).exits(0).json(), database.run(&search).exits(0).json());
    assert_eq!(here, there);
    // The next run finds every source as it was.
    assert!(database.run(&["index"]).exits(0).stdout.contains("nothing changed; generation 1 stays"));
    database.run(&["copy", "--from", "postgres", "--to", "local"]).exits(0);
    assert_eq!(database.place.run(&search).exits(0).json(), here);
    database.run(&["copy", "--from", "local", "--to", "local"]).exits(2).says(&["onto itself"]);
}

#[test]
fn shares_that_are_indexed_side_by_side_make_one_index() {
    let (together, alone) = (InDatabase::new(server()), InDatabase::new(server()));
    let slugs: Vec<String> = (0..6).map(|number| format!("source-{number}")).collect();
    let entries: Vec<(&str, String)> =
        slugs.iter().map(|slug| (slug.as_str(), format!("path: {slug}"))).collect();
    let entries: Vec<(&str, &str)> = entries.iter().map(|(slug, entry)| (*slug, entry.as_str())).collect();
    for database in [&together, &alone] {
        for slug in &slugs {
            database.place.bundle(slug, "check", &format!("Check of {slug}"), &format!("Look at {slug}"));
        }
        database.place.list(&entries);
    }
    alone.run(&["index"]).exits(0);
    together.run(&["migrate"]).exits(0);
    let shares = ["0/3", "1/3", "2/3"];
    thread::scope(|scope| {
        for share in shares {
            let together = &together;
            scope.spawn(move || together.run(&["index", "--shard", share]).exits(0));
        }
    });
    assert_eq!(together.bundles(), alone.bundles());
    assert_eq!(together.bundles().len(), 6);
    let status = |database: &InDatabase| {
        let json = database.run(&["status", "--format", "json"]).exits(0).json();
        let slugs =
            json["sources"].as_array().unwrap().iter().map(|source| source["collection"]["slug"].clone());
        (json["counts"].clone(), slugs.collect::<Vec<_>>())
    };
    assert_eq!(status(&together), status(&alone));
    let search = ["search", "look at source-4", "--format", "json"];
    assert_eq!(together.run(&search).exits(0).json(), alone.run(&search).exits(0).json());
    for share in shares {
        assert!(together.run(&["index", "--shard", share]).exits(0).stdout.contains("nothing changed"));
    }
    together.place.run(&["index", "--shard", "0/2"]).exits(2).says(&["--store postgres"]);
    together.run(&["index", "--shard", "3/3"]).exits(2).says(&["0/4"]);
}

#[test]
fn the_daemon_swaps_generations_and_comes_back_with_its_server() {
    let server = Server::start();
    let database = InDatabase::new(&server);
    two_sources(&database.place);
    database.run(&["index"]).exits(0);
    let mut daemon = Daemon::start(database.ccr(&["serve", "--poll", "0.05"]));
    let found = |daemon: &Daemon| daemon.get("/api/v1/codebundles?search=alpha").text().contains("alpha");
    assert!(found(&daemon));
    database.place.bundle("two", "omega", "Omega Check", "Look at the omega valve");
    database.run(&["index"]).exits(0);
    daemon.logs("opened a generation");
    server.kill();
    daemon.logs("could not be opened");
    server.start_again();
    daemon.logs("sound again");
    assert!(found(&daemon));
}

#[test]
fn what_is_wrong_is_said_without_the_password() {
    let place = Workplace::new();
    let run = |url: Option<&str>| {
        let mut command = place.ccr(&["status", "--store", "postgres"]);
        if let Some(url) = url {
            command.env("CCR_DATABASE_URL", url);
        }
        let ran = Ran::of(command.output().unwrap()).exits(2);
        assert!(!ran.stderr.contains("s3cret"), "{}", ran.stderr);
        ran
    };
    run(None).says(&["CCR_DATABASE_URL"]);
    run(Some("mysql://ada:s3cret@db/x")).says(&["postgres://"]);
    run(Some("postgres://ada:s3cret@127.0.0.1:1/x?connect_timeout=1")).says(&[
        "could not open the index",
        "127.0.0.1:1/x",
        "nothing listens at `127.0.0.1:1`",
    ]);
    // What needs no index needs no database.
    let mut init = place.ccr(&["init", "--store", "postgres"]);
    assert!(init.output().unwrap().status.success());
}

#[test]
fn an_index_of_a_service_keeps_its_embedder_in_a_database_too() {
    let (database, service) = (InDatabase::new(server()), crate::embedding_service::service(|_| None));
    let place = &database.place;
    two_sources(place);
    let named = |arguments: &[&str]| {
        let mut command = database.ccr(arguments);
        command.env("CCR_EMBEDDER", "openai:m").env("OPENAI_BASE_URL", service.base_url());
        Ran::of(command.output().unwrap())
    };
    let estimate = named(&["index", "--dry-run", "--format", "json"]).exits(0).json()["estimate"].clone();
    assert_eq!(service.take_requests().len(), 0);
    named(&["index"]).exits(0);
    let sent = crate::embedding_service::texts_of(&service.take_requests()).len() as u64;
    assert_eq!(estimate["texts"].as_u64(), Some(sent), "{estimate}");

    let embedder = || database.run(&["status", "--format", "json"]).json()["embedder"].clone();
    let made_by = embedder();
    database.run(&["index"]).exits(0).says(&["nobody names an embedder", "`openai:m@127.0.0.1"]);
    place.bundle("one", "gamma", "Gamma Check", "Look at the gamma valve");
    database.run(&["index"]).exits(2).says(&["have to be embedded", "CCR_EMBEDDER=openai:m"]);
    assert_eq!((embedder(), database.bundles().len()), (made_by.clone(), 3));
    let estimate = named(&["index", "--dry-run", "--format", "json"]).exits(0).json()["estimate"].clone();
    named(&["index"]).exits(0);
    let sent = crate::embedding_service::texts_of(&service.take_requests()).len() as u64;
    assert_eq!(estimate["texts"].as_u64(), Some(sent), "{estimate}");
    assert_eq!((embedder(), database.bundles().len()), (made_by, 4));
    let changed = database.run(&["index", "--embedder", "builtin", "--format", "json"]).exits(0).json();
    assert_eq!(changed["embedder_change"]["to"]["provider"], "builtin");
}

#[test]
fn an_older_format_in_a_database_is_built_anew() {
    let database = InDatabase::new(server());
    let place = &database.place;
    two_sources(place);
    database.run(&["index"]).exits(0);
    let schema = database.url.split("schema=").nth(1).and_then(|rest| rest.split('&').next()).unwrap();
    server().execute(&format!("UPDATE {schema}.index_state SET format = 0"));
    database.run(&["status"]).exits(2).says(&["has format 0"]);
    database.run(&["index", "--shard", "0/2"]).exits(2).says(&["run once without `--shard`"]);
    // Nothing takes its place that holds less.
    std::fs::rename(place.path("two"), place.path("away")).unwrap();
    database.run(&["index"]).exits(1).says(&["nothing was published", "`two`"]);
    database.run(&["status"]).exits(2).says(&["has format 0"]);
    std::fs::rename(place.path("away"), place.path("two")).unwrap();
    database.run(&["index", "--only", "two"]).exits(0).says(&["has format 0", "indexed anew"]);
    assert_eq!(database.bundles(), ["two/delta", "one/alpha", "one/beta"]);
    database.run(&["verify"]).exits(0);
    assert!(database.run(&["index"]).exits(0).stdout.contains("nothing changed"));
}

#[test]
fn what_was_there_before_a_shrink_is_kept_in_a_database() {
    let database = InDatabase::new(server());
    let place = &database.place;
    two_sources(place);
    database.run(&["index"]).exits(0);
    std::fs::rename(place.path("one/codebundles"), place.path("away")).unwrap();
    database.run(&["index"]).exits(1).says(&["0 of the 2 CodeBundles", "`--accept-shrink one`"]);
    assert_eq!(database.bundles().len(), 3);
    database.run(&["index", "--accept-shrink", "one"]).exits(0);
    assert_eq!(database.bundles(), ["two/delta"]);
    for number in 0..4 {
        place.write("one/README.md", format!("# Edition {number}\n"));
        database.run(&["index"]).exits(0);
    }
    let mut generations = 0;
    while database.run(&["index", "--rollback"]).code == Some(0) {
        generations += 1;
    }
    assert!(generations >= 3, "{generations}");
    assert_eq!(database.bundles().len(), 3);
}
