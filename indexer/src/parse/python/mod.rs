//! Python source files, read and never run: the one door for the Python parser.
//!
//! [`parse`] turns a text into [`Module`], a tree of ours that keeps what keyword libraries are
//! made of (imports, assignments, classes, functions with their arguments) and leaves out what
//! only running them would need. No type of the parser goes further than this folder.

mod expressions;
mod nesting;
mod parser;
mod statements;
mod tree;

pub use parser::{MAX_BYTES, parse, parse_expression};
pub use tree::{
    Call, Class, Constant, Expression, Function, ImportedName, Module, Operator, Parameter, ParameterKind,
    Statement, UnaryOperator,
};
