use gix_object::Kind;

use super::clone::Clone;
use super::objects::{Reader, parse_id};
use super::snapshot::GitSnapshot;
use crate::source::error::ReadError;
use crate::source::snapshot::Entry;

/// Reads the contents of a commit's files.
pub(in crate::source) struct GitContents<'a> {
    snapshot: &'a GitSnapshot,
    reader: Option<Reader>,
}

impl<'a> GitContents<'a> {
    pub(super) fn new(snapshot: &'a GitSnapshot) -> Self {
        GitContents { snapshot, reader: None }
    }

    /// Reads an entry that can be read.
    pub(in crate::source) fn read(&mut self, entry: &Entry) -> Result<Vec<u8>, ReadError> {
        self.contents(entry).or_else(|reason| {
            self.reader = None;
            if self.snapshot.repair() {
                return self.contents(entry).map_err(|reason| ReadError::Damaged { reason });
            }
            Clone::mark_damaged(&self.snapshot.clone_path());
            Err(ReadError::Damaged { reason })
        })
    }

    fn contents(&mut self, entry: &Entry) -> Result<Vec<u8>, String> {
        let id = parse_id(&entry.id).ok_or_else(|| format!("`{}` is no object id", entry.id))?;
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => none.insert(self.snapshot.reader()?),
        };
        let contents = reader.read(&id, Kind::Blob, self.snapshot.limits().file_bytes)?;
        if contents.len() as u64 != entry.size {
            return Err(format!("object `{}` has another size than was listed", entry.id));
        }
        Ok(contents)
    }
}
