//! Which files of a repository are keyword libraries, and the names that suites import them by.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use ccr_index::model::{Keyword, Library};
use ccr_index::{FileProblem, Rule};

use super::bindings::{Binding, Target};
use super::code::Code;
use super::document_resource;
use super::files::parent;
use super::object::{ModuleId, Object};
use super::repository::Repository;
use super::world::World;
use super::{Spec, specs};
use crate::large_stack::on_large_stack;
use crate::parse::Problem;
use crate::parse::robot::{Import, ImportKind};

/// The keyword libraries of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// By import name.
    pub libraries: Vec<Library>,
    /// What is wrong in files that were read for them.
    pub problems: Vec<FileProblem>,
}

/// Finds the keyword libraries of a repository. `imports` are those of its suites, each with the
/// suite's repository path.
///
/// A library is what a suite of the repository imports from it, and beyond that every Python module
/// and resource file below its package roots (`libraries/`, `src/`, those that `pyproject.toml` and
/// `setup.cfg` name) that has keywords, but for tests. Of modules that serve others only those functions
/// count that no library before has: Robot Framework imports these modules by their names too, and
/// whoever writes a library looks for them. Last come the libraries that only a Libdoc spec among the
/// files tells of.
///
/// # Errors
/// When the system gives no thread to read them on: then nothing is known of the libraries.
pub fn find(
    collection: &str,
    repository: &Repository<'_>,
    imports: &[(String, Import)],
) -> io::Result<Found> {
    on_large_stack(|| Search::new(collection, repository).run(imports))
}

struct Search<'a> {
    collection: &'a str,
    repository: &'a Repository<'a>,
    world: World<'a>,
    found: BTreeMap<String, Library>,
    /// Folders of the packages that suites import.
    packages: BTreeSet<String>,
    problems: Vec<FileProblem>,
}

impl<'a> Search<'a> {
    fn new(collection: &'a str, repository: &'a Repository<'a>) -> Self {
        Search {
            collection,
            repository,
            world: World::new(&repository.snapshot, repository.roots.clone()),
            found: BTreeMap::new(),
            packages: BTreeSet::new(),
            problems: Vec::new(),
        }
    }

    fn run(mut self, imports: &[(String, Import)]) -> Found {
        let of_suites = imports.iter().map(|(path, import)| (path.as_str(), import));
        for (path, import) in of_suites.chain(self.repository.imports_of_resources()) {
            match import.kind {
                ImportKind::Library => self.add_import(path, import),
                ImportKind::Resource => self.add_imported_resource(path, import),
                ImportKind::Variables => {}
            }
        }
        self.add_modules();
        self.add_resources();
        self.add_specs();
        Found { libraries: self.found.into_values().collect(), problems: self.problems }
    }

    /// Adds the library that a suite imports, if it is in the repository.
    fn add_import(&mut self, suite: &str, import: &Import) {
        let name = import.name.as_str();
        if let Some(path) = self.repository.imported_file(suite, import) {
            if !path.ends_with(".py") {
                return;
            }
            let Some(id) = self.world.load(&path) else { return };
            let stem = stem(&path).to_owned();
            let code = self.world.code_of_module(id, &stem);
            self.add(&path, &code, &stem);
            return;
        }
        if name.contains('/') {
            return;
        }
        if let Some(code) = self.imported_code(name) {
            self.note_package(name, &code);
            self.add(name, &code, name);
        }
    }

    /// What `Library    name` imports: a module or a class in one.
    fn imported_code(&self, name: &str) -> Option<Code> {
        let Some((package, last)) = name.rsplit_once('.') else {
            let Target::Path(path) = self.world.find(name) else { return None };
            return Some(self.world.code_of_module(self.world.load(&path)?, name));
        };
        let Target::Path(path) = self.world.find(package) else { return None };
        let package = self.world.load(&path)?;
        let object = self.world.module_attribute(package, last)?;
        match self.world.follow(object)? {
            Object::Module(id) => Some(self.world.code_of_module(id, last)),
            Object::Class(class) => Some(Code::Class(class)),
            _ => None,
        }
    }

    /// Notes the package that a suite imports, itself or a class of: its modules are parts of it.
    fn note_package(&mut self, name: &str, code: &Code) {
        let package = match (self.world.find(name), name.rsplit_once('.')) {
            (Target::Path(path), _) if path.ends_with("__init__.py") => Some(path),
            (Target::Foreign(_), Some((package, _))) if matches!(code, Code::Class(_)) => {
                match self.world.find(package) {
                    Target::Path(path) => Some(path),
                    Target::Foreign(_) => None,
                }
            }
            _ => None,
        };
        self.packages.extend(package.map(|path| parent(&path).to_owned()));
    }

    fn add_imported_resource(&mut self, suite: &str, import: &Import) {
        if let Some(path) = self.repository.imported_file(suite, import) {
            self.add_resource(&path);
        }
    }

    /// Adds every module below the roots that is a library of its own.
    fn add_modules(&mut self) {
        let paths: Vec<&str> =
            self.repository.snapshot.paths().filter(|path| self.may_be_library(path)).collect();
        let modules: Vec<(&str, ModuleId)> =
            paths.iter().filter_map(|path| Some((*path, self.world.load(path)?))).collect();
        let served = self.served(&modules);
        let mut serving = Vec::new();
        for (path, id) in modules {
            let name = self.world.module(id).dotted.clone();
            if name.is_empty() || self.found.contains_key(&name) {
                continue;
            }
            let last = name.rsplit('.').next().unwrap_or(&name);
            let code = self.world.code_of_module(id, last);
            if self.world.keywords(&code).found.is_empty() {
                continue;
            }
            let is_part = self.packages.iter().any(|package| is_below(path, package));
            if !is_part && self.stands_alone(path, &code, id, &served) {
                self.add(&name, &code, &name);
            } else {
                serving.push((name, code));
            }
        }
        self.add_serving(serving);
    }

    /// Adds what modules that serve others have and no library before has.
    fn add_serving(&mut self, serving: Vec<(String, Code)>) {
        let function = |keyword: &Keyword| (keyword.path.clone(), keyword.symbol.clone());
        let mut known: BTreeSet<(String, String)> =
            self.found.values().flat_map(|library| &library.keywords).map(function).collect();
        for (name, code) in serving {
            let problems = self.problems.len();
            self.add(&name, &code, &name);
            let Some(library) = self.found.get_mut(&name) else { continue };
            let keywords = std::mem::take(&mut library.keywords).into_iter();
            let there: Vec<Keyword>;
            (there, library.keywords) = keywords.partition(|keyword| known.contains(&function(keyword)));
            library.unsure_keywords.extend(there.into_iter().map(|keyword| keyword.symbol));
            known.extend(library.keywords.iter().map(function));
            if library.public_keywords().next().is_none() {
                self.found.remove(&name);
                self.problems.truncate(problems);
            }
        }
    }

    fn may_be_library(&self, path: &str) -> bool {
        let below = self.repository.roots.iter().any(|root| is_below(path, root));
        let stem = stem(path);
        let name = if stem == "__init__" { stem_of_folder(path) } else { stem };
        let is_test = name.starts_with("test_") || name.ends_with("_test") || name.starts_with('_');
        let in_tests = path.split('/').any(|part| matches!(part, "tests" | "test" | "robot_tests"));
        let is_setup = matches!(name, "conftest" | "setup" | "__main__");
        below && path.ends_with(".py") && !is_test && !in_tests && !is_setup
    }

    /// Modules that others import, and whether it is their own package that does.
    fn served(&self, modules: &[(&str, ModuleId)]) -> BTreeMap<String, BTreeSet<bool>> {
        let mut served: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
        for (path, id) in modules {
            let module = self.world.bind(*id);
            for binding in module.bindings.borrow().values() {
                let used = match binding {
                    Binding::Module(Target::Path(used)) => used.clone(),
                    // `from package import module`, or a name of a module.
                    Binding::Member(Target::Path(used), name) => {
                        self.world.submodule(used, name).unwrap_or_else(|| used.clone())
                    }
                    _ => continue,
                };
                let own = path.ends_with("__init__.py") && parent(&used) == parent(path);
                served.entry(used).or_default().insert(own);
            }
        }
        served
    }

    /// True for a module that is a library by itself and not a part of one: nobody of the
    /// repository imports it, or it says that it is one.
    fn stands_alone(
        &self,
        path: &str,
        code: &Code,
        id: ModuleId,
        served: &BTreeMap<String, BTreeSet<bool>>,
    ) -> bool {
        let settings = ["ROBOT_LIBRARY_SCOPE", "ROBOT_LIBRARY_VERSION", "ROBOT_AUTO_KEYWORDS"];
        let stated = settings.iter().any(|name| match code {
            Code::Class(class) => self.world.has_class_setting(class, name),
            Code::Module(id) => self.world.module_attribute(*id, name).is_some(),
        });
        let Some(users) = served.get(path) else { return stated || path_is_public(path) };
        // What its own package hands on is imported by the name of the package.
        if users.contains(&true) && self.found.contains_key(package_of(&self.world.module(id).dotted)) {
            return false;
        }
        stated || (!users.contains(&true) && path_is_public(path) && self.uses_robot(id))
    }

    /// True when a module imports from Robot Framework itself.
    fn uses_robot(&self, id: ModuleId) -> bool {
        let module = self.world.bind(id);
        let bindings = module.bindings.borrow();
        bindings.values().any(|binding| match binding {
            Binding::Member(Target::Foreign(name), _) | Binding::Module(Target::Foreign(name)) => {
                name == "robot" || name.starts_with("robot.")
            }
            _ => false,
        })
    }

    fn add(&mut self, import: &str, code: &Code, name: &str) {
        if self.found.contains_key(import) {
            return;
        }
        let (spec, refused) = self.world.document(code, name);
        let module = match code {
            Code::Module(id) => *id,
            Code::Class(class) => class.module,
        };
        let path = self.world.module(module).path.clone();
        let mut unsure = self.world.unsure_keywords(code);
        unsure.extend(refused.iter().map(|(name, _)| name.clone()));
        let refused = refused.into_iter().map(|(name, why)| {
            Problem::whole(format!("`{name}` is no keyword: {why}")).of(Rule::KeywordRefused).in_file(&path)
        });
        let broken = self.broken(&spec, &path);
        if !broken.is_empty() {
            unsure.insert(0, "*".to_owned());
        }
        let problems: Vec<FileProblem> = refused.chain(broken).collect();
        self.problems.extend(
            problems.iter().filter(|problem| !self.problems.contains(problem)).cloned().collect::<Vec<_>>(),
        );
        let mut library = spec.library(self.collection, import, &path, problems);
        library.unsure_keywords = unsure;
        if let Code::Class(class) = code {
            library.symbol.clone_from(&class.node.name);
        }
        self.found.insert(import.to_owned(), library);
    }

    /// What is wrong in the file of a library and in those that its keywords come from.
    fn broken(&self, spec: &Spec, path: &str) -> Vec<FileProblem> {
        let mut paths: BTreeSet<&str> =
            spec.keywords.iter().map(|keyword| keyword.origin.path.as_str()).collect();
        paths.insert(path);
        let mut problems = Vec::new();
        for path in paths {
            let read = self.world.load(path).map(|id| self.world.module(id));
            let broken = read.iter().flat_map(|module| module.problems.iter().cloned());
            problems.extend(broken.map(|problem| problem.in_file(path)));
        }
        problems
    }

    fn add_resources(&mut self) {
        let repository = self.repository;
        let is_library = |path: &&str| repository.roots.iter().any(|root| is_below(path, root));
        for path in repository.resource_paths().filter(is_library) {
            self.add_resource(path);
        }
    }

    /// Adds what Libdoc's specs describe and nothing else here is.
    fn add_specs(&mut self) {
        let read = specs::read(self.collection, &self.repository.snapshot);
        self.problems.extend(read.problems);
        for library in read.libraries {
            // What is read from its source is better: it has the code of each keyword.
            if !self.found.values().any(|found| specs::is_same(found, &library)) {
                self.found.insert(library.name.clone(), library);
            }
        }
    }

    fn add_resource(&mut self, path: &str) {
        if self.found.contains_key(path) {
            return;
        }
        let Some(parsed) = self.repository.parsed_resource(path) else { return };
        let problems = parsed.problems.iter().cloned().map(|problem| problem.in_file(path)).collect();
        let spec = document_resource(stem(path), &parsed.value);
        self.found.insert(path.to_owned(), spec.library(self.collection, path, path, problems));
    }
}

/// False for names that say that a module helps others.
fn path_is_public(path: &str) -> bool {
    let name = stem(path);
    !(name.ends_with("utils")
        || name.ends_with("util")
        || name.ends_with("helper")
        || name.ends_with("helpers"))
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn package_of(dotted: &str) -> &str {
    dotted.rsplit_once('.').map_or("", |(package, _)| package)
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn stem_of_folder(path: &str) -> &str {
    parent(path).rsplit('/').next().unwrap_or_default()
}
