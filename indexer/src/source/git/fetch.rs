use std::path::Path;

use super::clone::{Clone, Place};
use super::command::Deadlines;
use super::remote::{Remote, is_abbreviation, is_object_id};
use super::snapshot::GitSnapshot;
use crate::config::GitUrl;
use crate::source::error::SourceError;
use crate::source::fetch::{FetchOptions, Fetched, Outcome};
use crate::source::snapshot::{Snapshot, SnapshotKind};

/// What is asked when no branch, tag or commit is.
const DEFAULT_REFERENCE: &str = "HEAD";

/// Brings the clone of a slug up to date; see [`crate::source::fetch`].
pub(in crate::source) fn fetch(
    slug: &str,
    url: &GitUrl,
    reference: Option<&str>,
    base_dir: &Path,
    data_dir: &Path,
    options: &FetchOptions,
) -> Result<Fetched, SourceError> {
    // git runs in the folder that relative addresses start at: our own paths must not.
    let data_dir = std::path::absolute(data_dir).map_err(|reason| SourceError::Io {
        action: "find",
        path: data_dir.to_owned(),
        reason,
    })?;
    let deadlines = Deadlines { idle: options.idle_timeout, total: options.total_timeout };
    let origin = GitOrigin {
        place: Place::new(&data_dir, slug),
        remote: Remote { url: url.clone(), base_dir: base_dir.to_owned(), deadlines },
        reference: reference.unwrap_or(DEFAULT_REFERENCE).to_owned(),
    };
    let (outcome, commit) = origin.bring_up_to_date(options.offline)?;
    let snapshot = GitSnapshot::new(origin, commit, *options);
    Ok(Fetched { outcome, snapshot: Snapshot { kind: SnapshotKind::Git(snapshot) } })
}

/// A repository, what is asked of it, and where its clone is.
#[derive(Debug)]
pub(super) struct GitOrigin {
    pub(super) place: Place,
    remote: Remote,
    reference: String,
}

impl GitOrigin {
    fn bring_up_to_date(&self, offline: bool) -> Result<(Outcome, String), SourceError> {
        let clone = Clone::existing(self.place.path(), &self.remote.url);
        let last_good = || clone.as_ref().and_then(|clone| clone.held_commit(&self.reference));
        if offline {
            let missing = || SourceError::NotCloned {
                url: self.remote.url.public(),
                reference: self.reference.clone(),
            };
            return last_good().map(|commit| (Outcome::Offline, commit)).ok_or_else(missing);
        }
        match self.update(clone.as_ref().filter(|clone| !clone.is_damaged())) {
            Ok(updated) => Ok(updated),
            Err(error) => match last_good() {
                Some(commit) => Ok((Outcome::Stale { reason: error.to_string() }, commit)),
                None => Err(error),
            },
        }
    }

    fn update(&self, clone: Option<&Clone>) -> Result<(Outcome, String), SourceError> {
        let reference = &self.reference;
        let held = clone.and_then(|clone| clone.held(reference));
        if is_abbreviation(reference)
            && let Some(clone) = clone
            && held.as_ref().is_some_and(|held| held.starts_with(reference))
            && let Some(commit) = clone.held_commit(reference)
        {
            // A commit does not change: nobody needs to be asked.
            return Ok((Outcome::Unchanged, commit));
        }
        if is_object_id(reference) {
            return Ok((Outcome::Fresh, self.fetch_commit(clone, reference)?));
        }
        match self.remote.resolve(reference)? {
            Some(resolved) if held.as_ref() == Some(&resolved.object) => {
                Ok((Outcome::Unchanged, resolved.commit))
            }
            Some(resolved) => {
                let commit = self.fetch_one(clone, &resolved.name, &resolved.object)?;
                Ok((Outcome::Fresh, commit))
            }
            None if is_abbreviation(reference) => Ok((Outcome::Fresh, self.fetch_history(reference)?)),
            None => Err(self.remote.nothing_named(reference)),
        }
    }

    /// Fetches what a name stands for into the clone that is there, or else into a new one.
    fn fetch_one(&self, clone: Option<&Clone>, from: &str, object: &str) -> Result<String, SourceError> {
        if let Some(clone) = clone {
            match clone.fetch_one(&self.remote, from, &self.reference) {
                Ok(()) => {
                    if let Some(commit) = clone.held_commit(&self.reference) {
                        clone.tidy();
                        return Ok(commit);
                    }
                }
                Err(error) if is_of_the_remote(&error) => return Err(error),
                // A lock of a killed git, a damaged object: a new clone knows nothing of them.
                Err(_) => {}
            }
        }
        let made = self.place.make(&self.remote, object_format(object))?;
        made.fetch_one(&self.remote, from, &self.reference)?;
        let commit = made.held_commit(&self.reference).ok_or_else(|| self.no_commit())?;
        self.place.publish(&made)?;
        Ok(commit)
    }

    /// Fetches a commit by its id; not every server gives one away that no ref stands for.
    fn fetch_commit(&self, clone: Option<&Clone>, id: &str) -> Result<String, SourceError> {
        match self.fetch_one(clone, id, id) {
            Err(error) if !is_of_the_remote(&error) => self.fetch_history(id),
            result => result,
        }
    }

    /// Fetches all branches and tags into a new clone, and finds a commit in their history.
    fn fetch_history(&self, id: &str) -> Result<String, SourceError> {
        let made = self.place.make(&self.remote, object_format(id))?;
        made.fetch_all(&self.remote)?;
        let Some(commit) = made.rev_parse(&format!("{id}^{{commit}}")) else {
            return Err(self.remote.nothing_named(id));
        };
        made.hold(&self.remote, &self.reference, &commit)?;
        self.place.publish(&made)?;
        Ok(commit)
    }

    /// Makes the clone of a commit anew, in the place of a damaged one.
    pub(super) fn repair(&self, commit: &str) -> Result<(), SourceError> {
        self.fetch_commit(None, commit).map(|_| ())
    }

    fn no_commit(&self) -> SourceError {
        SourceError::NoSuchReference {
            url: self.remote.url.public(),
            reference: self.reference.clone(),
            available: "what has this name there is no commit; check `git_ref`".to_owned(),
        }
    }
}

/// Whether a failure says something of the remote, so that another attempt would fail the same.
fn is_of_the_remote(error: &SourceError) -> bool {
    matches!(
        error,
        SourceError::GitNotInstalled
            | SourceError::Unreachable { .. }
            | SourceError::AccessDenied { .. }
            | SourceError::DubiousOwnership { .. }
            | SourceError::TimedOut { .. }
    )
}

fn object_format(id: &str) -> &'static str {
    if id.len() == 64 { "sha256" } else { "sha1" }
}
