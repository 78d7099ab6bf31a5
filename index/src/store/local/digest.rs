//! Digests of files.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes read at a time: enough for BLAKE3 to work on many blocks at once, little enough to stay in
/// the processor's cache between the read and the hash.
const CHUNK: usize = 128 * 1024;

/// Size and BLAKE3 of a whole file.
///
/// The file is read, not mapped: one that is cut short by somebody else while it is mapped would
/// end the process.
pub(super) fn of_file(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => return Ok((hasher.count(), hasher.finalize().to_hex().to_string())),
            Ok(read) => hasher.update(&chunk[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
    }
}

/// BLAKE3 of bytes.
pub(super) fn of_bytes(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Whether a text could be a digest.
pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
