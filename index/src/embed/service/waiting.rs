//! Waits that people should know of: a run that stands still looks like one that hangs.

use std::fmt;
use std::time::Duration;

/// A wait before the service is asked again.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    /// Host and port of the service.
    pub host: String,
    /// How long it will be.
    pub length: Duration,
    /// What for.
    pub cause: WaitCause,
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitCause {
    /// The service limits how often it is asked.
    RateLimit,
    /// A request failed, and is sent again; the reason in the service's words.
    Failure(String),
}

/// Hears of waits, from several threads at once.
pub trait Listener: fmt::Debug + Send + Sync {
    /// A wait begins.
    fn waits(&self, wait: &Wait);
}

/// `waiting 12 s for the rate limit of api.openai.com`.
impl fmt::Display for Wait {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, seconds) = (&self.host, self.length.as_secs_f64().ceil());
        match &self.cause {
            WaitCause::RateLimit => write!(formatter, "waiting {seconds} s for the rate limit of {host}"),
            WaitCause::Failure(why) => write!(formatter, "asking {host} again in {seconds} s ({why})"),
        }
    }
}
