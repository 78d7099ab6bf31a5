//! What the file system says of files, and what is remembered of their contents while it says the same.
//!
//! A program that looks for changes by size and modification time alone takes a file that was written anew with both of
//! them kept for the old one: unpacked archives and images with fixed times, `rsync -t`, build trees. The time of the last
//! change of the inode cannot be set by anybody, and a file that takes the place of another has another inode. Where
//! the file system does not keep these ([`Trust`]), and where a file may have changed again within one tick of the
//! clock, nothing is remembered, and contents are read each time.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::statfs;
use serde::{Deserialize, Serialize};

/// Of the contents of the file. Another one is as good as no file.
const VERSION: u32 = 1;

/// How coarse a file system's clock may be: 2 s on the worst, some milliseconds on most. What changed so shortly
/// before it was looked at may change again without another time.
const TICK: Duration = Duration::from_secs(2);

/// Kinds of file systems, as `statfs` names them, that keep inodes and times of change as the kernel gives them: ext2 to
/// ext4, xfs, btrfs, tmpfs, zfs, f2fs, bcachefs, jfs. Not so those of a network (NFS, SMB, 9p), FUSE, overlay and images
/// that are only read.
const LOCAL: [u32; 8] =
    [0x0000_ef53, 0x5846_5342, 0x9123_683e, 0x0102_1994, 0x2fc1_2fc1, 0xf2f5_2010, 0xca45_1a4e, 0x3153_464a];

/// Everything that changes with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    inode: u64,
    device: u64,
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Stamp {
        Stamp {
            size: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
            device: metadata.dev(),
        }
    }

    /// Whether a change after `now` would surely give another stamp.
    fn is_settled(&self, now: SystemTime) -> bool {
        let settled = now.checked_sub(TICK).and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let seconds = settled.and_then(|time| i64::try_from(time.as_secs()).ok());
        seconds.is_some_and(|seconds| self.modified.0 < seconds && self.changed.0 < seconds)
    }
}

/// Which file systems are trusted, each asked once.
#[derive(Debug, Default)]
struct Trust(HashMap<u64, bool>);

impl Trust {
    fn is_local(&mut self, path: &Path, device: u64) -> bool {
        *self.0.entry(device).or_insert_with(|| {
            let kind = statfs(path).ok().map(|found| found.f_type as u32);
            kind.is_some_and(|kind| LOCAL.contains(&kind))
        })
    }
}

/// What is written: the folder, and its files with their stamps and the BLAKE3 of their contents.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    version: u32,
    root: String,
    files: Vec<(String, Stamp, String)>,
}

/// The contents of files of a folder by their paths, as far as they are known from before.
#[derive(Debug)]
pub(super) struct Stamps {
    file: PathBuf,
    root: PathBuf,
    began: SystemTime,
    trust: Trust,
    before: HashMap<String, (Stamp, String)>,
    now: Vec<(String, Stamp, String)>,
    is_changed: bool,
}

impl Stamps {
    /// Reads what is remembered of the folder `root` in a file. One that is missing, damaged or of another folder
    /// remembers nothing.
    pub(super) fn read(file: PathBuf, root: &Path) -> Stamps {
        let written = fs::read(&file).ok().and_then(|bytes| unseal(&bytes));
        let written = written.filter(|written| written.version == VERSION && written.root == name(root));
        let files = written.map(|written| written.files).unwrap_or_default();
        Stamps {
            file,
            root: root.to_owned(),
            began: SystemTime::now(),
            trust: Trust::default(),
            before: files.into_iter().map(|(path, stamp, id)| (path, (stamp, id))).collect(),
            now: Vec::new(),
            is_changed: false,
        }
    }

    /// The BLAKE3 of a file that has this stamp; `hash` reads it, and gives its stamp while it was read.
    pub(super) fn contents(
        &mut self,
        path: &str,
        stamp: Stamp,
        hash: impl FnOnce() -> io::Result<(Stamp, String)>,
    ) -> io::Result<String> {
        let is_kept = self.trust.is_local(&self.root.join(path), stamp.device);
        if let Some((_, id)) = self.before.get(path).filter(|(before, _)| is_kept && *before == stamp) {
            self.now.push((path.to_owned(), stamp, id.clone()));
            return Ok(id.clone());
        }
        let (read, id) = hash()?;
        if is_kept && read == stamp && stamp.is_settled(self.began) {
            self.is_changed = true;
            self.now.push((path.to_owned(), stamp, id.clone()));
        }
        Ok(id)
    }

    /// Keeps what is known now. That it cannot be kept costs time in the next run, and nothing else.
    pub(super) fn keep(self) {
        if !self.is_changed && self.now.len() == self.before.len() {
            return;
        }
        let Some(folder) = self.file.parent() else { return };
        let written = Written { version: VERSION, root: name(&self.root), files: self.now };
        let draft = self.file.with_extension(format!("draft-{}", std::process::id()));
        let done = seal(&written).and_then(|bytes| {
            fs::create_dir_all(folder)?;
            fs::write(&draft, bytes)?;
            fs::rename(&draft, &self.file)
        });
        if done.is_err() {
            let _ = fs::remove_file(&draft);
        }
    }
}

fn name(root: &Path) -> String {
    root.to_string_lossy().into_owned()
}

/// The JSON, then its BLAKE3 in a line of its own.
fn seal(written: &Written) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(written)?;
    let digest = blake3::hash(&bytes).to_hex();
    bytes.push(b'\n');
    bytes.extend_from_slice(digest.as_bytes());
    Ok(bytes)
}

fn unseal(bytes: &[u8]) -> Option<Written> {
    let at = bytes.iter().rposition(|byte| *byte == b'\n')?;
    let (json, digest) = (&bytes[..at], &bytes[at + 1..]);
    (blake3::hash(json).to_hex().as_bytes() == digest).then(|| serde_json::from_slice(json).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Stamp = Stamp { size: 3, modified: (100, 0), changed: (100, 0), inode: 7, device: 1 };

    fn stamps(dir: &Path) -> Stamps {
        let mut stamps = Stamps::read(dir.join("cache/one"), dir);
        stamps.trust.0.insert(1, true);
        stamps.trust.0.insert(2, false);
        stamps
    }

    /// Whether the contents of `a` are read that were remembered with `before`.
    fn is_read(before: Stamp, now: Stamp) -> bool {
        let dir = tempfile::tempdir().unwrap();
        let mut first = stamps(dir.path());
        first.contents("a", before, || Ok((before, "x".to_owned()))).unwrap();
        first.keep();
        let mut is_read = false;
        let id = stamps(dir.path()).contents("a", now, || {
            is_read = true;
            Ok((now, "x".to_owned()))
        });
        assert_eq!(id.unwrap(), "x");
        is_read
    }

    #[test]
    fn contents_are_read_where_anything_differs() {
        assert!(!is_read(OLD, OLD));
        let others = [
            Stamp { size: 4, ..OLD },
            Stamp { modified: (100, 1), ..OLD },
            Stamp { changed: (101, 0), ..OLD },
            Stamp { inode: 8, ..OLD },
            Stamp { device: 3, ..OLD },
        ];
        for other in others {
            assert!(is_read(OLD, other), "{other:?}");
        }
    }

    #[test]
    fn what_cannot_be_trusted_is_read_each_time() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().cast_signed();
        for time in [now, now - 1, now + 1000] {
            let young = Stamp { changed: (time, 0), ..OLD };
            assert!(is_read(young, young), "changed at {time}");
            let young = Stamp { modified: (time, 0), ..OLD };
            assert!(is_read(young, young), "modified at {time}");
        }
        let remote = Stamp { device: 2, ..OLD };
        assert!(is_read(remote, remote));
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_not_remembered() {
        let dir = tempfile::tempdir().unwrap();
        let mut first = stamps(dir.path());
        first.contents("a", OLD, || Ok((Stamp { size: 9, ..OLD }, "x".to_owned()))).unwrap();
        first.keep();
        assert!(stamps(dir.path()).before.is_empty());
    }

    #[test]
    fn a_damaged_file_remembers_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cache/one");
        let mut first = stamps(dir.path());
        first.contents("a", OLD, || Ok((OLD, "x".to_owned()))).unwrap();
        first.keep();
        assert_eq!(stamps(dir.path()).before.len(), 1);
        assert!(Stamps::read(file.clone(), Path::new("/elsewhere")).before.is_empty());
        let sound = fs::read(&file).unwrap();
        for at in 0..sound.len() {
            let mut bytes = sound.clone();
            bytes[at] ^= 1;
            fs::write(&file, &bytes).unwrap();
            assert!(stamps(dir.path()).before.is_empty(), "byte {at}");
            fs::write(&file, &sound[..at]).unwrap();
            assert!(stamps(dir.path()).before.is_empty(), "{at} bytes");
        }
        assert_eq!(fs::read_dir(dir.path().join("cache")).unwrap().count(), 1, "no draft stays");
    }
}
