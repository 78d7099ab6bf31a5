//! Data directories that are empty, odd, read-only or no directories.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ccr_index::store::Error;
use ccr_index::store::local::{Reader, Writer, in_service, verify};

use crate::{answering, assert_tidy, generation, publish, sample};

#[test]
fn where_nothing_was_published_there_is_no_index() {
    let dir = tempfile::tempdir().unwrap();
    let empty = dir.path().join("empty");
    fs::create_dir_all(empty.join("index/generations")).unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    for data_dir in [dir.path().to_owned(), dir.path().join("missing"), empty, file] {
        let is_no_index = |error: Error| assert!(matches!(error, Error::NoIndex { .. }), "{error}");
        is_no_index(Reader::open(&data_dir).unwrap_err());
        is_no_index(in_service(&data_dir).unwrap_err());
        is_no_index(verify(&data_dir).unwrap_err());
    }
    let message = Reader::open(Path::new("missing")).unwrap_err().to_string();
    assert_eq!(message, "there is no index in `missing/index`: build it with `ccr index`");
    assert!(!dir.path().join("missing").exists());
}

#[test]
fn no_character_in_the_path_matters() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a b", "a?mode=rw", "a#b", "%41", "ü\u{1F980}", "'\"", "file:x", ":memory:"] {
        let data_dir = dir.path().join(name);
        publish(&data_dir);
        assert_eq!(answering(&data_dir).unwrap(), 1, "{name}");
        assert_tidy(&data_dir);
    }
}

#[test]
fn the_data_directory_may_be_a_link() {
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("link");
    fs::create_dir(dir.path().join("target")).unwrap();
    std::os::unix::fs::symlink("target", &link).unwrap();
    publish(&link);
    assert_eq!(answering(&link).unwrap(), 1);
    assert_eq!(answering(&dir.path().join("target")).unwrap(), 1);
}

#[test]
#[cfg(target_os = "linux")]
fn a_path_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt;
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join(std::ffi::OsStr::from_bytes(b"\xff\xfe"));
    publish(&data_dir);
    assert_eq!(answering(&data_dir).unwrap(), 1);
}

/// Permission bits do not bind the superuser; that nothing changes says the same for everyone.
#[test]
fn a_reader_needs_no_write_access_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path());
    publish(dir.path());
    let all = tree(dir.path());
    for (path, _) in &all {
        let mode = if path.is_dir() { 0o555 } else { 0o444 };
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    assert_eq!(answering(dir.path()).unwrap(), 2);
    assert!(verify(dir.path()).unwrap().is_intact());
    assert_eq!(tree(dir.path()), all);
    for (path, _) in &all {
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
}

/// Every path below a folder with the time of its last change.
fn tree(dir: &Path) -> Vec<(PathBuf, SystemTime)> {
    let mut all = vec![(dir.to_owned(), fs::metadata(dir).unwrap().modified().unwrap())];
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        if path.is_dir() { all.extend(tree(&path)) } else { all.push((path, modified)) }
    }
    all.sort();
    all
}

#[test]
fn a_writer_says_what_it_could_not_do() {
    let check = |data_dir: &Path, doing: &str, file: &str| {
        let (documents, inverted) = sample::sample();
        let publication = sample::publication(&documents, &inverted);
        let error = Writer::open(data_dir).and_then(|mut writer| writer.publish(&publication)).unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{error}");
        let expected = format!("could not {doing} `{}`", data_dir.join(file).display());
        assert_eq!(error.to_string(), expected);
    };
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    check(&file, "create", "index/generations");
    check(&file.join("below"), "create", "index/generations");
    #[cfg(target_os = "linux")]
    check(Path::new("/proc/ccr"), "create", "index/generations");

    fs::create_dir_all(dir.path().join("a/index/lock")).unwrap();
    check(&dir.path().join("a"), "open", "index/lock");
    fs::create_dir_all(dir.path().join("b/index/.current-draft")).unwrap();
    check(&dir.path().join("b"), "write", "index/.current-draft");
    assert_tidy(&dir.path().join("b"));
}

#[test]
fn a_pointer_that_cannot_be_replaced_leaves_no_generation_behind() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("index/current/occupied")).unwrap();
    let (documents, inverted) = sample::sample();
    let mut writer = Writer::open(dir.path()).unwrap();
    let error = writer.publish(&sample::publication(&documents, &inverted)).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
    assert!(!generation(dir.path(), 1).exists());
    assert_tidy(dir.path());
}

#[test]
fn the_same_contents_are_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path());
    publish(dir.path());
    let database = |number| fs::read(generation(dir.path(), number).join("index.sqlite")).unwrap();
    assert!(database(1) == database(2));
}
