//! Clones of sources that are listed no more.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use super::clone::Clone;
use super::lock::Exclusive;
use super::place::{CLONES, Place};

/// Says since when a clone is of no source, in seconds since 1970-01-01 UTC.
const UNLISTED_FILE: &str = "ccr-unlisted";
/// How long such a clone stays, in seconds: another `sources.yaml` may list it, or the same one again.
const GRACE: u64 = 7 * 24 * 60 * 60;

/// Marks the clones below a data folder that belong to none of the slugs, and removes those that were marked
/// a week ago. Gives the slugs of the removed ones, sorted. `now` is in seconds since 1970-01-01 UTC.
///
/// A clone that is in use is left alone.
pub(in crate::source) fn sweep(data_dir: &Path, listed: &HashSet<String>, now: u64) -> Vec<String> {
    let Ok(data_dir) = std::path::absolute(data_dir) else { return Vec::new() };
    let Ok(clones) = fs::read_dir(data_dir.join(CLONES)) else { return Vec::new() };
    let names = clones.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let slugs: BTreeSet<String> = names.filter_map(|name| slug_of(&name).map(str::to_owned)).collect();
    let unlisted = slugs.into_iter().filter(|slug| !listed.contains(slug));
    unlisted.filter(|slug| is_removed(&Place::new(&data_dir, slug), now)).collect()
}

/// The slug that a clone is of, or a lock, which stands beside what was never cloned as well.
fn slug_of(name: &str) -> Option<&str> {
    let of_a_clone = name.strip_suffix(".git").filter(|slug| !slug.starts_with('.'));
    of_a_clone.or_else(|| name.strip_prefix('.')?.strip_suffix(".lock"))
}

/// Takes the mark off a clone that somebody wants.
pub(super) fn keep(clone: &Clone) {
    // Without a mark there is nothing to take off.
    let _ = fs::remove_file(clone.path.join(UNLISTED_FILE));
}

fn is_removed(place: &Place, now: u64) -> bool {
    let Ok(Exclusive::Held(_held)) = place.lock().try_exclusive() else { return false };
    if !place.path().exists() {
        place.clear_work();
        place.lock().remove();
        return false;
    }
    let mark = place.path().join(UNLISTED_FILE);
    let since = fs::read_to_string(&mark).ok().and_then(|text| text.trim().parse::<u64>().ok());
    match since {
        Some(since) if since <= now => {
            let is_over = now - since >= GRACE;
            let is_removed = is_over && place.remove().is_ok();
            if is_removed {
                place.lock().remove();
            }
            is_removed
        }
        // No mark yet, or one of a clock that was wrong.
        _ => {
            let _ = fs::write(&mark, now.to_string());
            false
        }
    }
}
