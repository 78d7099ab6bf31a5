//! Addresses inside of text (`robot.utils.htmlformatters.LinkFormatter`).

/// Endings of files that are shown as images.
const IMAGES: [&str; 6] = [".jpg", ".jpeg", ".png", ".gif", ".bmp", ".svg"];

/// Escaped text with every address made a link.
pub(super) fn with_links(text: &str) -> String {
    addresses(text, false)
}

/// Escaped text with addresses and `[link|content]` made links, or images where they name one.
pub(super) fn with_links_and_images(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let mut rest = text;
    let mut from = 0;
    while let Some(open) = rest[from..].find('[').map(|at| from + at) {
        let Some(close) = link_end(&rest[open..]) else { break };
        html.push_str(&addresses(&rest[..open], true));
        html.push_str(&link(&rest[open + 1..open + close]));
        rest = &rest[open + close + 1..];
        from = 0;
    }
    html.push_str(&addresses(rest, true));
    html
}

/// Where the `]` of a link stands that begins the text: `\[.+?\|.*?]`.
fn link_end(text: &str) -> Option<usize> {
    let first = text[1..].chars().next()?.len_utf8();
    let middle = 1 + first + text[1 + first..].find('|')?;
    text[middle..].find(']').map(|close| middle + close)
}

fn link(text: &str) -> String {
    let (link, content) = text.split_once('|').unwrap_or((text, ""));
    let (link, content) = (strip(link), strip(content));
    if is_image(content) {
        return anchor(link, &image(content, link));
    }
    if is_image(link) {
        return image(link, content);
    }
    anchor(link, content)
}

fn anchor(href: &str, content: &str) -> String {
    let content = if content.is_empty() { href } else { content };
    format!("<a href=\"{}\">{content}</a>", quoted(href))
}

fn image(src: &str, title: &str) -> String {
    let title = if title.is_empty() { src } else { title };
    format!("<img src=\"{}\" title=\"{}\">", quoted(src), quoted(title))
}

fn quoted(text: &str) -> String {
    text.replace('"', "&quot;")
}

fn is_image(text: &str) -> bool {
    let lower = text.to_lowercase();
    text.starts_with("data:image/") || IMAGES.iter().any(|ending| lower.ends_with(ending))
}

/// Python's `str.strip`.
pub(super) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// White space as Python knows it.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn addresses(text: &str, images: bool) -> String {
    if !text.contains("://") {
        return text.to_owned();
    }
    let mut html = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let word = &text[at..];
        let before = at.checked_sub(1).map(|before| text.as_bytes()[before]);
        if matches!(before, None | Some(b' ' | b'\n'))
            && let Some((start, end)) = address(word)
        {
            let url = &word[start..end];
            html.push_str(&word[..start]);
            let shown = if images && is_image(url) { image(url, "") } else { anchor(url, "") };
            html.push_str(&shown);
            at += end;
        }
        let next = text[at..].find([' ', '\n']).map_or(text.len(), |found| at + found + 1);
        html.push_str(&text[at..next]);
        at = next;
    }
    html
}

/// Where the address at the begin of a line or behind a space starts and ends, marks around it left out.
fn address(text: &str) -> Option<(usize, usize)> {
    let start = text.len() - text.trim_start_matches(['"', '\'', '(', '[', '{']).len();
    let rest = &text[start..];
    let scheme = rest.trim_start_matches(|c: char| is_word(c) || matches!(c, '+' | ',' | '-' | '.'));
    let body = scheme.strip_prefix("://").filter(|_| rest.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let stop = body.find(|c| is_space(c) || c == '|').unwrap_or(body.len());
    let after = body[stop..].trim_start_matches(is_closing);
    if stop == 0 || !(after.is_empty() || after.starts_with([' ', '\n'])) {
        return None;
    }
    let first = body.chars().next()?.len_utf8();
    let kept = first + body[first..stop].trim_end_matches(is_closing).len();
    Some((start, text.len() - body.len() + kept))
}

fn is_closing(c: char) -> bool {
    ")]}\"'.,!?:;|".contains(c)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
