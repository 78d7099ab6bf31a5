//! The run as a whole.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::thread;
use std::time::Instant;

use ccr_index::embed::{EmbedError, Embedder, embed_documents};
use ccr_index::lexical::invert;
use ccr_index::model::{DOCUMENTATION, Document, STANDARD_LIBRARIES};
use ccr_index::store::{self, Generation, Place, Publication, local, postgres};
use ccr_index::vectors::ChunkVectors;
use ccr_index::{FailedSource, Manifest, SourceState};
use rayon::ThreadPool;
use rayon::prelude::*;

use super::RunError;
use super::documentation::{self, Around, FromWeb};
use super::embedder;
use super::failed;
use super::parts;
use super::plan::{RunOptions, check_named};
use super::report::{Reporter, Step};
use super::shrink;
use super::source::{self, Documents, InService, Indexed};
use super::standard;
use super::summary::{Changes, Embedding, SourceOutcome, Summary};
use super::upgrade::{self, Before};
use crate::config::{CollectionSource, Origin, Sources};
use crate::large_stack;

/// Times that a dry run is begun anew because what it compared with was removed.
const MAX_ATTEMPTS: u32 = 10;
/// Sources that are fetched at once.
const MOST_FETCHES: usize = 8;

/// Indexes the sources and publishes a generation where anything changed.
///
/// # Errors
/// Where the run could not be done at all; what was in service stays so.
pub fn run(sources: &Sources, options: &RunOptions, reporter: &dyn Reporter) -> Result<Summary, RunError> {
    let mut attempt = 1;
    loop {
        match run_once(sources, options, reporter) {
            // A dry run keeps nobody from publishing: what it compared with may be gone from a database meanwhile.
            Err(RunError::Store(store::Error::Removed { .. }))
                if options.dry_run && attempt < MAX_ATTEMPTS =>
            {
                attempt += 1;
            }
            done => return done,
        }
    }
}

fn run_once(sources: &Sources, options: &RunOptions, reporter: &dyn Reporter) -> Result<Summary, RunError> {
    check_named(sources, options)?;
    let threads = Threads::start(sources)?;
    // The lock comes before anything is fetched: two runs must not fetch into the same clones either.
    let writer = if options.dry_run { None } else { Some(open_writer(sources, options)?) };
    let before = Before::open(options)?;
    let mut notes = Vec::new();
    let all;
    let mut options = options;
    if let Some(older) = &before.older {
        notes.push(upgrade::note(older, options));
        all = RunOptions { only: Vec::new(), ..options.clone() };
        options = &all;
    }
    let reader = before.reader.as_deref();
    let known: HashMap<&str, &SourceState> = reader
        .iter()
        .flat_map(|reader| &reader.manifest().sources)
        .map(|state| (state.collection.slug.as_str(), state))
        .collect();
    shrink::check_collections(sources, &known, options)?;
    let start = Instant::now();
    let mut indexed = index_sources(sources, &known, reader, options, &threads, reporter)?;
    failed::date_stale(&mut indexed, reader, options);
    let failed = failed::never_indexed(sources, &indexed, reader, options);
    let withheld = before.older.as_ref().and_then(|older| upgrade::withhold(older, &mut indexed, options));
    let mut summary = Summary { dry_run: options.dry_run, notes, withheld, ..Summary::default() };
    summary.seconds.sources = start.elapsed().as_secs_f64();
    let told =
        indexed.iter().filter(|source| options.shard.is_none() || options.selects(&source.summary.slug));
    summary.sources = told.map(|source| source.summary.clone()).collect();
    summary.generation = reader
        .map(|reader| reader.manifest().generation)
        .or_else(|| before.older.as_ref().and_then(|older| older.generation));
    if options.is_whole() {
        summary.removed_clones = sweep_clones(sources, options);
    }
    if summary.withheld.is_some() || is_nothing(&indexed, reader) {
        return Ok(summary);
    }
    if !options.force && is_as_before(&indexed, &failed, reader, options) {
        let manifest = reader.map(Generation::manifest);
        summary.counts = manifest.map(|manifest| manifest.counts.clone()).unwrap_or_default();
        summary.changes.unchanged = reader.map_or(0, |reader| u64::from(reader.document_count()));
        if options.dry_run {
            summary.estimate = embedder::estimate([], options);
        }
        return Ok(summary);
    }
    summary.embedder_change = embedder::change(reader, options);
    // Embedders and writers work on whatever threads they find themselves on.
    threads.parsing.install(|| publish(indexed, failed, reader, writer, options, reporter, &mut summary))?;
    Ok(summary)
}

/// Publishes what was found, and tells in `summary` what came of it.
fn publish(
    indexed: Vec<Indexed>,
    failed: Vec<FailedSource>,
    reader: Option<&dyn Generation>,
    mut writer: Option<Writer>,
    options: &RunOptions,
    reporter: &dyn Reporter,
    summary: &mut Summary,
) -> Result<(), RunError> {
    if let Place::Postgres(_) = options.place {
        return parts::publish(indexed, failed, reader, writer, options, reporter, summary);
    }
    reporter.stage("reading documents");
    let (documents, states) = gather(indexed, reader, &mut summary.changes)?;
    for document in &documents {
        *summary.counts.entry(document.counted_as().to_owned()).or_default() += 1;
    }
    if options.dry_run {
        summary.estimate = embedder::estimate([documents.as_slice()], options);
    }
    if let Some(Writer::Local(writer)) = &mut writer {
        let manifest = write(writer, &documents, states, failed, options, reporter, summary)?;
        summary.generation = Some(manifest.generation);
        summary.published = true;
    }
    Ok(())
}

/// What a run works on.
struct Threads {
    /// Fetching waits for others: many sources may wait at once. Where there are no threads for it, one is
    /// fetched after the other.
    fetching: Option<ThreadPool>,
    /// Parsing is for the processor: as many sources are parsed, and held in memory, as there are processors.
    parsing: ThreadPool,
}

impl Threads {
    fn start(sources: &Sources) -> Result<Threads, RunError> {
        let parsing = large_stack::pool().map_err(|reason| RunError::Threads { reason })?;
        // Where there are fewer threads than processors, there are none for those who wait.
        let is_roomy = thread::available_parallelism()
            .is_ok_and(|processors| parsing.current_num_threads() >= processors.get());
        let fetches = MOST_FETCHES.min(sources.collections.len());
        let fetching = is_roomy.then(|| large_stack::pool_of(fetches, None).ok()).flatten();
        Ok(Threads { fetching, parsing })
    }
}

/// Removes the clones of what is listed no more, once that was so for a while.
fn sweep_clones(sources: &Sources, options: &RunOptions) -> Vec<String> {
    let of_git = |source: &&CollectionSource| matches!(source.origin, Origin::Git { .. });
    let collections = sources.collections.iter().filter(of_git).map(|source| source.slug.clone());
    let listed = collections.chain(documentation::clone_slugs(sources)).collect();
    crate::source::sweep(&options.data_dir, &listed, options.now)
}

/// The right to write an index, and nobody else's while it lasts.
#[derive(Debug)]
pub(super) enum Writer {
    Local(local::Writer),
    Postgres(postgres::Writer),
}

/// Takes the lock of the index, or of the sources that the run is about where others index the rest.
fn open_writer(sources: &Sources, options: &RunOptions) -> Result<Writer, store::Error> {
    let address = match &options.place {
        Place::Local(data_dir) => return Ok(Writer::Local(local::Writer::open(data_dir)?)),
        Place::Postgres(address) => address,
    };
    if options.shard.is_none() {
        return Ok(Writer::Postgres(postgres::Writer::open(address)?));
    }
    let standard = sources.standard_libraries().then_some(STANDARD_LIBRARIES);
    let documentation = sources.has_documentation().then_some(DOCUMENTATION);
    let others = documentation.into_iter().chain(standard);
    let slugs = sources.collections.iter().map(|source| source.slug.as_str()).chain(others);
    let selected = slugs.filter(|slug| options.selects(slug)).map(str::to_owned);
    Ok(Writer::Postgres(postgres::Writer::open_for(address, selected.collect())?))
}

/// Every source of the file in its order, then those that only the index in service has, where the
/// run is about some sources only.
fn index_sources(
    sources: &Sources,
    known: &HashMap<&str, &SourceState>,
    reader: Option<&dyn Generation>,
    options: &RunOptions,
    threads: &Threads,
    reporter: &dyn Reporter,
) -> Result<Vec<Indexed>, RunError> {
    let one = |source: &CollectionSource| -> Option<Result<Indexed, store::Error>> {
        let known = known.get(source.slug.as_str()).copied();
        if !options.selects(&source.slug) {
            return source::left(&source.slug, known, options).map(Ok);
        }
        reporter.source_started(&source.slug);
        let before = InService { known, reader };
        let indexed = match source::fetch(source, options, reporter) {
            // It is let go as soon as it is read: others may wait for its clone.
            Ok(fetched) => threads.parsing.install(move || {
                let indexed = source::index(source, &fetched, before, options, reporter);
                drop(fetched);
                indexed
            }),
            Err(error) => Ok(source::failed(source, known, &error)),
        };
        if let Ok(indexed) = &indexed {
            reporter.source_finished(&indexed.summary);
        }
        Some(indexed)
    };
    let collections = || match &threads.fetching {
        Some(pool) => {
            pool.install(|| sources.collections.par_iter().with_max_len(1).filter_map(one).collect())
        }
        None => sources.collections.iter().filter_map(one).collect::<Result<Vec<Indexed>, _>>(),
    };
    let web = || documentation::read_web(sources, options, reporter);
    // Pages wait for their hosts; what the collections say is worked out meanwhile.
    let (indexed, from_web) = thread::scope(|scope| {
        let beside = sources.has_documentation().then(|| thread::Builder::new().spawn_scoped(scope, web));
        let indexed = collections();
        let from_web = match beside {
            Some(Ok(beside)) => beside.join().unwrap_or_else(|panic| resume_unwind(panic)),
            _ => web(),
        };
        (indexed, from_web)
    });
    let mut indexed = indexed?;
    indexed.extend(documentation(sources, from_web, &indexed, known, reader, options, reporter)?);
    indexed.extend(standard_libraries(sources, &indexed, known, options));
    if !options.only.is_empty() {
        let listed = |slug: &str| indexed.iter().any(|source| source.summary.slug == slug);
        let mut others: Vec<&SourceState> =
            known.values().copied().filter(|state| !listed(&state.collection.slug)).collect();
        others.sort_by(|a, b| a.collection.slug.cmp(&b.collection.slug));
        indexed.extend(others.into_iter().map(source::kept));
    }
    Ok(indexed)
}

/// What `sources.yaml` lists as documentation.
fn documentation(
    sources: &Sources,
    from_web: FromWeb,
    collections: &[Indexed],
    known: &HashMap<&str, &SourceState>,
    reader: Option<&dyn Generation>,
    options: &RunOptions,
    reporter: &dyn Reporter,
) -> Result<Option<Indexed>, store::Error> {
    let known = known.get(DOCUMENTATION).copied();
    if !sources.has_documentation() {
        return Ok(None);
    }
    if !options.selects(DOCUMENTATION) {
        return Ok(known.map(source::kept));
    }
    reporter.source_started(DOCUMENTATION);
    let in_service = || reader.map_or(Ok(Vec::new()), |reader| reader.collection_documents(""));
    let generation = reader.map(|reader| reader.manifest().generation);
    let around =
        Around { sources, options, known, collections, from_web, generation, in_service: &in_service };
    let indexed = documentation::index(&around)?;
    reporter.source_finished(&indexed.summary);
    Ok(Some(indexed))
}

/// The standard libraries, where they are wanted. By themselves they are no reason for a first
/// generation: where every source failed there is none.
fn standard_libraries(
    sources: &Sources,
    indexed: &[Indexed],
    known: &HashMap<&str, &SourceState>,
    options: &RunOptions,
) -> Option<Indexed> {
    let known = known.get(STANDARD_LIBRARIES).copied();
    let failed = |source: &Indexed| matches!(source.summary.outcome, SourceOutcome::Failed { .. });
    let is_alone = !indexed.is_empty() && indexed.iter().all(failed);
    if !sources.standard_libraries() || (known.is_none() && is_alone) {
        return None;
    }
    if options.selects(STANDARD_LIBRARIES) {
        return Some(standard::index(known, options));
    }
    source::left(STANDARD_LIBRARIES, known, options)
}

/// Whether there is nothing to publish: without an index, a run in which every source failed publishes nothing.
fn is_nothing(indexed: &[Indexed], reader: Option<&dyn Generation>) -> bool {
    let has_failed = |source: &Indexed| matches!(source.summary.outcome, SourceOutcome::Failed { .. });
    reader.is_none() && !indexed.is_empty() && indexed.iter().all(has_failed)
}

/// Whether a new generation would hold nothing new: the same sources, each as it was, the same ones of which
/// there is nothing, and vectors of the same embedder.
fn is_as_before(
    indexed: &[Indexed],
    failed: &[FailedSource],
    reader: Option<&dyn Generation>,
    options: &RunOptions,
) -> bool {
    if options.shard.is_some() && !indexed.iter().any(|source| options.selects(&source.summary.slug)) {
        // A share without sources.
        return true;
    }
    let Some(reader) = reader else { return false };
    let embedder = options.embedder.as_ref().map(|embedder| embedder.id());
    if embedder != reader.manifest().embedder.as_ref() {
        return false;
    }
    if !failed::are_the_same(failed, &reader.manifest().failed) {
        return false;
    }
    let before = &reader.manifest().sources;
    let states: Vec<&SourceState> = indexed.iter().filter_map(|source| source.state.as_ref()).collect();
    let kept = indexed.iter().all(|source| !matches!(source.documents, Documents::New(_)));
    // A source that became stale, or recovered, changes what the manifest says of it.
    let same = |(state, before): (&&SourceState, &SourceState)| {
        let is_stale = |state: &SourceState| matches!(state.outcome, ccr_index::Outcome::Stale { .. });
        let remembered = |state: &SourceState| (state.incomplete, state.shrinks.clone());
        state.collection == before.collection
            && is_stale(state) == is_stale(before)
            && remembered(state) == remembered(before)
    };
    kept && states.len() == before.len() && states.iter().zip(before).all(same)
}

/// All documents of the new generation, and how they differ from the one in service.
fn gather(
    indexed: Vec<Indexed>,
    reader: Option<&dyn Generation>,
    changes: &mut Changes,
) -> Result<(Vec<Document>, Vec<SourceState>), store::Error> {
    let mut all = Vec::new();
    let mut states = Vec::new();
    for source in indexed {
        let slug = source.summary.slug;
        let is_new = matches!(source.documents, Documents::New(_));
        let documents = source::documents(source.documents, &slug, reader)?;
        if is_new {
            let before = source::documents(Documents::InService, &slug, reader)?;
            compare(&before, &documents, changes);
        } else {
            changes.unchanged += documents.len() as u64;
        }
        all.extend(documents);
        states.extend(source.state);
    }
    if let Some(reader) = reader {
        let gone = u64::from(reader.document_count())
            .saturating_sub(changes.unchanged + changes.changed + changes.removed);
        changes.removed += gone;
    }
    Ok((all, states))
}

pub(super) fn compare(before: &[Document], after: &[Document], changes: &mut Changes) {
    let mut known: HashMap<&str, &Document> =
        before.iter().map(|document| (document.id.as_str(), document)).collect();
    for document in after {
        match known.remove(document.id.as_str()) {
            None => changes.added += 1,
            Some(before) if before == document => changes.unchanged += 1,
            Some(_) => changes.changed += 1,
        }
    }
    changes.removed += known.len() as u64;
}

fn write(
    writer: &mut local::Writer,
    documents: &[Document],
    sources: Vec<SourceState>,
    failed: Vec<FailedSource>,
    options: &RunOptions,
    reporter: &dyn Reporter,
    summary: &mut Summary,
) -> Result<Manifest, RunError> {
    reporter.stage("inverting");
    let start = Instant::now();
    let inverted = invert(documents);
    summary.seconds.invert = start.elapsed().as_secs_f64();
    reporter.stage("embedding");
    let start = Instant::now();
    reporter.step(Step::Embed, "").map_err(|error| EmbedError::new(error.to_string()))?;
    let vectors = options
        .embedder
        .as_deref()
        .map(|embedder| embed(documents, embedder, reporter, summary))
        .transpose()?;
    summary.seconds.embed = start.elapsed().as_secs_f64();
    reporter.stage("publishing");
    let start = Instant::now();
    let publication = Publication {
        documents,
        inverted: &inverted,
        vectors: vectors.as_ref(),
        program: &options.program,
        created: options.now,
        embedder: options.embedder.as_ref().map(|embedder| embedder.id().clone()),
        sources,
        failed,
    };
    let manifest = writer.publish_observed(&publication, &mut |stage| match stage {
        local::Stage::DraftMade => reporter.step(Step::Write, ""),
        local::Stage::GenerationNamed => reporter.step(Step::Publish, ""),
        _ => Ok(()),
    })?;
    summary.seconds.publish = start.elapsed().as_secs_f64();
    Ok(manifest)
}

/// Gives every document its vectors. All of them, each time: those of documents that did not change come
/// from the cache where they are dear, and from the model where they are not.
fn embed(
    documents: &[Document],
    embedder: &dyn Embedder,
    reporter: &dyn Reporter,
    summary: &mut Summary,
) -> Result<ChunkVectors, RunError> {
    let (vectors, embedded) =
        embed_documents(documents, embedder, &mut |done, all| reporter.embedded(done, all))?;
    let id = |document: u32| documents[document as usize].id.clone();
    summary.embedding = Some(Embedding::of(embedder, &embedded, id));
    Ok(vectors)
}
