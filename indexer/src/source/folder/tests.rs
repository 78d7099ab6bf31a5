use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use rustix::fs::{CWD, FileType as Kind, mknodat};
use tempfile::TempDir;

use super::*;

/// A folder to read, with a folder beside it that must not be read.
struct Place {
    temp: TempDir,
}

impl Place {
    fn new() -> Place {
        let place = Place { temp: TempDir::new().unwrap() };
        fs::create_dir(place.root()).unwrap();
        fs::write(place.temp.path().join("secret"), "s3cret").unwrap();
        place
    }

    fn root(&self) -> PathBuf {
        self.temp.path().join("root")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn take(&self) -> FolderSnapshot {
        let limits = Limits { file_bytes: 1000, files: 100 };
        FolderSnapshot::take(&self.root(), &self.root().join("data"), limits).unwrap()
    }

    /// Lists and reads all: `path: contents` or `path! why not`.
    fn read_all(&self) -> Vec<String> {
        let folder = self.take();
        let contents = folder.contents();
        let read = |entry: &Entry| match entry.obstacle.clone().map_or_else(|| contents.read(entry), Err) {
            Ok(bytes) => format!("{}: {}", entry.path, lossy(&bytes)),
            Err(error) => format!("{}! {error}", entry.path),
        };
        folder.list().entries.iter().map(read).collect()
    }
}

#[test]
fn files_are_listed_and_read() {
    let place = Place::new();
    place.write("a/b/c.robot", "c");
    place.write("a.txt", "");
    place.write("line\nbreak \"quoted\" é", "x");
    place.write(".git/config", "no");
    place.write("sub/.git", "no");
    place.write("data/clones/x", "no");
    place.write("README.md/inner", "y");
    assert_eq!(
        place.read_all(),
        ["README.md/inner: y", "a.txt: ", "a/b/c.robot: c", "line\nbreak \"quoted\" é: x"]
    );
}

#[test]
fn links_never_lead_out() {
    let place = Place::new();
    place.write("a/real", "inside");
    place.write(".git/config", "no");
    let link = |target: &str, path: &str| symlink(target, place.root().join(path)).unwrap();
    link("/etc/passwd", "absolute");
    link("../secret", "beside");
    link("../../../../../../etc/passwd", "far");
    link("..", "a/up");
    link(".", "a/here");
    link("../..", "a/out");
    link("real", "a/good");
    link("a/good", "chain");
    link("a/here/real", "through");
    link("nothing", "dangling");
    link("loop", "loop");
    link(".git/config", "git");
    assert_eq!(
        place.read_all(),
        [
            "a/good: inside",
            "a/here! link to the folder `.` is not followed",
            "a/out! link to `../..` leaves the source",
            "a/real: inside",
            "a/up! link to the folder `..` is not followed",
            "absolute! link to `/etc/passwd` leaves the source",
            "beside! link to `../secret` leaves the source",
            "chain: inside",
            "dangling! link to `nothing`, which does not exist",
            "far! link to `../../../../../../etc/passwd` leaves the source",
            "git! link to `.git/config` leaves the source",
            "loop! link to `loop` never ends",
            "through: inside",
        ]
    );
}

#[test]
fn what_is_no_file_is_not_opened() {
    let place = Place::new();
    mknodat(CWD, place.root().join("pipe"), Kind::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    let _socket = UnixListener::bind(place.root().join("socket")).unwrap();
    symlink("/dev/zero", place.root().join("zero")).unwrap();
    symlink("pipe", place.root().join("link")).unwrap();
    assert_eq!(
        place.read_all(),
        [
            "link! link to `pipe`, which is no regular file",
            "pipe! a pipe where a regular file is expected",
            "socket! a socket where a regular file is expected",
            "zero! link to `/dev/zero` leaves the source",
        ]
    );
}

#[test]
fn a_race_does_not_lead_out() {
    let place = Place::new();
    place.write("a/file", "inside");
    place.write("b", "inside");
    place.write("c", "inside");
    place.write("d", "inside");
    let folder = place.take();
    let (root, outside) = (place.root(), place.temp.path().join("outside"));
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("file"), "s3cret").unwrap();
    fs::remove_dir_all(root.join("a")).unwrap();
    symlink(&outside, root.join("a")).unwrap();
    fs::remove_file(root.join("b")).unwrap();
    symlink(outside.join("file"), root.join("b")).unwrap();
    fs::remove_file(root.join("c")).unwrap();
    mknodat(CWD, root.join("c"), Kind::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    File::create(root.join("d")).unwrap().set_len(1 << 30).unwrap();
    let contents = folder.contents();
    let results: Vec<_> = folder.list().entries.iter().map(|entry| contents.read(entry)).collect();
    assert!(matches!(results[0], Err(ReadError::Unreadable { .. })), "{results:?}");
    assert!(matches!(results[1], Err(ReadError::Unreadable { .. })), "{results:?}");
    assert_eq!(results[2], Err(ReadError::NotAFile { kind: "a pipe" }));
    assert_eq!(results[3], Err(ReadError::TooLarge { size: 1 << 30, limit: 1000 }));
}

#[test]
fn large_and_many_files() {
    let place = Place::new();
    File::create(place.root().join("large")).unwrap().set_len(200_000_000).unwrap();
    assert_eq!(place.read_all(), ["large! file of 200000000 bytes is larger than the limit of 1000"]);
    for number in 0..120 {
        place.write(&format!("{number}"), "x");
    }
    let listing = place.take().list();
    assert_eq!(listing.entries.len(), 100);
    assert_eq!(listing.problems[0].message, "more than 100 files; the rest is left out");
}

#[test]
fn paths_that_are_not_utf8_are_problems() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    fs::write(place.root().join(OsStr::from_bytes(b"caf\xe9")), "x").unwrap();
    let listing = place.take().list();
    let problem = FileProblem { path: "caf\u{fffd}".to_owned(), message: "path is not UTF-8".to_owned() };
    assert_eq!((listing.entries, listing.problems), (vec![], vec![problem]));
}

#[test]
fn the_fingerprint_follows_the_files() {
    let place = Place::new();
    place.write("a", "x");
    let first = place.take();
    assert_eq!(first.fingerprint(), place.take().fingerprint());
    place.write("a", "xy");
    let second = place.take();
    assert_ne!(first.fingerprint(), second.fingerprint());
    fs::rename(place.root().join("a"), place.root().join("b")).unwrap();
    let third = place.take();
    assert_ne!(second.fingerprint(), third.fingerprint());
    symlink("nothing", place.root().join("c")).unwrap();
    assert_ne!(third.fingerprint(), place.take().fingerprint());
}

#[test]
fn what_is_no_folder_is_an_error() {
    let place = Place::new();
    place.write("file", "x");
    let take = |path: &str| {
        FolderSnapshot::take(&place.root().join(path), place.temp.path(), Limits::default()).unwrap_err()
    };
    assert!(matches!(take("nothing"), SourceError::NoFolder { .. }));
    assert!(matches!(take("file"), SourceError::NotAFolder { .. }));
    assert!(matches!(take("file/x"), SourceError::NotAFolder { .. }));
}
