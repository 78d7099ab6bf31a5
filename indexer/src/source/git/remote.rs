use std::path::{Path, PathBuf};

use super::command::{Deadlines, Git, Output};
use super::{credentials, failure, hint, inside, ssh, version};
use crate::config::GitUrl;
use crate::source::error::SourceError;

/// What sends from a repository on this machine: it packs fast rather than small, for nothing goes
/// over a network. Without the search for deltas and without compression a fetch, and what is read of
/// the clone later, costs less than half; the clone takes twice the space.
const LOCAL_SENDER: &str = "--upload-pack=git -c pack.window=0 -c pack.compression=0 upload-pack";

/// A remote repository and how it is asked.
#[derive(Debug, Clone)]
pub(super) struct Remote {
    pub(super) url: GitUrl,
    /// Where a relative address starts.
    pub(super) base_dir: PathBuf,
    /// Where its clone is; what git says of this folder is not said of the remote.
    pub(super) clones: PathBuf,
    pub(super) deadlines: Deadlines,
}

/// What a name stands for on a remote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resolved {
    /// The full name, such as `refs/heads/main`, or `HEAD`.
    pub(super) name: String,
    /// The object it stands for: a commit, or an annotated tag.
    pub(super) object: String,
    /// The commit it stands for.
    pub(super) commit: String,
}

impl Remote {
    /// What asks the remote in the place of the `git` program, where that is not there or too old;
    /// `None` where it is to be asked.
    pub(super) fn without_program(&self) -> Result<Option<inside::Repository>, SourceError> {
        match version::check() {
            Ok(()) => Ok(None),
            Err(error @ (SourceError::GitNotInstalled | SourceError::GitTooOld { .. })) => {
                inside::Repository::of(self)?.ok_or(error).map(Some)
            }
            Err(error) => Err(error),
        }
    }

    /// Asks the remote what a branch, a tag or `HEAD` stands for; branches win over tags.
    pub(super) fn resolve(&self, reference: &str) -> Result<Option<Resolved>, SourceError> {
        let names = candidates(reference);
        let patterns = names.iter().flat_map(|name| [name.clone(), format!("{name}^{{}}")]);
        let refs = self.list(patterns)?;
        let object = |name: &str| refs.iter().find(|(_, found)| found == name).map(|(id, _)| id.clone());
        Ok(names.iter().find_map(|name| {
            let object = object(name)?;
            let commit = refs.iter().find(|(_, found)| found.strip_suffix("^{}") == Some(name));
            let commit = commit.map_or_else(|| object.clone(), |(id, _)| id.clone());
            Some(Resolved { name: name.clone(), object, commit })
        }))
    }

    /// Why nothing has the name: an empty repository, or one with these branches and tags instead.
    pub(super) fn nothing_named(&self, reference: &str) -> SourceError {
        let refs = match self.ask(["HEAD", "refs/heads/*", "refs/tags/*"].map(str::to_owned)) {
            Ok(refs) => refs,
            Err(error) => return error,
        };
        let url = self.url.public();
        let below = |folder: &str| -> Vec<&str> {
            let names = refs.iter().filter(|(id, _)| is_object_id(id));
            names.filter_map(|(_, name)| name.strip_prefix(folder)).filter(|n| !n.ends_with("^{}")).collect()
        };
        let (branches, tags) = (below("refs/heads/"), below("refs/tags/"));
        if branches.is_empty() && tags.is_empty() {
            return SourceError::EmptyRepository { url };
        }
        let head = refs
            .iter()
            .find_map(|(what, name)| what.strip_prefix("ref: refs/heads/").filter(|_| name == "HEAD"));
        let available = hint::instead_of(reference, head, &branches, &tags);
        SourceError::NoSuchReference { url, reference: reference.to_owned(), available }
    }

    fn list(&self, patterns: impl IntoIterator<Item = String>) -> Result<Vec<(String, String)>, SourceError> {
        let mut refs = self.ask(patterns)?;
        refs.retain(|(id, _)| is_object_id(id));
        Ok(refs)
    }

    /// The id of some object of the remote, where it has a branch or a tag.
    pub(super) fn any_object(&self) -> Result<Option<String>, SourceError> {
        let refs = self.list(["HEAD", "refs/heads/*", "refs/tags/*"].map(str::to_owned))?;
        Ok(refs.into_iter().next().map(|(id, _)| id))
    }

    /// What the remote says of refs: an object id, or `ref: ` and another ref, and the name.
    fn ask(&self, patterns: impl IntoIterator<Item = String>) -> Result<Vec<(String, String)>, SourceError> {
        let patterns: Vec<String> = patterns.into_iter().collect();
        if let Some(mut repository) = self.without_program()? {
            return repository.refs(&patterns);
        }
        let git = self.command(Git::new("ls-remote"));
        let git = git.args(["--quiet", "--symref", "--"]).arg(self.url.address()).args(patterns);
        let output = self.run(git)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let line = |line: &str| line.split_once('\t').map(|(id, name)| (id.to_owned(), name.to_owned()));
        Ok(text.lines().filter_map(line).collect())
    }

    /// Runs a command that asks the remote.
    pub(super) fn run(&self, git: Git) -> Result<Output, SourceError> {
        let output =
            git.watched().run(self.deadlines).map_err(|error| failure::from_run(&self.url, error))?;
        if output.success {
            return Ok(output);
        }
        Err(failure::from_stderr(&self.url, &self.clones, &output.stderr))
    }

    /// The option that says who sends, where it is not for the remote to say.
    pub(super) fn sender(&self) -> Option<&'static str> {
        let is_local = self.url.local_path().is_some() || self.url.secret().starts_with("file://");
        is_local.then_some(LOCAL_SENDER)
    }

    /// A command that is given the address.
    pub(super) fn command(&self, git: Git) -> Git {
        ssh::add(credentials::add(git.in_folder(existing(&self.base_dir)), &self.url), &self.url)
    }
}

/// An empty path is the current folder to everyone but the operating system.
fn existing(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

fn candidates(reference: &str) -> Vec<String> {
    if reference == "HEAD" || reference.starts_with("refs/") {
        return vec![reference.to_owned()];
    }
    vec![format!("refs/heads/{reference}"), format!("refs/tags/{reference}")]
}

/// Whether a text is a whole object id, SHA-1 or SHA-256.
pub(super) fn is_object_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && is_hexadecimal(text)
}

/// Whether a text may be an object id or the beginning of one.
pub(super) fn is_abbreviation(text: &str) -> bool {
    (7..=64).contains(&text.len()) && is_hexadecimal(text)
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
