//! What opens the service, sent with each request: a key, or a token that is renewed.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::config::{Api, Credential, ServiceConfig};
use super::secret::Secret;

/// A token is renewed so long before its end, that a request under way does not outlive it.
const EARLY: Duration = Duration::from_secs(180);

#[derive(Debug)]
pub(super) struct Auth {
    credential: Credential,
    is_azure: bool,
    token: Mutex<Option<Token>>,
}

#[derive(Debug, Clone)]
struct Token {
    secret: Secret,
    /// Tells this token from the one before.
    number: u64,
    ends: Option<SystemTime>,
}

/// A header and the number of the token in it.
pub(super) type Header = (Option<(HeaderName, HeaderValue)>, u64);

impl Auth {
    pub(super) fn new(config: &ServiceConfig) -> Auth {
        Auth {
            credential: config.credential.clone(),
            is_azure: matches!(config.api, Api::Azure { .. }),
            token: Mutex::default(),
        }
    }

    /// What is to be sent.
    ///
    /// # Errors
    /// Why there is nothing to send.
    pub(super) fn header(&self, date: SystemTime) -> Result<Header, String> {
        match &self.credential {
            Credential::None => Ok((None, 0)),
            Credential::Key(key) if self.is_azure => {
                Ok((Some((HeaderName::from_static("api-key"), value(key.expose())?)), 0))
            }
            Credential::Key(key) => Ok((Some((AUTHORIZATION, bearer(key)?)), 0)),
            Credential::Tokens(source) => {
                let mut held = self.token.lock().unwrap_or_else(PoisonError::into_inner);
                let is_good = |token: &Token| token.ends.is_none_or(|ends| date + EARLY < ends);
                let number = match &*held {
                    Some(token) if is_good(token) => {
                        return Ok((Some((AUTHORIZATION, bearer(&token.secret)?)), token.number));
                    }
                    Some(token) => token.number + 1,
                    None => 1,
                };
                let secret = source.token()?;
                let header = bearer(&secret)?;
                *held = Some(Token { ends: end_of(secret.expose()), secret, number });
                Ok((Some((AUTHORIZATION, header)), number))
            }
        }
    }

    /// Whether the next header will have another token than that of the number, which was refused.
    pub(super) fn renew(&self, number: u64) -> bool {
        if !matches!(self.credential, Credential::Tokens(_)) {
            return false;
        }
        let mut held = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = held.as_mut().filter(|token| token.number == number) {
            token.ends = Some(UNIX_EPOCH);
        }
        true
    }

    /// The text without any key or token of ours.
    pub(super) fn hide_in(&self, text: &str) -> String {
        match &self.credential {
            Credential::None => text.to_owned(),
            Credential::Key(key) => key.hide_in(text),
            Credential::Tokens(_) => {
                let held = self.token.lock().unwrap_or_else(PoisonError::into_inner);
                held.as_ref().map_or_else(|| text.to_owned(), |token| token.secret.hide_in(text))
            }
        }
    }
}

fn bearer(secret: &Secret) -> Result<HeaderValue, String> {
    value(&format!("Bearer {}", secret.expose()))
}

fn value(text: &str) -> Result<HeaderValue, String> {
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let mut value = HeaderValue::from_str(text)
        .ok()
        .filter(|_| is_plain)
        .ok_or("the key holds characters that no key has: set it to the bare key")?;
    value.set_sensitive(true);
    Ok(value)
}

/// When a JSON web token ends, by its own words; other tokens say nothing.
fn end_of(token: &str) -> Option<SystemTime> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(claims.get("exp")?.as_u64()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_when_it_ends() {
        let claims = URL_SAFE_NO_PAD.encode(br#"{"aud":"x","exp":1700000000}"#);
        let expected = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        assert_eq!(end_of(&format!("e30.{claims}.c2ln")), Some(expected));
        assert_eq!(end_of("opaque"), None);
        assert_eq!(end_of("a.b.c"), None);
        assert_eq!(end_of(&format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(b"{}"))), None);
    }

    #[test]
    fn a_key_that_no_header_can_hold_is_not_repeated() {
        let error = value("hunter2\nhunter2").expect_err("no header");
        assert!(!error.contains("hunter2"), "{error}");
        assert!(format!("{:?}", value("hunter2")).contains("Sensitive"));
    }
}
