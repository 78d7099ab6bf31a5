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
    /// its files damaged; where its manifest is damaged, those of the generation before. The inner `None`: it has no
    /// vectors.
    ///
    /// # Errors
    /// Where it cannot be known: the place cannot be read, or something is there whose manifest says nothing.
    pub fn embedder_in_service(&self) -> Result<Option<Option<EmbedderId>>, Error> {
        let manifests = match self {
            Place::Local(data_dir) => local::manifest_texts(data_dir)?,
            Place::Postgres(address) => postgres::manifest_text(address)?.map(|text| vec![text]),
        };
        let Some(manifests) = manifests else { return Ok(None) };
        let outline = manifests.iter().find_map(|manifest| outline(manifest));
        outline.map(|outline| Some(outline.embedder)).ok_or_else(|| Error::Damaged {
            file: self.to_string().into(),
            what: "no manifest says what made its vectors".to_owned(),
        })
    }
}

/// What a manifest begins with; behind it, a file has the digest of all that stands before.
fn outline(manifest: &str) -> Option<Outline> {
    serde_json::Deserializer::from_str(manifest).into_iter::<Outline>().next()?.ok()
}
