//! What cannot be read at one moment costs no document, and leaves nothing behind once it can be read.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;

use crate::nobody::{Nobody, set_mode};
use crate::workplace::Workplace;

const RUNBOOK: &str = "one/codebundles/beta/runbook.robot";

#[test]
fn a_file_that_cannot_be_read() {
    let place = Workplace::indexed();
    let nobody = Nobody::of(&place);
    for arguments in [&[][..], &["--force"]] {
        place.bundle("one", "alpha", &format!("Alpha {}", arguments.len()), "Look at the alpha valve");
        set_mode(&place.path(RUNBOOK), 0);
        let (outcome, reason) = nobody.outcome(1, arguments);
        assert_eq!(outcome, "stale");
        assert!(reason.contains(RUNBOOK.trim_start_matches("one/")) && reason.contains("Permission denied"));
        assert_eq!(place.bundles(), ["one/alpha", "one/beta"]);
        assert!(place.run(&["show", "one/beta"]).exits(0).stdout.contains("Look at the beta valve"));
        set_mode(&place.path(RUNBOOK), 0o644);
        assert_eq!(nobody.outcome(0, &[]).0, "fresh", "what else changed is read now");
        assert_eq!(nobody.outcome(0, &[]).0, "unchanged");
    }
}

#[test]
fn a_folder_that_cannot_be_listed() {
    let place = Workplace::indexed();
    let nobody = Nobody::of(&place);
    for folder in ["one", "one/codebundles", "one/codebundles/beta"] {
        set_mode(&place.path(folder), 0);
        let (outcome, reason) = nobody.outcome(1, &[]);
        assert!(outcome == "stale" && reason.contains("Permission denied"), "{folder}: {reason}");
        set_mode(&place.path(folder), 0o755);
        assert_eq!(place.bundles(), ["one/alpha", "one/beta"], "{folder}");
        assert_eq!(nobody.outcome(0, &[]).0, "unchanged", "{folder}");
    }
}

/// With nothing whole from before, what can be read is better than nothing, and is never taken for all there is.
#[test]
fn a_first_index_of_a_part() {
    let place = Workplace::new();
    for name in ["alpha", "beta", "gamma"] {
        place.bundle("one", name, name, &format!("Look at the {name} valve"));
    }
    place.list(&[("one", "path: one")]);
    let nobody = Nobody::of(&place);
    let file = |name: &str| place.path(&format!("one/codebundles/{name}/runbook.robot"));
    set_mode(&file("beta"), 0);
    let summary = nobody.index(1, &[]);
    let source = &summary["sources"][0];
    assert_eq!((&source["outcome"], &source["incomplete"]), (&"stale".into(), &true.into()));
    assert!(place.run(&["list", "codebundles"]).stdout.contains("one/alpha"));
    nobody.run(&["index"]).exits(1).says(&["what could be read is indexed"]);
    assert_eq!(place.generation(), 1, "the same again is nothing new");
    // Another part: what was read before stays.
    set_mode(&file("beta"), 0o644);
    set_mode(&file("alpha"), 0);
    nobody.index(1, &[]);
    assert!(place.run(&["show", "one/alpha"]).exits(0).stdout.contains("Look at the alpha valve"));
    assert!(place.run(&["show", "one/beta"]).exits(0).stdout.contains("Look at the beta valve"));
    place.run(&["status"]).exits(1);
    set_mode(&file("alpha"), 0o644);
    assert_eq!(nobody.outcome(0, &[]).0, "fresh");
    place.run(&["status"]).exits(0);
    assert_eq!(nobody.outcome(0, &[]).0, "unchanged");
}

#[test]
fn what_nobody_wants_may_be_unreadable() {
    let place = Workplace::indexed();
    place.write("one/secret.key", "s3cret");
    fs::create_dir(place.path("one/lost+found")).unwrap();
    place.write("elsewhere/file", "x");
    symlink(place.path("elsewhere/file"), place.path("one/codebundles/alpha/README.md")).unwrap();
    let nobody = Nobody::of(&place);
    nobody.index(0, &[]);
    for path in ["one/secret.key", "one/lost+found", "elsewhere"] {
        set_mode(&place.path(path), 0);
    }
    let summary = nobody.index(0, &["--force"]);
    let source = &summary["sources"][0];
    assert_eq!(source["outcome"], "fresh", "{source}");
    assert!(source["problems"].to_string().contains("leaves the source"), "{source}");
    set_mode(&place.path("elsewhere"), 0o755);
}

/// What archives with fixed times, `rsync -t` and build trees do.
#[test]
fn a_file_of_the_same_size_and_time() {
    let place = Workplace::indexed();
    let written = |name: &str| {
        place.bundle("one", "beta", "Beta Check", name);
        let file = File::options().write(true).open(place.path(RUNBOOK)).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(315_532_800)).unwrap();
    };
    written("Do aaa");
    place.index(0, &[]);
    written("Do bbb");
    assert_eq!(place.index(0, &[])["sources"][0]["outcome"], "fresh");
    assert!(place.run(&["show", "one/beta"]).exits(0).stdout.contains("Do bbb"));
    // What is remembered of the files is no fact: without it, or with a damaged one, nothing changes.
    let memory = place.path("data/cache/folders/one");
    for damage in [&b""[..], b"{}\n", b"\xff"] {
        let _ = fs::write(&memory, damage);
        assert_eq!(place.index(0, &[])["published"], false);
    }
}

#[test]
fn documentation_that_cannot_be_read() {
    let place = Workplace::indexed();
    for name in ["a", "b"] {
        place.write(&format!("docs/{name}.md"), format!("# Page {name}\n\nAbout the {name} crane.\n"));
    }
    place.write("docs/sub/c.md", "# Page c\n\nAbout the c crane.\n");
    place.write(
        "sources.yaml",
        "codecollections: [{slug: one, path: one}]\nsources: {guides: [{name: Docs, path: docs}]}\n\
         index_config: {standard_libraries: false}\n",
    );
    let nobody = Nobody::of(&place);
    nobody.index(0, &[]);
    let pages = || {
        let json = place.run(&["list", "documentation", "--format", "json"]).json();
        json.as_array()
            .unwrap()
            .iter()
            .map(|page| page["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let all = pages();
    assert_eq!(all.len(), 3);
    for path in ["docs/a.md", "docs/sub", "docs"] {
        set_mode(&place.path(path), 0);
        let summary = nobody.index(1, &[]);
        let documentation = &summary["sources"][1];
        assert_eq!(documentation["outcome"], "stale", "{path}: {documentation}");
        let mut now = pages();
        now.sort();
        assert_eq!(now, all, "{path}");
        nobody.index(1, &[]);
        set_mode(&place.path(path), if path.ends_with(".md") { 0o644 } else { 0o755 });
        assert_eq!(nobody.index(0, &[])["sources"][1]["outcome"], "fresh", "{path}");
    }
}

/// With few threads it goes on, with none it says so; no document is lost and nothing falls over.
#[test]
fn a_machine_that_gives_no_thread() {
    let place = Workplace::indexed();
    place.write("one/libraries/Valves.py", "def open_valve(name):\n    \"\"\"Opens a valve.\"\"\"\n");
    let nobody = Nobody::of(&place);
    nobody.index(0, &[]);
    let keywords = || place.run(&["list", "keywords"]).stdout;
    let before = keywords();
    assert!(before.contains("Open Valve"), "{before}");
    let mut codes = Vec::new();
    for processes in 1..=8 {
        let limit = format!("--nproc={processes}");
        let ran = nobody.run_behind(&["prlimit", &limit], &["index", "--force"]);
        assert!(matches!(ran.code, Some(0 | 2)), "{processes}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{processes}: {ran:?}");
        if ran.code == Some(2) {
            ran.clone().says(&["could not start threads to read sources on", "ulimit"]);
        }
        codes.push(ran.code);
        assert_eq!(keywords(), before, "{processes}");
    }
    assert_eq!(codes[0], Some(2), "a thread is needed");
    assert_eq!(place.index(0, &[])["sources"][0]["outcome"], "unchanged");
}

/// Too little memory may end the process, which nobody can catch; what is in service stays.
#[test]
fn a_machine_that_gives_no_memory() {
    let place = Workplace::indexed();
    place.write("one/libraries/Valves.py", "def open_valve(name):\n    \"\"\"Opens a valve.\"\"\"\n");
    let nobody = Nobody::of(&place);
    nobody.index(0, &[]);
    let before = place.run(&["list", "keywords"]).stdout;
    for megabytes in [150, 200, 300, 450, 600, 1500] {
        let limit = format!("--as={}", megabytes << 20);
        let ran = nobody.run_behind(&["prlimit", "--core=0", &limit], &["index", "--force", "--quiet"]);
        assert!(!ran.stderr.contains("panicked"), "{megabytes} MB: {ran:?}");
        assert_eq!(place.run(&["list", "keywords"]).stdout, before, "{megabytes} MB");
    }
    assert_eq!(place.index(0, &[])["sources"][0]["outcome"], "unchanged");
}

/// What happens to a bundle between two runs.
#[derive(Debug, Clone, Copy)]
enum Event {
    Change(usize),
    Remove(usize),
    Lock(usize),
    Unlock(usize),
    LockAll,
    EmptyAll,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let bundle = 0..3_usize;
    let event = prop_oneof![
        4 => bundle.clone().prop_map(Event::Change),
        2 => bundle.clone().prop_map(Event::Remove),
        3 => bundle.clone().prop_map(Event::Lock),
        3 => bundle.prop_map(Event::Unlock),
        1 => Just(Event::LockAll),
        1 => Just(Event::EmptyAll),
    ];
    proptest::collection::vec(event, 1..6)
}

/// The texts of the tasks in the index.
fn tasks(place: &Workplace) -> Vec<String> {
    let ran = place.run(&["list", "tasks", "--format", "json"]);
    if ran.code == Some(2) {
        return Vec::new();
    }
    let json = ran.json();
    let titles = json.as_array().unwrap().iter().map(|task| task["id"].as_str().unwrap().to_owned());
    let mut titles: Vec<String> = titles.collect();
    titles.sort();
    titles
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    /// The index never lacks what the last whole reading had, and after a whole reading it is that of the folder.
    #[test]
    fn any_history_ends_as_a_fresh_index(history in events()) {
        let place = Workplace::new();
        let nobody = Nobody::of(&place);
        place.list(&[("one", "path: one")]);
        place.bundle("one", "always", "Always", "Look at it");
        let name = |bundle: usize| format!("bundle-{bundle}");
        let file = |bundle: usize| place.path(&format!("one/codebundles/{}/runbook.robot", name(bundle)));
        (0..3).for_each(|bundle| place.bundle("one", &name(bundle), "A", "Version 0"));
        nobody.index(0, &[]);
        let mut whole = tasks(&place);
        for (number, event) in history.into_iter().enumerate() {
            let bundles = place.path("one/codebundles");
            match event {
                Event::Change(bundle) => {
                    if let Ok(metadata) = fs::metadata(file(bundle)) {
                        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
                        set_mode(&file(bundle), 0o644);
                        place.bundle("one", &name(bundle), "A", &format!("Version {number}"));
                        set_mode(&file(bundle), mode & 0o777);
                    } else {
                        place.bundle("one", &name(bundle), "A", &format!("Version {number}"));
                    }
                }
                Event::Remove(bundle) => {
                    let _ = fs::remove_dir_all(place.path(&format!("one/codebundles/{}", name(bundle))));
                }
                Event::Lock(bundle) if file(bundle).exists() => set_mode(&file(bundle), 0),
                Event::Unlock(bundle) if file(bundle).exists() => set_mode(&file(bundle), 0o644),
                Event::LockAll => set_mode(&bundles, 0),
                Event::EmptyAll => fs::rename(&bundles, place.path("away")).unwrap(),
                Event::Lock(_) | Event::Unlock(_) => {}
            }
            let summary = Nobody::run(&nobody, &["index", "--format", "json"]).json();
            let now = tasks(&place);
            if summary["sources"][0]["outcome"] == "stale" {
                prop_assert_eq!(&now, &whole, "{:?}", event);
            } else {
                whole = now;
            }
            match event {
                Event::LockAll => set_mode(&bundles, 0o755),
                Event::EmptyAll => fs::rename(place.path("away"), &bundles).unwrap(),
                _ => {}
            }
        }
        (0..3).map(file).filter(|file| file.exists()).for_each(|file| set_mode(&file, 0o644));
        nobody.index(0, &[]);
        let after = tasks(&place);
        fs::remove_dir_all(place.path("data")).unwrap();
        nobody.index(0, &[]);
        prop_assert_eq!(after, tasks(&place));
    }
}
