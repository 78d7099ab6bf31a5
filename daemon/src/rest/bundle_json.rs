//! A CodeBundle in the fields of the reference registry.

use std::collections::BTreeMap;

use ccr_index::model::{CodeBundle, CodeCollection, TaskKind, UserVariable};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::catalog::number_of;
use crate::readme::readme_text;

/// A CodeBundle in a listing.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BundleJson {
    /// A number that stands for `<collection>/<directory>`, the same in every generation.
    id: u64,
    /// Directory name.
    name: String,
    /// Directory name.
    slug: String,
    /// Display name.
    display_name: String,
    /// First paragraph of the suite's documentation.
    description: String,
    /// The suite's documentation.
    doc: String,
    /// The README in Markdown, as far as it was read.
    readme: Option<String>,
    author: Option<String>,
    /// `Metadata    Supports`.
    support_tags: Vec<String>,
    /// Names of the tasks of the runbook.
    tasks: Vec<String>,
    /// Names of the tasks of the monitor.
    slis: Vec<String>,
    task_count: usize,
    sli_count: usize,
    /// Address of the runbook at the commit that was indexed.
    runbook_source_url: Option<String>,
    /// When the generation in service was written.
    created_at: String,
    /// Always `not-applicable`: nothing is made up by a language model.
    enhancement_status: &'static str,
    /// The description that the bundle's authors give in its skill file.
    ai_enhanced_description: Option<String>,
    /// `read-only`, `read-write` or `unknown`.
    access_level: &'static str,
    /// The `data:` tags of the tasks: what each means, and how many tasks have it.
    #[schema(value_type = BTreeMap<String, DataJson>)]
    data_classifications: BTreeMap<String, DataJson>,
    /// Always empty: no author states it.
    minimum_iam_requirements: Vec<String>,
    /// Always empty.
    ai_enhanced_metadata: Map<String, Value>,
    /// Always null.
    last_enhanced: Option<String>,
    /// Main platform.
    platform: Option<String>,
    configuration_type: ConfigurationJson,
    codecollection: CollectionRefJson,
}

/// How many tasks yield data of a kind.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DataJson {
    label: String,
    count: usize,
}

/// How the bundle comes to be used.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConfigurationJson {
    /// `Automatically Discovered` or `Manual`.
    #[serde(rename = "type")]
    kind: &'static str,
    has_generation_rules: bool,
    /// The platform of the generation rules.
    platform: Option<String>,
    resource_types: Vec<String>,
    /// Conditions of the generation rules.
    #[schema(value_type = Vec<Object>)]
    match_patterns: Vec<Value>,
    /// File names of the templates.
    templates: Vec<String>,
    output_items: Vec<String>,
    level_of_detail: Option<String>,
    runwhen_directory_path: Option<String>,
}

/// The collection of a bundle.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CollectionRefJson {
    id: u64,
    name: String,
    slug: String,
    git_url: Option<String>,
}

/// Everything known of a CodeBundle.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BundleDetailJson {
    #[serde(flatten)]
    bundle: BundleJson,
    runbook_path: Option<String>,
    sli_path: Option<String>,
    /// When the generation in service was written.
    updated_at: String,
    /// Always null: a shallow clone knows no dates.
    git_updated_at: Option<String>,
    user_variables: Vec<VariableJson>,
}

/// A setting of a bundle.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VariableJson {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    description: String,
    pattern: Option<String>,
    example: Option<String>,
    default: Option<String>,
    /// The values to choose from.
    #[serde(rename = "enum")]
    choices: Vec<String>,
}

impl BundleJson {
    /// The bundle of a collection, as a generation of this date has it.
    pub(super) fn new(bundle: &CodeBundle, collection: &CodeCollection, created: &str) -> Self {
        let names = |kind| {
            let tasks = bundle.tasks.iter().filter(|task| task.kind == kind);
            tasks.map(|task| task.name.clone()).collect::<Vec<String>>()
        };
        let (tasks, slis) = (names(TaskKind::Runbook), names(TaskKind::Sli));
        BundleJson {
            id: number_of(&bundle.id),
            name: bundle.directory.clone(),
            slug: bundle.directory.clone(),
            display_name: bundle.display_name.clone(),
            description: first_paragraph(&bundle.description),
            doc: bundle.description.clone(),
            readme: bundle.readme.as_ref().map(|readme| readme_text(readme, 0)),
            author: bundle.author.clone(),
            support_tags: bundle.support_tags.clone(),
            task_count: tasks.len(),
            sli_count: slis.len(),
            tasks,
            slis,
            runbook_source_url: runbook_url(bundle),
            created_at: created.to_owned(),
            enhancement_status: "not-applicable",
            ai_enhanced_description: bundle.skill_description.clone(),
            access_level: bundle.access.map_or("unknown", |access| access.as_str()),
            data_classifications: data(bundle),
            minimum_iam_requirements: Vec::new(),
            ai_enhanced_metadata: Map::new(),
            last_enhanced: None,
            platform: bundle.platform.clone(),
            configuration_type: ConfigurationJson::new(bundle),
            codecollection: CollectionRefJson {
                id: number_of(&collection.slug),
                name: collection.name.clone(),
                slug: collection.slug.clone(),
                git_url: collection.git_url.clone(),
            },
        }
    }
}

impl BundleDetailJson {
    /// As [`BundleJson::new`].
    pub(super) fn new(bundle: &CodeBundle, collection: &CodeCollection, created: &str) -> Self {
        BundleDetailJson {
            bundle: BundleJson::new(bundle, collection, created),
            runbook_path: bundle.runbook_path.clone(),
            sli_path: bundle.sli_path.clone(),
            updated_at: created.to_owned(),
            git_updated_at: None,
            user_variables: variables(&bundle.user_variables),
        }
    }
}

impl ConfigurationJson {
    fn new(bundle: &CodeBundle) -> Self {
        let rules = &bundle.generation_rules;
        let slxs = || rules.iter().flat_map(|rule| &rule.slxs);
        let conditions = rules.iter().flat_map(|rule| &rule.match_rules);
        let has_folder = !rules.is_empty() || !bundle.templates.is_empty();
        ConfigurationJson {
            kind: if rules.is_empty() { "Manual" } else { "Automatically Discovered" },
            has_generation_rules: !rules.is_empty(),
            platform: rules.iter().find_map(|rule| rule.platform.clone()),
            resource_types: bundle.resource_types.clone(),
            match_patterns: conditions.map(|rule| json!(rule)).collect(),
            templates: bundle.templates.iter().map(|template| file_name(&template.path)).collect(),
            output_items: each_once(slxs().flat_map(|slx| slx.output_items.iter().cloned())),
            level_of_detail: slxs().find_map(|slx| slx.level_of_detail.clone()),
            runwhen_directory_path: has_folder.then(|| format!("{}/.runwhen", bundle.path)),
        }
    }
}

/// Address of the runbook: that of its first task without the line.
pub(super) fn runbook_url(bundle: &CodeBundle) -> Option<String> {
    let path = bundle.runbook_path.as_deref()?;
    let task = bundle.tasks.iter().find(|task| task.path == path);
    let of_task = task.and_then(|task| task.url.as_deref());
    let of_task = of_task.map(|url| url.split_once('#').map_or(url, |(file, _)| file).to_owned());
    of_task.or_else(|| bundle.url.clone())
}

fn variables(variables: &[UserVariable]) -> Vec<VariableJson> {
    let mut once: Vec<VariableJson> = Vec::new();
    for variable in variables {
        if once.iter().any(|known| known.name == variable.name) {
            continue;
        }
        once.push(VariableJson {
            name: variable.name.clone(),
            kind: variable.kind.clone(),
            description: variable.description.clone(),
            pattern: variable.pattern.clone(),
            example: variable.example.clone(),
            default: variable.default.clone(),
            choices: variable.choices.clone(),
        });
    }
    once
}

fn data(bundle: &CodeBundle) -> BTreeMap<String, DataJson> {
    let mut found: BTreeMap<String, DataJson> = BTreeMap::new();
    for tag in bundle.tasks.iter().flat_map(|task| &task.data) {
        let entry = found.entry(format!("data:{tag}"));
        entry.or_insert_with(|| DataJson { label: label(tag), count: 0 }).count += 1;
    }
    found
}

fn label(tag: &str) -> String {
    match tag {
        "config" => "Configuration data".to_owned(),
        "logs-regexp" => "Filtered logs".to_owned(),
        "logs-bulk" => "General/unfiltered logs".to_owned(),
        "logs-stacktrace" => "Stacktrace logs".to_owned(),
        other => other.replace('-', " "),
    }
}

fn first_paragraph(text: &str) -> String {
    let paragraph = text.trim().split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

fn each_once(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for value in values {
        if !once.contains(&value) {
            once.push(value);
        }
    }
    once
}
