//! Text to HTML.

/// Text as it stands in HTML, between tags or in quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // A control character is no HTML; one that turns the reading direction can lie.
            '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => escaped.push('\u{fffd}'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A value in the query of an address.
pub(super) fn in_query(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// A link to another site. What is no web address is shown as text: it may be code.
pub(super) fn link_out(url: &str, text: &str) -> String {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if !is_web {
        return escaped(text);
    }
    format!("<a href=\"{}\" rel=\"noopener noreferrer\">{}</a>", escaped(url), escaped(text))
}

/// A link to the page of a thing.
pub(super) fn link_to(id: &str, text: &str) -> String {
    format!("<a href=\"/show?id={}\">{text}</a>", in_query(id))
}

/// Paragraphs of plain text.
pub(super) fn paragraphs(text: &str) -> String {
    let blocks = text.trim().split("\n\n").map(str::trim).filter(|block| !block.is_empty());
    blocks.map(|block| format!("<p>{}</p>\n", escaped(block))).collect()
}

/// A whole page; title is text, form and body are HTML.
pub(super) fn page(title: &str, form: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n\
         <header><a href=\"/\" class=\"home\">ccr</a> <nav><a href=\"/docs\">API</a></nav></header>\n\
         <main>\n{form}{body}</main>\n</body>\n</html>\n",
        escaped(title)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_tag_or_leaves_its_quotes() {
        assert_eq!(escaped("<b a=\"x\" c='y'>&amp;"), "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;amp;");
        assert_eq!(escaped("a\u{202e}b\u{1b}[2J\tc\n"), "a\u{fffd}b\u{fffd}[2J\tc\n");
        assert_eq!(in_query("a/b#c d&e=\"é"), "a/b%23c%20d%26e%3D%22%C3%A9");
    }

    #[test]
    fn only_web_addresses_are_links() {
        assert_eq!(link_out("javascript:alert(1)", "x<"), "x&lt;");
        assert!(
            link_out("https://example.com/\"><script>", "x")
                .starts_with("<a href=\"https://example.com/&quot;&gt;&lt;script")
        );
    }
}
