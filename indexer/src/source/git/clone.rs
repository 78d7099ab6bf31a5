use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::command::{Deadlines, Git, Output};
use super::failure;
use super::remote::{Remote, is_object_id};
use crate::config::GitUrl;
use crate::source::error::SourceError;

/// Holds the hash of the address that a clone was made from.
pub(super) const ORIGIN_FILE: &str = "ccr-origin";
/// Says that a read found the clone damaged.
const DAMAGED_FILE: &str = "ccr-damaged";
/// From as many packs on a clone is packed anew.
const MAX_PACKS: usize = 24;
/// What git says of a server of plain files, which knows nothing of single commits.
const NO_SHALLOW: &str = "does not support shallow";

/// Commands on a clone that ask nobody: they take seconds, or hang with the disk.
pub(super) const LOCAL: Deadlines =
    Deadlines { idle: Duration::from_secs(300), total: Duration::from_secs(300) };

/// A bare clone on disk.
///
/// Its refs are `refs/ccr/<hash of the name asked for>`: each stands for what that name was when
/// it was last fetched, so that a change of `git_ref` does not pass old files off as new.
#[derive(Debug, Clone)]
pub(super) struct Clone {
    pub(super) path: PathBuf,
}

impl Clone {
    /// The clone that stands at a path, when there is one of this address.
    pub(super) fn existing(path: PathBuf, url: &GitUrl) -> Option<Clone> {
        let origin = fs::read_to_string(path.join(ORIGIN_FILE)).ok()?;
        // A new token is no new repository.
        let is_of = origin == origin_of(url) || origin == hash(url.secret());
        is_of.then_some(Clone { path })
    }

    /// Whether a read found it damaged.
    pub(super) fn is_damaged(&self) -> bool {
        self.path.join(DAMAGED_FILE).exists()
    }

    /// The object that a name stood for when it was last fetched.
    pub(super) fn held(&self, reference: &str) -> Option<String> {
        let name = own_ref(reference);
        let loose = fs::read_to_string(self.path.join(&name)).ok().map(|id| id.trim().to_owned());
        loose.filter(|id| is_object_id(id)).or_else(|| self.rev_parse(&name))
    }

    /// The commit that a name stood for when it was last fetched.
    pub(super) fn held_commit(&self, reference: &str) -> Option<String> {
        self.rev_parse(&format!("{}^{{commit}}", own_ref(reference)))
    }

    /// What git understands by an expression in this clone.
    pub(super) fn rev_parse(&self, expression: &str) -> Option<String> {
        let git = Git::at(&self.path, "rev-parse").args(["--quiet", "--verify", expression]);
        let output = git.run(LOCAL).ok()?;
        let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        (output.success && is_object_id(&id)).then_some(id)
    }

    /// Fetches one commit: what `from` (a full name or an object id) stands for. From a server of plain
    /// files its history comes with it.
    pub(super) fn fetch_one(&self, remote: &Remote, from: &str, reference: &str) -> Result<(), SourceError> {
        let refspecs = [format!("+{from}:{}", own_ref(reference))];
        match self.fetch(remote, &["--depth=1", "--no-tags"], &refspecs) {
            Err(SourceError::GitFailed { reason, .. }) if reason.contains(NO_SHALLOW) => {
                self.fetch(remote, &["--no-tags"], &refspecs)
            }
            fetched => fetched,
        }
    }

    /// Fetches all branches and tags with their history.
    pub(super) fn fetch_all(&self, remote: &Remote) -> Result<(), SourceError> {
        let refspecs = ["+refs/heads/*:refs/ccr-all/heads/*", "+refs/tags/*:refs/ccr-all/tags/*"];
        self.fetch(remote, &["--no-tags"], &refspecs.map(str::to_owned))
    }

    fn fetch(&self, remote: &Remote, options: &[&str], refspecs: &[String]) -> Result<(), SourceError> {
        let git = remote
            .command(Git::at(&self.path, "fetch"))
            .args(["--progress", "--no-recurse-submodules"])
            .args(options)
            .args(remote.sender())
            .arg("--")
            .arg(remote.url.address())
            .args(refspecs);
        remote.run(git).map(|_| ())
    }

    /// Remembers the commit that a name stands for.
    pub(super) fn hold(&self, remote: &Remote, reference: &str, commit: &str) -> Result<(), SourceError> {
        let git = Git::at(&self.path, "update-ref").args([&own_ref(reference), commit]);
        run_local(git, remote).map(|_| ())
    }

    /// Packs what is still needed into one, once there are many: each fetch adds a pack.
    pub(super) fn tidy(&self) {
        let packs = fs::read_dir(self.path.join("objects/pack")).map_or(0, |files| {
            files.flatten().filter(|file| file.path().extension().is_some_and(|end| end == "pack")).count()
        });
        if packs >= MAX_PACKS {
            // A failure costs space and nothing else; the next run tries again.
            let _ = Git::at(&self.path, "repack").args(["-a", "-d", "-q"]).watched().run(LOCAL);
        }
    }

    /// Has the next fetch make the clone anew.
    pub(super) fn mark_damaged(path: &Path) {
        // When even this fails, the next read finds the damage again.
        let _ = fs::write(path.join(DAMAGED_FILE), "");
    }
}

/// Runs a command that asks nobody.
pub(super) fn run_local(git: Git, remote: &Remote) -> Result<Output, SourceError> {
    let output = git.run(LOCAL).map_err(|error| failure::from_run(&remote.url, error))?;
    if output.success {
        return Ok(output);
    }
    Err(failure::of_own(&remote.url, &remote.clones, &output.stderr))
}

fn own_ref(reference: &str) -> String {
    format!("refs/ccr/{}", &hash(reference)[..16])
}

/// What a clone keeps of its address. Credentials are no part of it.
pub(super) fn origin_of(url: &GitUrl) -> String {
    hash(&url.address())
}

fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}
