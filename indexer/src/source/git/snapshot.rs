use std::path::PathBuf;
use std::sync::Mutex;

use super::contents::GitContents;
use super::fetch::GitOrigin;
use super::listing;
use crate::source::error::SourceError;
use crate::source::fetch::FetchOptions;
use crate::source::snapshot::{Entry, Limits, Listing};

/// A commit in a clone.
#[derive(Debug)]
pub(in crate::source) struct GitSnapshot {
    origin: GitOrigin,
    commit: String,
    options: FetchOptions,
    /// Whether a repair was tried, and whether it went well.
    repaired: Mutex<Option<bool>>,
}

impl GitSnapshot {
    pub(super) fn new(origin: GitOrigin, commit: String, options: FetchOptions) -> Self {
        GitSnapshot { origin, commit, options, repaired: Mutex::new(None) }
    }

    pub(in crate::source) fn commit(&self) -> &str {
        &self.commit
    }

    pub(super) fn clone_path(&self) -> PathBuf {
        self.origin.place.path()
    }

    pub(super) fn limits(&self) -> Limits {
        self.options.limits
    }

    pub(in crate::source) fn list(&self) -> Result<Listing, SourceError> {
        let path = self.clone_path();
        let list = || listing::list(&path, &self.commit, self.limits());
        let damaged = |reason| SourceError::Damaged { path: path.clone(), reason };
        match list() {
            Ok(listing) => Ok(listing),
            Err(_) if self.repair() => list().map_err(damaged),
            Err(reason) => Err(damaged(reason)),
        }
    }

    pub(in crate::source) fn contents<'a>(&'a self, entries: &[&'a Entry]) -> GitContents<'a> {
        GitContents::new(self, entries)
    }

    /// Makes a damaged clone anew, once; `true` when that went well.
    pub(super) fn repair(&self) -> bool {
        // A panic elsewhere leaves nothing half done behind this lock.
        let mut repaired = self.repaired.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *repaired.get_or_insert_with(|| !self.options.offline && self.origin.repair(&self.commit).is_ok())
    }
}
