//! A commit of a repository on this machine as a pack, made while it is read.

use std::collections::HashSet;
use std::io::{self, Read, Write};

use gix_hash::{Hasher, ObjectId};
use gix_object::{Kind, TreeRefIter};
use gix_pack::data;
use gix_zlib::Compression;
use gix_zlib::stream::deflate;

use crate::source::git::objects::Reader;

/// Most objects of one commit.
const MAX_OBJECTS: usize = 5_000_000;
/// Most bytes of one object.
const MAX_OBJECT: u64 = 512 << 20;

/// A commit with its tree and files, and the tags that led to it, but without its history.
pub(super) struct Pack<'r> {
    reader: &'r mut Reader,
    waiting: std::vec::IntoIter<ObjectId>,
    hasher: Option<Hasher>,
    made: Vec<u8>,
    sent: usize,
}

impl<'r> Pack<'r> {
    /// Fails where an object is missing. Says as well whether the commit has parents.
    pub(super) fn of(reader: &'r mut Reader, object: ObjectId) -> Result<(Pack<'r>, ObjectId, bool), String> {
        let (commit, mut ids) = reader.peel(&object)?;
        let commit = commit.ok_or_else(|| format!("`{object}` is no commit"))?;
        let (tree, parents) = reader.commit(&commit)?;
        ids.push(commit);
        let mut known = HashSet::from([tree]);
        let mut folders = vec![tree];
        while let Some(folder) = folders.pop() {
            let bytes = reader.tree(&folder)?;
            for entry in TreeRefIter::from_bytes(&bytes, reader.hash()) {
                let entry = entry.map_err(|error| format!("tree `{folder}` cannot be read: {error}"))?;
                if !entry.mode.is_commit() && known.insert(entry.oid.to_owned()) {
                    let waiting = if entry.mode.is_tree() { &mut folders } else { &mut ids };
                    waiting.push(entry.oid.to_owned());
                }
            }
            ids.push(folder);
            if known.len() > MAX_OBJECTS {
                return Err(format!("more than {MAX_OBJECTS} files and folders"));
            }
        }
        let count = u32::try_from(ids.len()).map_err(|error| error.to_string())?;
        let made = data::header::encode(data::Version::V2, count).to_vec();
        let mut hasher = gix_hash::hasher(reader.hash());
        hasher.update(&made);
        let pack = Pack { reader, waiting: ids.into_iter(), hasher: Some(hasher), made, sent: 0 };
        Ok((pack, commit, !parents.is_empty()))
    }

    fn add(&mut self, id: &ObjectId) -> Result<(), String> {
        let (kind, contents) = self.reader.any(id, MAX_OBJECT)?;
        let header = match kind {
            Kind::Blob => data::entry::Header::Blob,
            Kind::Tree => data::entry::Header::Tree,
            Kind::Commit => data::entry::Header::Commit,
            Kind::Tag => data::entry::Header::Tag,
        };
        let failed = |error: io::Error| error.to_string();
        header.write_to(contents.len() as u64, &mut self.made).map_err(failed)?;
        // Nothing goes over a network: what is not compressed is read faster later.
        let mut deflate = deflate::Write::new(&mut self.made, Compression::NONE);
        deflate.write_all(&contents).and_then(|()| deflate.flush()).map_err(failed)
    }
}

impl Read for Pack<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.sent >= self.made.len() {
            self.made.clear();
            self.sent = 0;
            if let Some(id) = self.waiting.next() {
                self.add(&id).map_err(io::Error::other)?;
                if let Some(hasher) = &mut self.hasher {
                    hasher.update(&self.made);
                }
            } else if let Some(hasher) = self.hasher.take() {
                let sum = hasher.try_finalize().map_err(|error| io::Error::other(error.to_string()))?;
                self.made.extend_from_slice(sum.as_slice());
            } else {
                return Ok(0);
            }
        }
        let count = buffer.len().min(self.made.len() - self.sent);
        buffer[..count].copy_from_slice(&self.made[self.sent..self.sent + count]);
        self.sent += count;
        Ok(count)
    }
}
