//! What made the vectors in service: asked before an index is opened, and of any format.

use serde::Deserialize;

use super::{Error, Place, local, postgres};
use crate::manifest::EmbedderId;

/// The part of a manifest that every format has.
#[derive(Deserialize)]
struct Outline {
    embedder: Option<EmbedderId>,
}

impl Place {
    /// What made the vectors of the generation in service, where a manifest says it, be it of another format or
    /// its files damaged. The inner `None`: it has no vectors.
    ///
    /// # Errors
    /// Where it cannot be known: the place cannot be read, or something is there whose manifest says nothing.
    pub fn embedder_in_service(&self) -> Result<Option<Option<EmbedderId>>, Error> {
        let manifest = match self {
            Place::Local(data_dir) => local::manifest_text(data_dir)?,
            Place::Postgres(address) => postgres::manifest_text(address)?,
        };
        let Some(manifest) = manifest else { return Ok(None) };
        // Behind it, a file has the digest of all that stands before.
        let first = serde_json::Deserializer::from_str(&manifest).into_iter::<Outline>().next();
        match first {
            Some(Ok(outline)) => Ok(Some(outline.embedder)),
            _ => Err(Error::Damaged {
                file: self.to_string().into(),
                what: "its manifest does not say what made its vectors".to_owned(),
            }),
        }
    }
}
