use ccr_index::Rule;
use ruff_python_ast::PySourceType;
use ruff_python_parser::{parse_expression as ruff_expression, parse_unchecked_source};

use super::nesting;
use super::statements::Reader;
use super::tree::{Expression, Module};
use crate::large_stack::on_large_stack;
use crate::parse::{Parsed, Problem, text};

/// The longest Python file that is read, in bytes. The largest module of the collections has
/// 80 KB, generated ones of large projects some hundred; beyond this is no keyword library.
pub const MAX_BYTES: usize = 5 << 20;

/// Syntax errors that are reported of one file.
const MAX_ERRORS: usize = 5;

/// Parses a Python file.
///
/// A file with syntax errors gives the statements around them, and the first errors as problems.
/// One that is longer than [`MAX_BYTES`] or nested too deeply to be read gives an empty module, and so does one that
/// there is no thread for; libraries are read on a thread that is one already.
pub fn parse(bytes: &[u8]) -> Parsed<Module> {
    if bytes.len() > MAX_BYTES {
        let message = format!("longer than {} MB: not read as a library", MAX_BYTES >> 20);
        return Parsed {
            value: Module::default(),
            problems: vec![Problem::whole(message).of(Rule::FileLeftOut)],
        };
    }
    let decoded = text::decode(bytes);
    let mut problems = decoded.problems;
    let text = decoded.value;
    match on_large_stack(|| parse_text(&text)) {
        Ok(parsed) => {
            problems.extend(parsed.problems);
            Parsed { value: parsed.value, problems }
        }
        Err(error) => {
            problems.push(Problem::whole(format!("no thread to parse on: {error}")));
            Parsed { value: Module::default(), problems }
        }
    }
}

fn parse_text(text: &str) -> Parsed<Module> {
    if let Err(problem) = nesting::check(text) {
        return Parsed { value: Module::default(), problems: vec![problem] };
    }
    let parsed = parse_unchecked_source(text, PySourceType::Python);
    let reader = Reader::new(text);
    let problems = parsed
        .errors()
        .iter()
        .take(MAX_ERRORS)
        .map(|error| {
            let (line, column) = reader.place(error.location.start());
            Problem::at(line, column, format!("Python syntax: {}", lower_first(&error.error.to_string())))
        })
        .collect();
    Parsed { value: reader.module(parsed.syntax()), problems }
}

/// Parses an expression, such as the text of an annotation; none when it is not one.
pub fn parse_expression(text: &str) -> Option<Expression> {
    on_large_stack(|| {
        nesting::check(text).ok()?;
        let parsed = ruff_expression(text.trim()).ok()?;
        Some(Reader::new(text.trim()).expression(parsed.expr()))
    })
    .ok()
    .flatten()
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
