//! The keyword libraries of an index as suites see them: what an import means, whose keyword a call is.

use std::cell::OnceCell;

use crate::model::{CodeBundle, Import, Kind, Library};
use crate::store::{Error, Filter, Generation};
use crate::text::{KeywordName, fold_keyword};

/// The libraries that Robot Framework 7.5 brings along (`robot.libraries.STDLIBS` without `Reserved`).
const STANDARD: [&str; 12] = [
    "BuiltIn",
    "Collections",
    "DateTime",
    "Dialogs",
    "Easter",
    "OperatingSystem",
    "Process",
    "Remote",
    "Screenshot",
    "String",
    "Telnet",
    "XML",
];
/// Those that every suite has without importing them.
const IMPLICIT: [&str; 2] = ["BuiltIn", "Easter"];
/// Words that may stand in front of a call (English ones).
const BDD_PREFIXES: [&str; 5] = ["given", "when", "then", "and", "but"];
/// Slug of the collection that holds the standard libraries, where an index has it.
const STANDARD_COLLECTION: &str = "robotframework";

/// Whether Robot Framework brings a library of this name along.
fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name)
}

/// What an import means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The library at this place of the shelf.
    Library(usize),
    /// A library of Robot Framework's own that the index does not hold.
    Standard,
    /// A file of the repository that is no library, such as a variable file.
    File,
    /// What a variable decides when the suite runs.
    Open,
    /// Nothing that the index knows.
    Nothing,
}

/// Every library of an index.
#[derive(Debug)]
pub(super) struct Shelf<'a> {
    reader: &'a dyn Generation,
    libraries: Vec<Shelved>,
}

/// A library on the shelf.
#[derive(Debug)]
pub(super) struct Shelved {
    pub(super) id: String,
    pub(super) name: String,
    number: u32,
    collection: String,
    contents: OnceCell<Contents>,
}

/// What is known of a library's keywords.
#[derive(Debug, Default)]
struct Contents {
    keywords: Vec<Known>,
    /// Names of what may be a keyword too; none where anything may be.
    unsure: Option<Vec<String>>,
}

/// A keyword of a library.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) id: String,
    pub(super) name: String,
    compared: KeywordName,
}

/// A library that a suite has imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visible {
    /// The name that may stand in front of its keywords.
    shown: String,
    /// Resource files come first, the standard libraries last.
    rank: u8,
    library: usize,
}

impl<'a> Shelf<'a> {
    /// The libraries of an index, their keywords not read yet.
    pub(super) fn new(reader: &'a dyn Generation) -> Result<Self, Error> {
        let filter = Filter { kinds: vec![Kind::Library], ..Filter::default() };
        let numbers = reader.matching(&filter)?;
        let heads = reader.heads(&numbers)?;
        let shelved = |(number, head): (u32, crate::store::DocumentHead)| Shelved {
            number,
            id: head.id,
            name: head.title,
            collection: head.collection,
            contents: OnceCell::new(),
        };
        let libraries = numbers.into_iter().zip(heads).map(shelved).collect();
        Ok(Shelf { reader, libraries })
    }

    /// The library at a place of the shelf.
    pub(super) fn library(&self, at: usize) -> &Shelved {
        &self.libraries[at]
    }

    /// The place of the library with this id.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.libraries.iter().position(|library| library.id == id)
    }

    /// True for a library that every suite has without importing it.
    pub(super) fn is_implicit(&self, at: usize) -> bool {
        let library = &self.libraries[at];
        library.collection == STANDARD_COLLECTION && IMPLICIT.contains(&library.name.as_str())
    }

    /// What an import of a suite of the collection means.
    pub(super) fn meaning(&self, collection: &str, import: &Import) -> Meaning {
        if let Some(file) = &import.file {
            return self.in_collection(collection, file).map_or(Meaning::File, Meaning::Library);
        }
        if ["${", "%{", "@{"].iter().any(|mark| import.name.contains(mark)) {
            return Meaning::Open;
        }
        if import.kind != "library" {
            return Meaning::Nothing;
        }
        self.named(collection, &import.name)
    }

    /// The library that suites of a collection get by a name: Robot Framework's own, else that of the
    /// collection itself, else the first of any other.
    fn named(&self, collection: &str, name: &str) -> Meaning {
        if is_standard(name) {
            let known = self.in_collection(STANDARD_COLLECTION, name);
            return known.map_or(Meaning::Standard, Meaning::Library);
        }
        self.in_collection(collection, name)
            .or_else(|| self.libraries.iter().position(|library| library.name == name))
            .map_or(Meaning::Nothing, Meaning::Library)
    }

    /// What an import with this target ([`Import::target`]) means in a collection.
    pub(super) fn target(&self, collection: &str, target: &str) -> Meaning {
        let by_path = target.contains('/') || target.ends_with(".py") || target.ends_with(".resource");
        match self.in_collection(collection, target) {
            Some(at) if by_path => Meaning::Library(at),
            _ if by_path => Meaning::Nothing,
            _ => self.named(collection, target),
        }
    }

    fn in_collection(&self, collection: &str, name: &str) -> Option<usize> {
        self.libraries.iter().position(|library| library.collection == collection && library.name == name)
    }

    /// The libraries that calls in a file of the bundle may go to. Suites see their own imports and
    /// those of resource files; what a resource file sees depends on the suite.
    pub(super) fn visible(&self, bundle: &CodeBundle, path: &str) -> Vec<Visible> {
        let is_suite = |path: &str| {
            [&bundle.runbook_path, &bundle.sli_path].iter().any(|own| own.as_deref() == Some(path))
        };
        let from_suite = is_suite(path);
        let mut visible: Vec<Visible> = Vec::new();
        for import in &bundle.imports {
            if from_suite && import.path != path && is_suite(&import.path) {
                continue;
            }
            if let Meaning::Library(at) = self.meaning(&bundle.collection, import) {
                let shown = import.alias.clone().unwrap_or_else(|| shown_name(import).to_owned());
                let is_own = self.libraries[at].collection == STANDARD_COLLECTION;
                let rank = if import.kind == "resource" { 0 } else { 1 + u8::from(is_own) };
                visible.push(Visible { shown, rank, library: at });
            }
        }
        for name in IMPLICIT {
            if let Some(at) = self.in_collection(STANDARD_COLLECTION, name) {
                visible.push(Visible { shown: name.to_owned(), rank: 2, library: at });
            }
        }
        visible.sort_by_key(|library| library.rank);
        visible
    }

    /// The library and keyword that a call means, as Robot Framework finds it, and whether the call
    /// names the library.
    pub(super) fn find(
        &self,
        call: &str,
        visible: &[Visible],
    ) -> Result<Option<(usize, &Known, bool)>, Error> {
        for (at, _) in call.match_indices('.') {
            let (owner, name) = (fold_library(&call[..at]), &call[at + 1..]);
            for library in visible.iter().filter(|library| fold_library(&library.shown) == owner) {
                if let Some(keyword) = self.keyword(library.library, name)? {
                    return Ok(Some((library.library, keyword, true)));
                }
            }
        }
        for library in visible {
            if let Some(keyword) = self.keyword(library.library, call)? {
                return Ok(Some((library.library, keyword, false)));
            }
        }
        without_bdd_prefix(call).map_or(Ok(None), |call| self.find(call, visible))
    }

    /// Whether it is sure that none of the libraries has a keyword that a call names and
    /// [`Shelf::find`] did not find.
    pub(super) fn cannot_have(
        &self,
        call: &str,
        bundle: &CodeBundle,
        visible: &[Visible],
    ) -> Result<bool, Error> {
        // What a variable gives is not known, and `${X}= Get Time`, with one space, is another mistake.
        let has_variable = ["${", "@{", "&{", "%{"].iter().any(|mark| call.contains(mark));
        // A keyword of the suite itself may stand behind `Given`.
        if has_variable || without_bdd_prefix(call).is_some() {
            return Ok(false);
        }
        for (at, _) in call.match_indices('.') {
            let owner = fold_library(&call[..at]);
            if let Some(library) = visible.iter().find(|library| fold_library(&library.shown) == owner) {
                return self.lacks(library.library, &call[at + 1..]);
            }
        }
        if !visible.iter().any(|library| self.is_implicit(library.library)) {
            return Ok(false);
        }
        for import in &bundle.imports {
            let lacks = match self.meaning(&bundle.collection, import) {
                Meaning::Library(at) => self.lacks(at, call)?,
                Meaning::File => import.kind == "variables",
                Meaning::Standard | Meaning::Open | Meaning::Nothing => false,
            };
            if !lacks {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a library without a keyword of this name is known well enough to say so.
    fn lacks(&self, library: usize, name: &str) -> Result<bool, Error> {
        let contents = self.contents(library)?;
        let folded = fold_keyword(name);
        Ok(contents.unsure.as_ref().is_some_and(|unsure| !unsure.contains(&folded)))
    }

    fn keyword(&self, library: usize, name: &str) -> Result<Option<&Known>, Error> {
        let keywords = &self.contents(library)?.keywords;
        let folded = fold_keyword(name);
        let exact =
            keywords.iter().find(|known| !known.compared.is_embedded() && known.compared.matches(&folded));
        Ok(exact.or_else(|| keywords.iter().find(|known| known.compared.matches(&folded))))
    }

    fn contents(&self, at: usize) -> Result<&Contents, Error> {
        let library = &self.libraries[at];
        if let Some(known) = library.contents.get() {
            return Ok(known);
        }
        let record = self.reader.document(library.number)?.record;
        let record = record.and_then(|json| serde_json::from_str::<Library>(&json).ok());
        Ok(library.contents.get_or_init(|| record.map(Contents::of).unwrap_or_default()))
    }
}

impl Contents {
    fn of(library: Library) -> Contents {
        // What has no keywords at all, such as `Remote`, has them elsewhere.
        let is_whole =
            !library.keywords.is_empty() && !library.unsure_keywords.iter().any(|name| name == "*");
        let unsure =
            is_whole.then(|| library.unsure_keywords.iter().map(|name| fold_keyword(name)).collect());
        let known = |keyword: crate::model::Keyword| Known {
            compared: KeywordName::of(&keyword.name),
            id: keyword.id,
            name: keyword.name,
        };
        Contents { keywords: library.keywords.into_iter().map(known).collect(), unsure }
    }
}

/// The name in front of the keywords of an import without an alias.
fn shown_name(import: &Import) -> &str {
    match &import.file {
        Some(file) => {
            let name = file.rsplit('/').next().unwrap_or(file);
            name.rsplit_once('.').map_or(name, |(stem, _)| stem)
        }
        None => &import.name,
    }
}

/// A library's name in front of a keyword, as it is compared: letter case and spaces ignored.
fn fold_library(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// The call without `Given` and the like in front of it.
fn without_bdd_prefix(call: &str) -> Option<&str> {
    let (first, rest) = call.split_once(' ')?;
    BDD_PREFIXES.iter().any(|prefix| prefix.eq_ignore_ascii_case(first)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_by_path_are_called_by_the_file_name() {
        let import = |name: &str, file: Option<&str>| Import {
            name: name.to_owned(),
            file: file.map(str::to_owned),
            ..Import::default()
        };
        assert_eq!(shown_name(&import("RW.Core", None)), "RW.Core");
        assert_eq!(shown_name(&import("../a.b.resource", Some("codebundles/a.b.resource"))), "a.b");
    }
}
