use ccr_index::model::{DOCUMENTATION, STANDARD_LIBRARIES};

use super::collection::{self, CollectionSource, Reserved};
use super::documentation::{self, DocumentationEntry, Surroundings};
use super::index_config::{self, IndexConfig};
use super::reader::{ConfigError, Note, Reader};
use crate::parse::Problem;
use crate::yaml;

const FIELDS: &[&str] = &["codecollections", "sources", "index_config"];

/// What `sources.yaml` says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sources {
    /// The entries of `codecollections`, in the order of the file; no slug occurs twice.
    pub collections: Vec<CollectionSource>,
    /// The categories of `sources` with their entries, in the order of the file.
    pub documentation: Vec<(String, Vec<DocumentationEntry>)>,
    /// The settings of `index_config`.
    pub index_config: IndexConfig,
    /// What is accepted and worth knowing, in the order of the file.
    pub notes: Vec<Note>,
}

impl Sources {
    /// Whether Robot Framework's standard libraries are indexed.
    pub fn standard_libraries(&self) -> bool {
        self.index_config.standard_libraries.unwrap_or(true)
    }

    /// Whether any documentation is listed.
    pub fn has_documentation(&self) -> bool {
        self.documentation.iter().any(|(_, entries)| !entries.is_empty())
    }

    /// The slugs of our own sources.
    fn reserved(&self, has_documentation: bool) -> Vec<Reserved> {
        let standard = Reserved {
            slug: STANDARD_LIBRARIES,
            of: "Robot Framework's standard libraries",
            hint: "use another, or set `index_config: { standard_libraries: false }`",
        };
        let documentation = Reserved {
            slug: DOCUMENTATION,
            of: "what is listed under `sources`",
            hint: "use another, or list no documentation",
        };
        let mut reserved = Vec::new();
        reserved.extend(self.standard_libraries().then_some(standard));
        reserved.extend(has_documentation.then_some(documentation));
        reserved
    }

    /// Reads the text of a `sources.yaml`.
    ///
    /// # Errors
    ///
    /// Every mistake that was found, in the order of the file. A text that is not YAML has one.
    pub fn parse(text: &str) -> Result<Sources, Vec<ConfigError>> {
        let root = yaml::tree(text).map_err(|problem| vec![syntax_error(problem)])?;
        let mut reader = Reader::new(text);
        let mut sources = Sources::default();
        if let Some(fields) = reader.mapping(&root, "`sources.yaml`", FIELDS) {
            if let Some(node) = fields.get("index_config") {
                sources.index_config = index_config::read(&mut reader, node);
            }
            if let Some(node) = fields.get("codecollections") {
                let reserved = sources.reserved(fields.get("sources").is_some());
                sources.collections = collection::read_all(&mut reader, node, &reserved);
            }
            if let Some(node) = fields.get("sources") {
                let beside =
                    Surroundings { index_config: &sources.index_config, collections: &sources.collections };
                sources.documentation = documentation::read_all(&mut reader, node, &beside);
            }
            // A template that rendered empty would remove everything. Who wants the standard libraries alone says so.
            let is_empty = sources.collections.is_empty() && !sources.has_documentation();
            // What is listed and wrong is told as that.
            let is_meant = reader.errors.is_empty() || FIELDS.iter().all(|name| fields.get(name).is_none());
            if is_empty && is_meant && sources.index_config.standard_libraries != Some(true) {
                let place = ["codecollections", "sources"].iter().find_map(|name| fields.get(name));
                let hint = "add `codecollections:` with a list of collections";
                reader.error(place.unwrap_or(&root), "no sources are listed", hint);
            }
        }
        sources.notes = reader.notes;
        sources.notes.sort_by_key(|note| (note.line, note.column));
        reader.errors.sort_by_key(|error| (error.line, error.column));
        if reader.errors.is_empty() { Ok(sources) } else { Err(reader.errors) }
    }
}

fn syntax_error(problem: Problem) -> ConfigError {
    let hint = match problem.message.as_str() {
        message if message.contains("duplicate") => "keep one of the two",
        message if message.contains("mapping values") => "quote a value that contains `: `",
        message if message.contains("too many aliases") => "write the values out instead of using aliases",
        message if message.contains("tab") => "indent with spaces",
        message if message.contains("more than one document") => {
            "keep one document: remove the `---` between two"
        }
        _ => "check the indentation and the quotes around this place",
    };
    ConfigError {
        line: problem.line.unwrap_or(1),
        column: problem.column.unwrap_or(1),
        message: problem.message,
        hint: Some(hint.to_owned()),
    }
}

#[cfg(test)]
mod tests;
