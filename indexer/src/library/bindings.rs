//! The names that the statements of a module or class bind, as running them would.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::object::Scope;
use super::value::Value;
use super::world::World;
use crate::parse::python::{Class, Expression, Function, ImportedName, Operator, Statement};

/// Names and what they are bound to; sorted, as Python's `dir` is.
pub(super) type Bindings = BTreeMap<String, Binding>;

/// Where an import leads.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// A file or a folder.
    Path(String),
    /// Out of the files: the dotted name.
    Foreign(String),
}

/// What a name is bound to, not yet looked at.
#[derive(Debug, Clone)]
pub(super) enum Binding {
    Function(Arc<Function>),
    Class(Arc<Class>),
    /// The assigned expression, and those added with `+=`.
    Value(Vec<Arc<Expression>>),
    TypeAlias(Arc<Expression>),
    Module(Target),
    /// A name of another module.
    Member(Target, String),
    Unknown,
}

impl World<'_> {
    /// Binds the names of statements, in order.
    pub(super) fn bind_block(&self, scope: &Scope, body: &[Statement], names: &RefCell<Bindings>) {
        for statement in body {
            self.bind_statement(scope, statement, names);
        }
    }

    fn bind_statement(&self, scope: &Scope, statement: &Statement, names: &RefCell<Bindings>) {
        let bind = |name: &str, binding| {
            names.borrow_mut().insert(name.to_owned(), binding);
        };
        match statement {
            Statement::Function(function) => bind(&function.name, Binding::Function(Arc::clone(function))),
            Statement::Class(class) => bind(&class.name, Binding::Class(Arc::clone(class))),
            Statement::Assign { targets, value: Some(value), .. } => {
                for target in targets {
                    assign(target, value, names);
                }
            }
            Statement::TypeAlias { name, value } => bind(name, Binding::TypeAlias(Arc::clone(value))),
            Statement::Extend { target: Expression::Name(name), operator, value } => {
                extend(name, (*operator == Operator::Add).then_some(value), names);
            }
            Statement::Import(imported) => {
                for name in imported {
                    self.bind_import(name, names);
                }
            }
            Statement::ImportFrom { level, module, names: imported } => {
                let from = self.module(scope.module);
                let target = self.find_from(&from.path, *level, module);
                for name in imported {
                    self.bind_member(&target, name, names);
                }
            }
            Statement::If { test, body, otherwise } => {
                let truth = self.evaluate(scope, test).and_then(|value| value.truth());
                // What cannot be told is both: names of the first branch win.
                if truth != Some(true) {
                    self.bind_block(scope, otherwise, names);
                }
                if truth != Some(false) {
                    self.bind_block(scope, body, names);
                }
            }
            Statement::Try { body, handlers, after } => {
                for handler in handlers {
                    self.bind_block(scope, handler, names);
                }
                self.bind_block(scope, body, names);
                self.bind_block(scope, after, names);
            }
            Statement::Block(body) => self.bind_block(scope, body, names),
            Statement::Expression(expression) => extend_by_call(expression, names),
            Statement::Delete(targets) => {
                for name in targets.iter().filter_map(Expression::as_name) {
                    names.borrow_mut().remove(name);
                }
            }
            Statement::Assign { .. } | Statement::Extend { .. } | Statement::Return(_) => {}
        }
    }

    fn bind_import(&self, imported: &ImportedName, names: &RefCell<Bindings>) {
        let (bound, dotted) = match &imported.alias {
            Some(alias) => (alias.as_str(), imported.name.as_str()),
            None => {
                let top = imported.name.split('.').next().unwrap_or_default();
                (top, top)
            }
        };
        names.borrow_mut().insert(bound.to_owned(), Binding::Module(self.find(dotted)));
    }

    fn bind_member(&self, target: &Target, imported: &ImportedName, names: &RefCell<Bindings>) {
        if imported.name != "*" {
            let bound = imported.alias.as_ref().unwrap_or(&imported.name);
            names.borrow_mut().insert(bound.clone(), Binding::Member(target.clone(), imported.name.clone()));
            return;
        }
        let Target::Path(path) = target else { return };
        let public = self.step(|| self.load(path).map(|id| self.public_names(id)));
        for name in public.unwrap_or_default() {
            let member = Binding::Member(target.clone(), name.clone());
            names.borrow_mut().insert(name, member);
        }
    }
}

fn assign(target: &Expression, value: &Arc<Expression>, names: &RefCell<Bindings>) {
    match target {
        Expression::Name(name) => {
            names.borrow_mut().insert(name.clone(), Binding::Value(vec![Arc::clone(value)]));
        }
        Expression::Tuple(targets) | Expression::List(targets) => {
            let values = match &**value {
                Expression::Tuple(values) | Expression::List(values) if values.len() == targets.len() => {
                    values
                }
                _ => &Vec::new(),
            };
            for (index, target) in targets.iter().enumerate() {
                let Some(name) = target.as_name() else { continue };
                let binding = values
                    .get(index)
                    .map_or(Binding::Unknown, |value| Binding::Value(vec![Arc::new(value.clone())]));
                names.borrow_mut().insert(name.to_owned(), binding);
            }
        }
        _ => {}
    }
}

fn extend(name: &str, value: Option<&Expression>, names: &RefCell<Bindings>) {
    match (names.borrow_mut().get_mut(name), value) {
        (Some(Binding::Value(parts)), Some(value)) => parts.push(Arc::new(value.clone())),
        (Some(binding), _) => *binding = Binding::Unknown,
        (None, _) => {}
    }
}

/// `name.append(item)` and `name.extend(items)`, as they are used on `__all__`.
fn extend_by_call(expression: &Expression, names: &RefCell<Bindings>) {
    let Expression::Call(call) = expression else { return };
    let Expression::Attribute(target, method) = &call.function else { return };
    let (Some(name), [argument]) = (target.as_name(), &call.arguments[..]) else { return };
    match method.as_str() {
        "append" => extend(name, Some(&Expression::List(vec![argument.clone()])), names),
        "extend" => extend(name, Some(argument), names),
        _ => {}
    }
}

/// The sum of the parts of an extended value: `[..] + [..]`.
pub(super) fn sum(parts: Vec<Value>) -> Option<Value> {
    let mut parts = parts.into_iter();
    let first = parts.next()?;
    parts.try_fold(first, |sum, part| match (sum, part) {
        (Value::List(mut items), part) => {
            items.extend_from_slice(part.as_items()?);
            Some(Value::List(items))
        }
        (Value::Tuple(mut items), Value::Tuple(more)) => {
            items.extend(more);
            Some(Value::Tuple(items))
        }
        (Value::Text(mut text), Value::Text(more)) => {
            text.push_str(&more);
            Some(Value::Text(text))
        }
        (Value::Int(left), Value::Int(right)) => left.checked_add(right).map(Value::Int),
        _ => None,
    })
}
