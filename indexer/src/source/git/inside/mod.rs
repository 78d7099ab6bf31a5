//! Fetching without the `git` program: https, http and repositories on this machine.
//!
//! It fills the same clones as the program does, and either reads what the other fetched. What it does
//! without: ssh, credential helpers, servers of plain files ("dumb" http), and fetching only what changed:
//! each fetch brings the wanted commit whole, without its history.

mod advertised;
mod disk;
mod packet;
mod receive;
mod send;
mod web;

use std::fs;
use std::path::Path;

use super::disk as own_disk;
use super::objects::{Objects, Reader, parse_id};
use super::remote::Remote;
use crate::source::error::SourceError;

/// A repository that is asked in this process.
pub(super) enum Repository {
    /// Over https or http.
    Web(Box<web::Server>),
    /// On this machine.
    Disk(disk::Repository),
}

/// What a repository says of its refs, as `git ls-remote --symref` prints it: an object id, or `ref: ` and
/// another ref, and the name. `name^{}` is what a tag stands for.
pub(super) type Refs = Vec<(String, String)>;

impl Repository {
    /// The repository of an address; `None` of one that only the program can ask.
    pub(super) fn of(remote: &Remote) -> Result<Option<Repository>, SourceError> {
        let address = remote.url.secret();
        if address.starts_with("https://") || address.starts_with("http://") {
            return web::Server::new(remote).map(|server| Some(Repository::Web(Box::new(server))));
        }
        let path = match (remote.url.local_path(), address.strip_prefix("file://")) {
            (Some(path), _) => remote.base_dir.join(path),
            (None, Some(path)) => Path::new(&decoded(path)).to_owned(),
            (None, None) => return Ok(None),
        };
        disk::Repository::open(remote, &path).map(|repository| Some(Repository::Disk(repository)))
    }

    /// The refs that a pattern names: a whole name, or its beginning and `*`.
    pub(super) fn refs(&mut self, patterns: &[String]) -> Result<Refs, SourceError> {
        let mut refs = match self {
            Repository::Web(server) => server.refs(patterns)?,
            Repository::Disk(repository) => repository.refs()?,
        };
        refs.retain(|(_, name)| {
            patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
                Some(beginning) => name.starts_with(beginning),
                None => name == pattern,
            })
        });
        Ok(refs)
    }

    /// Fetches what a full name or an object id stands for, and no history of it; gives the object's id.
    pub(super) fn fetch_one(&mut self, from: &str, into: &Path) -> Result<String, SourceError> {
        let object = match parse_id(from) {
            Some(_) => from.to_owned(),
            None => {
                let refs = self.refs(&[from.to_owned()])?;
                let found = refs.into_iter().find(|(id, name)| name == from && parse_id(id).is_some());
                found.map(|(id, _)| id).ok_or_else(|| self.failed(format!("`{from}` is no longer there")))?
            }
        };
        match self {
            Repository::Web(server) => server.fetch(std::slice::from_ref(&object), true, into)?,
            Repository::Disk(repository) => repository.copy(&object, into)?,
        }
        Ok(object)
    }

    /// Fetches all branches and tags with their history, and finds the commit whose id begins like this.
    pub(super) fn fetch_history(&mut self, id: &str, into: &Path) -> Result<Option<String>, SourceError> {
        match self {
            Repository::Web(server) => {
                let refs = server.refs(&["refs/heads/*", "refs/tags/*"].map(str::to_owned))?;
                let is_tip = |name: &str| name.starts_with("refs/heads/") || name.starts_with("refs/tags/");
                let tips = refs
                    .into_iter()
                    .filter(|(id, name)| is_tip(name) && !name.ends_with("^{}") && parse_id(id).is_some());
                let mut wants: Vec<String> = tips.map(|(id, _)| id).collect();
                wants.sort();
                wants.dedup();
                if wants.is_empty() {
                    return Ok(None);
                }
                let hash = parse_id(&wants[0]).map(|id| id.kind());
                server.fetch(&wants, false, into)?;
                let objects = hash.and_then(|hash| Objects::open(into, hash).ok());
                let found = objects.and_then(|objects| Reader::new(objects.into()).abbreviated(id));
                Ok(found.map(|commit| commit.to_string()))
            }
            Repository::Disk(repository) => {
                let Some(commit) = repository.reader()?.abbreviated(id) else { return Ok(None) };
                repository.copy(&commit.to_string(), into)?;
                Ok(Some(commit.to_string()))
            }
        }
    }

    fn failed(&self, reason: String) -> SourceError {
        let url = match self {
            Repository::Web(server) => server.public(),
            Repository::Disk(repository) => repository.public(),
        };
        SourceError::GitFailed { url: url.to_owned(), reason }
    }
}

/// Says in a clone where its history was cut.
fn write_shallow(into: &Path, commits: &[String]) -> Result<(), SourceError> {
    if commits.is_empty() {
        return Ok(());
    }
    let path = into.join("shallow");
    let text: String = commits.iter().map(|commit| format!("{commit}\n")).collect();
    fs::write(&path, text).map_err(|reason| own_disk::error("write", &path, reason))
}

/// An address without its `%20` and the like, as git reads it.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
