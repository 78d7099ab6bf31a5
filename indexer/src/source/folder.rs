//! A plain folder, walked and read without following a link out of it.

use std::collections::BTreeMap;
use std::fs::{File, FileType, Metadata};
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, open, openat};
use rustix::io::Errno;
use walkdir::{DirEntry, WalkDir};

use super::error::{ReadError, SourceError};
use super::path::{link_target, lossy};
use super::snapshot::{Entry, FileProblem, Limits, Listing};
use stamps::{Stamp, Stamps};

mod stamps;

/// Bytes that are read at a time to be hashed.
const CHUNK: usize = 128 * 1024;
/// What file systems keep at their top for themselves, and nobody else may read.
const LOST_AND_FOUND: &str = "lost+found";

/// A folder as it was when it was walked; contents are read later, and compared then with what they were.
#[derive(Debug)]
pub(super) struct FolderSnapshot {
    root: Root,
    listing: Listing,
    fingerprint: String,
    /// The path behind each link that leads to a file inside.
    links: BTreeMap<String, String>,
    limits: Limits,
}

impl FolderSnapshot {
    /// Walks a folder. What lies below `data_dir` is no part of it, nor is any `.git`. What is known of its
    /// files is remembered in the file `memory`, which may be missing.
    pub(super) fn take(
        path: &Path,
        data_dir: &Path,
        memory: PathBuf,
        limits: Limits,
    ) -> Result<Self, SourceError> {
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
        let data = match data_dir.canonicalize() {
            Ok(data) => Some(data),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(reason) => {
                return Err(SourceError::Io { action: "look for", path: data_dir.to_owned(), reason });
            }
        };
        let excluded = data.filter(|data| data.starts_with(&real) && *data != real);
        let root = Root(root);
        let mut walk = Walk {
            root: &real,
            open: &root,
            excluded,
            limits,
            stamps: Stamps::read(memory, &real),
            listing: Listing::default(),
            links: BTreeMap::new(),
        };
        walk.run();
        let Walk { mut listing, links, stamps, .. } = walk;
        stamps.keep();
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
}

/// The folder itself, open.
#[derive(Debug)]
struct Root(OwnedFd);

impl Root {
    /// Opens a file by its parts, none of which may be a link at that moment.
    fn open(&self, path: &str) -> io::Result<File> {
        let (folders, name) =
            path.rsplit_once('/').map_or((None, path), |(folders, name)| (Some(folders), name));
        let mut folder = None;
        for part in folders.into_iter().flat_map(|folders| folders.split('/')) {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            folder = Some(openat(folder.as_ref().unwrap_or(&self.0), part, flags, Mode::empty())?);
        }
        // NONBLOCK: a pipe that took the place of the file must not make us wait for a writer.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(File::from(openat(folder.as_ref().unwrap_or(&self.0), name, flags, Mode::empty())?))
    }
}

/// Reads files of a folder.
pub(super) struct FolderContents<'a> {
    folder: &'a FolderSnapshot,
}

impl FolderContents<'_> {
    /// What is no longer as it was listed is unreadable at this moment, whatever it is now: the next run
    /// lists it as it is.
    pub(super) fn read(&self, entry: &Entry) -> Result<Vec<u8>, ReadError> {
        let unreadable = |error: io::Error| ReadError::Unreadable { reason: error.to_string() };
        let limit = self.folder.limits.file_bytes;
        let path = self.folder.links.get(&entry.path).unwrap_or(&entry.path);
        let file = self.folder.root.open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        let mut contents = Vec::new();
        if metadata.is_file() && metadata.len() <= limit {
            let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
            contents.try_reserve(size).map_err(|_| unreadable(io::ErrorKind::OutOfMemory.into()))?;
            file.take(limit.saturating_add(1)).read_to_end(&mut contents).map_err(unreadable)?;
            if blake3::hash(&contents).to_hex().as_str() == entry.id {
                return Ok(contents);
            }
        }
        Err(ReadError::Unreadable { reason: "it changed while the source was read".to_owned() })
    }
}

struct Walk<'a> {
    root: &'a Path,
    open: &'a Root,
    excluded: Option<PathBuf>,
    limits: Limits,
    stamps: Stamps,
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
                    let path = path.unwrap_or_else(|lossy| lossy);
                    let is_denied =
                        error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::PermissionDenied);
                    if path == LOST_AND_FOUND && is_denied {
                        continue;
                    }
                    let message = match error.io_error() {
                        Some(error) => format!("could not read the folder: {error}"),
                        None => "could not read the folder".to_owned(),
                    };
                    self.listing.failures.push(FileProblem { path, message });
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
        let found = if entry.path_is_symlink() {
            self.follow(entry.path())
        } else {
            let unreadable =
                |error: walkdir::Error| ReadError::Unreadable { reason: io::Error::from(error).to_string() };
            entry.metadata().map_err(unreadable).map(|metadata| (path.clone(), metadata))
        };
        let read = found.and_then(|(real, metadata)| {
            self.check(&metadata)?;
            let id = self.hash(&real, &metadata)?;
            if real != path {
                self.links.insert(path.clone(), real);
            }
            Ok((metadata.len(), id))
        });
        self.listing.entries.push(match read {
            Ok((size, id)) => Entry { path, size, id, obstacle: None },
            Err(obstacle) => {
                let size = if let ReadError::TooLarge { size, .. } = obstacle { size } else { 0 };
                Entry { path, size, id: String::new(), obstacle: Some(obstacle) }
            }
        });
    }

    /// The BLAKE3 of a file's contents, which are read where they may be others than they were.
    fn hash(&mut self, path: &str, metadata: &Metadata) -> Result<String, ReadError> {
        let (open, limit) = (self.open, self.limits.file_bytes);
        let hash = || {
            let mut file = open.open(path)?;
            let mut hasher = blake3::Hasher::new();
            let mut chunk = vec![0; CHUNK.min(usize::try_from(metadata.len()).unwrap_or(CHUNK) + 1)];
            let mut size = 0;
            // A file that grows meanwhile is read no further than any other; it is not what was hashed then.
            while size <= limit {
                match file.read(&mut chunk)? {
                    0 => break,
                    read => {
                        hasher.update(&chunk[..read]);
                        size += read as u64;
                    }
                }
            }
            Ok((Stamp::of(&file.metadata()?), hasher.finalize().to_hex().to_string()))
        };
        let hashed = self.stamps.contents(path, Stamp::of(metadata), hash);
        hashed.map_err(|error| ReadError::Unreadable { reason: error.to_string() })
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
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename => {
                ReadError::LinkDangling { target: target.clone() }
            }
            _ if error.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => {
                ReadError::LinkLoop { target: target.clone() }
            }
            // What lies elsewhere is never read; that we may not even look is no failure.
            _ if self.leads_out(link, &target) => ReadError::LinkOutside { target: target.clone() },
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

    /// Whether the target of a link, as it is written, lies outside.
    fn leads_out(&self, link: &Path, target: &str) -> bool {
        match self.relative(link) {
            Ok(link) if !target.starts_with('/') => link_target(&link, target).is_none(),
            _ => !Path::new(target).starts_with(self.root),
        }
    }

    /// The path in the folder; where it is not UTF-8, a readable form of it.
    fn relative(&self, path: &Path) -> Result<String, String> {
        let path = path.strip_prefix(self.root).unwrap_or(path);
        path.to_str().map(str::to_owned).ok_or_else(|| lossy(path.as_os_str().as_encoded_bytes()))
    }
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
    for problem in listing.problems.iter().chain(&listing.failures) {
        add(&problem.path);
        add(&problem.message);
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests;
