//! Objects that lie in files of their own.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use gix_hash::{ObjectId, Prefix, oid};
use gix_object::{Kind, decode};
use gix_zlib::{Inflate, Status};

use super::Header;

/// Longest beginning of an object: its kind, its size and a NUL byte.
const MAX_HEADER: usize = 64;
/// Bytes of a file that say what the object is.
const FIRST: u64 = 256;

/// What an object is; `None` where the folder does not have it.
pub(super) fn header(folder: &Path, id: &oid) -> Option<Result<Header, String>> {
    let bytes = load(folder, id, FIRST)?;
    Some(bytes.and_then(|bytes| {
        let (kind, size, _) = begin(&bytes, &mut Inflate::default())?;
        Ok(Header { kind, size })
    }))
}

/// An object of at most so many bytes; `None` where the folder does not have it.
pub(super) fn read(folder: &Path, id: &oid, limit: u64) -> Option<Result<(Kind, Vec<u8>), String>> {
    // No compression makes its input much larger.
    let bytes = load(folder, id, limit.saturating_add(limit / 8).saturating_add(1 << 16))?;
    Some(bytes.and_then(|bytes| contents(&bytes, limit)))
}

/// The ids that begin like this.
pub(super) fn with_prefix(folder: &Path, prefix: Prefix, hash: gix_hash::Kind) -> Vec<ObjectId> {
    let first = prefix.as_oid().to_hex().to_string()[..2].to_owned();
    let Ok(names) = fs::read_dir(folder.join(&first)) else { return Vec::new() };
    let ids = names.flatten().filter_map(|name| {
        let text = format!("{first}{}", name.file_name().to_str()?);
        ObjectId::from_hex(text.as_bytes()).ok().filter(|id| id.kind() == hash)
    });
    ids.filter(|id| prefix.cmp_oid(id).is_eq()).collect()
}

fn path(folder: &Path, id: &oid) -> PathBuf {
    let text = id.to_string();
    folder.join(&text[..2]).join(&text[2..])
}

fn load(folder: &Path, id: &oid, limit: u64) -> Option<Result<Vec<u8>, String>> {
    let mut bytes = Vec::new();
    match fs::File::open(path(folder, id)).and_then(|file| file.take(limit).read_to_end(&mut bytes)) {
        Ok(_) => Some(Ok(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(Err(error.to_string())),
    }
}

/// The kind and size of an object, and the first bytes of its contents.
fn begin(bytes: &[u8], inflate: &mut Inflate) -> Result<(Kind, u64, Vec<u8>), String> {
    let mut first = [0; MAX_HEADER];
    let (_, _, written) = inflate.once(bytes, &mut first).map_err(|error| error.to_string())?;
    let header = decode::loose_header(&first[..written]).map_err(|error| error.to_string())?;
    let (kind, size, length) = header;
    let rest = first.get(length..written).ok_or("its beginning cannot be read")?;
    Ok((kind, size, rest.to_vec()))
}

fn contents(bytes: &[u8], limit: u64) -> Result<(Kind, Vec<u8>), String> {
    let (kind, size, _) = begin(bytes, &mut Inflate::default())?;
    if size > limit {
        return Err(format!("has {size} bytes where at most {limit} were expected"));
    }
    let size = usize::try_from(size).map_err(|error| error.to_string())?;
    // Its beginning, its contents, and one byte that tells if there is more.
    let mut whole = vec![0; MAX_HEADER + size + 1];
    let mut inflate = Inflate::default();
    let (status, _, written) = inflate.once(bytes, &mut whole).map_err(|error| error.to_string())?;
    let (_, _, length) =
        decode::loose_header(&whole[..written.min(MAX_HEADER)]).map_err(|error| error.to_string())?;
    if !matches!(status, Status::StreamEnd) || written != length + size {
        return Err("has another size than it says".to_owned());
    }
    whole.truncate(written);
    whole.drain(..length);
    Ok((kind, whole))
}
