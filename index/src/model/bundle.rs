use serde::{Deserialize, Serialize};

use super::{Access, GenerationRule, PlatformVariable, Script, Secret, Service, SlxTemplate, UserVariable};

/// A directory below `codebundles/`: a runbook, a monitor, or both, with what they need.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CodeBundle {
    /// `<collection>/<directory>`.
    pub id: String,
    /// Slug of the collection.
    pub collection: String,
    /// Directory name, exactly as in the repository.
    pub directory: String,
    /// `Metadata    Display Name`, or the directory name in words.
    pub display_name: String,
    /// The suite documentation of the runbook, or of the monitor where there is no runbook.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// `Metadata    Author`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The main platform in its display form, such as `Kubernetes`, `AWS`, `Azure`, `GCP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Every platform that the bundle names, the main one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
    /// `Metadata    Supports`, split at commas; values of several words stay whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub support_tags: Vec<String>,
    /// Read-only or read-write, from the `access:` tags of the tasks or the SKILL-TEMPLATE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// Names of the fields of this record whose value was guessed and not stated by the author.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inferred: Vec<String>,
    /// Every `Metadata` setting of the suites, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<Metadata>,
    /// Runbook tasks and monitors, in file order, runbook first.
    pub tasks: Vec<Task>,
    /// Settings that a person gives.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_variables: Vec<UserVariable>,
    /// Credentials.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Secret>,
    /// Helper services.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<Service>,
    /// Values that the platform provides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platform_variables: Vec<PlatformVariable>,
    /// Libraries, resource files and variable files that the suites import, and the resource files of
    /// the same repository that they import.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub imports: Vec<Import>,
    /// Keywords of other files that its suites call, in set-up and teardown too: each once a suite. Those
    /// too that they call through keywords of resource files of the same repository.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<KeywordUse>,
    /// Program files of the bundle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<Script>,
    /// Types of cloud or cluster resources that the bundle is about, from its generation rules or
    /// its SKILL-TEMPLATE.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_types: Vec<String>,
    /// Rules by which the platform generates SLXs from the bundle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub generation_rules: Vec<GenerationRule>,
    /// The templates beside them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<SlxTemplate>,
    /// The README.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readme: Option<Readme>,
    /// `description` of SKILL-TEMPLATE.md or SKILL.md.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skill_description: Option<String>,
    /// Tags of `meta.yaml`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub meta_tags: Vec<String>,
    /// Repository path of the runbook suite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runbook_path: Option<String>,
    /// Repository path of the monitor suite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sli_path: Option<String>,
    /// Repository path of the directory.
    pub path: String,
    /// Web address of the directory at the commit that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A `Metadata` setting of a suite.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Metadata {
    /// Its name, such as `Display Name`.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What a task is: design.md section 2. Shown to people as Runbook and Monitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskKind {
    /// A task of `runbook.robot`: run on demand, reports findings.
    #[default]
    Runbook,
    /// A task of `sli.robot`: run on a schedule, pushes a number.
    Sli,
}

/// A task of a suite.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Task {
    /// `<collection>/<directory>#<name>`.
    pub id: String,
    /// The name as written, variables included.
    pub name: String,
    /// Runbook or monitor.
    pub kind: TaskKind,
    /// `[Documentation]`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub documentation: String,
    /// All tags, those of the suite included, without the `access:` and `data:` ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// From the `access:` tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// Values of the `data:` tags, such as `config` or `logs-regexp`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<String>,
    /// Script files that it runs (`bash_file=` and the like), as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<String>,
    /// Keywords of other files that it calls, directly or through keywords of its own suite: each once,
    /// at its first call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<KeywordUse>,
    /// Issues that it raises.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Issue>,
    /// Repository path of the suite.
    pub path: String,
    /// Line of the name, from 1.
    pub line: u32,
    /// Web address of the line at the commit that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A keyword that a task or bundle calls.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeywordUse {
    /// Its name as written, with or without the library in front.
    pub name: String,
    /// The user keyword that holds the call, `Suite Setup` or `Suite Teardown`; empty where a task calls
    /// it directly.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub within: String,
    /// Repository path of the suite, or of the resource file with the user keyword.
    pub path: String,
    /// Line of the first call in the file, from 1.
    pub line: u32,
    /// Web address of the line at the commit that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A call of `RW.Core.Add Issue`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Issue {
    /// `title=`, variables included.
    pub title: String,
    /// `severity=`, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// `next_steps=`, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_steps: Option<String>,
    /// Line of the call, from 1.
    pub line: u32,
}

/// A library, resource file or variable file that a suite imports.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Import {
    /// `library`, `resource` or `variables`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name or path as written.
    pub name: String,
    /// The name behind `AS`, by which the suite calls the library.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Repository path of the file that is meant, where the import is one by path and the repository has
    /// the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Repository path of the suite or resource file that imports it.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
}

impl Import {
    /// What it imports: the repository path of the file, or else the name as written.
    pub fn target(&self) -> &str {
        self.file.as_deref().unwrap_or(&self.name)
    }
}

/// A README.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Readme {
    /// Repository path.
    pub path: String,
    /// The first heading.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Sections in order; the first may have no heading.
    pub sections: Vec<ReadmeSection>,
}

/// A section of a README: a heading and the text up to the next one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadmeSection {
    /// Text of the heading; empty for what stands before the first one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub heading: String,
    /// 1 to 6; 0 before the first heading.
    pub level: u8,
    /// Plain text of the section, paragraphs separated by a blank line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Code blocks: language (may be empty) and text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub code: Vec<(String, String)>,
    /// Links: text and target.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<(String, String)>,
    /// Line of the heading, from 1.
    pub line: u32,
}
