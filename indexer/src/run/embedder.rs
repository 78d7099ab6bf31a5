//! What a run says of its embedder: whether it is another one than before, and what it would take.

use std::collections::HashSet;

use ccr_index::embed::{Embedder, Purpose, chunks};
use ccr_index::model::Document;
use ccr_index::store::Generation;

use super::plan::RunOptions;
use super::summary::{EmbedderChange, EmbeddingEstimate};

/// How the vectors of the run differ from those in service; nothing where there is no index yet.
pub(super) fn change(reader: Option<&dyn Generation>, options: &RunOptions) -> Option<EmbedderChange> {
    let from = reader?.manifest().embedder.clone();
    let to = options.embedder.as_ref().map(|embedder| embedder.id().clone());
    (from != to).then_some(EmbedderChange { from, to })
}

/// What embedding the documents would take; nothing where nobody pays for it.
pub(super) fn estimate<'a>(
    documents: impl IntoIterator<Item = &'a [Document]>,
    options: &RunOptions,
) -> Option<EmbeddingEstimate> {
    let embedder: &dyn Embedder = options.embedder.as_deref()?;
    let chunks: Vec<_> = documents.into_iter().flat_map(chunks).collect();
    let mut known = HashSet::new();
    let texts: Vec<&str> =
        chunks.iter().map(|chunk| chunk.text.as_str()).filter(|text| known.insert(*text)).collect();
    let takes = embedder.estimate(&texts, Purpose::Passage);
    takes.tokens.is_some().then(|| EmbeddingEstimate { embedder: embedder.id().clone(), takes })
}
