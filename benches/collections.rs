//! Real collections to measure with: the folders in the one that `CCR_BENCH_COLLECTIONS` names.

#![allow(dead_code, reason = "each benchmark uses its part")]

use std::fs;
use std::path::{Path, PathBuf};

/// The collections, sorted; none where the variable is not set or names no folder.
pub(crate) fn collections() -> Vec<PathBuf> {
    let root = std::env::var_os("CCR_BENCH_COLLECTIONS").unwrap_or_default();
    folders(Path::new(&root))
}

/// Every text of a file below a folder with this ending, sorted by path.
pub(crate) fn texts(folder: &Path, ending: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for path in entries(folder) {
        // Links are left out: they may lead around in circles.
        let Ok(kind) = path.symlink_metadata().map(|metadata| metadata.file_type()) else { continue };
        if kind.is_dir() {
            texts.extend(self::texts(&path, ending));
        } else if kind.is_file() && path.extension().is_some_and(|found| found == ending) {
            texts.extend(fs::read_to_string(&path));
        }
    }
    texts
}

fn folders(root: &Path) -> Vec<PathBuf> {
    entries(root).into_iter().filter(|path| path.is_dir()).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
