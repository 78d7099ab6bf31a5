//! Sources that were read whole and have next to nothing of what they had: a mount that is not there, a
//! deployment that is not finished, a template that rendered empty. They say so no less surely than one that
//! was emptied on purpose, and so somebody has to say which it is.

use std::collections::{BTreeMap, HashMap};

use ccr_index::model::{DOCUMENTATION, Kind, SECTION, STANDARD_LIBRARIES};
use ccr_index::{Shrink, SourceState};

use super::RunError;
use super::plan::RunOptions;
use crate::config::Sources;
use crate::source::web::SHRUNK_SHARE;

/// How much a source has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Size {
    bundles: u64,
    /// All documents but the one of the collection itself, which is always there.
    documents: u64,
}

impl Size {
    /// By the counts of a source.
    pub(super) fn of(counts: &BTreeMap<String, u64>) -> Size {
        let count = |kind: &str| counts.get(kind).copied().unwrap_or(0);
        let is_document = |kind: &str| {
            kind == SECTION || Kind::from_word(kind).is_some_and(|kind| kind != Kind::Collection)
        };
        let documents = counts.iter().filter(|(kind, _)| is_document(kind)).map(|(_, count)| count).sum();
        Size { bundles: count(Kind::CodeBundle.as_str()), documents }
    }

    /// That of a folder of documentation.
    pub(super) fn of_pages(pages: usize) -> Size {
        Size { bundles: 0, documents: pages as u64 }
    }

    /// What there is next to nothing left of, with both numbers; nothing where enough is left.
    pub(super) fn loss_since(self, before: Size) -> Option<String> {
        let told = |now: u64, before: u64, what: &str| {
            is_next_to_nothing(now, before).then(|| format!("{now} of the {before} {what}"))
        };
        told(self.bundles, before.bundles, "CodeBundles")
            .or_else(|| told(self.documents, before.documents, "documents"))
    }
}

/// None, or fewer than a tenth of what there was.
fn is_next_to_nothing(now: u64, before: u64) -> bool {
    now.saturating_mul(SHRUNK_SHARE as u64) < before
}

/// What was read whole.
pub(super) struct Reading<'a> {
    /// Slug of the source, or what the ids of the pages of a folder begin with.
    pub(super) of: &'a str,
    /// The slug that `--accept-shrink` takes for it.
    pub(super) slug: &'a str,
    pub(super) before: Size,
    pub(super) now: Size,
    /// The commit that was read; none of a folder.
    pub(super) commit: Option<&'a str>,
    /// Whether `--accept-shrink` names it.
    pub(super) is_accepted: bool,
    /// The generation in service.
    pub(super) in_service: Option<u64>,
}

/// What is to be done with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is what the source is now; with what is to be remembered of how it became so small.
    Take(Option<Shrink>),
    /// What is in service stays, for this reason.
    Hold {
        /// For people.
        reason: String,
        /// To be remembered until it is read again.
        seen: Shrink,
    },
}

impl Reading<'_> {
    /// Decides. `known` is what is remembered of the source.
    pub(super) fn judge(&self, known: Option<&Shrink>) -> Verdict {
        let accepted = known.filter(|known| known.whole_in.is_some());
        let Some(loss) = self.now.loss_since(self.before) else {
            // The generation before it shrank is kept until it is as large again.
            let is_small = |known: &&Shrink| self.now.loss_since(size_before(known)).is_some();
            return Verdict::Take(accepted.filter(is_small).cloned());
        };
        // Two commits that both say so are no accident.
        let is_confirmed = known.is_some_and(|known| {
            known.seen_at.is_some() && self.commit.is_some() && known.seen_at.as_deref() != self.commit
        });
        if self.is_accepted || is_confirmed {
            let shrunk = Shrink { seen_at: None, whole_in: self.in_service, ..self.shrink() };
            let larger = accepted.filter(|known| shrunk_is_less(&shrunk, known));
            return Verdict::Take(Some(larger.cloned().unwrap_or(shrunk)));
        }
        let reason = format!(
            "it was read whole and has {loss} that are in service; where that is right, say \
             `--accept-shrink {}`",
            self.slug
        );
        let whole_in = accepted.and_then(|known| known.whole_in);
        let seen_at =
            known.and_then(|known| known.seen_at.clone()).or_else(|| self.commit.map(str::to_owned));
        let before = accepted.cloned().unwrap_or_else(|| self.shrink());
        Verdict::Hold { reason, seen: Shrink { seen_at, whole_in, ..before } }
    }

    fn shrink(&self) -> Shrink {
        Shrink {
            of: self.of.to_owned(),
            seen_at: None,
            whole_in: None,
            bundles: self.before.bundles,
            documents: self.before.documents,
        }
    }
}

fn size_before(shrink: &Shrink) -> Size {
    Size { bundles: shrink.bundles, documents: shrink.documents }
}

fn shrunk_is_less(shrunk: &Shrink, known: &Shrink) -> bool {
    (shrunk.bundles, shrunk.documents) <= (known.bundles, known.documents)
}

/// What stays to be remembered of a source that is as it was.
pub(super) fn without_doubt(shrink: Shrink) -> Option<Shrink> {
    shrink.whole_in.is_some().then_some(Shrink { seen_at: None, ..shrink })
}

/// What is remembered of a source or folder.
pub(super) fn known<'a>(state: Option<&'a SourceState>, of: &str) -> Option<&'a Shrink> {
    state?.shrinks.iter().find(|shrink| shrink.of == of)
}

/// Refuses to remove all collections because the file lists none: a file that was made from a template may lack
/// what was to be filled in. Each that is to go is named in `--accept-shrink`.
pub(super) fn check_collections(
    sources: &Sources,
    known: &HashMap<&str, &SourceState>,
    options: &RunOptions,
) -> Result<(), RunError> {
    let is_collection = |slug: &&str| *slug != DOCUMENTATION && *slug != STANDARD_LIBRARIES;
    let is_accepted = |slug: &&str| options.accept_shrink.iter().any(|accepted| accepted == slug);
    let mut gone: Vec<&str> =
        known.keys().copied().filter(is_collection).filter(|slug| !is_accepted(slug)).collect();
    if !sources.collections.is_empty() || gone.is_empty() {
        return Ok(());
    }
    gone.sort_unstable();
    Err(RunError::NoCollections { gone: gone.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(bundles: u64, documents: u64) -> Size {
        Size { bundles, documents }
    }

    #[test]
    fn next_to_nothing_is_fewer_than_a_tenth() {
        let check = |now: Size, before: Size, expected: Option<&str>| {
            assert_eq!(now.loss_since(before).as_deref(), expected, "{now:?} of {before:?}");
        };
        check(size(0, 0), size(0, 0), None);
        check(size(0, 5), size(0, 5), None);
        check(size(0, 5), size(1, 5), Some("0 of the 1 CodeBundles"));
        check(size(2, 9), size(20, 90), None);
        check(size(1, 90), size(20, 90), Some("1 of the 20 CodeBundles"));
        check(size(2, 8), size(20, 90), Some("8 of the 90 documents"));
        check(size(0, 0), size(0, 4), Some("0 of the 4 documents"));
        check(size(u64::MAX, u64::MAX), size(u64::MAX, u64::MAX), None);
    }

    #[test]
    fn counts_that_are_no_documents_do_not_count() {
        let counts = [("collection", 1), ("codebundle", 2), ("task", 3), ("robot_file", 9), ("section", 4)];
        let counts = counts.map(|(kind, count)| (kind.to_owned(), count)).into();
        assert_eq!(Size::of(&counts), size(2, 9));
    }

    fn reading(now: u64, commit: Option<&'static str>) -> Reading<'static> {
        Reading {
            of: "one",
            slug: "one",
            before: size(100, 100),
            now: size(now, now),
            commit,
            is_accepted: false,
            in_service: Some(7),
        }
    }

    #[test]
    fn another_commit_confirms_and_the_same_does_not() {
        let Verdict::Hold { reason, seen } = reading(0, Some("a")).judge(None) else { panic!() };
        assert!(reason.contains("0 of the 100 CodeBundles") && reason.contains("`--accept-shrink one`"));
        assert_eq!((seen.seen_at.as_deref(), seen.whole_in), (Some("a"), None));
        assert!(matches!(reading(0, Some("a")).judge(Some(&seen)), Verdict::Hold { .. }));
        let Verdict::Take(Some(taken)) = reading(0, Some("b")).judge(Some(&seen)) else { panic!() };
        assert_eq!((taken.seen_at.as_deref(), taken.whole_in), (None, Some(7)));
        // What came back is as if nothing had been.
        assert_eq!(reading(50, Some("b")).judge(Some(&seen)), Verdict::Take(None));
    }

    #[test]
    fn a_folder_is_confirmed_by_nothing_but_words() {
        let Verdict::Hold { seen, .. } = reading(0, None).judge(None) else { panic!() };
        assert!(matches!(reading(0, None).judge(Some(&seen)), Verdict::Hold { .. }));
        let accepted = Reading { is_accepted: true, ..reading(0, None) };
        assert!(matches!(accepted.judge(Some(&seen)), Verdict::Take(Some(Shrink { whole_in: Some(7), .. }))));
    }

    #[test]
    fn the_generation_with_the_most_is_kept_until_the_source_is_as_large() {
        let accepted = Reading { is_accepted: true, ..reading(20, None) };
        let first = Shrink { whole_in: Some(3), bundles: 900, documents: 900, ..accepted.shrink() };
        // Smaller once more: the generation that had it all is still the one that counts.
        let again = Reading { is_accepted: true, ..reading(1, None) };
        assert_eq!(again.judge(Some(&first)), Verdict::Take(Some(first.clone())));
        assert_eq!(reading(80, None).judge(Some(&first)), Verdict::Take(Some(first.clone())));
        assert_eq!(reading(90, None).judge(Some(&first)), Verdict::Take(None));
        // While the next shrink is not accepted, nothing is forgotten of the first.
        let Verdict::Hold { seen, .. } = reading(1, None).judge(Some(&first)) else { panic!() };
        assert_eq!((seen.whole_in, seen.bundles), (Some(3), 900));
    }
}
