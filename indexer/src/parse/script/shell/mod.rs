//! Shell scripts: functions with their comments, programs that are called, messages.

mod lexer;
mod words;

use super::{Found, Language, comments, function};

/// Scans a script; `lines` are those of `text`.
pub(super) fn scan(text: &str, lines: &[&str]) -> Found {
    let scanned = lexer::scan(text);
    let mut found = Found { commands: scanned.commands, messages: scanned.messages, functions: Vec::new() };
    for (at, line) in lines.iter().enumerate() {
        let is_code = scanned.is_code.get(at).copied().unwrap_or(true);
        if let Some(name) = function_name(line.trim()).filter(|_| is_code) {
            found.functions.push(function(name, comments::above(Language::Bash, lines, at), at));
        }
    }
    found
}

/// The name that a line defines: `name() {`, `function name {`, `function name() {`.
fn function_name(line: &str) -> Option<&str> {
    let (rest, has_keyword) =
        line.strip_prefix("function ").map_or((line, false), |rest| (rest.trim_start(), true));
    let end = rest.find(|c: char| !(c.is_alphanumeric() || "_-:.".contains(c))).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let after = after.trim_start();
    let opens = after.strip_prefix('(').is_some_and(|after| after.trim_start().starts_with(')'));
    let is_definition = opens || (has_keyword && (after.is_empty() || after.starts_with('{')));
    (is_definition && name.starts_with(|c: char| c.is_alphabetic() || c == '_')).then_some(name)
}
