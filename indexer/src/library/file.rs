use std::io;

use super::files::{Files, join, parent};
use super::world::World;
use crate::large_stack::on_large_stack;
use crate::parse::libspec::Spec;
use crate::parse::python::Statement;
use crate::parse::{Parsed, Problem};

/// Libdoc's spec of the library in a Python file or package folder, as Libdoc gives it for the path.
///
/// Imports are followed into `files`: those of the folder of the file, and of the folder above its
/// topmost package. A path that is no file gives an empty spec and a problem.
///
/// # Errors
/// When the system gives no thread to read it on.
pub fn document(path: &str, files: &(dyn Files + Sync)) -> io::Result<Parsed<Spec>> {
    on_large_stack(|| document_now(path, files))
}

fn document_now(path: &str, files: &(dyn Files + Sync)) -> Parsed<Spec> {
    let package = files.is_folder(path).then(|| join(path, "__init__.py"));
    let file = package.as_deref().unwrap_or(path);
    let mut roots = vec![parent(path).to_owned()];
    let top = package_root(parent(file), files);
    if !roots.iter().any(|root| root == top) {
        roots.push(top.to_owned());
    }
    let world = World::new(files, roots);
    let Some(id) = world.load(file) else {
        let problem = Problem::whole(format!("no Python file `{file}`"));
        return Parsed { value: Spec::default(), problems: vec![problem] };
    };
    let module = world.module(id);
    // Libdoc calls the module of this file `__init__`, and cannot import it so when it has
    // relative imports: then it is the package that is meant.
    let is_package = file.ends_with("/__init__.py") && module.tree.body.iter().any(is_relative);
    let named = if is_package { parent(file) } else { path };
    let name = named.rsplit('/').next().unwrap_or(named);
    let name = name.strip_suffix(".py").unwrap_or(name);
    let code = world.code_of_module(id, name);
    let (spec, refused) = world.document(&code, name);
    let mut problems = module.problems.clone();
    problems.extend(
        refused.into_iter().map(|(name, why)| Problem::whole(format!("`{name}` is no keyword: {why}"))),
    );
    Parsed { value: spec, problems }
}

fn is_relative(statement: &Statement) -> bool {
    matches!(statement, Statement::ImportFrom { level: 1.., .. })
}

/// The folder that holds the topmost package around `folder`.
fn package_root<'a>(folder: &'a str, files: &dyn Files) -> &'a str {
    let mut top = folder;
    while !top.is_empty() && top != "/" && files.is_file(&join(top, "__init__.py")) {
        top = parent(top);
    }
    top
}
