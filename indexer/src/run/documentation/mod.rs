//! The documentation that `sources.yaml` lists, as one more source of a run.

mod addresses;
mod entries;
mod files;
mod folders;
mod web;

use std::collections::{HashMap, HashSet};

use ccr_index::model::{CodeCollection, DOCUMENTATION, Document, Kind, Page};
use ccr_index::{FileProblem, Outcome, Severity, Shrink, SourceState, store};

use super::collection::Read;
use super::plan::{self, RunOptions};
use super::report::Reporter;
use super::shrink::{self, Size, Verdict};
use super::source::{self, Documents, Indexed};
use super::summary::{SourceOutcome, SourceSummary};
use crate::config::{DocumentationEntry, Sources};
use crate::documents::of_page;
use entries::Listed;
use folders::{Collections, FolderPages};
pub(super) use web::FromWeb;

/// Stale pages that the reason of the whole names.
const MOST_NAMED: usize = 5;

/// What documentation is read beside.
pub(super) struct Around<'a> {
    pub(super) sources: &'a Sources,
    pub(super) options: &'a RunOptions,
    /// What the generation in service says of its documentation.
    pub(super) known: Option<&'a SourceState>,
    /// What became of the collections in this run.
    pub(super) collections: &'a [Indexed],
    /// What the web gave of it.
    pub(super) from_web: FromWeb,
    /// The generation in service.
    pub(super) generation: Option<u64>,
    /// The documents of the documentation in service.
    pub(super) in_service: &'a dyn Fn() -> Result<Vec<Document>, store::Error>,
}

/// The slugs of the clones that documentation has of its own.
pub(super) fn clone_slugs(sources: &Sources) -> impl Iterator<Item = String> {
    let entries = sources.documentation.iter().flat_map(|(_, entries)| entries);
    entries.filter_map(|entry| match entry {
        DocumentationEntry::Folder(folder) => folders::clone_slug(folder),
        DocumentationEntry::Page(_) | DocumentationEntry::Question(_) => None,
    })
}

/// Reads the pages of the web that are listed; the collections may be read meanwhile.
pub(super) fn read_web(sources: &Sources, options: &RunOptions, reporter: &dyn Reporter) -> FromWeb {
    if !options.selects(DOCUMENTATION) || !sources.index_config.reads_pages() {
        return FromWeb::default();
    }
    web::read(&entries::listed(&sources.documentation), options, reporter)
}

/// Reads everything else that is listed, and makes documents of it where they differ from those in service.
///
/// # Errors
/// Where the documentation in service is needed and cannot be read.
pub(super) fn index(around: &Around<'_>) -> Result<Indexed, store::Error> {
    let Around { known, options, from_web, .. } = around;
    if let (Some(known), Some(reason)) = (known, &from_web.failed) {
        return Ok(source::unchanged(known, Some(reason.clone())));
    }
    let listed = entries::listed(&around.sources.documentation);
    let folders = read_folders(&listed, around);
    // What is in service is asked for only where something changed.
    let gathered = gather(around, &listed, &folders, Guard::Off)?;
    if known.is_none() && !gathered.is_read && all_failed(around.collections) {
        return Ok(nothing_read(gathered.problems));
    }
    let hash = plan::hash(&options.program, DOCUMENTATION);
    let is_same = |known: &SourceState, gathered: &Gathered| {
        !options.force
            && known.settings_hash == hash
            && known.fingerprint.as_ref() == Some(&gathered.fingerprint())
    };
    let same = |gathered: Gathered| match known.filter(|known| is_same(known, &gathered)) {
        Some(known) => {
            let mut indexed = source::unchanged(known, gathered.stale_reason());
            indexed.summary.problems = gathered.problems;
            Ok(indexed)
        }
        None => Err(gathered),
    };
    let gathered = match same(gathered) {
        Ok(indexed) => return Ok(indexed),
        Err(gathered) if known.is_none() => gathered,
        Err(_) => match same(gather(around, &listed, &folders, Guard::On)?) {
            Ok(indexed) => return Ok(indexed),
            Err(gathered) => gathered,
        },
    };
    let stale = gathered.stale_reason();
    let fingerprint = gathered.fingerprint();
    let (incomplete, shrinks) = (!gathered.failures.is_empty(), gathered.shrinks.clone());
    let read = documents(gathered);
    let state = SourceState {
        collection: CodeCollection {
            slug: DOCUMENTATION.to_owned(),
            name: "Documentation".to_owned(),
            ..CodeCollection::default()
        },
        fingerprint: Some(fingerprint),
        settings_hash: hash,
        outcome: stale.clone().map_or(Outcome::Fresh, |reason| Outcome::Stale { reason }),
        stale_since: None,
        counts: read.counts.clone(),
        problems: read.problems.clone(),
        outside_imports: Vec::new(),
        incomplete,
        shrinks,
    };
    Ok(source::parsed(state, read, stale))
}

/// Whether folders that have next to nothing left are held to what is in service of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guard {
    On,
    Off,
}

/// All that is listed, read.
#[derive(Debug, Default)]
struct Gathered {
    pages: Vec<Page>,
    problems: Vec<FileProblem>,
    /// Whether anything was read besides `sources.yaml`.
    is_read: bool,
    /// Why something could not be read of which nothing is in service either.
    failures: Vec<String>,
    /// Folders that have next to nothing left.
    shrinks: Vec<Shrink>,
}

fn gather(
    around: &Around<'_>,
    entries: &[Listed<'_>],
    folders: &[FolderPages],
    guard: Guard,
) -> Result<Gathered, store::Error> {
    let Around { sources, from_web, .. } = around;
    let from_entries = entries::pages(entries, &from_web.seeds, &from_web.pages);
    let mut gathered = Gathered {
        is_read: !from_web.pages.is_empty(),
        pages: from_entries.pages,
        problems: from_web.problems.clone(),
        failures: from_web.failed.clone().into_iter().collect(),
        ..Gathered::default()
    };
    gathered.problems.extend(from_entries.doubles.into_iter().map(|(address, other)| {
        web::at(address, format!("it says what `{other}` says, and is found there"), Severity::Warning)
    }));
    gathered.keep_what_is_in_service(around)?;
    for folder in folders {
        gathered.is_read |= !folder.pages.is_empty();
        gathered.add_folder(folder.clone(), around, guard)?;
    }
    if !sources.index_config.code_examples() {
        let sections = gathered.pages.iter_mut().flat_map(|page| &mut page.sections);
        sections.for_each(|section| section.code.clear());
    }
    Ok(gathered)
}

fn read_folders(entries: &[Listed<'_>], around: &Around<'_>) -> Vec<FolderPages> {
    let of = |slug: &str| around.collections.iter().find(|indexed| indexed.summary.slug == slug);
    let collections = Collections {
        listed: &around.sources.collections,
        outcome: &|slug| of(slug).map(|indexed| &indexed.summary.outcome),
    };
    let folders = entries.iter().filter_map(|listed| match listed.entry {
        DocumentationEntry::Folder(folder) => Some((listed.category, folder)),
        _ => None,
    });
    folders.map(|(category, folder)| folders::read(folder, category, &collections, around.options)).collect()
}

impl Gathered {
    /// Where a page could not be read and the cache of pages is lost too, its text is still in the index
    /// in service. It stays, unless the run is to go by what can be read.
    fn keep_what_is_in_service(&mut self, around: &Around<'_>) -> Result<(), store::Error> {
        let Around { options, from_web, known, .. } = around;
        let is_unread = |page: &Page| page.sections.is_empty() && page.url.contains("://");
        let reason_of = |problems: &[FileProblem], page: &Page| {
            let address = entries::parts(&page.url).0.trim_end_matches('/');
            let is_of_it = |problem: &&FileProblem| {
                // A page that asks not to be indexed is told in a warning.
                problem.severity == Severity::Error
                    && problem.path.as_deref().is_some_and(|path| path.trim_end_matches('/') == address)
            };
            problems.iter().find(is_of_it).map(|problem| problem.message.clone())
        };
        let is_needed =
            self.pages.iter().any(|page| is_unread(page) && reason_of(&self.problems, page).is_some());
        if known.is_none() || options.force || from_web.has_gone || !is_needed {
            return Ok(());
        }
        // A page may have another address than the one that is listed; its name is the one that is listed.
        let name = |page: &Page| (page.category.clone(), page.title.clone());
        let mut in_service: HashMap<(String, String), Page> = pages_of((around.in_service)()?)
            .filter(|page| !page.sections.is_empty())
            .map(|page| (name(&page), page))
            .collect();
        for page in self.pages.iter_mut().filter(|page| is_unread(page)) {
            let Some(reason) = reason_of(&self.problems, page) else { continue };
            if let Some(before) = in_service.remove(&name(page)) {
                page.url = before.url;
                page.sections = before.sections;
                page.stale = Some(reason);
            }
        }
        Ok(())
    }

    /// Adds the pages of a folder, with those in service that could not be read now, or all of these where
    /// next to nothing is left.
    fn add_folder(
        &mut self,
        mut folder: FolderPages,
        around: &Around<'_>,
        guard: Guard,
    ) -> Result<(), store::Error> {
        let in_service = |is_wanted: &dyn Fn(&Page) -> bool| -> Result<Vec<Page>, store::Error> {
            match around.known {
                Some(_) => {
                    let is_of_it = |page: &Page| folder.holds(&page.url);
                    Ok(pages_of((around.in_service)()?)
                        .filter(|page| is_of_it(page) && is_wanted(page))
                        .collect())
                }
                None => Ok(Vec::new()),
            }
        };
        let remembered = shrink::known(around.known, &folder.prefix);
        let (mut kept, mut shrunk, mut held) = (Vec::new(), remembered.cloned(), None);
        match folder.failure() {
            Some(reason) => {
                let read: HashSet<&str> = folder.pages.iter().map(|page| page.url.as_str()).collect();
                let is_lost = |page: &Page| {
                    let is_read = read.contains(page.url.as_str());
                    !is_read && (folder.failed.is_some() || folder.lacks(&page.url).is_some())
                };
                for page in in_service(&is_lost)? {
                    let why = folder.lacks(&page.url).unwrap_or(reason).to_owned();
                    kept.push(Page { stale: Some(why), ..page });
                }
                if kept.is_empty() {
                    self.failures.push(reason.to_owned());
                }
            }
            None if guard == Guard::On => {
                let before = in_service(&|_| true)?;
                let reading = shrink::Reading {
                    of: &folder.prefix,
                    slug: DOCUMENTATION,
                    before: Size::of_pages(before.len()),
                    now: Size::of_pages(folder.pages.len()),
                    commit: folder.commit.as_deref(),
                    is_accepted: around.options.accepts_shrink(DOCUMENTATION),
                    in_service: around.generation,
                };
                match reading.judge(remembered) {
                    Verdict::Take(taken) => shrunk = taken,
                    Verdict::Hold { reason, seen } => {
                        shrunk = Some(seen);
                        let hold = |page| Page { stale: Some(reason.clone()), ..page };
                        kept = before.into_iter().map(hold).collect();
                        held = Some(reason.clone());
                    }
                }
            }
            None => {}
        }
        if let Some(reason) = folder.failed.take() {
            self.problems.push(web::at(folder.prefix.clone(), reason, Severity::Error));
        }
        if let Some(reason) = held {
            folder.pages.clear();
            self.problems.push(web::at(folder.prefix.clone(), reason, Severity::Error));
        }
        self.shrinks.extend(shrunk);
        self.problems.append(&mut folder.problems);
        let known: HashSet<String> = self.pages.iter().map(|page| page.url.clone()).collect();
        let stale = folder.stale;
        let read = folder.pages.into_iter().map(|page| Page { stale: stale.clone(), ..page });
        self.pages.extend(read.chain(kept).filter(|page| !known.contains(&page.url)));
        Ok(())
    }

    /// Why this is not all that is listed, as it is at this moment.
    fn stale_reason(&self) -> Option<String> {
        let unread = self.failures.first().map(|reason| match self.failures.len() - 1 {
            0 => reason.clone(),
            more => format!("{reason}, and {more} more could not be read"),
        });
        match (unread, stale_reason(&self.pages)) {
            (Some(unread), Some(stale)) => Some(format!("{unread}; {stale}")),
            (unread, stale) => unread.or(stale),
        }
    }

    /// Digest of everything that documents are made of. Why a page is stale may be said in other words
    /// each time.
    fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for page in &self.pages {
            let stale = page.stale.as_ref().map(|_| String::new());
            let page = Page { stale, ..page.clone() };
            hasher.update(&serde_json::to_vec(&page).unwrap_or_default());
        }
        for of in self.failures.iter().map(|_| "unread") {
            hasher.update(of.as_bytes());
        }
        for problem in &self.problems {
            hasher.update(format!("\n{:?} {:?}", problem.path, problem.severity).as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// The pages that documents were made of.
fn pages_of(documents: Vec<Document>) -> impl Iterator<Item = Page> {
    let whole = |document: &Document| document.kind == Kind::Documentation && document.parent.is_none();
    let read = |document: Document| serde_json::from_str(document.record.as_deref()?).ok();
    documents.into_iter().filter(whole).filter_map(read)
}

fn documents(gathered: Gathered) -> Read {
    let mut read = Read { problems: gathered.problems, ..Read::default() };
    // A section that is listed by itself is a page.
    let pages: HashSet<&str> = gathered.pages.iter().map(|page| page.url.as_str()).collect();
    let mut seen: HashSet<String> = HashSet::new();
    for page in &gathered.pages {
        let new = of_page(page).into_iter().filter(|document| {
            let is_page = document.parent.is_none();
            (is_page || !pages.contains(document.id.as_str())) && seen.insert(document.id.clone())
        });
        read.documents.extend(new);
    }
    read.count_documents();
    read
}

/// What the run says of pages that are as they were read last.
fn stale_reason(pages: &[Page]) -> Option<String> {
    let is_stale = |page: &&Page| page.stale.is_some();
    let stale: Vec<String> = pages.iter().filter(is_stale).map(|page| format!("`{}`", page.url)).collect();
    let more = match stale.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named = stale.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let told =
        || format!("{} of {} pages are as they were read last: {named}{more}", stale.len(), pages.len());
    (!stale.is_empty()).then(told)
}

fn all_failed(collections: &[Indexed]) -> bool {
    let failed = |source: &Indexed| matches!(source.summary.outcome, SourceOutcome::Failed { .. });
    !collections.is_empty() && collections.iter().all(failed)
}

/// What `sources.yaml` says of pages is by itself no reason for a first generation.
fn nothing_read(problems: Vec<FileProblem>) -> Indexed {
    let reason = "nothing of it could be read, and no collection either".to_owned();
    Indexed {
        summary: SourceSummary {
            slug: DOCUMENTATION.to_owned(),
            outcome: SourceOutcome::Failed { reason },
            problems,
            ..SourceSummary::default()
        },
        state: None,
        documents: Documents::None,
    }
}
