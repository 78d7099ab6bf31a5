//! Which model it is that answers: what its vectors are told apart by, and whether it is still the same.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::config::{Api, ServiceConfig};
use super::habits::Habits;
use super::models;
use crate::EmbedderId;
use crate::embed::Prefixes;

/// What is embedded to get to know a model.
pub(super) const SAMPLE: &str = "Restart the pods of a deployment that are stuck in CrashLoopBackOff.";
/// Servers compute the same sentence a little differently, by the company it is in; other models give
/// another vector altogether.
const SAME: f32 = 0.98;

/// What is known of a model from having asked it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// What it calls itself; absent where it does not.
    pub model: Option<String>,
    /// Numbers in a vector.
    pub dimensions: u32,
    /// Numbers that are to be asked for; absent where the model's own number is right.
    pub asked: Option<u32>,
    /// Counts the models that were seen behind the same name, from 1.
    pub revision: u32,
    /// The vector of a sentence that is always the same; empty where it was not asked for yet.
    pub sample: Vec<f32>,
}

/// Remembers models between runs, by their address and name, so that each is asked once only what it is.
pub trait ProbeMemory: fmt::Debug + Send + Sync {
    /// What is known.
    fn recall(&self, key: &str) -> Option<Probe>;

    /// Keeps what was found out. What cannot be kept is asked for again.
    fn remember(&self, key: &str, probe: &Probe);

    /// How the service wants to be asked.
    fn recall_habits(&self, key: &str) -> Habits;

    /// Keeps how the service wants to be asked.
    fn remember_habits(&self, key: &str, habits: &Habits);
}

/// Remembers nothing.
#[derive(Debug, Clone, Copy)]
pub struct NoMemory;

impl ProbeMemory for NoMemory {
    fn recall(&self, _: &str) -> Option<Probe> {
        None
    }

    fn remember(&self, _: &str, _: &Probe) {}

    fn recall_habits(&self, _: &str) -> Habits {
        Habits::default()
    }

    fn remember_habits(&self, _: &str, _: &Habits) {}
}

/// What a model is remembered by.
pub(super) fn key(config: &ServiceConfig, address: &reqwest::Url) -> String {
    let mut address = address.clone();
    address.set_query(None);
    let asked = config.dimensions.map(|dimensions| dimensions.to_string()).unwrap_or_default();
    format!("{} {address} {} {asked}", config.provider(), config.model)
}

/// What is known without asking: OpenAI serves its own models under names that never change.
pub(super) fn known(config: &ServiceConfig) -> Option<Probe> {
    let Api::OpenAi { .. } = config.api else { return None };
    let model =
        models::openai(&config.model).filter(|model| config.is_of_openai() && model.takes_dimensions)?;
    let dimensions = config.dimensions.unwrap_or(model.dimensions);
    Some(Probe {
        model: Some(config.model.clone()),
        dimensions,
        asked: (dimensions != model.dimensions).then_some(dimensions),
        revision: 1,
        sample: Vec::new(),
    })
}

/// What the vectors are told apart by.
///
/// A model that OpenAI named is the same wherever it runs. Any other name means something at one server
/// only, where it may mean something else tomorrow: the server belongs to it. So does a prefix.
pub(super) fn id(config: &ServiceConfig, place: &str, prefixes: &Prefixes, probe: &Probe) -> EmbedderId {
    let name = probe.model.as_deref().unwrap_or(&config.model);
    let is_fixed = config.is_of_openai() && models::openai(name).is_some_and(|model| model.takes_dimensions);
    let mut model = if is_fixed { name.to_owned() } else { format!("{name}@{place}") };
    if !is_fixed && name != config.model {
        model = format!("{}={model}", config.model);
    }
    if *prefixes != Prefixes::default() {
        let both = format!("{}\n{}", prefixes.passage, prefixes.query);
        model += &format!(" prefix:{}", &blake3::hash(both.as_bytes()).to_hex()[..8]);
    }
    if probe.revision > 1 {
        model += &format!(" #{}", probe.revision);
    }
    EmbedderId { provider: config.provider().to_owned(), model, dimensions: probe.dimensions }
}

/// The name that a model was asked for by, where its vectors are told apart by `id`: Azure's deployment, or the
/// model. `None` where the name does not say it, as that of Azure's deployments of a model that OpenAI named.
pub fn asked_name(id: &EmbedderId) -> Option<&str> {
    let name = id.model.split_once(" prefix:").map_or(id.model.as_str(), |(name, _)| name);
    let name = name.split_once(" #").map_or(name, |(name, _)| name);
    match (name.split_once('='), name.rsplit_once('@')) {
        (Some((asked, _)), _) => Some(asked),
        (None, Some((asked, _))) => Some(asked),
        (None, None) => (id.provider == "openai").then_some(name),
    }
}

/// Whether vectors of `id` may come from there, as far as can be said without asking.
pub(super) fn may_be(config: &ServiceConfig, place: &str, id: &EmbedderId) -> bool {
    let is_of_place = id.model.contains(&format!("@{place}")) || !id.model.contains('@');
    let is_of_name = asked_name(id).is_none_or(|name| name == config.model);
    let is_fixed = !id.model.contains('@');
    id.provider == config.provider() && is_of_name && is_of_place && (!is_fixed || config.is_of_openai())
}

/// The server and path that a model's name belongs to.
pub(super) fn place(host: &str, address: &reqwest::Url, api: &Api) -> String {
    let path = match api {
        Api::Azure { .. } => "",
        Api::OpenAi { .. } => address.path().trim_end_matches("/embeddings").trim_end_matches("/v1"),
    };
    format!("{host}{}", path.trim_end_matches('/'))
}

/// How the model that answered now differs from the one that is known, if it does.
pub(super) fn difference(known: &Probe, now: &Probe) -> Option<String> {
    match (&known.model, &now.model) {
        (Some(known), Some(now)) if known != now => {
            return Some(format!("it is `{now}` now and was `{known}`"));
        }
        _ => {}
    }
    if known.dimensions != now.dimensions {
        let (known, now) = (known.dimensions, now.dimensions);
        return Some(format!("its vectors have {now} numbers now and had {known}"));
    }
    let likeness: f32 = known.sample.iter().zip(&now.sample).map(|(a, b)| a * b).sum();
    (!known.sample.is_empty() && likeness < SAME)
        .then(|| format!("it gives another vector for the same sentence (likeness {likeness:.2})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::service::config::Credential;

    fn probe(model: Option<&str>) -> Probe {
        let model = model.map(str::to_owned);
        Probe { model, dimensions: 3, asked: None, revision: 1, sample: vec![1.0, 0.0, 0.0] }
    }

    #[test]
    fn vectors_are_shared_only_where_a_name_means_the_same() {
        let azure = Api::Azure { endpoint: "https://a.openai.azure.com".to_owned(), version: "v".to_owned() };
        let ollama = Api::OpenAi { base_url: "http://gpu:11434/v1".to_owned() };
        let check = |api: &Api, asked: &str, probe: &Probe, expected: &str| {
            let config = ServiceConfig::new(api.clone(), Credential::None, asked);
            let address = config.address().expect("an address");
            let place = place(address.host_str().expect("a host"), &address, api);
            let id = id(&config, &place, &models::prefixes(asked), probe);
            assert_eq!(id.model, expected);
        };
        check(&azure, "mine", &probe(Some("text-embedding-3-small")), "text-embedding-3-small");
        check(
            &azure,
            "mine",
            &probe(Some("text-embedding-ada-002")),
            "mine=text-embedding-ada-002@a.openai.azure.com",
        );
        check(&azure, "mine", &probe(None), "mine@a.openai.azure.com");
        check(&ollama, "x", &probe(Some("x")), "x@gpu");
        check(&ollama, "text-embedding-3-small", &probe(None), "text-embedding-3-small@gpu");
        check(&ollama, "nomic-embed-text", &probe(None), "nomic-embed-text@gpu prefix:fd92b61e");
        check(&ollama, "x", &Probe { revision: 2, ..probe(None) }, "x@gpu #2");
    }

    #[test]
    fn the_name_that_was_asked_for_is_found_again() {
        let check = |provider: &str, model: &str, expected: Option<&str>| {
            let id = EmbedderId { provider: provider.into(), model: model.into(), dimensions: 3 };
            assert_eq!(asked_name(&id), expected, "{model}");
        };
        check("azure", "text-embedding-3-small", None);
        check("azure", "mine=text-embedding-ada-002@a.openai.azure.com", Some("mine"));
        check("azure", "mine@a.openai.azure.com #2", Some("mine"));
        check("openai", "text-embedding-3-small", Some("text-embedding-3-small"));
        check("openai", "nomic-embed-text:v1.5@gpu:11434 prefix:fd92b61e", Some("nomic-embed-text:v1.5"));
        check("openai", "BAAI/bge-m3=/models/bge-m3@gpu/team", Some("BAAI/bge-m3"));
        check("openai", "@cf/baai/bge@gpu", Some("@cf/baai/bge"));
    }

    #[test]
    fn a_model_is_another_by_name_dimensions_or_vector() {
        let known = probe(Some("a"));
        let check = |now: &Probe, expected: Option<&str>| {
            let found = difference(&known, now);
            assert_eq!(found.is_some(), expected.is_some(), "{found:?}");
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()));
        };
        check(&known, None);
        check(&probe(None), None);
        check(&Probe { sample: vec![0.999, 0.04, 0.0], ..probe(Some("a")) }, None);
        check(&probe(Some("b")), Some("`b` now and was `a`"));
        check(&Probe { dimensions: 2, ..probe(Some("a")) }, Some("2 numbers now and had 3"));
        check(&Probe { sample: vec![0.0, 1.0, 0.0], ..probe(Some("a")) }, Some("another vector"));
    }
}
