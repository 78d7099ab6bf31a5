//! `sources.yaml`: what to index, read strictly.
//!
//! The file has the two lists of the reference registry, `codecollections` and `sources` (with
//! `index_config`), so that its files paste in unchanged. Every mistake is an error with its line,
//! its column and what to do about it; as many as can be found are reported at once. What is
//! accepted but has no effect in this version is said in a note: nothing is silently dead.

mod collection;
mod documentation;
mod folder;
mod git_url;
mod index_config;
mod reader;
mod sources;

pub use collection::{CollectionSource, ImageSettings, Origin};
pub use documentation::{Crawl, DocumentationEntry, Page, Question};
pub use folder::{Folder, FolderOrigin};
pub use git_url::{GitUrl, GitUrlError, Login};
pub use index_config::{IndexConfig, RelevanceWeights};
pub use reader::{ConfigError, Note};
pub use sources::Sources;
