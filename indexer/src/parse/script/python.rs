//! Python scripts, scanned by line: they are small programs whose docstrings matter, and a broken
//! one must still say what it says.

use super::{Found, Language, comments, function, known};

/// Most lines that a signature may take.
const MAX_SIGNATURE: usize = 60;

/// Scans a script: its docstring, and what it defines and calls.
pub(super) fn scan(lines: &[&str]) -> (Option<String>, Found) {
    let mut found = Found::default();
    let code = code_lines(lines);
    let starts_processes = lines
        .iter()
        .any(|line| line.contains("subprocess") || line.contains("os.system") || line.contains("os.popen"));
    for (at, line) in lines.iter().enumerate().filter(|&(at, _)| code[at]) {
        if let Some(name) = defined_name(line) {
            let comment = after_signature(lines, at)
                .and_then(|body| docstring(lines, body))
                .unwrap_or_else(|| comments::above(Language::Python, lines, at));
            found.functions.push(function(name, comment, at));
        }
        let prints =
            ["print(", "raise ", "logging.", "logger.", "log."].iter().any(|call| line.contains(call));
        for (before, text, after) in strings(line) {
            if starts_processes && starts_command(before, text, after) {
                let word = text.split_whitespace().next().unwrap_or(text);
                found.commands.extend(known::program(word));
            }
            if prints {
                found.messages.add(text);
            }
        }
    }
    let first = lines.iter().position(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    (first.and_then(|at| docstring(lines, at)), found)
}

/// The name of the function that a line begins to define.
fn defined_name(line: &str) -> Option<&str> {
    let rest = line.trim_start();
    let rest = rest.strip_prefix("async ").map_or(rest, str::trim_start);
    let name = rest.strip_prefix("def ")?.split('(').next()?.trim();
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')).then_some(name)
}

/// The line after a signature, which may take several lines.
fn after_signature(lines: &[&str], start: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, line) in lines.iter().enumerate().skip(start).take(MAX_SIGNATURE) {
        let code = line.split('#').next().unwrap_or(line);
        for c in code.chars() {
            match c {
                '(' | '[' | '{' => depth = depth.saturating_add(1),
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if depth <= 0 && code.trim_end().ends_with(':') {
            return Some(at + 1);
        }
    }
    None
}

/// The string that the line with this index consists of, if it is one.
fn docstring(lines: &[&str], at: usize) -> Option<String> {
    let at = (at..lines.len()).find(|&at| !lines[at].trim().is_empty())?;
    let first = lines[at].trim_start().trim_start_matches(['r', 'R', 'u', 'U']);
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| first.starts_with(quote))?;
    let rest = &first[quote.len()..];
    if let Some((text, _)) = rest.split_once(quote) {
        return Some(text.trim().to_owned());
    }
    if quote.len() == 1 {
        return None;
    }
    let mut text = vec![rest.trim()];
    for line in &lines[at + 1..] {
        if let Some((last, _)) = line.split_once(quote) {
            text.push(last.trim_end());
            break;
        }
        text.push(line.trim_end());
    }
    Some(dedented(&text))
}

/// Lines without the indentation that all but the first share.
fn dedented(lines: &[&str]) -> String {
    let indent = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let shared = lines.iter().skip(1).filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let lines: Vec<&str> = lines
        .iter()
        .enumerate()
        .map(|(at, line)| if at == 0 { line } else { line.get(shared..).unwrap_or("") })
        .collect();
    lines.join("\n").trim().to_owned()
}

/// For each line, whether it begins outside of a string of several lines.
fn code_lines(lines: &[&str]) -> Vec<bool> {
    let mut open: Option<&str> = None;
    let mut code = Vec::with_capacity(lines.len());
    for line in lines {
        code.push(open.is_none());
        let mut rest = *line;
        loop {
            if let Some(quote) = open {
                let Some((_, after)) = rest.split_once(quote) else { break };
                (rest, open) = (after, None);
                continue;
            }
            let Some(at) = rest.find(['"', '\'', '#']) else { break };
            let string = &rest[at..];
            if string.starts_with('#') {
                break;
            }
            open = ["\"\"\"", "'''"].into_iter().find(|quote| string.starts_with(quote));
            rest = match open {
                Some(quote) => &string[quote.len()..],
                None => &string[string_end(string)..],
            };
        }
    }
    code
}

/// The length of the string that a text begins with, quotes included.
fn string_end(text: &str) -> usize {
    let quote = text.as_bytes().first().copied().unwrap_or(b'"');
    let mut escaped = false;
    for (at, &byte) in text.as_bytes().iter().enumerate().skip(1) {
        if byte == quote && !escaped {
            return at + 1;
        }
        escaped = byte == b'\\' && !escaped;
    }
    text.len()
}

/// Strings of a line, each with the text before and after it.
fn strings(line: &str) -> Vec<(&str, &str, &str)> {
    let mut strings = Vec::new();
    let mut start = 0;
    while let Some(found) = line[start..].find(['"', '\'']) {
        let at = start + found;
        let end = at + string_end(&line[at..]);
        if end >= at + 2 && line[at + 1..end].ends_with(&line[at..=at]) {
            strings.push((&line[start..at], &line[at + 1..end - 1], &line[end..]));
        }
        start = end;
    }
    strings
}

/// Whether a string is a command line, or the first of a list of arguments.
fn starts_command(before: &str, text: &str, after: &str) -> bool {
    text.contains(' ') || (before.trim_end().ends_with('[') && after.trim_start().starts_with([',', ']']))
}
