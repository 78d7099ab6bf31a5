//! What a name stands for.

use std::sync::Arc;

use crate::parse::python::{Class, Expression, Function};

/// A module that is loaded, by its place in the [`World`](super::world::World).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ModuleId(pub(super) usize);

/// Where the names of an expression are looked up: in a class body first, then in its module.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub(super) module: ModuleId,
    pub(super) class: Option<ClassObject>,
}

impl Scope {
    /// The scope of a module.
    pub(super) fn of(module: ModuleId) -> Self {
        Scope { module, class: None }
    }
}

/// A class of the files.
#[derive(Debug, Clone)]
pub(super) struct ClassObject {
    pub(super) module: ModuleId,
    pub(super) node: Arc<Class>,
}

impl ClassObject {
    /// The scope of the class body.
    pub(super) fn scope(&self) -> Scope {
        Scope { module: self.module, class: Some(self.clone()) }
    }
}

impl PartialEq for ClassObject {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.node, &other.node)
    }
}

/// A function of the files, without its decorators.
#[derive(Debug, Clone)]
pub(super) struct FunctionObject {
    /// Scope that it is defined in.
    pub(super) scope: Scope,
    pub(super) node: Arc<Function>,
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub(super) enum Object {
    Module(ModuleId),
    Class(ClassObject),
    Function(FunctionObject),
    /// An assigned expression; several where it was extended with `+=`.
    Expression(Scope, Vec<Arc<Expression>>),
    /// `type Name = ...`
    TypeAlias(String, Scope, Arc<Expression>),
    /// Something from outside of the files, by its dotted name.
    Foreign(String),
    /// Bound, but to what is not known.
    Unknown,
}

impl Object {
    /// Python's `repr`, where it does not depend on the run.
    pub(super) fn repr(&self) -> Option<String> {
        let Object::Foreign(name) = self else { return None };
        let name = name.strip_prefix("builtins.")?;
        Some(if is_builtin_function(name) {
            format!("<built-in function {name}>")
        } else {
            format!("<class '{name}'>")
        })
    }
}

const BUILTIN_FUNCTIONS: &[&str] = &[
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "callable",
    "chr",
    "compile",
    "dir",
    "divmod",
    "eval",
    "exec",
    "format",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "hex",
    "id",
    "input",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "locals",
    "max",
    "min",
    "next",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "repr",
    "round",
    "setattr",
    "sorted",
    "sum",
    "vars",
];

const BUILTIN_TYPES: &[&str] = &[
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "ConnectionError",
    "EOFError",
    "Ellipsis",
    "Exception",
    "FileExistsError",
    "FileNotFoundError",
    "IOError",
    "ImportError",
    "IndexError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "ModuleNotFoundError",
    "NameError",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PermissionError",
    "RecursionError",
    "RuntimeError",
    "StopIteration",
    "SyntaxError",
    "SystemExit",
    "TimeoutError",
    "TypeError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "UserWarning",
    "ValueError",
    "Warning",
    "ZeroDivisionError",
    "bool",
    "bytearray",
    "bytes",
    "classmethod",
    "complex",
    "dict",
    "enumerate",
    "filter",
    "float",
    "frozenset",
    "int",
    "list",
    "map",
    "memoryview",
    "object",
    "property",
    "range",
    "reversed",
    "set",
    "slice",
    "staticmethod",
    "str",
    "super",
    "tuple",
    "type",
    "zip",
];

/// True for the names of Python's built-in functions.
pub(super) fn is_builtin_function(name: &str) -> bool {
    BUILTIN_FUNCTIONS.binary_search(&name).is_ok()
}

/// True for the names that every module knows.
pub(super) fn is_builtin(name: &str) -> bool {
    is_builtin_function(name) || BUILTIN_TYPES.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_be_searched() {
        assert!(BUILTIN_FUNCTIONS.is_sorted());
        assert!(BUILTIN_TYPES.is_sorted());
        assert!(is_builtin("Ellipsis") && is_builtin("zip") && is_builtin("open"));
    }
}
