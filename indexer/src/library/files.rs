//! The files that modules are read from.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Files by their paths, with `/` between the parts.
///
/// A repository's snapshot is one ([`Snapshot`]); the command line reads single files of a disk as
/// imports ask for them.
pub trait Files {
    /// The bytes of a file; none when there is no such file.
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>>;
    /// True when there is a file.
    fn is_file(&self, path: &str) -> bool;
    /// True when there is a folder.
    fn is_folder(&self, path: &str) -> bool;
}

/// Files that are all in memory.
#[derive(Debug, Default)]
pub struct Snapshot<'a> {
    files: BTreeMap<&'a str, &'a [u8]>,
    folders: BTreeSet<&'a str>,
}

impl<'a> Snapshot<'a> {
    /// The files with these repository paths.
    pub fn new(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let files: BTreeMap<_, _> = files.into_iter().collect();
        let mut folders = BTreeSet::from([""]);
        for path in files.keys() {
            folders.extend(path.match_indices('/').map(|(at, _)| &path[..at]));
        }
        Snapshot { files, folders }
    }

    /// The bytes of a file.
    pub fn bytes(&self, path: &str) -> Option<&'a [u8]> {
        self.files.get(path).copied()
    }

    /// All paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.files.keys().copied()
    }
}

impl Files for Snapshot<'_> {
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        self.bytes(path).map(Cow::Borrowed)
    }

    fn is_file(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }
}

/// `folder/name`, where either may be empty.
pub(super) fn join(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.to_owned(),
        ("/", name) => format!("/{name}"),
        (folder, name) => format!("{folder}/{name}"),
    }
}

/// The folder of a path; empty at the top.
pub(super) fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) => "/",
        Some(at) => &path[..at],
        None => "",
    }
}
