use serde::{Deserialize, Serialize};

use crate::FileProblem;

/// Slug of the collection of Robot Framework's standard libraries, which comes with the program.
pub const STANDARD_LIBRARIES: &str = "robotframework";

/// A keyword library: a Python module or class, or a resource file, that suites import.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Library {
    /// `<collection>/<import name>`.
    pub id: String,
    /// Slug of the collection.
    pub collection: String,
    /// What suites write after `Library` or `Resource`: `RW.CLI`, or the path of a resource file.
    pub name: String,
    /// What it is.
    pub kind: LibraryKind,
    /// Repository path of the file that is imported.
    pub path: String,
    /// Line of the class, from 1; 1 for modules and resource files.
    pub line: u32,
    /// The Python class that is imported; empty where it is a module or a resource file.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub symbol: String,
    /// `TEST`, `SUITE` or `GLOBAL`: how long an instance lives.
    pub scope: String,
    /// Its version, where it states one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Documentation in its own format; empty where there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// The same as a fragment of HTML that is safe to show.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doc_html: String,
    /// `ROBOT`, `HTML`, `TEXT`, `REST` or `MARKDOWN`: the format of each documentation.
    pub doc_format: String,
    /// Arguments of the import.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inits: Vec<Keyword>,
    /// Keywords by name, private ones too.
    pub keywords: Vec<Keyword>,
    /// Names in Python that may be keywords too, because they come from elsewhere or are made when it
    /// runs; `*` where any name may be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsure_keywords: Vec<String>,
    /// What is wrong in its files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<FileProblem>,
}

impl Library {
    /// The keywords that suites may call: those for the library's own use left out.
    pub fn public_keywords(&self) -> impl Iterator<Item = &Keyword> {
        self.keywords.iter().filter(|keyword| !keyword.private)
    }
}

/// What a [`Library`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LibraryKind {
    /// A Python module or class.
    #[default]
    Python,
    /// A Robot Framework resource file.
    Resource,
}

/// A keyword of a [`Library`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Keyword {
    /// `<collection>/<import name>#<Keyword Name>`.
    pub id: String,
    /// Name as suites call it, such as `Run Cli`.
    pub name: String,
    /// Arguments in order, without the marks `/` and `*` between them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Argument>,
    /// The stated type of the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_type: Option<String>,
    /// Documentation without its sections on arguments, result, errors and tags.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// The same as a fragment of HTML that is safe to show; in the keyword's own record only.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doc_html: String,
    /// Its first paragraph on one line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub short_doc: String,
    /// What Libdoc finds wrong with the keyword and prints in place of its documentation, such as a section on
    /// arguments that it does not have. `doc` is the whole docstring then.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub libdoc_error: String,
    /// What the documentation says of the result.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub return_doc: String,
    /// Tags, sorted without regard to case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// True when the documentation begins with `*DEPRECATED*`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    /// True with the tag `robot:private`: of use inside of the library only.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// Repository path of the file that defines it; not always that of the library.
    pub path: String,
    /// `function` or `Class.method`, where it is defined; empty in resource files.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub symbol: String,
    /// Line of its definition, from 1.
    pub line: u32,
}

/// An argument of a [`Keyword`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Argument {
    /// Its name, without stars.
    pub name: String,
    /// How it may be given.
    pub kind: ArgumentKind,
    /// Its type as it is printed: `str | None`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
    /// Its default as it is printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// What the documentation says of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// The whole argument as it is printed: `timeout: int = 30`.
    pub repr: String,
}

/// How an [`Argument`] may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArgumentKind {
    /// By position only.
    PositionalOnly,
    /// By position or by name.
    #[default]
    PositionalOrNamed,
    /// Any number by position: `*name`.
    VarPositional,
    /// By name only.
    NamedOnly,
    /// Any number by name: `**name`.
    VarNamed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_both_ways() {
        let library = Library {
            id: "c/RW.CLI".into(),
            collection: "c".into(),
            name: "RW.CLI".into(),
            path: "libraries/RW/CLI/__init__.py".into(),
            line: 1,
            scope: "GLOBAL".into(),
            doc_format: "ROBOT".into(),
            keywords: vec![Keyword {
                id: "c/RW.CLI#Run Cli".into(),
                name: "Run Cli".into(),
                args: vec![Argument {
                    name: "rest".into(),
                    kind: ArgumentKind::VarPositional,
                    type_name: Some("str".into()),
                    repr: "*rest: str".into(),
                    ..Argument::default()
                }],
                path: "libraries/RW/CLI/CLI.py".into(),
                symbol: "run_cli".into(),
                line: 7,
                ..Keyword::default()
            }],
            ..Library::default()
        };
        let json = serde_json::to_string(&library).unwrap();
        assert!(json.contains(r#""kind":"var_positional","type":"str""#), "{json}");
        assert_eq!(serde_json::from_str::<Library>(&json).unwrap(), library);
    }
}
