use std::fs;
use std::path::PathBuf;

use super::repository::{Repository, options, read_all};
use crate::source::{FetchOptions, Outcome, SourceError};

fn stale_reason(repository: &Repository, fields: &str) -> String {
    let fetched = repository.fetch(fields).unwrap();
    let Outcome::Stale { reason } = fetched.outcome else { panic!("{:?}", fetched.outcome) };
    assert!(read_all(&fetched.snapshot).contains(&"name: first".to_owned()));
    reason
}

fn packs(repository: &Repository) -> Vec<PathBuf> {
    let files = fs::read_dir(repository.clone_path().join("objects/pack")).unwrap();
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "pack"))
        .collect()
}

fn make_writable(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
}

#[test]
fn a_vanished_remote_keeps_the_last_good() {
    let repository = Repository::new();
    repository.check("", "fresh", "first");
    let away = repository.base().join("away");
    fs::rename(repository.path(), &away).unwrap();
    assert!(stale_reason(&repository, "").contains("no repository at"));
    // Only what was asked for before is the last good.
    assert!(matches!(repository.fetch("git_ref: dev").unwrap_err(), SourceError::NoRepository { .. }));
    fs::rename(&away, repository.path()).unwrap();
    repository.check("", "unchanged", "first");
}

#[test]
fn a_deleted_branch_keeps_the_last_good() {
    let repository = Repository::new();
    repository.git(&["branch", "dev"]);
    repository.check("git_ref: dev", "fresh", "first");
    repository.git(&["branch", "--delete", "dev"]);
    assert!(stale_reason(&repository, "git_ref: dev").contains("no branch, tag or commit `dev`"));
}

#[test]
fn a_changed_address_is_fetched_anew() {
    let repository = Repository::new();
    repository.check("", "fresh", "first");
    let error = repository.fetch("git_url: ./nowhere").unwrap_err();
    assert!(matches!(error, SourceError::NoRepository { .. }), "{error:?}");
    // The old clone is replaced on success only.
    repository.check("", "unchanged", "first");
    repository.git(&["clone", "--quiet", "--bare", ".", "../other.git"]);
    repository.commit("name", "second");
    repository.check("git_url: ./other.git", "fresh", "first");
    repository.check("git_url: ./upstream", "fresh", "second");
}

#[test]
fn a_damaged_clone_is_made_anew() {
    let damages: [fn(&Repository); 6] = [
        |repository| packs(repository).iter().for_each(|pack| fs::remove_file(pack).unwrap()),
        |repository| {
            for pack in packs(repository) {
                make_writable(&pack);
                fs::write(pack, "").unwrap();
            }
        },
        // What is not needed to read a clone is missed when something is fetched into it.
        |repository| drop(fs::remove_file(repository.clone_path().join("HEAD"))),
        |repository| fs::write(repository.clone_path().join("config"), "[core\n").unwrap(),
        |repository| fs::remove_dir_all(repository.clone_path().join("objects")).unwrap(),
        |repository| fs::remove_dir_all(repository.clone_path().join("refs")).unwrap(),
    ];
    for (number, damage) in damages.iter().enumerate() {
        let repository = Repository::new();
        repository.check("", "fresh", "first");
        damage(&repository);
        let fetched = repository.fetch("").unwrap();
        assert!(read_all(&fetched.snapshot).contains(&"name: first".to_owned()), "damage {number}");
        // Nobody changes a clone while a snapshot of it lives.
        drop(fetched);
        repository.commit("name", "second");
        damage(&repository);
        repository.check("", "fresh", "second");
        assert!(fs::read_dir(repository.data().join("clones")).unwrap().count() <= 3, "clone, lock and work");
    }
}

/// Unpacks the clone and removes one object of it.
fn lose(repository: &Repository, object: &str) {
    let clone = repository.clone_path();
    let git_dir = format!("--git-dir={}", clone.display());
    for pack in packs(repository) {
        let taken_out = clone.join("pack");
        fs::rename(&pack, &taken_out).unwrap();
        let bytes = fs::read(&taken_out).unwrap();
        fs::remove_file(taken_out).unwrap();
        repository.git_with_input(&[&git_dir, "unpack-objects", "-q"], &bytes);
    }
    fs::remove_file(clone.join("objects").join(&object[..2]).join(&object[2..])).unwrap();
}

#[test]
fn a_clone_that_lost_an_object_is_made_anew() {
    for lost in ["HEAD:deep/er/file", "HEAD:deep/er", "HEAD:deep", "HEAD:link", "HEAD^{tree}"] {
        let repository = Repository::new();
        fs::create_dir_all(repository.path().join("deep/er")).unwrap();
        std::os::unix::fs::symlink("deep/er/file", repository.path().join("link")).unwrap();
        let commit = repository.commit("deep/er/file", "inside");
        let lost = repository.git(&["rev-parse", lost]);
        let all = ["deep/er/file: inside", "link: inside", "name: first"];
        for fields in [String::new(), "git_ref: main".to_owned(), format!("git_ref: '{commit}'")] {
            repository.fetch(&fields).unwrap();
            lose(&repository, &lost);
            assert_eq!(read_all(&repository.fetch(&fields).unwrap().snapshot), all, "{fields}");
        }
        // Where nobody has it, nothing is listed without it.
        lose(&repository, &lost);
        fs::rename(repository.path(), repository.base().join("away")).unwrap();
        let offline = FetchOptions { offline: true, ..options() };
        for options in [options(), offline] {
            let fields = format!("git_ref: '{commit}'");
            let listed = repository.fetch_with(&fields, &options).unwrap().snapshot.list();
            assert!(matches!(listed, Err(SourceError::Damaged { .. })), "{lost}: {listed:?}");
        }
    }
}

#[test]
fn a_flipped_byte_is_noticed_and_repaired() {
    let repository = Repository::new();
    let noise: String =
        (0..4000_u32).map(|number| format!("{:x}", number.wrapping_mul(2_654_435_761))).collect();
    repository.commit("noise", &noise);
    drop(repository.check("", "fresh", "first"));
    for pack in packs(&repository) {
        make_writable(&pack);
        let mut bytes = fs::read(&pack).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xff;
        fs::write(pack, bytes).unwrap();
    }
    // While the remote is away the rest is read; the file says what is wrong with it.
    let away = repository.base().join("away");
    fs::rename(repository.path(), &away).unwrap();
    let offline = FetchOptions { offline: true, ..options() };
    let fetched = repository.fetch_with("", &offline).unwrap();
    let found = read_all(&fetched.snapshot);
    assert_eq!(found[0], "name: first");
    assert!(found[1].starts_with("noise! the clone is damaged"), "{}", found[1]);
    drop(fetched);
    fs::rename(&away, repository.path()).unwrap();
    // The damage was marked: the next run makes the clone anew.
    let snapshot = repository.check("", "fresh", "first");
    assert!(read_all(&snapshot).contains(&format!("noise: {noise}")));
}

#[test]
fn a_flipped_byte_is_repaired_in_the_same_run() {
    let repository = Repository::new();
    let noise: String =
        (0..4000_u32).map(|number| format!("{:x}", number.wrapping_mul(2_654_435_761))).collect();
    repository.commit("noise", &noise);
    let snapshot = repository.check("", "fresh", "first");
    for pack in packs(&repository) {
        make_writable(&pack);
        let mut bytes = fs::read(&pack).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xff;
        fs::write(pack, bytes).unwrap();
    }
    repository.commit("name", "second");
    assert_eq!(read_all(&snapshot), ["name: first".to_owned(), format!("noise: {noise}")]);
    drop(snapshot);
    repository.check("", "fresh", "second");
}

#[test]
fn locks_of_a_killed_git_do_not_matter() {
    for lock in ["shallow.lock", "config.lock", "HEAD.lock", "packed-refs.lock", "objects/pack/tmp_pack_x"] {
        let repository = Repository::new();
        repository.check("", "fresh", "first");
        fs::write(repository.clone_path().join(lock), "").unwrap();
        repository.check("", "unchanged", "first");
        repository.commit("name", "second");
        repository.check("", "fresh", "second");
        repository.commit("name", "third");
        repository.check("", "fresh", "third");
    }
    let repository = Repository::new();
    repository.check("", "fresh", "first");
    let refs = fs::read_dir(repository.clone_path().join("refs/ccr")).unwrap();
    let held = refs.map(|file| file.unwrap().path()).next().unwrap();
    fs::write(held.with_extension("lock"), "").unwrap();
    repository.commit("name", "second");
    repository.check("", "fresh", "second");
}

#[test]
fn what_an_interrupted_run_left_is_removed() {
    let repository = Repository::new();
    let left = repository.data().join("clones/.work/tools/1-0/objects");
    fs::create_dir_all(&left).unwrap();
    repository.check("", "fresh", "first");
    assert!(!left.exists());
    fs::remove_file(repository.clone_path().join("ccr-origin")).unwrap();
    repository.check("", "fresh", "first");
    assert!(!repository.data().join("clones/.work/tools").exists());
}

#[test]
fn many_fetches_do_not_pile_up_packs() {
    let repository = Repository::new();
    for number in 0..30 {
        repository.commit("name", &format!("number {number}"));
        repository.fetch("").unwrap();
    }
    assert!(packs(&repository).len() < 24);
    repository.check("", "unchanged", "number 29");
}
