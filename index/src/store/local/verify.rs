//! A slow and complete look at every generation: `ccr verify`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::Serialize;

use super::current::Current;
use super::generation::{self, Extent};
use super::layout::{Layout, absent};
use super::query::Trouble;
use super::reader::Reader;
use crate::store::{Error, Generation};

/// Documents decoded at a time.
const BATCH: u32 = 256;

/// Times that generations which were published meanwhile are looked at too.
const ROUNDS: usize = 100;

/// What stands in the folder of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The folder.
    pub dir: PathBuf,
    /// The generation that `current` names, where it names one.
    pub in_service: Option<u64>,
    /// What is wrong with `current`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// Every generation, ascending.
    pub generations: Vec<GenerationReport>,
    /// Folders that a writer left behind or still writes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<PathBuf>,
}

impl Report {
    /// Whether the index answers and nothing in it is damaged. Earlier generations in another format
    /// are no damage.
    pub fn is_intact(&self) -> bool {
        let intact = |report: &&GenerationReport| report.state == GenerationState::Intact;
        let damaged = |report: &GenerationReport| matches!(report.state, GenerationState::Damaged { .. });
        self.problems.is_empty()
            && self.generations.iter().filter(intact).any(|report| Some(report.number) == self.in_service)
            && !self.generations.iter().any(damaged)
    }
}

/// What stands in the folder of a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GenerationReport {
    /// Its number.
    pub number: u64,
    /// Bytes of its files.
    pub size: u64,
    /// When it was written, in seconds since 1970-01-01 UTC, where its manifest can be read.
    pub created: Option<u64>,
    /// Number of its documents, where its manifest can be read.
    pub documents: Option<u64>,
    /// Whether it can go into service.
    #[serde(flatten)]
    pub state: GenerationState,
}

/// Whether a generation can go into service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum GenerationState {
    /// Every byte is what was written, and all of it can be read.
    Intact,
    /// Another version of the program wrote it.
    OtherFormat {
        /// Its format.
        format: u32,
    },
    /// It cannot.
    Damaged {
        /// Why.
        problems: Vec<String>,
    },
}

/// Reads everything of every generation: digests, SQLite's own integrity check, every document,
/// the vectors and the graph over them. One that is removed meanwhile is left out.
///
/// # Errors
/// [`Error::NoIndex`] where nothing was published, [`Error::Io`] where the folder cannot be read. What
/// is wrong with an index is in the report.
pub fn verify(data_dir: &Path) -> Result<Report, Error> {
    let layout = Layout::new(data_dir);
    let mut reports: BTreeMap<u64, GenerationReport> = BTreeMap::new();
    let mut pointer = read_pointer(&layout)?;
    // While it is looked at, others publish: what came into service meanwhile is looked at too.
    for _ in 0..ROUNDS {
        let numbers = layout.numbers()?;
        for number in &numbers {
            if !reports.contains_key(number)
                && let Some(report) = report(&layout, *number)?
            {
                reports.insert(*number, report);
            }
        }
        let now = read_pointer(&layout)?;
        if now.as_ref().ok() == pointer.as_ref().ok() {
            break;
        }
        pointer = now;
    }
    let there = layout.numbers()?;
    reports.retain(|number, _| there.contains(number));
    let problems = match &pointer {
        Ok(current) => pointer_problem(&layout, current).into_iter().collect(),
        Err(problem) => vec![problem.clone()],
    };
    Ok(Report {
        dir: layout.root().to_owned(),
        in_service: pointer.ok().map(|current| current.number),
        problems,
        generations: reports.into_values().collect(),
        drafts: layout.drafts()?,
    })
}

/// What `current` says, or what is wrong with it.
fn read_pointer(layout: &Layout) -> Result<Result<Current, String>, Error> {
    match Current::read(layout) {
        Ok(current) => Ok(Ok(current)),
        Err(error @ Error::Damaged { .. }) => Ok(Err(error.to_string())),
        Err(error) => Err(error),
    }
}

/// Whether the generation that `current` names is the very one that was published under it.
fn pointer_problem(layout: &Layout, current: &Current) -> Option<String> {
    let dir = layout.generation(current.number);
    match generation::read_manifest(&dir) {
        Ok((_, digest)) if digest == current.digest => None,
        Ok(_) => Some("`current` has another digest than the manifest that it names".to_owned()),
        Err(_) if dir.exists() => None,
        Err(_) => Some(format!("`current` names generation {}, which is missing", current.number)),
    }
}

/// Looks at a generation; nothing where it is gone, because newer ones were published.
fn report(layout: &Layout, number: u64) -> Result<Option<GenerationReport>, Error> {
    let dir = layout.generation(number);
    let manifest = generation::read_manifest(&dir).ok().map(|(manifest, _)| manifest);
    let state = match generation::check(layout, number, Extent::Everything)
        .and_then(|checked| Reader::of(layout, checked))
        .and_then(|reader| read_all(&reader))
    {
        Ok(problems) if problems.is_empty() => GenerationState::Intact,
        Ok(problems) => GenerationState::Damaged { problems },
        Err(Error::OtherFormat { found, .. }) => GenerationState::OtherFormat { format: found },
        Err(error) => GenerationState::Damaged { problems: vec![error.to_string()] },
    };
    let size = match size(&dir) {
        Ok(size) => size,
        Err(error) if absent(&error) => return Ok(None),
        Err(error) => return Err(Error::io("read", dir)(error)),
    };
    Ok(dir.exists().then(|| GenerationReport {
        number,
        size,
        created: manifest.as_ref().map(|manifest| manifest.created),
        documents: manifest.map(|manifest| manifest.counts.values().sum()),
        state,
    }))
}

fn size(dir: &Path) -> std::io::Result<u64> {
    fs::read_dir(dir)?.map(|entry| Ok(entry?.metadata()?.len())).sum()
}

/// Everything that is wrong inside a generation whose bytes are those that were written.
fn read_all(reader: &Reader) -> Result<Vec<String>, Error> {
    reader.check_graph()?;
    let mut problems: Vec<String> = reader.ask(integrity)?.into_iter().filter(|line| line != "ok").collect();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let count = reader.document_count();
    for start in (0..count).step_by(BATCH as usize) {
        let numbers: Vec<u32> = (start..count.min(start.saturating_add(BATCH))).collect();
        for (number, document) in numbers.iter().zip(reader.documents(&numbers)?) {
            *counts.entry(document.counted_as().to_owned()).or_default() += 1;
            if reader.find(&document.id)? != Some(*number) {
                problems.push(format!("document {number} is not found by its id `{}`", document.id));
            }
        }
    }
    let rows = reader.ask(|connection| {
        Ok(connection.query_row("SELECT count(*) FROM document", [], |row| row.get::<_, u32>(0))?)
    })?;
    if rows != count || counts != reader.manifest().counts {
        problems.push("the documents are not as many of each kind as the manifest says".to_owned());
    }
    Ok(problems)
}

fn integrity(connection: &Connection) -> Result<Vec<String>, Trouble> {
    let mut check = connection.prepare("PRAGMA integrity_check")?;
    let lines = check.query_map([], |row| row.get(0))?;
    Ok(lines.collect::<rusqlite::Result<_>>()?)
}
