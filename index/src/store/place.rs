use std::fmt;
use std::path::{Path, PathBuf};

use super::local::{Report, RolledBack};
use super::postgres::{self, Address};
use super::{Error, Generation, Older, local};

/// Where an index is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In files below this data directory.
    Local(PathBuf),
    /// In a PostgreSQL database with pgvector.
    Postgres(Address),
}

impl Place {
    /// Opens the generation in service, for one question at a time.
    ///
    /// # Errors
    /// [`Error::NoIndex`] where nothing was published, [`Error::OtherFormat`] where another version of the
    /// program wrote it, [`Error::Damaged`] where it is not what was written.
    pub fn open(&self) -> Result<Box<dyn Generation>, Error> {
        self.open_for_threads(1)
    }

    /// Opens the generation in service, for so many threads that ask at once; more of them wait for each
    /// other.
    ///
    /// # Errors
    /// As [`Place::open`].
    pub fn open_for_threads(&self, threads: usize) -> Result<Box<dyn Generation>, Error> {
        match self {
            Place::Local(data_dir) => Ok(Box::new(local::Reader::open(data_dir)?.for_threads(threads)?)),
            // Its pool has its own limit, which the URL says.
            Place::Postgres(address) => Ok(Box::new(postgres::Reader::open(address)?)),
        }
    }

    /// Reads everything of every generation.
    ///
    /// # Errors
    /// [`Error::NoIndex`] where nothing was published, and where it cannot be read at all. What is wrong with
    /// an index is in the report.
    pub fn verify(&self) -> Result<Report, Error> {
        match self {
            Place::Local(data_dir) => local::verify(data_dir),
            Place::Postgres(address) => postgres::verify(address),
        }
    }

    /// Puts the generation into service that was so before the present one, or the newest intact one below
    /// it.
    ///
    /// # Errors
    /// [`Error::NothingToRollBackTo`] where no earlier generation is intact, [`Error::Locked`] while somebody
    /// writes.
    pub fn roll_back(&self) -> Result<RolledBack, Error> {
        match self {
            Place::Local(data_dir) => local::Writer::open(data_dir)?.rollback(),
            Place::Postgres(address) => postgres::Writer::open(address)?.rollback(),
        }
    }

    /// What can be said of the index in service where its format is an older one ([`Error::OtherFormat`]).
    ///
    /// # Errors
    /// Where the database cannot be asked. What of the index cannot be read is left out.
    pub fn older(&self, format: u32) -> Result<Older, Error> {
        match self {
            Place::Local(data_dir) => Ok(local::older(data_dir, format)),
            Place::Postgres(address) => postgres::older(address, format),
        }
    }

    /// The error that says that nothing was published there.
    pub fn no_index(&self) -> Error {
        Error::NoIndex { place: self.to_string() }
    }
}

/// As errors name it.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Local(data_dir) => data_dir.join("index").display().fmt(formatter),
            Place::Postgres(address) => address.fmt(formatter),
        }
    }
}

impl From<&Path> for Place {
    fn from(data_dir: &Path) -> Place {
        Place::Local(data_dir.to_owned())
    }
}

impl From<PathBuf> for Place {
    fn from(data_dir: PathBuf) -> Place {
        Place::Local(data_dir)
    }
}

impl From<&PathBuf> for Place {
    fn from(data_dir: &PathBuf) -> Place {
        Place::Local(data_dir.clone())
    }
}

impl From<&Place> for Place {
    fn from(place: &Place) -> Place {
        place.clone()
    }
}
