//! Sitemaps (sitemaps.org): the addresses of a site, as XML or a line each.

/// What a sitemap lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sitemap {
    /// Addresses of pages, as written, in order.
    pub pages: Vec<String>,
    /// Addresses of further sitemaps.
    pub sitemaps: Vec<String>,
}

/// Addresses of a file; the protocol allows no more.
const MOST: usize = 50_000;

/// Reads a sitemap, or an index of them. A file that is broken gives what stands before and behind
/// the break: the addresses are searched for, and the rest of the XML is not looked at.
pub fn parse(text: &str) -> Sitemap {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut found = Sitemap::default();
    if !text.starts_with('<') {
        let lines = text.lines().map(str::trim).filter(|line| line.starts_with("http"));
        found.pages = lines.take(MOST).map(str::to_owned).collect();
        return found;
    }
    let (mut rest, mut in_sitemap) = (text, false);
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if let Some(end) = skipped(rest) {
            rest = &rest[end..];
            continue;
        }
        let Some(end) = rest.find('>') else { break };
        let name = rest[1..end].split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or("");
        let local = name.rsplit(':').next().unwrap_or(name);
        rest = &rest[end + 1..];
        match local {
            "sitemap" => in_sitemap = true,
            "url" => in_sitemap = false,
            // `image:loc` and `video:...` are no pages.
            "loc" if !matches!(name.split_once(':'), Some(("image" | "video" | "news", _))) => {
                let (address, behind) = text_of(rest);
                rest = behind;
                let list = if in_sitemap { &mut found.sitemaps } else { &mut found.pages };
                if !address.is_empty() && list.len() < MOST {
                    list.push(address);
                }
            }
            _ => {}
        }
    }
    found
}

/// The end of a comment, or of character data outside of an address.
fn skipped(text: &str) -> Option<usize> {
    let (open, close) =
        [("<!--", "-->"), ("<![CDATA[", "]]>")].into_iter().find(|(open, _)| text.starts_with(open))?;
    let inside = &text[open.len()..];
    Some(inside.find(close).map_or(text.len(), |at| open.len() + at + close.len()))
}

/// The text up to the next tag, with its references resolved, and what follows it.
fn text_of(text: &str) -> (String, &str) {
    let trimmed = text.trim_start();
    if let Some(inside) = trimmed.strip_prefix("<![CDATA[") {
        let end = inside.find("]]>").unwrap_or(inside.len());
        return (inside[..end].trim().to_owned(), &inside[end..]);
    }
    let end = text.find('<').unwrap_or(text.len());
    (unescape(text[..end].trim()), &text[end..])
}

fn unescape(text: &str) -> String {
    let plain =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#38;", "&"), ("&#x26;", "&")];
    let resolved = plain.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
    resolved.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, pages: &[&str], sitemaps: &[&str]) {
        let found = parse(text);
        assert_eq!(found.pages, pages, "{text}");
        assert_eq!(found.sitemaps, sitemaps, "{text}");
    }

    #[test]
    fn pages_and_indices() {
        check(
            "<?xml version=\"1.0\"?><urlset xmlns=\"x\"><url><loc> https://x/a?b=1&amp;c=2 </loc><lastmod>1</lastmod>\
             <image:image><image:loc>https://x/a.png</image:loc></image:image></url>\
             <!-- <url><loc>https://x/hidden</loc></url> --><url><loc><![CDATA[https://x/b]]></loc></url></urlset>",
            &["https://x/a?b=1&c=2", "https://x/b"],
            &[],
        );
        check(
            "\u{feff}<s:sitemapindex><s:sitemap><s:loc>https://x/1.xml.gz</s:loc></s:sitemap></s:sitemapindex>",
            &[],
            &["https://x/1.xml.gz"],
        );
        check("https://x/a\r\n https://x/b \nnonsense\n", &["https://x/a", "https://x/b"], &[]);
        check(
            "<urlset><url><loc>https://x/a</loc><url><loc>https://x/b",
            &["https://x/a", "https://x/b"],
            &[],
        );
        check("", &[], &[]);
        check("<loc", &[], &[]);
        check("<!-- <loc>", &[], &[]);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "(<loc>|</loc>|<sitemap|<url>|<!--|-->|<!\\[CDATA\\[|\\]\\]>|&amp;|é|http://x|[<>/ :a\n]){0,40}") {
            let _ = parse(&text);
        }
    }
}
