use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use ccr_index::embed::Embedder;
use ccr_index::model::{CodeCollection, DOCUMENTATION, STANDARD_LIBRARIES};
use ccr_index::store::Place;

use super::RunError;
use crate::config::{CollectionSource, Origin, Sources};
use crate::source::FetchOptions;

/// Raised by hand when the same files give other documents or other words: every source is then parsed
/// again, whatever its commit. A new version of the program does so too.
const PARSER_VERSION: u32 = 8;

/// How to run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Where the index is.
    pub place: Place,
    /// Where the clones are.
    pub data_dir: PathBuf,
    /// The folder of `sources.yaml`, where relative paths start.
    pub base_dir: PathBuf,
    /// Slugs to index; all where empty. The others stay as they are.
    pub only: Vec<String>,
    /// The share of the sources that this run is about, where others index the rest at the same time.
    pub shard: Option<Shard>,
    /// Parse everything again, and go on where the index in service cannot be read.
    pub force: bool,
    /// Slugs of the sources that may have next to nothing left of what is in service of them.
    pub accept_shrink: Vec<String>,
    /// Read everything, write nothing to the index.
    pub dry_run: bool,
    /// Version of this program.
    pub program: String,
    /// Now, in seconds since 1970-01-01 UTC.
    pub now: u64,
    /// How sources are fetched.
    pub fetch: FetchOptions,
    /// What gives documents their vectors; without one they are found by their words alone.
    pub embedder: Option<Arc<dyn Embedder>>,
}

impl RunOptions {
    /// Whether the run is about every source and changes what is kept.
    pub(super) fn is_whole(&self) -> bool {
        self.only.is_empty() && self.shard.is_none() && !self.dry_run
    }

    /// Whether a source is to be looked at in this run.
    pub(super) fn selects(&self, slug: &str) -> bool {
        let is_named = self.only.is_empty() || self.only.iter().any(|only| only == slug);
        is_named && self.shard.is_none_or(|shard| shard.holds(slug))
    }

    /// Whether it is right that next to nothing is left of a source.
    pub(super) fn accepts_shrink(&self, slug: &str) -> bool {
        self.accept_shrink.iter().any(|accepted| accepted == slug)
    }
}

/// One of several equal shares of the sources. Which share a source is in depends on its slug alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    count: u32,
}

impl Shard {
    /// The share `index`, from 0, of `count`; `None` where there is no such share.
    pub fn new(index: u32, count: u32) -> Option<Shard> {
        (index < count).then_some(Shard { index, count })
    }

    /// Whether a source is in the share.
    pub fn holds(self, slug: &str) -> bool {
        let [a, b, c, d, ..] = *blake3::hash(slug.as_bytes()).as_bytes();
        u32::from_le_bytes([a, b, c, d]) % self.count == self.index
    }
}

/// `i/n`, such as `0/4`.
impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let numbers =
            text.split_once('/').and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        let shard = numbers.and_then(|(index, count)| Shard::new(index, count));
        shard.ok_or_else(|| "a share is `i/n` with i from 0 and below n, such as `0/4`".to_owned())
    }
}

/// Refuses slugs of `--only` and `--accept-shrink` that no source has. Where no collection is listed any more, those that
/// are to go are named.
pub(super) fn check_named(sources: &Sources, options: &RunOptions) -> Result<(), RunError> {
    let standard = sources.standard_libraries().then_some(STANDARD_LIBRARIES);
    let listed = sources.collections.iter().map(|source| source.slug.as_str());
    let documentation = sources.has_documentation().then_some(DOCUMENTATION);
    let slugs: Vec<&str> = listed.chain(documentation).chain(standard).collect();
    let accepted = options.accept_shrink.iter().filter(|_| !sources.collections.is_empty());
    match options.only.iter().chain(accepted).find(|slug| !slugs.contains(&slug.as_str())) {
        Some(slug) => Err(RunError::UnknownSource { slug: slug.clone(), known: slugs.join(", ") }),
        None => Ok(()),
    }
}

/// Digest of everything besides the files that decides what the documents of a source are.
pub(super) fn settings_hash(source: &CollectionSource, program: &str) -> String {
    hash(program, &format!("{source:?}"))
}

/// Digest of what decides what documents are made, by which program.
pub(super) fn hash(program: &str, made_of: &str) -> String {
    let settings = format!("{PARSER_VERSION}\n{program}\n{made_of}");
    blake3::hash(settings.as_bytes()).to_hex().to_string()
}

/// The collection as `sources.yaml` describes it, before anything was read.
pub(super) fn describe(source: &CollectionSource) -> CodeCollection {
    let (git_url, git_ref) = match &source.origin {
        Origin::Git { url, reference } => (Some(url.public()), reference.clone()),
        Origin::Folder(_) => (None, None),
    };
    CodeCollection {
        slug: source.slug.clone(),
        name: source.name.clone(),
        description: source.description.clone().unwrap_or_default(),
        git_url,
        git_ref,
        commit: None,
        owner: source.owner.clone(),
        owner_email: source.owner_email.clone(),
        owner_icon: source.owner_icon.clone(),
        visibility: source.visibility,
    }
}
