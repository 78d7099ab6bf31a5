//! A repository on this machine. Nothing of its configuration is done, and no hook runs.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::send::Pack;
use super::{Refs, receive, write_shallow};
use crate::source::error::SourceError;
use crate::source::git::objects::{Objects, Reader, parse_id};
use crate::source::git::remote::Remote;

/// Most refs that stand for one another.
const MAX_SYMBOLIC: usize = 8;
/// Deepest folder of refs.
const MAX_DEPTH: usize = 64;

/// A repository on this machine.
pub(in crate::source::git) struct Repository {
    public: String,
    /// Where `HEAD` is.
    git_dir: PathBuf,
    /// Where refs and objects are: of a linked work tree another folder.
    common: PathBuf,
    hash: gix_hash::Kind,
}

impl Repository {
    /// The repository at a path, found as git finds it.
    pub(super) fn open(remote: &Remote, path: &Path) -> Result<Repository, SourceError> {
        let public = remote.url.public();
        let text = path.to_string_lossy();
        let candidates = ["/.git", "", ".git/.git", ".git"].map(|end| PathBuf::from(format!("{text}{end}")));
        let found = candidates.iter().find_map(|path| git_dir(path));
        let Some(git_dir) = found else {
            let reason = "it does not appear to be a git repository".to_owned();
            return Err(SourceError::NoRepository { url: public, reason });
        };
        let common = match fs::read_to_string(git_dir.join("commondir")) {
            Ok(common) => git_dir.join(common.trim_end()),
            Err(_) => git_dir.clone(),
        };
        let config = fs::read_to_string(common.join("config")).unwrap_or_default().to_ascii_lowercase();
        let says = |key: &str, value: &str| {
            let mut settings = config.lines().filter_map(|line| line.split_once('='));
            settings.any(|(name, set)| name.trim() == key && set.trim() == value)
        };
        if says("refstorage", "reftable") {
            let reason = "it keeps its refs in a reftable, which only the git program reads".to_owned();
            return Err(SourceError::GitFailed { url: public, reason });
        }
        let hash = if says("objectformat", "sha256") { gix_hash::Kind::Sha256 } else { gix_hash::Kind::Sha1 };
        Ok(Repository { public, git_dir, common, hash })
    }

    pub(super) fn public(&self) -> &str {
        &self.public
    }

    pub(super) fn reader(&self) -> Result<Reader, SourceError> {
        let objects = Objects::open(&self.common, self.hash).map_err(|reason| self.failed(reason))?;
        Ok(Reader::new(Arc::new(objects)))
    }

    fn failed(&self, reason: String) -> SourceError {
        SourceError::GitFailed { url: self.public.clone(), reason }
    }

    /// All refs, with `HEAD` first.
    pub(super) fn refs(&self) -> Result<Refs, SourceError> {
        let mut named = BTreeMap::new();
        match fs::read_to_string(self.common.join("packed-refs")) {
            Ok(text) => named.extend(text.lines().filter_map(|line| {
                let (id, name) = line.split_once(' ')?;
                parse_id(id).map(|_| (name.to_owned(), id.to_owned()))
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(self.failed(format!("could not read its `packed-refs`: {error}"))),
        }
        let mut loose = BTreeMap::new();
        collect(&self.common.join("refs"), "refs", 0, &mut loose);
        named.extend(loose);
        let head = fs::read_to_string(self.git_dir.join("HEAD")).unwrap_or_default().trim().to_owned();
        let mut refs = Vec::new();
        if let Some(target) = head.strip_prefix("ref: ") {
            refs.push((format!("ref: {}", target.trim()), "HEAD".to_owned()));
        }
        let mut reader = None;
        let head = ("HEAD".to_owned(), head);
        for (name, value) in [&head].into_iter().map(|(n, v)| (n, v)).chain(&named) {
            let Some(id) = resolve(value, &named) else { continue };
            refs.push((id.to_owned(), name.clone()));
            if name.starts_with("refs/tags/")
                && let Some(object) = parse_id(id)
            {
                let reader = match &mut reader {
                    Some(reader) => reader,
                    none => none.insert(self.reader()?),
                };
                if let Ok((Some(commit), tags)) = reader.peel(&object)
                    && !tags.is_empty()
                {
                    refs.push((commit.to_string(), format!("{name}^{{}}")));
                }
            }
        }
        Ok(refs)
    }

    /// Copies what an object stands for into a clone, without its history.
    pub(super) fn copy(&self, object: &str, into: &Path) -> Result<(), SourceError> {
        let id = parse_id(object).ok_or_else(|| self.failed(format!("`{object}` is no object id")))?;
        let mut reader = self.reader()?;
        let (pack, commit, has_parents) = Pack::of(&mut reader, id).map_err(|reason| self.failed(reason))?;
        receive::receive(pack, into, self.hash).map_err(|reason| self.failed(reason))?;
        if has_parents { write_shallow(into, &[commit.to_string()]) } else { Ok(()) }
    }
}

/// The folder of a repository: the path itself, or what a file there names.
fn git_dir(path: &Path) -> Option<PathBuf> {
    if path.is_file() {
        let text = fs::read_to_string(path).ok()?;
        let named = text.strip_prefix("gitdir: ")?.trim_end();
        return git_dir(&path.parent()?.join(named));
    }
    let has_objects = path.join("objects").is_dir() && path.join("refs").is_dir();
    let is_linked = path.join("commondir").is_file();
    (path.join("HEAD").symlink_metadata().is_ok() && (has_objects || is_linked)).then(|| path.to_owned())
}

/// The refs that are files of their own, with what they say.
fn collect(folder: &Path, name: &str, depth: usize, refs: &mut BTreeMap<String, String>) {
    let Ok(files) = fs::read_dir(folder) else { return };
    for file in files.flatten() {
        let Some(name) = file.file_name().to_str().map(|file| format!("{name}/{file}")) else { continue };
        match file.file_type() {
            Ok(kind) if kind.is_dir() && depth < MAX_DEPTH => collect(&file.path(), &name, depth + 1, refs),
            Ok(kind) if !kind.is_dir() => {
                if let Ok(text) = fs::read_to_string(file.path()) {
                    refs.insert(name, text.trim().to_owned());
                }
            }
            _ => {}
        }
    }
}

/// The id that a ref says, or that the ref says that it names.
fn resolve<'r>(value: &'r str, refs: &'r BTreeMap<String, String>) -> Option<&'r str> {
    let mut value = value;
    for _ in 0..MAX_SYMBOLIC {
        match value.strip_prefix("ref: ") {
            Some(name) => value = refs.get(name.trim())?,
            None => return parse_id(value).map(|_| value),
        }
    }
    None
}
