//! Getting to know a model, and noticing that it is another; tokens, budgets, limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use ccr_index::embed::service::{
    Credential, NoMemory, Secret, Service, ServiceConfig, SystemClock, TokenSource,
};
use ccr_index::embed::{EmbedError, Embedder, Embedding, Purpose, embed_query};

use crate::model::{self, Part};
use crate::server::{Reply, Request};
use crate::setting::{KEY, Setting, embed, good, texts};

fn connect(setting: &Setting, config: ServiceConfig) -> Result<Service, EmbedError> {
    Service::connect(config, setting.cache(), setting.clock.clone())
}

/// The error of a service that answers everything like this.
fn error(reply: Reply) -> String {
    let setting = Setting::new(move |_| Some(reply.clone()));
    let error = connect(&setting, setting.azure()).expect_err("no service").message;
    assert!(!error.contains(KEY), "{error}");
    error
}

#[test]
fn a_service_that_cannot_be_used_says_what_to_do() {
    let check = |reply: Reply, parts: &[&str]| {
        let error = error(reply);
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
    };
    let body = r#"{"error":{"code":"401","message":"Access denied due to invalid subscription key"}}"#;
    check(Reply::json(401, body), &["refused the key", "AZURE_OPENAI_EMBEDDING_API_KEY"]);
    check(Reply::json(403, body), &["refused the key", "(403)", "role"]);
    let body = r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}"#;
    check(Reply::json(404, body), &["does not exist", "AZURE_OPENAI_EMBEDDING_DEPLOYMENT"]);
    check(Reply::json(200, "[]"), &["not what the API describes"]);
    check(Reply::json(200, "<html>"), &["a web page"]);
}

#[test]
fn a_server_that_is_not_there() {
    let setting = Setting::new(|_| None);
    let config = setting.azure();
    drop(setting.server);
    let error = Service::connect(config, Arc::new(NoMemory), setting.clock.clone()).expect_err("no service");
    assert!(error.message.contains("no answer of 127.0.0.1") && error.message.contains("refused"), "{error}");
    assert_eq!(setting.clock.take_waits().len(), 4, "it is tried again, not for ever");
}

#[test]
fn an_unknown_model_is_asked_once_how_long_its_vectors_are() {
    let setting = Setting::new(|_| None);
    let service = connect(&setting, setting.openai("mine")).expect("a service");
    let place = format!("127.0.0.1:{}", setting.server.port);
    assert_eq!(service.id().model, format!("mine={}@{place}", model::NAME));
    assert_eq!((service.id().provider.as_str(), service.id().dimensions), ("openai", 8));
    assert_eq!(setting.server.take_requests().len(), 1);
    let again = connect(&setting, setting.openai("mine")).expect("a service");
    assert_eq!(again.id(), service.id());
    assert_eq!(setting.server.take_requests().len(), 0);
    connect(&setting, setting.openai("other")).expect("a service");
    assert_eq!(setting.server.take_requests().len(), 1);
    let config = ServiceConfig { place: Some("office".to_owned()), ..setting.openai("mine") };
    let elsewhere = connect(&setting, config).expect("a service");
    assert_eq!(elsewhere.id().model, format!("mine={}@office", model::NAME));
}

#[test]
fn a_deployment_is_known_by_the_model_that_answers() {
    let setting = Setting::new(|_| None);
    let id = connect(&setting, setting.azure()).expect("a service").id().clone();
    assert_eq!((id.provider.as_str(), id.model.as_str()), ("azure", "text-embedding-3-small"));
}

#[test]
fn dimensions_that_the_model_does_not_give_are_refused() {
    let setting =
        Setting::new(|request| Some(model::answer(&model::parts(request), "text-embedding-ada-002")));
    let config = ServiceConfig { dimensions: Some(256), ..setting.azure() };
    let error = connect(&setting, config).expect_err("no service").message;
    assert!(
        error.contains("8 numbers and no others") && error.contains("CCR_EMBEDDER_DIMENSIONS"),
        "{error}"
    );

    let setting = Setting::new(|request| {
        let parts = (0..request.texts().len())
            .map(|index| Part { index, embedding: model::base64(&model::vector("", 8)) })
            .collect::<Vec<_>>();
        Some(model::answer(&parts, "custom"))
    });
    let config = ServiceConfig { dimensions: Some(256), ..setting.azure() };
    let error = connect(&setting, config).expect_err("no service").message;
    assert!(error.contains("8 numbers where 256 are asked for"), "{error}");
}

/// A service whose model changes after so many requests.
fn changing(changed: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Setting, Arc<AtomicUsize>) {
    let left = Arc::new(AtomicUsize::new(usize::MAX));
    let count = left.clone();
    let setting = Setting::new(move |request| {
        let is_left =
            count.try_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        (!is_left).then(|| changed(request))
    });
    (setting, left)
}

/// The model changes; that is noticed, and from then on it is another.
fn check_change(changed: impl Fn(&Request) -> Reply + Send + Sync + Copy + 'static, says: &str) {
    // Between two runs, and in the middle of one: after the sample and the first batch.
    for after in [0, 2] {
        let (setting, left) = changing(changed);
        let config = ServiceConfig { connections: 1, ..setting.azure() };
        let texts = texts(30);
        let embedder = setting.connect(config.clone()).expect("a service");
        let first = embedder.id().clone();
        embed(&embedder, &texts[..5]).1.expect("the service behaves");

        left.store(after, Ordering::SeqCst);
        let embedder = setting.connect(config.clone()).expect("it is remembered");
        let (results, ended) = embed(&embedder, &texts);
        let error = ended.expect_err("it is another model").message;
        for part in ["is not the one", says, "No vectors of the two were mixed", "run `ccr index` again"] {
            assert!(error.contains(part), "`{part}` is not in: {error}");
        }
        assert_eq!(good(&results, &texts).len(), if after == 0 { 5 } else { 15 });

        let embedder = setting.connect(config.clone()).expect("a service");
        assert_ne!(*embedder.id(), first);
        setting.server.take_requests();
        let (results, ended) = embed(&embedder, &texts);
        ended.expect("it is this model now");
        assert_eq!((results.len(), embedder.usage().reused), (30, 0), "no vector of the other is used");
    }
}

#[test]
fn a_model_that_changes_its_name() {
    check_change(|request| model::answer(&model::parts(request), "text-embedding-3-large"), "3-large");
}

fn parts_of(request: &Request, vector: impl Fn(&str) -> Vec<f32>) -> Vec<Part> {
    let embedding = |text: &String| model::base64(&vector(text));
    request
        .texts()
        .iter()
        .enumerate()
        .map(|(index, text)| Part { index, embedding: embedding(text) })
        .collect()
}

#[test]
fn a_model_that_changes_its_dimensions() {
    let changed =
        |request: &Request| model::answer(&parts_of(request, |text| model::vector(text, 12)), model::NAME);
    check_change(changed, "12 numbers now and had 8");
}

#[test]
fn a_model_that_changes_behind_its_name() {
    let (setting, left) = changing(|request| {
        let parts = parts_of(request, |text| model::vector(&format!("{text}!"), 8));
        model::answer(&parts, model::NAME)
    });
    let embedder = setting.connect(setting.azure()).expect("a service");
    let first = embedder.id().clone();
    embed(&embedder, &texts(5)).1.expect("the service behaves");
    left.store(0, Ordering::SeqCst);
    let (results, ended) = setting.embed(setting.azure(), &texts(30));
    let error = ended.expect_err("it is another model").message;
    assert!(error.contains("another vector for the same sentence"), "{error}");
    assert_eq!(good(&results, &texts(30)).len(), 5);
    let id = setting.connect(setting.azure()).expect("a service").id().clone();
    assert_eq!(id.model, format!("{} #2", first.model));
}

/// Hands out tokens that end after an hour.
#[derive(Debug, Default)]
struct Tokens {
    given: AtomicU64,
}

impl TokenSource for Tokens {
    fn token(&self) -> Result<Secret, String> {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let number = self.given.fetch_add(1, Ordering::SeqCst) + 1;
        let claims = format!(r#"{{"exp":{},"n":{number}}}"#, crate::setting::DATE + number * 3600);
        Ok(Secret::new(&format!("e30.{}.{KEY}", URL_SAFE_NO_PAD.encode(claims))).expect("a token"))
    }
}

#[test]
fn tokens_are_renewed_before_they_end_and_when_they_are_refused() {
    let refused = Arc::new(AtomicUsize::new(0));
    let left = refused.clone();
    let setting = Setting::new(move |_| {
        let refuse = left.try_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        refuse.then(|| Reply::json(401, "{}"))
    });
    let tokens = Arc::new(Tokens::default());
    let config = ServiceConfig { credential: Credential::Tokens(tokens.clone()), ..setting.azure() };
    let service = connect(&setting, config).expect("a service");
    let ask = || embed_query(&service, "what");
    let headers = || -> Vec<String> {
        let requests = setting.server.take_requests();
        let line = |request: &Request| {
            let line = request.head.lines().find(|line| line.starts_with("authorization: Bearer e30."));
            assert!(!request.head.contains("api-key"));
            line.expect("a token").to_owned()
        };
        requests.iter().map(line).collect()
    };
    ask().expect("a vector");
    let first = headers();
    assert_eq!((tokens.given.load(Ordering::SeqCst), first.len()), (1, 2));
    assert_eq!(first[0], first[1]);

    refused.store(1, Ordering::SeqCst);
    ask().expect("a vector by another token");
    let second = headers();
    assert_eq!(tokens.given.load(Ordering::SeqCst), 2);
    assert_ne!(second[0], second[1]);

    use ccr_index::embed::service::{Clock, Stop};
    setting.clock.wait(std::time::Duration::from_secs(2 * 3600 - 100), &Stop::default());
    ask().expect("a vector");
    assert_eq!(tokens.given.load(Ordering::SeqCst), 3, "the second would end in 100 s");

    refused.store(9, Ordering::SeqCst);
    let error = ask().expect_err("it is refused").message;
    assert!(error.contains("refused the key or token") && !error.contains(KEY), "{error}");
    assert_eq!(tokens.given.load(Ordering::SeqCst), 4, "a new one is tried once");
    assert!(!format!("{service:?}").contains(KEY));
}

#[test]
fn without_a_token_nothing_is_sent() {
    #[derive(Debug)]
    struct None;
    impl TokenSource for None {
        fn token(&self) -> Result<Secret, String> {
            Err("`az` is not logged in".to_owned())
        }
    }
    let setting = Setting::new(|_| Option::None);
    let config = ServiceConfig { credential: Credential::Tokens(Arc::new(None)), ..setting.azure() };
    let error = connect(&setting, config).expect_err("no service").message;
    assert_eq!(error, "`az` is not logged in");
    assert!(setting.server.take_requests().is_empty());
}

#[test]
fn what_it_costs_is_said_before_and_after() {
    let setting = Setting::new(|_| None);
    let embedder = setting.connect(setting.azure()).expect("a service");
    let texts = texts(30);
    let plain: Vec<&str> = texts.iter().map(String::as_str).collect();
    let estimate = embedder.estimate(&plain, Purpose::Passage);
    assert_eq!((estimate.texts, estimate.tokens), (30, Some(90)));
    assert!((estimate.cost.expect("a known price") - 90.0 * 0.02e-6).abs() < 1e-12);
    embed(&embedder, &texts[..10]).1.expect("the service behaves");
    assert_eq!(embedder.estimate(&plain, Purpose::Passage).texts, 20, "what is known costs nothing");
    embed(&embedder, &texts).1.expect("the service behaves");
    let usage = embedder.usage();
    assert_eq!((usage.embedded, usage.reused, usage.requests), (30, 10, 4));
    // The service of the tests counts ten for each text, the sample included.
    assert_eq!(usage.tokens, 310);
    assert!((usage.cost.expect("a known price") - 310.0 * 0.02e-6).abs() < 1e-12);
}

#[test]
fn a_budget_is_kept() {
    let setting = Setting::new(|_| None);
    let texts = texts(30);
    let mut config = ServiceConfig { connections: 1, ..setting.azure() };
    config.budget.tokens = Some(50);
    let (results, ended) = setting.embed(config.clone(), &texts);
    let error = ended.expect_err("it is too much").message;
    assert!(error.contains("embedding 30 texts takes about 90 tokens (less than $0.01)"), "{error}");
    assert!(error.contains("CCR_EMBEDDER_BUDGET"), "{error}");
    assert!(results.is_empty());
    assert_eq!(setting.server.take_requests().len(), 1, "the sample only");

    // The service counts more than was foreseen.
    config.budget.tokens = Some(150);
    let (results, ended) = setting.embed(config.clone(), &texts);
    let error = ended.expect_err("it is too much").message;
    assert!(error.contains("the budget is used up") && error.contains("20 of 30"), "{error}");
    assert_eq!(good(&results, &texts).len(), 20);

    config.budget.tokens = None;
    config.budget.cost = Some(2e-7);
    let error = setting.embed(config.clone(), &texts).1.expect_err("it is ten tokens").message;
    assert!(error.contains("budget of 10 tokens"), "{error}");
    config.price = Some(0.001);
    setting.embed(config, &texts[..30]).1.expect("it is cheaper");

    let mut config = setting.openai("mine");
    config.budget.cost = Some(1.0);
    let error = connect(&setting, config).expect_err("the price is not known").message;
    assert!(error.contains("CCR_EMBEDDER_PRICE"), "{error}");
}

#[test]
fn a_text_that_is_too_long_is_cut_and_that_is_said() {
    let setting = Setting::new(|_| None);
    let long = "restart the pod ".repeat(5000);
    let embedder = setting.connect(setting.azure()).expect("a service");
    let (results, ended) = embed(&embedder, &[long.clone(), "short".to_owned()]);
    ended.expect("the service behaves");
    let truncated = |position: usize| matches!(results[&position], Embedding::Vector { truncated: true, .. });
    assert!(truncated(0) && !truncated(1));
    let requests = setting.server.take_requests();
    let sent = &requests.last().expect("a request").texts()[0];
    // Three tokens each time, and 8,191 of them.
    assert!(long.starts_with(sent.as_str()) && (43_600..=43_700).contains(&sent.len()), "{}", sent.len());
    assert_eq!(embedder.usage().truncated, 1);
    // The cache remembers that, too.
    let again = setting.connect(setting.azure()).expect("a service");
    assert_eq!(embed(&again, &[long]).0[&0], results[&0]);
}

#[test]
fn a_text_that_the_server_finds_too_long_is_halved() {
    let setting = Setting::new(|request| {
        let is_long = request.texts().iter().any(|text| text.chars().count() > 100);
        let body = r#"{"error":"Input validation error: `inputs` must have less than 512 tokens. Given: 700","error_type":"Validation"}"#;
        is_long.then(|| Reply::json(413, body))
    });
    let texts = ["short".to_owned(), "é".repeat(700), "also short".to_owned()];
    let embedder = setting.connect(setting.openai("mine")).expect("a service");
    let (results, ended) = embed(&embedder, &texts);
    ended.expect("every text has a vector");
    let truncated: Vec<bool> = results
        .values()
        .map(|embedding| matches!(embedding, Embedding::Vector { truncated: true, .. }))
        .collect();
    assert_eq!(truncated, [false, true, false]);
    assert!(setting.server.take_requests().iter().any(|request| request.texts() == ["é".repeat(87)]));
}

#[test]
fn the_clock_of_the_machine_waits_until_it_is_stopped() {
    use ccr_index::embed::service::{Clock, Stop};
    let (clock, stop) = (SystemClock::new(), Stop::default());
    let before = clock.now();
    clock.wait(std::time::Duration::from_millis(5), &stop);
    assert!(clock.now() - before >= std::time::Duration::from_millis(5));
    stop.raise();
    clock.wait(std::time::Duration::MAX, &stop);
}
