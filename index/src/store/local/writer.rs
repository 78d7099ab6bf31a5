use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::build::Build;
use super::current::Current;
use super::draft::Draft;
use super::generation::{self, Checked, Extent};
use super::layout::{Layout, sync_dir};
use super::lock::Lock;
use super::rollback::{self, RolledBack};
use super::seal::seal;
use super::vectors::{self, Vectors};
use super::{DATABASE, FORMAT, GRAPH, MANIFEST, VECTORS, digest};
use crate::manifest::{FileDigest, Manifest};
use crate::store::{Error, Publication};
use crate::vectors::GRAPH_FROM;

/// Generations that stay, the one in service included.
const KEPT: usize = 3;

/// The step of a publish that was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Stage {
    DraftMade,
    DocumentsWritten,
    InvertedWritten,
    DatabaseClosed,
    DatabaseSynced,
    VectorsWritten,
    GraphWritten,
    ManifestWritten,
    DraftVerified,
    GenerationNamed,
    PointerPrepared,
    /// From here on the new generation is in service.
    PointerSwitched,
    PointerSynced,
    OldRemoved,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Stage; 14] = [
        Stage::DraftMade,
        Stage::DocumentsWritten,
        Stage::InvertedWritten,
        Stage::DatabaseClosed,
        Stage::DatabaseSynced,
        Stage::VectorsWritten,
        Stage::GraphWritten,
        Stage::ManifestWritten,
        Stage::DraftVerified,
        Stage::GenerationNamed,
        Stage::PointerPrepared,
        Stage::PointerSwitched,
        Stage::PointerSynced,
        Stage::OldRemoved,
    ];
}

/// The one who writes an index. Others are refused as long as it lives.
#[derive(Debug)]
pub struct Writer {
    layout: Layout,
    graph_from: usize,
    _lock: Lock,
}

impl Writer {
    /// Makes the index' folder below a data directory where there is none, takes its lock, and
    /// removes what writers before it left behind when they died.
    ///
    /// # Errors
    /// [`Error::Locked`] while another writer lives.
    pub fn open(data_dir: &Path) -> Result<Writer, Error> {
        let layout = Layout::new(data_dir);
        let generations = layout.generations();
        fs::create_dir_all(&generations).map_err(Error::io("create", &generations))?;
        sync_dir(data_dir)?;
        let lock = Lock::take(&layout)?;
        for draft in layout.drafts()? {
            fs::remove_dir_all(&draft).map_err(Error::io("remove", draft))?;
        }
        Ok(Writer { layout, graph_from: GRAPH_FROM, _lock: lock })
    }

    /// Makes a graph of neighbours from another number of chunks on: a test's way to have one over few.
    #[doc(hidden)]
    pub fn graph_from(mut self, chunks: usize) -> Writer {
        self.graph_from = chunks;
        self
    }

    /// Writes a new generation, puts it into service, and removes generations that are too old. Its
    /// number is above all that exist.
    ///
    /// On an error the generation in service stays in service, and nothing of the new one stays.
    pub fn publish(&mut self, publication: &Publication<'_>) -> Result<Manifest, Error> {
        self.publish_observed(publication, &mut |_| Ok(()))
    }

    /// [`Writer::publish`], which calls `on_stage` after each step and fails where it fails: a test's
    /// way to stop the world at any point.
    #[doc(hidden)]
    pub fn publish_observed(
        &mut self,
        publication: &Publication<'_>,
        on_stage: &mut dyn FnMut(Stage) -> io::Result<()>,
    ) -> Result<Manifest, Error> {
        publication.check()?;
        let layout = &self.layout;
        let mut reached = |stage| on_stage(stage).map_err(Error::io("publish to", layout.root()));
        let current = current(layout)?;
        let number = layout.numbers()?.into_iter().chain(current).max().unwrap_or(0).saturating_add(1);

        let mut draft = Draft::new(layout)?;
        reached(Stage::DraftMade)?;
        write_database(draft.path(), publication, &mut reached)?;
        vectors::write(draft.path(), publication, self.graph_from, &mut reached)?;
        let written = write_manifest(draft.path(), publication, number, current)?;
        reached(Stage::ManifestWritten)?;
        let checked = verify_draft(draft.path(), publication)?;
        reached(Stage::DraftVerified)?;
        draft.name(layout, number)?;
        reached(Stage::GenerationNamed)?;
        Current { number, digest: checked.digest }.prepare(layout)?;
        reached(Stage::PointerPrepared)?;
        Current::switch(layout)?;
        draft.keep();
        reached(Stage::PointerSwitched)?;
        sync_dir(layout.root())?;
        reached(Stage::PointerSynced)?;
        remove_old(layout, &written);
        reached(Stage::OldRemoved)?;
        Ok(written)
    }

    /// Puts the generation into service that was so before the present one, or the newest intact one
    /// below it. Removes nothing; the next publish has a number above all of them.
    ///
    /// # Errors
    /// [`Error::NothingToRollBackTo`] where no earlier generation is intact.
    pub fn rollback(&mut self) -> Result<RolledBack, Error> {
        rollback::roll_back(&self.layout)
    }
}

/// The generation in service. A lost or broken pointer does not stop a publish: it is how it heals.
fn current(layout: &Layout) -> Result<Option<u64>, Error> {
    match Current::read(layout) {
        Ok(current) => Ok(Some(current.number)),
        Err(Error::NoIndex { .. } | Error::Damaged { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn write_database(
    dir: &Path,
    publication: &Publication<'_>,
    reached: &mut impl FnMut(Stage) -> Result<(), Error>,
) -> Result<(), Error> {
    let path = dir.join(DATABASE);
    let build = Build::new(&path)?;
    build.documents(publication)?;
    reached(Stage::DocumentsWritten)?;
    build.inverted(publication)?;
    reached(Stage::InvertedWritten)?;
    build.finish()?;
    reached(Stage::DatabaseClosed)?;
    File::open(&path).and_then(|file| file.sync_all()).map_err(Error::io("sync", &path))?;
    reached(Stage::DatabaseSynced)
}

/// Describes what stands in the draft's folder, and brings the folder to the disk.
fn write_manifest(
    dir: &Path,
    publication: &Publication<'_>,
    number: u64,
    previous: Option<u64>,
) -> Result<Manifest, Error> {
    let mut counts = BTreeMap::new();
    for document in publication.documents {
        *counts.entry(document.counted_as().to_owned()).or_default() += 1;
    }
    let manifest = Manifest {
        format: FORMAT,
        program: publication.program.to_owned(),
        generation: number,
        previous,
        created: publication.created,
        embedder: publication.embedder.clone(),
        sources: publication.sources.clone(),
        failed: publication.failed.clone(),
        counts,
        files: file_digests(dir)?,
    };
    let path = dir.join(MANIFEST);
    seal(&manifest)
        .map_err(io::Error::from)
        .and_then(|(bytes, _)| {
            let mut file = File::create(&path)?;
            file.write_all(&bytes)?;
            file.sync_all()
        })
        .map_err(Error::io("write", path))?;
    sync_dir(dir)?;
    Ok(manifest)
}

/// The digests of the files of a draft; not all of them have to be there.
fn file_digests(dir: &Path) -> Result<Vec<FileDigest>, Error> {
    let paths = [DATABASE, VECTORS, GRAPH].map(|name| (name, dir.join(name)));
    let written = paths.into_iter().filter(|(_, path)| path.exists());
    written
        .map(|(name, path)| {
            let (size, blake3) = digest::of_file(&path).map_err(Error::io("read", path))?;
            Ok(FileDigest { name: name.to_owned(), size, blake3 })
        })
        .collect()
}

/// Reads the draft back as a reader will, and asks SQLite whether its pages hang together.
fn verify_draft(dir: &Path, publication: &Publication<'_>) -> Result<Checked, Error> {
    let checked = generation::check_folder(dir, Extent::Everything)?;
    let path = &checked.database;
    let connection = generation::open_database(path)?;
    let failed = |error: rusqlite::Error| generation::failed(path, error.into());
    let verdict: String = connection.query_row("PRAGMA quick_check", [], |row| row.get(0)).map_err(failed)?;
    if verdict != "ok" {
        return Err(Error::damaged(path, verdict));
    }
    let count: u32 =
        connection.query_row("SELECT count(*) FROM body", [], |row| row.get(0)).map_err(failed)?;
    if usize::try_from(count) != Ok(publication.documents.len()) {
        return Err(Error::damaged(path, format!("it has {count} documents")));
    }
    if let Some(vectors) = Vectors::open(dir, &checked.manifest, count)? {
        vectors.check_graph()?;
    }
    Ok(checked)
}

/// Removes all but the newest generations, the one in service and the one before it, and those that hold
/// what sources had before they shrank. A folder that cannot be removed is no reason to fail: the next
/// publish tries again.
fn remove_old(layout: &Layout, written: &Manifest) {
    let Ok(numbers) = layout.numbers() else { return };
    let pinned = written.pinned();
    let is_needed = |number: &&u64| Some(**number) == written.previous || pinned.contains(number);
    let old = numbers.iter().rev().skip(KEPT).filter(|number| !is_needed(number));
    for number in old {
        // Away from its name first, so that nobody finds half of it.
        let doomed = layout.draft();
        let _ = fs::rename(layout.generation(*number), &doomed).and_then(|()| fs::remove_dir_all(&doomed));
    }
}
