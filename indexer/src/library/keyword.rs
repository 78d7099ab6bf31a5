//! Keywords: functions and methods with their names, tags and documentation.

use std::collections::BTreeMap;

use super::arguments::{Argument, Signature};
use super::docstring::{self, DocInfo};
use super::object::{ClassObject, Object};
use super::routine::Routine;
use super::world::World;
use super::{naming, variables};
use crate::parse::libspec::{Failure, Origin, tags};

/// A keyword, before its types are looked up in the library.
#[derive(Debug, Clone, Default)]
pub(super) struct Keyword {
    pub(super) name: String,
    pub(super) signature: Signature,
    /// The documentation, sections taken out.
    pub(super) info: DocInfo,
    pub(super) tags: Vec<String>,
    pub(super) line: Option<u32>,
    pub(super) origin: Origin,
    /// The documentation as it is written.
    pub(super) docstring: String,
    /// What Robot Framework says is wrong with it.
    pub(super) error: Option<String>,
}

impl Keyword {
    /// A keyword from its parts; reads the sections of its documentation.
    pub(super) fn new(name: String, signature: Signature, doc: &str, tags: &[String]) -> Self {
        let mut info = docstring::parse(doc);
        let error = undocumentable(&signature.arguments, &info);
        if error.is_some() {
            info.args.clear();
        }
        let tags = tags::normalized(tags.iter().chain(&info.tags).map(String::as_str));
        let docstring = doc.to_owned();
        Keyword { name, signature, info, docstring, tags, error, ..Keyword::default() }
    }

    /// Documentation as Libdoc prints it.
    pub(super) fn doc(&self) -> String {
        match &self.error {
            Some(error) => format!("*Creating keyword failed:* {error}"),
            None => self.info.doc.clone(),
        }
    }

    /// What is known of it where Libdoc prints only what is wrong.
    pub(super) fn failure(&self) -> Option<Failure> {
        let error = self.error.clone()?;
        Some(Failure { error, docstring: self.docstring.clone() })
    }
}

/// Robot Framework's message when the `Args` section names what is no argument.
fn undocumentable(arguments: &[Argument], info: &DocInfo) -> Option<String> {
    let known = |name: &str| arguments.iter().any(|argument| argument.name == name);
    let mut extra: Vec<String> =
        info.args.iter().filter(|(name, _)| !known(name)).map(|(name, _)| format!("'{name}'")).collect();
    extra.sort();
    let last = extra.pop()?;
    let (plural, names) =
        if extra.is_empty() { ("", last) } else { ("s", format!("{} and {last}", extra.join(", "))) };
    Some(format!("Documentation given to non-existing argument{plural} {names}."))
}

/// Keywords of one library; a name that comes twice spoils the first and is left out.
#[derive(Debug, Default)]
pub(super) struct Keywords {
    pub(super) found: Vec<Keyword>,
    seen: BTreeMap<String, usize>,
    /// Functions that are no keywords although they look like some, and why.
    pub(super) refused: Vec<(String, String)>,
}

impl Keywords {
    pub(super) fn add(&mut self, keyword: Keyword) {
        let name = naming::normalized(&keyword.name);
        if let Some(first) = self.seen.get(&name) {
            let error = "Keyword with same name defined multiple times.";
            self.found[*first].error = Some(error.to_owned());
            self.refused.push((keyword.name, error.to_owned()));
            return;
        }
        self.seen.insert(name, self.found.len());
        self.found.push(keyword);
    }

    fn add_embedded(&mut self, mut keyword: Keyword, embedded: &[bool]) {
        let most = keyword.signature.most_positional();
        let error = if most.is_some_and(|most| embedded.len() > most) {
            "Keyword must accept at least as many positional arguments as it has embedded arguments."
        } else if embedded.contains(&true) {
            "Library keywords do not support type information with embedded arguments."
        } else {
            keyword.signature.remove_embedded(embedded.len());
            self.found.push(keyword);
            return;
        };
        self.refused.push((keyword.name, error.to_owned()));
    }
}

/// What a keyword is an attribute of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner<'a> {
    /// A module.
    None,
    /// A class, whose methods Robot Framework looks at itself.
    Class(&'a ClassObject),
    /// A class, whose methods PythonLibCore tells of: it takes less to heart.
    Component(&'a ClassObject),
}

impl<'a> Owner<'a> {
    fn class(self) -> Option<&'a ClassObject> {
        match self {
            Owner::None => None,
            Owner::Class(class) | Owner::Component(class) => Some(class),
        }
    }
}

impl World<'_> {
    /// Adds the keyword of an attribute of a module or class, if it gives one.
    pub(super) fn add_keyword(
        &self,
        keywords: &mut Keywords,
        name: &str,
        object: &Object,
        auto: bool,
        owner: Owner<'_>,
    ) {
        let Some(routine) = self.routine(object) else { return };
        let included = (auto && !name.starts_with('_')) || routine.mark.is_some();
        if included && !routine.hidden {
            let given = routine.mark.as_ref().and_then(|mark| mark.name.clone());
            let shown = given.unwrap_or_else(|| naming::printable(name));
            self.add_routine(keywords, (name, shown), &routine, owner);
        }
    }

    /// Adds the keyword of an attribute under a name that is already known.
    pub(super) fn add_named_keyword(
        &self,
        keywords: &mut Keywords,
        name: &str,
        shown: &str,
        object: &Object,
        owner: Owner<'_>,
    ) {
        if let Some(routine) = self.routine(object) {
            self.add_routine(keywords, (name, shown.to_owned()), &routine, owner);
        }
    }

    fn add_routine(
        &self,
        keywords: &mut Keywords,
        (name, shown): (&str, String),
        routine: &Routine,
        owner: Owner<'_>,
    ) {
        match self.keyword(name, shown, routine, owner) {
            Ok(keyword) => {
                let embedded = variables::embedded(&keyword.name);
                if embedded.is_empty() {
                    keywords.add(keyword);
                } else {
                    keywords.add_embedded(keyword, &embedded);
                }
            }
            Err(message) => keywords.refused.push((name.to_owned(), message)),
        }
    }

    fn keyword(
        &self,
        name: &str,
        shown: String,
        routine: &Routine,
        owner: Owner<'_>,
    ) -> Result<Keyword, String> {
        if shown.is_empty() {
            return Err("Keyword name cannot be empty.".to_owned());
        }
        let tags = match &routine.mark {
            Some(mark) => mark.tags.clone().ok_or("Expected tags to be list-like.")?,
            None => Vec::new(),
        };
        let signature = self.signature(routine, owner)?;
        let doc = self.routine_doc(routine, owner.class());
        let mut keyword = Keyword::new(shown, signature, &doc, &tags);
        keyword.line = Some(routine.function.node.line);
        keyword.origin = self.origin(routine, name);
        Ok(keyword)
    }

    /// The documentation of a function or method; a method without takes that of the method of an
    /// ancestor (`inspect.getdoc`).
    pub(super) fn routine_doc(&self, routine: &Routine, owner: Option<&ClassObject>) -> String {
        if let Some(doc) = &routine.doc {
            return docstring::clean(doc);
        }
        let Some(owner) = owner else { return String::new() };
        let name = &routine.function.node.name;
        let inherited = self.local_ancestors(owner).iter().find_map(|ancestor| {
            let (_, object) = self.class_attribute(ancestor, name)?;
            self.routine(&object)?.doc
        });
        match inherited {
            Some(doc) => docstring::clean(&doc),
            // That of `object.__init__`.
            None if name == "__init__" => {
                "Initialize self.  See help(type(self)) for accurate signature.".to_owned()
            }
            None => String::new(),
        }
    }

    /// File and symbol of a routine.
    pub(super) fn origin(&self, routine: &Routine, name: &str) -> Origin {
        let scope = &routine.function.scope;
        let function = match routine.function.node.name.as_str() {
            "<lambda>" => name,
            function => function,
        };
        let symbol = match &scope.class {
            Some(class) => format!("{}.{function}", class.node.name),
            None => function.to_owned(),
        };
        Origin { path: self.module(scope.module).path.clone(), symbol }
    }
}
