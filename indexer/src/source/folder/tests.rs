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
        let data = self.root().join("data");
        FolderSnapshot::take(&self.root(), &data, data.join("cache/folders/one"), limits).unwrap()
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
    // What became of them is no fact of the listing that was made before.
    assert!(results.iter().all(|result| matches!(result, Err(ReadError::Unreadable { .. }))), "{results:?}");
    // Nor are other contents of the same size.
    place.write("e", "one");
    let folder = place.take();
    place.write("e", "two");
    let listing = folder.list();
    let entry = listing.entries.iter().find(|entry| entry.path == "e").unwrap();
    let error = folder.contents().read(entry).unwrap_err();
    assert!(error.is_failure() && error.to_string().contains("it changed"), "{error}");
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

/// Sets the time of the last modification of a file.
fn set_modified(path: &Path, seconds: u64) {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

#[test]
fn contents_of_the_same_size_and_time_are_others() {
    let place = Place::new();
    let path = place.root().join("a");
    place.write("a", "aaa");
    symlink("a", place.root().join("link")).unwrap();
    set_modified(&path, 1_000_000_000);
    let first = place.take();
    // In place, in the same file, and by another file that takes its place.
    place.write("a", "bbb");
    set_modified(&path, 1_000_000_000);
    let second = place.take();
    assert_ne!(first.fingerprint(), second.fingerprint());
    place.write("new", "ccc");
    set_modified(&place.root().join("new"), 1_000_000_000);
    fs::rename(place.root().join("new"), &path).unwrap();
    let third = place.take();
    assert_ne!(second.fingerprint(), third.fingerprint());
    // And what was written again as it was is what it was.
    place.write("a", "aaa");
    assert_eq!(first.fingerprint(), place.take().fingerprint());
}

#[test]
fn a_file_with_another_time_is_the_same() {
    let place = Place::new();
    place.write("a", "aaa");
    let first = place.take();
    set_modified(&place.root().join("a"), 1_000_000_000);
    assert_eq!(first.fingerprint(), place.take().fingerprint());
}

/// What a link that leads out leads to is nobody's business, even where nobody may look.
#[test]
fn links_to_where_nobody_may_look() {
    let place = Place::new();
    let walk = |link: &str, target: &str| {
        let root = place.root();
        let open = Root(open(&root, OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty()).unwrap());
        let walk = Walk {
            root: &root,
            open: &open,
            excluded: None,
            limits: Limits::default(),
            stamps: Stamps::read(root.join("memory"), &root),
            listing: Listing::default(),
            links: BTreeMap::new(),
        };
        walk.leads_out(&root.join(link), target)
    };
    assert!(walk("a/link", "/root/secret") && walk("a/link", "../../secret") && walk("link", ".."));
    assert!(!walk("a/link", "../b/file") && !walk("link", place.root().join("b").to_str().unwrap()));
}

#[test]
fn what_is_no_folder_is_an_error() {
    let place = Place::new();
    place.write("file", "x");
    let take = |path: &str| {
        let memory = place.temp.path().join("memory");
        FolderSnapshot::take(&place.root().join(path), place.temp.path(), memory, Limits::default())
            .unwrap_err()
    };
    assert!(matches!(take("nothing"), SourceError::NoFolder { .. }));
    assert!(matches!(take("file"), SourceError::NotAFolder { .. }));
    assert!(matches!(take("file/x"), SourceError::NotAFolder { .. }));
}
