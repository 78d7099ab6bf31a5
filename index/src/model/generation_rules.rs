//! `.runwhen/generation-rules/*`: when the platform should generate an SLX from a CodeBundle
//! (reference.md 1.5), with the facts of the `.runwhen/templates/*` that it names (1.6).

use serde::{Deserialize, Serialize};

/// One entry of `spec.generationRules`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GenerationRule {
    /// Repository path of the rules file.
    pub path: String,
    /// `spec.platform` of the file, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The resource types that the rule looks at, as written.
    pub resource_types: Vec<String>,
    /// What a resource must satisfy; several at this level must all hold.
    pub match_rules: Vec<MatchRule>,
    /// What is generated.
    pub slxs: Vec<Slx>,
}

/// A condition on a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum MatchRule {
    /// `pattern` is found in one of the properties.
    Pattern {
        /// The text or regular expression.
        pattern: String,
        /// The properties that are looked at.
        properties: Vec<String>,
        /// `substring` or `exact`.
        #[serde(skip_serializing_if = "Option::is_none")]
        mode: Option<String>,
        /// The resource type that the pattern applies to, where it is not the rule's own.
        #[serde(skip_serializing_if = "Option::is_none")]
        resource_type: Option<String>,
    },
    /// All of these hold.
    And {
        /// The conditions.
        matches: Vec<MatchRule>,
    },
    /// At least one of these holds.
    Or {
        /// The conditions.
        matches: Vec<MatchRule>,
    },
    /// The inner condition does not hold.
    Not {
        /// The condition.
        matches: Vec<MatchRule>,
    },
    /// The resource has something at this path.
    Exists {
        /// The path, as written.
        path: String,
    },
    /// A type that is not known here, kept as it was written.
    Other {
        /// The `type` as written.
        name: String,
        /// The whole condition as JSON text.
        json: String,
    },
}

/// An SLX that a rule generates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Slx {
    /// `baseName`.
    pub base_name: String,
    /// `shortenedBaseName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortened_base_name: Option<String>,
    /// `levelOfDetail`: `basic` or `detailed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level_of_detail: Option<String>,
    /// `qualifiers`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub qualifiers: Vec<String>,
    /// `baseTemplateName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_template_name: Option<String>,
    /// `outputItems[].type`: `slx`, `runbook`, `sli`, `slo`, `workflow`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub output_items: Vec<String>,
    /// `outputItems[].templateName`, where written: file names below `.runwhen/templates`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub template_names: Vec<String>,
}

/// What a Jinja template under `.runwhen/templates` says in plain text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SlxTemplate {
    /// Repository path.
    pub path: String,
    /// `kind:`: `ServiceLevelX`, `Runbook`, `ServiceLevelIndicator`, `ServiceLevelObjective`, `Workflow`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `spec.alias`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// `spec.statement`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// `spec.asMeasuredBy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_measured_by: Option<String>,
    /// `imageURL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// `description` of a ServiceLevelIndicator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `intervalSeconds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<u32>,
    /// `displayUnitsLong`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_units: Option<String>,
    /// `codeBundle.repoUrl`, where it is written out and not left to the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo_url: Option<String>,
    /// `codeBundle.pathToRobot`, which may lie in another bundle or collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_to_robot: Option<String>,
    /// `additionalContext.tags` and `tags` written as name and value, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<(String, String)>,
    /// Names of the templates that it includes, such as `kubernetes-auth.yaml`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<String>,
    /// `configProvided`: name and value, as written (values may be Jinja expressions).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub config_provided: Vec<(String, String)>,
    /// `secretsProvided`: names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secrets_provided: Vec<String>,
}
