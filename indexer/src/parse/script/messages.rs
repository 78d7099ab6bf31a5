//! Texts for people inside programs: what is printed, and the titles of issues.

use std::collections::HashSet;

/// Most messages that are kept of one file.
const MAX_MESSAGES: usize = 100;
/// Longest message that is kept, in characters; longer ones are data or whole documents.
const MAX_LENGTH: usize = 300;

/// Messages in order of their first occurrence.
#[derive(Default)]
pub(super) struct Messages {
    texts: Vec<String>,
    seen: HashSet<String>,
}

impl Messages {
    /// Keeps those lines of a text that read like messages, without the rules that frame them.
    /// Line ends may be real or written as `\n`.
    pub(super) fn add(&mut self, text: &str) {
        for line in text.split('\n').flat_map(|line| line.split("\\n")) {
            let line = line.trim_matches(|c: char| c.is_whitespace() || "=-*#".contains(c));
            if is_message(line) && self.texts.len() < MAX_MESSAGES && self.seen.insert(line.to_owned()) {
                self.texts.push(line.to_owned());
            }
        }
    }

    pub(super) fn into_texts(self) -> Vec<String> {
        self.texts
    }
}

/// A message has two words of letters at least, variables aside, and is not too long.
fn is_message(line: &str) -> bool {
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() > 1 && !word.contains('$');
    line.chars().nth(MAX_LENGTH).is_none() && line.split_whitespace().filter(is_word).count() >= 2
}

/// Adds the strings that are given to a title, in any of the notations of shell, jq and Python:
/// `title: "…"`, `"title": "…"`, `\"title\":\"…\"`, `title="…"`.
pub(super) fn titles(text: &str, messages: &mut Messages) {
    for (at, _) in text.match_indices("title") {
        if let Some(title) = string_after_key(&text[at + "title".len()..]) {
            messages.add(&title);
        }
    }
}

fn string_after_key(rest: &str) -> Option<String> {
    let rest = rest.trim_start_matches('\\').trim_start_matches(['"', '\'']).trim_start();
    let rest = rest.strip_prefix([':', '='])?.trim_start();
    let rest = rest.strip_prefix('(').unwrap_or(rest).trim_start();
    let rest = rest.strip_prefix('f').unwrap_or(rest);
    let (rest, is_escaped) = rest.strip_prefix('\\').map_or((rest, false), |rest| (rest, true));
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let rest = &rest[1..];
    let mut title = String::new();
    let mut chars = rest.chars();
    // One more than the longest message, so that a longer one is told apart.
    for _ in 0..=MAX_LENGTH {
        match chars.next()? {
            '\\' => match chars.next()? {
                c if is_escaped && c == quote => return Some(title),
                c if c == quote || c == '`' => title.push(c),
                c => title.extend(['\\', c]),
            },
            c if c == quote => return (!is_escaped).then_some(title),
            c => title.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut messages = Messages::default();
        titles(text, &mut messages);
        assert_eq!(messages.into_texts(), expected, "{text}");
    }

    #[test]
    fn notations() {
        check("jq '{title: \"No pods in \\($n)\", severity: 1}'", &["No pods in \\($n)"]);
        check("{\"title\": \"Two words\"} {\"title\": \"Two words\"}", &["Two words"]);
        check("x=\"{\\\"title\\\":\\\"Disk $d full now\\\"}\"", &["Disk $d full now"]);
        check("issue(title=f'Queue `{q}` is full')", &["Queue `{q}` is full"]);
        check("title: (\"Pod is \\\"stuck\\\"\")", &["Pod is \"stuck\""]);
        check("title: \"$title\" title=\"$a $b\" title=\"One\" subtitle", &[]);
        check(&format!("title: \"two words {}\"", "x".repeat(400)), &[]);
        check("title: \"open", &[]);
    }
}
