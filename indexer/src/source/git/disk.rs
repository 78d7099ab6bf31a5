//! What our own disk refuses, told apart from what a remote refuses.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

use crate::source::error::SourceError;

/// What git says where a disk is full or cannot be written at all: it writes to no other disk than ours.
const OF_ANY_WRITE: [&str; 3] = ["No space left on device", "Disk quota exceeded", "Read-only file system"];
/// What it says of our files and of those of a local remote alike.
const OF_A_FILE: [&str; 6] = [
    "Permission denied",
    "Operation not permitted",
    "Input/output error",
    "Too many open files",
    "Stale file handle",
    "insufficient permission",
];

/// Whether an operation is not for this user, or not on this disk.
pub(super) fn is_refused(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// The error of an operation of ours on the data folder.
pub(super) fn error(action: &'static str, path: &Path, reason: io::Error) -> SourceError {
    if is_refused(&reason) {
        let reason = with_owner(path, reason.to_string());
        return SourceError::Disk { action, path: path.to_owned(), reason };
    }
    SourceError::Io { action, path: path.to_owned(), reason }
}

/// The error behind what git said, where it is about the folder of clones and not about the remote.
pub(super) fn from_stderr(clones: &Path, stderr: &str) -> Option<SourceError> {
    // git prints the path as it was given, or as it is without links.
    let real = fs::canonicalize(clones).unwrap_or_else(|_| clones.to_owned());
    let own = [clones.to_string_lossy(), real.to_string_lossy()];
    let said = stderr.split(['\n', '\r']).map(str::trim).filter(|line| !line.starts_with("remote:")).find(
        |line| {
            let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
            has(&OF_ANY_WRITE) || (has(&OF_A_FILE) && own.iter().any(|own| line.contains(&**own)))
        },
    )?;
    let said = said.strip_prefix("fatal: ").or(said.strip_prefix("error: ")).unwrap_or(said);
    let path = own.iter().find_map(|own| path_in(said, own)).unwrap_or_else(|| clones.to_owned());
    let reason = if said.contains("ermi") { with_owner(&path, said.to_owned()) } else { said.to_owned() };
    Some(SourceError::Disk { action: "write", path, reason })
}

/// The first path below a folder that a text names.
fn path_in(text: &str, folder: &str) -> Option<PathBuf> {
    let path = &text[text.find(folder)?..];
    let end = path.find(['\'', '"', ':']).unwrap_or(path.len());
    Some(PathBuf::from(path[..end].trim_end()))
}

/// Adds whose the folder is that refused, where it is not this user's.
fn with_owner(path: &Path, reason: String) -> String {
    let user = geteuid().as_raw();
    let foreign = path.ancestors().find_map(|path| Some((path, fs::symlink_metadata(path).ok()?.uid())));
    match foreign.filter(|(_, owner)| *owner != user) {
        Some((path, owner)) => {
            format!("{reason} (`{}` belongs to user {owner}, and this is user {user})", path.display())
        }
        None => reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_disk_and_the_remote() {
        let check = |stderr: &str, expected: Option<&str>| {
            let found = from_stderr(Path::new("/data/clones"), stderr);
            let path = match &found {
                Some(SourceError::Disk { path, .. }) => path.to_str(),
                _ => None,
            };
            assert_eq!(path, expected, "{stderr}: {found:?}");
        };
        check(
            "progress 1%\rprogress 2%\nfatal: Unable to create '/data/clones/a.git/shallow.lock': Permission denied\n",
            Some("/data/clones/a.git/shallow.lock"),
        );
        check(
            "error: insufficient permission for adding an object to repository database /data/clones/a.git/objects\n",
            Some("/data/clones/a.git/objects"),
        );
        check(
            "fatal: write error: No space left on device\nfatal: index-pack failed\n",
            Some("/data/clones"),
        );
        check(
            "error: cannot open '/data/clones/a.git/FETCH_HEAD': Read-only file system",
            Some("/data/clones/a.git/FETCH_HEAD"),
        );
        check("git@example.org: Permission denied (publickey).\nfatal: Could not read from", None);
        check("fatal: cannot open '/srv/git/a/HEAD': Permission denied", None);
        check("remote: fatal: write error: No space left on device\nfatal: early EOF", None);
        check("fatal: '/data/clones/a.git' does not appear to be a git repository", None);
    }
}
