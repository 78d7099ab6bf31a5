use serde::Serialize;

/// A step of a test, task or keyword.
///
/// In JSON a keyword call has no `type`; every other kind has Robot Framework's name for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "UPPERCASE")]
pub enum BodyItem {
    /// `FOR`
    For(For),
    /// `WHILE`
    While(While),
    /// `GROUP`
    Group(Group),
    /// `IF` with its `ELSE IF` and `ELSE`, block or inline.
    #[serde(rename = "IF/ELSE ROOT")]
    If(If),
    /// `TRY` with its `EXCEPT`, `ELSE` and `FINALLY`.
    #[serde(rename = "TRY/EXCEPT ROOT")]
    Try(Try),
    /// `VAR`
    Var(Var),
    /// `RETURN`, or the deprecated `[Return]` setting.
    Return(Return),
    /// `CONTINUE`
    Continue(LoopControl),
    /// `BREAK`
    Break(LoopControl),
    /// What is not allowed where it stands, such as an unknown `[Setting]` or a stray `END`.
    Error(SyntaxError),
    /// A keyword call or a row of template arguments.
    #[serde(untagged)]
    Keyword(KeywordCall),
}

/// A keyword call with its cells as written: variables and escapes are not replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct KeywordCall {
    /// Name of the keyword; empty for assignments without a keyword.
    pub name: String,
    /// Its arguments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// Variables that take its result, with the `=` where one is written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assign: Vec<String>,
    /// Line of its first cell, from 1; absent for the call that Robot Framework itself adds to an
    /// inline `IF` with assignment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lineno: Option<u32>,
}

/// A `FOR` loop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct For {
    /// Loop variables.
    pub assign: Vec<String>,
    /// `IN`, `IN RANGE`, `IN ENUMERATE` or `IN ZIP`.
    pub flavor: &'static str,
    /// Values after the flavor, without options.
    pub values: Vec<String>,
    /// `start=` of `IN ENUMERATE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// `mode=` of `IN ZIP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// `fill=` of `IN ZIP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fill: Option<String>,
    /// Steps of the loop.
    pub body: Vec<BodyItem>,
    /// Line, from 1.
    pub lineno: u32,
    /// What Robot Framework says is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A `WHILE` loop.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct While {
    /// Its condition; empty when there is none.
    pub condition: String,
    /// `limit=`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// `on_limit=`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_limit: Option<String>,
    /// `on_limit_message=`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_limit_message: Option<String>,
    /// Steps of the loop.
    pub body: Vec<BodyItem>,
    /// Line, from 1.
    pub lineno: u32,
    /// What Robot Framework says is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A `GROUP`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Group {
    /// Its name; empty when there is none.
    pub name: String,
    /// Its steps.
    pub body: Vec<BodyItem>,
    /// Line, from 1.
    pub lineno: u32,
    /// What Robot Framework says is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// An `IF` with all its branches.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct If {
    /// `IF`, `ELSE IF` and `ELSE`, in order.
    #[serde(rename = "body")]
    pub branches: Vec<IfBranch>,
    /// Line, from 1.
    pub lineno: u32,
    /// What Robot Framework says is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A branch of an [`If`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IfBranch {
    /// Which branch.
    #[serde(rename = "type")]
    pub kind: IfBranchKind,
    /// Its condition, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Its steps.
    pub body: Vec<BodyItem>,
    /// Line, from 1; absent for a branch that Robot Framework itself adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lineno: Option<u32>,
}

/// Kind of an [`IfBranch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum IfBranchKind {
    /// `IF`, block or inline.
    #[serde(rename = "IF")]
    If,
    /// `ELSE IF`
    #[serde(rename = "ELSE IF")]
    ElseIf,
    /// `ELSE`
    #[serde(rename = "ELSE")]
    Else,
}

/// A `TRY` with all its branches.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Try {
    /// `TRY`, `EXCEPT`, `ELSE` and `FINALLY`, in order.
    #[serde(rename = "body")]
    pub branches: Vec<TryBranch>,
    /// Line, from 1.
    pub lineno: u32,
    /// What Robot Framework says is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A branch of a [`Try`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "UPPERCASE")]
pub enum TryBranch {
    /// `TRY`
    Try(TryBody),
    /// `EXCEPT`
    Except(Except),
    /// `ELSE`
    Else(TryBody),
    /// `FINALLY`
    Finally(TryBody),
}

impl TryBranch {
    /// Its steps.
    pub fn body(&self) -> &[BodyItem] {
        match self {
            TryBranch::Try(branch) | TryBranch::Else(branch) | TryBranch::Finally(branch) => &branch.body,
            TryBranch::Except(branch) => &branch.body,
        }
    }
}

/// Content of a `TRY`, `ELSE` or `FINALLY` branch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TryBody {
    /// Its steps.
    pub body: Vec<BodyItem>,
    /// Line, from 1.
    pub lineno: u32,
}

/// Content of an `EXCEPT` branch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Except {
    /// Error messages that it catches; all when empty.
    pub patterns: Vec<String>,
    /// `type=`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern_type: Option<String>,
    /// The variable after `AS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<String>,
    /// Its steps.
    pub body: Vec<BodyItem>,
    /// Line, from 1.
    pub lineno: u32,
}

/// A `VAR`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Var {
    /// Name with its mark and braces.
    pub name: String,
    /// The cells after it, without options.
    pub value: Vec<String>,
    /// `scope=`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// `separator=`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// Line, from 1.
    pub lineno: u32,
    /// What Robot Framework says is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A `RETURN`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Return {
    /// What it returns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Line, from 1; absent for the deprecated `[Return]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lineno: Option<u32>,
    /// What Robot Framework says is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A `BREAK` or `CONTINUE`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct LoopControl {
    /// Line, from 1.
    pub lineno: u32,
    /// What Robot Framework says is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Something that is not allowed where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SyntaxError {
    /// The cells of the statement that count.
    pub values: Vec<String>,
    /// Line, from 1.
    pub lineno: u32,
    /// What Robot Framework says is wrong with it.
    pub error: String,
}
