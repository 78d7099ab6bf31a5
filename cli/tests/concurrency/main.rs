//! Fifty processes at once on one index: indexers, dry runs, verifiers and readers, while the sources
//! change. Nobody may miss a document that was indexed before, or be told of a fault that is none.
//!
//! `CCR_CONCURRENCY_SECONDS` says how long (8 seconds where it says nothing).

#[path = "../../../index/tests/postgres_server/mod.rs"]
mod postgres_server;
#[allow(dead_code, reason = "shared with the tests of the program")]
#[path = "../program/workplace.rs"]
mod workplace;

use std::fs;
use std::io::Write;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use postgres_server::server;
use workplace::{Ran, Workplace};

/// Processes of each kind at once.
const INDEXERS: usize = 14;
const DRY_RUNS: usize = 12;
const VERIFIERS: usize = 8;
const READERS: usize = 16;
/// Bundles of each source from the beginning.
const BUNDLES: usize = 6;
const SOURCES: [&str; 3] = ["folder", "git", "other"];

/// Where the index is, beside the data folder.
#[derive(Clone)]
enum Store {
    Local,
    /// A database by its URL.
    Postgres(String),
}

struct Crowd {
    place: Workplace,
    store: Store,
    /// Bundles that every index holds which began from now on.
    indexed: AtomicUsize,
    complaints: Mutex<Vec<String>>,
    runs: [AtomicUsize; 4],
    refused: AtomicUsize,
}

#[test]
fn fifty_processes_on_one_folder() {
    Crowd::new(Store::Local).meet();
}

#[test]
fn fifty_processes_on_one_database() {
    let address = server().fresh("");
    let url = format!("{}?schema={}&max_connections=2&connect_timeout=60", server().url(), address.schema());
    Crowd::new(Store::Postgres(url)).meet();
}

impl Crowd {
    fn new(store: Store) -> Crowd {
        let place = Workplace::new();
        for source in SOURCES {
            for number in 0..BUNDLES {
                add(&place, source, number);
            }
        }
        place.commit("git");
        place.commit("other");
        place.list(&[("folder", "path: folder"), ("git", "git_url: ./git"), ("other", "git_url: ./other")]);
        let crowd = Crowd {
            place,
            store,
            indexed: AtomicUsize::new(0),
            complaints: Mutex::new(Vec::new()),
            runs: Default::default(),
            refused: AtomicUsize::new(0),
        };
        crowd.run(&["index", "--quiet"]).exits(0);
        crowd.indexed.store(SOURCES.len() * BUNDLES, Ordering::SeqCst);
        crowd
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command: Command = self.place.ccr(arguments);
        if let Store::Postgres(url) = &self.store {
            command.env("CCR_STORE", "postgres").env("CCR_DATABASE_URL", url);
        }
        Ran::of(command.output().unwrap())
    }

    fn meet(self) {
        let seconds = std::env::var("CCR_CONCURRENCY_SECONDS").map_or(8, |text| text.parse().unwrap());
        let end = Instant::now() + Duration::from_secs(seconds);
        let crowd = &self;
        let again = |number: usize, job: &dyn Fn()| {
            while Instant::now() < end {
                job();
                crowd.runs[number].fetch_add(1, Ordering::Relaxed);
            }
        };
        thread::scope(|scope| {
            for _ in 0..INDEXERS {
                scope.spawn(move || again(0, &|| crowd.index()));
            }
            for _ in 0..DRY_RUNS {
                scope.spawn(move || again(1, &|| crowd.dry_run()));
            }
            for _ in 0..VERIFIERS {
                scope.spawn(move || again(2, &|| crowd.verify()));
            }
            for _ in 0..READERS {
                scope.spawn(move || again(3, &|| crowd.read()));
            }
            // A run that was refused has waited for nobody: the sources change with each that was not.
            scope.spawn(move || {
                let mut number = BUNDLES;
                let mut runs = 0;
                while Instant::now() < end {
                    let now = crowd.runs[0].load(Ordering::Relaxed);
                    if now == runs {
                        thread::yield_now();
                        continue;
                    }
                    runs = now;
                    add(&crowd.place, SOURCES[number % SOURCES.len()], number);
                    crowd.place.commit("git");
                    crowd.place.commit("other");
                    number += 1;
                }
            });
        });
        self.check_end();
    }

    /// What is left is what an index from nothing holds.
    fn check_end(self) {
        let complaints = self.complaints.lock().unwrap().clone();
        let runs = self.runs.each_ref().map(|runs| runs.load(Ordering::Relaxed));
        assert!(
            complaints.is_empty(),
            "{} of {runs:?} runs:\n{}",
            complaints.len(),
            complaints[..complaints.len().min(8)].join("\n")
        );
        self.run(&["index", "--quiet"]).exits(0);
        let held = self.bundles();
        let fresh = self.place.run(&["index", "--quiet", "--store", "local", "--data-dir", "fresh"]);
        fresh.exits(0);
        let expected =
            ids(&self.place.run(&["list", "codebundles", "--format", "json", "--data-dir", "fresh"]));
        assert_eq!(held, expected);
        let work = fs::read_dir(self.place.path("data/clones/.work")).map_or(0, |slugs| {
            slugs.flatten().map(|slug| fs::read_dir(slug.path()).map_or(0, Iterator::count)).sum()
        });
        assert_eq!(work, 0, "clones in the making");
        let mut out = std::io::stdout();
        writeln!(
            out,
            "{runs:?} runs of indexers ({} refused: another wrote), dry runs, verifiers, readers; {} bundles",
            self.refused.load(Ordering::Relaxed),
            held.len()
        )
        .unwrap();
    }

    fn index(&self) {
        let before = self.indexed.load(Ordering::SeqCst);
        let ran = self.run(&["index", "--quiet"]);
        match ran.code {
            Some(0) => {}
            Some(2) if ran.stderr.contains("another `ccr index`") => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                return;
            }
            _ => return self.complain("index", &ran),
        }
        let now = self.bundles().len();
        if now < before {
            self.complain(&format!("index: {now} bundles after {before}"), &ran);
        }
        self.indexed.fetch_max(now, Ordering::SeqCst);
    }

    fn dry_run(&self) {
        let ran = self.run(&["index", "--dry-run", "--quiet"]);
        if ran.code != Some(0) || ran.stdout.contains("stale") || ran.stdout.contains("failed") {
            self.complain("dry run", &ran);
        }
    }

    fn verify(&self) {
        let ran = self.run(&["verify"]);
        if ran.code != Some(0) {
            self.complain("verify", &ran);
        }
    }

    fn read(&self) {
        let before = self.indexed.load(Ordering::SeqCst);
        let ran = self.run(&["list", "codebundles", "--format", "json"]);
        if ran.code != Some(0) {
            return self.complain("list", &ran);
        }
        let now = ids(&ran).len();
        if now < before {
            self.complain(&format!("list: {now} bundles after {before}"), &ran);
        }
        let ran = self.run(&["search", "look at valve 3", "--embedder", "none"]);
        if ran.code != Some(0) {
            self.complain("search", &ran);
        }
    }

    fn bundles(&self) -> Vec<String> {
        let ran = self.run(&["list", "codebundles", "--format", "json"]);
        if ran.code != Some(0) {
            self.complain("list", &ran);
            return Vec::new();
        }
        ids(&ran)
    }

    fn complain(&self, who: &str, ran: &Ran) {
        let said =
            format!("{who}: {:?}\n{}{}", ran.code, &ran.stdout[..ran.stdout.len().min(2000)], ran.stderr);
        self.complaints.lock().unwrap().push(said);
    }
}

fn ids(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let mut ids: Vec<String> =
        json.as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

/// Adds a bundle to a source, as a whole: a folder that is written while it is read is half of it.
fn add(place: &Workplace, source: &str, number: usize) {
    place.bundle(
        "making",
        "one",
        &format!("Valve Check {number}"),
        &format!("Look at valve {number} of {source}"),
    );
    let bundles = place.path(&format!("{source}/codebundles"));
    fs::create_dir_all(&bundles).unwrap();
    fs::rename(place.path("making/codebundles/one"), bundles.join(format!("valve-{number}"))).unwrap();
}
