//! Text inside of HTML.

/// Text as HTML shows it.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    push_escaped(text, &mut html);
    html
}

/// Appends text as HTML shows it.
pub(super) fn push_escaped(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            c => html.push(c),
        }
    }
}

/// Appends a text as the value of an attribute.
pub(super) fn push_quoted(text: &str, html: &mut String) {
    for (index, part) in text.split('"').enumerate() {
        html.push_str(if index > 0 { "&quot;" } else { "" });
        push_escaped(part, html);
    }
}

/// A text as the value of an attribute.
pub(super) fn quoted(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    push_quoted(text, &mut html);
    html
}
