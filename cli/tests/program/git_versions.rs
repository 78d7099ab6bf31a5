//! Versions of git: the least one, and options that older ones do not have.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::workplace::{Ran, Workplace};

/// A workplace with the repository `one` and, before all others in PATH, a `git` that says it has this version and
/// refuses what came later.
fn with_git(version: &str) -> (Workplace, String) {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
    place.commit("one");
    place.list(&[("one", "git_url: ./one")]);
    let found = Command::new("sh").args(["-c", "command -v git"]).output().unwrap();
    let real = String::from_utf8(found.stdout).unwrap().trim().to_owned();
    let text = format!(
        "#!/bin/sh\nfor a in \"$@\"; do case \"$a\" in\n\
         version) echo 'git version {version}'; exit 0;;\n\
         --object-format*) echo \"error: unknown option \\`${{a#--}}'\" >&2; exit 129;;\n\
         --no-write-fetch-head|--no-auto-maintenance|--filter=*|--refetch|--porcelain|--no-lazy-fetch)\n\
         echo \"error: unknown option \\`${{a#--}}'\" >&2; exit 129;;\nesac; done\nexec '{real}' \"$@\"\n"
    );
    place.write("bin/git", text);
    fs::set_permissions(place.path("bin/git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap());
    (place, path)
}

#[test]
fn the_least_version_is_enough() {
    let (place, path) = with_git("2.18.0");
    for reference in ["HEAD", "main"] {
        place.list(&[("one", &format!("git_url: ./one|git_ref: {reference}"))]);
        Ran::of(place.ccr(&["index"]).env("PATH", &path).output().unwrap()).exits(0);
    }
    assert_eq!(place.bundles(), ["one/alpha"]);
}

#[test]
fn an_older_one_is_refused_by_name() {
    for (version, said) in
        [("2.17.6", "git 2.17 is too old, 2.18 is needed"), ("1.8.3.1", "git 1.8 is too old")]
    {
        let (place, path) = with_git(version);
        // What needs no program is fetched without it.
        Ran::of(place.ccr(&["index"]).env("PATH", &path).output().unwrap()).exits(0);
        assert_eq!(place.bundles(), ["one/alpha"]);
        place.list(&[("one", "git_url: ssh://git@127.0.0.1:1/one")]);
        let ran = Ran::of(place.ccr(&["index"]).env("PATH", &path).output().unwrap());
        ran.exits(1).says(&["one: ", said]);
    }
}
