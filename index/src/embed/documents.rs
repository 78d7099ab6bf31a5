use std::collections::HashMap;

use super::{Chunk, EmbedError, Embedder, Embedding, Purpose, chunks};
use crate::model::Document;
use crate::vectors::ChunkVectors;

/// What became of the chunks of a publication.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Embedded {
    /// Chunks that have a vector.
    pub chunks: u64,
    /// Chunks of which the model saw the beginning only.
    pub truncated: u64,
    /// Documents of which a chunk has no vector, with the reason that the model gave.
    pub refused: Vec<(u32, String)>,
}

/// Embeds the chunks of documents; a document's number is its position. `progress` is told how many
/// texts are done and how many there are.
///
/// # Errors
/// Where the embedder cannot go on: documents with and without vectors would not compare, so that there
/// are none at all then. A single text that the model refuses is no reason for it.
pub fn embed_documents(
    documents: &[Document],
    embedder: &dyn Embedder,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<(ChunkVectors, Embedded), EmbedError> {
    embed_chunks(&chunks(documents), embedder, progress)
}

/// Embeds chunks, whose documents ascend: some of those of a publication, where the others are kept.
///
/// # Errors
/// As [`embed_documents`].
pub fn embed_chunks(
    chunks: &[Chunk],
    embedder: &dyn Embedder,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<(ChunkVectors, Embedded), EmbedError> {
    let (texts, places) = unique(chunks);
    let dimensions = embedder.id().dimensions as usize;
    let mut outcomes: Vec<Outcome> = Vec::new();
    outcomes.resize_with(texts.len(), || Outcome::Missing);
    let mut room = vec![0.0; texts.len() * dimensions];
    let mut done = 0;
    progress(0, texts.len());
    embedder.embed(&texts, Purpose::Passage, &mut |place, embedding| {
        done += 1;
        progress(done, texts.len());
        let Some(outcome) = outcomes.get_mut(place) else { return };
        *outcome = match embedding {
            Embedding::Vector { values, truncated } if values.len() == dimensions => {
                room[place * dimensions..(place + 1) * dimensions].copy_from_slice(&values);
                Outcome::Vector { truncated }
            }
            Embedding::Vector { values, .. } => {
                Outcome::Refused { reason: format!("it gave {} numbers, not {dimensions}", values.len()) }
            }
            Embedding::Refused { reason } => Outcome::Refused { reason },
        };
    })?;
    let mut vectors = ChunkVectors { dimensions, ..ChunkVectors::default() };
    vectors.values.reserve_exact(chunks.len() * dimensions);
    let mut embedded = Embedded::default();
    for (chunk, place) in chunks.iter().zip(places) {
        match &outcomes[place] {
            Outcome::Vector { truncated } => {
                embedded.chunks += 1;
                embedded.truncated += u64::from(*truncated);
                vectors.documents.push(chunk.document);
                vectors.values.extend_from_slice(&room[place * dimensions..(place + 1) * dimensions]);
            }
            Outcome::Refused { reason } => embedded.refused.push((chunk.document, reason.clone())),
            Outcome::Missing => {
                return Err(EmbedError::new("the embedder gave no vector for a text, and no reason"));
            }
        }
    }
    Ok((vectors, embedded))
}

/// What became of one of the different texts.
enum Outcome {
    Missing,
    Vector { truncated: bool },
    Refused { reason: String },
}

/// The different texts, and for each chunk the position of its own: bundles repeat each other, and a
/// text is paid for once.
fn unique(chunks: &[Chunk]) -> (Vec<&str>, Vec<usize>) {
    let mut texts = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::with_capacity(chunks.len());
    let places = chunks.iter().map(|chunk| {
        *known.entry(&chunk.text).or_insert_with(|| {
            texts.push(chunk.text.as_str());
            texts.len() - 1
        })
    });
    let places = places.collect();
    (texts, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::EmbedderId;
    use crate::model::{Field, Kind};

    /// Gives each text its length, and refuses what says so.
    #[derive(Debug)]
    struct Lengths(EmbedderId);

    impl Embedder for Lengths {
        fn id(&self) -> &EmbedderId {
            &self.0
        }

        fn embed(
            &self,
            texts: &[&str],
            _: Purpose,
            done: &mut dyn FnMut(usize, Embedding),
        ) -> Result<(), EmbedError> {
            for (place, text) in texts.iter().enumerate().rev() {
                let refused = text.contains("refuse").then(|| Embedding::Refused { reason: "no".into() });
                let vector = Embedding::Vector { values: vec![text.len() as f32], truncated: false };
                done(place, refused.unwrap_or(vector));
            }
            Ok(())
        }
    }

    #[test]
    fn chunks_stay_with_their_documents_whatever_order_they_come_in() {
        let document = |id: &str, body: &str| Document {
            title: "t".into(),
            fields: vec![(Field::Body, body.into())],
            ..Document::new(id.into(), Kind::Documentation)
        };
        let documents = [document("a", "four"), document("b", "refuse"), document("c", "four")];
        let id = EmbedderId { provider: "test".into(), model: "lengths".into(), dimensions: 1 };
        let mut last = (0, 0);
        let (vectors, embedded) =
            embed_documents(&documents, &Lengths(id), &mut |done, all| last = (done, all)).unwrap();
        assert_eq!(vectors.documents, [0, 0, 1, 2, 2]);
        assert_eq!(vectors.values, [1.0, 7.0, 1.0, 1.0, 7.0]);
        assert_eq!(embedded.refused, [(1, "no".to_owned())]);
        assert_eq!((embedded.chunks, last), (5, (3, 3)));
    }
}
