//! A service, a cache and a clock that nobody has to wait for.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ccr_index::embed::cache::{CacheFile, Cached};
use ccr_index::embed::service::{Api, Clock, Credential, Secret, Service, ServiceConfig, Stop};
use ccr_index::embed::{EmbedError, Embedder, Embedding, Purpose};

use crate::model::{self, DIMENSIONS};
use crate::server::{Reply, Request, Server};

pub(crate) const KEY: &str = "hunter2-0123456789abcdef";
/// Sun, 06 Nov 1994 08:49:37 GMT.
pub(crate) const DATE: u64 = 784_111_777;

/// A clock on which waiting takes no time. It keeps account of it.
#[derive(Debug, Default)]
pub(crate) struct TestClock {
    now: Mutex<Duration>,
    waits: Mutex<Vec<Duration>>,
}

impl TestClock {
    pub(crate) fn take_waits(&self) -> Vec<Duration> {
        std::mem::take(&mut *self.waits.lock().expect("the waits"))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Duration {
        *self.now.lock().expect("the time")
    }

    fn date(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(DATE) + self.now()
    }

    fn wait(&self, length: Duration, _: &Stop) {
        *self.now.lock().expect("the time") += length;
        self.waits.lock().expect("the waits").push(length);
    }
}

/// What was handed over, by the position of its text.
pub(crate) type Results = BTreeMap<usize, Embedding>;

/// A service that misbehaves until it is told to behave, and a data directory.
pub(crate) struct Setting {
    pub(crate) server: Server,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) data_dir: tempfile::TempDir,
    behaves: Arc<AtomicBool>,
}

impl Setting {
    /// `misbehaves` gives the reply to a request, where it is not the right one.
    pub(crate) fn new(misbehaves: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static) -> Setting {
        let behaves = Arc::new(AtomicBool::new(false));
        let flag = behaves.clone();
        let server = Server::start(move |request| {
            let wrong = if flag.load(Ordering::SeqCst) { None } else { misbehaves(request) };
            wrong.unwrap_or_else(|| model::right(request))
        });
        let data_dir = tempfile::tempdir().expect("a temporary folder");
        Setting { server, clock: Arc::default(), data_dir, behaves }
    }

    pub(crate) fn behave(&self) {
        self.behaves.store(true, Ordering::SeqCst);
    }

    /// Ten texts a request, and no patience with silence.
    pub(crate) fn azure(&self) -> ServiceConfig {
        let endpoint = format!("http://127.0.0.1:{}", self.server.port);
        let version = "2024-02-15-preview".to_owned();
        let mut config = ServiceConfig::new(
            Api::Azure { endpoint, version },
            Credential::Key(Secret::new(KEY).expect("a key")),
            "embed",
        );
        config.batch = 10;
        config.limits.request = Duration::from_secs(20);
        config
    }

    pub(crate) fn openai(&self, model: &str) -> ServiceConfig {
        let base_url = format!("http://127.0.0.1:{}/v1", self.server.port);
        ServiceConfig { api: Api::OpenAi { base_url }, model: model.to_owned(), ..self.azure() }
    }

    pub(crate) fn cache(&self) -> Arc<CacheFile> {
        Arc::new(CacheFile::open(self.data_dir.path(), DATE).expect("a cache"))
    }

    /// A new process, so to speak.
    pub(crate) fn connect(&self, config: ServiceConfig) -> Result<Cached, EmbedError> {
        let cache = self.cache();
        let service = Service::connect(config, cache.clone(), self.clock.clone())?;
        assert!(!format!("{service:?}").contains(KEY), "the key is shown");
        Ok(Cached::new(Box::new(service), cache))
    }

    pub(crate) fn embed(&self, config: ServiceConfig, texts: &[String]) -> (Results, Result<(), EmbedError>) {
        match self.connect(config) {
            Ok(embedder) => embed(&embedder, texts),
            Err(error) => (Results::new(), Err(error)),
        }
    }

    /// Looks for the key in every file.
    pub(crate) fn assert_nothing_shows_the_key(&self) {
        let shows = |path: &Path| {
            let bytes = std::fs::read(path).expect("a file");
            bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes())
        };
        for entry in std::fs::read_dir(self.data_dir.path().join("cache")).expect("a folder") {
            let path = entry.expect("an entry").path();
            assert!(!shows(&path), "{} holds the key", path.display());
        }
    }
}

/// Embeds passages; each position is handed over once.
pub(crate) fn embed(embedder: &dyn Embedder, texts: &[String]) -> (Results, Result<(), EmbedError>) {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut results = Results::new();
    let ended = embedder.embed(&texts, Purpose::Passage, &mut |position, embedding| {
        assert!(results.insert(position, embedding).is_none(), "{position} was handed over twice");
    });
    if let Err(error) = &ended {
        let text = format!("{error} {error:?} {error:#?}");
        assert!(!text.contains(KEY) && !text.contains(&KEY[..12]), "{text}");
    }
    (results, ended)
}

/// `text 0` to `text 29`.
pub(crate) fn texts(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("text {number}")).collect()
}

/// Positions of the texts that have the right vector; no text has a wrong one.
pub(crate) fn good(results: &Results, texts: &[String]) -> Vec<usize> {
    let mut good = Vec::new();
    for (position, embedding) in results {
        if let Embedding::Vector { values, .. } = embedding {
            let expected = model::unit(&texts[*position], DIMENSIONS);
            assert_eq!(values.len(), expected.len());
            let likeness: f32 = values.iter().zip(&expected).map(|(a, b)| a * b).sum();
            assert!(likeness > 0.999, "text {position} has the vector of another: {likeness}");
            good.push(*position);
        }
    }
    good
}
