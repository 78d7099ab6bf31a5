//! Texts of strangers in few words.

use std::fmt::Write as _;

use ccr_index::text::strip_variables;

/// Characters of a title: some authors put the story there.
pub(super) const TITLE: usize = 120;

/// The first words of a text on one line, at most `most` characters and an ellipsis.
pub(super) fn cut(text: &str, most: usize) -> String {
    let text = one_line(text);
    match text.char_indices().nth(most) {
        None => text,
        Some(_) if most == 0 => String::new(),
        Some((end, _)) => {
            let kept = text[..end].rsplit_once(' ').map_or(&text[..end], |(kept, _)| kept);
            format!("{}…", kept.trim_end_matches([',', ';', ':', '.']))
        }
    }
}

/// A text on one line, without characters that a terminal obeys.
pub(super) fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text without characters that a terminal obeys or that change the order of what is read.
pub(super) fn clean(text: &str) -> String {
    let is_obeyed = |c: char| {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        (c.is_control() && c != '\n' && c != '\t') || turns
    };
    text.replace("\r\n", "\n").chars().map(|c| if is_obeyed(c) { '\u{fffd}' } else { c }).collect()
}

/// A task's name without the variables in it: `Check Pods in Namespace` of ``Check Pods in Namespace `${NAMESPACE}` ``.
pub(super) fn without_variables(name: &str) -> String {
    let stripped = strip_variables(name).replace('`', " ");
    let stripped = one_line(&stripped);
    if stripped.is_empty() { one_line(name) } else { stripped }
}

/// Parts that there are, with commas between them.
pub(super) fn facts<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> String {
    let mut line = String::new();
    for part in parts.into_iter().flatten().filter(|part| !part.is_empty()) {
        let between = if line.is_empty() { "" } else { ", " };
        let _ = write!(line, "{between}{part}");
    }
    line
}

/// Adds a line.
pub(super) fn line(text: &mut String, line: impl AsRef<str>) {
    if !line.as_ref().is_empty() {
        text.push_str(line.as_ref());
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_words() {
        assert_eq!(cut("Looks at\n  pods.", 100), "Looks at pods.");
        assert_eq!(cut("Looks at pods, and more", 15), "Looks at pods…");
        assert_eq!(cut("Größenänderungen", 4), "Größ…");
        assert_eq!(cut("Looks", 0), "");
        assert_eq!(one_line("a\u{1b}[2Jb\u{202e}c"), "a\u{fffd}[2Jb\u{fffd}c");
        assert_eq!(without_variables("Check `${A}` in `${B}`"), "Check in");
        assert_eq!(without_variables("${ONLY}"), "${ONLY}");
        assert_eq!(facts([Some("a"), None, Some(""), Some("b")]), "a, b");
    }
}
