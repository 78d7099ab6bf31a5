//! A corpus that is indexed for the occasion.

use std::path::Path;

use anyhow::{Context, Result};
use ccr_index::embed::{Embedder, embed_documents};
use ccr_index::lexical::invert;
use ccr_index::model::{Document, Field, Kind};
use ccr_index::store::{Publication, local::Writer};

use super::files::{Text, read_lines};

/// Indexes a file of `{"id","title","text"}` lines into a new index below `data_dir`.
pub(super) fn index(corpus: &Path, data_dir: &Path, embedder: Option<&dyn Embedder>) -> Result<()> {
    let documents: Vec<Document> = read_lines::<Text>(corpus)?.into_iter().map(document).collect();
    let doing = || format!("could not index `{}`", corpus.display());
    let embedded = embedder
        .map(|embedder| embed_documents(&documents, embedder, &mut |_, _| ()))
        .transpose()
        .with_context(doing)?;
    let publication = Publication {
        documents: &documents,
        inverted: &invert(&documents),
        vectors: embedded.as_ref().map(|(vectors, _)| vectors),
        program: env!("CARGO_PKG_VERSION"),
        created: 0,
        embedder: embedder.map(|embedder| embedder.id().clone()),
        sources: Vec::new(),
    };
    Writer::open(data_dir).and_then(|mut writer| writer.publish(&publication)).with_context(doing)?;
    Ok(())
}

/// A corpus has no kinds; its texts are read as documentation.
fn document(text: Text) -> Document {
    let mut document = Document::new(text.id, Kind::Documentation);
    document.title.clone_from(&text.title);
    document.fields = vec![(Field::Title, text.title), (Field::Summary, text.text)];
    document
}
