//! Publishing to a store that keeps the documents of each source by themselves: those of sources that did
//! not change are neither read nor embedded again.

use std::collections::HashMap;
use std::time::Instant;

use ccr_index::embed::{Embedder, chunks, embed_chunks};
use ccr_index::model::{Document, Kind, SECTION, collection_of};
use ccr_index::store::{self, Filter, Generation, Part, PartDocuments, PartVectors, Update, postgres};
use ccr_index::vectors::ChunkVectors;
use ccr_index::{FailedSource, Manifest};

use super::RunError;
use super::embedder;
use super::plan::RunOptions;
use super::publish::{Writer, compare};
use super::report::Reporter;
use super::source::{Documents, Indexed};
use super::summary::{Changes, Embedding, Summary};

/// Times that documents are embedded: others who publish at the same time may remove what was to be kept.
const ATTEMPTS: usize = 3;

/// Publishes what the run found, unless nothing is to be written, and tells in `summary` what came of it.
pub(super) fn publish(
    mut indexed: Vec<Indexed>,
    mut failed: Vec<FailedSource>,
    reader: Option<&dyn Generation>,
    writer: Option<Writer>,
    options: &RunOptions,
    reporter: &dyn Reporter,
    summary: &mut Summary,
) -> Result<(), RunError> {
    reporter.stage("reading documents");
    let embedder = options.embedder.as_deref();
    let is_of_other =
        reader.is_some_and(|reader| reader.manifest().embedder.as_ref() != embedder.map(Embedder::id));
    for source in &mut indexed {
        count(source, reader, &mut summary.changes)?;
        for (kind, count) in source.state.iter().flat_map(|state| &state.counts) {
            if kind == SECTION || Kind::from_word(kind).is_some() {
                *summary.counts.entry(kind.clone()).or_default() += count;
            }
        }
        // Vectors of another embedder are none: what is kept is embedded as if it were new.
        if let (Documents::InService, Some(reader), true) =
            (&source.documents, reader, is_of_other && embedder.is_some())
        {
            source.documents =
                Documents::New(reader.collection_documents(collection_of(&source.summary.slug))?);
        }
    }
    if let Some(reader) = reader {
        let Changes { unchanged, changed, removed, .. } = summary.changes;
        let gone = u64::from(reader.document_count()).saturating_sub(unchanged + changed + removed);
        summary.changes.removed += gone;
    }
    if options.dry_run {
        summary.estimate = embedder::estimate(without_vectors(&indexed, reader, is_of_other)?, options);
    }
    if let Some(Writer::Postgres(mut writer)) = writer {
        // What others index at this moment is for them to say.
        failed.retain(|failed| options.shard.is_none() || options.selects(&failed.slug));
        let manifest = write(&mut writer, &indexed, &failed, options, reporter, summary)?;
        summary.generation = Some(manifest.generation);
        summary.counts = manifest.counts;
        summary.published = true;
    }
    Ok(())
}

/// The documents that a dry run would embed: those that are not in service as they are, or all where the vectors
/// are of another embedder. Which vectors the database has besides only its writer knows.
fn without_vectors<'a>(
    indexed: &'a [Indexed],
    reader: Option<&dyn Generation>,
    is_of_other: bool,
) -> Result<Vec<&'a [Document]>, store::Error> {
    let mut wanted = Vec::new();
    for source in indexed {
        let Some(documents) = new(source) else { continue };
        let slug = collection_of(&source.summary.slug);
        let before = match reader {
            Some(reader) if !is_of_other => reader.collection_documents(slug)?,
            _ => Vec::new(),
        };
        let before: HashMap<&str, &Document> =
            before.iter().map(|document| (document.id.as_str(), document)).collect();
        let is_new =
            |document: &&Document| before.get(document.id.as_str()).is_none_or(|known| known != document);
        wanted.extend(documents.iter().filter(is_new).map(std::slice::from_ref));
    }
    Ok(wanted)
}

/// Counts how the documents of a source differ from those in service.
fn count(
    source: &Indexed,
    reader: Option<&dyn Generation>,
    changes: &mut Changes,
) -> Result<(), store::Error> {
    let slug = collection_of(&source.summary.slug);
    match (&source.documents, reader) {
        (Documents::New(documents), reader) => {
            let before = reader.map(|reader| reader.collection_documents(slug)).transpose()?;
            compare(&before.unwrap_or_default(), documents, changes);
        }
        (Documents::InService, Some(reader)) => {
            let filter = Filter { collections: vec![slug.to_owned()], ..Filter::default() };
            changes.unchanged += reader.matching(&filter)?.len() as u64;
        }
        (Documents::InService, None) | (Documents::None, _) => {}
    }
    Ok(())
}

/// Embeds what the store has no vectors of, and publishes.
fn write(
    writer: &mut postgres::Writer,
    indexed: &[Indexed],
    failed: &[FailedSource],
    options: &RunOptions,
    reporter: &dyn Reporter,
    summary: &mut Summary,
) -> Result<Manifest, RunError> {
    let news: Vec<&[Document]> = indexed.iter().filter_map(new).collect();
    let mut attempt = 1;
    loop {
        reporter.stage("embedding");
        let start = Instant::now();
        let vectors =
            options.embedder.as_deref().map(|embedder| embed(writer, &news, embedder, reporter, summary));
        let vectors = vectors.transpose()?;
        summary.seconds.embed += start.elapsed().as_secs_f64();
        reporter.stage("publishing");
        let start = Instant::now();
        let published = writer.update(&update(indexed, failed, vectors.as_deref(), options));
        summary.seconds.publish += start.elapsed().as_secs_f64();
        match published {
            Err(store::Error::WithoutVectors { .. }) if attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error.into()),
            Ok(manifest) => {
                if let Some(embedding) = &mut summary.embedding {
                    embedding.chunks = writer.vectors_in_service()?;
                }
                return Ok(manifest);
            }
        }
    }
}

fn new(source: &Indexed) -> Option<&[Document]> {
    match &source.documents {
        Documents::New(documents) => Some(documents),
        Documents::InService | Documents::None => None,
    }
}

/// What was embedded of a source.
struct Vectors {
    chunks: ChunkVectors,
    embedded: Vec<bool>,
    refused: Vec<u32>,
}

fn update<'a>(
    indexed: &'a [Indexed],
    failed: &[FailedSource],
    vectors: Option<&'a [Vectors]>,
    options: &'a RunOptions,
) -> Update<'a> {
    let mut vectors = vectors.map(<[Vectors]>::iter);
    let parts = indexed.iter().map(|source| {
        let documents = match new(source) {
            None => PartDocuments::InService,
            Some(documents) => {
                let own = vectors.as_mut().and_then(Iterator::next);
                let vectors = own.map(|Vectors { chunks, embedded, refused }| PartVectors {
                    chunks,
                    embedded: Some(embedded),
                    refused,
                });
                PartDocuments::New { documents, vectors }
            }
        };
        Part { source: &source.summary.slug, documents }
    });
    let parts = parts.collect();
    // What others index at this moment is for them to say.
    let own = |source: &Indexed| {
        source.state.clone().filter(|_| options.shard.is_none() || options.selects(&source.summary.slug))
    };
    Update {
        parts,
        sources: indexed.iter().map(|source| (source.summary.slug.clone(), own(source))).collect(),
        failed: failed.to_vec(),
        program: &options.program,
        created: options.now,
        embedder: options.embedder.as_ref().map(|embedder| embedder.id().clone()),
    }
}

/// The vectors of each of the new sources, as far as the store lacks them.
fn embed(
    writer: &mut postgres::Writer,
    news: &[&[Document]],
    embedder: &dyn Embedder,
    reporter: &dyn Reporter,
    summary: &mut Summary,
) -> Result<Vec<Vectors>, RunError> {
    let (mut wanted, mut missing) = (Vec::new(), Vec::new());
    let mut base = 0;
    for documents in news {
        let lacks = writer.without_vectors(documents, embedder.id())?;
        let own = chunks(documents).into_iter().filter(|chunk| lacks[chunk.document as usize]);
        wanted.extend(own.map(|mut chunk| {
            chunk.document += base;
            chunk
        }));
        base += documents.len() as u32;
        missing.push(lacks);
    }
    let (all, embedded) = embed_chunks(&wanted, embedder, &mut |done, all| reporter.embedded(done, all))?;
    let flat: Vec<&Document> = news.iter().copied().flatten().collect();
    summary.embedding = Some(Embedding::of(embedder, &embedded, |number| flat[number as usize].id.clone()));
    let mut start = 0;
    let own = missing.into_iter().map(|embedded_here| {
        let range = start..start + embedded_here.len();
        start = range.end;
        let refused = embedded.refused.iter().map(|(number, _)| *number as usize);
        let refused =
            refused.filter(|number| range.contains(number)).map(|number| (number - range.start) as u32);
        Vectors { refused: refused.collect(), chunks: all.of(range), embedded: embedded_here }
    });
    Ok(own.collect())
}
