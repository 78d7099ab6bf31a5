//! `robots.txt` of RFC 9309: what of a host may be read, and how fast.

/// What is read of a file; the RFC asks for no less. What stands behind it does not count.
pub const MOST_BYTES: usize = 500 << 10;

/// What a `robots.txt` says to one crawler.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RobotsTxt {
    rules: Vec<Rule>,
    /// Seconds that it asks for between two requests; a number from 0 up.
    pub delay: Option<f64>,
    /// Addresses of sitemaps, as written.
    pub sitemaps: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    allows: bool,
    /// The path as [`comparable`] gives it, with `*` and a `$` at its end.
    pattern: Vec<u8>,
}

impl RobotsTxt {
    /// Reads what the text says to `agent`, a product name such as `ccr`: by the groups that name it, or
    /// else by those for everybody. What cannot be read is passed over.
    pub fn parse(text: &[u8], agent: &str) -> RobotsTxt {
        let mut all = RobotsTxt::default();
        let mut own = RobotsTxt::default();
        let (mut names_own, mut names_all, mut in_rules, mut has_own) = (false, false, true, false);
        for line in lines(text) {
            let Some((key, value)) = field(line) else { continue };
            match key.as_str() {
                "user-agent" => {
                    if in_rules {
                        (names_own, names_all, in_rules) = (false, false, false);
                    }
                    names_all |= value == b"*";
                    names_own |= product(value).eq_ignore_ascii_case(agent.as_bytes());
                    has_own |= names_own;
                }
                "allow" | "disallow" => {
                    in_rules = true;
                    let allows = key == "allow";
                    for (named, group) in [(names_own, &mut own), (names_all, &mut all)] {
                        // An empty rule is none.
                        if named && !value.is_empty() {
                            group.rules.push(Rule { allows, pattern: comparable(value) });
                        }
                    }
                }
                // No rule of the RFC: it begins no new group.
                "crawl-delay" => {
                    let delay = std::str::from_utf8(value).ok().and_then(|text| text.parse::<f64>().ok());
                    let delay = delay.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
                    for (named, group) in [(names_own, &mut own), (names_all, &mut all)] {
                        if named {
                            group.delay = match (group.delay, delay) {
                                (Some(before), Some(delay)) => Some(before.max(delay)),
                                (before, delay) => before.or(delay),
                            };
                        }
                    }
                }
                "sitemap" => all.sitemaps.extend(std::str::from_utf8(value).map(str::to_owned)),
                _ => {}
            }
        }
        let RobotsTxt { rules, delay, .. } =
            if has_own { own } else { RobotsTxt { sitemaps: vec![], ..all.clone() } };
        RobotsTxt { rules, delay, sitemaps: all.sitemaps }
    }

    /// Whether a path, with its query, may be read: the longest rule that fits it says so, and of two of a
    /// length the one that allows.
    pub fn allows(&self, path: &str) -> bool {
        if path == "/robots.txt" {
            return true;
        }
        let path = comparable(path.as_bytes());
        let fitting = self.rules.iter().filter(|rule| fits(&rule.pattern, &path));
        fitting.max_by_key(|rule| (rule.pattern.len(), rule.allows)).is_none_or(|rule| rule.allows)
    }
}

/// The lines that count, without a byte order mark; a line that is cut by the limit is none.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let text = match text.get(..MOST_BYTES) {
        Some(head) if text.len() > MOST_BYTES => {
            let end = head.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(0);
            &head[..end]
        }
        _ => text,
    };
    text.split(|byte| matches!(byte, b'\n' | b'\r'))
}

/// Key in lower case and value of a line, without its comment.
fn field(line: &[u8]) -> Option<(String, &[u8])> {
    let line = line.split(|&byte| byte == b'#').next()?;
    let colon = line.iter().position(|&byte| byte == b':')?;
    let key = std::str::from_utf8(line[..colon].trim_ascii()).ok()?.to_ascii_lowercase();
    Some((key, line[colon + 1..].trim_ascii()))
}

/// The product name at the start of what a group is for: `ccr` of `ccr/1.0`.
fn product(value: &[u8]) -> &[u8] {
    let end = value.iter().position(|byte| !byte.is_ascii_alphabetic() && !matches!(byte, b'-' | b'_'));
    &value[..end.unwrap_or(value.len())]
}

/// A path in the one form in which two that mean the same are the same: what needs no `%` has none, and
/// everything beyond ASCII has one.
fn comparable(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match (byte, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: &u8| (*byte as char).to_digit(16).unwrap_or(0) as u8;
                let value = digit(high) << 4 | digit(low);
                if value.is_ascii_alphanumeric() || b"-._~".contains(&value) {
                    out.push(value);
                } else {
                    out.extend([b'%', high.to_ascii_uppercase(), low.to_ascii_uppercase()]);
                }
                rest = after;
            }
            (byte, _) if byte.is_ascii_graphic() => out.push(*byte),
            (byte, _) => out.extend(format!("%{byte:02X}").bytes()),
        }
    }
    out
}

/// Whether a pattern fits the begin of a path, or all of it where it ends with `$`.
fn fits(pattern: &[u8], path: &[u8]) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix(b"$") {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split(|&byte| byte == b'*');
    let Some(mut rest) = parts.next().and_then(|first| path.strip_prefix(first)) else { return false };
    let mut parts: Vec<&[u8]> = parts.collect();
    if !to_the_end {
        return parts.iter().all(|part| skip_to(part, &mut rest));
    }
    let Some(last) = parts.pop() else { return rest.is_empty() };
    parts.iter().all(|part| skip_to(part, &mut rest)) && rest.ends_with(last)
}

/// Goes on behind the first place where `part` stands.
fn skip_to(part: &[u8], rest: &mut &[u8]) -> bool {
    if part.is_empty() {
        return true;
    }
    match rest.windows(part.len()).position(|window| window == part) {
        Some(at) => {
            *rest = &rest[at + part.len()..];
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, allowed: &[&str], forbidden: &[&str]) {
        let robots = RobotsTxt::parse(text.as_bytes(), "ccr");
        for path in allowed {
            assert!(robots.allows(path), "{text}\n{path}\n{robots:?}");
        }
        for path in forbidden {
            assert!(!robots.allows(path), "{text}\n{path}\n{robots:?}");
        }
    }

    #[test]
    fn groups() {
        check("", &["/", "/a"], &[]);
        check("Disallow: /", &["/a"], &[]);
        check("User-agent: *\nDisallow: /", &["/robots.txt"], &["/", "/a?b"]);
        check("User-agent: *\nDisallow: /\nUser-agent: CCR\nDisallow: /x", &["/a"], &["/x", "/xy"]);
        check(
            "user-agent:ccr/2.0 # ours\r\ndisallow:/x\r\rUser-Agent: other\nDisallow: /y",
            &["/y"],
            &["/x"],
        );
        // Groups of a name are one, wherever they stand; a name that only begins like ours is another.
        check(
            "User-agent: ccr\nDisallow: /x\n\nUser-agent: ccrawl\nDisallow: /z\nUser-agent: ccr\nDisallow: /y",
            &["/z"],
            &["/x", "/y"],
        );
        // A group of ours without a rule allows everything.
        check("User-agent: *\nDisallow: /\n\nUser-agent: ccr\nDisallow:", &["/", "/a"], &[]);
        check(
            "User-agent: a\nSitemap: /s.xml\nCrawl-delay: 2\n\nUser-agent: ccr\nDisallow: /x",
            &[],
            &["/x"],
        );
        check("\u{feff}User-agent: *\nDisallow: /x", &[], &["/x"]);
        check("<html><body>User-agent: *\nnothing: here</body>", &["/"], &[]);
    }

    #[test]
    fn the_longest_rule_counts() {
        let text = "User-agent: *\nAllow: /p/page\nDisallow: /p\nDisallow: /folder\nAllow: /folder\n";
        check(text, &["/p/page", "/folder/x"], &["/p", "/p/pag"]);
        check("User-agent: *\nDisallow: /\nAllow: /$", &["/"], &["/a"]);
        check(
            "User-agent: *\nDisallow: /*.php$\nAllow: /aaa.php",
            &["/aaa.php", "/b.php5"],
            &["/b.php", "/x/c.php"],
        );
        check("User-agent: *\nDisallow: *?sid=", &["/a?x"], &["/a?sid=1"]);
        check("User-agent: *\nDisallow: /a*b*c", &["/acb", "/xabc"], &["/abc", "/a--b--c--"]);
        check("User-agent: *\nDisallow: /a*a$", &["/a", "/aab"], &["/aa", "/axa"]);
        check("User-agent: *\nDisallow: /x#y", &["/"], &["/x"]);
    }

    #[test]
    fn percent_signs() {
        check("User-agent: *\nDisallow: /ü/%7Ex", &[], &["/%C3%BC/~x", "/%c3%bc/%7ex", "/ü/~x"]);
        check("User-agent: *\nDisallow: /a%2Fb", &["/a/b"], &["/a%2fb"]);
        check("User-agent: *\nDisallow: /100%", &["/100"], &["/100%", "/100%zz"]);
    }

    #[test]
    fn delays_and_sitemaps() {
        let text =
            "Sitemap: https://x/s.xml\nUser-agent: *\nCrawl-delay: 1.5\nDisallow: /a\nsitemap: /t.xml\n";
        let robots = RobotsTxt::parse(text.as_bytes(), "ccr");
        assert_eq!(robots.delay, Some(1.5));
        assert_eq!(robots.sitemaps, ["https://x/s.xml", "/t.xml"]);
        for delay in ["-1", "nan", "inf", "x", "1e999", ""] {
            let text = format!("User-agent: ccr\nCrawl-delay: {delay}\n");
            assert_eq!(RobotsTxt::parse(text.as_bytes(), "ccr").delay, None, "{delay}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_at_a_line() {
        let mut text = b"User-agent: *\nDisallow: /x\n".to_vec();
        text.resize(MOST_BYTES - 12, b'#');
        text.extend(b"\nDisallow: /abc\nDisallow: /y\n");
        let robots = RobotsTxt::parse(&text, "ccr");
        assert!(!robots.allows("/x") && robots.allows("/a") && robots.allows("/y"), "{robots:?}");
    }

    /// What the RFC says in words, by trying every place.
    fn fits_by_trying(pattern: &[u8], path: &[u8]) -> bool {
        match pattern {
            [] => true,
            [b'$'] => path.is_empty(),
            [b'*', rest @ ..] => (0..=path.len()).any(|at| fits_by_trying(rest, &path[at..])),
            [byte, rest @ ..] => path.first() == Some(byte) && fits_by_trying(rest, &path[1..]),
        }
    }

    proptest::proptest! {
        #[test]
        fn patterns_fit_as_by_trying(pattern in "[ab*]{0,8}[$]?", path in "[ab]{0,10}") {
            let expected = fits_by_trying(pattern.as_bytes(), path.as_bytes());
            proptest::prop_assert_eq!(fits(pattern.as_bytes(), path.as_bytes()), expected);
        }

        #[test]
        fn never_panics(text: Vec<u8>, path: String) {
            let _ = RobotsTxt::parse(&text, "ccr").allows(&path);
        }

        #[test]
        fn never_panics_near_the_truth(
            text in "((User-agent|Disallow|Allow|Crawl-delay|Sitemap|ccr|:|\\*|\\$|%|/|a|é|#| |\n|\r)){0,60}",
            path in "/[a*$%é]{0,12}",
        ) {
            let robots = RobotsTxt::parse(text.as_bytes(), "ccr");
            let same = robots.allows(&path) == robots.allows(&String::from_utf8_lossy(&comparable(path.as_bytes())));
            proptest::prop_assert!(same);
        }
    }
}
