//! Sources that could not be read: since when, and those of which there is nothing.

use ccr_index::model::{DOCUMENTATION, Visibility};
use ccr_index::store::Generation;
use ccr_index::{FailedSource, Manifest, Outcome, SourceState};

use super::plan::RunOptions;
use super::source::Indexed;
use super::summary::SourceOutcome;
use crate::config::Sources;

/// Notes of each stale source since when it is: since this run, or since an earlier one.
pub(super) fn date_stale(indexed: &mut [Indexed], reader: Option<&dyn Generation>, options: &RunOptions) {
    let is_stale = |state: &SourceState| matches!(state.outcome, Outcome::Stale { .. });
    let manifest = reader.map(Generation::manifest);
    for state in indexed.iter_mut().filter_map(|source| source.state.as_mut()) {
        let slug = &state.collection.slug;
        let earlier = manifest.and_then(|manifest| {
            let known = manifest.sources.iter().find(|known| known.collection.slug == *slug)?;
            // A generation that says only that it is stale says so since it was written.
            is_stale(known).then(|| known.stale_since.unwrap_or(manifest.created))
        });
        state.stale_since = is_stale(state).then(|| earlier.unwrap_or(options.now));
    }
}

/// The sources of the file of which there is nothing, by slug: those that failed in this run, and those that
/// it was not asked for and that failed before.
pub(super) fn never_indexed(
    sources: &Sources,
    indexed: &[Indexed],
    reader: Option<&dyn Generation>,
    options: &RunOptions,
) -> Vec<FailedSource> {
    let before = reader.map(Generation::manifest);
    let documentation = sources.has_documentation().then_some((DOCUMENTATION, Visibility::Public));
    let collections = sources.collections.iter().map(|source| (source.slug.as_str(), source.visibility));
    let listed = collections.chain(documentation);
    let failed = listed.filter_map(|(slug, visibility)| {
        let known = before.and_then(|before| failed_before(before, slug));
        if !options.selects(slug) {
            return known.cloned();
        }
        let now = indexed.iter().find(|source| source.summary.slug == slug)?;
        let SourceOutcome::Failed { reason } = &now.summary.outcome else { return None };
        let since = known.map_or(options.now, |known| known.since);
        Some(FailedSource { slug: slug.to_owned(), visibility, reason: reason.clone(), since })
    });
    let mut failed: Vec<FailedSource> = failed.collect();
    failed.sort_by(|one, other| one.slug.cmp(&other.slug));
    failed
}

fn failed_before<'a>(before: &'a Manifest, slug: &str) -> Option<&'a FailedSource> {
    before.failed.iter().find(|failed| failed.slug == slug)
}

/// Whether two lists, each by slug, name the same sources. Why one failed may be said in other words each time.
pub(super) fn are_the_same(one: &[FailedSource], other: &[FailedSource]) -> bool {
    let slugs = |failed: &FailedSource| failed.slug.clone();
    one.iter().map(slugs).eq(other.iter().map(slugs))
}
