use super::current::Current;
use super::generation::{self, Extent};
use super::layout::Layout;
use crate::store::Error;

/// What a rollback did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolledBack {
    /// The generation that was in service, where that could be read.
    pub from: Option<u64>,
    /// The generation that is in service now.
    pub to: u64,
    /// Generations that came first but are damaged or of another format.
    pub skipped: Vec<u64>,
}

/// Puts the generation into service that was so before the one that is, or the newest intact one
/// below it. Removes nothing.
pub(super) fn roll_back(layout: &Layout) -> Result<RolledBack, Error> {
    let from = match Current::read(layout) {
        Ok(current) => Some(current.number),
        Err(Error::Damaged { .. }) => None,
        Err(error) => return Err(error),
    };
    let mut skipped = Vec::new();
    for number in candidates(layout, from)? {
        match generation::check(layout, number, Extent::Everything) {
            Ok(checked) => {
                Current { number, digest: checked.digest }.write(layout)?;
                return Ok(RolledBack { from, to: number, skipped });
            }
            Err(Error::Damaged { .. } | Error::OtherFormat { .. }) => skipped.push(number),
            Err(error) => return Err(error),
        }
    }
    Err(Error::NothingToRollBackTo { place: layout.root().display().to_string() })
}

/// The generations to try, the best first. Where the pointer is lost, the newest may be the one that
/// was in service.
fn candidates(layout: &Layout, from: Option<u64>) -> Result<Vec<u64>, Error> {
    let mut numbers = layout.numbers()?;
    numbers.retain(|number| from.is_none_or(|from| *number < from));
    let manifest = from.and_then(|from| generation::read_manifest(&layout.generation(from)).ok());
    let previous = manifest.and_then(|(manifest, _)| manifest.previous);
    // After a rollback and another publish, the one that was rolled back from stands between the two.
    numbers.sort_unstable_by_key(|number| std::cmp::Reverse((Some(*number) == previous, *number)));
    Ok(numbers)
}
