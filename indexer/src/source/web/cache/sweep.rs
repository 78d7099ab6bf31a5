//! What goes: pages that no seed leads to any more, after a while.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{Cache, Record, SUFFIX};

/// Bytes that a head has at most.
const HEAD: u64 = 64 << 10;

/// What a sweep did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Swept {
    /// Files that were removed.
    pub(in super::super) removed: u64,
    /// Bytes that are left.
    pub(in super::super) bytes: u64,
}

struct Unreached {
    since: u64,
    size: u64,
    path: PathBuf,
}

impl Cache {
    /// Removes what no seed has led to for `grace` seconds, and what is damaged; then, where there is more than `most`
    /// bytes, what no seed leads to, the longest unreached first.
    pub(in super::super) fn sweep(
        &self,
        reached: &HashSet<String>,
        now: u64,
        grace: u64,
        most: u64,
    ) -> io::Result<Swept> {
        let mut swept = Swept::default();
        let mut unreached = Vec::new();
        for path in self.files()? {
            let (head, size) = head(&path)?;
            swept.bytes += size;
            let since = match head {
                Ok(head) if reached.contains(&head.url) => continue,
                Ok(head) => match head.unreached_since {
                    Some(since) => since,
                    None => {
                        self.mark(&head.url, now)?;
                        now
                    }
                },
                Err(_) => 0,
            };
            unreached.push(Unreached { since, size, path });
        }
        unreached.sort_by(|a, b| (a.since, &a.path).cmp(&(b.since, &b.path)));
        for Unreached { since, size, path } in unreached {
            if now.saturating_sub(since) > grace || swept.bytes > most {
                fs::remove_file(path)?;
                swept.removed += 1;
                swept.bytes -= size;
            }
        }
        if let Ok(folder) = fs::File::open(&self.folder) {
            // Not every file system can sync a folder; then it does so by itself.
            let _ = folder.sync_all();
        }
        Ok(swept)
    }

    /// All that is kept, without the texts, in an order that stays the same; what cannot be read is left out.
    pub(in super::super) fn heads(&self) -> Vec<Record> {
        let files = self.files().unwrap_or_default();
        files.iter().filter_map(|path| head(path).ok()?.0.ok()).collect()
    }

    /// When the text that is kept of an address was read, or last found unchanged; of none, nothing.
    pub(in super::super) fn read_at(&self, url: &str) -> Option<u64> {
        Some(head(&self.path(url)).ok()?.0.ok()?.read_at)
    }

    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let paths = fs::read_dir(&self.folder)?.map(|entry| entry.map(|entry| entry.path()));
        let mut paths = paths.collect::<io::Result<Vec<PathBuf>>>()?;
        paths.retain(|path| path.extension().is_some_and(|suffix| suffix == SUFFIX));
        paths.sort();
        Ok(paths)
    }

    /// Notes that no seed leads to a page since now.
    fn mark(&self, url: &str, now: u64) -> io::Result<()> {
        match self.load(url) {
            Ok(Some(record)) => self.store(&Record { unreached_since: Some(now), ..record }),
            // What is damaged is found where it is needed.
            Ok(None) | Err(_) => Ok(()),
        }
    }
}

/// What a file says before its text, and its size.
fn head(path: &Path) -> io::Result<(Result<Record, &'static str>, u64)> {
    let file = fs::File::open(path)?;
    let size = file.metadata()?.len();
    let mut begin = Vec::new();
    file.take(HEAD).read_to_end(&mut begin)?;
    Ok((Record::decode_head(&begin), size))
}
