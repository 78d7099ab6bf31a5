//! Libdoc's spec as the domain's [`Library`].

use ccr_index::FileProblem;
use ccr_index::model::{Argument, ArgumentKind, Keyword, Library, LibraryKind};

use crate::parse::libspec::{ArgumentSpec, Failure, KeywordSpec, Spec, short};

impl Spec {
    /// The library of a collection that suites import as `name`, from the file `path`.
    pub fn library(self, collection: &str, name: &str, path: &str, problems: Vec<FileProblem>) -> Library {
        let id = format!("{collection}/{name}");
        let is_resource = self.kind == "RESOURCE";
        let filler =
            if is_resource { "Documentation for resource file ``" } else { "Documentation for library ``" };
        let keywords = self.keywords.into_iter().map(|each| each.keyword(&id, path)).collect();
        let inits = self.inits.into_iter().map(|each| each.keyword(&id, path)).collect();
        Library {
            collection: collection.to_owned(),
            name: name.to_owned(),
            kind: if is_resource { LibraryKind::Resource } else { LibraryKind::Python },
            path: path.to_owned(),
            line: self.lineno.unwrap_or(1),
            symbol: String::new(),
            scope: self.scope.to_owned(),
            version: self.version,
            // Libdoc's own words for a library that has none.
            doc: if self.doc.starts_with(filler) { String::new() } else { self.doc },
            doc_html: String::new(),
            doc_format: self.doc_format,
            inits,
            keywords,
            unsure_keywords: Vec::new(),
            problems,
            id,
        }
    }
}

impl KeywordSpec {
    fn keyword(self, library: &str, path: &str) -> Keyword {
        let path = if self.origin.path.is_empty() { path.to_owned() } else { self.origin.path };
        let (doc, short_doc, libdoc_error) = match self.failure {
            Some(Failure { error, docstring }) => (docstring.clone(), short(&docstring), error),
            None => (self.doc, self.shortdoc, String::new()),
        };
        Keyword {
            id: format!("{library}#{}", self.name),
            name: self.name,
            args: self.args.into_iter().filter_map(ArgumentSpec::argument).collect(),
            return_type: self.return_type.map(|kind| kind.to_string()),
            doc,
            doc_html: String::new(),
            short_doc,
            libdoc_error,
            return_doc: self.return_doc,
            tags: self.tags,
            deprecated: self.deprecated,
            private: self.private,
            path,
            symbol: self.origin.symbol,
            line: self.lineno.unwrap_or(1),
        }
    }
}

impl ArgumentSpec {
    /// The argument; none for a mark between arguments.
    fn argument(self) -> Option<Argument> {
        let kind = match self.kind {
            "POSITIONAL_ONLY" => ArgumentKind::PositionalOnly,
            "POSITIONAL_OR_NAMED" => ArgumentKind::PositionalOrNamed,
            "VAR_POSITIONAL" => ArgumentKind::VarPositional,
            "NAMED_ONLY" => ArgumentKind::NamedOnly,
            "VAR_NAMED" => ArgumentKind::VarNamed,
            _ => return None,
        };
        Some(Argument {
            name: self.name,
            kind,
            type_name: self.kind_of_value.map(|kind| kind.to_string()),
            default: self.default,
            doc: self.doc,
            repr: self.repr,
        })
    }
}
