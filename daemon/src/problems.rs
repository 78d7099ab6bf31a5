//! Which problems of the index everybody may be told.

use ccr_index::model::Visibility;
use ccr_index::{FailedSource, Manifest, ProblemRecord, SourceState, problems};

/// The problems of the sources that are asked for, by slug; of all that everybody may see where none is. A
/// hidden source is told of where it is named.
pub(crate) fn told<'a>(
    manifest: &'a Manifest,
    asked: &'a [String],
) -> impl Iterator<Item = ProblemRecord> + 'a {
    problems(manifest, move |slug| {
        let is_asked = asked.iter().any(|asked| asked == slug);
        is_asked || (asked.is_empty() && !is_hidden(manifest, slug))
    })
}

/// Whether the index knows a source of this slug, indexed or failed.
pub(crate) fn is_known(manifest: &Manifest, slug: &str) -> bool {
    let is_it = |source: &SourceState| source.collection.slug == slug;
    manifest.sources.iter().any(is_it) || manifest.failed.iter().any(|failed| failed.slug == slug)
}

/// The sources of which there is nothing and that everybody may know of.
pub(crate) fn public_failed(manifest: &Manifest) -> impl Iterator<Item = &FailedSource> {
    manifest.failed.iter().filter(|failed| failed.visibility == Visibility::Public)
}

fn is_hidden(manifest: &Manifest, slug: &str) -> bool {
    let source = manifest.sources.iter().find(|source| source.collection.slug == slug);
    let failed = manifest.failed.iter().find(|failed| failed.slug == slug);
    let visibility = source.map(|source| source.collection.visibility);
    visibility.or(failed.map(|failed| failed.visibility)) == Some(Visibility::Hidden)
}
