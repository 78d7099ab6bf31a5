//! Functions and methods with what their decorators make of them.

use std::sync::Arc;

use super::object::{FunctionObject, Object, Scope};
use super::value::Value;
use super::world::World;
use crate::parse::python::{Expression, Function, Statement};

/// How a function is bound when it is an attribute of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// Takes the instance as its first argument.
    Instance,
    /// `@classmethod`: takes the class.
    Class,
    /// `@staticmethod`: takes neither.
    Static,
}

/// What `robot.api.deco.keyword` sets on a function.
#[derive(Debug, Clone, Default)]
pub(super) struct Mark {
    /// The name given.
    pub(super) name: Option<String>,
    /// The tags given; none when they are no list.
    pub(super) tags: Option<Vec<String>>,
    /// The types given.
    pub(super) types: Types,
}

/// The `types` of `@keyword`.
#[derive(Debug, Clone, Default)]
pub(super) enum Types {
    /// None given: type hints say.
    #[default]
    Hints,
    /// `types=None`
    Disabled,
    /// By name.
    Named(Scope, Vec<(String, Expression)>),
    /// By position.
    Positional(Scope, Vec<Expression>),
}

/// A function or method that can be called.
#[derive(Debug, Clone)]
pub(super) struct Routine {
    /// The function whose arguments and line count.
    pub(super) function: FunctionObject,
    /// The docstring as written.
    pub(super) doc: Option<String>,
    pub(super) method: Method,
    pub(super) mark: Option<Mark>,
    /// `@not_keyword`
    pub(super) hidden: bool,
}

/// What a decorator of the files does with a function.
enum Effect {
    /// Returns it, or a wrapper that `functools.wraps` makes look like it.
    Keeps,
    /// Returns another function, that has the documentation of the first or its own.
    Replaces { function: FunctionObject, keeps_doc: bool },
}

impl World<'_> {
    /// The function or method that a name stands for; none for what Robot Framework takes for no
    /// routine: properties, classes, values.
    pub(super) fn routine(&self, object: &Object) -> Option<Routine> {
        self.step(|| match object {
            Object::Function(function) => self.decorated(function),
            Object::Expression(scope, parts) => match &parts[..] {
                [part] => self.assigned_routine(scope, part),
                _ => None,
            },
            _ => None,
        })
    }

    /// `name = other_function`, `name = lambda: ...` and `name = decorator(function)`.
    fn assigned_routine(&self, scope: &Scope, expression: &Expression) -> Option<Routine> {
        match expression {
            Expression::Name(_) | Expression::Attribute(..) => {
                self.routine(&self.resolve(scope, expression)?)
            }
            Expression::Lambda(node) => {
                Some(plain(FunctionObject { scope: scope.clone(), node: Arc::clone(node) }))
            }
            Expression::Call(call) => {
                let [argument] = &call.arguments[..] else { return None };
                let routine = self.assigned_routine(scope, argument)?;
                self.decorate(scope, routine, &call.function)
            }
            _ => None,
        }
    }

    fn decorated(&self, function: &FunctionObject) -> Option<Routine> {
        let mut routine = plain(function.clone());
        for decorator in function.node.decorators.iter().rev() {
            routine = self.decorate(&function.scope, routine, decorator)?;
        }
        Some(routine)
    }

    fn decorate(&self, scope: &Scope, mut routine: Routine, decorator: &Expression) -> Option<Routine> {
        let (callee, call) = match decorator {
            Expression::Call(call) => (&call.function, Some(&**call)),
            plain => (plain, None),
        };
        if matches!(callee, Expression::Attribute(_, name) if matches!(name.as_str(), "setter" | "getter" | "deleter"))
        {
            return None;
        }
        let Some(object) = self.resolve(scope, callee) else { return Some(routine) };
        let name = self.qualified(&object).unwrap_or_default();
        match name.as_str() {
            "builtins.staticmethod" => routine.method = Method::Static,
            "builtins.classmethod" => routine.method = Method::Class,
            "builtins.property" | "functools.cached_property" | "abc.abstractproperty" => return None,
            "robot.api.deco.not_keyword" => routine.hidden = true,
            "robot.api.deco.keyword" | "robotlibcore.keyword" => {
                let no_arguments = (Vec::new(), Vec::new());
                let (arguments, named) =
                    call.map_or((&no_arguments.0, &no_arguments.1), |call| (&call.arguments, &call.keywords));
                routine.mark = Some(self.mark(scope, arguments, named));
            }
            _ => match object {
                // An instance of a class is no routine, even if it can be called.
                Object::Class(_) => return None,
                Object::Function(decorator) if marks(&decorator.node) => {
                    let nothing = (Vec::new(), Vec::new());
                    let (arguments, named) =
                        call.map_or((&nothing.0, &nothing.1), |call| (&call.arguments, &call.keywords));
                    routine.mark = Some(self.mark(scope, arguments, named));
                }
                Object::Function(decorator) => {
                    if let Effect::Replaces { function, keeps_doc } = effect(&decorator, call.is_some()) {
                        let other = plain(function);
                        let doc = if keeps_doc { routine.doc } else { other.doc.clone() };
                        routine = Routine { method: routine.method, doc, ..other };
                    }
                }
                _ => {}
            },
        }
        Some(routine)
    }

    fn mark(&self, scope: &Scope, arguments: &[Expression], named: &[(String, Expression)]) -> Mark {
        let argument = |position: usize, name: &str| {
            let named = named.iter().find(|(given, _)| given == name).map(|(_, value)| value);
            named.or_else(|| arguments.get(position))
        };
        let name = argument(0, "name").and_then(|name| self.evaluate(scope, name));
        let tags = argument(1, "tags").map_or(Some(Vec::new()), |tags| {
            let tags = self.evaluate(scope, tags)?;
            tags.as_items()?.iter().map(Value::display).collect()
        });
        Mark {
            name: name.and_then(|name| name.as_text().map(str::to_owned)).filter(|name| !name.is_empty()),
            tags,
            types: argument(2, "types").map_or(Types::Hints, |types| self.types(scope, types)),
        }
    }

    fn types(&self, scope: &Scope, expression: &Expression) -> Types {
        match expression {
            Expression::Dict(items) => {
                let named = items
                    .iter()
                    .filter_map(|(key, value)| Some((key.as_ref()?.as_text()?.to_owned(), value.clone())));
                Types::Named(scope.clone(), named.collect())
            }
            Expression::List(items) | Expression::Tuple(items) if items.is_empty() => Types::Hints,
            Expression::List(items) | Expression::Tuple(items) => {
                Types::Positional(scope.clone(), items.clone())
            }
            Expression::Name(_) | Expression::Attribute(..) => match self.resolve(scope, expression) {
                Some(Object::Expression(scope, parts)) => match &parts[..] {
                    [part] => self.step(|| Some(self.types(&scope, part))).unwrap_or_default(),
                    _ => Types::Hints,
                },
                _ => Types::Hints,
            },
            expression => match self.evaluate(scope, expression) {
                Some(Value::None) => Types::Disabled,
                _ => Types::Hints,
            },
        }
    }
}

fn plain(function: FunctionObject) -> Routine {
    let doc = function.node.doc.clone();
    Routine { function, doc, method: Method::Instance, mark: None, hidden: false }
}

/// What a decorator does: `called` when it is written with arguments.
fn effect(decorator: &FunctionObject, called: bool) -> Effect {
    let node = &decorator.node;
    let inner = returned_function(node);
    match (called, inner) {
        // `@decorator(option)` returns the function that decorates.
        (true, Some(inner)) if !is_wrapper(&inner) => {
            replacement(decorator, &inner, returned_function(&inner))
        }
        (false, inner) => replacement(decorator, node, inner),
        (true, _) => Effect::Keeps,
    }
}

fn replacement(decorator: &FunctionObject, node: &Function, inner: Option<Arc<Function>>) -> Effect {
    match inner {
        Some(inner) if inner.decorators.is_empty() && !updates_wrapper(node) => {
            let keeps_doc = sets_attribute(node, &inner.name, "__doc__");
            let scope = Scope::of(decorator.scope.module);
            Effect::Replaces { function: FunctionObject { scope, node: inner }, keeps_doc }
        }
        _ => Effect::Keeps,
    }
}

/// The nested function that a function returns by its name.
fn returned_function(node: &Function) -> Option<Arc<Function>> {
    let returned = last_return(&node.body)?;
    nested_function(&node.body, returned)
}

fn last_return(body: &[Statement]) -> Option<&str> {
    body.iter().rev().find_map(|statement| match statement {
        Statement::Return(value) => value.as_ref().and_then(Expression::as_name),
        Statement::If { body, otherwise, .. } => last_return(otherwise).or_else(|| last_return(body)),
        Statement::Try { body, after, .. } => last_return(after).or_else(|| last_return(body)),
        Statement::Block(body) => last_return(body),
        _ => None,
    })
}

fn nested_function(body: &[Statement], name: &str) -> Option<Arc<Function>> {
    body.iter().rev().find_map(|statement| match statement {
        Statement::Function(function) if function.name == name => Some(Arc::clone(function)),
        Statement::If { body, otherwise, .. } => {
            nested_function(otherwise, name).or_else(|| nested_function(body, name))
        }
        Statement::Try { body, .. } | Statement::Block(body) => nested_function(body, name),
        _ => None,
    })
}

/// True for a function under `@functools.wraps(...)` or another decorator of its kind.
fn is_wrapper(function: &Function) -> bool {
    !function.decorators.is_empty()
}

/// True for a decorator that does itself what `@keyword` does: sets `robot_name`.
fn marks(node: &Function) -> bool {
    node.body.iter().any(|statement| match statement {
        Statement::Function(inner) => marks(inner),
        Statement::Assign { targets, .. } => targets
            .iter()
            .any(|target| matches!(target, Expression::Attribute(_, name) if name == "robot_name")),
        _ => false,
    })
}

/// True when a body assigns `name.attribute = ...`.
fn sets_attribute(node: &Function, name: &str, attribute: &str) -> bool {
    node.body.iter().any(|statement| match statement {
        Statement::Assign { targets, .. } => targets.iter().any(|target| match target {
            Expression::Attribute(value, set) => set == attribute && value.as_name() == Some(name),
            _ => false,
        }),
        _ => false,
    })
}

/// True when a body calls `functools.update_wrapper`.
fn updates_wrapper(node: &Function) -> bool {
    node.body.iter().any(|statement| match statement {
        Statement::Expression(Expression::Call(call)) => match &call.function {
            Expression::Name(name) | Expression::Attribute(_, name) => name == "update_wrapper",
            _ => false,
        },
        _ => false,
    })
}
