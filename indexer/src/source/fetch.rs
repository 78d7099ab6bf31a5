use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use super::error::SourceError;
use super::folder::FolderSnapshot;
use super::git;
use super::snapshot::{Limits, Snapshot, SnapshotKind};
use crate::config::{CollectionSource, Origin};

/// Below the data folder: what is known of the files of plain folders.
const FOLDERS: &str = "cache/folders";

/// How sources are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchOptions {
    /// Use the clones that there are, and no network.
    pub offline: bool,
    /// What is too much of a file or a source.
    pub limits: Limits,
    /// How long a git command may show no progress before it is ended.
    pub idle_timeout: Duration,
    /// How long a git command may take in all.
    pub total_timeout: Duration,
}

impl Default for FetchOptions {
    fn default() -> Self {
        FetchOptions {
            offline: false,
            limits: Limits::default(),
            idle_timeout: Duration::from_secs(60),
            total_timeout: Duration::from_secs(600),
        }
    }
}

/// A source that can be read.
#[derive(Debug)]
pub struct Fetched {
    /// How the snapshot compares to the source.
    pub outcome: Outcome,
    /// The files.
    pub snapshot: Snapshot,
}

/// How a snapshot compares to its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is the source of this moment. Always so of a folder: whether it changed tells
    /// [`Snapshot::revision`].
    Fresh,
    /// It is the source of this moment, and the clone held it already.
    Unchanged,
    /// Offline: it is what the clone holds, and nobody asked the remote.
    Offline,
    /// The source could not be asked or read: it is the last good state of it.
    Stale {
        /// What went wrong and what to do about it.
        reason: String,
    },
}

/// Brings a source up to date.
///
/// Takes a source as [`Sources::parse`](crate::config::Sources::parse) gives it: its slug names a
/// folder and its address goes to git, both checked there. Relative paths start at `base_dir`, the
/// folder of `sources.yaml`; clones are kept below `data_dir`, one for each slug. A remote that cannot be reached costs no clone: the last good
/// state is given with [`Outcome::Stale`]. A clone is changed by one process at a time, and by none while a snapshot of it lives;
/// who is waited for is told to `tell`, for at most `total_timeout`.
///
/// # Errors
///
/// When nothing usable is there: neither now nor from before.
pub fn fetch(
    source: &CollectionSource,
    base_dir: &Path,
    data_dir: &Path,
    options: &FetchOptions,
    tell: &dyn Fn(&str),
) -> Result<Fetched, SourceError> {
    match &source.origin {
        Origin::Git { url, reference } => {
            git::fetch(&source.slug, url, reference.as_deref(), base_dir, data_dir, options, tell)
        }
        Origin::Folder(path) => {
            let memory = data_dir.join(FOLDERS).join(&source.slug);
            let folder = FolderSnapshot::take(&base_dir.join(path), data_dir, memory, options.limits)?;
            let snapshot = Snapshot { kind: SnapshotKind::Folder(folder) };
            Ok(Fetched { outcome: Outcome::Fresh, snapshot })
        }
    }
}

/// Removes the clones below `data_dir` of sources that were in no whole run for a week, and gives their slugs.
/// `listed` are the slugs of all git repositories that are listed; `now` is in seconds since 1970-01-01 UTC.
///
/// What cannot be removed, or is in use, stays for another time.
pub fn sweep(data_dir: &Path, listed: &HashSet<String>, now: u64) -> Vec<String> {
    git::sweep(data_dir, listed, now)
}
