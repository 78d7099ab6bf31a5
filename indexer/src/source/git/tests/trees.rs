use std::fs;
use std::os::unix::fs::symlink;

use super::repository::{Repository, read_all};
use crate::source::{Entry, ReadError};

#[test]
fn odd_names() {
    let repository = Repository::empty();
    for name in ["line\nbreak", "\"quoted\"", "é/日本", "-dash", "a b", "tab\there", "README.md/inner"] {
        repository.commit(name, name);
    }
    let snapshot = repository.fetch("").unwrap().snapshot;
    let mut expected: Vec<String> =
        ["\"quoted\"", "-dash", "README.md/inner", "a b", "line\nbreak", "tab\there", "é/日本"]
            .iter()
            .map(|name| format!("{name}: {name}"))
            .collect();
    expected.sort();
    assert_eq!(read_all(&snapshot), expected);
}

#[test]
fn links_never_lead_out() {
    let repository = Repository::empty();
    fs::write(repository.base().join("secret"), "s3cret").unwrap();
    let link = |target: &str, path: &str| {
        let path = repository.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
    };
    link("/etc/passwd", "absolute");
    link("../secret", "beside");
    link("../../../../etc/passwd", "a/far");
    link("..", "a/up");
    link("real", "a/good");
    link("./a/../a/good", "chain");
    link("a", "folder");
    link("folder/real", "through");
    link("b/..", "a/here");
    link("nothing", "dangling");
    link("loop2", "loop1");
    link("loop1", "loop2");
    link(&"x".repeat(4000), "long");
    link("../.git/config", "a/git");
    repository.commit("a/real", "inside");
    let snapshot = repository.fetch("").unwrap().snapshot;
    assert_eq!(
        read_all(&snapshot),
        [
            "a/far! link to `../../../../etc/passwd` leaves the source",
            "a/git! link to `../.git/config`, which does not exist",
            "a/good: inside",
            "a/here! link to the folder `b/..` is not followed",
            "a/real: inside",
            "a/up! link to the folder `..` is not followed",
            "absolute! link to `/etc/passwd` leaves the source",
            "beside! link to `../secret` leaves the source",
            "chain: inside",
            "dangling! link to `nothing`, which does not exist",
            "folder! link to the folder `a` is not followed",
            &format!("long! link to `{}`, which does not exist", "x".repeat(4000)),
            "loop1! link to `loop2` never ends",
            "loop2! link to `loop1` never ends",
            "through: inside",
        ]
    );
}

#[test]
fn large_files_are_not_read() {
    let repository = Repository::new();
    fs::File::create(repository.path().join("large")).unwrap().set_len(2_000_000).unwrap();
    symlink("large", repository.path().join("link")).unwrap();
    repository.commit("small", "x");
    let snapshot = repository.fetch("").unwrap().snapshot;
    let large = "file of 2000000 bytes is larger than the limit of 100000";
    assert_eq!(
        read_all(&snapshot),
        [format!("large! {large}"), format!("link! {large}"), "name: first".into(), "small: x".into()]
    );
}

#[test]
fn pointers_of_git_lfs_are_named() {
    let repository = Repository::new();
    let pointer =
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 9\n", "0".repeat(64));
    symlink("pointer", repository.path().join("link")).unwrap();
    repository.commit("pointer", &pointer);
    let said = "is a Git LFS pointer; its contents are not in the repository";
    assert_eq!(
        read_all(&repository.fetch("").unwrap().snapshot),
        [format!("link! {said}"), "name: first".into(), format!("pointer! {said}")]
    );
}

#[test]
fn too_many_files() {
    let repository = Repository::new();
    for number in 0..1200 {
        fs::write(repository.path().join(format!("{number:04}")), "").unwrap();
    }
    symlink("0001", repository.path().join("zlink")).unwrap();
    repository.commit("last", "x");
    let listing = repository.fetch("").unwrap().snapshot.list().unwrap();
    assert_eq!(listing.entries.len(), 1000);
    assert_eq!(listing.problems[0].message, "more than 1000 files; the rest is left out");
}

#[test]
fn trees_that_no_git_would_make() {
    let repository = Repository::new();
    let blob = repository.blob("x");
    let inner =
        repository.git_with_input(&["mktree", "-z"], format!("100644 blob {blob}\tpasswd\0").as_bytes());
    let mut records = Vec::new();
    for (mode, kind, id, path) in [
        ("100644", "blob", blob.as_str(), b"caf\xe9".as_slice()),
        ("040000", "tree", &inner, b".."),
        ("100644", "blob", &blob, b"fine"),
        ("100755", "blob", &blob, b"run.sh"),
        ("160000", "commit", "0123456789012345678901234567890123456789", b"module"),
    ] {
        records.extend_from_slice(format!("{mode} {kind} {id}\t").as_bytes());
        records.extend_from_slice(path);
        records.push(0);
    }
    repository.commit_tree(&records);
    let snapshot = repository.fetch("").unwrap().snapshot;
    assert_eq!(read_all(&snapshot), ["fine: x", "run.sh: x"]);
    let listing = snapshot.list().unwrap();
    let problems: Vec<&str> = listing.problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(problems, ["../passwd", "caf\u{fffd}"]);
    assert_eq!((listing.notes.len(), listing.notes[0].path.as_str()), (1, "module"));
}

#[test]
fn snapshots_are_read_from_several_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    let repository = Repository::new();
    repository.commit("other", "x");
    let snapshot = repository.fetch("").unwrap().snapshot;
    shared(&snapshot);
    let found: Vec<Vec<String>> = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(|| read_all(&snapshot))).collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    assert!(found.iter().all(|found| *found == ["name: first", "other: x"]));
}

#[test]
fn many_files_in_any_order() {
    let repository = Repository::empty();
    for number in 0..700 {
        fs::write(repository.path().join(format!("f{number}")), format!("{number}\n").repeat(number))
            .unwrap();
    }
    repository.commit("last", "");
    let snapshot = repository.fetch("").unwrap().snapshot;
    let listing = snapshot.list().unwrap();
    let wanted: Vec<&Entry> = listing.entries.iter().rev().filter(|entry| entry.path != "f3").collect();
    let mut count = 0;
    for (entry, contents) in snapshot.read(&wanted) {
        let number: usize = entry.path[1..].parse().unwrap_or(0);
        assert_eq!(contents, Ok(format!("{number}\n").repeat(number).into_bytes()));
        count += 1;
    }
    assert_eq!(count, 700);
    // What is not read to its end ends all the same.
    assert!(snapshot.read(&wanted).next().is_some());
    let obstacle = ReadError::NotAFile { kind: "a pipe" };
    let wrong = Entry { path: "w".into(), size: 0, id: String::new(), obstacle: Some(obstacle.clone()) };
    let mixed = [&wrong, wanted[0], &wrong, wanted[1]];
    let results: Vec<bool> = snapshot.read(&mixed).map(|(_, contents)| contents.is_ok()).collect();
    assert_eq!(results, [false, true, false, true]);
}
