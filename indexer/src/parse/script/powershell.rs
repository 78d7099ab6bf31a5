//! PowerShell scripts, scanned by line.

use super::{Found, Language, comments, function, known};

/// Most lines of a help block.
const MAX_HELP: usize = 200;

/// Scans a script: the help at its head, and what it defines and calls.
pub(super) fn scan(lines: &[&str]) -> (Option<String>, Found) {
    let mut found = Found::default();
    let mut in_block = false;
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim();
        in_block = (in_block || line.starts_with("<#")) && !line.contains("#>");
        if in_block || line.starts_with('#') {
            continue;
        }
        if let Some(name) = defined_name(line) {
            found.functions.push(function(name, help(lines, at), at));
        }
        for part in line.split(['|', ';', '(', '=', '{', '&']) {
            let word = part.split_whitespace().next().unwrap_or("");
            found.commands.extend(known::program(word).filter(|_| !word.starts_with('$')));
        }
        if let Some(text) = ["Write-", "throw "].iter().find_map(|call| line.split_once(call)) {
            found.messages.add(text.1.split('"').nth(1).unwrap_or(""));
        }
    }
    (None, found)
}

fn defined_name(line: &str) -> Option<&str> {
    let (keyword, rest) = line.split_once(' ')?;
    let is_function = ["function", "filter"].iter().any(|word| keyword.eq_ignore_ascii_case(word));
    let name = rest.trim_start().split(['(', '{', ' ']).next()?;
    (is_function && !name.is_empty()).then_some(name)
}

/// The help block right above or right below the line of a definition, or the comment above it.
fn help(lines: &[&str], at: usize) -> String {
    let below = at + 1;
    if lines.get(below).is_some_and(|line| line.trim().starts_with("<#")) {
        let end = (below..lines.len()).take(MAX_HELP).find(|&at| lines[at].contains("#>")).unwrap_or(below);
        return comments::block(&lines[(below + 1).min(end)..end]);
    }
    if at > 0 && lines[at - 1].trim().ends_with("#>") {
        let start = (0..at).rev().take(MAX_HELP).find(|&at| lines[at].contains("<#")).unwrap_or(at - 1);
        return comments::block(&lines[(start + 1).min(at - 1)..at - 1]);
    }
    comments::above(Language::PowerShell, lines, at)
}
