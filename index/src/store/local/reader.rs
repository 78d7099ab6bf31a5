use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use rusqlite::Connection;

use super::current::Current;
use super::generation::Extent;
use super::layout::Layout;
use super::query::{self, Trouble};
use super::vectors::Vectors;
use super::{facets, generation};
use crate::manifest::Manifest;
use crate::model::Document;
use crate::store::{DocumentHead, Error, Facets, Filter, Generation};
use crate::vectors::{ChunkVectors, Near};

/// Number of the generation in service, without opening it: what to compare with
/// [`Manifest::generation`] to notice a newer one.
pub fn in_service(data_dir: &Path) -> Result<u64, Error> {
    Ok(Current::read(&Layout::new(data_dir))?.number)
}

/// An open generation on disk.
///
/// Every method of [`Generation`] may return [`Error::Damaged`] or [`Error::Database`]: the files were whole when they
/// were opened, but a disk can fail at any time.
#[derive(Debug)]
pub struct Reader {
    layout: Layout,
    manifest: Manifest,
    count: u32,
    file: PathBuf,
    vectors: Option<Vectors>,
    digest: String,
    // SQLite's connections are for one thread at a time. There is always one.
    connections: Vec<Mutex<Connection>>,
}

impl Reader {
    /// Opens the generation in service below a data directory, after checking that every byte of it
    /// is what was written (the graph of neighbours is checked when it is first needed). Writes
    /// nothing, anywhere.
    ///
    /// # Errors
    /// [`Error::NoIndex`] where nothing was published, [`Error::OtherFormat`] where another version of
    /// the program wrote it, [`Error::Damaged`] where a file is missing, cut short or altered.
    pub fn open(data_dir: &Path) -> Result<Reader, Error> {
        let layout = Layout::new(data_dir);
        let mut current = Current::read(&layout)?;
        loop {
            let error = match Reader::of_current(&layout, &current) {
                Ok(reader) => return Ok(reader),
                Err(error) => error,
            };
            // A writer may have published and removed old generations since the pointer was read.
            let now = Current::read(&layout)?;
            if now == current {
                return Err(error);
            }
            current = now;
        }
    }

    fn of_current(layout: &Layout, current: &Current) -> Result<Reader, Error> {
        if !layout.generation(current.number).exists() {
            let what = format!("it names generation {}, which is missing", current.number);
            return Err(Error::damaged(layout.current(), what));
        }
        let checked = generation::check(layout, current.number, Extent::Database)?;
        if checked.digest != current.digest {
            return Err(Error::damaged(
                layout.current(),
                "it has another digest than the manifest that it names",
            ));
        }
        Reader::of(layout, checked)
    }

    /// Opens a generation whose database was checked.
    pub(super) fn of(layout: &Layout, checked: generation::Checked) -> Result<Reader, Error> {
        let generation::Checked { manifest, digest, database: file, dir } = checked;
        let connections = vec![Mutex::new(generation::open_database(&file)?)];
        let count = manifest.counts.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let count = u32::try_from(count).map_err(|_| Error::damaged(&file, "it has too many documents"))?;
        let vectors = Vectors::open(&dir, &manifest, count)?;
        Ok(Reader { layout: layout.clone(), manifest, count, file, vectors, digest, connections })
    }

    /// Lets so many threads ask at once; more of them wait for each other. To be called at once: the
    /// files may be removed as soon as a newer generation is in service.
    ///
    /// # Errors
    /// Where the database cannot be opened again.
    pub fn for_threads(mut self, threads: usize) -> Result<Reader, Error> {
        while self.connections.len() < threads {
            self.connections.push(Mutex::new(generation::open_database(&self.file)?));
        }
        Ok(self)
    }

    /// For `verify`: the problems of what is otherwise read only when it is needed.
    pub(super) fn check_graph(&self) -> Result<(), Error> {
        self.vectors.as_ref().map_or(Ok(()), Vectors::check_graph)
    }

    pub(super) fn ask<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, Trouble>) -> Result<T, Error> {
        ask(&self.connection()).map_err(|trouble| generation::failed(&self.file, trouble))
    }

    /// A connection that nobody uses, or else the first that its user gives back.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic between two questions leaves nothing half done: the connection only reads.
        let idle = self.connections.iter().find_map(|connection| match connection.try_lock() {
            Ok(connection) => Some(connection),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        idle.unwrap_or_else(|| self.connections[0].lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Generation for Reader {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn document_count(&self) -> u32 {
        self.count
    }

    fn is_in_service(&self) -> Result<bool, Error> {
        let current = Current::read(&self.layout)?;
        Ok(current.number == self.manifest.generation && current.digest == self.digest)
    }

    fn postings(&self, terms: &[&str]) -> Result<Vec<Option<Vec<u8>>>, Error> {
        self.ask(|connection| query::postings(connection, terms))
    }

    fn blob(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.ask(|connection| query::blob(connection, name))
    }

    fn document(&self, number: u32) -> Result<Document, Error> {
        self.ask(|connection| query::document(connection, number))
    }

    fn documents(&self, numbers: &[u32]) -> Result<Vec<Document>, Error> {
        self.ask(|connection| numbers.iter().map(|number| query::document(connection, *number)).collect())
    }

    fn heads(&self, numbers: &[u32]) -> Result<Vec<DocumentHead>, Error> {
        self.ask(|connection| numbers.iter().map(|number| query::head(connection, *number)).collect())
    }

    fn find(&self, id: &str) -> Result<Option<u32>, Error> {
        self.ask(|connection| query::find(connection, id))
    }

    fn ids_like(&self, prefix: &str, limit: usize) -> Result<Vec<String>, Error> {
        self.ask(|connection| query::ids_like(connection, prefix, limit))
    }

    fn parts_of(&self, parent: &str) -> Result<Vec<u32>, Error> {
        self.ask(|connection| query::parts_of(connection, parent))
    }

    fn collection_documents(&self, slug: &str) -> Result<Vec<Document>, Error> {
        self.documents(&self.ask(|connection| facets::of_collection(connection, slug, self.count))?)
    }

    fn matching(&self, filter: &Filter) -> Result<Vec<u32>, Error> {
        self.ask(|connection| facets::matching(connection, filter, self.count))
    }

    fn facets(&self) -> Result<Facets, Error> {
        self.ask(facets::all)
    }

    fn has_vectors(&self) -> bool {
        self.vectors.is_some()
    }

    fn nearest(&self, query: &[f32], count: usize, among: Option<&[u32]>) -> Result<Vec<Near>, Error> {
        self.vectors.as_ref().map_or(Ok(Vec::new()), |vectors| vectors.nearest(query, count, among))
    }

    fn similarities(&self, query: &[f32], documents: &[u32]) -> Result<Vec<f32>, Error> {
        match &self.vectors {
            Some(vectors) => Ok(vectors.matrix().similarities(query, documents)?),
            None => Ok(vec![0.0; documents.len()]),
        }
    }

    fn chunk_vectors(&self) -> Result<Option<ChunkVectors>, Error> {
        Ok(self.vectors.as_ref().map(|vectors| vectors.matrix().to_chunk_vectors()))
    }
}
