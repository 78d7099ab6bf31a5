use std::collections::HashMap;
use std::sync::Mutex;

use super::segment::NewSegment;
use crate::manifest::{EmbedderId, Manifest};
use crate::store::{Error, PartDocuments, PartVectors, Update};
use crate::vectors::{self, ChunkVectors};

/// What an update says, ready to be written: everything that takes long and needs no database.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    /// A segment for each part that has new documents; what such a part says of vectors.
    pub(super) parts: Vec<Option<NewPart<'a>>>,
    /// What was about to be put into service by an attempt whose end nobody saw.
    pub(super) attempted: Mutex<Option<(String, Manifest)>>,
}

/// A part of an update that has new documents.
#[derive(Debug)]
pub(super) struct NewPart<'a> {
    pub(super) segment: NewSegment<'a>,
    pub(super) vectors: Option<PartVectors<'a>>,
    /// By position, how many chunks were refused.
    pub(super) refused: HashMap<u32, i32>,
}

impl<'a> Prepared<'a> {
    /// Refuses what readers could not use, and inverts what is new.
    pub(super) fn of(update: &Update<'a>) -> Result<Prepared<'a>, Error> {
        let mut parts = Vec::with_capacity(update.parts.len());
        for part in &update.parts {
            let PartDocuments::New { documents, vectors } = part.documents else {
                parts.push(None);
                continue;
            };
            if let Some(vectors) = vectors {
                check(vectors.chunks, documents.len(), update.embedder.as_ref())?;
            }
            let mut counted: HashMap<u32, i32> = HashMap::new();
            let refused = vectors.iter().flat_map(|vectors| vectors.refused);
            refused.for_each(|number| *counted.entry(*number).or_default() += 1);
            let segment = NewSegment::of(part.source, documents);
            parts.push(Some(NewPart { segment, vectors, refused: counted }));
        }
        Ok(Prepared { parts, attempted: Mutex::new(None) })
    }
}

fn check(vectors: &ChunkVectors, documents: usize, embedder: Option<&EmbedderId>) -> Result<(), Error> {
    let embedder = embedder.ok_or(Error::EmbedderWithoutVectors)?;
    if usize::try_from(embedder.dimensions) != Ok(vectors.dimensions) {
        return Err(Error::OtherDimensions {
            model: embedder.model.clone(),
            expected: embedder.dimensions,
            found: vectors.dimensions,
        });
    }
    vectors::check(vectors)?;
    match vectors.documents.last().filter(|number| **number as usize >= documents) {
        Some(number) => Err(Error::NoSuchDocument { document: *number, documents }),
        None => Ok(()),
    }
}
