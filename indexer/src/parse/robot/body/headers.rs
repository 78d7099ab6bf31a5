use super::options::{option, option_error, split_options};
use crate::parse::robot::lexer::{Cell, Class};
use crate::parse::robot::model::IfBranchKind;
use crate::parse::robot::reader::Reader;
use crate::parse::robot::refusal::Refusal;
use crate::parse::robot::spaces::{plain_spaces, trim_end};
use crate::parse::robot::variables::{self, Unclosed, Variable};
use crate::parse::robot::{types, words};

/// The first statement of a block or branch.
pub(super) struct Header {
    pub(super) kind: HeaderKind,
    pub(super) line: u32,
    pub(super) errors: Vec<String>,
}

pub(super) enum HeaderKind {
    For(ForHeader),
    While(WhileHeader),
    Group {
        name: String,
    },
    /// `IF`, `ELSE IF` and `ELSE`; the last also within `TRY`.
    If {
        kind: IfBranchKind,
        inline: bool,
        condition: Option<String>,
        assign: Vec<String>,
    },
    Try,
    Except(ExceptHeader),
    Finally,
}

pub(super) struct ForHeader {
    pub(super) assign: Vec<String>,
    pub(super) flavor: Option<&'static str>,
    pub(super) values: Vec<String>,
    pub(super) start: Option<String>,
    pub(super) mode: Option<String>,
    pub(super) fill: Option<String>,
}

pub(super) struct WhileHeader {
    pub(super) condition: String,
    pub(super) limit: Option<String>,
    pub(super) on_limit: Option<String>,
    pub(super) on_limit_message: Option<String>,
}

pub(super) struct ExceptHeader {
    pub(super) patterns: Vec<String>,
    pub(super) pattern_type: Option<String>,
    pub(super) assign: Option<String>,
}

/// Reads a header; the class must be one.
pub(super) fn header(class: Class, cells: &[Cell<'_>], reader: &mut Reader<'_>) -> Header {
    let line = cells[0].line;
    let values = reader.strings(&cells[1..]);
    let mut errors = Vec::new();
    let kind = match class {
        Class::For => HeaderKind::For(for_header(&values, line, reader, &mut errors)),
        Class::While => HeaderKind::While(while_header(&values, &mut errors)),
        Class::Group => group_header(&values, &mut errors),
        Class::InlineIf => inline_if_header(cells, reader, &mut errors),
        Class::ElseIf => if_header(IfBranchKind::ElseIf, "ELSE IF", &values, &mut errors),
        Class::Else => else_header(&values, &mut errors),
        Class::Try => {
            errors.extend(no_arguments("TRY", &values));
            HeaderKind::Try
        }
        Class::Except => HeaderKind::Except(except_header(&values, line, reader, &mut errors)),
        Class::Finally => {
            errors.extend(no_arguments("FINALLY", &values));
            HeaderKind::Finally
        }
        _ => if_header(IfBranchKind::If, "IF", &values, &mut errors),
    };
    Header { kind, line, errors }
}

/// What is wrong with values behind a marker that takes none.
pub(super) fn no_arguments(marker: &str, values: &[String]) -> Option<String> {
    (!values.is_empty()).then(|| format!("{marker} does not accept arguments, got {}.", words::list(values)))
}

fn if_header(kind: IfBranchKind, marker: &str, values: &[String], errors: &mut Vec<String>) -> HeaderKind {
    match values.len() {
        0 => errors.push(format!("{marker} must have a condition.")),
        1 => {}
        _ => {
            errors
                .push(format!("{marker} cannot have more than one condition, got {}.", words::list(values)));
        }
    }
    HeaderKind::If { kind, inline: false, condition: joined(values), assign: Vec::new() }
}

fn else_header(values: &[String], errors: &mut Vec<String>) -> HeaderKind {
    errors.extend(no_arguments("ELSE", values));
    HeaderKind::If { kind: IfBranchKind::Else, inline: false, condition: joined(values), assign: Vec::new() }
}

fn joined(values: &[String]) -> Option<String> {
    Some(values.join(", ")).filter(|condition| !condition.is_empty())
}

fn inline_if_header(cells: &[Cell<'_>], reader: &Reader<'_>, errors: &mut Vec<String>) -> HeaderKind {
    let marker = cells.iter().position(|cell| cell.value == "IF").unwrap_or(cells.len());
    let (assign, rest) = cells.split_at(marker);
    let assign = reader.strings(assign);
    let values = reader.strings(rest.get(1..).unwrap_or_default());
    let header = if_header(IfBranchKind::If, "INLINE IF", &values, errors);
    errors.extend(assign_errors(&assign));
    match header {
        HeaderKind::If { kind, condition, .. } => HeaderKind::If { kind, inline: true, condition, assign },
        other => other,
    }
}

/// What is wrong with variables that take a result (`AssignmentValidator`).
pub(super) fn assign_errors(assign: &[String]) -> Vec<String> {
    let mut errors: Vec<String> = Vec::new();
    let mut add = |error: &str| {
        if !errors.iter().any(|seen| seen == error) {
            errors.push(error.to_owned());
        }
    };
    let (mut mark, mut list, mut dict) = (false, false, false);
    for (index, variable) in assign.iter().enumerate() {
        if mark {
            add("Assign mark '=' can be used only with the last variable.");
        }
        mark |= variable.ends_with('=');
        let (is_list, is_dict) = (variable.starts_with('@'), variable.starts_with('&'));
        if is_list && list {
            add("Assignment can contain only one list variable.");
        }
        if dict || is_dict && index > 0 {
            add("Dictionary variable cannot be assigned with other variables.");
        }
        list |= is_list;
        dict |= is_dict;
    }
    for variable in assign {
        let name = variable.strip_suffix('=').map_or(variable.as_str(), trim_end);
        let typed = variables::find(name).map(Variable::typed);
        if let Some(error) = typed.and_then(|typed| types::error(&typed, true)) {
            errors.push(format!("Invalid variable '{name}': {error}"));
        }
    }
    errors
}

fn for_header(values: &[String], line: u32, reader: &mut Reader<'_>, errors: &mut Vec<String>) -> ForHeader {
    let separator = values.iter().enumerate().find_map(|(at, value)| flavor(value).map(|found| (at, found)));
    let (assign, rest) = match separator {
        Some((at, _)) => (&values[..at], &values[at + 1..]),
        None => (values, &[][..]),
    };
    let flavor = separator.map(|(_, flavor)| flavor);
    let names: &[&str] = match flavor {
        Some("IN ENUMERATE") => &["start"],
        Some("IN ZIP") => &["mode", "fill"],
        _ => &[],
    };
    let (rest, options) = split_options(rest, names);
    if assign.is_empty() {
        errors.push("FOR loop has no variables.".to_owned());
    }
    if flavor.is_none() {
        errors.push("FOR loop has no 'IN' or other valid separator.".to_owned());
    } else {
        for variable in assign {
            match loop_variable_error(variable) {
                Ok(error) => errors.extend(error),
                Err(Unclosed(message)) => reader.refuse(Refusal::UnclosedVariable { line, message }),
            }
        }
        if rest.is_empty() {
            errors.push("FOR loop has no values.".to_owned());
        }
    }
    errors.extend(option_error("FOR", &options, "mode", &["STRICT", "SHORTEST", "LONGEST"]));
    ForHeader {
        flavor,
        start: option(&options, "start"),
        mode: option(&options, "mode"),
        fill: option(&options, "fill"),
        values: rest.to_vec(),
        assign: assign.to_vec(),
    }
}

fn flavor(value: &str) -> Option<&'static str> {
    // The only values that are worth a copy.
    if !value.starts_with("IN") {
        return None;
    }
    let value = plain_spaces(value);
    ["IN", "IN RANGE", "IN ENUMERATE", "IN ZIP"].into_iter().find(|flavor| *flavor == value)
}

fn loop_variable_error(variable: &str) -> Result<Option<String>, Unclosed> {
    let found = variables::find(variable).map(Variable::typed);
    let valid = match &found {
        Some(found) => found.mark == '$' && found.is_plain_assign()?,
        None => false,
    };
    if !valid {
        return Ok(Some(format!("Invalid FOR loop variable '{variable}'.")));
    }
    let error = found.and_then(|found| types::error(&found, true));
    Ok(error.map(|error| format!("Invalid FOR loop variable '{variable}': {error}")))
}

fn while_header(values: &[String], errors: &mut Vec<String>) -> WhileHeader {
    let (conditions, options) = split_options(values, &["limit", "on_limit", "on_limit_message"]);
    if conditions.len() > 1 {
        errors.push(format!(
            "WHILE accepts only one condition, got {} conditions {}.",
            conditions.len(),
            words::list(conditions)
        ));
    }
    let limit = option(&options, "limit");
    let on_limit = option(&options, "on_limit");
    let is_set = |option: &Option<String>| option.as_ref().is_some_and(|value| !value.is_empty());
    if is_set(&on_limit) && !is_set(&limit) {
        errors.push("WHILE option 'on_limit' cannot be used without 'limit'.".to_owned());
    }
    errors.extend(option_error("WHILE", &options, "on_limit", &["PASS", "FAIL"]));
    let on_limit_message = option(&options, "on_limit_message");
    WhileHeader { condition: conditions.join(", "), limit, on_limit, on_limit_message }
}

fn group_header(values: &[String], errors: &mut Vec<String>) -> HeaderKind {
    if values.len() > 1 {
        errors.push(format!(
            "GROUP accepts only one argument as name, got {} arguments {}.",
            values.len(),
            words::list(values)
        ));
    }
    HeaderKind::Group { name: values.join(", ") }
}

fn except_header(
    values: &[String],
    line: u32,
    reader: &mut Reader<'_>,
    errors: &mut Vec<String>,
) -> ExceptHeader {
    let is_as = |value: &String| value == "AS";
    let (first_as, last_as) = (values.iter().position(is_as), values.iter().rposition(is_as));
    let (before, after) = values.split_at(last_as.unwrap_or(values.len()));
    let (before, options) = split_options(before, &["type"]);
    let (patterns, variables) = before.split_at(first_as.unwrap_or(before.len()).min(before.len()));
    if first_as.is_some() {
        let variables: Vec<&String> = variables.iter().chain(after).filter(|value| !is_as(value)).collect();
        match as_error(&variables) {
            Ok(error) => errors.extend(error),
            Err(Unclosed(message)) => reader.refuse(Refusal::UnclosedVariable { line, message }),
        }
    }
    errors.extend(option_error("EXCEPT", &options, "type", &["GLOB", "REGEXP", "START", "LITERAL"]));
    let assign = variables.iter().chain(after).find(|value| !is_as(value));
    ExceptHeader {
        pattern_type: option(&options, "type").filter(|kind| !kind.is_empty()),
        patterns: patterns.to_vec(),
        assign: assign.filter(|name| !name.is_empty()).cloned(),
    }
}

fn as_error(variables: &[&String]) -> Result<Option<String>, Unclosed> {
    let [variable] = variables else {
        let error = if variables.is_empty() { "requires a value" } else { "accepts only one value" };
        return Ok(Some(format!("EXCEPT AS {error}.")));
    };
    let valid = match variables::search(variable, "$") {
        Ok(Some(found)) => found.is_plain_assign()?,
        _ => false,
    };
    Ok((!valid).then(|| format!("EXCEPT AS variable '{variable}' is invalid.")))
}
