//! Problems, told so that many alike do not hide the others.

use std::collections::HashMap;

use ccr_index::Severity;
use url::Url;

use super::WebProblem;

/// Problems of pages that links led to, alike and of one host, that are told one by one.
const ALIKE: u64 = 5;

/// Collects problems.
#[derive(Debug, Default)]
pub(super) struct Tell {
    problems: Vec<WebProblem>,
    /// Host and what is wrong: how many, and the place of the last that is told.
    alike: HashMap<(String, String), Alike>,
    order: Vec<(String, String)>,
}

#[derive(Debug)]
struct Alike {
    count: u64,
    severity: Severity,
    first: String,
}

impl Tell {
    /// Tells of a page; of one that no seed lists, only where not too many have the same problem.
    pub(super) fn page(&mut self, url: &str, message: String, severity: Severity, is_listed: bool) {
        if is_listed {
            return self.always(url, message, severity);
        }
        let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let key = (host, message.clone());
        let alike = self.alike.entry(key.clone()).or_insert_with(|| {
            self.order.push(key);
            Alike { count: 0, severity, first: url.to_owned() }
        });
        alike.count += 1;
        if alike.count <= ALIKE {
            self.always(url, message, severity);
        }
    }

    pub(super) fn always(&mut self, url: &str, message: String, severity: Severity) {
        self.problems.push(WebProblem { url: url.to_owned(), message, severity });
    }

    /// All of them, with those that were not told one by one as a number.
    pub(super) fn problems(mut self) -> Vec<WebProblem> {
        for key in std::mem::take(&mut self.order) {
            let Some(Alike { count, severity, first }) = self.alike.remove(&key) else { continue };
            if count > ALIKE {
                let (host, message) = key;
                let message = format!("and of {} more pages of `{host}`: {message}", count - ALIKE);
                self.always(&first, message, severity);
            }
        }
        self.problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_alike_are_counted() {
        let mut tell = Tell::default();
        for number in 0..9 {
            tell.page(&format!("http://x/{number}"), "down".to_owned(), Severity::Error, number == 0);
        }
        tell.page("http://y/", "down".to_owned(), Severity::Warning, false);
        let told: Vec<String> =
            tell.problems().iter().map(|told| format!("{} {}", told.url, told.message)).collect();
        assert_eq!(told.len(), 8, "{told:#?}");
        assert_eq!(told[0], "http://x/0 down");
        assert_eq!(told[7], "http://x/1 and of 3 more pages of `x`: down");
    }
}
