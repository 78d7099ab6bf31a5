//! Libdoc's JSON spec: what `robot.libdoc` writes of a library or resource file, version 4, less
//! `source` (a path of the machine that wrote it) and `generated` (its clock).

use std::fmt;

use serde::{Serialize, Serializer};

use super::tags;

/// A library or resource file with its keywords.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Spec {
    /// Version of the format: 4.
    pub specversion: u32,
    /// Name of the library; of a file its stem.
    pub name: String,
    /// Documentation in the library's own format.
    pub doc: String,
    /// Version of the library; empty when it states none.
    pub version: String,
    /// `LIBRARY` or `RESOURCE`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// `TEST`, `SUITE` or `GLOBAL`.
    pub scope: &'static str,
    /// `ROBOT`, `HTML`, `TEXT`, `REST` or `MARKDOWN`.
    #[serde(rename = "docFormat")]
    pub doc_format: String,
    /// Line of the class, from 1; 1 for modules.
    pub lineno: Option<u32>,
    /// The file that it was made of, on the machine that wrote the spec; not printed.
    #[serde(skip)]
    pub source: Option<String>,
    /// Tags of all keywords that are not private, sorted.
    pub tags: Vec<String>,
    /// How the library is imported with arguments: one entry, or none.
    pub inits: Vec<KeywordSpec>,
    /// Keywords by name; private ones are left out of the JSON.
    #[serde(serialize_with = "public")]
    pub keywords: Vec<KeywordSpec>,
    /// The types that arguments are converted to.
    pub typedocs: Vec<TypeDocSpec>,
}

impl Spec {
    /// The spec with these keywords, sorted, and their tags.
    pub(crate) fn with_keywords(mut self, mut keywords: Vec<KeywordSpec>) -> Self {
        keywords.sort_by_key(|keyword| keyword.name.to_lowercase());
        let public = keywords.iter().filter(|keyword| !keyword.private);
        self.tags = tags::normalized(public.flat_map(|keyword| &keyword.tags).map(String::as_str));
        self.specversion = 4;
        self.keywords = keywords;
        self
    }
}

fn public<S: Serializer>(keywords: &[KeywordSpec], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(keywords.iter().filter(|keyword| !keyword.private))
}

/// A keyword.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct KeywordSpec {
    /// Name as it is printed.
    pub name: String,
    /// Documentation without its `Args`, `Returns`, `Raises` and `Tags` sections.
    pub doc: String,
    /// Its first paragraph on one line.
    pub shortdoc: String,
    /// Arguments in order, with the marks `/` and `*`.
    pub args: Vec<ArgumentSpec>,
    /// The type after `->`.
    #[serde(rename = "returnType")]
    pub return_type: Option<TypeSpec>,
    /// The `Returns` section.
    #[serde(rename = "returnDoc")]
    pub return_doc: String,
    /// The `Raises` section: error and text.
    pub raises: serde_json::Map<String, serde_json::Value>,
    /// Tags, sorted without regard to case.
    pub tags: Vec<String>,
    /// Line, from 1.
    pub lineno: Option<u32>,
    /// True with the tag `robot:private`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// True when the documentation begins with `*DEPRECATED...*`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    /// Where it is defined.
    #[serde(skip)]
    pub origin: Origin,
    /// Why `doc` is not its documentation.
    #[serde(skip)]
    pub failure: Option<Failure>,
}

/// What Libdoc found wrong with a keyword and prints in place of its documentation; most can be called all the
/// same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failure {
    /// Robot Framework's message.
    pub error: String,
    /// The documentation as it is written, with its sections.
    pub docstring: String,
}

/// Where a keyword is defined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// Path of the file; in a spec that was read, on the machine that wrote it.
    pub path: String,
    /// `function` or `Class.method`; empty in resource files.
    pub symbol: String,
}

/// An argument of a keyword, or a mark between arguments.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ArgumentSpec {
    /// Name; empty for marks.
    pub name: String,
    /// Its entry in the `Args` section.
    pub doc: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind_of_value: Option<TypeSpec>,
    /// The default as it is printed.
    #[serde(rename = "defaultValue")]
    pub default: Option<String>,
    /// `POSITIONAL_OR_NAMED` and so on, as Libdoc names them.
    pub kind: &'static str,
    /// True when it must be given.
    pub required: bool,
    /// The whole argument as it is printed: `count: int = 1`.
    pub repr: String,
}

/// A type of an argument or result.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TypeSpec {
    /// Name without parameters; absent for a list of types within another type.
    pub name: Option<String>,
    /// Name of its entry in the `typedocs` of the library.
    pub typedoc: Option<String>,
    /// Parameters, or members of a union.
    pub nested: Vec<TypeSpec>,
    /// True for a union.
    pub union: bool,
    /// Name of the `type` statement that it comes from.
    pub alias: Option<String>,
}

/// What is known of a type that arguments are converted to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TypeDocSpec {
    /// `Standard`, `Enum`, `TypedDict` or `Custom`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub doc: String,
    /// Names of the keywords that use it, sorted.
    pub usages: Vec<String>,
    /// Names of the types that are converted to it.
    pub accepts: Vec<String>,
    /// Members of an enumeration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<MemberSpec>>,
    /// Items of a typed dictionary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<ItemSpec>>,
}

/// A member of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct MemberSpec {
    /// Its name.
    pub name: String,
    /// Its value as it is printed.
    pub value: String,
}

/// An item of a typed dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ItemSpec {
    /// Its key.
    pub key: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// True when it must be there, where that is known.
    pub required: Option<bool>,
}

impl fmt::Display for TypeSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(alias) = &self.alias {
            return f.write_str(alias);
        }
        if !self.union {
            f.write_str(self.name.as_deref().unwrap_or_default())?;
        }
        let nested: Vec<String> = self.nested.iter().map(ToString::to_string).collect();
        match (self.union, nested.is_empty()) {
            (true, _) => f.write_str(&nested.join(" | ")),
            (false, true) => Ok(()),
            (false, false) => write!(f, "[{}]", nested.join(", ")),
        }
    }
}
