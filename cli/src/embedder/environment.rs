//! What the environment says of a service.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use ccr_index::embed::service::{Api, Budget, Credential, Limits, Secret, ServiceConfig};
use ccr_index::embed::{EmbedderChoice, Prefixes};

use super::Task;
use super::token_command::TokenCommand;

/// Names a service by itself; the variables that it falls back to do not.
const AZURE_ENDPOINT: &str = "AZURE_OPENAI_EMBEDDING_ENDPOINT";
/// What its users set for Azure's API, where nothing else is said.
const AZURE_VERSION: &str = "2024-02-15-preview";
const AZURE_DEPLOYMENT: &str = "text-embedding-3-small";
const OPENAI: &str = "https://api.openai.com/v1";

/// A variable of this process.
pub(super) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A variable of the environment, by its name.
pub(super) type Get<'environment> = &'environment dyn Fn(&str) -> Option<String>;

/// The service that the environment names where nobody named an embedder.
pub(super) fn named_service(get: Get<'_>) -> Option<EmbedderChoice> {
    text(get, AZURE_ENDPOINT).map(|_| EmbedderChoice::Azure { deployment: None })
}

/// What the environment says of a service.
pub(super) fn config(get: Get<'_>, choice: &EmbedderChoice, task: Task) -> Result<ServiceConfig> {
    let mut config = match choice {
        EmbedderChoice::OpenAi { model } => openai(get, model),
        EmbedderChoice::Azure { deployment } => azure(get, deployment.as_deref())?,
        other => bail!("`{other}` is no service"),
    };
    config.batch = number(get, "EMBEDDING_BATCH_SIZE")?.unwrap_or(config.batch);
    config.connections = number(get, "CCR_EMBEDDER_CONNECTIONS")?.unwrap_or(config.connections);
    config.place = text(get, "CCR_EMBEDDER_PLACE");
    config.dimensions = number(get, "CCR_EMBEDDER_DIMENSIONS")?;
    config.max_tokens = number(get, "CCR_EMBEDDER_MAX_TOKENS")?;
    config.price = price(get)?;
    config.budget = budget(get)?;
    config.prefixes = prefixes(get);
    config.limits = limits(get, task)?;
    if let Some(command) = text(get, "CCR_EMBEDDER_TOKEN_COMMAND") {
        config.credential = Credential::Tokens(Arc::new(TokenCommand::new(command)));
    }
    Ok(config)
}

fn azure(get: Get<'_>, deployment: Option<&str>) -> Result<ServiceConfig> {
    let either = |name: &str| {
        text(get, &format!("AZURE_OPENAI_EMBEDDING_{name}"))
            .or_else(|| text(get, &format!("AZURE_OPENAI_{name}")))
    };
    let Some(endpoint) = either("ENDPOINT") else {
        bail!(
            "Azure OpenAI has no address: set AZURE_OPENAI_EMBEDDING_ENDPOINT, such as https://name.openai.azure.com"
        );
    };
    let version = either("API_VERSION").unwrap_or_else(|| AZURE_VERSION.to_owned());
    let credential = key(either("API_KEY").as_deref());
    let named = deployment.map(str::to_owned).or_else(|| text(get, "AZURE_OPENAI_EMBEDDING_DEPLOYMENT"));
    let deployment = named.unwrap_or_else(|| AZURE_DEPLOYMENT.to_owned());
    Ok(ServiceConfig::new(Api::Azure { endpoint, version }, credential, deployment))
}

fn openai(get: Get<'_>, model: &str) -> ServiceConfig {
    let base_url = text(get, "OPENAI_BASE_URL").unwrap_or_else(|| OPENAI.to_owned());
    ServiceConfig::new(Api::OpenAi { base_url }, key(text(get, "OPENAI_API_KEY").as_deref()), model)
}

fn key(text: Option<&str>) -> Credential {
    text.and_then(Secret::new).map_or(Credential::None, Credential::Key)
}

pub(super) fn prefixes(get: Get<'_>) -> Option<Prefixes> {
    // A space at the end belongs to a prefix; an empty one is how to say that there is none.
    let (passage, query) = (get("CCR_EMBEDDER_PASSAGE_PREFIX"), get("CCR_EMBEDDER_QUERY_PREFIX"));
    if passage.is_none() && query.is_none() {
        return None;
    }
    Some(Prefixes { passage: passage.unwrap_or_default(), query: query.unwrap_or_default() })
}

fn limits(get: Get<'_>, task: Task) -> Result<Limits> {
    let usual = match task {
        Task::Index => Limits::default(),
        Task::Search => Limits {
            connect: Duration::from_secs(5),
            request: Duration::from_secs(15),
            patience: Duration::from_secs(5),
            retries: 1,
            ..Limits::default()
        },
    };
    let request = number(get, "CCR_EMBEDDER_TIMEOUT")?.map_or(usual.request, Duration::from_secs);
    Ok(Limits { request, ..usual })
}

fn price(get: Get<'_>) -> Result<Option<f64>> {
    let Some(text) = text(get, "CCR_EMBEDDER_PRICE") else { return Ok(None) };
    dollars(text.trim_start_matches('$'))
        .map(Some)
        .context("CCR_EMBEDDER_PRICE is the price of a million tokens in US dollars, such as `0.02`")
}

/// `$2.50`, or a number of tokens.
fn budget(get: Get<'_>) -> Result<Budget> {
    let Some(text) = text(get, "CCR_EMBEDDER_BUDGET") else { return Ok(Budget::default()) };
    let read = match text.strip_prefix('$') {
        Some(amount) => dollars(amount).map(|cost| Budget { tokens: None, cost: Some(cost) }),
        None => text.replace('_', "").parse().ok().map(|tokens| Budget { tokens: Some(tokens), cost: None }),
    };
    read.context(
        "CCR_EMBEDDER_BUDGET is a number of tokens, such as `2000000`, or an amount, such as `$2.50`",
    )
}

fn dollars(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|amount| amount.is_finite() && *amount >= 0.0)
}

fn number<T: FromStr>(get: Get<'_>, name: &str) -> Result<Option<T>> {
    let Some(text) = text(get, name) else { return Ok(None) };
    match text.parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) => bail!("{name} is `{text}` and has to be a whole number"),
    }
}

/// A variable without the space around it; one without anything in it is as good as none.
fn text(get: Get<'_>, name: &str) -> Option<String> {
    get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(choice: &str, variables: &[(&str, &str)]) -> Result<ServiceConfig> {
        let get = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        config(&get, &choice.parse()?, Task::Index)
    }

    fn good(choice: &str, variables: &[(&str, &str)]) -> ServiceConfig {
        read(choice, variables).expect("good variables")
    }

    #[test]
    fn azure_has_the_names_that_its_users_know() {
        let check = |variables: &[(&str, &str)], endpoint: &str, version: &str, deployment: &str| {
            let config = good("azure", variables);
            let expected = Api::Azure { endpoint: endpoint.to_owned(), version: version.to_owned() };
            assert_eq!((config.api, config.model.as_str()), (expected, deployment));
            assert!(matches!(config.credential, Credential::Key(_)));
        };
        let general = [("AZURE_OPENAI_ENDPOINT", "https://g"), ("AZURE_OPENAI_API_KEY", "g")];
        let own =
            [("AZURE_OPENAI_EMBEDDING_ENDPOINT", "https://e "), ("AZURE_OPENAI_EMBEDDING_API_KEY", "e")];
        check(&own, "https://e", AZURE_VERSION, AZURE_DEPLOYMENT);
        check(&[&own[..], &general[..]].concat(), "https://e", AZURE_VERSION, AZURE_DEPLOYMENT);
        check(&general, "https://g", AZURE_VERSION, AZURE_DEPLOYMENT);
        let named = [("AZURE_OPENAI_EMBEDDING_DEPLOYMENT", "d"), ("AZURE_OPENAI_API_VERSION", "v")];
        check(&[&own[..], &named[..]].concat(), "https://e", "v", "d");
        assert_eq!(good("azure:x", &[&own[..], &named[..]].concat()).model, "x");
    }

    #[test]
    fn only_the_variable_of_embeddings_names_a_service() {
        let check = |variables: &[(&str, &str)], expected: bool| {
            let get = |name: &str| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(named_service(&get).is_some(), expected, "{variables:?}");
        };
        check(&[("AZURE_OPENAI_EMBEDDING_ENDPOINT", "https://e")], true);
        check(&[("AZURE_OPENAI_EMBEDDING_ENDPOINT", " ")], false);
        check(&[("AZURE_OPENAI_ENDPOINT", "https://e"), ("OPENAI_API_KEY", "k")], false);
    }

    #[test]
    fn openai_and_its_like_have_a_model_and_an_address() {
        let config = good("openai:nomic-embed-text:v1.5", &[]);
        assert_eq!(config.api, Api::OpenAi { base_url: OPENAI.to_owned() });
        assert_eq!(config.model, "nomic-embed-text:v1.5");
        assert!(matches!(config.credential, Credential::None));
        let config = good("openai:m", &[("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1")]);
        assert_eq!(config.api, Api::OpenAi { base_url: "http://127.0.0.1:11434/v1".to_owned() });
    }

    #[test]
    fn settings_are_read_or_refused() {
        let variables = [
            ("EMBEDDING_BATCH_SIZE", "32"),
            ("CCR_EMBEDDER_CONNECTIONS", "2"),
            ("CCR_EMBEDDER_DIMENSIONS", "256"),
            ("CCR_EMBEDDER_PLACE", "office"),
            ("CCR_EMBEDDER_MAX_TOKENS", "512"),
            ("CCR_EMBEDDER_PRICE", "0.02"),
            ("CCR_EMBEDDER_BUDGET", "$2.50"),
            ("CCR_EMBEDDER_QUERY_PREFIX", "query: "),
            ("CCR_EMBEDDER_TIMEOUT", "7"),
            ("CCR_EMBEDDER_TOKEN_COMMAND", "az"),
        ];
        let config = good("openai:m", &variables);
        assert_eq!(
            (config.batch, config.connections, config.dimensions, config.max_tokens),
            (32, 2, Some(256), Some(512))
        );
        assert_eq!((config.price, config.budget), (Some(0.02), Budget { tokens: None, cost: Some(2.5) }));
        assert_eq!(config.prefixes, Some(Prefixes { passage: String::new(), query: "query: ".to_owned() }));
        assert_eq!(config.limits.request, Duration::from_secs(7));
        assert_eq!(config.place.as_deref(), Some("office"));
        assert!(matches!(config.credential, Credential::Tokens(_)));

        let check = |choice: &str, variables: &[(&str, &str)], expected: &str| {
            let error = format!("{:#}", read(choice, variables).expect_err("bad variables"));
            assert!(error.contains(expected), "{error}");
        };
        check("azure", &[], "AZURE_OPENAI_EMBEDDING_ENDPOINT");
        check("openai:m", &[("EMBEDDING_BATCH_SIZE", "many")], "EMBEDDING_BATCH_SIZE is `many`");
        check("openai:m", &[("CCR_EMBEDDER_BUDGET", "2.50")], "`$2.50`");
        check("openai:m", &[("CCR_EMBEDDER_BUDGET", "$-1")], "`$2.50`");
        check("openai:m", &[("CCR_EMBEDDER_PRICE", "cheap")], "million tokens");
        let tokens = good("openai:m", &[("CCR_EMBEDDER_BUDGET", "2_000_000")]).budget.tokens;
        assert_eq!(tokens, Some(2_000_000));
    }
}
