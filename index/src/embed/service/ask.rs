//! Asks the service once, and keeps account.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::auth::Auth;
use super::clock::Clock;
use super::config::ServiceConfig;
use super::habits::Learned;
use super::http::{Broken, Http};
use super::identity::ProbeMemory;
use super::judge::{Expected, Verdict, judge};
use super::waiting::{Wait, WaitCause};
use super::wire::Request;
use crate::embed::EmbedError;

/// Everything that a request needs.
#[derive(Debug)]
pub(super) struct Asker {
    pub(super) config: ServiceConfig,
    pub(super) http: Http,
    pub(super) auth: Auth,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) account: Account,
    pub(super) learned: Learned,
    memory: Arc<dyn ProbeMemory>,
    key: String,
}

/// What was done and used.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) requests: AtomicU64,
    pub(super) embedded: AtomicU64,
    pub(super) truncated: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) tokens: AtomicU64,
    /// Whether it ever embedded a text.
    pub(super) works: AtomicBool,
}

impl Asker {
    /// `key` is what the model is remembered by.
    pub(super) fn new(
        config: ServiceConfig,
        key: String,
        memory: Arc<dyn ProbeMemory>,
        clock: Arc<dyn Clock>,
    ) -> Result<Asker, EmbedError> {
        config.check()?;
        let http = Http::new(&config)?;
        let auth = Auth::new(&config);
        let learned = Learned::new(&config, &memory.recall_habits(&key));
        Ok(Asker { config, http, auth, clock, account: Account::default(), learned, memory, key })
    }

    /// Keeps for the next run how the service wants to be asked.
    pub(super) fn remember(&self) {
        let habits = self.learned.habits();
        if habits != self.memory.recall_habits(&self.key) {
            self.memory.remember_habits(&self.key, &habits);
        }
    }

    /// Tells whoever listens of a wait that begins.
    pub(super) fn announce(&self, length: Duration, cause: WaitCause) {
        if let Some(listener) = &self.config.listener {
            listener.waits(&Wait { host: self.http.host(), length, cause });
        }
    }

    /// Sends the texts; once more without a parameter that is not known, and with a new token where the
    /// first is refused. `tokens` are those that were counted, for services that do not count.
    pub(super) fn ask(
        &self,
        texts: &[Cow<'_, str>],
        tokens: u64,
        dimensions: Option<u32>,
        expected: Expected<'_>,
    ) -> Verdict {
        let send = |sends_format| self.ask_so(texts, dimensions, Expected { sends_format, ..expected });
        let sends_format = self.learned.sends_format();
        let verdict = match send(sends_format) {
            Verdict::Unwanted(_) => {
                let verdict = send(false);
                if !matches!(verdict, Verdict::Hopeless(_)) {
                    self.learned.drop_format();
                }
                if matches!(verdict, Verdict::Answered(_)) {
                    self.remember();
                }
                verdict
            }
            verdict => verdict,
        };
        if let Verdict::Answered(answer) = &verdict {
            self.account.tokens.fetch_add(answer.tokens.unwrap_or(tokens), Ordering::Relaxed);
        }
        verdict
    }

    fn ask_so(&self, texts: &[Cow<'_, str>], dimensions: Option<u32>, expected: Expected<'_>) -> Verdict {
        let format = if self.config.is_of_openai() { "base64" } else { "float" };
        let encoding_format = expected.sends_format.then_some(format);
        let request = Request { input: texts, model: &self.config.model, dimensions, encoding_format };
        let Ok(body) = serde_json::to_vec(&request) else {
            return Verdict::Hopeless("the texts cannot be written as JSON".to_owned());
        };
        match self.send(body.clone(), expected) {
            (Verdict::Locked(_), number) if self.auth.renew(number) => self.send(body, expected).0,
            (verdict, _) => verdict,
        }
    }

    fn send(&self, body: Vec<u8>, expected: Expected<'_>) -> (Verdict, u64) {
        let (header, number) = match self.auth.header(self.clock.date()) {
            Ok(header) => header,
            Err(why) => return (Verdict::Hopeless(why), 0),
        };
        self.account.requests.fetch_add(1, Ordering::Relaxed);
        let verdict = match self.http.post(header, body) {
            Ok(mut reply) => {
                if reply.status != 200 {
                    // Before anything is cut out of it: half a key is one too many.
                    reply.body = self.auth.hide_in(&String::from_utf8_lossy(&reply.body)).into_bytes();
                }
                judge(&self.config.api, &reply, expected, self.clock.date())
            }
            Err(Broken::Passing(why)) => Verdict::Again { why, after: None },
            Err(Broken::Lasting(why)) => Verdict::Hopeless(why),
        };
        (self.hidden(verdict), number)
    }

    /// The verdict without anything of the key, should the service have repeated it.
    fn hidden(&self, verdict: Verdict) -> Verdict {
        let hide = |why: String| self.auth.hide_in(&why);
        match verdict {
            Verdict::Answered(answer) => Verdict::Answered(answer),
            Verdict::Slower { why, after } => Verdict::Slower { why: hide(why), after },
            Verdict::Again { why, after } => Verdict::Again { why: hide(why), after },
            Verdict::Complaint { why, about } => Verdict::Complaint { why: hide(why), about },
            Verdict::Unwanted(why) => Verdict::Unwanted(hide(why)),
            Verdict::Locked(why) => Verdict::Locked(hide(why)),
            Verdict::Garbled(why) => Verdict::Garbled(hide(why)),
            Verdict::Changed(why) => Verdict::Changed(hide(why)),
            Verdict::Hopeless(why) => Verdict::Hopeless(hide(why)),
        }
    }
}
