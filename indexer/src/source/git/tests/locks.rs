use std::fs;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::repository::{Repository, options, read_all, word};
use crate::source::{FetchOptions, Outcome, SourceError};

#[test]
fn who_changes_a_clone_waits_for_those_who_read_it() {
    let repository = Repository::new();
    let snapshot = repository.check("", "fresh", "first");
    repository.commit("name", "second");
    let (told, hear) = mpsc::channel();
    thread::scope(|scope| {
        let fetching = scope.spawn(|| {
            let tell = |what: &str| told.send(what.to_owned()).unwrap();
            repository.fetch_telling("", &options(), &tell).unwrap()
        });
        let what = hear.recv().unwrap();
        assert_eq!(what, format!("tools: waiting for process {}, which uses its clone", std::process::id()));
        assert_eq!(read_all(&snapshot), ["name: first"], "nobody took it away");
        drop(snapshot);
        let fetched = fetching.join().unwrap();
        assert_eq!(
            (fetched.outcome, read_all(&fetched.snapshot)),
            (Outcome::Fresh, vec!["name: second".into()])
        );
    });
}

#[test]
fn readers_do_not_wait_for_each_other() {
    let repository = Repository::new();
    let _snapshot = repository.check("", "fresh", "first");
    let tell = |what: &str| panic!("{what}");
    let offline = FetchOptions { offline: true, ..options() };
    let fetched = repository.fetch_telling("", &options(), &tell).unwrap();
    assert_eq!(word(&fetched.outcome), "unchanged");
    let again = repository.fetch_telling("", &offline, &tell).unwrap();
    assert_eq!((word(&again.outcome), read_all(&again.snapshot)), ("offline", vec!["name: first".into()]));
}

#[test]
fn waiting_ends() {
    let repository = Repository::new();
    let snapshot = repository.check("", "fresh", "first");
    repository.commit("name", "second");
    let short = FetchOptions { total_timeout: Duration::from_secs(5), ..options() };
    let error = repository.fetch_with("", &short).unwrap_err();
    assert!(
        matches!(error, SourceError::InUse { pid: Some(pid), .. } if pid == std::process::id()),
        "{error:?}"
    );
    assert!(error.to_string().contains("the clone of `tools` is in use by process"), "{error}");
    assert_eq!(read_all(&snapshot), ["name: first"]);
}

#[test]
fn work_of_others_is_left_alone() {
    let repository = Repository::new();
    repository.check("", "fresh", "first");
    let other = repository.data().join("clones/.work/others/1-0");
    fs::create_dir_all(&other).unwrap();
    repository.commit("name", "second");
    fs::remove_file(repository.clone_path().join("ccr-origin")).unwrap();
    repository.check("", "fresh", "second");
    assert!(other.exists());
}
