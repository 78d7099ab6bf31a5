//! The tree of a Python module, as far as keyword libraries need it.

use std::sync::Arc;

/// A Python source file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Module {
    /// The docstring as written, not yet dedented.
    pub doc: Option<String>,
    /// Statements in order.
    pub body: Vec<Statement>,
    /// True with `from __future__ import annotations`: annotations are texts until they are asked for.
    pub postponed: bool,
}

/// A statement that can bind a name or hold others that do.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    /// `def` and `async def`.
    Function(Arc<Function>),
    /// `class`.
    Class(Arc<Class>),
    /// `a = b = value` and `name: annotation = value`; a bare `name: annotation` has no value.
    Assign {
        /// What is assigned to, from left to right.
        targets: Vec<Expression>,
        /// The annotation, where there is one.
        annotation: Option<Expression>,
        /// The value, where there is one.
        value: Option<Arc<Expression>>,
    },
    /// `name += value`.
    Extend {
        /// What is changed.
        target: Expression,
        /// The operator before `=`.
        operator: Operator,
        /// The right side.
        value: Expression,
    },
    /// `type Name = value`.
    TypeAlias {
        /// Name of the alias.
        name: String,
        /// What it stands for.
        value: Arc<Expression>,
    },
    /// `import a.b as c`: the dotted module and the name after `as`.
    Import(Vec<ImportedName>),
    /// `from ..a.b import c as d`.
    ImportFrom {
        /// Number of leading dots.
        level: u32,
        /// The dotted module; empty for `from . import a`.
        module: String,
        /// The names; one `*` for a star import.
        names: Vec<ImportedName>,
    },
    /// `if`, with `elif` as nested `if` of `otherwise`.
    If {
        /// The condition.
        test: Expression,
        /// Statements when it holds.
        body: Vec<Statement>,
        /// Statements when it does not.
        otherwise: Vec<Statement>,
    },
    /// `try`.
    Try {
        /// Statements that are tried.
        body: Vec<Statement>,
        /// Bodies of the `except` clauses.
        handlers: Vec<Vec<Statement>>,
        /// The `else` and `finally` bodies.
        after: Vec<Statement>,
    },
    /// The body of `with`, `for`, `while` or `match`, whose names are bound in the scope around it.
    Block(Vec<Statement>),
    /// An expression for its own sake, such as a call.
    Expression(Expression),
    /// `return`.
    Return(Option<Expression>),
    /// `del name`.
    Delete(Vec<Expression>),
}

/// One name of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedName {
    /// The imported name, dotted after `import`.
    pub name: String,
    /// The name after `as`.
    pub alias: Option<String>,
}

/// `def`, `async def` or a lambda.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Function {
    /// Its name; `<lambda>` for a lambda.
    pub name: String,
    /// Decorators from the outermost.
    pub decorators: Vec<Expression>,
    /// Arguments in order.
    pub parameters: Vec<Parameter>,
    /// The annotation after `->`.
    pub returns: Option<Expression>,
    /// The docstring as written.
    pub doc: Option<String>,
    /// Its statements.
    pub body: Vec<Statement>,
    /// The line that Libdoc gives, from 1: that of `def`; with `async def` that of the first
    /// decorator, unless a nested `def` follows.
    pub line: u32,
    /// Names of its type parameters.
    pub type_parameters: Vec<String>,
}

/// `class`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Decorators from the outermost.
    pub decorators: Vec<Expression>,
    /// Base classes.
    pub bases: Vec<Expression>,
    /// Named arguments of the header, such as `total=False`.
    pub keywords: Vec<(String, Expression)>,
    /// The docstring as written.
    pub doc: Option<String>,
    /// Its statements.
    pub body: Vec<Statement>,
    /// Line of `class`, from 1.
    pub line: u32,
    /// Names of its type parameters.
    pub type_parameters: Vec<String>,
}

/// How an argument may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterKind {
    /// Before `/`.
    PositionalOnly,
    /// By position or by name.
    PositionalOrNamed,
    /// `*name`
    VarPositional,
    /// After `*` or `*name`.
    NamedOnly,
    /// `**name`
    VarNamed,
}

/// An argument of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// How it may be given.
    pub kind: ParameterKind,
    /// Its annotation.
    pub annotation: Option<Expression>,
    /// Its default value.
    pub default: Option<Expression>,
    /// The default as written.
    pub default_text: Option<String>,
}

/// A literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Constant {
    /// `None`
    None,
    /// `True` and `False`
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// An integer that does not, as written.
    BigInt(String),
    /// A float.
    Float(f64),
    /// A string, its parts joined.
    Text(String),
    /// A bytes literal.
    Bytes(Vec<u8>),
    /// `...`
    Ellipsis,
}

/// An operator between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `//`
    FloorDivide,
    /// `%`
    Modulo,
    /// `**`
    Power,
    /// `|`
    BitOr,
    /// `&`
    BitAnd,
    /// `<<`
    LeftShift,
    /// `and`
    And,
    /// `or`
    Or,
    /// `==`, also `is`
    Equal,
    /// `!=`, also `is not`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// Any other.
    Other,
}

/// An operator before an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `not`
    Not,
    /// `-`
    Minus,
    /// `+`
    Plus,
    /// `~`
    Invert,
}

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// What is called.
    pub function: Expression,
    /// Positional arguments.
    pub arguments: Vec<Expression>,
    /// Named arguments; `**mapping` has an empty name.
    pub keywords: Vec<(String, Expression)>,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A literal.
    Constant(Constant),
    /// A name.
    Name(String),
    /// `value.name`
    Attribute(Box<Expression>, String),
    /// `function(...)`
    Call(Box<Call>),
    /// `value[index]`
    Subscript(Box<Expression>, Box<Expression>),
    /// `(a, b)`
    Tuple(Vec<Expression>),
    /// `[a, b]`
    List(Vec<Expression>),
    /// `{a, b}`
    Set(Vec<Expression>),
    /// `{a: b, **c}`; an unpacked mapping has no key.
    Dict(Vec<(Option<Expression>, Expression)>),
    /// `*value`
    Starred(Box<Expression>),
    /// `left operator right`
    Binary(Box<Expression>, Operator, Box<Expression>),
    /// `operator value`
    Unary(UnaryOperator, Box<Expression>),
    /// `body if test else otherwise`
    If {
        /// The condition.
        test: Box<Expression>,
        /// The value when it holds.
        body: Box<Expression>,
        /// The value when it does not.
        otherwise: Box<Expression>,
    },
    /// An f-string whose interpolations have neither conversion nor format.
    Joined(Vec<Expression>),
    /// `lambda`
    Lambda(Arc<Function>),
    /// Anything else: comprehensions, slices, `await`, what is nested too deeply ...
    Other,
}

impl Expression {
    /// The text of a string literal.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Expression::Constant(Constant::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The name of a plain name.
    pub fn as_name(&self) -> Option<&str> {
        match self {
            Expression::Name(name) => Some(name),
            _ => None,
        }
    }
}
