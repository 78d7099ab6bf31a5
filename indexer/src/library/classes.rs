//! Classes: where their attributes come from.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::bindings::Bindings;
use super::object::{ClassObject, ModuleId, Object, Scope};
use super::value::Value;
use super::world::World;

/// Base classes of one class that are looked at; the most that was seen is 15.
const MAX_BASES: usize = 100;

/// A class that another is derived from, itself included.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ancestor {
    /// A class of the files.
    Local(ClassObject),
    /// A class from elsewhere, by its dotted name.
    Foreign(String),
}

impl World<'_> {
    /// The names that a class body binds.
    pub(super) fn bindings_of(&self, class: &ClassObject) -> Rc<Bindings> {
        let key = Arc::as_ptr(&class.node);
        if let Some(bindings) = self.class_bindings.borrow().get(&key) {
            return Rc::clone(bindings);
        }
        // Names inside the body are not looked up while it is being bound.
        self.class_bindings.borrow_mut().insert(key, Rc::default());
        let names = RefCell::default();
        self.bind_block(&Scope::of(class.module), &class.node.body, &names);
        let bindings = Rc::new(names.into_inner());
        self.class_bindings.borrow_mut().insert(key, Rc::clone(&bindings));
        bindings
    }

    /// The method resolution order of a class, from itself (C3, as Python has it).
    ///
    /// Where the order is inconsistent or a class is its own ancestor, which Python refuses, each
    /// class stands where it is first met.
    pub(super) fn ancestors(&self, class: &ClassObject) -> Rc<Vec<Ancestor>> {
        let key = Arc::as_ptr(&class.node);
        if let Some(ancestors) = self.ancestors.borrow().get(&key) {
            return Rc::clone(ancestors);
        }
        // A class that is asked for while its own ancestors are found has none.
        self.ancestors.borrow_mut().insert(key, Rc::new(vec![Ancestor::Local(class.clone())]));
        let order = self.step(|| {
            let scope = Scope::of(class.module);
            let bases = class.node.bases.iter().take(MAX_BASES).filter_map(|base| self.resolve(&scope, base));
            let bases: Vec<Ancestor> = bases
                .filter_map(|base| match base {
                    Object::Class(base) => Some(Ancestor::Local(base)),
                    Object::Foreign(name) => Some(Ancestor::Foreign(name)),
                    _ => None,
                })
                .collect();
            let mut lists: Vec<Vec<Ancestor>> = bases
                .iter()
                .map(|base| match base {
                    Ancestor::Local(base) => self.ancestors(base).to_vec(),
                    Ancestor::Foreign(_) => vec![base.clone()],
                })
                .collect();
            lists.push(bases);
            Some(merge(Ancestor::Local(class.clone()), lists))
        });
        let order = Rc::new(order.unwrap_or_else(|| vec![Ancestor::Local(class.clone())]));
        self.ancestors.borrow_mut().insert(key, Rc::clone(&order));
        order
    }

    /// The classes of the files among the ancestors, from the class itself.
    pub(super) fn local_ancestors(&self, class: &ClassObject) -> Vec<ClassObject> {
        let local = |ancestor: &Ancestor| match ancestor {
            Ancestor::Local(class) => Some(class.clone()),
            Ancestor::Foreign(_) => None,
        };
        self.ancestors(class).iter().filter_map(local).collect()
    }

    /// The names of all attributes that classes of the files give a class, sorted as `dir` has them.
    pub(super) fn attribute_names(&self, class: &ClassObject) -> Vec<String> {
        let ancestors = self.local_ancestors(class);
        let names: BTreeSet<String> = ancestors
            .iter()
            .flat_map(|owner| self.bindings_of(owner).keys().cloned().collect::<Vec<_>>())
            .collect();
        names.into_iter().collect()
    }

    /// True when a class from elsewhere is among the ancestors.
    pub(super) fn descends_from(&self, class: &ClassObject, names: &[&str]) -> bool {
        self.ancestors(class).iter().any(|ancestor| match ancestor {
            Ancestor::Foreign(name) => names.contains(&name.as_str()),
            Ancestor::Local(class) => self
                .qualified(&Object::Class(class.clone()))
                .is_some_and(|name| names.contains(&name.as_str())),
        })
    }

    /// An attribute of a class, and the class whose body binds it.
    pub(super) fn class_attribute(&self, class: &ClassObject, name: &str) -> Option<(ClassObject, Object)> {
        self.local_ancestors(class).into_iter().find_map(|owner| {
            if !self.bindings_of(&owner).contains_key(name) {
                return None;
            }
            let object = self.lookup(&owner.scope(), name)?;
            Some((owner, object))
        })
    }

    /// The value of a class attribute such as `ROBOT_LIBRARY_SCOPE`, set in a body or by `@library`.
    pub(super) fn class_setting(&self, class: &ClassObject, name: &str) -> Option<Value> {
        self.local_ancestors(class).iter().find_map(|owner| {
            self.library_decorator(owner, name).or_else(|| {
                self.bindings_of(owner).get(name)?;
                self.lookup(&owner.scope(), name).and_then(|object| self.value_of(&object))
            })
        })
    }

    /// The docstring of a class as written, or what its body assigns to `__doc__`.
    pub(super) fn class_doc(&self, class: &ClassObject) -> Option<String> {
        let assigned = self.bindings_of(class).contains_key("__doc__");
        let assigned = assigned.then(|| self.lookup(&class.scope(), "__doc__")).flatten();
        assigned.map_or_else(|| class.node.doc.clone(), |object| self.text_of(&object))
    }

    /// The docstring of a module as written, or what it assigns to `__doc__`.
    pub(super) fn module_doc(&self, id: ModuleId) -> Option<String> {
        let assigned = self.bind(id).bindings.borrow().contains_key("__doc__");
        let assigned = assigned.then(|| self.module_attribute(id, "__doc__")).flatten();
        assigned.map_or_else(|| self.module(id).tree.doc.clone(), |object| self.text_of(&object))
    }

    fn text_of(&self, object: &Object) -> Option<String> {
        self.value_of(object)?.as_text().map(str::to_owned)
    }

    /// True when a class attribute is there, whatever its value.
    pub(super) fn has_class_setting(&self, class: &ClassObject, name: &str) -> bool {
        self.local_ancestors(class).iter().any(|owner| {
            self.library_decorator(owner, name).is_some() || self.bindings_of(owner).contains_key(name)
        })
    }

    /// What `robot.api.deco.library` sets on the class that it decorates.
    fn library_decorator(&self, class: &ClassObject, name: &str) -> Option<Value> {
        use crate::parse::python::Expression;
        let scope = Scope::of(class.module);
        let positions = ["scope", "version", "converters", "doc_format", "listener", "auto_keywords"];
        class.node.decorators.iter().find_map(|decorator| {
            let (callee, call) = match decorator {
                Expression::Call(call) => (&call.function, Some(call)),
                plain => (plain, None),
            };
            let callee = self.resolve(&scope, callee)?;
            if self.qualified(&callee)? != "robot.api.deco.library" {
                return None;
            }
            let option = match name {
                "ROBOT_AUTO_KEYWORDS" => "auto_keywords".to_owned(),
                name => name.strip_prefix("ROBOT_LIBRARY_")?.to_lowercase(),
            };
            let position = positions.iter().position(|known| *known == option)?;
            let given = call.and_then(|call| {
                let named = call.keywords.iter().find(|(name, _)| *name == option).map(|(_, value)| value);
                named.or_else(|| call.arguments.get(position))
            });
            match given {
                Some(value) => self.evaluate(&scope, value).filter(|value| !matches!(value, Value::None)),
                None => (option == "auto_keywords").then_some(Value::Bool(false)),
            }
        })
    }
}

/// The merge of C3: the first head that is in no other tail, again and again.
fn merge(class: Ancestor, mut lists: Vec<Vec<Ancestor>>) -> Vec<Ancestor> {
    let mut order = vec![class];
    loop {
        lists.retain(|list| !list.is_empty());
        let Some(first) = lists.first() else { return order };
        let good =
            lists.iter().map(|list| &list[0]).find(|head| !lists.iter().any(|list| list[1..].contains(head)));
        let next = good.unwrap_or(&first[0]).clone();
        for list in &mut lists {
            list.retain(|ancestor| *ancestor != next);
        }
        if !order.contains(&next) {
            order.push(next);
        }
    }
}
