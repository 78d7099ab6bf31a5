//! The CodeBundles and tasks of public collections, as listings filter and count them.

use std::collections::HashMap;

use ccr_index::model::{Access, CodeBundle, CodeCollection, Kind, TaskKind};
use ccr_index::search::Searcher;
use ccr_index::store::Filter;

use crate::problem::Problem;
use crate::record;

/// Bundles whose records are read at once.
const BATCH: usize = 32;

/// What listings go through, in the order of the index.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    /// The bundles.
    pub(crate) bundles: Vec<Entry>,
    /// Their tasks, bundle by bundle.
    pub(crate) tasks: Vec<TaskEntry>,
    /// Position of a bundle by its id.
    by_id: HashMap<String, usize>,
}

/// A bundle, as far as listings ask for it.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Number of its document.
    pub(crate) document: u32,
    /// `<collection>/<directory>`.
    pub(crate) id: String,
    /// Slug of its collection.
    pub(crate) collection: String,
    /// Directory name.
    pub(crate) slug: String,
    /// Display name.
    pub(crate) title: String,
    /// Main platform.
    pub(crate) platform: Option<String>,
    /// `Supports`.
    pub(crate) tags: Vec<String>,
    /// Read-only or read-write, where stated.
    pub(crate) access: Option<Access>,
    /// Whether the platform finds by itself where it applies.
    pub(crate) is_discovered: bool,
    /// Tasks of the runbook.
    pub(crate) runbook_tasks: usize,
    /// Tasks of the monitor.
    pub(crate) monitor_tasks: usize,
}

/// A task, as far as listings ask for it.
#[derive(Debug)]
pub(crate) struct TaskEntry {
    /// `<collection>/<directory>#<name>`.
    pub(crate) id: String,
    /// Name as written.
    pub(crate) name: String,
    /// Of the runbook or of the monitor.
    pub(crate) kind: TaskKind,
    /// Position of its bundle.
    pub(crate) bundle: usize,
}

impl Catalog {
    /// Reads the records of all bundles of public collections.
    pub(crate) fn read(searcher: &Searcher) -> Result<Catalog, Problem> {
        let filter = Filter { kinds: vec![Kind::CodeBundle], ..Filter::default() };
        let numbers = searcher.listed(&filter)?;
        let mut catalog = Catalog::default();
        for batch in numbers.chunks(BATCH) {
            for (number, document) in batch.iter().zip(searcher.reader().documents(batch)?) {
                catalog.add(*number, record::of(&document)?);
            }
        }
        Ok(catalog)
    }

    fn add(&mut self, document: u32, bundle: CodeBundle) {
        let position = self.bundles.len();
        let monitor_tasks = bundle.tasks.iter().filter(|task| task.kind == TaskKind::Sli).count();
        let runbook_tasks = bundle.tasks.len() - monitor_tasks;
        self.tasks.extend(bundle.tasks.into_iter().map(|task| TaskEntry {
            id: task.id,
            name: task.name,
            kind: task.kind,
            bundle: position,
        }));
        self.by_id.insert(bundle.id.clone(), position);
        self.bundles.push(Entry {
            document,
            id: bundle.id,
            collection: bundle.collection,
            slug: bundle.directory,
            title: bundle.display_name,
            platform: bundle.platform,
            tags: bundle.support_tags,
            access: bundle.access,
            is_discovered: !bundle.generation_rules.is_empty(),
            runbook_tasks,
            monitor_tasks,
        });
    }

    /// The bundle with this id.
    pub(crate) fn bundle(&self, id: &str) -> Option<&Entry> {
        self.by_id.get(id).and_then(|position| self.bundles.get(*position))
    }
}

/// The public collections, in the order of `sources.yaml`.
pub(crate) fn public_collections(searcher: &Searcher) -> impl Iterator<Item = &CodeCollection> {
    searcher.reader().manifest().public_sources().map(|source| &source.collection)
}

/// The public collection with this slug.
pub(crate) fn public_collection<'a>(searcher: &'a Searcher, slug: &str) -> Option<&'a CodeCollection> {
    public_collections(searcher).find(|collection| collection.slug == slug)
}

/// The greatest [`number_of`].
pub(crate) const GREATEST_NUMBER: u64 = (1 << 48) - 1;

/// A number for clients that want one: the same for an id in every generation and process, and exact
/// as a JSON number everywhere (below 2^48).
pub(crate) fn number_of(id: &str) -> u64 {
    let digest = blake3::hash(id.as_bytes());
    digest.as_bytes()[..6].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
