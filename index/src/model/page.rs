use serde::{Deserialize, Serialize};

/// A page of documentation, or a frequent question with its answer (a page of one section).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Page {
    /// Its canonical address, without a fragment. A question without one has a name of our own:
    /// `faq:<words of the question>`.
    pub url: String,
    /// What a person reads first.
    pub title: String,
    /// What it is about, in a sentence or two; empty where nobody says so.
    pub description: String,
    /// The category of `sources.yaml` that it stands under.
    pub category: String,
    /// Words that it is found by.
    pub topics: Vec<String>,
    /// Examples of use, as `sources.yaml` has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usage_examples: Vec<String>,
    /// What to remember of it, as `sources.yaml` has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_points: Vec<String>,
    /// How important it is.
    pub priority: Priority,
    /// What it says, in its order. The text before the first heading is a section without one.
    pub sections: Vec<Section>,
    /// Why this is an older text than the page may have by now; absent where it is as it was last read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale: Option<String>,
}

/// How important a page is to those who listed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Read this first.
    High,
    /// What a page without a word has.
    #[default]
    Medium,
    /// Only where nothing else answers.
    Low,
}

/// A heading of a page with what stands below it, down to the next heading of any level.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Section {
    /// What follows `#` in its address; absent where the page gives it none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// Its heading, as text; empty before the first heading.
    pub heading: String,
    /// Level of the heading, 1 to 6; 0 before the first heading.
    pub level: u8,
    /// The headings above it, the outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<String>,
    /// What it says: paragraphs with an empty line between them, list items and table rows a line each
    /// (`- item`, `cell | cell`). Code is not in here.
    pub text: String,
    /// Its code blocks, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub code: Vec<CodeBlock>,
}

/// A block of code on a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CodeBlock {
    /// Its language in lower case, where the page says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The code, without line numbers and prompts of the page's own making.
    pub text: String,
}
