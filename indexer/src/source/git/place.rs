use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::clone::{Clone, ORIGIN_FILE, origin_of};
use super::disk;
use super::lock::CloneLock;
use super::remote::Remote;
use crate::source::error::SourceError;

/// Clones that are being made, or unmade. No slug starts with a dot.
const WORK_FOLDER: &str = ".work";
/// The folder of clones in a data folder.
pub(super) const CLONES: &str = "clones";

/// The folder of clones of a data folder, and one name in it.
///
/// Whoever makes, exchanges or removes something here holds the lock of the name alone.
#[derive(Debug, Clone)]
pub(super) struct Place {
    clones: PathBuf,
    slug: String,
}

impl Place {
    pub(super) fn new(data_dir: &Path, slug: &str) -> Place {
        Place { clones: data_dir.join(CLONES), slug: slug.to_owned() }
    }

    pub(super) fn slug(&self) -> &str {
        &self.slug
    }

    /// Where the clone is.
    pub(super) fn path(&self) -> PathBuf {
        self.clones.join(format!("{}.git", self.slug))
    }

    pub(super) fn lock(&self) -> CloneLock {
        CloneLock::new(&self.clones, &self.slug)
    }

    /// Makes the folder of clones, where it is not there yet.
    pub(super) fn create(&self) -> Result<(), SourceError> {
        fs::create_dir_all(&self.clones).map_err(|reason| disk::error("create", &self.clones, reason))
    }

    /// Makes an empty clone beside the one that may be there, has it filled, and puts it in the place of
    /// the other. Nothing is left of a failure.
    pub(super) fn replace<T>(
        &self,
        remote: &Remote,
        object_format: &str,
        fill: impl FnOnce(&Clone) -> Result<T, SourceError>,
    ) -> Result<T, SourceError> {
        self.clear_work();
        let replaced = self.make(remote, object_format).and_then(|made| {
            let filled = fill(&made)?;
            self.publish(&made)?;
            Ok(filled)
        });
        self.clear_work();
        replaced
    }

    fn make(&self, remote: &Remote, object_format: &str) -> Result<Clone, SourceError> {
        let path = self.work_path()?;
        init(&path, object_format).map_err(|reason| disk::error("make", &path, reason))?;
        let origin = path.join(ORIGIN_FILE);
        fs::write(&origin, origin_of(&remote.url)).map_err(|reason| disk::error("write", &origin, reason))?;
        Ok(Clone { path })
    }

    fn publish(&self, made: &Clone) -> Result<(), SourceError> {
        let path = self.path();
        // The exchange is atomic; where the file system has none, or the clone is another user's, there
        // is a moment without a clone, in which an interruption costs a clone and not more.
        if renameat_with(CWD, &made.path, CWD, &path, RenameFlags::EXCHANGE).is_err() {
            if path.symlink_metadata().is_ok() {
                // Beside it: the folder of another user cannot be moved into another one.
                let old = self.free_path();
                fs::rename(&path, &old).map_err(|reason| disk::error("replace", &path, reason))?;
            }
            fs::rename(&made.path, &path).map_err(|reason| disk::error("replace", &path, reason))?;
        }
        Ok(())
    }

    /// Removes the clone and all that belongs to it.
    pub(super) fn remove(&self) -> Result<(), SourceError> {
        let path = self.path();
        match fs::remove_dir_all(&path) {
            Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
                return Err(disk::error("remove", &path, reason));
            }
            _ => self.clear_work(),
        }
        Ok(())
    }

    /// Removes what is left of earlier work. What another user left there stays.
    pub(super) fn clear_work(&self) {
        let _ = fs::remove_dir_all(self.work_folder());
        for old in (0..).map(|number| self.old_path(number)).take_while(|old| old.symlink_metadata().is_ok())
        {
            let _ = fs::remove_dir_all(old);
        }
    }

    fn work_folder(&self) -> PathBuf {
        self.clones.join(WORK_FOLDER).join(&self.slug)
    }

    fn old_path(&self, number: u32) -> PathBuf {
        self.clones.join(format!(".{}.old-{number}", self.slug))
    }

    fn free_path(&self) -> PathBuf {
        let mut number = 0;
        while self.old_path(number).symlink_metadata().is_ok() {
            number += 1;
        }
        self.old_path(number)
    }

    /// A new folder to work in.
    fn work_path(&self) -> Result<PathBuf, SourceError> {
        let folder = self.work_folder();
        fs::create_dir_all(&folder).map_err(|reason| disk::error("create", &folder, reason))?;
        let mut number = 0_u32;
        loop {
            let path = folder.join(format!("{}-{number}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(path),
                Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(reason) => return Err(disk::error("create", &path, reason)),
            }
        }
    }
}

/// Makes an empty repository as `git init --bare` does, without hooks and examples.
fn init(path: &Path, object_format: &str) -> io::Result<()> {
    for folder in ["objects/info", "objects/pack", "refs/heads", "refs/tags"] {
        fs::create_dir_all(path.join(folder))?;
    }
    fs::write(path.join("HEAD"), "ref: refs/heads/main\n")?;
    let (version, extension) = match object_format {
        "sha1" => (0, String::new()),
        other => (1, format!("[extensions]\n\tobjectformat = {other}\n")),
    };
    fs::write(
        path.join("config"),
        format!(
            "[core]\n\trepositoryformatversion = {version}\n\tfilemode = true\n\tbare = true\n{extension}"
        ),
    )
}
