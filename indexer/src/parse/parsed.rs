use ccr_index::{FileProblem, Rule, Severity};
use serde::{Deserialize, Serialize};

/// The best value that a text gives, and what looked wrong in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed<T> {
    /// The value, as complete as the text allows.
    pub value: T,
    /// What looked wrong, in text order.
    pub problems: Vec<Problem>,
}

impl<T> Parsed<T> {
    /// A value with nothing wrong.
    pub fn clean(value: T) -> Self {
        Parsed { value, problems: Vec::new() }
    }

    /// The same problems with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Parsed<U> {
        Parsed { value: change(self.value), problems: self.problems }
    }
}

/// Something wrong in a text, at a place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Problem {
    /// Line from 1, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in characters from 1, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// What is wrong: lower case, no period, values in backticks.
    pub message: String,
    /// Whether anything is lost by it.
    #[serde(default)]
    pub severity: Severity,
    /// What kind of thing is wrong, where the parser knows more than the kind of file says.
    #[serde(skip)]
    pub rule: Option<Rule>,
}

impl Problem {
    /// An error of the whole text.
    pub fn whole(message: impl Into<String>) -> Self {
        Problem { message: message.into(), ..Problem::default() }
    }

    /// An error at a line.
    pub fn at_line(line: u32, message: impl Into<String>) -> Self {
        Problem { line: Some(line), ..Problem::whole(message) }
    }

    /// An error at a line and column.
    pub fn at(line: u32, column: u32, message: impl Into<String>) -> Self {
        Problem { column: Some(column), ..Problem::at_line(line, message) }
    }

    /// Advice on the whole text.
    pub fn warning(message: impl Into<String>) -> Self {
        Problem { severity: Severity::Warning, ..Problem::whole(message) }
    }

    /// Advice at a line and column.
    pub fn warning_at(line: u32, column: u32, message: impl Into<String>) -> Self {
        Problem { severity: Severity::Warning, ..Problem::at(line, column, message) }
    }

    /// Advice on a file without anything in it.
    pub fn empty_file() -> Self {
        Problem::warning("the file is empty").of(Rule::FileEmpty)
    }

    /// The same problem as one of a rule.
    pub fn of(self, rule: Rule) -> Self {
        Problem { rule: Some(rule), ..self }
    }

    /// The problem in the file of this repository path.
    pub fn in_file(self, path: &str) -> FileProblem {
        FileProblem {
            path: Some(path.to_owned()),
            line: self.line,
            column: self.column,
            message: self.message,
            severity: self.severity,
            rule: self.rule,
        }
    }
}
