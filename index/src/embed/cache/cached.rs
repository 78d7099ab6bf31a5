//! An embedder that remembers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::file::CacheFile;
use super::row::{Kept, Key, Row, decode, encode};
use crate::EmbedderId;
use crate::embed::{EmbedError, Embedder, Embedding, Estimate, Purpose, Usage};

/// Keys that are looked up at once.
const LOOK_UP: usize = 256;
/// Vectors of one transaction, at most. A transaction is over as soon as no more vectors are there.
const STORE: usize = 256;

/// Answers from the cache what it knows, has the rest embedded and keeps it.
#[derive(Debug)]
pub struct Cached {
    inner: Box<dyn Embedder>,
    file: Arc<CacheFile>,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    reused: AtomicU64,
    embedded: AtomicU64,
    truncated: AtomicU64,
    refused: AtomicU64,
}

/// What became of a text, as it is kept.
enum Fresh {
    Vector(Row),
    Refused { reason: String },
}

/// A text and where it stands among those of the caller: more than once, where it is there more than once.
struct Text<'text> {
    key: Key,
    text: &'text str,
    positions: Vec<usize>,
}

impl Cached {
    /// Puts the cache before an embedder.
    pub fn new(inner: Box<dyn Embedder>, file: Arc<CacheFile>) -> Cached {
        Cached { inner, file, counts: Counts::default() }
    }

    /// Hands over what is known and gives the rest.
    fn reuse<'text>(
        &self,
        texts: Vec<Text<'text>>,
        done: &mut dyn FnMut(usize, Embedding),
    ) -> Vec<Text<'text>> {
        let mut missing = Vec::new();
        let mut texts = texts.into_iter().peekable();
        while texts.peek().is_some() {
            let some: Vec<Text<'_>> = texts.by_ref().take(LOOK_UP).collect();
            let keys: Vec<Key> = some.iter().map(|text| text.key).collect();
            for (text, found) in some.into_iter().zip(self.file.find(self.inner.id(), &keys)) {
                match found {
                    Some(kept) => {
                        add(&self.counts.reused, text.positions.len());
                        self.hand_over(&text, &vector(kept), done);
                    }
                    None => missing.push(text),
                }
            }
        }
        missing
    }

    /// Has texts embedded, keeps each vector and then hands it over.
    fn embed_new(
        &self,
        texts: &[Text<'_>],
        purpose: Purpose,
        done: &mut dyn FnMut(usize, Embedding),
    ) -> Result<(), EmbedError> {
        let plain: Vec<&str> = texts.iter().map(|text| text.text).collect();
        let trouble = Mutex::new(None);
        let embedded = std::thread::scope(|scope| {
            let (give, take) = sync_channel(STORE);
            let (give_back, kept) = channel();
            let (texts_of_writer, trouble) = (texts, &trouble);
            let writer = std::thread::Builder::new().name("embedding cache".to_owned());
            let started = writer.spawn_scoped(scope, move || {
                while let Some(batch) = next_batch(&take) {
                    if let Err(why) = self.keep(texts_of_writer, &batch) {
                        *trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
                    }
                    if batch.into_iter().any(|result| give_back.send(result).is_err()) {
                        return;
                    }
                }
            });
            started.map_err(|error| EmbedError {
                message: "could not start a thread for the embedding cache".to_owned(),
                source: Some(error.into()),
            })?;
            let mut finish = |(index, fresh): (usize, Fresh)| self.finish(&texts[index], fresh, done);
            let embedded = {
                // Dropped at the end of the block, so that the writer comes to its own.
                let give: SyncSender<(usize, Fresh)> = give;
                self.inner.embed(&plain, purpose, &mut |index, embedding| {
                    // The writer lives as long as it is given something.
                    let _ = give.send((index, self.checked(embedding)));
                    kept.try_iter().for_each(&mut finish);
                })
            };
            kept.iter().for_each(&mut finish);
            embedded
        });
        if let Some(why) = trouble.into_inner().unwrap_or_else(PoisonError::into_inner) {
            self.file.warn(format!("vectors could not be kept and will be embedded again: {why}"));
        }
        embedded
    }

    /// The same without keeping.
    fn only_embed(
        &self,
        texts: &[Text<'_>],
        purpose: Purpose,
        done: &mut dyn FnMut(usize, Embedding),
    ) -> Result<(), EmbedError> {
        let plain: Vec<&str> = texts.iter().map(|text| text.text).collect();
        self.inner.embed(&plain, purpose, &mut |index, embedding| {
            self.finish(&texts[index], self.checked(embedding), done);
        })
    }

    /// What is no vector is not taken for one.
    fn checked(&self, embedding: Embedding) -> Fresh {
        let (values, truncated) = match embedding {
            Embedding::Vector { values, truncated } => (values, truncated),
            Embedding::Refused { reason } => return Fresh::Refused { reason },
        };
        let dimensions = self.inner.id().dimensions;
        let numbers = encode(&values);
        if decode(&numbers, dimensions).is_none() {
            let reason = format!("what the model gave is no vector of {dimensions} numbers");
            return Fresh::Refused { reason };
        }
        Fresh::Vector(Row { numbers, truncated })
    }

    /// A vector as it will be read the next time.
    fn as_kept(&self, fresh: Fresh) -> Embedding {
        match fresh {
            Fresh::Vector(row) => Embedding::Vector {
                values: decode(&row.numbers, self.inner.id().dimensions).unwrap_or_default(),
                truncated: row.truncated,
            },
            Fresh::Refused { reason } => Embedding::Refused { reason },
        }
    }

    fn keep(&self, texts: &[Text<'_>], batch: &[(usize, Fresh)]) -> Result<(), String> {
        let rows: Vec<(Key, Row)> = batch
            .iter()
            .filter_map(|(index, fresh)| match fresh {
                Fresh::Vector(row) => Some((texts[*index].key, row.clone())),
                // Another day, the service may take it.
                Fresh::Refused { .. } => None,
            })
            .collect();
        if rows.is_empty() { Ok(()) } else { self.file.store(self.inner.id(), &rows) }
    }

    fn finish(&self, text: &Text<'_>, fresh: Fresh, done: &mut dyn FnMut(usize, Embedding)) {
        let embedding = self.as_kept(fresh);
        if let Embedding::Vector { .. } = embedding {
            add(&self.counts.embedded, 1);
            add(&self.counts.reused, text.positions.len() - 1);
        }
        self.hand_over(text, &embedding, done);
    }

    fn hand_over(&self, text: &Text<'_>, embedding: &Embedding, done: &mut dyn FnMut(usize, Embedding)) {
        match embedding {
            Embedding::Vector { truncated: true, .. } => add(&self.counts.truncated, text.positions.len()),
            Embedding::Vector { .. } => {}
            Embedding::Refused { .. } => add(&self.counts.refused, text.positions.len()),
        }
        for position in &text.positions {
            done(*position, embedding.clone());
        }
    }
}

impl Embedder for Cached {
    fn id(&self) -> &EmbedderId {
        self.inner.id()
    }

    fn embed(
        &self,
        texts: &[&str],
        purpose: Purpose,
        done: &mut dyn FnMut(usize, Embedding),
    ) -> Result<(), EmbedError> {
        let missing = self.reuse(distinct(texts, purpose), done);
        let embedded = match missing.as_slice() {
            [] => Ok(()),
            missing if self.file.is_writable() => self.embed_new(missing, purpose, done),
            missing => self.only_embed(missing, purpose, done),
        };
        embedded.map_err(|error| match self.file.is_writable() {
            true => EmbedError {
                message: format!(
                    "{}; what was embedded is kept, and a new run asks for the rest only",
                    error.message
                ),
                ..error
            },
            false => error,
        })
    }

    fn estimate(&self, texts: &[&str], purpose: Purpose) -> Estimate {
        let texts = distinct(texts, purpose);
        let keys: Vec<Key> = texts.iter().map(|text| text.key).collect();
        let known = keys.chunks(LOOK_UP).flat_map(|keys| self.file.find(self.inner.id(), keys));
        let missing: Vec<&str> =
            texts.iter().zip(known).filter(|(_, known)| known.is_none()).map(|(text, _)| text.text).collect();
        self.inner.estimate(&missing, purpose)
    }

    fn usage(&self) -> Usage {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Usage {
            reused: count(&self.counts.reused),
            embedded: count(&self.counts.embedded),
            truncated: count(&self.counts.truncated),
            refused: count(&self.counts.refused),
            ..self.inner.usage()
        }
    }
}

/// Each text once, in the order of their first places.
fn distinct<'text>(texts: &[&'text str], purpose: Purpose) -> Vec<Text<'text>> {
    let mut found: Vec<Text<'_>> = Vec::new();
    let mut places: HashMap<Key, usize> = HashMap::new();
    for (position, text) in texts.iter().enumerate() {
        let key = Key::new(purpose, text);
        let place = *places.entry(key).or_insert_with(|| {
            found.push(Text { key, text, positions: Vec::new() });
            found.len() - 1
        });
        found[place].positions.push(position);
    }
    found
}

/// Waits for a result and takes what else is there; none when there will be no more.
fn next_batch(results: &Receiver<(usize, Fresh)>) -> Option<Vec<(usize, Fresh)>> {
    let first = results.recv().ok()?;
    Some(std::iter::once(first).chain(results.try_iter().take(STORE - 1)).collect())
}

fn vector(kept: Kept) -> Embedding {
    Embedding::Vector { values: kept.values, truncated: kept.truncated }
}

fn add(count: &AtomicU64, more: usize) {
    count.fetch_add(more as u64, Ordering::Relaxed);
}
