//! One pack of objects and its index.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use gix_hash::{ObjectId, Prefix, oid};
use gix_object::Kind;
use gix_pack::data::decode::{entry, header};
use gix_pack::{FileData, cache, data, index};
use gix_zlib::Inflate;

use super::{Header, MAX_OBJECT};

/// Up to this size a pack is read into memory.
const READ_UP_TO: u64 = 64 << 20;
/// Most bytes of objects that are kept because others may be made of them.
const MAX_BASES: usize = 16 << 20;

/// A pack, and where in it which object is.
pub(super) struct Pack {
    index: index::File<Vec<u8>>,
    data: Data,
}

enum Data {
    Read(data::File<Vec<u8>>),
    /// Only what is too large for memory: git puts a pack in its place whole and never writes to it
    /// again, and no other run of ours has the clone.
    Mapped(data::File),
}

impl Pack {
    /// Opens the pack of an index.
    pub(super) fn open(path: &Path, hash: gix_hash::Kind) -> Result<Pack, String> {
        let read = |path: &Path| fs::read(path).map_err(|error| error.to_string());
        let index = index::File::from_data(read(path)?, path.to_owned(), hash);
        let index = index.map_err(|error| error.to_string())?;
        let path = path.with_extension("pack");
        let size = fs::metadata(&path).map_err(|error| error.to_string())?.len();
        let data = if size <= READ_UP_TO {
            let opened = data::File::from_data(read(&path)?, path, hash);
            opened.map(|file| Data::Read(file.with_alloc_limit_bytes(Some(MAX_OBJECT))))
        } else {
            let opened = data::File::at(&path, hash);
            opened.map(|file| Data::Mapped(file.with_alloc_limit_bytes(Some(MAX_OBJECT))))
        };
        Ok(Pack { index, data: data.map_err(|error| error.to_string())? })
    }

    pub(super) fn with_prefix(&self, prefix: Prefix) -> Vec<ObjectId> {
        let mut found = 0..0;
        self.index.lookup_prefix(prefix, Some(&mut found));
        found.map(|number| self.index.oid_at_index(number).to_owned()).collect()
    }
}

/// What is needed to read objects of packs.
#[derive(Default)]
pub(super) struct Decoder {
    inflate: Inflate,
    bases: Bases,
}

impl Decoder {
    /// What an object is; `None` where the pack does not have it.
    pub(super) fn header(&mut self, pack: &Pack, id: &oid) -> Option<Result<Header, String>> {
        let number = pack.index.lookup(id)?;
        Some(match &pack.data {
            Data::Read(file) => self.header_in(file, &pack.index, number),
            Data::Mapped(file) => self.header_in(file, &pack.index, number),
        })
    }

    fn header_in<T: FileData>(
        &mut self,
        file: &data::File<T>,
        index: &index::File<Vec<u8>>,
        number: u32,
    ) -> Result<Header, String> {
        let entry = |number| file.entry(index.pack_offset_at_index(number));
        let base =
            |id: &oid| index.lookup(id).map(|at| entry(at).map(header::ResolvedBase::InPack)).transpose();
        let found = entry(number).and_then(|entry| file.decode_header(entry, &mut self.inflate, &base));
        let found = found.map_err(|error| error.to_string())?;
        Ok(Header { kind: found.kind, size: found.object_size })
    }

    /// An object of at most so many bytes; `None` where the pack does not have it.
    pub(super) fn read(
        &mut self,
        pack: &Pack,
        id: &oid,
        limit: u64,
    ) -> Option<Result<(Kind, Vec<u8>), String>> {
        let number = pack.index.lookup(id)?;
        Some(match &pack.data {
            Data::Read(file) => self.read_in(file, &pack.index, number, limit),
            Data::Mapped(file) => self.read_in(file, &pack.index, number, limit),
        })
    }

    fn read_in<T: FileData>(
        &mut self,
        file: &data::File<T>,
        index: &index::File<Vec<u8>>,
        number: u32,
        limit: u64,
    ) -> Result<(Kind, Vec<u8>), String> {
        let size = self.header_in(file, index, number)?.size;
        if size > limit {
            return Err(format!("has {size} bytes where at most {limit} were expected"));
        }
        let entry = |number| file.entry(index.pack_offset_at_index(number));
        let base = |id: &oid, _: &mut Vec<u8>| {
            index.lookup(id).map(|at| entry(at).map(entry::ResolvedBase::InPack)).transpose()
        };
        let mut contents = Vec::new();
        let found = entry(number).and_then(|entry| {
            file.decode_entry(entry, &mut contents, &mut self.inflate, &base, &mut self.bases)
        });
        let kind = found.map_err(|error| error.to_string())?.kind;
        // What it was made of took its place in the same memory.
        contents.shrink_to_fit();
        Ok((kind, contents))
    }
}

/// Objects that were made of others and that others may be made of.
#[derive(Default)]
struct Bases {
    kept: HashMap<(u32, u64), (Kind, usize, Vec<u8>)>,
    size: usize,
}

impl cache::DecodeEntry for Bases {
    fn put(&mut self, pack: u32, offset: u64, contents: &[u8], kind: Kind, packed: usize) {
        if contents.len() > MAX_BASES / 4 {
            return;
        }
        if self.size + contents.len() > MAX_BASES {
            self.kept.clear();
            self.size = 0;
        }
        self.size += contents.len();
        self.kept.insert((pack, offset), (kind, packed, contents.to_vec()));
    }

    fn get(&mut self, pack: u32, offset: u64, contents: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let (kind, packed, kept) = self.kept.get(&(pack, offset))?;
        contents.clear();
        contents.extend_from_slice(kept);
        Some((*kind, *packed))
    }
}
