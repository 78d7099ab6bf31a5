//! What there is to say of a service. Nothing here reads the environment: the caller does.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::secret::Secret;
use super::waiting::Listener;
use crate::embed::{EmbedError, Prefixes};

const OPENAI_HOST: &str = "api.openai.com";

/// Each has a thread of its own.
const MOST_CONNECTIONS: usize = 64;

/// A service and how it is used.
#[derive(Debug, Clone)]
pub struct ServiceConfig {
    /// Where it is and how it is spoken to.
    pub api: Api,
    /// What it is opened with.
    pub credential: Credential,
    /// Azure's name of the deployment, or the name of the model.
    pub model: String,
    /// What a model of this server is told apart by from those of others; its address where absent. Two
    /// servers of one place have the same models.
    pub place: Option<String>,
    /// Numbers asked for in each vector; the model's own where absent.
    pub dimensions: Option<u32>,
    /// Most tokens of a text; the model's own limit where absent.
    pub max_tokens: Option<usize>,
    /// What is put before a text, by its purpose; the model's own where absent.
    pub prefixes: Option<Prefixes>,
    /// Most texts of one request.
    pub batch: usize,
    /// Most requests at once.
    pub connections: usize,
    /// Most tokens of one request.
    pub batch_tokens: usize,
    /// How long what may take.
    pub limits: Limits,
    /// US dollars for a million tokens; the known price of the model where absent.
    pub price: Option<f64>,
    /// What passages may cost. Questions are never refused for it.
    pub budget: Budget,
    /// Who hears of waits.
    pub listener: Option<Arc<dyn Listener>>,
}

/// The two ways in which embedding services are spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Api {
    /// Azure OpenAI: the deployment stands in the path, the version in the query.
    Azure {
        /// Such as `https://name.openai.azure.com`.
        endpoint: String,
        /// Such as `2024-02-15-preview`.
        version: String,
    },
    /// OpenAI and what speaks like it: Ollama, vLLM, TEI, LM Studio.
    OpenAi {
        /// Such as `https://api.openai.com/v1`.
        base_url: String,
    },
}

/// What a service is opened with.
#[derive(Debug, Clone)]
pub enum Credential {
    /// It is open.
    None,
    /// A key that does not change: Azure's `api-key`, a bearer token elsewhere.
    Key(Secret),
    /// Tokens that end, such as those of Entra ID; sent as bearer tokens.
    Tokens(Arc<dyn TokenSource>),
}

/// Gives a fresh token whenever it is asked.
pub trait TokenSource: fmt::Debug + Send + Sync {
    /// A token that is valid now.
    ///
    /// # Errors
    /// Why there is none, in a sentence without any token in it.
    fn token(&self) -> Result<Secret, String>;
}

/// Bounds of time and size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection stands.
    pub connect: Duration,
    /// From the first byte of a request to the last of its answer.
    pub request: Duration,
    /// What one batch waits in all, between its tries.
    pub patience: Duration,
    /// Tries after the first of a request that failed for another reason than a limit of rate.
    pub retries: u32,
    /// Bytes of an answer.
    pub answer: usize,
}

/// What may be spent by one embedder.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Budget {
    /// Tokens.
    pub tokens: Option<u64>,
    /// US dollars.
    pub cost: Option<f64>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connect: Duration::from_secs(10),
            request: Duration::from_secs(120),
            patience: Duration::from_secs(300),
            retries: 4,
            answer: 64 << 20,
        }
    }
}

impl ServiceConfig {
    /// A service with everything else as it usually is.
    pub fn new(api: Api, credential: Credential, model: impl Into<String>) -> ServiceConfig {
        ServiceConfig {
            api,
            credential,
            model: model.into(),
            place: None,
            dimensions: None,
            max_tokens: None,
            prefixes: None,
            batch: 100,
            connections: 4,
            batch_tokens: 64_000,
            limits: Limits::default(),
            price: None,
            budget: Budget::default(),
            listener: None,
        }
    }

    /// The name of the provider in [`crate::EmbedderId`].
    pub(super) fn provider(&self) -> &'static str {
        match self.api {
            Api::Azure { .. } => "azure",
            Api::OpenAi { .. } => "openai",
        }
    }

    /// Whether this is a service that OpenAI's own models come from, under their own names.
    pub(super) fn is_of_openai(&self) -> bool {
        match &self.api {
            Api::Azure { .. } => true,
            Api::OpenAi { base_url } => reqwest::Url::parse(base_url.trim()).is_ok_and(|url| {
                url.host_str().is_some_and(|host| host == OPENAI_HOST || host.ends_with(".api.openai.com"))
            }),
        }
    }

    /// Where a request is sent.
    ///
    /// # Errors
    /// The address is none, or says what it should not.
    pub(super) fn address(&self) -> Result<reqwest::Url, EmbedError> {
        let (name, base) = match &self.api {
            Api::Azure { endpoint, .. } => ("AZURE_OPENAI_EMBEDDING_ENDPOINT", endpoint),
            Api::OpenAi { base_url } => ("OPENAI_BASE_URL", base_url),
        };
        // The address is not repeated: who puts a key in it by mistake should not find it in a log.
        let bad = |what: &str| EmbedError::new(format!("{name} {what}, such as {}", self.example()));
        let mut url = reqwest::Url::parse(base.trim()).map_err(|_| bad("is not an address: give one"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(bad("is not an address of the web: give one with https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad(
                "holds a user or password: give the bare address and the key by its own variable",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("holds a query: give the bare address"));
        }
        // Servers of one's own may be in a network that is one's own.
        if self.is_of_openai() && url.scheme() == "http" && !is_loopback(&url) {
            return Err(bad("would send the key unencrypted: give an https address"));
        }
        let mut path = url.path_segments_mut().map_err(|()| bad("is not an address: give one"))?;
        path.pop_if_empty();
        match &self.api {
            Api::Azure { .. } => path.extend(["openai", "deployments", &self.model, "embeddings"]),
            Api::OpenAi { .. } => path.push("embeddings"),
        };
        drop(path);
        if let Api::Azure { version, .. } = &self.api {
            url.query_pairs_mut().append_pair("api-version", version.trim());
        }
        Ok(url)
    }

    fn example(&self) -> &'static str {
        match self.api {
            Api::Azure { .. } => "https://name.openai.azure.com",
            Api::OpenAi { .. } => "https://api.openai.com/v1 or http://127.0.0.1:11434/v1",
        }
    }

    /// What is wrong with the rest of it.
    pub(super) fn check(&self) -> Result<(), EmbedError> {
        let wrong = |what: &str| Err(EmbedError::new(what));
        if self.model.trim().is_empty() {
            return wrong(match self.api {
                Api::Azure { .. } => "no deployment is named: set AZURE_OPENAI_EMBEDDING_DEPLOYMENT",
                Api::OpenAi { .. } => "no model is named: set CCR_EMBEDDER to openai:<model>",
            });
        }
        if self.batch == 0 || self.batch_tokens == 0 || self.connections == 0 {
            return wrong(
                "a batch needs a text and a connection at least: set EMBEDDING_BATCH_SIZE to 1 or more",
            );
        }
        if self.connections > MOST_CONNECTIONS {
            return wrong("64 requests at once are the most: set CCR_EMBEDDER_CONNECTIONS to 64 or less");
        }
        if self.dimensions == Some(0) || self.max_tokens == Some(0) {
            return wrong("a vector needs a number and a text a token at least: set them to 1 or more");
        }
        if let Credential::None = self.credential {
            match &self.api {
                Api::Azure { .. } => {
                    return wrong("Azure OpenAI needs a key: set AZURE_OPENAI_EMBEDDING_API_KEY");
                }
                Api::OpenAi { .. } if self.is_of_openai() => {
                    return wrong("OpenAI needs a key: set OPENAI_API_KEY");
                }
                Api::OpenAi { .. } => {}
            }
        }
        Ok(())
    }
}

/// Whether the host is this machine.
pub(super) fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn azure(endpoint: &str, deployment: &str) -> ServiceConfig {
        let api = Api::Azure { endpoint: endpoint.to_owned(), version: "2024-02-15-preview".to_owned() };
        ServiceConfig::new(api, Credential::None, deployment)
    }

    fn openai(base_url: &str) -> ServiceConfig {
        ServiceConfig::new(Api::OpenAi { base_url: base_url.to_owned() }, Credential::None, "m")
    }

    #[test]
    fn addresses_are_those_of_the_services() {
        let check = |config: &ServiceConfig, expected: &str| {
            assert_eq!(config.address().expect("an address").as_str(), expected);
        };
        let query = "?api-version=2024-02-15-preview";
        check(
            &azure("https://a.openai.azure.com/", "text-embedding-3-small"),
            &format!(
                "https://a.openai.azure.com/openai/deployments/text-embedding-3-small/embeddings{query}"
            ),
        );
        check(
            &azure("https://a.openai.azure.com", "a/../b?c"),
            &format!("https://a.openai.azure.com/openai/deployments/a%2F..%2Fb%3Fc/embeddings{query}"),
        );
        check(&openai("https://api.openai.com/v1"), "https://api.openai.com/v1/embeddings");
        check(&openai("http://127.0.0.1:11434/v1/"), "http://127.0.0.1:11434/v1/embeddings");
        check(&openai("http://gpu:8080/team/v1"), "http://gpu:8080/team/v1/embeddings");
    }

    #[test]
    fn an_address_with_more_than_an_address_is_refused_and_not_repeated() {
        let check = |config: &ServiceConfig, expected: &str| {
            let message = config.address().expect_err("no address").message;
            assert!(message.contains(expected), "{message}");
            assert!(!message.contains("hunter2"), "{message}");
        };
        check(&openai("127.0.0.1:11434"), "is not an address");
        check(&openai("ftp://hunter2/"), "is not an address of the web");
        check(&openai("https://me:hunter2@host/v1"), "holds a user or password");
        check(&openai("https://host/v1?key=hunter2"), "holds a query");
        check(&azure("http://a.openai.azure.com", "d"), "unencrypted");
        check(&openai("http://api.openai.com/v1"), "unencrypted");
        assert!(openai("http://gpu:8000/v1").address().is_ok());
        assert!(azure("http://127.0.0.1:1", "d").address().is_ok());
        assert!(azure("http://[::1]:1", "d").address().is_ok());
    }
}
