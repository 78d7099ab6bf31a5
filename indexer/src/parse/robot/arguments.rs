//! `[Arguments]` of user keywords (Robot Framework's
//! `src/robot/running/arguments/argumentparser.py`).

use std::collections::HashMap;

use super::types;
use super::variables::{Unclosed, Variable, equals, find};

/// Arguments by kind, with their defaults by name.
#[derive(Default)]
struct Spec<'a> {
    positional: Vec<&'a str>,
    var_positional: Option<&'a str>,
    named_only_marker: bool,
    named_only: Vec<&'a str>,
    var_named: Option<&'a str>,
    defaults: HashMap<&'a str, &'a str>,
    errors: Vec<String>,
}

/// The arguments as Robot Framework writes them back (without types), or what is wrong with them.
pub(super) fn parse(cells: &[String]) -> Result<Result<Vec<String>, Vec<String>>, Unclosed> {
    let mut spec = Spec::default();
    for cell in cells {
        spec.add(cell)?;
    }
    Ok(if spec.errors.is_empty() { Ok(spec.written()) } else { Err(spec.errors) })
}

impl<'a> Spec<'a> {
    fn add(&mut self, cell: &'a str) -> Result<(), Unclosed> {
        let (argument, default) = match equals(cell) {
            Some(at) => (&cell[..at], Some(&cell[at + 1..])),
            None => (cell, None),
        };
        let found = find(argument).map(Variable::typed);
        // `@{}` is no variable to assign to, but what separates named-only arguments.
        let marker = found.is_some_and(|found| found.mark == '@' && found.base.is_empty());
        let valid = match &found {
            Some(found) => marker || found.is_plain_assign()?,
            None => false,
        };
        let (found, default) = if valid {
            (found, self.checked_default(argument, default))
        } else {
            self.errors.push(format!("Invalid argument syntax '{argument}'."));
            (None, None)
        };
        if self.var_named.is_some() {
            self.errors.push("Only last argument can be kwargs.".to_owned());
        } else {
            self.place(found, default);
        }
        Ok(())
    }

    fn checked_default(&mut self, argument: &str, default: Option<&'a str>) -> Option<&'a str> {
        if default.is_none() || argument.starts_with('$') {
            return default;
        }
        let kind = if argument.starts_with('@') { "list" } else { "dictionary" };
        self.errors.push(format!(
            "Only normal arguments accept default values, {kind} arguments like '{argument}' do not."
        ));
        None
    }

    fn place(&mut self, found: Option<Variable<'a>>, default: Option<&'a str>) {
        let name = found.map(|found| found.base).unwrap_or_default();
        let seen_named_only = self.named_only_marker || self.var_positional.is_some();
        match found.map(|found| found.mark) {
            _ if default.is_some() => {
                self.check_type(found);
                self.normal(name);
                self.defaults.extend(default.map(|default| (name, default)));
            }
            Some('&') => {
                self.check_type(found);
                self.var_named = Some(name);
            }
            Some('@') if seen_named_only => self.errors.push("Cannot have multiple varargs.".to_owned()),
            Some('@') if name.is_empty() => self.named_only_marker = true,
            Some('@') => {
                self.check_type(found);
                self.var_positional = Some(name);
            }
            _ => {
                if !self.defaults.is_empty() && !seen_named_only {
                    self.errors.push("Non-default argument after default arguments.".to_owned());
                }
                self.check_type(found);
                self.normal(name);
            }
        }
    }

    fn normal(&mut self, name: &'a str) {
        if self.named_only_marker || self.var_positional.is_some() {
            self.named_only.push(name);
        } else {
            self.positional.push(name);
        }
    }

    fn check_type(&mut self, found: Option<Variable<'_>>) {
        let Some(found) = found else { return };
        if let Some(error) = types::error(&found, false) {
            let Variable { mark, base, kind, .. } = found;
            let kind = kind.map(|kind| format!(": {kind}")).unwrap_or_default();
            self.errors.push(format!("Invalid argument '{mark}{{{base}{kind}}}': {error}"));
        }
    }

    fn written(&self) -> Vec<String> {
        let normal = |name: &&str| match self.defaults.get(name) {
            Some(default) => format!("${{{name}}}={default}"),
            None => format!("${{{name}}}"),
        };
        let mut out: Vec<String> = self.positional.iter().map(normal).collect();
        if let Some(name) = self.var_positional {
            out.push(format!("@{{{name}}}"));
        } else if !self.named_only.is_empty() {
            out.push("@{}".to_owned());
        }
        out.extend(self.named_only.iter().map(normal));
        out.extend(self.var_named.map(|name| format!("&{{{name}}}")));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<String> {
        text.split("  ").filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn arguments_are_written_back() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(parse(&cells(text)).unwrap().unwrap(), expected);
        }
        check("", &[]);
        check(
            "${a}  ${b}=1 = 2  @{c}  ${d}  ${e}=x  &{f}",
            &["${a}", "${b}=1 = 2", "@{c}", "${d}", "${e}=x", "&{f}"],
        );
        check("@{}  ${a: int}=1", &["@{}", "${a}=1"]);
        check("@{}", &[]);
        check("${a}=", &["${a}="]);
        check("${a}=1  ${a}=2", &["${a}=2", "${a}=2"]);
    }

    #[test]
    fn wrong_arguments() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(parse(&cells(text)).unwrap().unwrap_err(), expected);
        }
        check("a  ${b}[1]", &["Invalid argument syntax 'a'.", "Invalid argument syntax '${b}[1]'."]);
        check("${a}=1  ${b}", &["Non-default argument after default arguments."]);
        check("&{a}  ${b}", &["Only last argument can be kwargs."]);
        check("@{a}  @{b}", &["Cannot have multiple varargs."]);
        check("@{a}=1", &["Only normal arguments accept default values, list arguments like '@{a}' do not."]);
        check("${a: x}", &["Invalid argument '${a: x}': Unrecognized type 'x'."]);
        assert!(parse(&cells("${x${b}[}")).is_err());
    }
}
