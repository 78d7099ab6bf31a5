//! What a generation of the index says of itself: where its documents come from, how many there
//! are, and the digests of its files.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{CodeCollection, DOCUMENTATION, Import, Visibility};
use crate::problems::Rule;

/// The description of one generation, kept beside its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the files' format; a program reads its own only.
    pub format: u32,
    /// Version of the `ccr` that wrote it.
    pub program: String,
    /// Its number; a newer generation has a greater one.
    pub generation: u64,
    /// The generation that it replaced, which is the one that a rollback returns to.
    pub previous: Option<u64>,
    /// When it was written, in seconds since 1970-01-01 UTC.
    pub created: u64,
    /// What computed the vectors; absent where there are none.
    pub embedder: Option<EmbedderId>,
    /// One for each source, in the order of `sources.yaml`.
    pub sources: Vec<SourceState>,
    /// The sources that could not be read and of which nothing was ever indexed, by slug.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedSource>,
    /// Number of documents of each kind ([`crate::model::Document::counted_as`]); one without any is absent.
    pub counts: BTreeMap<String, u64>,
    /// The files of the generation, the manifest itself excepted.
    pub files: Vec<FileDigest>,
}

impl Manifest {
    /// The collections that everybody may see, in the order of `sources.yaml`. Documentation is a source
    /// and no collection.
    pub fn public_sources(&self) -> impl Iterator<Item = &SourceState> {
        let is_public = |source: &&SourceState| source.collection.visibility == Visibility::Public;
        self.sources.iter().filter(is_public).filter(|source| source.collection.slug != DOCUMENTATION)
    }

    /// The generations that are kept beside the newest, because they hold what sources had before they
    /// shrank to next to nothing.
    pub fn pinned(&self) -> Vec<u64> {
        let shrinks = self.sources.iter().flat_map(|source| &source.shrinks);
        shrinks.filter_map(|shrink| shrink.whole_in).collect()
    }

    /// What became of the documentation that `sources.yaml` lists; absent where it lists none.
    pub fn documentation(&self) -> Option<&SourceState> {
        self.sources.iter().find(|source| source.collection.slug == DOCUMENTATION)
    }
}

/// What computed the vectors of an index. Vectors of different embedders cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EmbedderId {
    /// Who runs it, such as `azure` or `local`.
    pub provider: String,
    /// Name of the model.
    pub model: String,
    /// Numbers in each vector.
    pub dimensions: u32,
}

impl fmt::Display for EmbedderId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}:{}` ({} dimensions)", self.provider, self.model, self.dimensions)
    }
}

/// What became of one source in the run that wrote the generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceState {
    /// The collection as it was indexed, its commit included.
    pub collection: CodeCollection,
    /// Digest of the files of a plain folder, which has no commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Digest of the entry of `sources.yaml` and of the parsers' version: another one means that the
    /// source is to be parsed again, even at the same commit.
    pub settings_hash: String,
    /// Whether its documents are new, copied, or left over.
    pub outcome: Outcome,
    /// Of a stale source: when a run could not read it first, in seconds since 1970-01-01 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale_since: Option<u64>,
    /// Number of its documents of each kind.
    pub counts: BTreeMap<String, u64>,
    /// What looked wrong in its files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<FileProblem>,
    /// What its bundles import and it does not hold itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outside_imports: Vec<OutsideImport>,
    /// Whether some of it could not be read, and nothing whole was there to stay: its documents are those
    /// that could be read. Such a state is never that of a source that did not change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
    /// Where it, or a folder of the documentation, was read whole and had next to nothing left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shrinks: Vec<Shrink>,
}

/// A source, or a folder of documentation, that has next to nothing of what it had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shrink {
    /// Slug of the source, or what the ids of the folder's pages begin with.
    pub of: String,
    /// While it is not accepted: the commit at which it was seen first; absent where there are no commits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<String>,
    /// Once it was accepted: the generation that holds what there was before. It is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole_in: Option<u64>,
    /// CodeBundles that there were.
    pub bundles: u64,
    /// Documents that there were, that of the collection itself excepted.
    pub documents: u64,
}

/// What bundles of a source import from elsewhere, by type and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideImport {
    /// In how many places.
    pub count: u64,
    /// The first of them.
    #[serde(flatten)]
    pub first: Import,
}

/// Where the documents of a source come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Outcome {
    /// It was parsed in this run.
    Fresh,
    /// It is as it was; its documents were copied from the generation before.
    Unchanged,
    /// It could not be read; these are its last good documents.
    Stale {
        /// Why it could not be read.
        reason: String,
    },
}

/// A source that could not be read and of which nothing was ever indexed, so that the generation holds no
/// document of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedSource {
    /// Slug, as `sources.yaml` has it.
    pub slug: String,
    /// Who may see that it is listed.
    #[serde(default)]
    pub visibility: Visibility,
    /// Why it could not be read.
    pub reason: String,
    /// When a run could not read it first, in seconds since 1970-01-01 UTC.
    pub since: u64,
}

/// Something wrong in a file of a source, or in the source as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileProblem {
    /// Repository path; absent where the problem is the source's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in characters, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// What is wrong.
    pub message: String,
    /// Whether anything is lost by it.
    #[serde(default)]
    pub severity: Severity,
    /// What kind of thing is wrong, where whoever found it said more than the kind of file does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
}

impl FileProblem {
    /// What kind of thing is wrong.
    pub fn rule(&self) -> Rule {
        self.rule.unwrap_or_else(|| Rule::of_path(self.path.as_deref().unwrap_or_default()))
    }
}

/// How much a problem of a file matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Advice: the file was read as its author meant it.
    Warning,
    /// Something is broken, and what it says may be lost or guessed.
    #[default]
    Error,
}

/// A file of a generation, as it must be found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    /// Name inside the generation's folder.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// BLAKE3 of the whole file, in hexadecimal digits; what `b3sum` prints.
    pub blake3: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_a_state_and_its_reason() {
        let check = |outcome: Outcome, json: &str| {
            assert_eq!(serde_json::to_string(&outcome).unwrap(), json);
            assert_eq!(serde_json::from_str::<Outcome>(json).unwrap(), outcome);
        };
        check(Outcome::Fresh, r#"{"state":"fresh"}"#);
        check(Outcome::Unchanged, r#"{"state":"unchanged"}"#);
        let reason = "no such host".to_owned();
        check(Outcome::Stale { reason }, r#"{"state":"stale","reason":"no such host"}"#);
    }

    /// What was written before a field was there is read.
    #[test]
    fn what_older_programs_wrote_is_read() {
        let json = r#"{"collection":{"slug":"one","name":"One"},"settings_hash":"h","outcome":{"state":"fresh"},"counts":{}}"#;
        let state: SourceState = serde_json::from_str(json).unwrap();
        assert!(!state.incomplete && state.shrinks.is_empty());
        let written = serde_json::to_string(&state).unwrap();
        assert!(!written.contains("incomplete") && !written.contains("shrinks"), "{written}");
    }

    #[test]
    fn a_problem_names_only_what_is_known_of_its_place() {
        let problem = FileProblem {
            path: None,
            line: None,
            column: None,
            message: "no CodeBundle found".to_owned(),
            severity: Severity::Warning,
            rule: None,
        };
        let json = r#"{"message":"no CodeBundle found","severity":"warning"}"#;
        assert_eq!(serde_json::to_string(&problem).unwrap(), json);
        assert_eq!(serde_json::from_str::<FileProblem>(json).unwrap(), problem);
        let unstated = serde_json::from_str::<FileProblem>(r#"{"message":"x"}"#).unwrap();
        assert_eq!(unstated.severity, Severity::Error);
    }
}
