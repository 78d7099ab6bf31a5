//! The file `current`: which generation is in service.

use std::fs::{self, File};
use std::io::Write;

use super::digest;
use super::layout::{Layout, absent, sync_dir};
use crate::store::Error;

/// The generation in service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Current {
    pub(super) number: u64,
    /// Digest of its manifest.
    pub(super) digest: String,
}

impl Current {
    /// What the file says. Where there is none, there is no index, or it has lost its pointer.
    pub(super) fn read(layout: &Layout) -> Result<Current, Error> {
        let path = layout.current();
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if absent(&error) && layout.numbers()?.is_empty() => {
                return Err(Error::no_index(layout.root()));
            }
            Err(error) if absent(&error) => return Err(Error::damaged(path, "it is missing")),
            Err(error) => return Err(Error::io("read", path)(error)),
        };
        Current::parse(&bytes).ok_or_else(|| Error::damaged(path, "it does not name a generation"))
    }

    /// `<number> <digest>` and a line end, nothing else.
    fn parse(bytes: &[u8]) -> Option<Current> {
        let line = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
        let (number, digest) = line.split_once(' ')?;
        let current = Current { number: number.parse().ok()?, digest: digest.to_owned() };
        (digest::is_digest(digest) && current.line().as_bytes() == bytes).then_some(current)
    }

    fn line(&self) -> String {
        format!("{:06} {}\n", self.number, self.digest)
    }

    /// Writes the pointer beside the one in force.
    pub(super) fn prepare(&self, layout: &Layout) -> Result<(), Error> {
        let path = layout.next_current();
        File::create(&path)
            .and_then(|mut file| file.write_all(self.line().as_bytes()).and_then(|()| file.sync_all()))
            .map_err(Error::io("write", path))
    }

    /// Puts the prepared pointer into force: the one instant in which a reader's answer changes.
    pub(super) fn switch(layout: &Layout) -> Result<(), Error> {
        fs::rename(layout.next_current(), layout.current()).map_err(Error::io("replace", layout.current()))
    }

    /// Writes the pointer and puts it into force.
    pub(super) fn write(&self, layout: &Layout) -> Result<(), Error> {
        self.prepare(layout)?;
        Current::switch(layout)?;
        sync_dir(layout.root())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_written_is_read() {
        let current = Current { number: 12, digest: "ab".repeat(32) };
        let line = current.line();
        assert_eq!(Current::parse(line.as_bytes()), Some(current));
        for length in 0..line.len() {
            assert_eq!(Current::parse(&line.as_bytes()[..length]), None, "{length} bytes");
        }
        for broken in
            [format!("{line}\n"), format!(" {line}"), line.replace("000012", "12"), line.to_uppercase()]
        {
            assert_eq!(Current::parse(broken.as_bytes()), None, "{broken:?}");
        }
    }
}
