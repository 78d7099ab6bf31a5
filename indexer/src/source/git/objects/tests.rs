//! Damage of every kind: what is read is what was stored, or is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;

use super::{Objects, Reader};
use crate::source::git::listing;
use crate::source::snapshot::{Entry, Limits, Listing};

const LIMITS: Limits = Limits { file_bytes: 100_000, files: 1000 };

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgSign=false"])
        .args(arguments)
        .current_dir(folder)
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A repository with folders, a link, a file that is a delta of another, and its commit.
fn repository(format: &str) -> (TempDir, PathBuf, String) {
    let temp = TempDir::new().unwrap();
    let path = temp.path();
    git(path, &["init", "--quiet", "--initial-branch=main", &format!("--object-format={format}")]);
    fs::create_dir_all(path.join("deep/er")).unwrap();
    let long: String = (0..400).map(|number| format!("line {number} of a long file\n")).collect();
    fs::write(path.join("deep/er/long"), &long).unwrap();
    fs::write(path.join("deep/changed"), long.replace("line 7 ", "LINE 7 ")).unwrap();
    fs::write(path.join("small"), "small").unwrap();
    std::os::unix::fs::symlink("small", path.join("link")).unwrap();
    git(path, &["add", "--all"]);
    git(path, &["commit", "--quiet", "--message", "first"]);
    let commit = git(path, &["rev-parse", "HEAD"]);
    let git_dir = path.join(".git");
    (temp, git_dir, commit)
}

type Read = Vec<(String, u64, Result<Vec<u8>, String>)>;

fn read(git_dir: &Path, commit: &str) -> Result<(Listing, Read), String> {
    let hash = super::parse_id(commit).unwrap().kind();
    let mut reader = Reader::new(Arc::new(Objects::open(git_dir, hash)?));
    let listing = listing::list(&mut reader, commit, LIMITS)?;
    let contents = |entry: &Entry| {
        let id = super::parse_id(&entry.id).ok_or("no id")?;
        reader.read(&id, gix_object::Kind::Blob, LIMITS.file_bytes)
    };
    let mut contents = contents;
    let read =
        listing.entries.iter().map(|entry| (entry.path.clone(), entry.size, contents(entry))).collect();
    Ok((listing, read))
}

/// The numbers of a simple generator, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for file in fs::read_dir(folder).unwrap().flatten() {
        if file.path().is_dir() {
            found.extend(files(&file.path()));
        } else {
            found.push(file.path());
        }
    }
    found.sort();
    found
}

fn damage(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    match numbers.below(6) {
        0 => bytes.truncate(numbers.below(bytes.len() + 1)),
        1 => bytes.extend_from_slice(&[0; 7]),
        kind => {
            for _ in 0..kind {
                let at = numbers.below(bytes.len());
                bytes[at] = u8::try_from(numbers.below(256)).unwrap();
            }
        }
    }
}

/// Changes one file after the other in `cases` ways; nothing that is read differs from what was stored.
fn check(git_dir: &Path, commit: &str, cases: usize) {
    let (_, whole) = read(git_dir, commit).unwrap();
    assert_eq!(whole.len(), 4);
    assert!(whole.iter().all(|(.., contents)| contents.is_ok()));
    let objects: Vec<PathBuf> = files(&git_dir.join("objects"));
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut refused = 0;
    for case in 0..cases {
        let path = &objects[case % objects.len()];
        let good = fs::read(path).unwrap();
        let mut bytes = good.clone();
        damage(&mut bytes, &mut numbers);
        fs::remove_file(path).unwrap();
        fs::write(path, &bytes).unwrap();
        match read(git_dir, commit) {
            Err(_) => refused += 1,
            Ok((listing, found)) => {
                assert!(listing.problems.is_empty(), "{}: {:?}", path.display(), listing.problems);
                assert_eq!(found.len(), whole.len(), "{}", path.display());
                for ((name, size, contents), (_, right, stored)) in found.iter().zip(&whole) {
                    // A size that is wrong does not fit the contents, which are.
                    let is_right = contents == stored;
                    assert!(is_right || contents.is_err(), "{}: {name} differs", path.display());
                    refused += usize::from(!is_right || size != right);
                }
            }
        }
        fs::write(path, good).unwrap();
    }
    assert!(refused > cases / 20, "{refused} of {cases} were noticed");
    assert_eq!(read(git_dir, commit).unwrap().1, whole);
}

#[test]
fn damaged_packs_and_indexes() {
    for format in ["sha1", "sha256"] {
        let (_temp, git_dir, commit) = repository(format);
        git(&git_dir, &["repack", "-a", "-d", "-q", "--depth=50", "--window=50"]);
        check(&git_dir, &commit, 3000);
    }
}

#[test]
fn damaged_objects_of_their_own() {
    let (_temp, git_dir, commit) = repository("sha1");
    check(&git_dir, &commit, 3000);
}

#[test]
fn an_object_that_says_to_be_large_takes_no_memory() {
    let (_temp, git_dir, commit) = repository("sha1");
    let id = git(&git_dir, &["rev-parse", "HEAD:small"]);
    let path = git_dir.join("objects").join(&id[..2]).join(&id[2..]);
    fs::remove_file(&path).unwrap();
    let mut deflated = gix_zlib::stream::deflate::Write::new(Vec::new(), gix_zlib::Compression::BEST);
    let mut zeros = b"blob 90000\0".to_vec();
    zeros.resize(50_000_000, 0);
    std::io::Write::write_all(&mut deflated, &zeros).unwrap();
    std::io::Write::flush(&mut deflated).unwrap();
    fs::write(&path, deflated.into_inner()).unwrap();
    let (_, found) = read(&git_dir, &commit).unwrap();
    assert!(found.iter().filter(|(_, _, contents)| contents.is_err()).count() == 2, "the file and its link");
}

#[test]
fn folders_that_hold_each_other_many_times_end() {
    let (_temp, git_dir, _) = repository("sha1");
    let mut tree = git(&git_dir, &["hash-object", "-t", "tree", "-w", "/dev/null"]);
    let work = git_dir.join("work");
    for _ in 0..30 {
        let records: String = (0..10).map(|number| format!("040000 tree {tree}\t{number}\n")).collect();
        fs::write(&work, records).unwrap();
        let made = Command::new("git")
            .arg("mktree")
            .current_dir(&git_dir)
            .stdin(fs::File::open(&work).unwrap())
            .output()
            .unwrap();
        tree = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    }
    let commit = git(
        &git_dir,
        &["-c", "user.name=x", "-c", "user.email=x@example.org", "commit-tree", &tree, "-m", "bomb"],
    );
    let (listing, _) = read(&git_dir, &commit).unwrap();
    assert_eq!(listing.problems[0].message, "more than 1000 files; the rest is left out");
}
