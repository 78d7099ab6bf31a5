use std::fs;
use std::path::{Path, PathBuf};

use super::layout::{Layout, sync_dir};
use crate::store::Error;

/// A generation that nobody reads yet. It is removed when it is dropped before [`Draft::keep`].
#[derive(Debug)]
pub(super) struct Draft {
    path: PathBuf,
    kept: bool,
}

impl Draft {
    /// Makes the empty folder.
    pub(super) fn new(layout: &Layout) -> Result<Draft, Error> {
        let path = layout.draft();
        fs::create_dir(&path).map_err(Error::io("create", &path))?;
        Ok(Draft { path, kept: false })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its place among the generations.
    pub(super) fn name(&mut self, layout: &Layout, number: u64) -> Result<(), Error> {
        let place = layout.generation(number);
        fs::rename(&self.path, &place).map_err(Error::io("create", &place))?;
        self.path = place;
        sync_dir(&layout.generations())
    }

    /// From now on others may read it.
    pub(super) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // The error that led here is the one to report; what stays is removed by the next writer.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
