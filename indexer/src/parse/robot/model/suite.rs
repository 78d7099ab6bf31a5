use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::super::letters::fold_name;
use super::super::refusal::Refusal;
use super::body::{BodyItem, KeywordCall};
use super::calls::Calls;

/// A suite file: `robot.running.TestSuite` without its `source`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Suite {
    /// From the `Name` setting, or made from the file name.
    pub name: String,
    /// `Documentation`, its lines joined.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// `Metadata` of the Settings section.
    #[serde(skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    /// True when the file has tasks rather than tests.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rpa: bool,
    /// `Suite Setup`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setup: Option<KeywordCall>,
    /// `Suite Teardown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teardown: Option<KeywordCall>,
    /// Tests or tasks, in file order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<TestCase>,
    /// Imports, variables and keywords.
    pub resource: Resource,
    /// Why Robot Framework itself would not take the file, if it would not. The rest of the suite
    /// is then the best that can be read.
    #[serde(skip)]
    pub refusal: Option<Refusal>,
}

impl Suite {
    /// Every keyword call of the suite in order: suite setup, tests, user keywords, suite teardown.
    pub fn calls(&self) -> impl Iterator<Item = &KeywordCall> {
        self.setup
            .iter()
            .chain(self.tests.iter().flat_map(TestCase::calls))
            .chain(self.resource.keywords.iter().flat_map(UserKeyword::calls))
            .chain(&self.teardown)
    }
}

/// A test or task: `robot.running.TestCase`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TestCase {
    /// Its name as written; variables in it are not replaced.
    pub name: String,
    /// `[Documentation]`, its lines joined.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// Tags with the defaults of the file: without duplicates, sorted without regard to letter
    /// case, spaces and underscores.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// `[Metadata]`.
    #[serde(skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    /// `[Timeout]` or the default of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<String>,
    /// Line of its name, from 1.
    pub lineno: u32,
    /// `[Setup]` or the default of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setup: Option<KeywordCall>,
    /// `[Teardown]` or the default of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teardown: Option<KeywordCall>,
    /// Keyword calls and control structures.
    pub body: Vec<BodyItem>,
    /// `[Template]` or the default of the file; already applied to the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
}

impl TestCase {
    /// Every keyword call in order: setup, body with everything nested in it, teardown.
    pub fn calls(&self) -> Calls<'_> {
        Calls::new(self.setup.as_ref(), &self.body, self.teardown.as_ref())
    }
}

/// What a suite or resource file gives to others: `robot.running.ResourceFile` without its `source`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Resource {
    /// `Documentation`; set for resource files only.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// `Library`, `Resource` and `Variables` settings, in file order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub imports: Vec<Import>,
    /// The Variables section.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<Variable>,
    /// The Keywords section.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<UserKeyword>,
    /// Why Robot Framework itself would not take the resource file, if it would not.
    #[serde(skip)]
    pub refusal: Option<Refusal>,
}

/// What a `Library`, `Resource` or `Variables` setting imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Import {
    /// Which of the three.
    #[serde(rename = "type")]
    pub kind: ImportKind,
    /// Name or path as written; variables in it are not replaced.
    pub name: String,
    /// Arguments of the library or variable file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// The name after `AS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Line, from 1.
    pub lineno: u32,
}

/// Kind of an [`Import`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ImportKind {
    /// `Library`
    Library,
    /// `Resource`
    Resource,
    /// `Variables`
    Variables,
}

/// A row of the Variables section.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Variable {
    /// Name with its mark and braces, such as `${NAME}`.
    pub name: String,
    /// The cells after it, without `separator=`.
    pub value: Vec<String>,
    /// Line, from 1.
    pub lineno: u32,
    /// What Robot Framework says is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What joins the cells of a scalar variable; not part of Robot Framework's JSON.
    #[serde(skip)]
    pub separator: Option<String>,
}

/// A keyword of the Keywords section: `robot.running.UserKeyword`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct UserKeyword {
    /// Its name as written, embedded arguments included.
    pub name: String,
    /// `[Arguments]`, such as `${name}=default`, without types.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// `[Documentation]`, its lines joined.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// `[Tags]` with the `Keyword Tags` of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// `[Timeout]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<String>,
    /// Line of its name, from 1.
    pub lineno: u32,
    /// What Robot Framework says is wrong with its name, arguments or uniqueness.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// `[Setup]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setup: Option<KeywordCall>,
    /// Keyword calls and control structures.
    pub body: Vec<BodyItem>,
    /// `[Teardown]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teardown: Option<KeywordCall>,
}

impl UserKeyword {
    /// Every keyword call in order: setup, body with everything nested in it, teardown.
    pub fn calls(&self) -> Calls<'_> {
        Calls::new(self.setup.as_ref(), &self.body, self.teardown.as_ref())
    }
}

/// Names and values of `Metadata` settings, sorted by name without regard to letter case, spaces
/// and underscores. A name that is given again keeps its first spelling and its last value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata(pub Vec<(String, String)>);

impl Metadata {
    pub(in crate::parse::robot) fn from_entries(entries: Vec<(String, String)>) -> Self {
        let mut sorted: BTreeMap<String, (String, String)> = BTreeMap::new();
        for (name, value) in entries {
            match sorted.entry(fold_name(&name)) {
                Entry::Vacant(entry) => {
                    entry.insert((name, value));
                }
                Entry::Occupied(mut entry) => entry.get_mut().1 = value,
            }
        }
        Metadata(sorted.into_values().collect())
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of exactly this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// Names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
