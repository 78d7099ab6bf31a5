//! Who asks: follows redirects step by step, keeps to `robots.txt`, waits its turn, and tries again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, ETAG, LAST_MODIFIED, LOCATION};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use super::cache::{Cache, Validators};
use super::client::{ClientError, Clients};
use super::failure::{Failure, Kind};
use super::gate::Gate;
use super::hop;
use super::hosts::AllowedHosts;
use super::normal;
use super::options::CrawlOptions;
use super::refresh;
use super::request::{self, Broken, Purpose, Reply};

/// The first wait before another try, and the longest that is not asked for.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// The name that `robots.txt` knows us by.
pub(super) const AGENT: &str = "ccr";

/// Asks servers.
pub(super) struct Agent<'a> {
    pub(super) options: &'a CrawlOptions,
    clients: Clients,
    gates: Mutex<HashMap<(String, bool), Arc<Gate>>>,
    /// Bodies that are held at once.
    slots: Arc<Semaphore>,
    reached: Mutex<HashSet<String>>,
    /// Pages that are parsed at once: each may be large.
    pub(super) parsing: Semaphore,
    start: Duration,
    pub(super) cache: &'a Cache,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) url: &'a Url,
    pub(super) purpose: Purpose,
    pub(super) allowed: &'a AllowedHosts,
    /// What the text that is there is known by, and the address that it is from.
    pub(super) known: Option<(&'a str, &'a Validators)>,
}

/// What a server gave.
#[derive(Debug)]
pub(super) enum Answer {
    /// The text is still the one that is known.
    NotModified,
    /// A text.
    Text(Box<Received>),
}

/// A text as it was sent.
#[derive(Debug)]
pub(super) struct Received {
    /// The address that redirects led to.
    pub(super) found: Url,
    pub(super) content_type: Option<String>,
    pub(super) validators: Validators,
    /// `X-Robots-Tag` says `noindex`.
    pub(super) is_private: bool,
    /// `X-Robots-Tag` says `nofollow`.
    pub(super) keeps_links: bool,
    pub(super) body: Vec<u8>,
    /// Lets the next request out when the body is done with.
    pub(super) slot: Option<OwnedSemaphorePermit>,
}

impl<'a> Agent<'a> {
    pub(super) fn new(options: &'a CrawlOptions, cache: &'a Cache) -> Agent<'a> {
        Agent {
            options,
            clients: Clients::new(options),
            gates: Mutex::default(),
            slots: Arc::new(Semaphore::new(options.connections.max(1))),
            reached: Mutex::default(),
            parsing: Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)),
            start: options.clock.now(),
            cache,
        }
    }

    /// The gate of the host of an address. What a seed learns of a host that it may not ask holds for no
    /// other that may.
    pub(super) fn gate(&self, url: &Url, allowed: &AllowedHosts) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates.entry((normal::origin(url), allowed.allows(url)));
        Arc::clone(gate.or_insert_with(|| Arc::new(Gate::new(self.options.per_host, self.options.delay))))
    }

    /// Notes that what is kept under a name is still led to.
    pub(super) fn reach(&self, key: &str) {
        self.reached.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned());
    }

    /// The names of what is still led to.
    pub(super) fn reached(self) -> HashSet<String> {
        self.reached.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a text, wherever redirects lead.
    pub(super) async fn ask(&self, wish: Wish<'_>) -> Result<Answer, Failure> {
        let mut url = wish.url.clone();
        let mut passed: Vec<Url> = Vec::new();
        // The RFC asks for five of `robots.txt`.
        let most = if wish.purpose == Purpose::Robots { 5 } else { self.options.limits.redirects };
        loop {
            self.client(&url, wish.allowed).map_err(|broken| broken.failure)?;
            if wish.purpose != Purpose::Robots {
                self.check_robots(&url, wish.allowed).await?;
            }
            let known = wish.known.filter(|(of, _)| *of == url.as_str()).map(|(_, known)| known);
            let reply = self.ask_until_answered(&url, wish, known).await?;
            if reply.status == StatusCode::NOT_MODIFIED && known.is_some() {
                return Ok(Answer::NotModified);
            }
            let next = if reply.status == StatusCode::OK {
                let sends_on = refresh::target(&reply.body).filter(|_| wish.purpose == Purpose::Page);
                match sends_on.map(|target| hop::next(&url, Some(&target))) {
                    Some(next) if next.as_ref() != Ok(&url) => next.map_err(Failure::wrong)?,
                    _ => return Ok(Answer::Text(Box::new(received(url, reply)))),
                }
            } else if hop::is_redirect(reply.status) {
                hop::next(&url, reply.header(&LOCATION)).map_err(Failure::wrong)?
            } else {
                return Err(Failure::wrong(format!("the server says {}", reply.status)));
            };
            if next == url || passed.contains(&next) {
                return Err(Failure::wrong(format!(
                    "redirects run in a circle: {next} leads back to itself"
                )));
            }
            passed.push(std::mem::replace(&mut url, next));
            if passed.len() > most {
                return Err(Failure::wrong(format!("more than {most} redirects, the last to {url}")));
            }
        }
    }

    /// Asks again where it may help, and waits as long as is asked for in between.
    async fn ask_until_answered(
        &self,
        url: &Url,
        wish: Wish<'_>,
        known: Option<&Validators>,
    ) -> Result<Reply, Failure> {
        let gate = self.gate(url, wish.allowed);
        let tries = self.options.attempts.max(1) as usize - 1;
        let backoff = ExponentialBuilder::default().with_min_delay(FIRST_WAIT).with_max_delay(LONGEST_WAIT);
        let mut waits = backoff.with_jitter().with_max_times(tries).build();
        loop {
            let failure = match self.ask_once(&gate, url, wish, known).await {
                Ok(reply) => {
                    gate.answered(Some(true));
                    return Ok(reply);
                }
                Err(broken) if !broken.is_passing => {
                    gate.answered(broken.is_up);
                    return Err(broken.failure);
                }
                Err(broken) => broken,
            };
            let asked = failure.retry_after.as_deref().and_then(|text| self.wait_asked_for(text));
            if let Some(length) = asked.filter(|length| *length > self.options.most_delay) {
                gate.answered(Some(false));
                let reason = format!("{} and asks to wait {} s", failure.failure.reason, length.as_secs());
                return Err(Failure::outage(reason));
            }
            let Some(wait) = waits.next() else {
                gate.answered(failure.is_up);
                let times = if tries == 0 { String::new() } else { format!(" (asked {} times)", tries + 1) };
                return Err(Failure::outage(failure.failure.reason + &times));
            };
            match asked {
                // Everybody waits.
                Some(length) => gate.hold(self.options.clock.as_ref(), length),
                None => self.options.clock.sleep(wait).await,
            }
        }
    }

    async fn ask_once(
        &self,
        gate: &Gate,
        url: &Url,
        wish: Wish<'_>,
        known: Option<&Validators>,
    ) -> Result<Reply, Broken> {
        let client = self.client(url, wish.allowed)?;
        let clock = self.options.clock.as_ref();
        let end = self.start.saturating_add(self.options.limits.total);
        let turn = gate.enter(clock, self.options.limits.host, end).await;
        let _turn = turn.map_err(|length| {
            let reason = format!("there was no time for it within the {} s of a run", length.as_secs());
            lasting(Failure::outage(reason))
        })?;
        if gate.failures() >= self.options.failures {
            let host = url.host_str().unwrap_or_default();
            let reason =
                format!("`{host}` did not answer {} times in a row and is left alone", gate.failures());
            return Err(lasting(Failure::outage(reason)));
        }
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok();
        let reply = request::ask(client, url, wish.purpose, known, &self.options.limits).await?;
        Ok(Reply { slot, ..reply })
    }

    /// Who may ask for an address.
    fn client(&self, url: &Url, allowed: &AllowedHosts) -> Result<&reqwest::Client, Broken> {
        self.clients.of(url, allowed.allows(url)).map_err(|error| {
            lasting(match error {
                ClientError::Refused(reason) => Failure::new(Kind::Refused, reason),
                ClientError::Unusable(reason) => Failure::outage(reason),
            })
        })
    }

    /// What `Retry-After` asks for, in seconds or as a date.
    fn wait_asked_for(&self, text: &str) -> Option<Duration> {
        let text = text.trim();
        if let Ok(seconds) = text.parse::<u64>() {
            return Some(Duration::from_secs(seconds));
        }
        let until = httpdate::parse_http_date(text).ok()?;
        let elapsed = self.options.clock.now().saturating_sub(self.start);
        let now = UNIX_EPOCH + Duration::from_secs(self.options.now) + elapsed;
        Some(until.duration_since(now).unwrap_or_default())
    }

    async fn check_robots(&self, url: &Url, allowed: &AllowedHosts) -> Result<(), Failure> {
        let gate = self.gate(url, allowed);
        let host = url.host_str().unwrap_or_default();
        match gate.robots.get_or_init(|| self.robots(url, allowed, &gate)).await {
            Ok(robots) if robots.allows(normal::path_of(url)) => Ok(()),
            Ok(_) => Err(Failure::new(Kind::Forbidden, format!("`robots.txt` of `{host}` forbids it"))),
            Err(failure) if failure.kind == Kind::Refused => Err(failure.clone()),
            Err(failure) => {
                Err(Failure::outage(format!("`robots.txt` of `{host}` cannot be read: {}", failure.reason)))
            }
        }
    }
}

/// A failure that nobody was asked for.
fn lasting(failure: Failure) -> Broken {
    Broken { failure, is_passing: false, is_up: None, retry_after: None }
}

fn received(found: Url, reply: Reply) -> Received {
    let text = |name| reply.header(name).map(str::to_owned);
    let validators = Validators { etag: text(&ETAG), last_modified: text(&LAST_MODIFIED) };
    let tags = reply.headers.get_all("x-robots-tag").iter().filter_map(|value| value.to_str().ok());
    let tags: Vec<&str> = tags.flat_map(robots_tags).collect();
    let says =
        |words: &[&str]| tags.iter().any(|tag| words.iter().any(|word| tag.eq_ignore_ascii_case(word)));
    Received {
        content_type: text(&CONTENT_TYPE),
        is_private: says(&["noindex", "none"]),
        keeps_links: says(&["nofollow", "none"]),
        validators,
        found,
        body: reply.body,
        slot: reply.slot,
    }
}

/// The rules of an `X-Robots-Tag` that are for us: `noindex, nofollow`, with the name of a crawler before
/// it where they are for that one only.
fn robots_tags(value: &str) -> Vec<&str> {
    let (agent, rules) = match value.split_once(':') {
        Some((agent, rules)) if !agent.contains(',') && agent.trim() != "unavailable_after" => {
            (agent.trim(), rules)
        }
        _ => (AGENT, value),
    };
    let is_ours = agent.eq_ignore_ascii_case(AGENT);
    rules.split(',').map(str::trim).filter(|_| is_ours).collect()
}

#[cfg(test)]
mod tests {
    use super::robots_tags;

    #[test]
    fn tags_for_us() {
        assert_eq!(robots_tags("noindex, nofollow"), ["noindex", "nofollow"]);
        assert_eq!(robots_tags("CCR: none"), ["none"]);
        assert_eq!(robots_tags("googlebot: noindex"), [""; 0]);
        assert_eq!(
            robots_tags("noindex, unavailable_after: 2030-01-01"),
            ["noindex", "unavailable_after: 2030-01-01"]
        );
    }
}
