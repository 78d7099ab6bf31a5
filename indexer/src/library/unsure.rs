//! What may be a keyword of a library beyond those that its files tell.

use std::collections::BTreeSet;

use super::bindings::{Binding, Target};
use super::classes::Ancestor;
use super::code::Code;
use super::object::{ClassObject, ModuleId, Object, Scope};
use super::world::World;
use crate::parse::python::Statement;

/// Stands for any name.
const ANY: &str = "*";
/// Classes from elsewhere that give those derived from them no public methods.
const WITHOUT_METHODS: &[&str] = &["builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"];
/// With one of these a library says itself when it runs which keywords it has.
const GETTERS: &[&str] = &["get_keyword_names", "getKeywordNames", "__getattr__"];

impl World<'_> {
    /// Names that may be keywords of a library, because they come from outside of the files or are
    /// made when it runs; `*` where any name may be.
    pub(super) fn unsure_keywords(&self, code: &Code) -> Vec<String> {
        let names = match code {
            Code::Class(class) if self.is_open_class(class) => BTreeSet::from([ANY.to_owned()]),
            Code::Class(_) => BTreeSet::new(),
            Code::Module(id) if self.is_open_module(*id) => BTreeSet::from([ANY.to_owned()]),
            Code::Module(id) => self.unsure_names(*id),
        };
        names.into_iter().collect()
    }

    fn is_open_class(&self, class: &ClassObject) -> bool {
        let is_open = |ancestor: &Ancestor| match ancestor {
            Ancestor::Foreign(name) => !WITHOUT_METHODS.contains(&name.as_str()),
            Ancestor::Local(class) => {
                let scope = Scope::of(class.module);
                class.node.bases.iter().any(|base| {
                    !matches!(self.resolve(&scope, base), Some(Object::Class(_) | Object::Foreign(_)))
                })
            }
        };
        self.ancestors(class).iter().any(is_open)
            || GETTERS.iter().any(|name| self.class_attribute(class, name).is_some())
    }

    fn is_open_module(&self, id: ModuleId) -> bool {
        let module = self.bind(id);
        let bindings = module.bindings.borrow();
        GETTERS.iter().any(|name| bindings.contains_key(*name)) || self.takes_all_of_another(id)
    }

    /// Whether a module takes every name of one from elsewhere, itself or by one of the files.
    fn takes_all_of_another(&self, id: ModuleId) -> bool {
        let mut seen = BTreeSet::from([id.0]);
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            let module = self.module(id);
            for (level, dotted) in star_imports(&module.tree.body) {
                let other = match self.find_from(&module.path, level, dotted) {
                    Target::Foreign(_) => None,
                    Target::Path(path) => self.load(&path),
                };
                let Some(other) = other else { return true };
                if seen.insert(other.0) {
                    pending.push(other);
                }
            }
        }
        false
    }

    /// Names of a module that are bound to what the files do not define. Those with a capital are
    /// classes and constants.
    fn unsure_names(&self, id: ModuleId) -> BTreeSet<String> {
        let module = self.bind(id);
        let names: Vec<String> = module
            .bindings
            .borrow()
            .iter()
            .filter(|(name, _)| name.starts_with(|first: char| first.is_lowercase()))
            .filter(|(_, binding)| {
                matches!(binding, Binding::Member(..) | Binding::Value(_) | Binding::Unknown)
            })
            .map(|(name, _)| name.clone())
            .collect();
        let is_defined = |name: &String| {
            matches!(
                self.module_attribute(id, name),
                Some(Object::Function(_) | Object::Class(_) | Object::Module(_))
            )
        };
        names.into_iter().filter(|name| !is_defined(name)).collect()
    }
}

/// Dots and module of each `from module import *`, wherever it stands at the top of a module.
fn star_imports(body: &[Statement]) -> Vec<(u32, &str)> {
    let mut found = Vec::new();
    let mut pending: Vec<&[Statement]> = vec![body];
    while let Some(body) = pending.pop() {
        for statement in body {
            match statement {
                Statement::ImportFrom { level, module, names }
                    if names.iter().any(|name| name.name == ANY) =>
                {
                    found.push((*level, module.as_str()));
                }
                Statement::If { body, otherwise, .. } => pending.extend([body.as_slice(), otherwise]),
                Statement::Try { body, handlers, after } => {
                    pending.extend([body.as_slice(), after]);
                    pending.extend(handlers.iter().map(Vec::as_slice));
                }
                Statement::Block(body) => pending.push(body),
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::files::Snapshot;
    use super::*;

    #[track_caller]
    fn check(texts: &[(&str, &str)], expected: &[&str]) {
        let snapshot = Snapshot::new(texts.iter().map(|(path, text)| (*path, text.as_bytes())));
        let world = World::new(&snapshot, vec![String::new()]);
        let id = world.load("Lib.py").unwrap();
        let code = world.code_of_module(id, "Lib");
        assert_eq!(world.unsure_keywords(&code), expected, "{texts:?}");
    }

    #[test]
    fn what_is_made_elsewhere_may_be_a_keyword() {
        check(&[("Lib.py", "import json\nfrom typing import Any\nLIMIT = 3\ndef known(): pass\n")], &[]);
        check(
            &[("Lib.py", "from time import sleep\nmade = wrap(str)\n_hidden = wrap(str)\n")],
            &["made", "sleep"],
        );
        check(&[("Lib.py", "from time import *\n")], &["*"]);
        check(&[("Lib.py", "from near import *\n"), ("near.py", "def known(): pass\n")], &[]);
        check(&[("Lib.py", "from near import *\n"), ("near.py", "from time import *\n")], &["*"]);
        check(&[("Lib.py", "def get_keyword_names(): return names()\n")], &["*"]);
    }

    #[test]
    fn a_class_inherits_what_is_not_known() {
        check(&[("Lib.py", "class Lib:\n    def known(self): pass\n")], &[]);
        check(&[("Lib.py", "class Base: pass\nclass Lib(Base, object): pass\n")], &[]);
        check(&[("Lib.py", "from other import Base\nclass Lib(Base): pass\n")], &["*"]);
        check(&[("Lib.py", "class Lib(make_base()): pass\n")], &["*"]);
        check(&[("Lib.py", "class Lib:\n    def get_keyword_names(self): return names()\n")], &["*"]);
    }
}
