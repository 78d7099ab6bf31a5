use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ccr_index::Manifest;
use ccr_index::search::Caller;

/// Who calls a keyword, and how.
#[derive(Debug, Clone)]
pub(super) struct Usage {
    /// CodeBundles that call it.
    pub(super) callers: usize,
    /// The plainest of them that everybody may see.
    pub(super) first: Option<Caller>,
    /// Its call, as written.
    pub(super) example: Option<String>,
}

/// The usages that were asked for, of one generation: finding one reads every bundle that calls the
/// keyword, which for some is most of the index.
#[derive(Debug, Default)]
pub(super) struct Usages {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Number and time of the generation.
    generation: (u64, u64),
    by_keyword: HashMap<String, Arc<Usage>>,
}

impl Usages {
    /// The usage of a keyword, which `find` finds where it is not known yet.
    pub(super) fn of<E>(
        &self,
        manifest: &Manifest,
        keyword: &str,
        find: impl FnOnce() -> Result<Usage, E>,
    ) -> Result<Arc<Usage>, E> {
        let generation = (manifest.generation, manifest.created);
        {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.generation != generation {
                *known = Known { generation, by_keyword: HashMap::new() };
            }
            if let Some(usage) = known.by_keyword.get(keyword) {
                return Ok(Arc::clone(usage));
            }
        }
        // Two who ask at once find the same.
        let usage = Arc::new(find()?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.generation == generation {
            known.by_keyword.insert(keyword.to_owned(), Arc::clone(&usage));
        }
        Ok(usage)
    }
}
