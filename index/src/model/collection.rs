use serde::{Deserialize, Serialize};

/// Who may see a collection in listings. The reference registry knows the same two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Listed and searched.
    #[default]
    Public,
    /// Indexed, but left out of listings and searches that do not name it.
    Hidden,
}

/// One repository or folder of CodeBundles and keyword libraries, as it was indexed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CodeCollection {
    /// Unique short name, `[a-z0-9][a-z0-9._-]*`; the first part of every id.
    pub slug: String,
    /// Display name.
    pub name: String,
    /// What the collection is for, as `sources.yaml` says or as its README begins.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The git URL it was cloned from; absent for a plain folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git_url: Option<String>,
    /// The branch, tag or commit that `sources.yaml` asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git_ref: Option<String>,
    /// The commit that was read, 40 or 64 hexadecimal digits; absent for a plain folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Who owns the collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The owner's mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_email: Option<String>,
    /// URL of the owner's picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_icon: Option<String>,
    /// Public or hidden.
    pub visibility: Visibility,
}
