//! The file: SQLite with a rollback journal, so that there is one file to copy and a reader needs no
//! right to write. Every transaction is on the disk when it is over, and a process that dies in the
//! middle of one leaves the state before.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::row::{Kept, Key, Row};
use super::salvage::salvage;
use super::tables::{Trouble, connect, find, prune, store};
use crate::EmbedderId;
use crate::embed::EmbedError;
use crate::embed::service::{Habits, Probe, ProbeMemory};

/// The cache of one data directory.
///
/// Whoever opens it to write holds the lock of the index; any number may read meanwhile.
#[derive(Debug)]
pub struct CacheFile {
    path: PathBuf,
    /// None where there is nothing to read.
    connection: Mutex<Option<Connection>>,
    is_writable: bool,
    /// Days since 1970, by which what was not used for long is told.
    day: i64,
    warnings: Mutex<Vec<String>>,
}

/// What [`CacheFile::prune`] removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pruned {
    /// Vectors.
    pub vectors: u64,
    /// Bytes by which the file is smaller.
    pub bytes: u64,
}

impl CacheFile {
    /// Opens `cache/embeddings.sqlite` of a data directory to read and write, and makes it where it is
    /// missing. One that is damaged or not ours is set aside under another name, with a warning. `now`
    /// is in seconds since 1970.
    ///
    /// # Errors
    /// The file can be neither opened nor made.
    pub fn open(data_dir: &Path, now: u64) -> Result<CacheFile, EmbedError> {
        let file = CacheFile::closed(data_dir, now, true);
        let folder = data_dir.join("cache");
        fs::create_dir_all(&folder).map_err(|error| file.unusable(error.into()))?;
        let connection = match connect(&file.path, writing()) {
            Err(trouble) if trouble.is_of_contents() => file.begin_anew(&trouble)?,
            opened => opened.map_err(|error| file.unusable(error.into()))?,
        };
        *file.lock() = Some(connection);
        Ok(file)
    }

    /// Opens it to read only, as searching does. Where it is missing or cannot be read, there is nothing
    /// in it.
    pub fn open_read_only(data_dir: &Path) -> CacheFile {
        let file = CacheFile::closed(data_dir, 0, false);
        if file.path.exists() {
            match connect(&file.path, OpenFlags::SQLITE_OPEN_READ_ONLY) {
                Ok(connection) => *file.lock() = Some(connection),
                Err(trouble) => file.warn(format!("`{}` was not used: {trouble}", file.path.display())),
            }
        }
        file
    }

    fn closed(data_dir: &Path, now: u64, is_writable: bool) -> CacheFile {
        CacheFile {
            path: data_dir.join("cache").join("embeddings.sqlite"),
            connection: Mutex::default(),
            is_writable,
            day: i64::try_from(now / 86_400).unwrap_or(0),
            warnings: Mutex::default(),
        }
    }

    /// Whether new vectors are kept.
    pub(super) fn is_writable(&self) -> bool {
        self.is_writable
    }

    /// What people should know, each told once.
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn warn(&self, warning: String) {
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        // A daemon may meet the same trouble with each question.
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }

    /// The vectors of the keys, in their order. What is spoiled is as if it were not there.
    pub(super) fn find(&self, id: &EmbedderId, keys: &[Key]) -> Vec<Option<Kept>> {
        let found = self.with(|connection| find(connection, id, keys, self.is_writable.then_some(self.day)));
        let Some((found, spoiled)) = found else { return vec![None; keys.len()] };
        if spoiled > 0 {
            self.warn(format!(
                "{spoiled} vectors in `{}` are spoiled and will be made again",
                self.path.display()
            ));
        }
        found
    }

    /// Keeps vectors, all or none. Gives why they could not be kept.
    pub(super) fn store(&self, id: &EmbedderId, rows: &[(Key, Row)]) -> Result<(), String> {
        // Where the file turns out to be damaged, it is set aside, and the second try has a new one.
        for _ in 0..2 {
            let mut stored = Err("there is no file".to_owned());
            self.with(|connection| {
                match store(connection, id, rows, self.day) {
                    Err(trouble) if trouble.is_of_contents() => return Err(trouble),
                    result => stored = result.map_err(|trouble| trouble.to_string()),
                }
                Ok(())
            });
            if stored.is_ok() || self.lock().is_none() {
                return stored;
            }
        }
        Err(format!("`{}` cannot be written", self.path.display()))
    }

    /// Removes what was not used for the longest time, until the file has at most so many bytes. What
    /// was used today stays.
    pub fn prune(&self, most: u64) -> Pruned {
        if !self.is_writable {
            return Pruned::default();
        }
        self.with(|connection| prune(connection, most, self.day)).unwrap_or_default()
    }

    /// Does something with the file. One that turns out to be damaged is set aside; what else fails is a
    /// warning.
    fn with<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, Trouble>) -> Option<T> {
        let mut held = self.lock();
        let trouble = match work(held.as_mut()?) {
            Ok(done) => return Some(done),
            Err(trouble) => trouble,
        };
        if !trouble.is_of_contents() {
            self.warn(format!("`{}` could not be used: {trouble}", self.path.display()));
            return None;
        }
        *held = None;
        if self.is_writable {
            match self.begin_anew(&trouble) {
                Ok(connection) => *held = Some(connection),
                Err(error) => self.warn(error.to_string()),
            }
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, Option<Connection>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a file that cannot be read another name, and makes a new one with what can be.
    fn begin_anew(&self, trouble: &Trouble) -> Result<Connection, EmbedError> {
        let aside = self.path.with_extension("damaged.sqlite");
        let unusable = |error: std::io::Error| self.unusable(error.into());
        fs::rename(&self.path, &aside).map_err(unusable)?;
        // Its journal goes with it: a new file must not find that.
        match fs::rename(journal(&self.path), journal(&aside)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            moved => moved.map_err(unusable)?,
        }
        let mut connection = connect(&self.path, writing()).map_err(|error| self.unusable(error.into()))?;
        let saved = salvage(&aside, &mut connection).unwrap_or(0);
        self.warn(format!(
            "`{}` cannot be read ({trouble}): it is now `{}`; {saved} vectors of it were saved, and the rest will be \
             embedded again",
            self.path.display(),
            aside.display()
        ));
        Ok(connection)
    }

    fn unusable(&self, source: Box<dyn std::error::Error + Send + Sync>) -> EmbedError {
        EmbedError {
            message: format!(
                "could not open the embedding cache `{}`: make its folder writable, so that nothing is paid for twice",
                self.path.display()
            ),
            source: Some(source),
        }
    }
}

impl CacheFile {
    /// What is noted under a key.
    fn note(&self, key: &str) -> Option<String> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached("SELECT value FROM probe WHERE key = ?1")?;
            Ok(statement.query_row([key], |row| row.get(0)).optional()?)
        })?
    }

    fn write_note<T: serde::Serialize>(&self, key: &str, value: &T) {
        if !self.is_writable {
            return;
        }
        let Ok(text) = serde_json::to_string(value) else { return };
        self.with(|connection| {
            connection.execute("INSERT OR REPLACE INTO probe VALUES (?1, ?2)", [key, &text])?;
            Ok(())
        });
    }
}

impl ProbeMemory for CacheFile {
    fn recall(&self, key: &str) -> Option<Probe> {
        let probe: Probe = serde_json::from_str(&self.note(key)?).ok()?;
        let is_whole = probe.sample.is_empty() || probe.sample.len() == probe.dimensions as usize;
        (is_whole && probe.dimensions > 0).then_some(probe)
    }

    fn remember(&self, key: &str, probe: &Probe) {
        self.write_note(key, probe);
    }

    fn recall_habits(&self, key: &str) -> Habits {
        let habits = self.note(&habits_of(key)).and_then(|text| serde_json::from_str(&text).ok());
        habits.unwrap_or_default()
    }

    fn remember_habits(&self, key: &str, habits: &Habits) {
        self.write_note(&habits_of(key), habits);
    }
}

/// Where the habits of a service stand, beside what is known of its model.
fn habits_of(key: &str) -> String {
    format!("habits {key}")
}

fn writing() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
}

/// SQLite's rollback journal of a file.
fn journal(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-journal");
    PathBuf::from(name)
}
