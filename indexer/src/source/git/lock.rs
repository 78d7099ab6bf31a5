//! Who may use a clone: one process that changes it, or several that read it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use ccr_index::store::{FileLock, LockAttempt};

use super::disk;
use crate::source::error::SourceError;

/// How often a lock that somebody else has is looked at.
const POLL: Duration = Duration::from_millis(20);

/// The lock of one clone. The file stays: only a sweep that removes the clone removes it.
#[derive(Debug, Clone)]
pub(super) struct CloneLock {
    path: PathBuf,
}

/// The right to read a clone, or to change it. Where the data folder is read-only, or has no clones,
/// nobody can change one and there is nothing to hold; nor is there on a file system without locks.
#[derive(Debug)]
pub(super) struct Held(#[expect(dead_code, reason = "held, and released when it goes")] Option<FileLock>);

/// What came of asking for the right to change a clone.
pub(super) enum Exclusive {
    Held(Held),
    Busy(Option<u32>),
}

impl CloneLock {
    /// The lock of a slug in a folder of clones.
    pub(super) fn new(clones: &Path, slug: &str) -> CloneLock {
        CloneLock { path: clones.join(format!(".{slug}.lock")) }
    }

    /// Waits until nobody changes the clone.
    pub(super) fn shared(&self, patience: &mut Patience<'_>) -> Result<Held, SourceError> {
        loop {
            let Some(file) = self.open_to_read()? else { return Ok(Held(None)) };
            match self.attempt(FileLock::try_shared(file))? {
                None => return Ok(Held(None)),
                Some(LockAttempt::Taken(lock)) if !self.is_of(&lock) => {}
                Some(LockAttempt::Taken(mut lock)) => {
                    // Who reads is named to those who wait; where that fails nobody is.
                    let _ = lock.sign();
                    return Ok(Held(Some(lock)));
                }
                Some(LockAttempt::Busy(pid)) => patience.wait(pid)?,
            }
        }
    }

    /// Takes the right to change the clone, where nobody reads or changes it now.
    pub(super) fn try_exclusive(&self) -> Result<Exclusive, SourceError> {
        loop {
            let file = self.open().map_err(|reason| self.failed(reason))?;
            match self.attempt(FileLock::try_exclusive(file))? {
                None => return Ok(Exclusive::Held(Held(None))),
                Some(LockAttempt::Taken(lock)) if !self.is_of(&lock) => {}
                Some(LockAttempt::Taken(mut lock)) => {
                    let _ = lock.sign();
                    return Ok(Exclusive::Held(Held(Some(lock))));
                }
                Some(LockAttempt::Busy(pid)) => return Ok(Exclusive::Busy(pid)),
            }
        }
    }

    /// Waits for the right to change the clone.
    pub(super) fn exclusive(&self, patience: &mut Patience<'_>) -> Result<Held, SourceError> {
        loop {
            match self.try_exclusive()? {
                Exclusive::Held(held) => return Ok(held),
                Exclusive::Busy(pid) => patience.wait(pid)?,
            }
        }
    }

    /// What came of it; none on a file system without locks, where nobody can be kept away.
    fn attempt(&self, attempt: io::Result<LockAttempt>) -> Result<Option<LockAttempt>, SourceError> {
        match attempt {
            Ok(attempt) => Ok(Some(attempt)),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Removes the file; for who holds it and removes the clone.
    pub(super) fn remove(&self) {
        // A file that stays costs nothing.
        let _ = fs::remove_file(&self.path);
    }

    /// Whether what was locked is still the file that others lock.
    fn is_of(&self, lock: &FileLock) -> bool {
        let same = |held: fs::Metadata, now: fs::Metadata| (held.dev(), held.ino()) == (now.dev(), now.ino());
        match (lock.file().metadata(), fs::metadata(&self.path)) {
            (Ok(held), Ok(now)) => same(held, now),
            _ => false,
        }
    }

    fn open(&self) -> io::Result<File> {
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&self.path);
        match opened {
            // The file of another user: to lock it, it need not be written.
            Err(error) if disk::is_refused(&error) => File::open(&self.path).map_err(|_| error),
            opened => opened,
        }
    }

    /// The file, unless nobody could change a clone here.
    fn open_to_read(&self) -> Result<Option<File>, SourceError> {
        match self.open() {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound || disk::is_refused(&error) => Ok(None),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn failed(&self, reason: io::Error) -> SourceError {
        disk::error("lock", &self.path, reason)
    }
}

/// How long a lock is waited for, and who is told.
pub(super) struct Patience<'a> {
    slug: &'a str,
    waited: Duration,
    most: Duration,
    tell: &'a dyn Fn(&str),
    is_told: bool,
}

impl<'a> Patience<'a> {
    pub(super) fn new(slug: &'a str, most: Duration, tell: &'a dyn Fn(&str)) -> Patience<'a> {
        Patience { slug, waited: Duration::ZERO, most, tell, is_told: false }
    }

    /// Waits a moment for the process that has the lock, or gives up.
    pub(super) fn wait(&mut self, pid: Option<u32>) -> Result<(), SourceError> {
        if self.waited >= self.most {
            return Err(SourceError::InUse { slug: self.slug.to_owned(), pid, waited: self.most });
        }
        if !self.is_told {
            self.is_told = true;
            let by = pid.map_or("another process".to_owned(), |pid| format!("process {pid}"));
            (self.tell)(&format!("{}: waiting for {by}, which uses its clone", self.slug));
        }
        let start = Instant::now();
        // Two who read and both want to change let go first, and must not meet again each time.
        let apart = Duration::from_millis(u64::from(std::process::id() % 16));
        #[expect(clippy::disallowed_methods, reason = "nobody tells when a lock of another process is free")]
        thread::sleep(POLL + apart);
        self.waited += start.elapsed();
        Ok(())
    }
}
