use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};

/// A lock of the operating system on a file, which ends with its process however that ends. Held as long
/// as it lives.
#[derive(Debug)]
pub struct FileLock {
    file: File,
}

/// What came of asking for a lock.
#[derive(Debug)]
pub enum LockAttempt {
    /// It is held now.
    Taken(FileLock),
    /// Somebody else has it: the process that took it last, where that is known.
    Busy(Option<u32>),
}

impl FileLock {
    /// Takes the lock for this process alone, if nobody else has it.
    ///
    /// # Errors
    /// Where the file system has no locks, or refuses.
    pub fn try_exclusive(file: File) -> io::Result<LockAttempt> {
        Self::attempt(file, File::try_lock)
    }

    /// Takes the lock together with others who take it so, if nobody has it alone.
    ///
    /// # Errors
    /// Where the file system has no locks, or refuses.
    pub fn try_shared(file: File) -> io::Result<LockAttempt> {
        Self::attempt(file, File::try_lock_shared)
    }

    fn attempt(mut file: File, lock: fn(&File) -> Result<(), TryLockError>) -> io::Result<LockAttempt> {
        match lock(&file) {
            Ok(()) => Ok(LockAttempt::Taken(FileLock { file })),
            Err(TryLockError::WouldBlock) => Ok(LockAttempt::Busy(holder(&mut file))),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Writes this process into the file, for others to name.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn sign(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        writeln!(self.file, "{}", std::process::id())
    }

    /// The file that is locked.
    pub fn file(&self) -> &File {
        &self.file
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Closing the file alone would leave the lock to a process that another thread is starting
        // at this moment: until it runs its program, it holds all files of this one.
        let _ = self.file.unlock();
    }
}

/// The process that holds the lock; nobody is named in the instant before it wrote its id.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
