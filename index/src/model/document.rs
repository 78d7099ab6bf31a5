use serde::{Deserialize, Serialize};

/// What a document stands for. The words are those of `--kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A whole collection.
    Collection,
    /// A CodeBundle.
    CodeBundle,
    /// A task of a CodeBundle.
    Task,
    /// A keyword library.
    Library,
    /// A keyword.
    Keyword,
    /// A page of documentation, a section of one, or a question with its answer.
    Documentation,
    /// A program file of a CodeBundle.
    Script,
}

impl Kind {
    /// Every kind, in the order in which listings show them.
    pub const ALL: [Kind; 7] = [
        Kind::Collection,
        Kind::CodeBundle,
        Kind::Task,
        Kind::Library,
        Kind::Keyword,
        Kind::Documentation,
        Kind::Script,
    ];

    /// The word for it in JSON, on the command line and in the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Collection => "collection",
            Kind::CodeBundle => "codebundle",
            Kind::Task => "task",
            Kind::Library => "library",
            Kind::Keyword => "keyword",
            Kind::Documentation => "documentation",
            Kind::Script => "script",
        }
    }

    /// The kind that a word stands for.
    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Whether running a task changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// It only looks.
    ReadOnly,
    /// It changes what it works on.
    ReadWrite,
}

impl Access {
    /// `read-only` or `read-write`.
    pub fn as_str(self) -> &'static str {
        match self {
            Access::ReadOnly => "read-only",
            Access::ReadWrite => "read-write",
        }
    }

    /// The access that a word stands for, letter case ignored.
    pub fn from_word(word: &str) -> Option<Access> {
        [Access::ReadOnly, Access::ReadWrite]
            .into_iter()
            .find(|access| access.as_str().eq_ignore_ascii_case(word))
    }
}

/// A weighted text field of a document. The weights belong to ranking, not to the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// Its own name: display name, task name, keyword name.
    Title,
    /// Names that identify it: directory, import path, file name, exact symbols.
    Name,
    /// What is inside it by name: the tasks of a bundle, the keywords of a library.
    Parts,
    /// Tags, platforms, resource types.
    Tags,
    /// What its author says it is for, in a sentence or two.
    Summary,
    /// Longer documentation: task documentation, README, issue titles.
    Body,
    /// Code: scripts, variable names, commands, error strings.
    Code,
    /// Names of the keywords that it calls, one a line, and behind [`crate::lexical::IMPORT`] what it
    /// imports. They are no words of the document: each is one term, for the question who uses a thing.
    Calls,
}

impl Field {
    /// Every field; a field's position is its number in the index.
    pub const ALL: [Field; 8] = [
        Field::Title,
        Field::Name,
        Field::Parts,
        Field::Tags,
        Field::Summary,
        Field::Body,
        Field::Code,
        Field::Calls,
    ];
}

/// Where a document comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// Repository path of the file or folder.
    pub path: Option<String>,
    /// Python function, method or class, where there is one.
    pub symbol: Option<String>,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Web address at the exact commit and line.
    pub url: Option<String>,
}

/// What is searched: one for each collection, bundle, task, library, keyword, section and script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Stable id (design.md section 6).
    pub id: String,
    /// What it stands for.
    pub kind: Kind,
    /// Slug of its collection; empty for documentation that belongs to none.
    pub collection: String,
    /// Id of the document that holds it: the bundle of a task, the library of a keyword.
    pub parent: Option<String>,
    /// What a person reads first.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// The platform shown; see [`Document::platforms`] for those that filters match.
    pub platform: Option<String>,
    /// Every platform it belongs to.
    pub platforms: Vec<String>,
    /// Tags, as written.
    pub tags: Vec<String>,
    /// Read-only or read-write, where stated.
    pub access: Option<Access>,
    /// Where it comes from.
    pub location: Location,
    /// The texts that are searched.
    pub fields: Vec<(Field, String)>,
    /// The whole domain object as JSON ([`super::CodeBundle`], [`super::CodeCollection`], ...);
    /// absent for parts that stand inside their parent's record.
    pub record: Option<String>,
}

/// What a section of a page is counted as.
pub const SECTION: &str = "section";

/// An id without the collection that it begins with: the directory of a bundle, the import name of a
/// library, either with what follows `#`.
pub fn id_in_collection(id: &str) -> &str {
    id.split_once('/').map_or(id, |(_, rest)| rest)
}

impl Document {
    /// As what it is counted: its kind, but for the sections of a page, which are counted apart.
    pub fn counted_as(&self) -> &'static str {
        match (self.kind, &self.parent) {
            (Kind::Documentation, Some(_)) => SECTION,
            (kind, _) => kind.as_str(),
        }
    }

    /// A document that says nothing yet.
    pub fn new(id: String, kind: Kind) -> Self {
        Document {
            id,
            kind,
            collection: String::new(),
            parent: None,
            title: String::new(),
            summary: String::new(),
            platform: None,
            platforms: Vec::new(),
            tags: Vec::new(),
            access: None,
            location: Location::default(),
            fields: Vec::new(),
            record: None,
        }
    }
}
