use super::cells::Cell;
use crate::parse::robot::spaces::plain_spaces;
use crate::parse::robot::variables::is_assign;

/// What a statement of a test, task or keyword is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// A `[Setting]`.
    Setting,
    /// A call, or a row of template arguments.
    Call,
    /// A whole inline `IF`, or its header when it has been split.
    InlineIf,
    If,
    ElseIf,
    Else,
    For,
    While,
    Group,
    Try,
    Except,
    Finally,
    End,
    Var,
    Return,
    Continue,
    Break,
    /// A marker of a control structure that is not allowed where it stands.
    Misplaced,
}

impl Class {
    /// The context inside the block that such a statement opens.
    pub(crate) fn opens(self) -> Option<Context> {
        match self {
            Class::If => Some(Context::If),
            Class::For => Some(Context::For),
            Class::While => Some(Context::While),
            Class::Group => Some(Context::Group),
            Class::Try => Some(Context::Try),
            _ => None,
        }
    }
}

/// Where a statement stands: in which of the blocks that are open, the innermost counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    Test,
    Keyword,
    For,
    While,
    Group,
    If,
    InlineIf,
    Try,
}

impl Context {
    /// The class of a statement (the lexer classes of `blocklexers.py`, in their order).
    pub(crate) fn classify(self, statement: &[Cell<'_>]) -> Class {
        let Some(first) = statement.first().map(|cell| cell.value) else { return Class::Call };
        if matches!(self, Context::Test | Context::Keyword) && is_setting(first) {
            return Class::Setting;
        }
        if self.is_inline_if(statement) {
            return Class::InlineIf;
        }
        match self.marker(first) {
            Some(class) if self.allows(class) => class,
            Some(_) if self != Context::InlineIf && is_misplaced(first) => Class::Misplaced,
            _ => Class::Call,
        }
    }

    /// The class that a first cell names, wherever it stands.
    fn marker(self, first: &str) -> Option<Class> {
        Some(match first {
            "FOR" => Class::For,
            "WHILE" => Class::While,
            "GROUP" => Class::Group,
            "TRY" => Class::Try,
            "IF" => Class::If,
            "ELSE" => Class::Else,
            "EXCEPT" => Class::Except,
            "FINALLY" => Class::Finally,
            "END" => Class::End,
            "VAR" => Class::Var,
            "RETURN" => Class::Return,
            "CONTINUE" => Class::Continue,
            "BREAK" => Class::Break,
            _ if is_else_if(first) => Class::ElseIf,
            _ => return None,
        })
    }

    fn allows(self, class: Class) -> bool {
        use Context::{Group, If, InlineIf, Keyword, Test, Try};
        match class {
            Class::For | Class::While | Class::Try | Class::If => self != InlineIf,
            Class::Group | Class::Var | Class::Call => true,
            Class::ElseIf => matches!(self, If | InlineIf),
            Class::Else => matches!(self, If | InlineIf | Try),
            Class::Except | Class::Finally => self == Try,
            Class::End => matches!(self, Context::For | Context::While | Group | If | Try),
            Class::Return => self != Test,
            Class::Continue | Class::Break => !matches!(self, Test | Keyword),
            Class::Setting | Class::InlineIf | Class::Misplaced => false,
        }
    }

    /// `IF` with more than a condition, possibly after variables that take a result.
    fn is_inline_if(self, statement: &[Cell<'_>]) -> bool {
        // A part of an inline IF is a header however short it is.
        if statement.len() <= 2 && self != Context::InlineIf {
            return false;
        }
        for cell in statement {
            if cell.value == "IF" {
                return true;
            }
            if !is_assign(cell.value) {
                return false;
            }
        }
        false
    }
}

fn is_setting(first: &str) -> bool {
    first.starts_with('[') && first.ends_with(']')
}

fn is_else_if(value: &str) -> bool {
    value.starts_with("ELSE") && value.ends_with("IF") && plain_spaces(value) == "ELSE IF"
}

fn is_misplaced(first: &str) -> bool {
    matches!(first, "ELSE" | "ELSE IF" | "EXCEPT" | "FINALLY" | "BREAK" | "CONTINUE" | "RETURN" | "END")
}

/// The parts of an inline `IF`: its header, branches, `ELSE IF` and `ELSE` (`InlineIfLexer._split`).
pub(crate) fn split_inline_if<'s, 'a>(statement: &'s [Cell<'a>]) -> Vec<&'s [Cell<'a>]> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut expect_condition = false;
    for (index, cell) in statement.iter().enumerate() {
        if expect_condition {
            parts.push(&statement[start..=index]);
            start = index + 1;
            expect_condition = false;
        } else if cell.value == "IF" {
            expect_condition = true;
        } else if is_else_if(cell.value) {
            parts.push(&statement[start..index]);
            start = index;
            expect_condition = true;
        } else if cell.value == "ELSE" {
            parts.push(&statement[start..index]);
            parts.push(&statement[index..=index]);
            start = index + 1;
        }
    }
    parts.push(&statement[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::robot::lexer::Statements;

    #[track_caller]
    fn check(context: Context, line: &str, expected: Class) {
        assert_eq!(context.classify(Statements::split(line).get(0)), expected, "{line}");
    }

    #[test]
    fn markers_count_where_they_are_allowed() {
        check(Context::Test, "[Tags]  a", Class::Setting);
        check(Context::For, "[Tags]  a", Class::Call);
        check(Context::Test, "RETURN", Class::Misplaced);
        check(Context::Keyword, "RETURN", Class::Return);
        check(Context::Keyword, "BREAK", Class::Misplaced);
        check(Context::Group, "BREAK", Class::Break);
        check(Context::Test, "END", Class::Misplaced);
        check(Context::If, "END", Class::End);
        check(Context::If, "EXCEPT  x", Class::Misplaced);
        check(Context::Try, "EXCEPT  x", Class::Except);
        check(Context::If, "ELSE\u{a0}IF  x", Class::ElseIf);
        check(Context::Try, "ELSE\u{a0}IF  x", Class::Call);
        check(Context::Try, "ELSE IF  x", Class::Misplaced);
        check(Context::InlineIf, "END", Class::Call);
        check(Context::InlineIf, "FOR", Class::Call);
        check(Context::Test, "for  x", Class::Call);
        check(Context::Test, "VAR  ${x}", Class::Var);
    }

    #[test]
    fn ifs() {
        check(Context::Test, "IF  x", Class::If);
        check(Context::Test, "IF", Class::If);
        check(Context::Test, "IF  x  y", Class::InlineIf);
        check(Context::Test, "${a}  IF  x", Class::InlineIf);
        check(Context::Test, "${a}  IF", Class::Call);
        check(Context::Test, "${a} =  @{b}  IF  x  y", Class::InlineIf);
        check(Context::Test, "${a}  x  IF  y", Class::Call);
    }

    #[test]
    fn inline_ifs_are_split() {
        #[track_caller]
        fn check(line: &str, expected: &[&[&str]]) {
            let all = Statements::split(line);
            let parts: Vec<Vec<&str>> = split_inline_if(all.get(0))
                .iter()
                .map(|part| part.iter().map(|cell| cell.value).collect())
                .collect();
            assert_eq!(parts, expected);
        }
        check("IF  a  b  c", &[&["IF", "a"], &["b", "c"]]);
        check(
            "${x}  IF  a  b  ELSE IF  c  d  ELSE  e",
            &[&["${x}", "IF", "a"], &["b"], &["ELSE IF", "c"], &["d"], &["ELSE"], &["e"]],
        );
        check("IF  a  ELSE  ELSE", &[&["IF", "a"], &["ELSE"], &["ELSE"]]);
        check("IF  a  IF  b  c", &[&["IF", "a"], &["IF", "b"], &["c"]]);
        check("IF  a  b  IF", &[&["IF", "a"], &["b", "IF"]]);
    }
}
