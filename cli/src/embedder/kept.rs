//! The embedder that an index was made with, where nobody names one. Vectors that were paid for are never
//! exchanged because a variable is missing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use ccr_index::EmbedderId;
use ccr_index::embed::cache::CacheFile;
use ccr_index::embed::service::{Foresight, asked_name};
use ccr_index::embed::{Absent, Embedder, EmbedderChoice, StaticModel};
use ccr_index::search::Embedders;
use ccr_index::store::{self, Place};

use super::environment::{config, environment};
use super::{Chosen, ForRun, Task, cached, for_questions};

/// What made the vectors of the index in service.
#[derive(Debug)]
pub(super) enum InService {
    /// There is no index.
    Nothing,
    NoVectors,
    BuiltIn,
    Other(EmbedderId),
    /// There is one, and it cannot be read.
    Unknown(store::Error),
}

impl InService {
    pub(super) fn of(place: &Place) -> InService {
        match place.embedder_in_service() {
            Ok(None) => InService::Nothing,
            Ok(Some(None)) => InService::NoVectors,
            Ok(Some(Some(id))) if id.provider == StaticModel::PROVIDER => InService::BuiltIn,
            Ok(Some(Some(id))) => InService::Other(id),
            Err(error) => InService::Unknown(error),
        }
    }
}

/// The embedder of the index, where the environment says enough; or else one that stands for it, with which what is
/// there stays, and nothing new can be embedded.
pub(super) fn keep(id: &EmbedderId, run: &ForRun<'_>) -> Result<Chosen> {
    let cache = run.cache()?;
    let found = match (run.is_offline, run.is_dry) {
        (true, _) => Err("`--offline` asks no service".to_owned()),
        (false, true) => foreseen(id, &cache),
        (false, false) => connected(id, run, &cache),
    };
    let why = match found {
        Ok(chosen) => return Ok(chosen),
        Err(why) => why,
    };
    let cure = cure(id);
    let absent = Absent::new(
        id.clone(),
        format!(
            "the index is of {id}, which cannot be asked: {why}; {cure}, or say `--embedder builtin` to change to the model inside the program"
        ),
    );
    let mut chosen = cached(Box::new(absent), cache);
    chosen.warnings.push(format!(
        "nobody names an embedder, and that of the index, {id}, cannot be asked ({why}): its vectors are kept; {cure}"
    ));
    Ok(chosen)
}

/// What to set to ask it again.
fn cure(id: &EmbedderId) -> String {
    match id.provider.as_str() {
        "azure" => {
            "set the variables of Azure OpenAI again, or say `--embedder azure` to take what they name now"
                .to_owned()
        }
        "openai" => {
            let name = asked_name(id).unwrap_or(&id.model);
            format!("set `CCR_EMBEDDER=openai:{name}` and what its server needs")
        }
        _ => "name its folder, as in `CCR_EMBEDDER=local:/path/to/model`".to_owned(),
    }
}

fn connected(id: &EmbedderId, run: &ForRun<'_>, cache: &Arc<CacheFile>) -> Result<Chosen, String> {
    let choice = choice_of(id, cache)?;
    let chosen = run.connected(&choice, cache.clone()).map_err(|error| format!("{error:#}"))?;
    match &chosen.embedder {
        Some(embedder) if embedder.id() == id => Ok(chosen),
        Some(embedder) => Err(format!("the environment names {}", embedder.id())),
        None => Err("the environment names no embedder".to_owned()),
    }
}

fn foreseen(id: &EmbedderId, cache: &Arc<CacheFile>) -> Result<Chosen, String> {
    let choice = choice_of(id, cache)?;
    let foreseen = foresight(&choice, id, cache)?;
    if foreseen.id() == id {
        Ok(cached(Box::new(foreseen), cache.clone()))
    } else {
        Err("its model is not remembered".to_owned())
    }
}

fn foresight(choice: &EmbedderChoice, id: &EmbedderId, cache: &CacheFile) -> Result<Foresight, String> {
    let config = config(&environment, choice, Task::Index).map_err(|error| format!("{error:#}"))?;
    Foresight::new(&config, cache, std::slice::from_ref(id)).map_err(|error| error.to_string())
}

/// The service that an index is of, if what the environment says may be that. Nothing is sent to find out: a key
/// must not go to a server that it is not for.
fn choice_of(id: &EmbedderId, cache: &CacheFile) -> Result<EmbedderChoice, String> {
    let choice = match id.provider.as_str() {
        "azure" => EmbedderChoice::Azure { deployment: asked_name(id).map(str::to_owned) },
        "openai" => EmbedderChoice::OpenAi { model: asked_name(id).unwrap_or(&id.model).to_owned() },
        "local" => return Err("its folder is not written down anywhere".to_owned()),
        other => return Err(format!("this program knows no embedder `{other}`")),
    };
    let foreseen = foresight(&choice, id, cache)?;
    if foreseen.may_give(id) { Ok(choice) } else { Err(format!("the environment names {}", foreseen.id())) }
}

/// Finds what the index is of in the environment.
#[derive(Debug)]
pub(super) struct OfIndex {
    data_dir: PathBuf,
}

impl OfIndex {
    pub(super) fn new(data_dir: &Path) -> OfIndex {
        OfIndex { data_dir: data_dir.to_owned() }
    }
}

impl Embedders for OfIndex {
    fn of(&self, id: &EmbedderId) -> Result<Arc<dyn Embedder>, String> {
        let find = || {
            let choice = choice_of(id, &CacheFile::open_read_only(&self.data_dir))?;
            for_questions(&choice, &self.data_dir).map_err(|error| format!("{error:#}"))
        };
        // Whoever opens an index may be a thread of a runtime, where the client of a service cannot be made.
        let found = std::thread::scope(|scope| {
            let started = std::thread::Builder::new().name("embedder".to_owned()).spawn_scoped(scope, find);
            let started =
                started.map_err(|error| format!("no thread could be started to ask it: {error}"))?;
            started.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        found.map_err(|why| {
            format!("the vectors of the index are of {id}, and {why}: set `CCR_EMBEDDER` to ask them")
        })
    }
}

/// A service that was named and cannot be asked.
#[derive(Debug)]
pub(super) struct Unavailable(pub(super) String);

impl Embedders for Unavailable {
    fn of(&self, _: &EmbedderId) -> Result<Arc<dyn Embedder>, String> {
        Err(self.0.clone())
    }
}
