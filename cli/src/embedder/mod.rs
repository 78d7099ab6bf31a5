//! Which embedder gives texts their vectors: the one inside the program, a transformer in a folder, or a
//! service that the environment names, the dear ones behind a cache.

mod environment;
mod kept;
mod token_command;

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use ccr_index::embed::cache::{CacheFile, Cached};
use ccr_index::embed::service::{Foresight, Listener, Service, SystemClock};
use ccr_index::embed::transformer::Transformer;
use ccr_index::embed::{Embedder, EmbedderChoice, StaticModel};
use ccr_index::search::{Asking, Searcher};
use ccr_index::store::Place;

use environment::{config, environment, named_service, prefixes};
use kept::{InService, OfIndex, Unavailable};

/// What is embedded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    /// Documents: it may take long, and what was made is kept. Needs the lock of the index.
    Index,
    /// A question: somebody waits for the answer.
    Search,
}

/// What `--embedder` and `CCR_EMBEDDER` say; nothing where nobody said anything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choice(pub(crate) Option<EmbedderChoice>);

/// A run that documents are embedded for.
#[derive(Debug, Clone)]
pub(crate) struct ForRun<'run> {
    /// Where the index is; without one nothing is asked what it was made with.
    pub(crate) place: Option<&'run Place>,
    pub(crate) data_dir: &'run Path,
    /// Whether nothing may be asked over the network.
    pub(crate) is_offline: bool,
    /// Whether nothing is embedded.
    pub(crate) is_dry: bool,
    /// Who hears of waits.
    pub(crate) listener: Option<Arc<dyn Listener>>,
}

/// An embedder, and its cache where it has one.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    /// Absent where texts get no vectors.
    pub(crate) embedder: Option<Arc<dyn Embedder>>,
    /// Has warnings to tell, and wants to be pruned after a run.
    pub(crate) cache: Option<Arc<CacheFile>>,
    /// What people should know of the choice.
    pub(crate) warnings: Vec<String>,
}

impl Choice {
    /// What gives documents their vectors. Where nobody names it, it is what the index was made with; for a new index,
    /// and for one of the model inside the program, the service that the environment names, or that model.
    pub(crate) fn for_index(&self, run: &ForRun<'_>) -> Result<Chosen> {
        if let Some(named) = &self.0 {
            return run.named(named);
        }
        let in_service = run.place.map_or(InService::Nothing, InService::of);
        match (in_service, named_service(&environment)) {
            (InService::Nothing | InService::BuiltIn, Some(service)) => run.named(&service),
            (InService::Nothing | InService::BuiltIn, None) => run.named(&EmbedderChoice::BuiltIn),
            (InService::NoVectors, _) => Ok(Chosen::default()),
            (InService::Other(id), _) => kept::keep(&id, run),
            (InService::Unknown(error), _) => Err(error).context(
                "nobody names an embedder, and what the index was made with cannot be read: to index all the same, \
                 name one with `--embedder`, such as `--embedder builtin`",
            ),
        }
    }

    /// What gives questions their vectors.
    pub(crate) fn asking(&self, data_dir: &Path) -> Result<Asking> {
        Ok(match &self.0 {
            None => Asking::By(Arc::new(OfIndex::new(data_dir))),
            Some(EmbedderChoice::None) => Asking::ByWords,
            Some(EmbedderChoice::BuiltIn) => Asking::With(StaticModel::built_in()),
            Some(EmbedderChoice::Local(folder)) => Asking::With(Arc::new(transformer(folder)?)),
            Some(service) => match for_questions(service, data_dir) {
                Ok(embedder) => Asking::With(embedder),
                Err(error) => Asking::By(Arc::new(Unavailable(format!("{error:#}")))),
            },
        })
    }

    /// The index in service, to be asked.
    pub(crate) fn searcher(&self, place: &Place, data_dir: &Path) -> Result<Searcher> {
        let searcher = Searcher::open(place).context("could not open the index")?;
        searcher.asking(&self.asking(data_dir)?).context("could not ask the index")
    }
}

impl ForRun<'_> {
    /// The embedder of that name.
    fn named(&self, choice: &EmbedderChoice) -> Result<Chosen> {
        match choice {
            EmbedderChoice::BuiltIn => {
                Ok(Chosen { embedder: Some(StaticModel::built_in()), ..Chosen::default() })
            }
            EmbedderChoice::None => Ok(Chosen::default()),
            EmbedderChoice::Local(folder) => Ok(cached(Box::new(transformer(folder)?), self.cache()?)),
            _ if self.is_offline => bail!(
                "an embedding service needs the network: leave `--offline` out, or say `--embedder builtin`"
            ),
            service if self.is_dry => {
                let cache = self.cache()?;
                let foreseen = Foresight::new(&config(&environment, service, Task::Index)?, &*cache, &[])
                    .context("could not use the embedding service")?;
                Ok(cached(Box::new(foreseen), cache))
            }
            service => self.connected(service, self.cache()?),
        }
    }

    fn connected(&self, service: &EmbedderChoice, cache: Arc<CacheFile>) -> Result<Chosen> {
        let mut config = config(&environment, service, Task::Index)?;
        config.listener = self.listener.clone();
        let service = Service::connect(config, cache.clone(), Arc::new(SystemClock::new()))
            .context("could not use the embedding service")?;
        Ok(cached(Box::new(service), cache))
    }

    /// The cache; a dry run writes nothing.
    fn cache(&self) -> Result<Arc<CacheFile>> {
        if self.is_dry {
            return Ok(Arc::new(CacheFile::open_read_only(self.data_dir)));
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        Ok(Arc::new(CacheFile::open(self.data_dir, now)?))
    }
}

fn transformer(folder: &Path) -> Result<Transformer> {
    Ok(Transformer::open(folder, prefixes(&environment))?)
}

/// A service that is asked questions.
fn for_questions(service: &EmbedderChoice, data_dir: &Path) -> Result<Arc<dyn Embedder>> {
    let cache = Arc::new(CacheFile::open_read_only(data_dir));
    let config = config(&environment, service, Task::Search)?;
    let service = Service::connect(config, cache.clone(), Arc::new(SystemClock::new()))
        .context("could not use the embedding service")?;
    Ok(Arc::new(Cached::new(Box::new(service), cache)))
}

fn cached(embedder: Box<dyn Embedder>, cache: Arc<CacheFile>) -> Chosen {
    let embedder: Arc<dyn Embedder> = Arc::new(Cached::new(embedder, cache.clone()));
    Chosen { embedder: Some(embedder), cache: Some(cache), warnings: Vec::new() }
}
