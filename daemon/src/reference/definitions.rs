//! The tools by name.

use ccr_index::search::Searcher;
use serde_json::{Map, Value, json};

use super::arguments::{ArgumentType, Arguments, Parameter};
use super::requests::Requests;
use super::{ToolError, bundles, collections, documentation, libraries};

const PLATFORMS: &[&str] = &["Kubernetes", "AWS", "Azure", "GCP", "Linux", "Database"];
const KEYWORD_CATEGORIES: &[&str] =
    &["all", "cli", "kubernetes", "aws", "azure", "gcp", "prometheus", "database"];
const LIBRARY_CATEGORIES: &[&str] = &["all", "cli", "python", "shell"];
const PAGE_CATEGORIES: &[&str] = &["all", "codebundle_development", "libraries", "platform", "faq"];
const FORMATS: &[&str] = &["markdown", "json", "summary"];

/// A tool.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// `search`, `info` or `action`.
    pub category: &'static str,
    /// What it does.
    pub description: &'static str,
    /// What it takes.
    pub parameters: &'static [Parameter],
    run: Run,
}

/// What a tool asks.
#[derive(Debug, Clone, Copy)]
enum Run {
    /// The index.
    Index(fn(&Searcher, &Arguments) -> Result<String, ToolError>),
    /// The issues of a repository.
    Requests(fn(&Requests, &Arguments) -> Result<String, ToolError>),
}

impl Tool {
    /// Whether it asks GitHub, and nothing of the index.
    pub fn asks_elsewhere(&self) -> bool {
        matches!(self.run, Run::Requests(_))
    }

    /// Answers from an index, or from a repository's issues, whichever it asks.
    pub(super) fn call(
        &self,
        searcher: Option<&Searcher>,
        requests: Option<&Requests>,
        arguments: &Value,
    ) -> Result<String, ToolError> {
        let arguments = Arguments::read(arguments, self.parameters)?;
        let absent = || ToolError::Unknown(self.name.to_owned());
        match self.run {
            Run::Index(run) => run(searcher.ok_or_else(absent)?, &arguments),
            Run::Requests(run) => run(requests.ok_or_else(absent)?, &arguments),
        }
    }

    /// What the reference's `GET /tools` says of it.
    pub fn described(&self) -> Value {
        let parameters: Map<String, Value> = self
            .parameters
            .iter()
            .map(|parameter| (parameter.name.to_owned(), parameter.described()))
            .collect();
        json!({
            "name": self.name,
            "description": self.description,
            "parameters": parameters,
            "category": self.category,
        })
    }

    /// The JSON Schema of its arguments.
    pub fn input_schema(&self) -> Value {
        let properties: Map<String, Value> =
            self.parameters.iter().map(|parameter| (parameter.name.to_owned(), parameter.schema())).collect();
        let required = self.parameters.iter().filter(|parameter| parameter.required);
        json!({
            "type": "object",
            "properties": properties,
            "required": required.map(|parameter| parameter.name).collect::<Vec<_>>(),
            "additionalProperties": false,
        })
    }
}

const fn needed(name: &'static str, kind: ArgumentType, description: &'static str) -> Parameter {
    Parameter { name, kind, description, required: true }
}

const fn optional(name: &'static str, kind: ArgumentType, description: &'static str) -> Parameter {
    Parameter { name, kind, description, required: false }
}

const fn count(default: u32) -> Parameter {
    let kind = ArgumentType::Count { default, most: 50 };
    optional("max_results", kind, "How many to return at most")
}

/// Every tool, in the order in which they are listed.
pub(super) static TOOLS: &[Tool] = &[
    Tool {
        name: "find_codebundle",
        category: "search",
        description: "Find Skill Templates (CodeBundles) that do what you describe in your own words: a \
            task, a symptom, an error message. A Skill Template holds Runbooks, which run on demand, and \
            Monitors, which run on a schedule.",
        parameters: &[
            needed("query", ArgumentType::Text, "What you are looking for"),
            optional("platform", ArgumentType::Maybe(PLATFORMS), "On this platform only"),
            optional("collection", ArgumentType::Text, "Slug of the only collection to look in"),
            count(10),
        ],
        run: Run::Index(bundles::find),
    },
    Tool {
        name: "list_codebundles",
        category: "info",
        description: "List all Skill Templates (CodeBundles), of one collection or of all.",
        parameters: &[
            optional("format", ArgumentType::OneOf(FORMATS), "How to print the list"),
            optional("collection_slug", ArgumentType::Text, "Slug of the only collection to list"),
        ],
        run: Run::Index(bundles::list),
    },
    Tool {
        name: "search_codebundles",
        category: "search",
        description: "Search Skill Templates (CodeBundles) by words, tags and platform, which all combine.",
        parameters: &[
            needed("query", ArgumentType::Text, "Words to search for"),
            optional("tags", ArgumentType::Texts, "With one of these tags only"),
            optional("platform", ArgumentType::Text, "On this platform only"),
            count(10),
        ],
        run: Run::Index(bundles::search),
    },
    Tool {
        name: "get_codebundle_details",
        category: "info",
        description: "Get everything known of one Skill Template (CodeBundle): tasks, variables, secrets, \
            platform, source, README.",
        parameters: &[
            needed("slug", ArgumentType::Text, "Its directory name"),
            optional("collection_slug", ArgumentType::Text, "Slug of its collection"),
        ],
        run: Run::Index(bundles::details),
    },
    Tool {
        name: "find_codecollection",
        category: "search",
        description: "Find the CodeCollections that suit a purpose.",
        parameters: &[needed("query", ArgumentType::Text, "The purpose"), count(5)],
        run: Run::Index(collections::find),
    },
    Tool {
        name: "list_codecollections",
        category: "info",
        description: "List all CodeCollections with what they hold.",
        parameters: &[optional("format", ArgumentType::OneOf(FORMATS), "How to print the list")],
        run: Run::Index(collections::list),
    },
    Tool {
        name: "keyword_usage_help",
        category: "search",
        description: "Find Robot Framework keywords for what you want to do, with their arguments and \
            CodeBundles that call them. Ask for instance how to run kubectl commands.",
        parameters: &[
            needed("query", ArgumentType::Text, "What you want to do"),
            optional("category", ArgumentType::OneOf(KEYWORD_CATEGORIES), "Keywords for this only"),
        ],
        run: Run::Index(libraries::keyword_help),
    },
    Tool {
        name: "find_library_info",
        category: "search",
        description: "Find keyword libraries and what they offer.",
        parameters: &[
            needed("query", ArgumentType::Text, "Words to search for"),
            optional("category", ArgumentType::OneOf(LIBRARY_CATEGORIES), "Libraries of this sort only"),
        ],
        run: Run::Index(libraries::find),
    },
    Tool {
        name: "find_documentation",
        category: "search",
        description: "Find documentation, guides, examples and answers to frequent questions, and show what \
            they say.",
        parameters: &[
            needed("query", ArgumentType::Text, "What you want to know"),
            optional("category", ArgumentType::OneOf(PAGE_CATEGORIES), "Pages of this category only"),
            count(10),
        ],
        run: Run::Index(documentation::find),
    },
    Tool {
        name: "get_development_requirements",
        category: "info",
        description: "Get what is to be known and done to develop a feature of a CodeBundle, such as \
            secrets, tasks or SLIs: pages, keywords, and CodeBundles that have it.",
        parameters: &[needed("feature", ArgumentType::Text, "The feature")],
        run: Run::Index(documentation::requirements),
    },
    Tool {
        name: "request_codebundle",
        category: "action",
        description: "Ask the community for a Skill Template (CodeBundle) that does not exist yet: creates an \
            issue on GitHub. Look for existing ones and for open requests first.",
        parameters: &[
            needed("platform", ArgumentType::Text, "What it should work on, such as `Kubernetes on AWS`"),
            needed("tasks", ArgumentType::Texts, "What it should do, a sentence each"),
            optional("original_query", ArgumentType::Text, "What was searched for"),
            optional("context", ArgumentType::Text, "Whatever else helps"),
            optional("contact_ok", ArgumentType::Flag, "Whether whoever asks may be contacted"),
        ],
        run: Run::Requests(Requests::create),
    },
    Tool {
        name: "check_existing_requests",
        category: "info",
        description: "Look for open requests for Skill Templates (CodeBundles) on GitHub.",
        parameters: &[needed("search_term", ArgumentType::Text, "Words to search for")],
        run: Run::Requests(Requests::check),
    },
];
