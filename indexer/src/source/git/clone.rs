use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::command::{Deadlines, Git};
use super::disk;
use super::objects::{Objects, Reader, parse_id};
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
        loose.filter(|id| is_object_id(id)).or_else(|| self.packed(&name))
    }

    /// What a ref says that somebody packed.
    fn packed(&self, name: &str) -> Option<String> {
        let text = fs::read_to_string(self.path.join("packed-refs")).ok()?;
        let mut lines = text.lines().filter_map(|line| line.split_once(' '));
        lines.find(|(id, found)| *found == name && is_object_id(id)).map(|(id, _)| id.to_owned())
    }

    /// The commit that a name stood for when it was last fetched.
    pub(super) fn held_commit(&self, reference: &str) -> Option<String> {
        let held = parse_id(&self.held(reference)?)?;
        let (commit, _) = self.reader(held.kind())?.peel(&held).ok()?;
        commit.map(|commit| commit.to_string())
    }

    /// The one commit of this clone whose id begins like this.
    pub(super) fn abbreviated(&self, id: &str, object_format: &str) -> Option<String> {
        let hash = match object_format {
            "sha256" => gix_hash::Kind::Sha256,
            _ => gix_hash::Kind::Sha1,
        };
        self.reader(hash)?.abbreviated(id).map(|commit| commit.to_string())
    }

    fn reader(&self, hash: gix_hash::Kind) -> Option<Reader> {
        Some(Reader::new(Arc::new(Objects::open(&self.path, hash).ok()?)))
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

    /// Remembers the object that a name stands for.
    pub(super) fn hold(&self, reference: &str, object: &str) -> Result<(), SourceError> {
        let path = self.path.join(own_ref(reference));
        let failed = |reason| disk::error("write", &path, reason);
        fs::create_dir_all(path.with_file_name("")).map_err(failed)?;
        fs::write(&path, format!("{object}\n")).map_err(failed)
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
