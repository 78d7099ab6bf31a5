//! Keywords of a repository's resource files that a suite calls.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use ccr_index::model::{Import, KeywordUse};
use ccr_index::text::keyword_key;

use super::suite;
use crate::library::Repository;
use crate::parse::robot::{ImportKind, KeywordCall, Suite, UserKeyword};

/// Resource files that a suite is followed into.
const MOST_FILES: usize = 100;
/// Calls in keywords of resource files that one suite is followed into: a file that very many suites
/// import is not to be copied into each.
const MOST_CALLS: usize = 1000;

/// What a suite takes from resource files of its repository, also from those that these import.
#[derive(Debug, Default)]
pub(super) struct Followed<'a> {
    /// Repository paths of the resource files, in the order of their imports.
    paths: Vec<String>,
    /// The keywords that the suite calls, directly or through others of them, each once, with the
    /// repository path of its file.
    pub(super) keywords: Vec<(String, &'a UserKeyword)>,
}

impl<'a> Followed<'a> {
    /// Follows the imports and calls of a suite. `path` is the repository path of its file.
    pub(super) fn of(suite: &Suite, path: &str, repository: &'a Repository<'_>) -> Self {
        let paths = resource_files(suite, path, repository);
        if paths.is_empty() {
            return Followed::default();
        }
        let offered = Offered::of(&paths, repository);
        let own = suite::OwnKeywords::of(suite);
        let mut calls_left = MOST_CALLS;
        let mut reached: BTreeSet<(usize, usize)> = BTreeSet::new();
        let mut keywords: Vec<(String, &UserKeyword)> = Vec::new();
        let mut pending: Vec<Vec<&str>> = suite.calls().map(called_names).collect();
        pending.reverse();
        while let Some(names) = pending.pop() {
            for name in names.into_iter().filter(|name| !own.has(name)) {
                let Some((file, keyword, user)) = offered.find(name, &paths) else { continue };
                if !reached.insert((file, keyword)) {
                    continue;
                }
                let calls: Vec<Vec<&str>> = user.calls().map(called_names).collect();
                let Some(left) = calls_left.checked_sub(calls.len()) else { continue };
                calls_left = left;
                keywords.push((paths[file].clone(), user));
                pending.extend(calls.into_iter().rev());
            }
        }
        Followed { paths, keywords }
    }

    /// What the resource files import.
    pub(super) fn imports(&self, repository: &Repository<'_>) -> Vec<Import> {
        let of_file = |path: &String| {
            let imports = repository.resource(path).map(|resource| resource.imports.as_slice());
            suite::imports(imports.unwrap_or_default(), path, repository)
        };
        self.paths.iter().flat_map(of_file).take(MOST_CALLS).collect()
    }

    /// The keywords of other files that the followed keywords call. `suite` has its own.
    pub(super) fn uses(&self, suite: &Suite) -> Vec<KeywordUse> {
        let of_suite = suite::OwnKeywords::of(suite);
        let mut uses = Vec::new();
        for (path, keyword) in &self.keywords {
            for call in keyword.calls().filter(|call| !call.name.is_empty()) {
                suite::push_use(&mut uses, call, &keyword.name, path);
            }
        }
        let own: HashSet<String> =
            self.keywords.iter().map(|(_, keyword)| keyword_key(&keyword.name)).collect();
        uses.retain(|used| !own.contains(&keyword_key(&used.name)) && !of_suite.has(&used.name));
        uses
    }
}

/// Repository paths of the resource files that a suite imports, and of those that they import.
fn resource_files(suite: &Suite, path: &str, repository: &Repository<'_>) -> Vec<String> {
    let imported = |path: &str, imports: &[crate::parse::robot::Import]| -> Vec<String> {
        let resources = imports.iter().filter(|import| import.kind == ImportKind::Resource);
        resources.filter_map(|import| repository.imported_file(path, import)).collect()
    };
    let mut found = Vec::new();
    let mut pending = imported(path, &suite.resource.imports);
    pending.reverse();
    while let Some(path) = pending.pop() {
        let Some(resource) = repository.resource(&path) else { continue };
        if found.len() < MOST_FILES && !found.contains(&path) {
            pending.extend(imported(&path, &resource.imports).into_iter().rev());
            found.push(path);
        }
    }
    found
}

/// The keywords of resource files by [`keyword_key`]: number of the file, of the keyword in it.
struct Offered<'a>(BTreeMap<String, Vec<(usize, usize, &'a UserKeyword)>>);

impl<'a> Offered<'a> {
    fn of(paths: &[String], repository: &'a Repository<'_>) -> Self {
        let mut offered: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for (file, path) in paths.iter().enumerate() {
            let keywords = repository.resource(path).map(|resource| resource.keywords.as_slice());
            for (number, keyword) in keywords.unwrap_or_default().iter().enumerate() {
                offered.entry(keyword_key(&keyword.name)).or_default().push((file, number, keyword));
            }
        }
        Offered(offered)
    }

    /// The keyword of this name; with a name in front of the last dot, the one of the file so named.
    fn find(&self, name: &str, paths: &[String]) -> Option<(usize, usize, &'a UserKeyword)> {
        let named = self.0.get(&keyword_key(name))?;
        let of_file = |(file, _, user): &&(usize, usize, &UserKeyword)| match name.rsplit_once('.') {
            Some((owner, _)) if !user.name.contains('.') => {
                file_stem(&paths[*file]).eq_ignore_ascii_case(owner.trim())
            }
            _ => true,
        };
        named.iter().find(of_file).copied()
    }
}

/// The names of the keywords that a call runs: its own, and for BuiltIn's keywords that run others
/// every argument, of which some are names.
fn called_names(call: &KeywordCall) -> Vec<&str> {
    let mut names = vec![call.name.as_str()];
    let key = keyword_key(&call.name);
    let runs_others =
        key.starts_with("runkeyword") || matches!(key.as_str(), "waituntilkeywordsucceeds" | "repeatkeyword");
    if runs_others {
        names.extend(call.args.iter().map(String::as_str));
    }
    names
}

fn file_stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
