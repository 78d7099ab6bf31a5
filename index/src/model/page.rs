use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// The slug under which a run and a manifest speak of all documentation. It is no collection.
pub const DOCUMENTATION: &str = "documentation";

/// The collection of the documents of a source: its slug, but for documentation, which belongs to none.
pub fn collection_of(source: &str) -> &str {
    if source == DOCUMENTATION { "" } else { source }
}

/// The source of the documents of a collection: [`collection_of`] the other way round.
pub fn source_of(collection: &str) -> &str {
    if collection.is_empty() { DOCUMENTATION } else { collection }
}

/// A page of documentation, or a frequent question with its answer (a page of one section).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Page {
    /// Its canonical address, without a fragment unless a part of a page is listed by itself. What has none has a name of our own: a question
    /// `faq:<words of the question>`, a page that is described only `page:<words of its name>`, a file
    /// `docs:<repository>/<path>`.
    pub url: String,
    /// Where a file is on the web, at the commit that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Path of a file in its repository or folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
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

/// What stands between the id of a page and the words of a section that has no anchor.
const UNANCHORED: &str = "::";

impl Page {
    /// How many of its first sections are the page's own text: what stands before the first heading, and
    /// what its main heading introduces. The others are things of their own.
    pub fn own_sections(&self) -> usize {
        let is_before = |section: &Section| section.heading.is_empty();
        let before = self.sections.iter().take_while(|section| is_before(section)).count();
        let has_main = self.sections.get(before).is_some_and(|section| {
            section.level == 1 || section.heading.trim().eq_ignore_ascii_case(self.title.trim())
        });
        before + usize::from(has_main)
    }

    /// The sections that are things of their own, each with its id: its address, or, where it has no
    /// anchor, a name made of the words of its heading.
    pub fn parts(&self) -> impl Iterator<Item = (String, &Section)> {
        let mut seen: HashMap<String, u32> = HashMap::new();
        self.sections.iter().skip(self.own_sections()).map(move |section| {
            let id = match section.anchor.as_deref().filter(|anchor| !anchor.is_empty()) {
                Some(anchor) => format!("{}#{anchor}", self.url.split('#').next().unwrap_or(&self.url)),
                None => format!("{}{UNANCHORED}{}", self.url, words_of(&section.heading)),
            };
            let times = seen.entry(id.clone()).or_default();
            *times += 1;
            (if *times == 1 { id } else { format!("{id}-{times}") }, section)
        })
    }

    /// Where it can be read; absent where that is nowhere on the web.
    pub fn web_address(&self) -> Option<&str> {
        let is_address = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
        self.link.as_deref().or(Some(self.url.as_str()).filter(is_address))
    }
}

/// The letters and digits of a text in lower case, words separated by `-`; as ids have them.
pub fn words_of(text: &str) -> String {
    let mut words = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            words.extend(c.to_lowercase());
        } else if !words.is_empty() && !words.ends_with('-') {
            words.push('-');
        }
    }
    words.truncate(words.trim_end_matches('-').len());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(level: u8, heading: &str, anchor: Option<&str>) -> Section {
        Section {
            anchor: anchor.map(str::to_owned),
            heading: heading.to_owned(),
            level,
            ..Section::default()
        }
    }

    #[test]
    fn what_introduces_a_page_is_its_own() {
        let own = |title: &str, sections: &[Section]| {
            Page { title: title.into(), sections: sections.to_vec(), ..Page::default() }.own_sections()
        };
        assert_eq!(own("Guide", &[]), 0);
        assert_eq!(own("Guide", &[section(0, "", None), section(2, "Setup", None)]), 1);
        assert_eq!(own("Guide", &[section(1, "The Guide", Some("the-guide")), section(1, "Next", None)]), 1);
        assert_eq!(own("Guide", &[section(2, "guide", None), section(2, "Setup", None)]), 1);
        assert_eq!(own("Guide", &[section(2, "Setup", None)]), 0);
    }

    #[test]
    fn parts_have_ids_that_differ_and_stay() {
        let page = Page {
            url: "https://example.org/a".into(),
            sections: vec![
                section(2, "Setup", Some("setup")),
                section(2, "With Helm: v3", None),
                section(2, "with helm (v3)", None),
                section(3, "Setup", Some("setup")),
            ],
            ..Page::default()
        };
        let ids: Vec<String> = page.parts().map(|(id, _)| id).collect();
        let expected = ["#setup", "::with-helm-v3", "::with-helm-v3-2", "#setup-2"];
        assert_eq!(ids, expected.map(|end| format!("https://example.org/a{end}")));
    }
}
