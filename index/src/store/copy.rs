use super::{Error, Place, Publication, local, postgres};
use crate::lexical::invert;
use crate::manifest::Manifest;

/// Publishes in one place what is in service in another: the same documents with the same vectors, which
/// nobody computes again, and what is said of their sources.
///
/// # Errors
/// Where the one cannot be read or the other not be written; what was in service there stays so.
pub fn copy(from: &Place, to: &Place) -> Result<Manifest, Error> {
    // The lock comes first: what is copied is what is in service when others are kept out.
    let mut writer = match to {
        Place::Local(data_dir) => Writer::Local(local::Writer::open(data_dir)?),
        Place::Postgres(address) => Writer::Postgres(postgres::Writer::open(address)?),
    };
    let reader = from.open()?;
    let numbers: Vec<u32> = (0..reader.document_count()).collect();
    let documents = reader.documents(&numbers)?;
    let vectors = reader.chunk_vectors()?;
    let inverted = invert(&documents);
    let manifest = reader.manifest();
    let publication = Publication {
        documents: &documents,
        inverted: &inverted,
        program: &manifest.program,
        created: manifest.created,
        vectors: vectors.as_ref(),
        embedder: manifest.embedder.clone(),
        sources: manifest.sources.clone(),
        failed: manifest.failed.clone(),
    };
    match &mut writer {
        Writer::Local(writer) => writer.publish(&publication),
        Writer::Postgres(writer) => writer.publish(&publication),
    }
}

enum Writer {
    Local(local::Writer),
    Postgres(postgres::Writer),
}
