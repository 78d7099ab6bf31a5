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
use crate::store::{DocumentHead, Error, Facets, Filter};
use crate::vectors::{ChunkVectors, Near};

/// Number of the generation in service, without opening it: what to compare with
/// [`Manifest::generation`] to notice a newer one.
pub fn in_service(data_dir: &Path) -> Result<u64, Error> {
    Ok(Current::read(&Layout::new(data_dir))?.number)
}

/// An open generation. It answers from what it opened, whatever is published, rolled back or removed
/// meanwhile. Documents are named by number, and no number means anything in another generation.
///
/// Every method may return [`Error::Damaged`] or [`Error::Database`]: the files were whole when they
/// were opened, but a disk can fail at any time.
#[derive(Debug)]
pub struct Reader {
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
        Reader::of(checked)
    }

    /// Opens a generation whose database was checked.
    pub(super) fn of(checked: generation::Checked) -> Result<Reader, Error> {
        let generation::Checked { manifest, digest, database: file, dir } = checked;
        let connections = vec![Mutex::new(generation::open_database(&file)?)];
        let count = manifest.counts.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let count = u32::try_from(count).map_err(|_| Error::damaged(&file, "it has too many documents"))?;
        let vectors = Vectors::open(&dir, &manifest, count)?;
        Ok(Reader { manifest, count, file, vectors, digest, connections })
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

    /// Whether this is the generation in service below a data directory. One that was removed and built
    /// anew under the same number is another.
    ///
    /// # Errors
    /// Where what is in service cannot be read.
    pub fn is_in_service(&self, data_dir: &Path) -> Result<bool, Error> {
        let current = Current::read(&Layout::new(data_dir))?;
        Ok(current.number == self.manifest.generation && current.digest == self.digest)
    }

    /// What the generation says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// How many documents there are; their numbers are all those below.
    pub fn document_count(&self) -> u32 {
        self.count
    }

    /// The encoded posting list of each term, in the order of the terms; `None` for a term that no
    /// document has.
    pub fn postings(&self, terms: &[&str]) -> Result<Vec<Option<Vec<u8>>>, Error> {
        self.ask(|connection| query::postings(connection, terms))
    }

    /// A blob of [`crate::lexical::Inverted`] by its name.
    pub fn blob(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.ask(|connection| query::blob(connection, name))
    }

    /// A whole document.
    pub fn document(&self, number: u32) -> Result<Document, Error> {
        self.ask(|connection| query::document(connection, number))
    }

    /// Whole documents, in the order of the numbers.
    pub fn documents(&self, numbers: &[u32]) -> Result<Vec<Document>, Error> {
        self.ask(|connection| numbers.iter().map(|number| query::document(connection, *number)).collect())
    }

    /// Documents without texts and records, in the order of the numbers.
    pub fn heads(&self, numbers: &[u32]) -> Result<Vec<DocumentHead>, Error> {
        self.ask(|connection| numbers.iter().map(|number| query::head(connection, *number)).collect())
    }

    /// Number of the document with exactly this id.
    pub fn find(&self, id: &str) -> Result<Option<u32>, Error> {
        self.ask(|connection| query::find(connection, id))
    }

    /// The first `limit` ids that start with a prefix, in alphabetical order of their bytes.
    pub fn ids_like(&self, prefix: &str, limit: usize) -> Result<Vec<String>, Error> {
        self.ask(|connection| query::ids_like(connection, prefix, limit))
    }

    /// Numbers of the documents whose parent has this id, ascending.
    pub fn parts_of(&self, parent: &str) -> Result<Vec<u32>, Error> {
        self.ask(|connection| query::parts_of(connection, parent))
    }

    /// The whole documents of a collection in the order in which they were published, which is how an
    /// unchanged source enters the next generation. The empty slug stands for no collection.
    pub fn collection_documents(&self, slug: &str) -> Result<Vec<Document>, Error> {
        self.documents(&self.ask(|connection| facets::of_collection(connection, slug, self.count))?)
    }

    /// Numbers of the documents that pass a filter, ascending; all of them for the empty filter. A
    /// value that no document has lets none pass.
    pub fn matching(&self, filter: &Filter) -> Result<Vec<u32>, Error> {
        self.ask(|connection| facets::matching(connection, filter, self.count))
    }

    /// Every value that a filter can name, with the number of documents that have it.
    pub fn facets(&self) -> Result<Facets, Error> {
        self.ask(facets::all)
    }

    /// Whether there are vectors, and so [`Manifest::embedder`] says with which questions to ask them.
    pub fn has_vectors(&self) -> bool {
        self.vectors.is_some()
    }

    /// The `count` documents with the chunk that is nearest to a question's vector, the nearest first;
    /// of equally near ones the one with the smaller number. None where there are no vectors, and none
    /// for a vector of zeros. Fewer where fewer documents have vectors. Where there are so many vectors
    /// that a graph is asked, one of the nearest is missed now and then.
    ///
    /// `among` are the documents that may be found, ascending ([`Reader::matching`]); absent where all
    /// may be.
    ///
    /// # Errors
    /// [`Error::Vectors`] where the question has other dimensions or a number that is not finite.
    pub fn nearest(&self, query: &[f32], count: usize, among: Option<&[u32]>) -> Result<Vec<Near>, Error> {
        self.vectors.as_ref().map_or(Ok(Vec::new()), |vectors| vectors.nearest(query, count, among))
    }

    /// The cosine between a question's vector and the nearest chunk of each document, in their order; 0
    /// for a document that has none.
    ///
    /// # Errors
    /// As [`Reader::nearest`].
    pub fn similarities(&self, query: &[f32], documents: &[u32]) -> Result<Vec<f32>, Error> {
        match &self.vectors {
            Some(vectors) => Ok(vectors.matrix().similarities(query, documents)?),
            None => Ok(vec![0.0; documents.len()]),
        }
    }

    /// All vectors, rounded to f16, so that documents that did not change can enter the next generation
    /// without being embedded again; `None` where there are none.
    pub fn chunk_vectors(&self) -> Result<Option<ChunkVectors>, Error> {
        Ok(self.vectors.as_ref().map(|vectors| vectors.matrix().to_chunk_vectors()))
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
