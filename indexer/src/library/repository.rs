//! A repository as its suites import from it: which file a path means, and the resource files.

use std::collections::{BTreeMap, BTreeSet};

use super::files::{Snapshot, join, parent};
use super::roots;
use crate::parse::Parsed;
use crate::parse::robot::{self, Import, ImportKind, Resource};

/// The files of a repository that suites may import.
#[derive(Debug, Default)]
pub struct Repository<'a> {
    pub(super) snapshot: Snapshot<'a>,
    /// The folders that modules and files are searched in besides the importing one.
    pub(super) roots: Vec<String>,
    paths: BTreeSet<&'a str>,
    resources: BTreeMap<&'a str, Parsed<Resource>>,
}

impl<'a> Repository<'a> {
    /// A repository with these paths, of which those of libraries and resource files are given with
    /// their contents. A resource file that is no text is none.
    pub fn new(paths: impl IntoIterator<Item = &'a str>, files: &'a [(String, Vec<u8>)]) -> Self {
        let snapshot = Snapshot::new(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
        let resources = files.iter().filter(|(path, _)| path.ends_with(".resource"));
        let resources = resources.filter_map(|(path, bytes)| {
            let text = robot::decode(bytes).ok()?;
            Some((path.as_str(), robot::parse_resource(text)))
        });
        Repository {
            roots: roots::roots(&snapshot),
            paths: paths.into_iter().chain(snapshot.paths()).collect(),
            resources: resources.collect(),
            snapshot,
        }
    }

    /// The repository path of the file that an import means, where it means one by its path.
    /// `importing` is the repository path of the suite or resource file that imports it.
    pub fn imported_file(&self, importing: &str, import: &Import) -> Option<String> {
        let name = &import.name;
        match import.kind {
            ImportKind::Library if !is_path(name) => None,
            ImportKind::Variables if !is_path(name) => {
                let module = name.replace('.', "/");
                self.search("", &format!("{module}.py"))
                    .or_else(|| self.search("", &format!("{module}/__init__.py")))
            }
            _ => self.search(parent(importing), name),
        }
    }

    /// A resource file that Robot Framework would take.
    pub fn resource(&self, path: &str) -> Option<&Resource> {
        self.parsed_resource(path).map(|parsed| &parsed.value)
    }

    pub(super) fn parsed_resource(&self, path: &str) -> Option<&Parsed<Resource>> {
        self.resources.get(path).filter(|parsed| parsed.value.refusal.is_none())
    }

    /// What the resource files import, each with the path of the file.
    pub(super) fn imports_of_resources(&self) -> impl Iterator<Item = (&str, &Import)> {
        self.resources
            .iter()
            .flat_map(|(path, parsed)| parsed.value.imports.iter().map(move |import| (*path, import)))
    }

    /// Paths of the resource files.
    pub(super) fn resource_paths(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.resources.keys().copied()
    }

    /// The file of this name in the folder, or else in one of the roots.
    fn search(&self, folder: &str, written: &str) -> Option<String> {
        let written = written.replace("${/}", "/").replace('\\', "/");
        let name = written.strip_prefix("${CURDIR}/").unwrap_or(&written);
        if name.is_empty() || name.contains("${") || name.starts_with('/') {
            return None;
        }
        let folders = std::iter::once(folder).chain(self.roots.iter().map(String::as_str));
        folders
            .filter_map(|folder| normalized(&join(folder, name)))
            .find(|path| self.paths.contains(path.as_str()))
    }
}

/// Whether a library or variable file is imported by its path and not by its name.
fn is_path(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.contains('/') || [".py", ".yaml", ".yml", ".json"].iter().any(|ending| lower.ends_with(ending))
}

/// A path without `.` and `..`; none when it leads out of the repository.
fn normalized(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_imports_mean() {
        let files = [
            ("libraries/Shared/base.resource".to_owned(), b"*** Keywords ***\nA\n    Log    1\n".to_vec()),
            ("libraries/tools.py".to_owned(), Vec::new()),
            ("codebundles/a/near.resource".to_owned(), Vec::new()),
        ];
        let paths = ["codebundles/a/sli.robot", "codebundles/a/vars.yaml"];
        let repository = Repository::new(paths, &files);
        #[track_caller]
        fn check(repository: &Repository<'_>, kind: ImportKind, name: &str, expected: Option<&str>) {
            let import = Import { kind, name: name.to_owned(), args: Vec::new(), alias: None, lineno: 1 };
            let found = repository.imported_file("codebundles/a/sli.robot", &import);
            assert_eq!(found.as_deref(), expected, "{name}");
        }
        let base = Some("libraries/Shared/base.resource");
        check(&repository, ImportKind::Resource, "near.resource", Some("codebundles/a/near.resource"));
        check(&repository, ImportKind::Resource, "../../libraries/Shared/base.resource", base);
        check(
            &repository,
            ImportKind::Resource,
            "${CURDIR}${/}..${/}..${/}libraries/Shared/base.resource",
            base,
        );
        check(&repository, ImportKind::Resource, "Shared/base.resource", base);
        check(&repository, ImportKind::Resource, "../../../out.resource", None);
        check(&repository, ImportKind::Resource, "${SOMEWHERE}/base.resource", None);
        check(&repository, ImportKind::Resource, "", None);
        check(&repository, ImportKind::Library, "tools.py", Some("libraries/tools.py"));
        check(&repository, ImportKind::Library, "tools", None);
        check(&repository, ImportKind::Variables, "tools", Some("libraries/tools.py"));
        check(&repository, ImportKind::Variables, "vars.yaml", Some("codebundles/a/vars.yaml"));
        check(&repository, ImportKind::Variables, "no.yaml", None);
        assert!(repository.resource("libraries/Shared/base.resource").is_some());
    }
}
