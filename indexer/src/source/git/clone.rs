use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::command::{Deadlines, Git, Output};
use super::failure;
use super::remote::{Remote, is_object_id};
use crate::config::GitUrl;
use crate::source::error::SourceError;

/// Holds the hash of the address that a clone was made from: an address may have credentials.
const ORIGIN_FILE: &str = "ccr-origin";
/// Says that a read found the clone damaged.
const DAMAGED_FILE: &str = "ccr-damaged";
/// Clones that are being made, or unmade. No slug starts with a dot.
const WORK_FOLDER: &str = ".work";
/// From as many packs on a clone is packed anew.
const MAX_PACKS: usize = 24;

/// A bare clone on disk.
///
/// Its refs are `refs/ccr/<hash of the name asked for>`: each stands for what that name was when
/// it was last fetched, so that a change of `git_ref` does not pass old files off as new.
#[derive(Debug, Clone)]
pub(super) struct Clone {
    path: PathBuf,
}

impl Clone {
    /// The clone that stands at a path, when there is one of this address.
    pub(super) fn existing(path: PathBuf, url: &GitUrl) -> Option<Clone> {
        let origin = fs::read_to_string(path.join(ORIGIN_FILE)).ok()?;
        (origin == hash(url.secret())).then_some(Clone { path })
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

    /// Fetches one commit: what `from` (a full name or an object id) stands for.
    pub(super) fn fetch_one(&self, remote: &Remote, from: &str, reference: &str) -> Result<(), SourceError> {
        self.fetch(remote, &["--depth=1", "--no-tags"], &[format!("+{from}:{}", own_ref(reference))])
    }

    /// Fetches all branches and tags with their history.
    pub(super) fn fetch_all(&self, remote: &Remote) -> Result<(), SourceError> {
        let refspecs = ["+refs/heads/*:refs/ccr-all/heads/*", "+refs/tags/*:refs/ccr-all/tags/*"];
        self.fetch(remote, &["--no-tags"], &refspecs.map(str::to_owned))
    }

    fn fetch(&self, remote: &Remote, options: &[&str], refspecs: &[String]) -> Result<(), SourceError> {
        let git = remote
            .command(Git::at(&self.path, "fetch"))
            .args(["--progress", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance"])
            .args(options)
            .args(remote.sender())
            .arg("--")
            .arg(remote.url.secret())
            .args(refspecs);
        let output = git.run(remote.deadlines).map_err(|error| failure::from_run(&remote.url, error))?;
        if output.success { Ok(()) } else { Err(failure::from_stderr(&remote.url, &output.stderr)) }
    }

    /// Remembers the commit that a name stands for.
    pub(super) fn hold(&self, remote: &Remote, reference: &str, commit: &str) -> Result<(), SourceError> {
        let git = Git::at(&self.path, "update-ref").args([&own_ref(reference), commit]);
        run_local(git, &remote.url).map(|_| ())
    }

    /// Packs what is still needed into one, once there are many: each fetch adds a pack.
    pub(super) fn tidy(&self) {
        let packs = fs::read_dir(self.path.join("objects/pack")).map_or(0, |files| {
            files.flatten().filter(|file| file.path().extension().is_some_and(|end| end == "pack")).count()
        });
        if packs >= MAX_PACKS {
            // A failure costs space and nothing else; the next run tries again.
            let _ = Git::at(&self.path, "repack").args(["-a", "-d", "-q"]).run(LOCAL);
        }
    }

    /// Has the next fetch make the clone anew.
    pub(super) fn mark_damaged(path: &Path) {
        // When even this fails, the next read finds the damage again.
        let _ = fs::write(path.join(DAMAGED_FILE), "");
    }
}

/// The folder of clones of a data folder, and one name in it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    clones: PathBuf,
    slug: String,
}

impl Place {
    pub(super) fn new(data_dir: &Path, slug: &str) -> Place {
        Place { clones: data_dir.join("clones"), slug: slug.to_owned() }
    }

    /// Where the clone is.
    pub(super) fn path(&self) -> PathBuf {
        self.clones.join(format!("{}.git", self.slug))
    }

    /// Makes an empty clone beside the one that may be there.
    pub(super) fn make(&self, remote: &Remote, object_format: &str) -> Result<Clone, SourceError> {
        self.clear_work();
        let path = self.work_path()?;
        let git = Git::new("init")
            .args(["--quiet", "--bare", "--template="])
            .arg(format!("--object-format={object_format}"))
            .arg("--")
            .arg(&path);
        run_local(git, &remote.url)?;
        let origin = path.join(ORIGIN_FILE);
        fs::write(&origin, hash(remote.url.secret())).map_err(|reason| io_error("write", &origin, reason))?;
        Ok(Clone { path })
    }

    /// Puts a finished clone in the place of the one that may be there.
    pub(super) fn publish(&self, made: &Clone) -> Result<Clone, SourceError> {
        let path = self.path();
        // The exchange is atomic; where the file system has none, there is a moment without a
        // clone, in which an interruption costs a clone and not more.
        if renameat_with(CWD, &made.path, CWD, &path, RenameFlags::EXCHANGE).is_err() {
            if path.symlink_metadata().is_ok() {
                let old = self.work_path()?.join("old");
                fs::rename(&path, &old).map_err(|reason| io_error("replace", &path, reason))?;
            }
            fs::rename(&made.path, &path).map_err(|reason| io_error("replace", &path, reason))?;
        }
        self.clear_work();
        Ok(Clone { path })
    }

    /// Removes what is left of earlier work. The git of a run that was killed may still write
    /// there: what cannot be removed now goes another time.
    fn clear_work(&self) {
        let _ = fs::remove_dir_all(self.work_folder());
    }

    fn work_folder(&self) -> PathBuf {
        self.clones.join(WORK_FOLDER).join(&self.slug)
    }

    /// A new folder to work in.
    fn work_path(&self) -> Result<PathBuf, SourceError> {
        let folder = self.work_folder();
        fs::create_dir_all(&folder).map_err(|reason| io_error("create", &folder, reason))?;
        let mut number = 0_u32;
        loop {
            let path = folder.join(format!("{}-{number}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(path),
                Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(reason) => return Err(io_error("create", &path, reason)),
            }
        }
    }
}

/// Commands on a clone that ask nobody: they take seconds, or hang with the disk.
pub(super) const LOCAL: Deadlines =
    Deadlines { idle: std::time::Duration::from_secs(300), total: std::time::Duration::from_secs(300) };

fn run_local(git: Git, url: &GitUrl) -> Result<Output, SourceError> {
    let output = git.run(LOCAL).map_err(|error| failure::from_run(url, error))?;
    if output.success {
        return Ok(output);
    }
    Err(SourceError::GitFailed { url: url.public(), reason: failure::reason(url, &output.stderr) })
}

fn own_ref(reference: &str) -> String {
    format!("refs/ccr/{}", &hash(reference)[..16])
}

fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

fn io_error(action: &'static str, path: &Path, reason: io::Error) -> SourceError {
    SourceError::Io { action, path: path.to_owned(), reason }
}
