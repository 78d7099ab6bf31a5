use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout};

use super::clone::Clone;
use super::command::{Git, RunError, end};
use super::snapshot::GitSnapshot;
use crate::source::error::ReadError;
use crate::source::snapshot::Entry;

/// Requests that are sent at once: as many as surely fit in a pipe, so that no side waits for
/// the other with both pipes full.
const REQUESTS: usize = 128;

/// Reads the contents of a commit's files in the order asked for.
pub(in crate::source) struct GitContents<'a> {
    snapshot: &'a GitSnapshot,
    ids: Vec<&'a str>,
    /// How many were read.
    position: usize,
    batch: Option<Batch>,
}

impl<'a> GitContents<'a> {
    pub(super) fn new(snapshot: &'a GitSnapshot, entries: &[&'a Entry]) -> Self {
        let readable = entries.iter().filter(|entry| entry.obstacle.is_none());
        let ids = readable.map(|entry| entry.id.as_str()).collect();
        GitContents { snapshot, ids, position: 0, batch: None }
    }

    /// Reads the next entry that can be read.
    pub(in crate::source) fn read(&mut self, entry: &Entry) -> Result<Vec<u8>, ReadError> {
        let position = self.position;
        self.position += 1;
        self.answer(position, entry).or_else(|reason| {
            self.batch = None;
            if self.snapshot.repair() {
                return self.answer(position, entry).map_err(|reason| ReadError::Damaged { reason });
            }
            Clone::mark_damaged(&self.snapshot.clone_path());
            Err(ReadError::Damaged { reason })
        })
    }

    fn answer(&mut self, position: usize, entry: &Entry) -> Result<Vec<u8>, String> {
        let batch = match self.batch.take() {
            Some(batch) => batch,
            None => Batch::start(&self.snapshot.clone_path(), position)?,
        };
        let contents =
            self.batch.insert(batch).get(&self.ids, position, self.snapshot.limits().file_bytes)?;
        if contents.len() as u64 != entry.size {
            return Err(format!("object `{}` has another size than the tree says", entry.id));
        }
        Ok(contents)
    }
}

/// A `git cat-file --batch` and what was asked of it.
pub(super) struct Batch {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    sent: usize,
}

impl Batch {
    /// Starts one that will be asked from a position on.
    pub(super) fn start(git_dir: &Path, position: usize) -> Result<Batch, String> {
        let mut child =
            Git::at(git_dir, "cat-file").arg("--batch").spawn_with_input().map_err(|error| match error {
                RunError::Io(error) => error.to_string(),
                RunError::NotInstalled => "git is not installed".to_owned(),
                RunError::TimedOut(reason) => reason,
            })?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(requests), Some(answers)) => Ok(Batch {
                child,
                requests,
                answers: BufReader::with_capacity(64 * 1024, answers),
                sent: position,
            }),
            _ => Err("git has no pipes".to_owned()),
        }
    }

    /// The object at a position; positions come one after the other.
    pub(super) fn get(&mut self, ids: &[&str], position: usize, limit: u64) -> Result<Vec<u8>, String> {
        if position >= self.sent {
            let next = ids.get(position..).unwrap_or_default();
            let mut requests = String::new();
            for id in &next[..next.len().min(REQUESTS)] {
                requests.push_str(id);
                requests.push('\n');
            }
            self.requests.write_all(requests.as_bytes()).map_err(|error| error.to_string())?;
            self.sent = position + next.len().min(REQUESTS);
        }
        let mut header = String::new();
        self.answers.read_line(&mut header).map_err(|error| error.to_string())?;
        let size = match header.trim_end().split(' ').collect::<Vec<_>>()[..] {
            [_, "blob", size] => size.parse::<u64>().ok().filter(|size| *size <= limit),
            [id, "missing"] => return Err(format!("object `{id}` is missing")),
            [""] => return Err(format!("object `{}` cannot be read", ids.get(position).unwrap_or(&""))),
            _ => None,
        };
        let size =
            size.and_then(|size| usize::try_from(size).ok()).ok_or("git gave no file where one was")?;
        let mut contents = vec![0; size + 1];
        self.answers.read_exact(&mut contents).map_err(|error| error.to_string())?;
        // Each answer ends with a line feed of its own.
        contents.pop();
        Ok(contents)
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
