use super::headers::{Header, assign_errors, header, no_arguments};
use super::options::{option, option_error, split_options};
use crate::parse::robot::lexer::{Cell, Class};
use crate::parse::robot::model::{KeywordCall, SyntaxError, Var};
use crate::parse::robot::reader::Reader;
use crate::parse::robot::spaces::trim_end;
use crate::parse::robot::variables::{self, Variable};
use crate::parse::robot::{types, words};

/// A statement of a body, read on its own.
pub(super) enum Step {
    Leaf(Leaf),
    /// `FOR`, `WHILE`, `GROUP`, `IF`, `TRY`.
    Open(Header),
    /// `ELSE IF`, `ELSE`, `EXCEPT`, `FINALLY`.
    Branch(Header),
    /// `END`, with what is wrong with it.
    End(Option<String>),
}

/// A statement that holds no others.
pub(super) enum Leaf {
    Call(KeywordCall),
    /// A row of template arguments.
    Row(KeywordCall),
    Var(Var),
    Error(SyntaxError),
    Return {
        values: Vec<String>,
        line: u32,
    },
    Continue {
        line: u32,
        error: Option<String>,
    },
    Break {
        line: u32,
        error: Option<String>,
    },
}

/// Reads a statement of any class but a setting.
pub(super) fn step(class: Class, cells: &[Cell<'_>], template: bool, reader: &mut Reader<'_>) -> Step {
    let line = cells[0].line;
    Step::Leaf(match class {
        Class::If | Class::InlineIf | Class::For | Class::While | Class::Group | Class::Try => {
            return Step::Open(header(class, cells, reader));
        }
        Class::ElseIf | Class::Else | Class::Except | Class::Finally => {
            return Step::Branch(header(class, cells, reader));
        }
        Class::End => return Step::End(arguments_error("END", cells, reader)),
        Class::Setting | Class::Call if template => Leaf::Row(KeywordCall {
            args: reader.strings(cells),
            lineno: Some(line),
            ..KeywordCall::default()
        }),
        Class::Setting | Class::Call => Leaf::Call(call(cells, reader)),
        Class::Var => Leaf::Var(var(cells, reader)),
        Class::Return => Leaf::Return { values: reader.strings(&cells[1..]), line },
        Class::Continue => Leaf::Continue { line, error: arguments_error("CONTINUE", cells, reader) },
        Class::Break => Leaf::Break { line, error: arguments_error("BREAK", cells, reader) },
        Class::Misplaced => {
            let error = format!("{} is not allowed in this context.", cells[0].value);
            reader.problem(&cells[0], words::problem(&error));
            Leaf::Error(SyntaxError { values: reader.strings(cells), lineno: line, error })
        }
    })
}

fn arguments_error(marker: &str, cells: &[Cell<'_>], reader: &Reader<'_>) -> Option<String> {
    no_arguments(marker, &reader.strings(&cells[1..]))
}

fn call(cells: &[Cell<'_>], reader: &mut Reader<'_>) -> KeywordCall {
    let keyword = cells.iter().position(|cell| !variables::is_assign(cell.value)).unwrap_or(cells.len());
    let (assign, rest) = cells.split_at(keyword);
    let (name, args) = match rest.split_first() {
        Some((name, args)) => (reader.string(name), reader.strings(args)),
        None => (String::new(), Vec::new()),
    };
    let assign = reader.strings(assign);
    for error in assign_errors(&assign) {
        reader.problem(&cells[0], words::problem(&error));
    }
    KeywordCall { name, args, assign, lineno: Some(cells[0].line) }
}

fn var(cells: &[Cell<'_>], reader: &mut Reader<'_>) -> Var {
    let values = reader.strings(&cells[1..]);
    let scalar = cells.get(1).is_some_and(|name| name.value.starts_with('$'));
    let names: &[&str] = if scalar { &["scope", "separator"] } else { &["scope"] };
    let (values, options) = split_options(&values, names);
    let (name, value) = values.split_first().map_or(("", values), |(name, value)| (name.as_str(), value));
    let mut errors = variable_errors(name, value);
    let scopes = ["LOCAL", "TEST", "TASK", "SUITE", "SUITES", "GLOBAL"];
    errors.extend(option_error("VAR", &options, "scope", &scopes));
    for error in &errors {
        reader.problem(&cells[0], words::problem(error));
    }
    Var {
        name: variable_name(name),
        value: value.to_vec(),
        scope: option(&options, "scope"),
        separator: option(&options, "separator"),
        lineno: cells[0].line,
        error: words::errors(errors),
    }
}

/// A variable's name without the `=` that may stand behind it.
pub(crate) fn variable_name(cell: &str) -> String {
    cell.strip_suffix('=').map_or(cell, trim_end).to_owned()
}

/// What is wrong with a variable of `VAR` or the Variables section (`VariableValidator`).
pub(crate) fn variable_errors(name: &str, values: &[String]) -> Vec<String> {
    if !variables::is_definable(name) {
        return vec![format!("Invalid variable name '{name}'.")];
    }
    let Some(variable) = variables::find(name).map(Variable::typed) else { return Vec::new() };
    let mut errors = Vec::new();
    if variable.mark == '&' {
        let valid = |item: &String| variables::equals(item).is_some() || variables::is_dict(item);
        errors.extend(values.iter().filter(|item| !valid(item)).map(|item| {
            format!(
                "Invalid dictionary variable item '{item}'. Items must use 'name=value' syntax or be \
                 dictionary variables themselves."
            )
        }));
    }
    errors.extend(types::error(&variable, true).map(|error| format!("Invalid variable '{name}': {error}")));
    errors
}
