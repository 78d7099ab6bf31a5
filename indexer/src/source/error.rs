use std::io;
use std::path::PathBuf;
use std::time::Duration;

use ccr_index::Rule;
use thiserror::Error;

/// Why a source gives nothing usable. Each message ends with what to do about it.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The `git` program is not there.
    #[error(
        "could not run `git`, which ssh needs: it is not installed or not in PATH; install git, use https, or \
         `path:`"
    )]
    GitNotInstalled,
    /// No answer from the remote, or one that is not git's.
    #[error("could not reach `{url}`: {reason}; check the address and the network")]
    Unreachable {
        /// The address without credentials.
        url: String,
        /// What git said.
        reason: String,
    },
    /// The remote wants credentials, or other ones. Hosts also say so of repositories that do not exist.
    #[error(
        "no access to `{url}`: {reason}; check that it exists, and give git credentials for it (a \
         credential helper or an ssh key)"
    )]
    AccessDenied {
        /// The address without credentials.
        url: String,
        /// What git said.
        reason: String,
    },
    /// There is no repository at the address.
    #[error("no repository at `{url}`: {reason}; check `git_url`")]
    NoRepository {
        /// The address without credentials.
        url: String,
        /// What git said.
        reason: String,
    },
    /// git refuses to serve a local repository that belongs to somebody else.
    #[error(
        "git refuses `{url}` because another user owns it; if you trust it, run `git config --global \
         --add safe.directory '{path}'`"
    )]
    DubiousOwnership {
        /// The address without credentials.
        url: String,
        /// The repository's folder as git names it.
        path: String,
    },
    /// The repository has no commit.
    #[error(
        "the repository `{url}` is empty, or what answers there is none; push a commit to it, check the \
         address, or remove it from `sources.yaml`"
    )]
    EmptyRepository {
        /// The address without credentials.
        url: String,
    },
    /// Neither branch nor tag nor commit of that name.
    #[error("no branch, tag or commit `{reference}` in `{url}`; {available}")]
    NoSuchReference {
        /// The address without credentials.
        url: String,
        /// What was asked for.
        reference: String,
        /// What to do, with branches that there are.
        available: String,
    },
    /// git took too long.
    #[error("gave up on `{url}`: git {reason}; try again, or check the network")]
    TimedOut {
        /// The address without credentials.
        url: String,
        /// Which limit was passed.
        reason: String,
    },
    /// Offline, and there is no clone of this address and ref.
    #[error("no clone of `{url}` at `{reference}` yet; run once without `--offline`")]
    NotCloned {
        /// The address without credentials.
        url: String,
        /// The branch, tag or commit asked for.
        reference: String,
    },
    /// The clone cannot be read and could not be made anew.
    #[error("the clone `{path}` is damaged: {reason}; delete it and run again")]
    Damaged {
        /// The clone's folder.
        path: PathBuf,
        /// What git said.
        reason: String,
    },
    /// git failed in a way that is none of the others.
    #[error("git failed on `{url}`: {reason}; the same `git fetch` by hand may tell more")]
    GitFailed {
        /// The address without credentials.
        url: String,
        /// What git said.
        reason: String,
    },
    /// The address has a query, which git takes for a part of the path.
    #[error(
        "`{url}` has a query (`?...`), which git cannot use and every user of this machine could read in \
         the list of processes; leave it out, and give a token as password \
         (`https://name:token@host/path`) or by a credential helper"
    )]
    Query {
        /// The address without credentials and query.
        url: String,
    },
    /// The `git` program lacks what is needed of it.
    #[error("git {found} is too old, {needed} is needed for ssh; install a newer git, use https, or `path:`")]
    GitTooOld {
        /// Its version.
        found: String,
        /// The least version.
        needed: String,
    },
    /// The system started no process.
    #[error("could not start `git`: {reason}; check the limits on processes and memory")]
    NotStarted {
        /// What the system said.
        reason: String,
    },
    /// Another process uses the clone, for longer than is waited.
    #[error(
        "the clone of `{slug}` is in use by {}, for more than {waited:?}; end it, or try again later",
        pid.map_or("another process".to_owned(), |pid| format!("process {pid}"))
    )]
    InUse {
        /// The slug of the source.
        slug: String,
        /// The process that took it last, where that is known.
        pid: Option<u32>,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The disk of the data folder refused, whoever asked: this program or git.
    #[error(
        "could not {action} `{path}`: {reason}; check the owner, the permissions and the space of this disk"
    )]
    Disk {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why, and whose it is where it is another user's.
        reason: String,
    },
    /// The folder is not there.
    #[error("no folder `{path}`; check `path` in `sources.yaml`")]
    NoFolder {
        /// The folder as it was looked for.
        path: PathBuf,
    },
    /// The path is not that of a folder.
    #[error("`{path}` is not a folder; give the folder that holds `codebundles/` as `path`")]
    NotAFolder {
        /// The path as it was looked for.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("could not {action} `{path}`: {reason}; check its permissions and the space on the disk")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The reason.
        #[source]
        reason: io::Error,
    },
}

/// Why the contents of one entry cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// Larger than the limit; not read.
    #[error("file of {size} bytes is larger than the limit of {limit}")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The most that is read.
        limit: u64,
    },
    /// A link whose target lies outside of the repository or folder.
    #[error("link to `{target}` leaves the source")]
    LinkOutside {
        /// The target as the link has it.
        target: String,
    },
    /// A link to nothing.
    #[error("link to `{target}`, which does not exist")]
    LinkDangling {
        /// The target as the link has it.
        target: String,
    },
    /// A link that comes back to itself, or passes too many links.
    #[error("link to `{target}` never ends")]
    LinkLoop {
        /// The target as the link has it.
        target: String,
    },
    /// A link to a folder.
    #[error("link to the folder `{target}` is not followed")]
    LinkToFolder {
        /// The target as the link has it.
        target: String,
    },
    /// A link to something else that is no file.
    #[error("link to `{target}`, which is no regular file")]
    LinkToNoFile {
        /// The target as the link has it.
        target: String,
    },
    /// A pointer of Git LFS where the contents should be.
    #[error("is a Git LFS pointer; its contents are not in the repository")]
    LfsPointer,
    /// A device, a pipe, a socket or a folder.
    #[error("{kind} where a regular file is expected")]
    NotAFile {
        /// What it is, with an article.
        kind: &'static str,
    },
    /// It is no longer what was listed, or the operating system refused.
    #[error("could not read the file: {reason}")]
    Unreadable {
        /// The reason.
        reason: String,
    },
    /// The clone does not hold what it should.
    #[error("the clone is damaged: {reason}; run again, and it is made anew")]
    Damaged {
        /// What git said.
        reason: String,
    },
}

impl ReadError {
    /// Whether the entry is a link that leads to no file of the source.
    pub fn is_of_a_link(&self) -> bool {
        matches!(
            self,
            ReadError::LinkOutside { .. }
                | ReadError::LinkDangling { .. }
                | ReadError::LinkLoop { .. }
                | ReadError::LinkToFolder { .. }
                | ReadError::LinkToNoFile { .. }
        )
    }

    /// What kind of thing is wrong: that it could not be read, or what its author put there.
    pub fn rule(&self) -> Rule {
        match self {
            ReadError::Unreadable { .. } | ReadError::Damaged { .. } => Rule::FileUnreadable,
            ReadError::TooLarge { .. }
            | ReadError::LinkOutside { .. }
            | ReadError::LinkDangling { .. }
            | ReadError::LinkLoop { .. }
            | ReadError::LinkToFolder { .. }
            | ReadError::LinkToNoFile { .. }
            | ReadError::LfsPointer
            | ReadError::NotAFile { .. } => Rule::FileLeftOut,
        }
    }

    /// Whether this says nothing of the source, but only that it could not be read at this moment: a permission,
    /// a disk, a network, memory, a damaged clone. All others are facts about the source.
    pub fn is_failure(&self) -> bool {
        matches!(self, ReadError::Unreadable { .. } | ReadError::Damaged { .. })
    }
}
