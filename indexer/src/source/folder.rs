//! A plain folder, walked and read without following a link out of it.

use std::collections::BTreeMap;
use std::fs::{File, FileType, Metadata};
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, open, openat};
use rustix::io::Errno;
use walkdir::{DirEntry, WalkDir};

use super::error::{ReadError, SourceError};
use super::path::lossy;
use super::snapshot::{Entry, FileProblem, Limits, Listing};

/// A folder as it was when it was walked; contents are read later, and checked again then.
#[derive(Debug)]
pub(super) struct FolderSnapshot {
    root: OwnedFd,
    listing: Listing,
    fingerprint: String,
    /// The path behind each link that leads to a file inside.
    links: BTreeMap<String, String>,
    limits: Limits,
}

impl FolderSnapshot {
    /// Walks a folder. What lies below `data_dir` is no part of it, nor is any `.git`.
    pub(super) fn take(path: &Path, data_dir: &Path, limits: Limits) -> Result<Self, SourceError> {
        let io_error = |reason| SourceError::Io { action: "read", path: path.to_owned(), reason };
        let real = path.canonicalize().map_err(|reason| match reason.kind() {
            io::ErrorKind::NotFound => SourceError::NoFolder { path: path.to_owned() },
            io::ErrorKind::NotADirectory => SourceError::NotAFolder { path: path.to_owned() },
            _ => io_error(reason),
        })?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = open(&real, flags, Mode::empty()).map_err(|errno| match errno {
            Errno::NOTDIR => SourceError::NotAFolder { path: path.to_owned() },
            errno => io_error(errno.into()),
        })?;
        let excluded = data_dir.canonicalize().ok().filter(|data| data.starts_with(&real) && *data != real);
        let mut walk =
            Walk { root: &real, excluded, limits, listing: Listing::default(), links: BTreeMap::new() };
        walk.run();
        let Walk { mut listing, links, .. } = walk;
        listing.entries.sort_by(|a, b| a.path.cmp(&b.path));
        let fingerprint = fingerprint(&listing);
        Ok(FolderSnapshot { root, listing, fingerprint, links, limits })
    }

    pub(super) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(super) fn list(&self) -> Listing {
        self.listing.clone()
    }

    pub(super) fn contents(&self) -> FolderContents<'_> {
        FolderContents { folder: self }
    }

    /// Opens a file by its parts, none of which may be a link at that moment.
    fn open(&self, path: &str) -> io::Result<File> {
        let (folders, name) =
            path.rsplit_once('/').map_or((None, path), |(folders, name)| (Some(folders), name));
        let mut folder = None;
        for part in folders.into_iter().flat_map(|folders| folders.split('/')) {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            folder = Some(openat(folder.as_ref().unwrap_or(&self.root), part, flags, Mode::empty())?);
        }
        // NONBLOCK: a pipe that took the place of the file must not make us wait for a writer.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(File::from(openat(folder.as_ref().unwrap_or(&self.root), name, flags, Mode::empty())?))
    }
}

/// Reads files of a folder.
pub(super) struct FolderContents<'a> {
    folder: &'a FolderSnapshot,
}

impl FolderContents<'_> {
    pub(super) fn read(&self, entry: &Entry) -> Result<Vec<u8>, ReadError> {
        let unreadable = |error: io::Error| ReadError::Unreadable { reason: error.to_string() };
        let limit = self.folder.limits.file_bytes;
        let path = self.folder.links.get(&entry.path).unwrap_or(&entry.path);
        let file = self.folder.open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(ReadError::NotAFile { kind: kind(metadata.file_type()) });
        }
        let mut contents = Vec::with_capacity(usize::try_from(metadata.len().min(limit)).unwrap_or(0));
        file.take(limit.saturating_add(1)).read_to_end(&mut contents).map_err(unreadable)?;
        let size = metadata.len().max(contents.len() as u64);
        if size > limit { Err(ReadError::TooLarge { size, limit }) } else { Ok(contents) }
    }
}

struct Walk<'a> {
    root: &'a Path,
    excluded: Option<PathBuf>,
    limits: Limits,
    listing: Listing,
    links: BTreeMap<String, String>,
}

impl Walk<'_> {
    fn run(&mut self) {
        let excluded = self.excluded.clone();
        let wanted = move |entry: &DirEntry| {
            entry.file_name() != ".git" && excluded.as_deref().is_none_or(|path| entry.path() != path)
        };
        for item in WalkDir::new(self.root).min_depth(1).sort_by_file_name().into_iter().filter_entry(wanted)
        {
            if self.listing.entries.len() >= self.limits.files {
                let message = format!("more than {} files; the rest is left out", self.limits.files);
                self.listing.problems.push(FileProblem { path: String::new(), message });
                return;
            }
            match item {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => self.add(&entry),
                Err(error) => {
                    let path = self.relative(error.path().unwrap_or(self.root));
                    let message = match error.io_error() {
                        Some(error) => format!("could not read the folder: {error}"),
                        None => "could not read the folder".to_owned(),
                    };
                    self.listing
                        .problems
                        .push(FileProblem { path: path.unwrap_or_else(|lossy| lossy), message });
                }
            }
        }
    }

    fn add(&mut self, entry: &DirEntry) {
        let path = match self.relative(entry.path()) {
            Ok(path) => path,
            Err(path) => {
                self.listing.problems.push(FileProblem { path, message: "path is not UTF-8".to_owned() });
                return;
            }
        };
        let file = if entry.path_is_symlink() {
            self.follow(entry.path()).map(|(target, metadata)| {
                self.links.insert(path.clone(), target);
                metadata
            })
        } else {
            entry.metadata().map_err(|error| ReadError::Unreadable { reason: error.to_string() })
        };
        self.listing.entries.push(match file.and_then(|metadata| self.check(&metadata).map(|()| metadata)) {
            Ok(metadata) => Entry { path, size: metadata.len(), id: id(&metadata), obstacle: None },
            Err(obstacle) => {
                let size = if let ReadError::TooLarge { size, .. } = obstacle { size } else { 0 };
                Entry { path, size, id: String::new(), obstacle: Some(obstacle) }
            }
        });
    }

    fn check(&self, metadata: &Metadata) -> Result<(), ReadError> {
        let (size, limit) = (metadata.len(), self.limits.file_bytes);
        if !metadata.is_file() {
            return Err(ReadError::NotAFile { kind: kind(metadata.file_type()) });
        }
        if size > limit { Err(ReadError::TooLarge { size, limit }) } else { Ok(()) }
    }

    /// The file inside that a link leads to, by its real path.
    fn follow(&self, link: &Path) -> Result<(String, Metadata), ReadError> {
        let unreadable = |error: io::Error| ReadError::Unreadable { reason: error.to_string() };
        let target = link.read_link().map_err(unreadable)?.to_string_lossy().into_owned();
        let real = link.canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ReadError::LinkDangling { target: target.clone() },
            _ if error.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => {
                ReadError::LinkLoop { target: target.clone() }
            }
            _ => unreadable(error),
        })?;
        let hidden = self.excluded.as_deref().is_some_and(|excluded| real.starts_with(excluded));
        let inside = real
            .strip_prefix(self.root)
            .ok()
            .filter(|path| !hidden && path.iter().all(|part| part != ".git"));
        let Some(path) = inside.and_then(Path::to_str) else {
            return Err(ReadError::LinkOutside { target });
        };
        let metadata = real.symlink_metadata().map_err(unreadable)?;
        if metadata.is_file() {
            Ok((path.to_owned(), metadata))
        } else if metadata.is_dir() {
            Err(ReadError::LinkToFolder { target })
        } else {
            Err(ReadError::LinkToNoFile { target })
        }
    }

    /// The path in the folder; where it is not UTF-8, a readable form of it.
    fn relative(&self, path: &Path) -> Result<String, String> {
        let path = path.strip_prefix(self.root).unwrap_or(path);
        path.to_str().map(str::to_owned).ok_or_else(|| lossy(path.as_os_str().as_encoded_bytes()))
    }
}

fn id(metadata: &Metadata) -> String {
    format!("{:x}-{:x}.{:x}", metadata.len(), metadata.mtime(), metadata.mtime_nsec())
}

fn kind(file_type: FileType) -> &'static str {
    match () {
        () if file_type.is_dir() => "a folder",
        () if file_type.is_fifo() => "a pipe",
        () if file_type.is_socket() => "a socket",
        () if file_type.is_block_device() || file_type.is_char_device() => "a device",
        () => "something that is no file",
    }
}

fn fingerprint(listing: &Listing) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    for entry in &listing.entries {
        add(&entry.path);
        add(&entry.id);
        add(&entry.obstacle.as_ref().map(ToString::to_string).unwrap_or_default());
    }
    for problem in &listing.problems {
        add(&problem.path);
        add(&problem.message);
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests;
