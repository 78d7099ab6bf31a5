use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use super::*;

/// Name of the variable that makes [`other_process`] write, with the folder as its value.
const FOLDER: &str = "CCR_TEST_PAGE_CACHE";
/// Body of a record: large, so that it takes a while to write.
const SIZE: usize = 3 << 20;

fn record(url: &str, body: &[u8]) -> Record {
    Record {
        url: url.to_owned(),
        found: format!("{url}/"),
        validators: Validators { etag: Some("\"a\"".to_owned()), last_modified: None },
        content_type: Some("text/html".to_owned()),
        read_at: 1000,
        body: body.to_vec(),
        ..Record::default()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn what_is_stored_is_loaded_until_it_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(&folder.path().join("a/b")).unwrap();
    let url = "https://x.org/a";
    assert_eq!(cache.load(url), Ok(None));
    cache.store(&record(url, b"one")).unwrap();
    cache.store(&record(url, b"two")).unwrap();
    cache.store(&record("https://x.org/b", b"")).unwrap();
    assert_eq!(cache.load(url), Ok(Some(record(url, b"two"))));
    assert_eq!(files(&folder.path().join("a/b")).len(), 2);
    cache.remove(url).unwrap();
    cache.remove(url).unwrap();
    assert_eq!(cache.load(url), Ok(None));
}

#[test]
fn every_damage_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    let url = "https://x.org/a";
    cache.store(&record(url, b"text of the page, text of the page")).unwrap();
    let path = files(folder.path()).remove(0);
    let good = fs::read(&path).unwrap();
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        fs::write(&path, &bad).unwrap();
        assert_eq!(cache.load(url).unwrap_err().path, path, "{at}");
        fs::write(&path, &good[..at]).unwrap();
        assert_eq!(cache.load(url).unwrap_err().path, path, "{at}");
    }
    fs::write(&path, &good).unwrap();
    fs::copy(&path, cache.path("https://x.org/b")).unwrap();
    assert!(cache.load("https://x.org/b").unwrap_err().reason.contains("https://x.org/a"));
    assert!(cache.load(url).unwrap().is_some());
}

#[test]
fn what_nobody_leads_to_goes_after_the_grace() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    for url in ["a", "b", "c"] {
        cache.store(&record(url, b"text")).unwrap();
    }
    let all: HashSet<String> = ["a", "b", "c"].map(str::to_owned).into();
    let reached: HashSet<String> = ["a".to_owned()].into();
    let sweep = |reached, now, most| cache.sweep(reached, now, 100, most).unwrap().removed;
    assert_eq!(sweep(&all, 1000, u64::MAX), 0);
    assert_eq!(sweep(&reached, 5000, u64::MAX), 0);
    assert_eq!(sweep(&reached, 5100, u64::MAX), 0);
    // What is reached again is as new.
    cache.store(&record("b", b"text")).unwrap();
    assert_eq!(sweep(&reached, 5101, u64::MAX), 1);
    assert_eq!(cache.load("c"), Ok(None));
    assert_eq!(cache.load("b").unwrap().unwrap().unreached_since, Some(5101));
    // Too much: what is not reached goes at once, what is reached never.
    assert_eq!(sweep(&reached, 5102, 10), 1);
    assert_eq!(cache.load("b"), Ok(None));
    assert!(cache.load("a").unwrap().is_some());
    // What is damaged goes.
    fs::write(cache.path("d"), b"nothing").unwrap();
    assert_eq!(sweep(&reached, 5103, u64::MAX), 1);
}

/// What the test below starts: writes records until it is killed. Nothing without its variable.
#[test]
fn other_process() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let cache = Cache::open(Path::new(&folder)).unwrap();
    for round in 0u32.. {
        let body: Vec<u8> =
            (0..SIZE as u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8 ^ round as u8).collect();
        if round == 1 {
            writeln!(std::io::stdout(), "\nwriting").unwrap();
        }
        cache.store(&record("https://x.org/a", &body)).unwrap();
    }
}

#[test]
fn a_process_that_is_killed_while_it_writes_leaves_a_whole_page() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..12 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "source::web::cache::tests::other_process", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == "writing"));
        // It writes one after the other: soon there is one that is not done.
        while files(folder.path()).len() < 2 {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        assert_eq!(files(folder.path()).len(), 1);
        assert_eq!(cache.load("https://x.org/a").unwrap().unwrap().body.len(), SIZE);
    }
}
