//! Clones and those who use them: several runs at once, other users, sources that are listed no more.

use std::fs;
use std::process::{Child, Stdio};

use crate::workplace::{Ran, Workplace, git};

/// A workplace of several repositories, none of which has been fetched.
fn repositories(names: &[&str]) -> Workplace {
    let place = Workplace::new();
    for name in names {
        for number in 0..20 {
            place.bundle(name, &format!("check-{number}"), "Valve Check", "Look at the valve");
        }
        place.commit(name);
    }
    list(&place, names);
    place
}

fn list(place: &Workplace, names: &[&str]) {
    let fields: Vec<String> = names.iter().map(|name| format!("git_url: ./{name}")).collect();
    let sources: Vec<(&str, &str)> = names.iter().copied().zip(fields.iter().map(String::as_str)).collect();
    place.list(&sources);
}

fn start(place: &Workplace, arguments: &[&str]) -> Child {
    place.ccr(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn runs_at_once_do_no_harm() {
    let names = ["one", "two", "three", "four"];
    let place = repositories(&names);
    for round in 0..3 {
        let dry = ["index", "--dry-run", "--format", "json"];
        let runs: Vec<Child> = (0..4).map(|_| start(&place, &dry)).collect();
        place.run(&["index"]).exits(0);
        for run in runs {
            let ran = Ran::of(run.wait_with_output().unwrap()).exits(0);
            assert_eq!(ran.stderr, "", "round {round}");
        }
        // The next round has something to fetch, or everything.
        for name in names {
            place.bundle(name, &format!("more-{round}"), "Valve Check", "Look at the valve");
            place.commit(name);
        }
        if round == 1 {
            fs::remove_dir_all(place.path("data/clones")).unwrap();
        }
    }
    place.index(0, &[]);
    assert_eq!(place.bundles().len(), 4 * 23);
}

#[test]
fn runs_of_two_refs_take_turns() {
    let place = repositories(&["one"]);
    git(&place.path("one"), &["branch", "old"]);
    place.bundle("one", "new", "New Check", "Look at the new valve");
    place.commit("one");
    place.list(&[("one", "git_url: ./one|git_ref: old")]);
    fs::copy(place.path("sources.yaml"), place.path("old.yaml")).unwrap();
    list(&place, &["one"]);
    for _ in 0..3 {
        let runs: Vec<Child> = (0..6)
            .map(|number| {
                let sources = if number % 2 == 0 { "old.yaml" } else { "sources.yaml" };
                start(&place, &["index", "--dry-run", "--format", "json", "--sources", sources])
            })
            .collect();
        for (number, run) in runs.into_iter().enumerate() {
            let summary = Ran::of(run.wait_with_output().unwrap()).exits(0).json();
            let expected = if number % 2 == 0 { 20 } else { 21 };
            assert_eq!(summary["counts"]["codebundle"], expected, "{summary}");
        }
        fs::remove_dir_all(place.path("data/clones/one.git")).unwrap();
    }
}

#[test]
fn a_clone_that_lost_an_object_is_repaired_or_leaves_its_source_stale() {
    let place = repositories(&["one"]);
    place.index(0, &[]);
    let lose = || {
        let clone = place.path("data/clones/one.git");
        let blob = place.path("one/codebundles/check-7/runbook.robot");
        fs::write(&blob, fs::read_to_string(&blob).unwrap() + "    Log    changed\n").unwrap();
        place.commit("one");
        place.index(0, &[]);
        // All in single files, so that one of them can be lost.
        let packs: Vec<_> =
            fs::read_dir(clone.join("objects/pack")).unwrap().map(|file| file.unwrap().path()).collect();
        for pack in packs.iter().filter(|path| path.extension().is_some_and(|end| end == "pack")) {
            let out = place.path("pack");
            fs::rename(pack, &out).unwrap();
            let unpack =
                format!("git --git-dir='{}' unpack-objects -q < '{}'", clone.display(), out.display());
            let done = std::process::Command::new("sh").args(["-c", &unpack]).status().unwrap();
            assert!(done.success());
        }
        let listed = std::process::Command::new("git")
            .args([
                "-C",
                place.path("one").to_str().unwrap(),
                "rev-parse",
                "HEAD:codebundles/check-7/runbook.robot",
            ])
            .output()
            .unwrap();
        let id = String::from_utf8(listed.stdout).unwrap().trim().to_owned();
        fs::remove_file(clone.join("objects").join(&id[..2]).join(&id[2..])).unwrap();
    };
    lose();
    let summary = place.index(0, &["--force"]);
    assert_eq!(summary["sources"][0]["problems"], serde_json::json!([]));
    assert_eq!(place.bundles().len(), 20);
    lose();
    fs::rename(place.path("one"), place.path("away")).unwrap();
    let ran = place.run(&["index", "--force"]).exits(1);
    ran.says(&["the clone", "is damaged", "is missing", "its last good documents stay"]);
    assert_eq!(place.bundles().len(), 20);
    fs::rename(place.path("away"), place.path("one")).unwrap();
    place.index(0, &[]);
    place.run(&["status"]).exits(0);
    assert_eq!(place.bundles().len(), 20);
}

#[test]
fn clones_of_what_is_listed_no_more_go_after_a_week() {
    let place = repositories(&["one", "two", "three"]);
    place.index(0, &[]);
    let clone = |name: &str| place.path(&format!("data/clones/{name}.git"));
    let mark = |name: &str| clone(name).join("ccr-unlisted");
    list(&place, &["one"]);
    // Only a run about everything can tell.
    place.index(0, &["--dry-run"]);
    place.index(0, &["--only", "one"]);
    assert!(!mark("two").exists());
    place.index(0, &[]);
    assert!(!mark("one").exists() && mark("two").exists() && mark("three").exists());
    // A week is over for both; one of them is listed again before the next run.
    let week = 7 * 24 * 60 * 60;
    for name in ["two", "three"] {
        let since: u64 = fs::read_to_string(mark(name)).unwrap().parse().unwrap();
        fs::write(mark(name), (since - week).to_string()).unwrap();
    }
    list(&place, &["one", "two"]);
    let ran = place.run(&["index"]).exits(0);
    assert!(ran.stdout.contains("removed the clones of what is listed no more: three"), "{}", ran.stdout);
    assert!(clone("one").exists() && clone("two").exists() && !clone("three").exists());
    assert!(!mark("two").exists());
    let left = || {
        let names = fs::read_dir(place.path("data/clones")).unwrap().map(|file| file.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).collect::<Vec<_>>()
    };
    assert!(left().iter().all(|name| !name.contains("three")), "{:?}", left());
    // Nothing stays of what was never cloned.
    place.list(&[("one", "git_url: ./one"), ("two", "git_url: ./two"), ("four", "git_url: ./four")]);
    place.index(1, &[]);
    list(&place, &["one", "two"]);
    place.index(0, &[]);
    assert!(left().iter().all(|name| !name.contains("four")), "{:?}", left());
    // A folder of documentation has a clone, too.
    let listed = fs::read_to_string(place.path("sources.yaml")).unwrap();
    let documentation = format!("{listed}sources:\n  guides:\n    - {{name: Guide, git_url: ./three}}\n");
    place.write("three/guide.md", "# Guide\n\nHow to look at the valve.\n");
    place.commit("three");
    place.write("sources.yaml", &documentation);
    place.index(0, &[]);
    place.index(0, &[]);
    let of_documentation =
        left().into_iter().find(|name| name.starts_with("_docs-") && name.ends_with(".git")).unwrap();
    let mark = place.path("data/clones").join(of_documentation).join("ccr-unlisted");
    assert!(!mark.exists());
    place.write("sources.yaml", &listed);
    place.index(0, &[]);
    assert!(mark.exists());
}

/// Makes what is below a folder another user's, or, for who is not root, read-only.
fn take_away(path: &std::path::Path, is_root: bool) {
    let mut command = std::process::Command::new(if is_root { "chown" } else { "chmod" });
    command.args(["-R", if is_root { "0:0" } else { "a-w" }]).arg(path);
    assert!(command.status().unwrap().success());
}

#[test]
fn clones_of_another_user() {
    let place = repositories(&["one"]);
    place.index(0, &[]);
    let data = fs::metadata(place.path("data")).unwrap();
    let is_root = std::os::unix::fs::MetadataExt::uid(&data) == 0;
    // Root may do everything: the program runs as nobody, whose is all but the clone.
    let sh = |script: &str| {
        let done =
            std::process::Command::new("sh").args(["-ec", script]).current_dir(place.path("")).status();
        assert!(done.unwrap().success(), "{script}");
    };
    place.write("home/.gitconfig", "[safe]\n\tdirectory = *\n");
    if is_root {
        sh("chmod 755 . && chown -R 65534:65534 .");
        fs::copy(env!("CARGO_BIN_EXE_ccr"), place.path("ccr")).unwrap();
    }
    let index = || {
        let mut command = if is_root {
            let mut command = std::process::Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(place.path("ccr"));
            command.args(["index", "--format", "json"]).current_dir(place.path(""));
            command
        } else {
            place.ccr(&["index", "--format", "json"])
        };
        Ran::of(command.env("HOME", place.path("home")).output().unwrap())
    };
    let commit = |name: &str| {
        place.bundle("one", name, "New Check", "Look at the new valve");
        git(&place.path("one"), &["-c", "safe.directory=*", "add", "--all"]);
        git(&place.path("one"), &["-c", "safe.directory=*", "commit", "--quiet", "--message=change"]);
    };
    commit("new");
    if is_root {
        sh("chown -R 65534:65534 one");
    }
    // The clone alone: it is made anew.
    take_away(&place.path("data/clones/one.git"), is_root);
    let summary = index().exits(0).json();
    assert_eq!(
        (&summary["sources"][0]["outcome"], &summary["counts"]["codebundle"]),
        (&"fresh".into(), &21.into())
    );
    commit("newer");
    if is_root {
        sh("chown -R 65534:65534 one");
    }
    // All clones: our own disk is named, and not the remote.
    take_away(&place.path("data/clones"), is_root);
    let ran = index().exits(1).says(&[
        "one: could not ",
        "data/clones",
        "Permission denied",
        "last good documents",
    ]);
    assert!(!ran.stderr.contains("no access to"), "{}", ran.stderr);
    if is_root {
        assert!(ran.stderr.contains("belongs to user 0, and this is user 65534"), "{}", ran.stderr);
    } else {
        sh("chmod -R u+w data");
    }
    assert_eq!(place.bundles().len(), 21);
}
