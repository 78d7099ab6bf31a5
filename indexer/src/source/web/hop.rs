//! Where a redirect leads, and whether to follow it.

use reqwest::StatusCode;
use url::Url;

use super::normal;

/// The next address, of a `Location` as it was sent.
pub(super) fn next(url: &Url, location: Option<&str>) -> Result<Url, String> {
    let location = location.ok_or_else(|| "a redirect that says not where to".to_owned())?;
    let mut next = url.join(location.trim()).map_err(|error| format!("a redirect to no address: {error}"))?;
    normal::is_of_the_web(&next).map_err(|why| format!("a redirect is refused: {why}"))?;
    if url.scheme() == "https" && next.scheme() == "http" {
        return Err(format!("a redirect from https to http is refused: {next}"));
    }
    next.set_fragment(None);
    Ok(next)
}

/// Whether an answer sends elsewhere.
pub(super) fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Whether a page that was asked for turned out to be the one where people log in.
pub(super) fn is_to_login(asked: &Url, found: &Url) -> bool {
    const WORDS: &[&str] = &[
        "login",
        "signin",
        "sign-in",
        "sign_in",
        "log-in",
        "logon",
        "sso",
        "saml",
        "saml2",
        "oauth",
        "oauth2",
        "authorize",
    ];
    let is_login = |url: &Url| {
        let mut parts = url.path().split(['/', '.']);
        let host = url.host_str().unwrap_or_default().split('.').next().unwrap_or_default();
        parts.any(|part| WORDS.contains(&part.to_ascii_lowercase().as_str()))
            || matches!(host, "login" | "sso" | "accounts")
    };
    asked != found && is_login(found) && !is_login(asked)
}

/// Whether a page that is no more was exchanged for the front page of its site.
pub(super) fn is_to_front(asked: &Url, found: &Url) -> bool {
    asked.host_str() == found.host_str()
        && found.path() == "/"
        && found.query().is_none()
        && asked.path() != "/"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn where_redirects_lead() {
        let check = |location: Option<&str>, expected: &str| {
            let next = next(&url("https://x.org/a/b"), location);
            match next {
                Ok(next) => assert_eq!(next.as_str(), expected),
                Err(error) => assert!(error.contains(expected) && !expected.is_empty(), "{error}"),
            }
        };
        check(Some("c#d"), "https://x.org/a/c");
        check(Some("//y.org"), "https://y.org/");
        check(Some("http://x.org/a/b"), "from https to http");
        check(Some("file:///etc/passwd"), "`file:` is not read");
        check(Some("https://u:p@x.org/"), "user and password");
        check(Some("http://[/"), "to no address");
        check(None, "says not where to");
        assert!(super::next(&url("http://x.org/"), Some("https://x.org/")).is_ok());
    }

    #[test]
    fn what_became_a_login() {
        let check = |asked: &str, found: &str, expected| {
            assert_eq!(is_to_login(&url(asked), &url(found)), expected, "{found}");
        };
        check("https://x.org/docs", "https://x.org/users/sign_in", true);
        check("https://x.org/docs", "https://x.org/login.jsp?next=/docs", true);
        check("https://x.org/docs", "https://sso.x.org/", true);
        check("https://x.org/docs", "https://login.microsoftonline.com/x/oauth2/authorize", true);
        check("https://x.org/docs/login", "https://x.org/en/docs/login", false);
        check("https://x.org/docs", "https://x.org/docs/blogin", false);
        assert!(is_to_front(&url("https://x.org/docs"), &url("https://x.org/")));
        assert!(!is_to_front(&url("https://x.org/"), &url("https://x.org/en/")));
    }
}
