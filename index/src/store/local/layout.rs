//! Where things stand below the data directory.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::store::Error;

/// What the name of an unfinished generation starts with.
const DRAFT: &str = ".draft-";

/// The paths of one index.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    root: PathBuf,
}

impl Layout {
    pub(super) fn new(data_dir: &Path) -> Layout {
        Layout { root: data_dir.join("index") }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    pub(super) fn current(&self) -> PathBuf {
        self.root.join("current")
    }

    /// The next `current`, before it takes its place.
    pub(super) fn next_current(&self) -> PathBuf {
        self.root.join(".current-draft")
    }

    pub(super) fn generations(&self) -> PathBuf {
        self.root.join("generations")
    }

    pub(super) fn generation(&self, number: u64) -> PathBuf {
        self.generations().join(format!("{number:06}"))
    }

    /// A folder of this process for what is not a generation yet, or not any more.
    pub(super) fn draft(&self) -> PathBuf {
        self.generations().join(format!("{DRAFT}{}", std::process::id()))
    }

    /// Numbers of the generations, ascending; none where there is no folder for them.
    pub(super) fn numbers(&self) -> Result<Vec<u64>, Error> {
        let mut numbers: Vec<u64> = self.names()?.iter().filter_map(|name| number(name)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Drafts, whoever wrote them.
    pub(super) fn drafts(&self) -> Result<Vec<PathBuf>, Error> {
        let names = self.names()?.into_iter();
        Ok(names.filter(|name| name.starts_with(DRAFT)).map(|name| self.generations().join(name)).collect())
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        let dir = self.generations();
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if absent(&error) => return Ok(Vec::new()),
            Err(error) => return Err(Error::io("read", dir)(error)),
        };
        entries
            .map(|entry| {
                Ok(entry.map_err(Error::io("read", &dir))?.file_name().to_string_lossy().into_owned())
            })
            .collect()
    }
}

/// The number of a generation from the name of its folder, which only [`Layout::generation`] writes.
fn number(name: &str) -> Option<u64> {
    let number: u64 = name.parse().ok()?;
    (number > 0 && name == format!("{number:06}")).then_some(number)
}

/// Whether the error says that there is nothing at the path.
pub(super) fn absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Brings the names in a folder to the disk. A file's own sync does not cover its name.
pub(super) fn sync_dir(dir: &Path) -> Result<(), Error> {
    match File::open(dir).and_then(|dir| dir.sync_all()) {
        // Some shared and network file systems know no sync of a folder.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        done => done.map_err(Error::io("sync", dir)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generation_is_a_positive_number_of_six_digits_or_more() {
        let check = |name: &str, expected: Option<u64>| assert_eq!(number(name), expected, "{name}");
        check("000001", Some(1));
        check("999999", Some(999_999));
        check("1000000", Some(1_000_000));
        check("1", None);
        check("0000001", None);
        check("000000", None);
        check("+00001", None);
        check(".draft-7", None);
        check("99999999999999999999", None);
    }
}
