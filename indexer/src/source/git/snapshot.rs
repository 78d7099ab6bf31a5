use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::clone::Clone;
use super::contents::GitContents;
use super::fetch::GitOrigin;
use super::listing;
use super::lock::Held;
use super::objects::{Objects, Reader, parse_id};
use crate::source::error::SourceError;
use crate::source::fetch::FetchOptions;
use crate::source::snapshot::{Limits, Listing};

/// A commit in a clone, which nobody changes while this lives.
#[derive(Debug)]
pub(in crate::source) struct GitSnapshot {
    origin: GitOrigin,
    commit: String,
    options: FetchOptions,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The right to read the clone.
    held: Option<Held>,
    /// The clone's objects, once they were opened.
    objects: Option<Arc<Objects>>,
    /// What came of a repair, once one was tried.
    repaired: Option<Result<(), String>>,
}

impl GitSnapshot {
    pub(super) fn new(origin: GitOrigin, commit: String, held: Held, options: FetchOptions) -> Self {
        let state = Mutex::new(State { held: Some(held), objects: None, repaired: None });
        GitSnapshot { origin, commit, options, state }
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
        let list = || listing::list(&mut self.reader()?, &self.commit, self.limits());
        let damaged = |reason: String| {
            Clone::mark_damaged(&path);
            let reason = match &self.state().repaired {
                Some(Err(why)) => format!("{reason}, and could not be made anew: {why}"),
                _ => reason,
            };
            SourceError::Damaged { path: path.clone(), reason }
        };
        match list() {
            Ok(listing) => Ok(listing),
            Err(_) if self.repair() => list().map_err(damaged),
            Err(reason) => Err(damaged(reason)),
        }
    }

    pub(in crate::source) fn contents(&self) -> GitContents<'_> {
        GitContents::new(self)
    }

    /// What reads the clone; its packs are opened once for all readers.
    pub(super) fn reader(&self) -> Result<Reader, String> {
        let mut state = self.state();
        if let Some(objects) = &state.objects {
            return Ok(Reader::new(Arc::clone(objects)));
        }
        let commit = parse_id(&self.commit).ok_or("the commit is no object id")?;
        let opened = Arc::new(Objects::open(&self.clone_path(), commit.kind())?);
        Ok(Reader::new(Arc::clone(state.objects.insert(opened))))
    }

    /// Makes a damaged clone anew, once; `true` when that went well.
    pub(super) fn repair(&self) -> bool {
        let mut state = self.state();
        if state.repaired.is_none() {
            state.repaired = Some(if self.options.offline {
                Err("this run is offline".to_owned())
            } else {
                // Who reads waits for nobody who waits for readers.
                state.held = None;
                state.objects = None;
                self.origin
                    .repair(&self.commit)
                    .map(|held| state.held = Some(held))
                    .map_err(|error| error.to_string())
            });
        }
        matches!(state.repaired, Some(Ok(())))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves nothing half done behind this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
