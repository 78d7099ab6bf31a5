use std::path::Path;

use super::clone::Clone;
use super::command::Deadlines;
use super::lock::{Exclusive, Held, Patience};
use super::place::{CLONES, Place};
use super::remote::{Remote, Resolved, is_abbreviation, is_object_id};
use super::snapshot::GitSnapshot;
use super::sweep;
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
    tell: &dyn Fn(&str),
) -> Result<Fetched, SourceError> {
    if url.has_query() {
        return Err(SourceError::Query { url: url.public() });
    }
    // git runs in the folder that relative addresses start at: our own paths must not.
    let data_dir = std::path::absolute(data_dir).map_err(|reason| SourceError::Io {
        action: "find",
        path: data_dir.to_owned(),
        reason,
    })?;
    let deadlines = Deadlines { idle: options.idle_timeout, total: options.total_timeout };
    let clones = data_dir.join(CLONES);
    let origin = GitOrigin {
        place: Place::new(&data_dir, slug),
        remote: Remote { url: url.clone(), base_dir: base_dir.to_owned(), clones, deadlines },
        reference: normal(reference.unwrap_or(DEFAULT_REFERENCE)),
    };
    let (outcome, commit, held) = origin.bring_up_to_date(options.offline, tell)?;
    let snapshot = GitSnapshot::new(origin, commit, held, *options);
    Ok(Fetched { outcome, snapshot: Snapshot { kind: SnapshotKind::Git(snapshot) } })
}

/// A whole commit is the same in capitals; a name is not.
fn normal(reference: &str) -> String {
    let small = reference.to_ascii_lowercase();
    if is_object_id(&small) { small } else { reference.to_owned() }
}

/// A repository, what is asked of it, and where its clone is.
#[derive(Debug)]
pub(super) struct GitOrigin {
    pub(super) place: Place,
    remote: Remote,
    reference: String,
}

/// What is to be fetched.
enum Wanted {
    /// What a name stands for on the remote.
    Named(Resolved),
    /// A commit by its id.
    Commit,
    /// A commit by the beginning of its id.
    Abbreviation,
}

impl GitOrigin {
    fn bring_up_to_date(
        &self,
        offline: bool,
        tell: &dyn Fn(&str),
    ) -> Result<(Outcome, String, Held), SourceError> {
        let mut patience = self.patience(tell);
        if offline {
            let missing = || SourceError::NotCloned {
                url: self.remote.url.public(),
                reference: self.reference.clone(),
            };
            let (commit, held) = self.last_good(&mut patience)?.ok_or_else(missing)?;
            return Ok((Outcome::Offline, commit, held));
        }
        match self.update(&mut patience) {
            Ok(updated) => Ok(updated),
            // Who changes the clone may do so for long: what it held is in the index.
            Err(error @ SourceError::InUse { .. }) => Err(error),
            Err(error) => match self.last_good(&mut patience) {
                Ok(Some((commit, held))) => Ok((Outcome::Stale { reason: error.to_string() }, commit, held)),
                _ => Err(error),
            },
        }
    }

    fn patience<'a>(&'a self, tell: &'a dyn Fn(&str)) -> Patience<'a> {
        Patience::new(self.place.slug(), self.remote.deadlines.total, tell)
    }

    fn existing(&self) -> Option<Clone> {
        Clone::existing(self.place.path(), &self.remote.url)
    }

    /// The commit that was fetched last.
    fn last_good(&self, patience: &mut Patience<'_>) -> Result<Option<(String, Held)>, SourceError> {
        let held = self.place.lock().shared(patience)?;
        let clone = self.existing();
        if let Some(clone) = &clone {
            sweep::keep(clone);
        }
        let commit = clone.and_then(|clone| clone.held_commit(&self.reference));
        Ok(commit.map(|commit| (commit, held)))
    }

    fn update(&self, patience: &mut Patience<'_>) -> Result<(Outcome, String, Held), SourceError> {
        let mut wanted = Wanted::Commit;
        if is_abbreviation(&self.reference.to_ascii_lowercase()) {
            // A commit does not change: nobody needs to be asked for one that is held.
            let held = self.place.lock().shared(patience)?;
            if let Some(commit) = self.existing().and_then(|clone| self.up_to_date(&clone, &wanted)) {
                return Ok((Outcome::Unchanged, commit, held));
            }
        }
        self.remote.without_program()?;
        if !is_object_id(&self.reference) {
            // Asked while no lock is held: the answer may take long.
            wanted = match self.remote.resolve(&self.reference)? {
                Some(resolved) => Wanted::Named(resolved),
                None if is_abbreviation(&self.reference.to_ascii_lowercase()) => Wanted::Abbreviation,
                None => return Err(self.remote.nothing_named(&self.reference)),
            };
        }
        let mut fetched = None;
        loop {
            let held = self.place.lock().shared(patience)?;
            if let Some(clone) = self.existing() {
                sweep::keep(&clone);
                match &fetched {
                    // Between the two locks somebody else may have replaced the clone.
                    Some(commit) if clone.held_commit(&self.reference).as_ref() == Some(commit) => {
                        return Ok((Outcome::Fresh, commit.clone(), held));
                    }
                    Some(_) => {}
                    None => {
                        if let Some(commit) = self.up_to_date(&clone, &wanted) {
                            return Ok((Outcome::Unchanged, commit, held));
                        }
                    }
                }
            }
            drop(held);
            self.place.create()?;
            match self.place.lock().try_exclusive()? {
                Exclusive::Busy(pid) => patience.wait(pid)?,
                Exclusive::Held(held) => {
                    fetched = Some(self.fetch_wanted(&wanted)?);
                    drop(held);
                }
            }
        }
    }

    /// The commit of a clone that holds what is wanted, and was not found damaged.
    fn up_to_date(&self, clone: &Clone, wanted: &Wanted) -> Option<String> {
        let held = clone.held(&self.reference).filter(|_| !clone.is_damaged())?;
        match wanted {
            Wanted::Named(resolved) => (held == resolved.object).then(|| resolved.commit.clone()),
            Wanted::Commit | Wanted::Abbreviation => {
                let is_wanted = held.starts_with(&self.reference.to_ascii_lowercase());
                if is_wanted { clone.held_commit(&self.reference) } else { None }
            }
        }
    }

    /// Fetches what is wanted, unless somebody else did while the lock was waited for. The lock is held
    /// alone.
    fn fetch_wanted(&self, wanted: &Wanted) -> Result<String, SourceError> {
        self.place.clear_work();
        let clone = self.existing().filter(|clone| !clone.is_damaged());
        if let Some(commit) = clone.as_ref().and_then(|clone| self.up_to_date(clone, wanted)) {
            return Ok(commit);
        }
        match wanted {
            Wanted::Named(resolved) => self.fetch_one(clone.as_ref(), &resolved.name, &resolved.object),
            Wanted::Commit => self.fetch_commit(clone.as_ref(), &self.reference),
            Wanted::Abbreviation => self.fetch_history(&self.reference.to_ascii_lowercase()),
        }
    }

    /// Fetches what a name stands for into the clone that is there, or else into a new one.
    fn fetch_one(&self, clone: Option<&Clone>, from: &str, object: &str) -> Result<String, SourceError> {
        if let Some(mut repository) = self.remote.without_program()? {
            // All of the commit comes anew: an old clone has nothing to add.
            return self.place.replace(&self.remote, object_format(object), |made| {
                let object = repository.fetch_one(from, &made.path)?;
                made.hold(&self.reference, &object)?;
                made.held_commit(&self.reference).ok_or_else(|| self.no_commit())
            });
        }
        if let Some(clone) = clone {
            match clone.fetch_one(&self.remote, from, &self.reference) {
                Ok(()) => {
                    if let Some(commit) = clone.held_commit(&self.reference) {
                        clone.tidy();
                        return Ok(commit);
                    }
                }
                Err(error) if is_of_the_remote(&error) => return Err(error),
                // A lock of a killed git, a damaged object, files of another user: a new clone knows
                // nothing of them.
                Err(_) => {}
            }
        }
        self.place.replace(&self.remote, object_format(object), |made| {
            made.fetch_one(&self.remote, from, &self.reference)?;
            made.held_commit(&self.reference).ok_or_else(|| self.no_commit())
        })
    }

    /// Fetches a commit by its id; not every server gives one away that no ref stands for.
    fn fetch_commit(&self, clone: Option<&Clone>, id: &str) -> Result<String, SourceError> {
        match self.fetch_one(clone, id, id) {
            Err(error @ SourceError::Disk { .. }) => Err(error),
            Err(error) if !is_of_the_remote(&error) => self.fetch_history(id),
            result => result,
        }
    }

    /// Fetches all branches and tags into a new clone, and finds a commit in their history.
    fn fetch_history(&self, id: &str) -> Result<String, SourceError> {
        let format = match is_object_id(id) {
            true => object_format(id),
            // The beginning of an id does not say how long the whole is.
            false => self.remote.any_object()?.map_or("sha1", |id| object_format(&id)),
        };
        self.place.replace(&self.remote, format, |made| {
            let found = match self.remote.without_program()? {
                Some(mut repository) => repository.fetch_history(id, &made.path)?,
                None => {
                    made.fetch_all(&self.remote)?;
                    made.abbreviated(id, format)
                }
            };
            let commit = found.ok_or_else(|| self.remote.nothing_named(id))?;
            made.hold(&self.reference, &commit)?;
            Ok(commit)
        })
    }

    /// Makes the clone of a commit anew, in the place of a damaged one, which nobody may read meanwhile.
    /// Gives the right to read the new one.
    pub(super) fn repair(&self, commit: &str) -> Result<Held, SourceError> {
        let mut patience = self.patience(&|_| ());
        self.remote.without_program()?;
        let held = self.place.lock().exclusive(&mut patience)?;
        self.fetch_commit(None, commit)?;
        drop(held);
        self.place.lock().shared(&mut patience)
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
            | SourceError::NotStarted { .. }
            | SourceError::Unreachable { .. }
            | SourceError::AccessDenied { .. }
            | SourceError::DubiousOwnership { .. }
            | SourceError::TimedOut { .. }
    )
}

fn object_format(id: &str) -> &'static str {
    if id.len() == 64 { "sha256" } else { "sha1" }
}
