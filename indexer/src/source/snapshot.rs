use super::error::{ReadError, SourceError};
use super::folder::{FolderContents, FolderSnapshot};
use super::git::{GitContents, GitSnapshot};
use super::lfs;

/// What is too much of a file or a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of one file; a larger one is never read.
    pub file_bytes: u64,
    /// Most files of one source; those beyond are left out, with a problem.
    pub files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { file_bytes: 5_000_000, files: 200_000 }
    }
}

/// The files of a source as they were at one moment.
///
/// Of a git repository that moment is a commit; of a folder, that of [`fetch`](super::fetch).
#[derive(Debug)]
pub struct Snapshot {
    pub(super) kind: SnapshotKind,
}

#[derive(Debug)]
pub(super) enum SnapshotKind {
    Git(GitSnapshot),
    Folder(FolderSnapshot),
}

/// The files of a snapshot, sorted by path, and what was wrong on the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Regular files, and everything else that has a name where a file could be.
    pub entries: Vec<Entry>,
    /// What is there and is not listed, such as paths that are not UTF-8.
    pub problems: Vec<FileProblem>,
    /// What could not be looked at: what there is, nobody knows at this moment.
    pub failures: Vec<FileProblem>,
    /// What was left out on purpose, such as submodules.
    pub notes: Vec<FileProblem>,
}

/// One file of a snapshot.
///
/// An entry that cannot be read, such as a device or a link that leads out, is listed all the
/// same: that it is wrong matters only to who wants it, and [`Snapshot::read`] says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path in the source, with forward slashes; never absolute, never with `..`.
    pub path: String,
    /// Size in bytes; of a link, that of the file it leads to.
    pub size: u64,
    /// While it is the same, so are the contents: the blob id in git, the BLAKE3 of the contents in a
    /// folder. Empty for what cannot be read.
    pub id: String,
    /// Why it cannot be read.
    pub obstacle: Option<ReadError>,
}

/// Something wrong with a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// Path in the source, readable where it is not UTF-8.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

impl Snapshot {
    /// The commit, 40 or 64 hexadecimal digits; `None` of a folder.
    pub fn commit(&self) -> Option<&str> {
        match &self.kind {
            SnapshotKind::Git(git) => Some(git.commit()),
            SnapshotKind::Folder(_) => None,
        }
    }

    /// The fingerprint of a folder, over the paths and contents of its files and what stands in their way;
    /// `None` of a git repository.
    pub fn fingerprint(&self) -> Option<&str> {
        match &self.kind {
            SnapshotKind::Git(_) => None,
            SnapshotKind::Folder(folder) => Some(folder.fingerprint()),
        }
    }

    /// The commit or the fingerprint: while it is the same, so are all files.
    pub fn revision(&self) -> &str {
        match &self.kind {
            SnapshotKind::Git(git) => git.commit(),
            SnapshotKind::Folder(folder) => folder.fingerprint(),
        }
    }

    /// Lists the files. Of a git repository its trees are read each time.
    ///
    /// # Errors
    ///
    /// When a clone is damaged and cannot be made anew.
    pub fn list(&self) -> Result<Listing, SourceError> {
        match &self.kind {
            SnapshotKind::Git(git) => git.list(),
            SnapshotKind::Folder(folder) => Ok(folder.list()),
        }
    }

    /// Reads the entries given, one after the other, in their order.
    ///
    /// Each item is an entry with its contents; there are as many items as entries. The packs
    /// of a clone are opened once for all readers.
    pub fn read<'a>(&'a self, entries: &'a [&'a Entry]) -> Contents<'a> {
        let source = match &self.kind {
            SnapshotKind::Git(git) => ContentSource::Git(git.contents()),
            SnapshotKind::Folder(folder) => ContentSource::Folder(folder.contents()),
        };
        Contents { entries: entries.iter(), source }
    }
}

/// The entries that were asked for with their contents; see [`Snapshot::read`].
pub struct Contents<'a> {
    entries: std::slice::Iter<'a, &'a Entry>,
    source: ContentSource<'a>,
}

enum ContentSource<'a> {
    Git(GitContents<'a>),
    Folder(FolderContents<'a>),
}

impl<'a> Iterator for Contents<'a> {
    type Item = (&'a Entry, Result<Vec<u8>, ReadError>);

    fn next(&mut self) -> Option<Self::Item> {
        let entry: &'a Entry = self.entries.next()?;
        let contents = match (&entry.obstacle, &mut self.source) {
            (Some(obstacle), _) => Err(obstacle.clone()),
            (None, ContentSource::Git(git)) => git.read(entry),
            (None, ContentSource::Folder(folder)) => folder.read(entry),
        };
        let contents = contents.and_then(|bytes| match lfs::is_pointer(&bytes) {
            true => Err(ReadError::LfsPointer),
            false => Ok(bytes),
        });
        Some((entry, contents))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}
