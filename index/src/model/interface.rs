//! What a CodeBundle asks of whoever runs it: the variables, secrets and services it imports.
//!
//! The facts are the arguments of the `RW.Core` import keywords (their signatures:
//! reference.md 2.0). The name is the keyword's first argument, not the variable it is assigned to.

use serde::{Deserialize, Serialize};

/// `Import User Variable`: a setting that a person gives.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UserVariable {
    /// The imported name, such as `NAMESPACE`.
    pub name: String,
    /// The declared type; `string` where none is written.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the setting is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The regular expression that a value must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The values to choose from, written `[a,b]` or `a,b`.
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// The value taken when none is given; an empty string is a default too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// An example value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// The declared format of the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Every other named argument of the call, as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<(String, String)>,
    /// Repository path of the suite or resource file that imports it.
    pub path: String,
    /// Line of the call, from 1.
    pub line: u32,
}

/// `Import Secret` or `Import Optional Secret`: a credential.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Secret {
    /// The imported name, such as `kubeconfig`.
    pub name: String,
    /// What the credential is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// True where the bundle runs without it.
    pub optional: bool,
    /// The declared type, as written.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The regular expression that a value must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// An example of what to give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// The value taken when none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Every other named argument of the call, as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<(String, String)>,
    /// Repository path of the suite or resource file that imports it.
    pub path: String,
    /// Line of the call, from 1.
    pub line: u32,
}

/// `Import Service`: a helper service that runs beside the bundle, such as `kubectl-service.shared`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Service {
    /// The imported name.
    pub name: String,
    /// What the service does.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// An example of what to give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// The service taken when none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Every other named argument of the call, as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<(String, String)>,
    /// Repository path of the suite or resource file that imports it.
    pub path: String,
    /// Line of the call, from 1.
    pub line: u32,
}

/// `Import Platform Variable`: a value that the platform itself provides, such as `RW_WORKSPACE`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlatformVariable {
    /// The imported name.
    pub name: String,
    /// Repository path of the suite or resource file that imports it.
    pub path: String,
    /// Line of the call, from 1.
    pub line: u32,
}
