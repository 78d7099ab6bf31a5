//! One writer at a time.

use std::fs::OpenOptions;

use super::layout::Layout;
use crate::store::{Error, FileLock, LockAttempt};

/// Held as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    _lock: FileLock,
}

impl Lock {
    /// Takes the lock, or says who has it.
    pub(super) fn take(layout: &Layout) -> Result<Lock, Error> {
        let path = layout.lock();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::io("open", &path))?;
        match FileLock::try_exclusive(file).map_err(Error::io("lock", &path))? {
            LockAttempt::Busy(pid) => Err(Error::Locked { place: layout.root().display().to_string(), pid }),
            LockAttempt::Taken(mut lock) => {
                lock.sign().map_err(Error::io("write", path))?;
                Ok(Lock { _lock: lock })
            }
        }
    }
}
