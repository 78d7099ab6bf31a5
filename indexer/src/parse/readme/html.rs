//! Raw HTML inside Markdown, reduced to the text that a reader sees.

/// Elements whose content is not text.
const HIDDEN: [&str; 2] = ["script", "style"];

/// The text between the tags: comments dropped, `alt` of images kept, line breaks and paragraphs as
/// line ends. Anything that does not close is taken as the end of the text.
pub(super) fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some((tag, after)) = tag.split_once('>') else { return decoded(&text) };
        rest = after;
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        match name.to_ascii_lowercase().as_str() {
            "img" => text.push_str(attribute(tag, "alt").unwrap_or("")),
            "br" | "p" | "div" | "li" | "tr" | "h1" | "h2" | "h3" | "h4" | "summary" => text.push('\n'),
            name if HIDDEN.contains(&name) && !tag.starts_with('/') => {
                rest = rest.split_once("</").map_or("", |(_, after)| after);
                rest = rest.split_once('>').map_or("", |(_, after)| after);
            }
            _ => {}
        }
    }
    text.push_str(rest);
    decoded(&text)
}

/// The value of a quoted attribute.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split_once(quote).map(|(value, _)| value)
}

/// The few entities that people write, decoded.
fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        assert_eq!(text_of(html), expected, "{html}");
    }

    #[test]
    fn tags_and_entities() {
        check("a<b>b</b>c", "abc");
        check("a<BR/>b", "a\nb");
        check("<img src=\"x\" alt='An icon'>", "An icon");
        check("<img src=x alt>", "");
        check("x<!-- a > b -->y<!-- open", "xy");
        check("a<script>b < c</script>d", "ad");
        check("a<script>b", "a");
        check("a<style>b</style>d", "ad");
        check("1 &lt; 2 &amp;lt;", "1 < 2 &lt;");
        check("open <a href=", "open ");
    }
}
