//! Libraries that say themselves which keywords they have (`get_keyword_names`): those built on
//! PythonLibCore, those with a fixed list, and what can be told of the others.

use super::arguments::Signature;
use super::code::Code;
use super::keyword::{Keyword, Keywords, Owner};
use super::naming;
use super::object::{ClassObject, Object, Scope};
use super::value::Value;
use super::world::World;
use crate::parse::python::{Constant, Expression, Function, Statement};

/// PythonLibCore's base classes, by the names that they are imported by and those of its own files.
const CORES: &[&str] = &[
    "robotlibcore.DynamicCore",
    "robotlibcore.HybridCore",
    "robotlibcore.core.DynamicCore",
    "robotlibcore.core.HybridCore",
    "robotlibcore.core.dynamic.DynamicCore",
    "robotlibcore.core.hybrid.HybridCore",
];

impl World<'_> {
    /// The keywords of a class with `get_keyword_names`; none for a class without.
    pub(super) fn dynamic_keywords(&self, class: &ClassObject) -> Option<Keywords> {
        let mut keywords = Keywords::default();
        if self.descends_from(class, CORES) {
            for component in self.components(class) {
                self.add_component(&mut keywords, &component);
            }
            self.add_component(&mut keywords, &Code::Class(class.clone()));
            return Some(keywords);
        }
        let names = ["get_keyword_names", "getKeywordNames"];
        let (_, getter) = names.iter().find_map(|name| self.class_attribute(class, name))?;
        let listed = self.routine(&getter).and_then(|getter| self.listed_names(&getter.function.node, class));
        let runs =
            ["run_keyword", "runKeyword"].iter().any(|name| self.class_attribute(class, name).is_some());
        if runs {
            // What it runs under these names is its own affair: no method needs to have them.
            let any = Signature::of_any();
            for name in listed.unwrap_or_default() {
                let shown = naming::printable(&name);
                keywords.add(Keyword::new(shown, any.clone(), "", &[]));
            }
            return Some(keywords);
        }
        for owner in std::iter::once(class.clone()).chain(self.delegates(class)) {
            for name in self.attribute_names(&owner) {
                let wanted = match &listed {
                    Some(listed) => listed.contains(&name),
                    None => !names.contains(&name.as_str()),
                };
                if let Some((_, object)) = self.class_attribute(&owner, &name).filter(|_| wanted) {
                    let auto = !name.starts_with('_');
                    self.add_keyword(&mut keywords, &name, &object, auto, Owner::Class(&owner));
                }
            }
        }
        Some(keywords)
    }

    /// The names that `get_keyword_names` returns, where they are written there.
    fn listed_names(&self, getter: &Function, class: &ClassObject) -> Option<Vec<String>> {
        let returned = getter.body.iter().rev().find_map(|statement| match statement {
            Statement::Return(value) => value.as_ref(),
            _ => None,
        })?;
        let names = self.evaluate(&Scope::of(class.module), returned)?;
        names.as_items()?.iter().map(|name| name.as_text().map(str::to_owned)).collect()
    }

    /// Classes whose instances a `__getattr__` of the class hands attributes over from: those of
    /// its module that its methods make and return.
    fn delegates(&self, class: &ClassObject) -> Vec<ClassObject> {
        if self.class_attribute(class, "__getattr__").is_none() {
            return Vec::new();
        }
        let scope = Scope::of(class.module);
        let made = class.node.body.iter().filter_map(|statement| match statement {
            Statement::Function(method) => method.body.iter().rev().find_map(|statement| match statement {
                Statement::Return(Some(Expression::Call(call))) => self.resolve(&scope, &call.function),
                _ => None,
            }),
            _ => None,
        });
        let made = made.filter_map(|object| match object {
            Object::Class(class) => Some(class),
            _ => None,
        });
        made.collect()
    }

    /// Adds the functions and methods under `@keyword` of a component.
    fn add_component(&self, keywords: &mut Keywords, component: &Code) {
        match component {
            Code::Class(class) => {
                for name in self.attribute_names(class) {
                    let Some((_, object)) = self.class_attribute(class, &name) else { continue };
                    self.add_marked(keywords, &name, &object, Owner::Component(class));
                }
            }
            Code::Module(id) => {
                let names: Vec<String> = self.bind(*id).bindings.borrow().keys().cloned().collect();
                for name in names {
                    let Some(object) = self.lookup(&Scope::of(*id), &name) else { continue };
                    self.add_marked(keywords, &name, &object, Owner::None);
                }
            }
        }
    }

    fn add_marked(&self, keywords: &mut Keywords, name: &str, object: &Object, owner: Owner<'_>) {
        let marked = self.routine(object).and_then(|routine| routine.mark);
        let Some(mark) = marked else { return };
        // The name given is printed like that of a function.
        let shown = naming::printable(mark.name.as_deref().unwrap_or(name));
        self.add_named_keyword(keywords, name, &shown, object, owner);
    }

    /// The components that the initializer of a class gives to PythonLibCore.
    fn components(&self, class: &ClassObject) -> Vec<Code> {
        let Some((owner, Object::Function(init))) = self.class_attribute(class, "__init__") else {
            return Vec::new();
        };
        let body = flat(&init.node.body);
        let given = body.iter().find_map(|statement| match statement {
            Statement::Expression(Expression::Call(call)) => match &call.function {
                Expression::Attribute(base, name) if name == "__init__" => {
                    // `DynamicCore.__init__(self, components)` or `super().__init__(components)`.
                    let position = usize::from(base.as_name().is_some());
                    let named = call.keywords.iter().find(|(name, _)| name == "library_components");
                    named.map(|(_, value)| value).or_else(|| call.arguments.get(position))
                }
                _ => None,
            },
            _ => None,
        });
        let scope = Scope::of(owner.module);
        let mut lists = Vec::new();
        match given {
            Some(Expression::List(items)) => lists.extend(items),
            Some(variable) => {
                for value in assigned(&body, variable) {
                    if let Expression::List(items) = value {
                        lists.extend(items);
                    }
                }
            }
            None => {}
        }
        lists.into_iter().filter_map(|item| self.component(&scope, &body, item)).collect()
    }

    fn component(&self, scope: &Scope, body: &[&Statement], item: &Expression) -> Option<Code> {
        let made = match item {
            Expression::Call(call) => self.resolve(scope, &call.function),
            variable => match assigned(body, variable).first() {
                Some(Expression::Call(call)) => self.resolve(scope, &call.function),
                _ => self.resolve(scope, variable),
            },
        };
        match made? {
            Object::Class(class) => Some(Code::Class(class)),
            Object::Module(id) => Some(Code::Module(id)),
            _ => None,
        }
    }

    /// The class that a call makes an instance of, and what `str` and `repr` of it return where
    /// they return a text.
    pub(super) fn instance(&self, class: &ClassObject) -> Option<Value> {
        let text = |name: &str| {
            let (_, method) = self.class_attribute(class, name)?;
            let method = self.routine(&method)?;
            match &method.function.node.body[..] {
                [.., Statement::Return(Some(Expression::Constant(Constant::Text(text))))] => {
                    Some(text.clone())
                }
                _ => None,
            }
        };
        let repr = text("__repr__");
        let shown = text("__str__").or_else(|| repr.clone())?;
        Some(Value::Shown(shown.clone(), repr.unwrap_or(shown)))
    }
}

/// The statements of a body and of the blocks in it.
fn flat(body: &[Statement]) -> Vec<&Statement> {
    let mut found = Vec::new();
    for statement in body {
        match statement {
            Statement::If { body, otherwise, .. } => {
                found.extend(flat(body));
                found.extend(flat(otherwise));
            }
            Statement::Try { body, after, .. } => {
                found.extend(flat(body));
                found.extend(flat(after));
            }
            Statement::Block(body) => found.extend(flat(body)),
            other => found.push(other),
        }
    }
    found
}

/// The values that statements assign to a variable or attribute.
fn assigned<'a>(body: &[&'a Statement], variable: &Expression) -> Vec<&'a Expression> {
    let value = |statement: &&'a Statement| match statement {
        Statement::Assign { targets, value: Some(value), .. } if targets.contains(variable) => Some(&**value),
        _ => None,
    };
    body.iter().filter_map(value).collect()
}
