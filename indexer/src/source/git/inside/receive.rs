//! A pack that is sent: into the clone, with an index that is made of its contents.

use std::fs;
use std::io::{BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use gix_pack::Bundle;
use gix_pack::bundle::write::Options;
use gix_utils::progress::Discard;

/// Most memory that one object, with what it is made of, may take while its id is computed.
const MAX_OBJECT: usize = 512 << 20;

/// Writes a pack into a clone. Each object's id is computed from its contents, and the pack's own sum
/// is checked.
pub(super) fn receive(pack: impl Read, into: &Path, hash: gix_hash::Kind) -> Result<(), String> {
    let folder = into.join("objects/pack");
    let options =
        Options { thread_limit: Some(1), alloc_limit_bytes: Some(MAX_OBJECT), ..Options::default() };
    let mut pack = BufReader::with_capacity(64 << 10, pack);
    // What comes from a network must not end this process, whatever a library makes of it.
    let written = catch_unwind(AssertUnwindSafe(|| {
        Bundle::write_to_directory(
            &mut pack,
            Some(&folder),
            &mut Discard,
            &AtomicBool::new(false),
            None::<gix_object::find::Never>,
            hash,
            options,
        )
    }));
    let written =
        written.map_err(|_| "the pack cannot be read".to_owned())?.map_err(|error| error.to_string())?;
    if let Some(keep) = written.keep_path {
        // It would keep git from packing anew.
        let _ = fs::remove_file(keep);
    }
    Ok(())
}
