//! The faults, and how each is brought about.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use ccr_indexer::run::Step;

use crate::place::Place;
use crate::server;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// `kill -9`.
    Kill,
    /// The disk of sources, clones, caches and index is full.
    FullDisk,
    /// What the step needs may not be opened.
    NoAccess,
    /// The disk answers with an error (injected).
    DiskError,
    /// The system gives no more threads and processes.
    NoThread,
    /// The system gives no more memory (injected).
    NoMemory,
    /// The clone lost its objects.
    MissingObject,
    /// Every connection is cut in the middle of an answer.
    CutConnection,
}

impl Fault {
    pub(crate) const ALL: [Fault; 8] = [
        Fault::Kill,
        Fault::FullDisk,
        Fault::NoAccess,
        Fault::DiskError,
        Fault::NoThread,
        Fault::NoMemory,
        Fault::MissingObject,
        Fault::CutConnection,
    ];

    /// As the table calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Fault::Kill => "`kill -9`",
            Fault::FullDisk => "disk full (ENOSPC)",
            Fault::NoAccess => "no access (EACCES)",
            Fault::DiskError => "disk error (EIO)",
            Fault::NoThread => "no thread, no process (EAGAIN)",
            Fault::NoMemory => "no memory (ENOMEM)",
            Fault::MissingObject => "the clone lost its objects",
            Fault::CutConnection => "connection cut",
        }
    }

    /// The error that the step fails with, of faults that the victim is told of.
    pub(crate) fn injected(self) -> Option<io::Error> {
        match self {
            Fault::DiskError => Some(io::Error::from_raw_os_error(5)),
            Fault::NoMemory => Some(io::Error::from_raw_os_error(12)),
            _ => None,
        }
    }

    /// Brings about what somebody else than the victim does to it.
    pub(crate) fn happen(self, place: &Place, step: Step) {
        match self {
            Fault::FullDisk => fill(&place.path("filler")),
            Fault::NoAccess => {
                // Of the index only writing is denied: whoever may not read it cannot ask it either.
                let mode = if matches!(step, Step::Write | Step::Publish) { 0o555 } else { 0 };
                fs::set_permissions(needed(place, step), Permissions::from_mode(mode)).unwrap();
            }
            Fault::MissingObject => lose_objects(place),
            Fault::CutConnection => place.server().cut(Some(asked(step))),
            Fault::Kill | Fault::DiskError | Fault::NoThread | Fault::NoMemory => {}
        }
    }

    /// Ends it. What was lost stays lost.
    pub(crate) fn undo(self, place: &Place) {
        match self {
            Fault::FullDisk => fs::remove_file(place.path("filler")).unwrap(),
            Fault::NoAccess => {
                for path in STEPS_NEED {
                    let path = place.path(path);
                    if path.exists() {
                        let mode = if path.is_dir() { 0o755 } else { 0o644 };
                        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
                    }
                }
            }
            Fault::CutConnection => place.server().cut(None),
            _ => {}
        }
    }
}

/// What the steps open, as far as something is denied to one of them.
const STEPS_NEED: [&str; 6] = [
    "data/clones",
    "folder/codebundles",
    "folder/codebundles/gamma/runbook.robot",
    "data/cache",
    "data/index/generations",
    "data/index",
];

/// The server that a step asks, or that was asked before it.
fn asked(step: Step) -> &'static str {
    match step {
        Step::Fetch | Step::List | Step::Read | Step::Parse => server::GIT,
        Step::Embed | Step::Write | Step::Publish => server::EMBEDDINGS,
    }
}

fn needed(place: &Place, step: Step) -> PathBuf {
    place.path(match step {
        Step::Fetch => STEPS_NEED[0],
        Step::List => STEPS_NEED[1],
        // Parsing opens nothing: a file that it was read from makes no difference.
        Step::Read | Step::Parse => STEPS_NEED[2],
        Step::Embed => STEPS_NEED[3],
        Step::Write => STEPS_NEED[4],
        Step::Publish => STEPS_NEED[5],
    })
}

/// Writes until nothing more fits.
fn fill(path: &PathBuf) {
    let mut file = File::create(path).unwrap();
    for size in [1 << 16, 1 << 12, 1] {
        let block = vec![0; size];
        while file.write_all(&block).is_ok() {}
    }
}

fn lose_objects(place: &Place) {
    let objects = place.path("data/clones/git.git/objects");
    let packs = fs::read_dir(objects.join("pack")).unwrap();
    for file in packs {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
}
