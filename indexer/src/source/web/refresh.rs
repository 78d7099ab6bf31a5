//! Pages that do nothing but send on: `<meta http-equiv="refresh" content="0; url=latest/">`, as sites that
//! lie as files on a server do in the place of a redirect.

/// A page that sends on is no larger.
const MOST_BYTES: usize = 8 << 10;
/// Seconds; one that waits longer is meant to be read.
const LONGEST_WAIT: f64 = 5.0;

/// Where a page sends on to, as written.
pub(super) fn target(page: &[u8]) -> Option<String> {
    if page.len() > MOST_BYTES {
        return None;
    }
    let text = String::from_utf8_lossy(page);
    let mut rest: &str = &text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end..]);
            continue;
        }
        rest = &rest[1..];
        if !rest.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("meta")) {
            continue;
        }
        let (attributes, behind) = attributes(&rest[4..]);
        rest = behind;
        let value = |wanted: &str| {
            attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
        };
        if value("http-equiv").is_some_and(|value| value.eq_ignore_ascii_case("refresh")) {
            return value("content").and_then(address);
        }
    }
    None
}

/// The attributes of a tag, with names in lower case, and what follows it.
fn attributes(text: &str) -> (Vec<(String, String)>, &str) {
    let (mut rest, mut found) = (text, Vec::new());
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return (found, rest);
        }
        let end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        // A `=` in the place of a name begins one.
        let end = if end == 0 { 1 } else { end };
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let Some(value) = rest.strip_prefix('=') else {
            found.push((name, String::new()));
            continue;
        };
        let value = value.trim_start();
        let (value, behind) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_at(value.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(value.len())),
        };
        found.push((name, value.replace("&amp;", "&")));
        rest = behind;
    }
}

/// The address in `0; url='latest/'`.
fn address(content: &str) -> Option<String> {
    let (wait, rest) = content.split_once([';', ','])?;
    let is_short = wait.trim().parse::<f64>().is_ok_and(|seconds| (0.0..=LONGEST_WAIT).contains(&seconds));
    let rest = rest.trim_start();
    let rest = match rest.get(..3) {
        Some(begin) if begin.eq_ignore_ascii_case("url") => {
            rest[3..].trim_start().strip_prefix('=')?.trim_start()
        }
        _ => rest,
    };
    let address = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    (is_short && !address.is_empty()).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, expected: Option<&str>) {
        assert_eq!(target(page.as_bytes()).as_deref(), expected, "{page}");
    }

    #[test]
    fn pages_that_send_on() {
        check("<meta http-equiv=\"refresh\" content=\"0; url=latest/\">", Some("latest/"));
        check(
            "<html><head><noscript><META content='1;URL=\"/a?b=1&amp;c\"' HTTP-EQUIV=Refresh /></noscript>",
            Some("/a?b=1&c"),
        );
        check("<meta charset=utf-8><meta http-equiv=refresh content=0,x>", Some("x"));
        check("<meta http-equiv=\"refresh\" content=\"300; url=/\">", None);
        check("<meta http-equiv=\"refresh\" content=\"5\">", None);
        check("<!-- <meta http-equiv=\"refresh\" content=\"0; url=x\"> --><p>text", None);
        check("<meta http-equiv=\"content-type\" content=\"text/html; url=x\">", None);
        check(&format!("<meta http-equiv=\"refresh\" content=\"0; url=x\">{}", " ".repeat(MOST_BYTES)), None);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(page in "(<meta |http-equiv=refresh|content=|0;|url=|[<>\"'=/ é!-]){0,30}") {
            let _ = target(page.as_bytes());
        }
    }
}
