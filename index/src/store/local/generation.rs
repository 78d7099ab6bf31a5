//! A generation on disk, as a reader must find it.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::layout::{Layout, absent};
use super::query::Trouble;
use super::seal::{SealError, unseal};
use super::{DATABASE, FORMAT, MANIFEST, digest};
use crate::manifest::{FileDigest, Manifest};
use crate::store::Error;

/// A generation whose every byte is what was written, as far as it was read ([`Extent`]).
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) manifest: Manifest,
    /// Digest of the manifest, by which `current` names it.
    pub(super) digest: String,
    pub(super) dir: PathBuf,
    pub(super) database: PathBuf,
}

/// Which digests to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Those of all files.
    Everything,
    /// That of the database: the vectors are compared when they are read, from the very bytes.
    Database,
}

/// Checks the generation of a number.
pub(super) fn check(layout: &Layout, number: u64, extent: Extent) -> Result<Checked, Error> {
    let dir = layout.generation(number);
    let checked = check_folder(&dir, extent)?;
    if checked.manifest.generation != number {
        let what = format!("it belongs to generation {}", checked.manifest.generation);
        return Err(Error::damaged(dir.join(MANIFEST), what));
    }
    Ok(checked)
}

/// Checks the manifest in a folder, then the files that it names.
pub(super) fn check_folder(dir: &Path, extent: Extent) -> Result<Checked, Error> {
    let (manifest, digest) = read_manifest(dir)?;
    for file in &manifest.files {
        if extent == Extent::Everything || file.name == DATABASE {
            check_file(&dir.join(&file.name), file)?;
        }
    }
    if !manifest.files.iter().any(|file| file.name == DATABASE) {
        return Err(Error::damaged(dir.join(MANIFEST), format!("it does not name `{DATABASE}`")));
    }
    Ok(Checked { manifest, digest, dir: dir.to_owned(), database: dir.join(DATABASE) })
}

/// The manifest in a folder, and its digest.
pub(super) fn read_manifest(dir: &Path) -> Result<(Manifest, String), Error> {
    let path = dir.join(MANIFEST);
    let bytes = fs::read(&path).map_err(|error| unreadable(&path, error))?;
    unseal(&bytes).map_err(|error| match error {
        SealError::Broken(what) => Error::damaged(path, what),
        SealError::OtherFormat(found) => Error::OtherFormat {
            place: dir.display().to_string(),
            // An older one is rebuilt by any run; that of a newer program only where somebody says so.
            cure: if found < FORMAT { "`ccr index`" } else { "`ccr index --force`" },
            found,
            expected: FORMAT,
        },
    })
}

fn check_file(path: &Path, expected: &FileDigest) -> Result<(), Error> {
    // The size first: it tells a truncated file from an altered one, and costs nothing.
    check_size(path, fs::metadata(path).map_err(|error| unreadable(path, error))?.len(), expected)?;
    let (_, blake3) = digest::of_file(path).map_err(|error| unreadable(path, error))?;
    check_digest(path, &blake3, expected)
}

/// Whether a file has the size in the manifest.
pub(super) fn check_size(path: &Path, size: u64, expected: &FileDigest) -> Result<(), Error> {
    if size == expected.size {
        return Ok(());
    }
    Err(Error::damaged(path, format!("it has {size} bytes and not {}", expected.size)))
}

/// Whether a file has the digest in the manifest.
pub(super) fn check_digest(path: &Path, blake3: &str, expected: &FileDigest) -> Result<(), Error> {
    if blake3 == expected.blake3 {
        return Ok(());
    }
    Err(Error::damaged(path, "its contents do not have the digest in the manifest"))
}

/// The error for a file that was refused.
pub(super) fn unreadable(path: &Path, error: std::io::Error) -> Error {
    if absent(&error) { Error::damaged(path, "it is missing") } else { Error::io("read", path)(error) }
}

/// Opens a database that nobody will ever write again.
///
/// `immutable` spares SQLite the locks and the look for a journal, so that nothing but reading the
/// file is asked of the file system. The file is read and not mapped: a mapped file that somebody
/// cuts short ends the process with SIGBUS, where a short read is an error. Mapped, a cold process
/// would spend 0.3 ms and not 0.4 on ten posting lists, the lexicon and ten heads.
pub(super) fn open_database(path: &Path) -> Result<Connection, Error> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri(path), flags)
        .and_then(|connection| {
            connection.execute_batch(
                "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF",
            )?;
            Ok(connection)
        })
        .map_err(|error| failed(path, Trouble::Sqlite(error)))
}

/// The path as SQLite's URI, in which every byte that could mean something else is escaped.
fn uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                uri.push(char::from(*byte));
            }
            other => uri.push_str(&format!("%{other:02x}")),
        }
    }
    uri + "?immutable=1"
}

/// The error for a question that the database did not answer.
pub(super) fn failed(path: &Path, trouble: Trouble) -> Error {
    let source = match trouble {
        Trouble::Content(what) => return Error::damaged(path, what),
        Trouble::Sqlite(source) => source,
    };
    let of_contents = match &source {
        rusqlite::Error::SqliteFailure(failure, _) => {
            matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
                || failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHORT_READ
        }
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::Utf8Error(..)
        | rusqlite::Error::InvalidColumnType(..) => true,
        _ => false,
    };
    if of_contents {
        return Error::damaged(path, source.to_string());
    }
    Error::Database { doing: "read", path: path.to_owned(), source: source.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_of_a_path_means_anything_in_the_uri() {
        let check = |path: &str, expected: &str| assert_eq!(uri(Path::new(path)), expected);
        check("data/index.sqlite", "file:data/index.sqlite?immutable=1");
        check("/a b/c?mode=rw#d%41/é", "file:/a%20b/c%3fmode%3drw%23d%2541/%c3%a9?immutable=1");
    }
}
