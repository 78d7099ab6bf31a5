//! The objects of a repository on disk, read in this process.
//!
//! Packs and their indexes are read into memory rather than mapped, up to a size: a mapped file that
//! somebody cuts short ends the process. Whatever a file says is checked before memory is taken for
//! it, and **what is given out has the id that was asked for**: its hash is computed again.

mod loose;
mod pack;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gix_hash::{ObjectId, Prefix, oid};
use gix_object::{CommitRefIter, Kind, TagRefIter};

use pack::{Decoder, Pack};

/// Most memory that one object, with what it is made of, may take.
const MAX_OBJECT: usize = 512 << 20;
/// Most tags that stand for one another.
const MAX_TAGS: usize = 16;
/// Most folders of objects that borrow from one another.
const MAX_ALTERNATES: usize = 16;

/// The objects of one repository.
pub(super) struct Objects {
    hash: gix_hash::Kind,
    packs: Vec<Pack>,
    /// The folders that single objects lie in.
    folders: Vec<PathBuf>,
    /// Packs that could not be opened, and why.
    unusable: Vec<String>,
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    pub(super) size: u64,
}

impl fmt::Debug for Objects {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Objects").field("folders", &self.folders).finish_non_exhaustive()
    }
}

impl Objects {
    /// Opens the objects of a repository whose ids are as long as this one.
    pub(super) fn open(git_dir: &Path, hash: gix_hash::Kind) -> Result<Objects, String> {
        let mut objects = Objects { hash, packs: Vec::new(), folders: Vec::new(), unusable: Vec::new() };
        let first = git_dir.join("objects");
        if !first.is_dir() {
            return Err(format!("`{}` is no folder", first.display()));
        }
        let mut waiting = vec![first];
        while let Some(folder) = waiting.pop() {
            if objects.folders.len() >= MAX_ALTERNATES || objects.folders.contains(&folder) {
                continue;
            }
            objects.open_packs(&folder)?;
            if let Ok(borrowed) = fs::read_to_string(folder.join("info/alternates")) {
                waiting
                    .extend(borrowed.lines().filter(|line| !line.is_empty()).map(|line| folder.join(line)));
            }
            objects.folders.push(folder);
        }
        Ok(objects)
    }

    fn open_packs(&mut self, folder: &Path) -> Result<(), String> {
        let folder = folder.join("pack");
        let names = match fs::read_dir(&folder) {
            Ok(names) => names,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(format!("could not list `{}`: {error}", folder.display())),
        };
        for name in names {
            let path =
                name.map_err(|error| format!("could not list `{}`: {error}", folder.display()))?.path();
            if path.extension().is_some_and(|end| end == "idx") {
                match Pack::open(&path, self.hash) {
                    Ok(pack) => self.packs.push(pack),
                    Err(reason) => self.unusable.push(format!("`{}`: {reason}", path.display())),
                }
            }
        }
        Ok(())
    }

    fn missing(&self, id: &oid) -> String {
        let unusable = self.unusable.first().map_or_else(String::new, |why| format!(" ({why})"));
        format!("object `{id}` is missing{unusable}")
    }

    /// All ids that begin like this, each once.
    fn with_prefix(&self, prefix: Prefix) -> Vec<ObjectId> {
        let mut found: Vec<ObjectId> = self.packs.iter().flat_map(|pack| pack.with_prefix(prefix)).collect();
        for folder in &self.folders {
            found.extend(loose::with_prefix(folder, prefix, self.hash));
        }
        found.sort();
        found.dedup();
        found
    }
}

/// Reads objects one after the other.
pub(super) struct Reader {
    objects: Arc<Objects>,
    decoder: Decoder,
}

impl Reader {
    pub(super) fn new(objects: Arc<Objects>) -> Reader {
        Reader { objects, decoder: Decoder::default() }
    }

    pub(super) fn hash(&self) -> gix_hash::Kind {
        self.objects.hash
    }

    /// What an object is, without its contents; its size is checked when it is read.
    pub(super) fn header(&mut self, id: &oid) -> Result<Header, String> {
        let mut failure = None;
        for pack in &self.objects.packs {
            match self.decoder.header(pack, id) {
                Some(Ok(header)) => return Ok(header),
                Some(Err(reason)) => failure = Some(reason),
                None => {}
            }
        }
        for folder in &self.objects.folders {
            match loose::header(folder, id) {
                Some(Ok(header)) => return Ok(header),
                Some(Err(reason)) => failure = Some(reason),
                None => {}
            }
        }
        Err(failure.map_or_else(|| self.objects.missing(id), |reason| format!("object `{id}`: {reason}")))
    }

    /// The contents of an object of a kind, of at most so many bytes.
    pub(super) fn read(&mut self, id: &oid, kind: Kind, limit: u64) -> Result<Vec<u8>, String> {
        let (found, contents) = self.any(id, limit)?;
        if found != kind {
            return Err(format!("object `{id}` is a {found} where a {kind} was expected"));
        }
        Ok(contents)
    }

    /// An object of any kind. Where one copy of it is damaged, another may be whole.
    pub(super) fn any(&mut self, id: &oid, limit: u64) -> Result<(Kind, Vec<u8>), String> {
        let mut failure = None;
        let objects = Arc::clone(&self.objects);
        let packed = objects.packs.iter().filter_map(|pack| self.decoder.read(pack, id, limit));
        let loose = objects.folders.iter().filter_map(|folder| loose::read(folder, id, limit));
        for found in packed.chain(loose) {
            let checked = found.and_then(|(kind, contents)| {
                let hash = gix_object::compute_hash(objects.hash, kind, &contents);
                match hash.map_err(|error| error.to_string())? == id {
                    true => Ok((kind, contents)),
                    false => Err("has other contents than its id says".to_owned()),
                }
            });
            match checked {
                Ok(found) => return Ok(found),
                Err(reason) => failure = Some(reason),
            }
        }
        Err(failure.map_or_else(|| objects.missing(id), |reason| format!("object `{id}`: {reason}")))
    }

    /// A tree's entries as they are stored.
    pub(super) fn tree(&mut self, id: &oid) -> Result<Vec<u8>, String> {
        self.read(id, Kind::Tree, MAX_OBJECT as u64)
    }

    /// The commit that an object stands for: itself, or what a tag names; and the tags on the way.
    pub(super) fn peel(&mut self, id: &oid) -> Result<(Option<ObjectId>, Vec<ObjectId>), String> {
        let (mut id, mut tags) = (id.to_owned(), Vec::new());
        while tags.len() < MAX_TAGS {
            match self.any(&id, MAX_OBJECT as u64)? {
                (Kind::Commit, _) => return Ok((Some(id), tags)),
                (Kind::Tag, contents) => {
                    let target = TagRefIter::from_bytes(&contents, self.hash()).target_id();
                    tags.push(id);
                    id = target.map_err(|error| format!("tag `{id}`: {error}"))?;
                }
                _ => return Ok((None, tags)),
            }
        }
        Ok((None, tags))
    }

    /// The tree of a commit, and its parents.
    pub(super) fn commit(&mut self, id: &oid) -> Result<(ObjectId, Vec<ObjectId>), String> {
        let contents = self.read(id, Kind::Commit, MAX_OBJECT as u64)?;
        let hash = self.hash();
        let tree = CommitRefIter::from_bytes(&contents, hash).tree_id();
        let tree = tree.map_err(|error| format!("commit `{id}`: {error}"))?;
        Ok((tree, CommitRefIter::from_bytes(&contents, hash).parent_ids().collect()))
    }

    /// The one commit whose id begins like this, by itself or by a tag; `None` where there is none
    /// or more than one.
    pub(super) fn abbreviated(&mut self, beginning: &str) -> Option<ObjectId> {
        let prefix = Prefix::from_hex(beginning).ok()?;
        let mut commits = Vec::new();
        for id in self.objects.with_prefix(prefix) {
            if let Ok((Some(commit), _)) = self.peel(&id) {
                commits.push(commit);
            }
        }
        commits.dedup();
        match commits[..] {
            [commit] => Some(commit),
            _ => None,
        }
    }
}

/// An id of 40 or 64 hexadecimal digits.
pub(super) fn parse_id(text: &str) -> Option<ObjectId> {
    ObjectId::from_hex(text.as_bytes()).ok()
}
