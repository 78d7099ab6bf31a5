//! The index in PostgreSQL beside the index in files, in one run: 100,000 documents with a vector of 256
//! dimensions each. Publishing, size, the ten nearest with and without a filter, whole searches.
//!
//! The server is one that this program starts (`dev/postgres`), with its defaults but for `fsync = off`.

mod generated;
mod measure;
#[path = "../index/tests/postgres_server/mod.rs"]
mod postgres_server;

use std::io;
use std::time::{Duration, Instant};

use ccr_index::embed::{Chunk, Embedder, StaticModel, embed_chunks, embed_query};
use ccr_index::lexical::{Inverted, invert};
use ccr_index::model::Document;
use ccr_index::search::{Query, Searcher};
use ccr_index::store::{Filter, Generation, Place, Publication, local, postgres};
use ccr_index::vectors::ChunkVectors;

use measure::{bytes_below, milliseconds, publication, tell};

const SIZE: usize = 100_000;
/// Sources of equal size.
const SOURCES: usize = 10;
const COUNT: usize = 10;
/// How often each question is asked.
const ROUNDS: usize = 15;

fn main() -> io::Result<()> {
    let documents = documents();
    let model = StaticModel::built_in();
    let chunks: Vec<Chunk> = (0..)
        .zip(&documents)
        .map(|(document, of)| Chunk { document, text: format!("{}. {}", of.title, of.summary) })
        .collect();
    let (vectors, _) = embed_chunks(&chunks, model.as_ref(), &mut |_, _| ()).map_err(io::Error::other)?;
    let inverted = invert(&documents);
    let server = postgres_server::server();
    let address = server.fresh("");
    let folder = tempfile::tempdir()?;
    tell(format_args!(
        "{:<42} {:>14} {:>14}",
        format!("{SIZE} documents x {} dimensions", vectors.dimensions),
        "files",
        "PostgreSQL"
    ))?;

    let whole = whole(&documents, &inverted, &vectors, model.as_ref());
    let publish = |write: &mut dyn FnMut() -> Result<(), ccr_index::store::Error>| -> io::Result<Duration> {
        let start = Instant::now();
        write().map_err(io::Error::other)?;
        Ok(start.elapsed())
    };
    let mut files = local::Writer::open(folder.path()).map_err(io::Error::other)?;
    let mut database = postgres::Writer::open(&address).map_err(io::Error::other)?;
    let one = publish(&mut || files.publish(&whole).map(drop))?;
    let other = publish(&mut || database.publish(&whole).map(drop))?;
    line("publish everything, s", one.as_secs_f64(), other.as_secs_f64())?;
    let sum =
        "SELECT sum(pg_total_relation_size(oid))::text FROM pg_class WHERE relkind = 'r' AND relnamespace = ";
    let size = server.ask(&format!("{sum}'{}'::regnamespace", address.schema()));
    let graph = server.ask(&format!("SELECT sum(pg_relation_size(oid))::text FROM pg_class WHERE relname LIKE 'chunk_nearest%' AND relnamespace = '{}'::regnamespace", address.schema()));
    let megabytes = |text: &str| text.parse::<f64>().unwrap_or(0.0) / 1e6;
    line("size, MB", bytes_below(folder.path())? as f64 / 1e6, megabytes(&size))?;
    line("  of it the graph of neighbours, MB", 0.0, megabytes(&graph))?;

    let mut changed = documents.clone();
    changed.iter_mut().step_by(1_000).for_each(|document| document.summary.push_str(" changed"));
    let again = self::whole(&changed, &inverted, &vectors, model.as_ref());
    let one = publish(&mut || files.publish(&again).map(drop))?;
    let other = publish(&mut || database.publish(&again).map(drop))?;
    line("publish with 100 documents changed, s", one.as_secs_f64(), other.as_secs_f64())?;
    drop((files, database));

    let (files, database) = (Place::from(folder.path()), Place::Postgres(address));
    let open = |place: &Place| -> io::Result<(Searcher, Duration)> {
        let start = Instant::now();
        let searcher = Searcher::open(place).map_err(io::Error::other)?;
        Ok((searcher, start.elapsed()))
    };
    let ((files, one), (database, other)) = (open(&files)?, open(&database)?);
    line("open, ms", milliseconds(one), milliseconds(other))?;
    nearest(files.reader(), database.reader(), model.as_ref())?;
    searches(&files, &database)
}

/// Documents of ten sources.
fn documents() -> Vec<Document> {
    let mut documents = generated::documents(SIZE);
    let part = documents.len().div_ceil(SOURCES);
    for (number, document) in documents.iter_mut().enumerate() {
        document.collection = format!("source-{}", number / part);
        if number % 100 == 0 {
            document.tags.push("one in a hundred".to_owned());
        }
    }
    documents
}

fn whole<'a>(
    documents: &'a [Document],
    inverted: &'a Inverted,
    vectors: &'a ChunkVectors,
    model: &StaticModel,
) -> Publication<'a> {
    Publication {
        vectors: Some(vectors),
        embedder: Some(model.id().clone()),
        ..publication(documents, inverted)
    }
}

fn line(what: &str, files: f64, database: f64) -> io::Result<()> {
    tell(format_args!("{what:<42} {files:>14.2} {database:>14.2}"))
}

/// Filters by how many documents pass.
fn filters() -> [(&'static str, Filter); 3] {
    [
        ("all", Filter::default()),
        ("10 %", Filter { collections: vec!["source-3".to_owned()], ..Filter::default() }),
        ("1 %", Filter { tags: vec!["one in a hundred".to_owned()], ..Filter::default() }),
    ]
}

fn nearest(files: &dyn Generation, database: &dyn Generation, model: &StaticModel) -> io::Result<()> {
    for (name, filter) in filters() {
        let among = files.matching(&filter).map_err(io::Error::other)?;
        let among = (!filter.is_empty()).then_some(among.as_slice());
        let (mut times, mut found, mut wanted) = ([Vec::new(), Vec::new()], 0, 0);
        for question in generated::QUESTIONS.iter().cycle().take(generated::QUESTIONS.len() * ROUNDS) {
            let vector = embed_query(model, question).map_err(io::Error::other)?;
            let mut ask = |at: usize, generation: &dyn Generation| -> io::Result<Vec<u32>> {
                let start = Instant::now();
                let near = generation.nearest(&vector, COUNT, among).map_err(io::Error::other)?;
                times[at].push(start.elapsed());
                Ok(near.into_iter().map(|near| near.document).collect())
            };
            // The one compares all of them: what it finds is right.
            let (right, other) = (ask(0, files)?, ask(1, database)?);
            wanted += right.len();
            found += right.iter().filter(|number| other.contains(number)).count();
        }
        quantiles(&format!("the {COUNT} nearest of {name}"), times)?;
        line(&format!("  recall@{COUNT}"), 1.0, found as f64 / f64::from(wanted.max(1) as u32))?;
    }
    Ok(())
}

fn searches(files: &Searcher, database: &Searcher) -> io::Result<()> {
    for (name, filter) in filters() {
        let mut times = [Vec::new(), Vec::new()];
        let (mut same, mut asked) = (0, 0);
        for question in generated::QUESTIONS.iter().cycle().take(generated::QUESTIONS.len() * ROUNDS) {
            let query = Query { filter: filter.clone(), ..Query::new(*question) };
            let mut ask = |at: usize, searcher: &Searcher| -> io::Result<Option<String>> {
                let start = Instant::now();
                let answer = searcher.search(&query).map_err(io::Error::other)?;
                times[at].push(start.elapsed());
                Ok(answer.hits.into_iter().next().map(|hit| hit.id))
            };
            asked += 1;
            same += u32::from(ask(0, files)? == ask(1, database)?);
        }
        quantiles(&format!("search in {name}"), times)?;
        line("  the same first hit", 1.0, f64::from(same) / f64::from(asked))?;
    }
    Ok(())
}

fn quantiles(what: &str, mut times: [Vec<Duration>; 2]) -> io::Result<()> {
    times.iter_mut().for_each(|times| times.sort_unstable());
    for (name, share) in [("p50", 50), ("p99", 99)] {
        let [files, database] =
            times.each_ref().map(|times| times.get(times.len() * share / 100).copied().unwrap_or_default());
        line(&format!("{what}, {name} ms"), milliseconds(files), milliseconds(database))?;
    }
    Ok(())
}
