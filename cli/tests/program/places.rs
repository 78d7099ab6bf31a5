//! Data directories that cannot be written, and disks that are full.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::workplace::{Ran, Workplace};

#[test]
fn a_data_directory_that_cannot_be_written() {
    let place = Workplace::indexed();
    place.write("file", "a regular file");
    // Root may write anywhere but below a file and in /proc.
    for data in ["file/data", "/proc/ccr-data"] {
        let ran = place.run(&["--data-dir", data, "index"]).exits(2).says(&["could not", data, "caused by"]);
        assert_eq!(ran.stdout, "");
    }
    let ran = place.run(&["--data-dir", "file", "search", "x"]).exits(2);
    assert_eq!(ran.stdout, "");
    place.index(0, &["--dry-run"]);
}

#[test]
fn a_full_disk_leaves_what_was_there() {
    let place = Workplace::indexed();
    for number in 0..20 {
        place.bundle("one", &format!("more-{number}"), "More Checks", "Look at one more valve");
    }
    // A limit on the size of files is as good as a full disk, and the signal for it is ignored.
    for blocks in [0, 1, 8, 40, 80] {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" index");
        let mut shell = Command::new("sh");
        shell.current_dir(place.path(".")).args(["-c", &script, env!("CARGO_BIN_EXE_ccr")]);
        let ran = Ran::of(shell.output().unwrap());
        let ran = ran.exits(2).says(&["error: could not", "data"]);
        assert_eq!(ran.stdout, "", "{blocks}");
        assert_eq!(place.bundles(), ["one/alpha", "one/beta"], "{blocks}");
        place.run(&["verify"]).exits(0);
        let left = fs::read_dir(place.path("data/index/generations")).unwrap().count();
        assert_eq!(left, 1, "no draft stays");
    }
    place.index(0, &[]);
    assert_eq!(place.bundles().len(), 22);
}

#[test]
fn the_environment_names_data_and_sources() {
    let place = Workplace::indexed();
    fs::rename(place.path("sources.yaml"), place.path("other.yaml")).unwrap();
    let mut command = place.ccr(&["index"]);
    let ran =
        Ran::of(command.env("CCR_DATA_DIR", "there").env("CCR_SOURCES", "other.yaml").output().unwrap());
    ran.exits(0);
    place.run(&["--data-dir", "there", "status"]).exits(0);
    // Paths in the file count from the file, wherever the program runs.
    let mut command = place.ccr(&["index", "--sources"]);
    let ran = command.arg(place.path("other.yaml")).current_dir("/").env("CCR_DATA_DIR", place.path("third"));
    Ran::of(ran.output().unwrap()).exits(0);
    let mut renamed = place.ccr(&["status"]);
    Ran::of(renamed.arg0("another-name").output().unwrap()).exits(0);
}

#[test]
fn an_output_that_takes_nothing_more() {
    let place = Workplace::indexed();
    for arguments in [&["list", "tasks"][..], &["search", "valve"], &["status", "--format", "json"]] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = place.ccr(arguments).stdout(full).output().unwrap();
        Ran::of(output).exits(2).says(&["error: ", "No space left"]);
    }
}

#[test]
fn arguments_that_are_no_text() {
    let place = Workplace::indexed();
    let mut command = place.ccr(&["search"]);
    let output = command.arg(OsStr::from_bytes(b"\xff\xfe")).output().unwrap();
    Ran::of(output).exits(2).says(&["UTF-8"]);
    // A path may be any bytes.
    let mut command = place.ccr(&["status", "--data-dir"]);
    let output = command.arg(OsStr::from_bytes(b"no\xffwhere")).output().unwrap();
    Ran::of(output).exits(2).says(&["there is no index"]);
}

#[test]
fn an_index_inside_of_what_is_indexed() {
    let place = Workplace::new();
    place.bundle(".", "alpha", "Alpha Check", "Look at the alpha valve");
    place.list(&[("one", "path: .")]);
    place.index(0, &[]);
    assert_eq!(place.index(0, &[])["published"], false, "its own files are no change");
}
