//! The modules that are read, and what their names stand for.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::bindings::{Binding, Bindings, Target};
use super::classes::Ancestor;
use super::files::{Files, join, parent};
use super::object::{ClassObject, FunctionObject, ModuleId, Object, Scope, is_builtin};
use crate::parse::Problem;
use crate::parse::python::{self, Class, Expression, Module};

/// Look-ups inside look-ups before one is given up: what is deeper is a cycle.
const MAX_DEPTH: u32 = 300;

/// Steps of evaluation that one library may take. The largest real library takes some ten
/// thousand; a hostile one could double its work with every line.
const MAX_STEPS: u32 = 2_000_000;

/// A module that is loaded.
pub(super) struct LoadedModule {
    /// Path of its file, or of its folder when that is a package without `__init__.py`.
    pub(super) path: String,
    /// Its name from the root that it is found under.
    pub(super) dotted: String,
    pub(super) tree: Module,
    pub(super) problems: Vec<Problem>,
    bound: Cell<bool>,
    pub(super) bindings: RefCell<Bindings>,
}

/// Modules of some files, read as they are asked for.
pub(super) struct World<'a> {
    files: &'a dyn Files,
    /// Folders that absolute imports are looked up in, first to last.
    roots: Vec<String>,
    modules: RefCell<Vec<Rc<LoadedModule>>>,
    by_path: RefCell<HashMap<String, ModuleId>>,
    pub(super) class_bindings: RefCell<HashMap<*const Class, Rc<Bindings>>>,
    pub(super) ancestors: RefCell<HashMap<*const Class, Rc<Vec<Ancestor>>>>,
    /// Annotations that are texts and are being looked at.
    pub(super) texts: RefCell<Vec<String>>,
    depth: Cell<u32>,
    steps: Cell<u32>,
}

impl<'a> World<'a> {
    pub(super) fn new(files: &'a dyn Files, roots: Vec<String>) -> Self {
        World {
            files,
            roots,
            modules: RefCell::default(),
            by_path: RefCell::default(),
            class_bindings: RefCell::default(),
            ancestors: RefCell::default(),
            texts: RefCell::default(),
            depth: Cell::new(0),
            steps: Cell::new(0),
        }
    }

    /// Runs a step of a look-up or evaluation; none when they are too deep or too many.
    pub(super) fn step<T>(&self, job: impl FnOnce() -> Option<T>) -> Option<T> {
        let (depth, steps) = (self.depth.get(), self.steps.get());
        if depth >= MAX_DEPTH || steps >= MAX_STEPS {
            return None;
        }
        self.depth.set(depth + 1);
        self.steps.set(steps + 1);
        let result = job();
        self.depth.set(depth);
        result
    }

    /// A loaded module.
    pub(super) fn module(&self, id: ModuleId) -> Rc<LoadedModule> {
        Rc::clone(&self.modules.borrow()[id.0])
    }

    /// Loads the module of a file, or of a folder without `__init__.py`.
    pub(super) fn load(&self, path: &str) -> Option<ModuleId> {
        if let Some(id) = self.by_path.borrow().get(path) {
            return Some(*id);
        }
        let parsed = match self.files.read(path) {
            Some(bytes) => python::parse(&bytes),
            None if self.files.is_folder(path) => crate::parse::Parsed::clean(Module::default()),
            None => return None,
        };
        let id = ModuleId(self.modules.borrow().len());
        self.modules.borrow_mut().push(Rc::new(LoadedModule {
            path: path.to_owned(),
            dotted: self.dotted(path),
            tree: parsed.value,
            problems: parsed.problems,
            bound: Cell::new(false),
            bindings: RefCell::default(),
        }));
        self.by_path.borrow_mut().insert(path.to_owned(), id);
        Some(id)
    }

    /// The name of the module of a file, from the longest root above it.
    fn dotted(&self, path: &str) -> String {
        let below = |root: &&String| {
            root.is_empty() || path.strip_prefix(root.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        let root = self.roots.iter().filter(below).max_by_key(|root| root.len());
        let rest = root.map_or(path, |root| path[root.len()..].trim_start_matches('/'));
        let rest = rest.strip_suffix(".py").unwrap_or(rest);
        rest.strip_suffix("/__init__").unwrap_or(rest).replace('/', ".")
    }

    /// The file or folder of an absolute import.
    pub(super) fn find(&self, dotted: &str) -> Target {
        for root in &self.roots {
            if let Some(path) = self.find_below(root, dotted) {
                return Target::Path(path);
            }
        }
        Target::Foreign(dotted.to_owned())
    }

    /// The file or folder that an import in `module` names: `level` dots and a dotted name.
    pub(super) fn find_from(&self, module: &str, level: u32, dotted: &str) -> Target {
        if level == 0 {
            return self.find(dotted);
        }
        let mut folder = if self.files.is_folder(module) { module } else { parent(module) };
        for _ in 1..level {
            folder = parent(folder);
        }
        let relative = || Target::Foreign(format!("{}{dotted}", ".".repeat(level as usize)));
        self.find_below(folder, dotted).map_or_else(relative, Target::Path)
    }

    /// The file of a module of the package at `path`.
    pub(super) fn submodule(&self, path: &str, name: &str) -> Option<String> {
        let folder = if self.files.is_folder(path) { Some(path) } else { path.strip_suffix("/__init__.py") };
        self.find_below(folder?, name)
    }

    fn find_below(&self, folder: &str, dotted: &str) -> Option<String> {
        let path = join(folder, &dotted.replace('.', "/"));
        let package = join(&path, "__init__.py");
        let file = format!("{path}.py");
        if self.files.is_file(&package) {
            Some(package)
        } else if !dotted.is_empty() && self.files.is_file(&file) {
            Some(file)
        } else {
            self.files.is_folder(&path).then_some(path)
        }
    }

    /// The names of a module. While they are being bound (an import cycle), those so far.
    pub(super) fn bind(&self, id: ModuleId) -> Rc<LoadedModule> {
        let module = self.module(id);
        if !module.bound.replace(true) {
            self.bind_block(&Scope::of(id), &module.tree.body, &module.bindings);
        }
        module
    }

    /// The public names of a module, as `from module import *` takes them.
    pub(super) fn public_names(&self, id: ModuleId) -> Vec<String> {
        let listed = self.module_attribute(id, "__all__").and_then(|all| self.value_of(&all));
        if let Some(names) = listed.as_ref().and_then(|names| names.as_items()) {
            return names.iter().filter_map(|name| name.as_text().map(str::to_owned)).collect();
        }
        let module = self.bind(id);
        let bindings = module.bindings.borrow();
        bindings.keys().filter(|name| !name.starts_with('_')).cloned().collect()
    }

    /// What a name stands for in a scope; none when it is not defined.
    pub(super) fn lookup(&self, scope: &Scope, name: &str) -> Option<Object> {
        if let Some(class) = &scope.class {
            let bindings = self.bindings_of(class);
            if let Some(binding) = bindings.get(name) {
                return self.step(|| Some(self.object(scope, name, binding)));
            }
        }
        if let Some(object) = self.module_binding(scope.module, name) {
            return Some(object);
        }
        is_builtin(name).then(|| Object::Foreign(format!("builtins.{name}")))
    }

    fn module_binding(&self, id: ModuleId, name: &str) -> Option<Object> {
        let module = self.bind(id);
        let binding = module.bindings.borrow().get(name).cloned()?;
        self.step(|| Some(self.object(&Scope::of(id), name, &binding))).or(Some(Object::Unknown))
    }

    /// An attribute of a module: one of its names, or a module of its package.
    pub(super) fn module_attribute(&self, id: ModuleId, name: &str) -> Option<Object> {
        if let Some(object) = self.module_binding(id, name) {
            return Some(object);
        }
        let module = self.module(id);
        let is_package = module.path.ends_with("__init__.py") || self.files.is_folder(&module.path);
        let folder = if self.files.is_folder(&module.path) { &module.path } else { parent(&module.path) };
        if !is_package || name.is_empty() {
            return None;
        }
        self.find_below(folder, name).and_then(|path| self.load(&path)).map(Object::Module)
    }

    fn object(&self, scope: &Scope, name: &str, binding: &Binding) -> Object {
        match binding {
            Binding::Function(node) => {
                Object::Function(FunctionObject { scope: scope.clone(), node: Arc::clone(node) })
            }
            Binding::Class(node) => {
                Object::Class(ClassObject { module: scope.module, node: Arc::clone(node) })
            }
            Binding::Value(parts) => Object::Expression(scope.clone(), parts.clone()),
            Binding::TypeAlias(value) => Object::TypeAlias(name.to_owned(), scope.clone(), Arc::clone(value)),
            Binding::Module(target) => self.target(target),
            Binding::Member(target, name) => match target {
                Target::Foreign(module) => Object::Foreign(format!("{module}.{name}")),
                Target::Path(path) => self
                    .load(path)
                    .and_then(|id| self.module_attribute(id, name))
                    .unwrap_or_else(|| Object::Foreign(format!("{}.{name}", self.dotted(path)))),
            },
            Binding::Unknown => Object::Unknown,
        }
    }

    fn target(&self, target: &Target) -> Object {
        match target {
            Target::Foreign(name) => Object::Foreign(name.clone()),
            Target::Path(path) => self.load(path).map_or(Object::Unknown, Object::Module),
        }
    }

    /// An attribute of what a name stands for.
    pub(super) fn attribute(&self, object: &Object, name: &str) -> Option<Object> {
        match object {
            Object::Module(id) => self.module_attribute(*id, name),
            Object::Class(class) => self.class_attribute(class, name).map(|(_, object)| object),
            Object::Foreign(path) => Some(Object::Foreign(format!("{path}.{name}"))),
            _ => None,
        }
    }

    /// What a name, an attribute or a subscripted class stands for, aliases followed.
    pub(super) fn resolve(&self, scope: &Scope, expression: &Expression) -> Option<Object> {
        self.step(|| match expression {
            Expression::Name(name) => self.follow(self.lookup(scope, name)?),
            Expression::Attribute(value, name) => {
                let value = self.resolve(scope, value)?;
                self.follow(self.attribute(&value, name)?)
            }
            Expression::Subscript(value, _) => self.resolve(scope, value),
            _ => None,
        })
    }

    /// Follows `alias = name` to what `name` stands for.
    pub(super) fn follow(&self, object: Object) -> Option<Object> {
        match &object {
            Object::Expression(scope, parts) => match &parts[..] {
                [part] if matches!(**part, Expression::Name(_) | Expression::Attribute(..)) => {
                    self.resolve(scope, part).or(Some(object))
                }
                _ => Some(object),
            },
            _ => Some(object),
        }
    }

    /// The dotted name of a function, class or foreign object, for names that mean something.
    pub(super) fn qualified(&self, object: &Object) -> Option<String> {
        match object {
            Object::Foreign(name) => Some(name.clone()),
            Object::Function(function) => {
                Some(format!("{}.{}", self.module(function.scope.module).dotted, function.node.name))
            }
            Object::Class(class) => Some(format!("{}.{}", self.module(class.module).dotted, class.node.name)),
            _ => None,
        }
    }
}
