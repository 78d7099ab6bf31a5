//! What a run finds in service, which an older program may have written.
//!
//! An index is derived from its sources: one of an older format is built anew, while it stays in service for the
//! programs that read it. It is replaced by nothing that holds less.

use ccr_index::store::{self, Generation, Older};

use super::RunError;
use super::plan::RunOptions;
use super::shrink::Size;
use super::source::Indexed;
use super::summary::SourceOutcome;

/// What is in service before the run.
#[derive(Debug, Default)]
pub(super) struct Before {
    pub(super) reader: Option<Box<dyn Generation>>,
    /// What is known of it where its format is older than ours.
    pub(super) older: Option<Older>,
}

impl Before {
    /// Opens what is in service. With `--force`, one that is damaged or of a newer format counts as none.
    pub(super) fn open(options: &RunOptions) -> Result<Before, RunError> {
        let place = &options.place;
        match place.open() {
            Ok(reader) => Ok(Before { reader: Some(reader), older: None }),
            Err(store::Error::NoIndex { .. }) => Ok(Before::default()),
            Err(store::Error::OtherFormat { found, expected, .. }) if found < expected => {
                if options.shard.is_some() {
                    return Err(RunError::ShardOnOlder { place: place.to_string() });
                }
                Ok(Before { reader: None, older: Some(place.older(found)?) })
            }
            Err(error @ (store::Error::Damaged { .. } | store::Error::OtherFormat { .. }))
                if options.force =>
            {
                match options.only.is_empty() {
                    true => Ok(Before::default()),
                    false => Err(RunError::OnlyOnUnreadable(error)),
                }
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// What is to be said of a run on an index of an older format.
pub(super) fn note(older: &Older, options: &RunOptions) -> String {
    let only = if options.only.is_empty() { "" } else { " (`--only` leaves nothing as it is there)" };
    format!(
        "the index in `{}` has format {}, which is older than this program's: every source is indexed anew{only}, \
         and the old index stays in service until the new one is whole",
        options.place, older.format
    )
}

/// Why what was read is not to take the place of the index of an older format: a source that it holds could not be
/// read whole, or has next to nothing left. Such a source is told as stale.
pub(super) fn withhold(older: &Older, indexed: &mut [Indexed], options: &RunOptions) -> Option<String> {
    let mut lost = Vec::new();
    for source in indexed {
        let slug = source.summary.slug.clone();
        let Some(before) = older.size_of(&slug) else { continue };
        let has_failed = matches!(source.summary.outcome, SourceOutcome::Failed { .. });
        let is_unread = source.summary.incomplete || has_failed;
        let loss = Size::of(&source.summary.counts).loss_since(Size::of(before));
        match loss.filter(|_| !is_unread && !options.accepts_shrink(&slug)) {
            Some(loss) => {
                let reason = format!(
                    "it was read whole and has {loss} that the index of the older format holds; where that is right, \
                     say `--accept-shrink {slug}`"
                );
                source.summary.outcome = SourceOutcome::Stale { reason };
            }
            None if is_unread => {}
            None => continue,
        }
        lost.push(format!("`{slug}`"));
    }
    let told = || {
        format!(
            "nothing was published: the index of format {} stays in service, because of {} there would be less; \
             run again when that is whole, or say `--force` to go on with less",
            older.format,
            lost.join(", ")
        )
    };
    (!options.force && !lost.is_empty()).then(told)
}
