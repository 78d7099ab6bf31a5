//! What Robot Framework takes a library from: a module, or a class in it.

use super::keyword::{Keywords, Owner};
use super::object::{ClassObject, ModuleId, Object, Scope};
use super::value::Value;
use super::world::World;

/// A library before its keywords are written out.
#[derive(Debug, Clone)]
pub(super) enum Code {
    Module(ModuleId),
    Class(ClassObject),
}

impl World<'_> {
    /// The code that an import of a module gives: the class of the module's name, the only class
    /// that `@library` or `ROBOT_AUTO_KEYWORDS` marks, or else the module itself.
    pub(super) fn code_of_module(&self, id: ModuleId, name: &str) -> Code {
        if let Some(Object::Class(class)) =
            self.module_attribute(id, name).and_then(|found| self.follow(found))
        {
            return Code::Class(class);
        }
        let module = self.bind(id);
        let names: Vec<String> = module.bindings.borrow().keys().cloned().collect();
        let mut marked = names.iter().filter_map(|name| {
            match self.module_attribute(id, name).and_then(|found| self.follow(found)) {
                Some(Object::Class(class))
                    if class.module == id && self.has_class_setting(&class, "ROBOT_AUTO_KEYWORDS") =>
                {
                    Some(class)
                }
                _ => None,
            }
        });
        match (marked.next(), marked.next()) {
            (Some(class), None) => Code::Class(class),
            _ => Code::Module(id),
        }
    }

    /// A setting of a library, such as `ROBOT_LIBRARY_VERSION`.
    pub(super) fn setting(&self, code: &Code, name: &str) -> Option<Value> {
        match code {
            Code::Module(id) => self.module_attribute(*id, name).and_then(|object| self.value_of(&object)),
            Code::Class(class) => self.class_setting(class, name),
        }
    }

    /// The keywords that a library has by Robot Framework's rules.
    pub(super) fn keywords(&self, code: &Code) -> Keywords {
        let mut keywords = Keywords::default();
        let auto = self.setting(code, "ROBOT_AUTO_KEYWORDS").and_then(|auto| auto.truth()) != Some(false);
        match code {
            Code::Module(id) => {
                let listed = self.setting(code, "__all__");
                let listed = listed.as_ref().and_then(|names| names.as_items());
                let module = self.bind(*id);
                let names: Vec<String> = module.bindings.borrow().keys().cloned().collect();
                for name in names {
                    let is_listed = |names: &[Value]| names.iter().any(|each| each.as_text() == Some(&name));
                    if listed.is_none_or(is_listed)
                        && let Some(object) = self.lookup(&Scope::of(*id), &name)
                    {
                        self.add_keyword(&mut keywords, &name, &object, auto, Owner::None);
                    }
                }
            }
            Code::Class(class) => {
                if let Some(dynamic) = self.dynamic_keywords(class) {
                    return dynamic;
                }
                for name in self.attribute_names(class) {
                    if let Some((_, object)) = self.class_attribute(class, &name) {
                        self.add_keyword(&mut keywords, &name, &object, auto, Owner::Class(class));
                    }
                }
            }
        }
        keywords
    }
}
