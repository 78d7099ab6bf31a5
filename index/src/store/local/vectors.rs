//! The files with vectors of a generation.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::generation::{check_digest, check_size, unreadable};
use super::writer::Stage;
use super::{GRAPH, MANIFEST, VECTORS, digest};
use crate::manifest::{FileDigest, Manifest};
use crate::store::{Error, Publication};
use crate::vectors::{Graph, Matrix, Near};

/// Questions that are answered by a scan before the graph is read. To read and check it takes as long
/// as about so many scans: a process with fewer questions does better without it, and one with more
/// never spends more than twice of what it had to.
const SCANS_FIRST: u32 = 64;

/// The vectors of an open generation.
#[derive(Debug)]
pub(super) struct Vectors {
    matrix: Matrix,
    graph: Option<LateGraph>,
}

impl Vectors {
    /// Reads and checks the vectors in a folder; `None` where there are none.
    pub(super) fn open(dir: &Path, manifest: &Manifest, documents: u32) -> Result<Option<Vectors>, Error> {
        let entry = |name: &str| manifest.files.iter().find(|file| file.name == name);
        let (embedder, expected) = match (&manifest.embedder, entry(VECTORS)) {
            (None, None) => return Ok(None),
            (Some(embedder), Some(expected)) => (embedder, expected),
            _ => {
                let what = "it names vectors without an embedder, or an embedder without vectors";
                return Err(Error::damaged(dir.join(MANIFEST), what));
            }
        };
        let path = dir.join(VECTORS);
        let mut file = File::open(&path).map_err(|error| unreadable(&path, error))?;
        let matrix = Matrix::open(read(&mut file, &path, expected)?)
            .map_err(|error| Error::damaged(&path, error.to_string()))?;
        if usize::try_from(embedder.dimensions) != Ok(matrix.dimensions()) {
            return Err(Error::damaged(path, "it has other dimensions than the embedder in the manifest"));
        }
        if matrix.last_document().is_some_and(|last| last >= documents) {
            return Err(Error::damaged(path, "it has vectors of documents that are not there"));
        }
        let graph = entry(GRAPH).map(|expected| LateGraph::new(dir.join(GRAPH), expected)).transpose()?;
        Ok(Some(Vectors { matrix, graph }))
    }

    pub(super) fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// By the graph where it is there and pays, else by a scan.
    pub(super) fn nearest(
        &self,
        query: &[f32],
        count: usize,
        among: Option<&[u32]>,
    ) -> Result<Vec<Near>, Error> {
        if let Some(late) = self.graph.as_ref().filter(|_| Graph::pays(&self.matrix, among))
            && let Some(graph) = late.in_time(&self.matrix)?
            && let Some(near) = graph.nearest(&self.matrix, query, count, among)?
        {
            return Ok(near);
        }
        Ok(self.matrix.nearest(query, count, among)?)
    }

    /// Reads the graph, where there is one.
    pub(super) fn check_graph(&self) -> Result<(), Error> {
        self.graph.as_ref().map_or(Ok(()), |late| late.read(&self.matrix).map(drop))
    }
}

/// A graph that is read when it has become worth it.
#[derive(Debug)]
struct LateGraph {
    path: PathBuf,
    expected: FileDigest,
    // Open from the start: the generation may be removed meanwhile.
    file: Mutex<File>,
    questions: AtomicU32,
    graph: OnceLock<Graph>,
}

impl LateGraph {
    fn new(path: PathBuf, expected: &FileDigest) -> Result<LateGraph, Error> {
        let file = File::open(&path).map_err(|error| unreadable(&path, error))?;
        let size = file.metadata().map_err(|error| unreadable(&path, error))?.len();
        check_size(&path, size, expected)?;
        Ok(LateGraph {
            path,
            expected: expected.clone(),
            file: Mutex::new(file),
            questions: AtomicU32::new(0),
            graph: OnceLock::new(),
        })
    }

    /// The graph, if it was read before or it is time to; `None` also while another thread reads it.
    fn in_time(&self, matrix: &Matrix) -> Result<Option<&Graph>, Error> {
        if let Some(graph) = self.graph.get() {
            return Ok(Some(graph));
        }
        if self.questions.fetch_add(1, Ordering::Relaxed) < SCANS_FIRST {
            return Ok(None);
        }
        match self.file.try_lock() {
            Ok(mut file) => self.read_from(&mut file, matrix).map(Some),
            Err(_) => Ok(None),
        }
    }

    fn read(&self, matrix: &Matrix) -> Result<&Graph, Error> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        self.read_from(&mut file, matrix)
    }

    fn read_from(&self, file: &mut File, matrix: &Matrix) -> Result<&Graph, Error> {
        if let Some(graph) = self.graph.get() {
            return Ok(graph);
        }
        let bytes = read(file, &self.path, &self.expected)?;
        let graph =
            Graph::open(&bytes, matrix).map_err(|error| Error::damaged(&self.path, error.to_string()))?;
        Ok(self.graph.get_or_init(|| graph))
    }
}

/// The whole of a file, after comparing it with the manifest: what is used later are these very bytes.
fn read(file: &mut File, path: &Path, expected: &FileDigest) -> Result<Vec<u8>, Error> {
    let size = file.metadata().map_err(|error| unreadable(path, error))?.len();
    check_size(path, size, expected)?;
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.seek(SeekFrom::Start(0))
        .and_then(|_| file.read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, error))?;
    check_digest(path, &digest::of_bytes(&bytes), expected)?;
    Ok(bytes)
}

/// Writes the vectors of a publication into a draft's folder, and a graph over them if they are many.
pub(super) fn write(
    dir: &Path,
    publication: &Publication<'_>,
    graph_from: usize,
    reached: &mut impl FnMut(Stage) -> Result<(), Error>,
) -> Result<(), Error> {
    let bytes = publication.vectors.map(Matrix::encode).transpose()?;
    if let Some(bytes) = &bytes {
        write_file(&dir.join(VECTORS), bytes)?;
    }
    reached(Stage::VectorsWritten)?;
    if let Some(bytes) =
        bytes.filter(|_| publication.vectors.is_some_and(|it| it.documents.len() >= graph_from))
    {
        write_file(&dir.join(GRAPH), &Graph::build(&Matrix::open(bytes)?)?)?;
    }
    reached(Stage::GraphWritten)
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    File::create(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .map_err(Error::io("write", path))
}
