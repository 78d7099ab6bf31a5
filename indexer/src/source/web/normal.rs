//! Addresses in one form each, so that a page is read once.

use url::Url;

/// An address longer than this leads nowhere good.
pub(super) const MOST_LENGTH: usize = 2000;

/// Parameters that say where a reader came from.
const TRACKERS: &[&str] = &[
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "msclkid",
    "yclid",
    "twclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "hsctatracking",
    "mkt_tok",
    "vero_id",
    "wickedid",
];
/// Parameters that say who a reader is.
const SESSIONS: &[&str] = &[
    "phpsessid",
    "jsessionid",
    "sid",
    "sessid",
    "sessionid",
    "session_id",
    "session",
    "cfid",
    "cftoken",
    "oscsid",
    "zenid",
    "s_id",
];

/// The address of a page that `sources.yaml` lists: as it is, without fragment.
pub(super) fn listed(text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|error| format!("no address: {error}"))?;
    is_of_the_web(&url)?;
    url.set_fragment(None);
    Ok(with_plain_path(url))
}

/// The address that a link means, as it is written on a page. `None` where it leads to no page of the
/// web.
pub(super) fn link(text: &str, base: &Url) -> Option<Url> {
    if text.len() > 2 * MOST_LENGTH {
        return None;
    }
    let mut url = base.join(text.trim()).ok()?;
    is_of_the_web(&url).ok()?;
    url.set_fragment(None);
    strip_session_of_path(&mut url);
    strip_parameters(&mut url);
    let url = with_plain_path(url);
    (url.as_str().len() <= MOST_LENGTH).then_some(url)
}

pub(super) fn is_of_the_web(url: &Url) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{}:` is not read, only http and https", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address holds a user and password".to_owned());
    }
    Ok(())
}

/// Scheme, host and port: who is asked.
pub(super) fn origin(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("{}://{host}:{}", url.scheme(), url.port_or_known_default().unwrap_or(0))
}

/// Path and query.
pub(super) fn path_of(url: &Url) -> &str {
    &url[url::Position::BeforePath..url::Position::AfterQuery]
}

/// `;jsessionid=...` and its like at the end of a part of the path.
fn strip_session_of_path(url: &mut Url) {
    if !url.path().contains(';') {
        return;
    }
    let is_session = |parameter: &str| {
        let name = parameter.split('=').next().unwrap_or_default();
        SESSIONS.contains(&name.to_ascii_lowercase().as_str())
    };
    let strip = |part: &str| -> String {
        let mut pieces = part.split(';');
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.filter(|piece| !is_session(piece)).fold(first, |part, piece| part + ";" + piece)
    };
    let parts: Vec<String> = url.path().split('/').map(strip).collect();
    url.set_path(&parts.join("/"));
}

fn strip_parameters(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let is_kept = |parameter: &&str| {
        let name = parameter.split('=').next().unwrap_or_default().to_ascii_lowercase();
        let tracks = name.starts_with("utm_") || TRACKERS.contains(&name.as_str());
        let identifies = SESSIONS.contains(&name.as_str()) || name.starts_with("aspsessionid");
        !parameter.is_empty() && !tracks && !identifies
    };
    let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
    let kept = kept.join("&");
    url.set_query((!kept.is_empty()).then_some(&kept));
}

/// Writes what needs no `%` without, and the digits of the others large (RFC 3986, 6.2.2).
fn with_plain_path(url: Url) -> Url {
    if !url.as_str().contains('%') {
        return url;
    }
    let mut plain = url.clone();
    plain.set_path(&plain_text(url.path()));
    plain.set_query(url.query().map(plain_text).as_deref());
    plain
}

fn plain_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(value) = rest.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
            out.push('%');
            continue;
        };
        // A point stays as it is: it would make another path of `%2e%2e`.
        if value.is_ascii_alphanumeric() || b"-_~".contains(&value) {
            out.push(value as char);
        } else {
            out.push_str(&format!("%{value:02X}"));
        }
        rest = &rest[2..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let base = Url::parse("https://x.org/docs/a/page?q=1#top").unwrap();
        assert_eq!(link(text, &base).map(String::from).as_deref().unwrap_or("none"), expected, "{text}");
    }

    #[test]
    fn links_as_they_are_meant() {
        check("b", "https://x.org/docs/a/b");
        check(" ../b#c ", "https://x.org/docs/b");
        check("#c", "https://x.org/docs/a/page?q=1");
        check("//Y.org:443/%7e%41/./b/../c", "https://y.org/~A/c");
        check("/a%2fb%c3%bc?x=%7e", "https://x.org/a%2Fb%C3%BC?x=~");
        check("http://x.org:80/?", "http://x.org/");
        check("http://x.org:81/", "http://x.org:81/");
        check("/%2e%2e/a", "https://x.org/a");
        check("/b?a=%25%32%66", "https://x.org/b?a=%252f");
        check("mailto:a@b.c", "none");
        check("javascript:void(0)", "none");
        check("data:text/html,x", "none");
        check("ftp://x.org/", "none");
        check("https://u:p@x.org/", "none");
        check("http://[bad/", "none");
        check(&format!("/{}", "a".repeat(MOST_LENGTH)), "none");
    }

    #[test]
    fn numbers_are_addresses_in_every_writing() {
        for text in [
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://１２７.0.0.1/",
        ] {
            check(text, "http://127.0.0.1/");
        }
    }

    #[test]
    fn who_reads_and_why_is_left_out() {
        check("/a?utm_source=x&b=1&gclid=2&UTM_x", "https://x.org/a?b=1");
        check("/a;jsessionid=1F?sid=3", "https://x.org/a");
        check("/a;v=1;JSESSIONID=1F/b?PHPSESSID=3&c", "https://x.org/a;v=1/b?c");
        check("/a?side=1&&b", "https://x.org/a?side=1&b");
        assert_eq!(
            listed("https://X.org/a?sid=1&utm_source=b#c").unwrap().as_str(),
            "https://x.org/a?sid=1&utm_source=b"
        );
        assert!(
            listed("file:///etc/passwd").is_err() && listed("https://u@x/").is_err() && listed("x").is_err()
        );
    }

    proptest::proptest! {
        #[test]
        fn a_normal_address_stays_as_it_is(text in "(https?:|//|/|[.]{1,2}|%|%2[0-9a-fA-F]|%7e|[;?&=#]|sid=|utm_a|[a-zé:@ ]){0,14}") {
            let base = Url::parse("https://x.org/a/b").unwrap();
            if let Some(url) = link(&text, &base) {
                proptest::prop_assert_eq!(link(url.as_str(), &base), Some(url.clone()), "{}", text);
                proptest::prop_assert_eq!(Url::parse(url.as_str()).unwrap(), url);
            }
        }
    }
}
