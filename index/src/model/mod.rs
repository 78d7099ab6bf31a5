//! The domain model: collections, CodeBundles with their tasks, and the documents that are searched.
//!
//! Every type is plain data with a stable JSON form: what `ccr show --format json` prints is what
//! an index stores.

mod bundle;
mod collection;
mod document;
mod generation_rules;
mod interface;
mod library;
mod page;
mod script;
mod web_link;

pub use bundle::{CodeBundle, Import, Issue, KeywordUse, Metadata, Readme, ReadmeSection, Task, TaskKind};
pub use collection::{CodeCollection, Visibility};
pub use document::{Access, Document, Field, Kind, Location, SECTION, id_in_collection};
pub use generation_rules::{GenerationRule, MatchRule, Slx, SlxTemplate};
pub use interface::{PlatformVariable, Secret, Service, UserVariable};
pub use library::{Argument, ArgumentKind, Keyword, Library, LibraryKind, STANDARD_LIBRARIES};
pub use page::{CodeBlock, DOCUMENTATION, Page, Priority, Section, collection_of, source_of, words_of};
pub use script::{Script, ScriptFunction};
pub use web_link::{web_link, web_link_to_folder};
