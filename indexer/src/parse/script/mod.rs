//! Program files inside CodeBundles: what their authors say about them, and what they call.

mod comments;
mod known;
mod language;
mod messages;
mod powershell;
mod python;
mod shell;

use ccr_index::model::{Script, ScriptFunction};

use super::{Parsed, Problem};
pub use language::Language;
use messages::Messages;

/// What a scan of one language finds beside the header.
#[derive(Default)]
struct Found {
    functions: Vec<ScriptFunction>,
    commands: Vec<&'static str>,
    messages: Messages,
}

/// Reads a program file; `path` and `called_by` are left empty.
///
/// - The header is the docstring, or the comment at the head of the file: without comment marks,
///   boxes, `#!` and linter lines, and licence texts. `set -e` and its like may stand above it.
/// - Functions come from shell, Python, PowerShell and JavaScript.
/// - Commands are known command line programs in command position (shell, PowerShell) or at the start
///   of a string (Python that starts processes); see `known`.
/// - Messages are what `echo`, `printf` and the like print, and the titles given to issues.
pub fn parse(language: Language, text: &str) -> Parsed<Script> {
    let lines: Vec<&str> = text.lines().collect();
    let (docstring, mut found) = match language {
        Language::Bash => (None, shell::scan(text, &lines)),
        Language::Python => python::scan(&lines),
        Language::PowerShell => powershell::scan(&lines),
        Language::JavaScript | Language::TypeScript => (None, javascript(&lines)),
        _ => (None, Found::default()),
    };
    messages::titles(text, &mut found.messages);
    found.commands.sort_unstable();
    found.commands.dedup();
    let script = Script {
        language: language.as_str().to_owned(),
        header: docstring.unwrap_or_else(|| comments::header(language, &lines)),
        functions: found.functions,
        commands: found.commands.into_iter().map(str::to_owned).collect(),
        messages: found.messages.into_texts(),
        ..Script::default()
    };
    let mut parsed = Parsed::clean(script);
    if text.trim().is_empty() {
        parsed.problems.push(Problem::empty_file());
    }
    parsed
}

/// Functions that stand at the start of a line.
fn javascript(lines: &[&str]) -> Found {
    let mut found = Found::default();
    for (at, line) in lines.iter().enumerate() {
        let rest = line.strip_prefix("export ").unwrap_or(line);
        let rest = rest.strip_prefix("async ").unwrap_or(rest);
        if let Some(name) = rest.strip_prefix("function ").and_then(|rest| rest.split('(').next()) {
            found.functions.push(function(name.trim(), comments::above(Language::JavaScript, lines, at), at));
        }
    }
    found
}

/// A function defined at the line with this index.
fn function(name: &str, comment: String, at: usize) -> ScriptFunction {
    ScriptFunction { name: name.to_owned(), comment, line: u32::try_from(at + 1).unwrap_or(u32::MAX) }
}

#[cfg(test)]
mod tests;
