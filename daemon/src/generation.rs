//! A generation as the doors see it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::http::HeaderValue;
use ccr_index::search::Searcher;

use crate::catalog::Catalog;
use crate::live::LiveIndex;
use crate::problem::Problem;

/// An open generation, with what is worked out of it once.
#[derive(Debug)]
pub(crate) struct Generation {
    searcher: Arc<Searcher>,
    catalog: OnceLock<Catalog>,
    platforms: OnceLock<Vec<String>>,
    tag: HeaderValue,
}

impl Generation {
    fn new(searcher: Arc<Searcher>) -> Self {
        let manifest = searcher.reader().manifest();
        // What is served of a generation also depends on who serves it.
        let tag = format!("W/\"{}-{}-{}\"", manifest.generation, manifest.created, env!("CARGO_PKG_VERSION"));
        let tag = HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("W/\"0\""));
        Generation { searcher, catalog: OnceLock::new(), platforms: OnceLock::new(), tag }
    }

    /// What answers questions.
    pub(crate) fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// The entity tag of all that is answered from it.
    pub(crate) fn tag(&self) -> HeaderValue {
        self.tag.clone()
    }

    /// The CodeBundles and tasks of public collections; read at the first call.
    pub(crate) fn catalog(&self) -> Result<&Catalog, Problem> {
        if let Some(catalog) = self.catalog.get() {
            return Ok(catalog);
        }
        let catalog = Catalog::read(&self.searcher)?;
        Ok(self.catalog.get_or_init(|| catalog))
    }

    /// Every platform that a filter can name; read at the first call.
    pub(crate) fn platforms(&self) -> Result<&[String], Problem> {
        if let Some(platforms) = self.platforms.get() {
            return Ok(platforms);
        }
        let platforms = self.searcher.reader().facets()?.platforms;
        let platforms = platforms.into_iter().map(|platform| platform.value).collect();
        Ok(self.platforms.get_or_init(|| platforms))
    }
}

/// The generation in service, made anew for each that is opened.
#[derive(Debug)]
pub(crate) struct Generations {
    live: Arc<LiveIndex>,
    last: Mutex<Option<Arc<Generation>>>,
}

impl Generations {
    pub(crate) fn new(live: Arc<LiveIndex>) -> Self {
        Generations { live, last: Mutex::new(None) }
    }

    /// The index.
    pub(crate) fn live(&self) -> &Arc<LiveIndex> {
        &self.live
    }

    /// What is in service; `None` before the first generation could be opened.
    pub(crate) fn current(&self) -> Option<Arc<Generation>> {
        let searcher = self.live.searcher()?;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = last.as_ref().filter(|known| Arc::ptr_eq(&known.searcher, &searcher)) {
            return Some(known.clone());
        }
        let new = Arc::new(Generation::new(searcher));
        *last = Some(new.clone());
        Some(new)
    }
}
