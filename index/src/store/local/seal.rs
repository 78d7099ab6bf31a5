//! The manifest's file: its JSON, then a line with the digest of everything above it. Both parts are
//! JSON, so that `jq` reads the file.

use super::FORMAT;
use super::digest;
use crate::manifest::Manifest;

/// Why the bytes are not a manifest of this program.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SealError {
    /// They are not what was written.
    Broken(String),
    /// They were written in another format.
    OtherFormat(u32),
}

/// What is read of a manifest before its format is known.
#[derive(serde::Deserialize)]
struct Probe {
    format: u32,
}

/// The file's bytes, and the digest by which `current` names them.
pub(super) fn seal(manifest: &Manifest) -> serde_json::Result<(Vec<u8>, String)> {
    let mut bytes = serde_json::to_vec_pretty(manifest)?;
    bytes.push(b'\n');
    let digest = digest::of_bytes(&bytes);
    bytes.extend_from_slice(trailer(&digest).as_bytes());
    Ok((bytes, digest))
}

/// The manifest and its digest from the file's bytes.
pub(super) fn unseal(bytes: &[u8]) -> Result<(Manifest, String), SealError> {
    let broken = |what: &str| SealError::Broken(what.to_owned());
    let length = trailer(&"0".repeat(64)).len();
    let middle = bytes.len().checked_sub(length).ok_or_else(|| broken("it is cut short"))?;
    let (json, last) = bytes.split_at(middle);
    let digest = digest::of_bytes(json);
    if last != trailer(&digest).as_bytes() {
        return Err(broken("its contents do not have the digest in its last line"));
    }
    let Probe { format } = serde_json::from_slice(json).map_err(|error| broken(&error.to_string()))?;
    if format != FORMAT {
        return Err(SealError::OtherFormat(format));
    }
    let manifest = serde_json::from_slice(json).map_err(|error| broken(&error.to_string()))?;
    Ok((manifest, digest))
}

fn trailer(digest: &str) -> String {
    format!("{{\"blake3\":\"{digest}\"}}\n")
}
