//! What was read before: one file for each page, exchanged as a whole, so that whatever ends the
//! process leaves the old one or the new one.

mod record;
mod sweep;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) use record::{Record, Validators};

use super::WebError;

/// Suffix of the files.
const SUFFIX: &str = "page";
/// Begin of the names of files that are being written.
const DRAFT: &str = ".draft-";

/// The folder.
#[derive(Debug, Clone)]
pub(super) struct Cache {
    folder: PathBuf,
    drafts: Arc<AtomicU64>,
}

/// A file that cannot be read or is not what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) path: PathBuf,
    pub(super) reason: String,
}

impl Cache {
    /// Opens the folder for writing. What a process left half-written is removed.
    pub(super) fn open(folder: &Path) -> Result<Cache, WebError> {
        let failed = |action, path: &Path, source| WebError::Cache { action, path: path.to_owned(), source };
        fs::create_dir_all(folder).map_err(|error| failed("make", folder, error))?;
        for entry in fs::read_dir(folder).map_err(|error| failed("list", folder, error))? {
            let entry = entry.map_err(|error| failed("list", folder, error))?;
            if entry.file_name().to_string_lossy().starts_with(DRAFT) {
                fs::remove_file(entry.path()).map_err(|error| failed("remove", &entry.path(), error))?;
            }
        }
        Ok(Cache::look_into(folder))
    }

    /// The folder for reading; nothing is changed, and it need not be there.
    pub(super) fn look_into(folder: &Path) -> Cache {
        Cache { folder: folder.to_owned(), drafts: Arc::default() }
    }

    /// What is kept of an address.
    pub(super) fn load(&self, url: &str) -> Result<Option<Record>, Damage> {
        let path = self.path(url);
        let damage = |reason: String| Damage { path: path.clone(), reason };
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(damage(error.to_string())),
        };
        let record = Record::decode(&bytes).map_err(|reason| damage(reason.to_owned()))?;
        if record.url != url {
            return Err(damage(format!("it is of `{}`", record.url)));
        }
        Ok(Some(record))
    }

    /// Keeps a page, in the place of what was kept of its address.
    pub(super) fn store(&self, record: &Record) -> io::Result<()> {
        let number = self.drafts.fetch_add(1, Ordering::Relaxed);
        let draft = self.folder.join(format!("{DRAFT}{}-{number}", std::process::id()));
        let bytes = record.encode()?;
        let written = File::create(&draft)
            .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&draft, self.path(&record.url)));
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written
    }

    /// Forgets an address.
    pub(super) fn remove(&self, url: &str) -> io::Result<()> {
        match fs::remove_file(self.path(url)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn path(&self, url: &str) -> PathBuf {
        let name = blake3::hash(url.as_bytes()).to_hex();
        self.folder.join(format!("{}.{SUFFIX}", &name[..32]))
    }
}

#[cfg(test)]
mod tests;
