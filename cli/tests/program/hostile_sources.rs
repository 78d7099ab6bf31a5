//! Repositories and folders that are not what they should be.

use std::fs::{self, File};
use std::os::unix::fs::symlink;

use serde_json::Value;

use crate::workplace::{Workplace, git};

/// A workplace whose collection `one` is a git repository.
fn repository() -> Workplace {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
    place.commit("one");
    place.list(&[("one", "git_url: ./one")]);
    place
}

/// The problems that name a path.
fn problems(summary: &Value, path: &str) -> Vec<String> {
    let all = summary["sources"][0]["problems"].as_array().unwrap().iter();
    all.filter(|problem| problem["path"] == path)
        .map(|problem| problem["message"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_repository_follows_its_branch() {
    let place = repository();
    let summary = place.index(0, &[]);
    assert_eq!(summary["sources"][0]["commit"].as_str().unwrap().len(), 40);
    assert_eq!(place.index(0, &[])["published"], false);
    git(&place.path("one"), &["mv", "codebundles/alpha", "codebundles/omega"]);
    place.commit("one");
    place.index(0, &[]);
    assert_eq!(place.bundles(), ["one/omega"]);
}

#[test]
fn a_repository_that_vanished() {
    let place = repository();
    place.index(0, &[]);
    fs::rename(place.path("one"), place.path("elsewhere")).unwrap();
    let ran = place.run(&["index"]).exits(1).says(&["error: one: ", "its last good documents stay"]);
    assert!(ran.stdout.contains("stale"), "{}", ran.stdout);
    assert_eq!(place.bundles(), ["one/alpha"]);
    place.run(&["search", "alpha"]).exits(0);
    assert!(place.run(&["status"]).exits(1).stdout.contains("stale: "));
    let json = place.run(&["status", "--format", "json"]).exits(1).json();
    assert_eq!(json["sources"][0]["outcome"]["state"], "stale");
    // Stale twice is nothing new; back again is.
    assert_eq!(place.index(1, &[])["published"], false);
    fs::rename(place.path("elsewhere"), place.path("one")).unwrap();
    assert_eq!(place.index(0, &[])["published"], true);
    place.run(&["status"]).exits(0);
}

#[test]
fn a_folder_that_vanished() {
    let place = Workplace::indexed();
    fs::remove_dir_all(place.path("one")).unwrap();
    assert_eq!(place.index(1, &[])["sources"][0]["outcome"], "stale");
    assert_eq!(place.bundles(), ["one/alpha", "one/beta"]);
    // Not even force throws the last good documents away.
    place.index(1, &["--force"]);
    assert_eq!(place.bundles(), ["one/alpha", "one/beta"]);
}

#[test]
fn repositories_with_nothing_in_them() {
    let place = Workplace::new();
    fs::create_dir(place.path("empty")).unwrap();
    git(&place.path("empty"), &["init", "--quiet", "--initial-branch=main"]);
    place.write("none/README.md", "# None\n");
    place.commit("none");
    place.list(&[("empty", "git_url: ./empty"), ("none", "git_url: ./none")]);
    let summary = place.index(1, &["--fail-on", "problem"]);
    assert_eq!(summary["sources"][0]["outcome"], "failed");
    assert!(summary["sources"][0]["reason"].as_str().unwrap().contains("empty"), "{summary}");
    let none = &summary["sources"][1];
    assert_eq!(none["outcome"], "fresh");
    assert_eq!(none["problems"][0]["severity"], "warning", "{none}");
    assert!(none["problems"][0]["message"].as_str().unwrap().contains("codebundles"), "{none}");
}

#[test]
fn a_ref_that_does_not_exist() {
    let place = repository();
    place.list(&[("one", "git_url: ./one|git_ref: no-such-branch")]);
    place.run(&["index"]).exits(1).says(&["no-such-branch", "main"]);
}

#[test]
fn without_a_network() {
    let place = repository();
    place.run(&["index", "--offline"]).exits(1).says(&["no clone of", "once without `--offline`"]);
    place.index(0, &[]);
    place.bundle("one", "beta", "Beta Check", "Look at the beta valve");
    place.commit("one");
    place.index(0, &["--offline"]);
    assert_eq!(place.bundles(), ["one/alpha"], "the clone is what it was");
    place.index(0, &[]);
    assert_eq!(place.bundles(), ["one/alpha", "one/beta"]);
}

#[test]
fn a_repository_whose_history_was_rewritten() {
    let place = repository();
    place.index(0, &[]);
    place.bundle("one", "beta", "Beta Check", "Look at the beta valve");
    git(&place.path("one"), &["add", "--all"]);
    git(&place.path("one"), &["commit", "--quiet", "--amend", "--message=other"]);
    place.index(0, &[]);
    assert_eq!(place.bundles(), ["one/alpha", "one/beta"]);
    // A source may become a folder, and a repository again.
    place.list(&[("one", "path: one")]);
    assert_eq!(place.index(0, &[])["sources"][0]["commit"], Value::Null);
    place.list(&[("one", "git_url: ./one")]);
    assert!(place.index(0, &[])["sources"][0]["commit"].is_string());
}

#[test]
fn files_that_are_none() {
    let place = Workplace::indexed();
    let at = |name: &str| place.path(&format!("one/codebundles/alpha/{name}"));
    File::create(at("huge.sh")).unwrap().set_len(200_000_000).unwrap();
    let fifo = std::process::Command::new("mkfifo").arg(at("pipe.sh")).status().unwrap();
    assert!(fifo.success());
    fs::create_dir(at("meta.yaml")).unwrap();
    fs::create_dir(at("sli.robot")).unwrap();
    symlink("/etc/passwd", at("out.sh")).unwrap();
    symlink("../../../../one/codebundles", at("folder.sh")).unwrap();
    symlink("loop.sh", at("loop.sh")).unwrap();
    symlink("/dev/zero", at("zero.sh")).unwrap();
    symlink("runbook.robot", at("inside.robot")).unwrap();
    let summary = place.index(1, &["--fail-on", "problem"]);
    let check = |name: &str, words: &str| {
        let found = problems(&summary, &format!("codebundles/alpha/{name}"));
        assert!(found.iter().any(|message| message.contains(words)), "{name}: {found:?}");
    };
    check("huge.sh", "larger than the limit");
    check("pipe.sh", "a pipe where a regular file");
    check("out.sh", "leaves the source");
    check("folder.sh", "link to");
    check("loop.sh", "never ends");
    check("zero.sh", "leaves the source");
    assert_eq!(place.bundles(), ["one/alpha", "one/beta"], "the neighbours stay");
    let shown = place.run(&["search", "root", "--min", "0", "--collection", "one"]);
    assert!(!shown.stdout.contains("root:x"), "{}", shown.stdout);
}

#[test]
fn a_repository_with_hostile_names() {
    let place = repository();
    place.bundle("one", "a b", "Space Check", "Look at it");
    place.bundle("one", "-rf", "Hyphen Check", "Look at it");
    place.bundle("one", "zażółć", "Letter Check", "Look at it");
    place.bundle("one", "new\nline", "Line Check", "Look at it");
    place.bundle("one", "'; DROP TABLE body; --", "Quote Check", "Look at it");
    symlink("/etc", place.path("one/codebundles/etc")).unwrap();
    place.commit("one");
    let ran = place.run(&["index"]);
    assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
    let bundles = place.bundles();
    for name in ["a b", "-rf", "zażółć", "'; DROP TABLE body; --", "alpha"] {
        assert!(bundles.contains(&format!("one/{name}")), "{name}: {bundles:?}");
        place.run(&["show", "--", &format!("one/{name}")]).exits(0);
    }
}

#[test]
fn links_to_folders_and_pointers_of_git_lfs() {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
    let at = |name: &str| place.path(&format!("one/{name}"));
    symlink("alpha", at("codebundles/alias")).unwrap();
    symlink("/etc", at("codebundles/etc")).unwrap();
    symlink("self", at("codebundles/self")).unwrap();
    symlink("codebundles", at("all")).unwrap();
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n",
        "4d7a214614ab2935".repeat(4)
    );
    let pointers = [
        "README.md",
        "codebundles/alpha/README.md",
        "codebundles/alpha/big.sh",
        "codebundles/alpha/meta.yaml",
    ];
    for name in
        pointers.into_iter().chain(["codebundles/beta/runbook.robot", "lib/Keywords.py", "tests/x.robot"])
    {
        place.write(&format!("one/{name}"), &pointer);
    }
    place.commit("one");
    for fields in ["path: one", "git_url: ./one"] {
        place.list(&[("one", fields)]);
        let summary = place.index(0, &["--force"]);
        let check = |path: &str, severity: &str, message: &str| {
            let all = summary["sources"][0]["problems"].as_array().unwrap();
            let found: Vec<_> = all.iter().filter(|problem| problem["path"] == path).collect();
            assert_eq!(found.len(), 1, "{fields}: {path}: {found:?}");
            assert_eq!(
                (&found[0]["message"], &found[0]["severity"]),
                (&message.into(), &severity.into()),
                "{path}"
            );
        };
        let more = "; a bundle that is a link is not indexed";
        check("codebundles/alias", "warning", &format!("link to the folder `alpha` is not followed{more}"));
        check("codebundles/etc", "warning", &format!("link to `/etc` leaves the source{more}"));
        check("codebundles/self", "warning", &format!("link to `self` never ends{more}"));
        check("all", "warning", "link to the folder `codebundles` is not followed");
        for path in
            pointers.into_iter().chain(["codebundles/beta/runbook.robot", "lib/Keywords.py", "tests/x.robot"])
        {
            check(path, "error", "is a Git LFS pointer; its contents are not in the repository");
        }
        assert!(place.bundles().contains(&"one/alpha".to_owned()));
    }
}

#[test]
fn a_suite_in_another_encoding_is_one_problem() {
    let place = Workplace::new();
    let suite = "*** Tasks ***\nLook at the caf\u{e9}\n    Log    x\n";
    let latin: Vec<u8> = suite.chars().map(|c| c as u8).collect();
    let wide: Vec<u8> =
        std::iter::once(0xfeff).chain(suite.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (number, bytes) in [latin, wide].iter().enumerate() {
        let path = format!("codebundles/alpha-{number}/runbook.robot");
        place.write(&format!("one/{path}"), bytes);
        place.list(&[("one", "path: one")]);
        let summary = place.index(0, &["--force"]);
        let found = problems(&summary, &path);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].ends_with("; Robot Framework takes UTF-8 only"), "{found:?}");
        place.run(&["search", "caf\u{e9}"]).exits(0);
    }
}
