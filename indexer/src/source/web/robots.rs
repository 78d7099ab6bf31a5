//! `robots.txt` of a host: asked for once a day.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use url::Url;

use super::agent::{AGENT, Agent, Answer, Wish};
use super::cache::Record;
use super::failure::{Failure, Kind};
use super::gate::Gate;
use super::hosts::AllowedHosts;
use super::request::Purpose;
use crate::parse::robots_txt::RobotsTxt;

/// The name that the `robots.txt` at an address is kept under.
pub(super) fn key(url: &Url) -> String {
    format!("robots:{url}")
}

impl Agent<'_> {
    /// What the host of an address lets us read. A host that says it has no `robots.txt` lets us read
    /// everything; one that does not answer, nothing (RFC 9309, 2.3.1).
    pub(super) async fn robots(
        &self,
        page: &Url,
        allowed: &AllowedHosts,
        gate: &Gate,
    ) -> Result<RobotsTxt, Failure> {
        let Ok(url) = page.join("/robots.txt") else { return Ok(RobotsTxt::default()) };
        let key = key(&url);
        self.reach(&key);
        let text = match self.recent(&key) {
            Some(text) => text,
            None => {
                let wish = Wish { url: &url, purpose: Purpose::Robots, allowed, known: None };
                // A redirect may lead to another host, but never to its `robots.txt`.
                let asked: Pin<Box<dyn Future<Output = Result<Answer, Failure>> + '_>> =
                    Box::pin(self.ask(wish));
                let text = match asked.await {
                    Ok(Answer::Text(received)) => received.body,
                    Ok(Answer::NotModified) => Vec::new(),
                    Err(failure) if matches!(failure.kind, Kind::Outage | Kind::Refused) => {
                        return Err(failure);
                    }
                    Err(_) => Vec::new(),
                };
                let record = Record {
                    url: key,
                    found: url.to_string(),
                    read_at: self.options.now,
                    body: text.clone(),
                    ..Record::default()
                };
                // Without it, it is asked for again.
                let _ = self.cache.store(&record);
                text
            }
        };
        let robots = RobotsTxt::parse(&text, AGENT);
        if let Some(delay) = robots.delay {
            let delay = Duration::try_from_secs_f64(delay).unwrap_or(Duration::MAX);
            gate.slow_down(delay.min(self.options.most_delay));
        }
        Ok(robots)
    }

    /// The text as it was read less than a day ago.
    fn recent(&self, key: &str) -> Option<Vec<u8>> {
        let record = self.cache.load(key).ok().flatten()?;
        let age = self.options.now.checked_sub(record.read_at)?;
        (age < self.options.robots_age.as_secs()).then_some(record.body)
    }
}
