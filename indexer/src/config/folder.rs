use std::path::PathBuf;

use ccr_index::model::{Priority, Visibility};

use super::collection::{CollectionSource, read_git_url, read_reference};
use super::documentation::{read_name, read_priority};
use super::git_url::GitUrl;
use super::reader::{Fields, Reader};
use crate::yaml::Node;

pub(super) const FIELDS: &[&str] =
    &["name", "git_url", "git_ref", "collection", "path", "description", "topics", "priority"];
/// What only a folder has.
pub(super) const MARKS: [&str; 4] = ["git_url", "git_ref", "collection", "path"];

/// A folder whose Markdown and text files are pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub origin: FolderOrigin,
    /// What its pages are about.
    pub description: Option<String>,
    /// Words that its pages are filtered by.
    pub topics: Vec<String>,
    /// How important its pages are.
    pub priority: Priority,
}

/// Where a folder of documentation is. A path inside of a repository has forward slashes, none at its
/// ends, and is empty for the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderOrigin {
    /// In a git repository.
    Git {
        /// Its address.
        url: GitUrl,
        /// Branch, tag or commit; the remote's HEAD where none is given.
        reference: Option<String>,
        /// The folder, or one file.
        path: String,
    },
    /// In a collection of the same file.
    Collection {
        /// Its slug.
        slug: String,
        /// The folder, or one file.
        path: String,
    },
    /// On the disk, relative to the folder of `sources.yaml`.
    Disk(PathBuf),
}

/// Reads the entry of a folder.
pub(super) fn read(
    reader: &mut Reader<'_>,
    item: &Node,
    fields: &Fields<'_>,
    collections: &[CollectionSource],
) -> Option<Folder> {
    let origin = read_origin(reader, item, fields, collections);
    let description = reader.text(fields, "description");
    let topics = reader.texts(fields, "topics");
    let priority = read_priority(reader, fields);
    let name = read_name(reader, item, fields)?;
    Some(Folder { name, origin: origin?, description, topics, priority })
}

fn read_origin(
    reader: &mut Reader<'_>,
    item: &Node,
    fields: &Fields<'_>,
    collections: &[CollectionSource],
) -> Option<FolderOrigin> {
    let reference = read_reference(reader, fields);
    if let Some(key) = fields.key("git_ref").filter(|_| fields.get("git_url").is_none()) {
        let hint = "remove it, or name the repository with `git_url:`";
        reader.error_at_key(key, "`git_ref` needs a `git_url`", hint);
        return None;
    }
    match (fields.get("git_url"), fields.get("collection")) {
        (Some(_), Some(collection)) => {
            reader.error(collection, "both `git_url` and `collection`", "keep one");
            None
        }
        (Some(node), None) => {
            let url = read_git_url(reader, fields, node);
            let path = read_inner_path(reader, fields)?;
            Some(FolderOrigin::Git { url: url?, reference, path })
        }
        (None, Some(node)) => {
            let slug = reader.text(fields, "collection");
            let path = read_inner_path(reader, fields)?;
            let slug = slug?;
            check_collection(reader, node, &slug, collections);
            Some(FolderOrigin::Collection { slug, path })
        }
        (None, None) if fields.get("path").is_none() => {
            reader.error(
                item,
                "missing `path`",
                "add `path:` with a folder, or `git_url:` with a repository",
            );
            None
        }
        (None, None) => reader.text(fields, "path").map(|path| FolderOrigin::Disk(PathBuf::from(path))),
    }
}

/// Documentation belongs to no collection and everybody finds it: that of a hidden one is not listed.
fn check_collection(reader: &mut Reader<'_>, node: &Node, slug: &str, collections: &[CollectionSource]) {
    match collections.iter().find(|collection| collection.slug == slug) {
        // A collection with a mistake is not among them, and has its own error.
        None if reader.errors.is_empty() => {
            let slugs: Vec<&str> = collections.iter().map(|collection| collection.slug.as_str()).collect();
            let hint = format!("name one of `codecollections`: {}", slugs.join(", "));
            reader.error(node, format!("there is no collection `{slug}`"), hint);
        }
        Some(collection) if collection.visibility == Visibility::Hidden => {
            let hint = "everybody finds documentation: name its repository with `git_url:` if that is meant";
            reader.error(node, format!("the collection `{slug}` is hidden"), hint);
        }
        _ => {}
    }
}

/// A path inside of a repository; empty for the whole.
fn read_inner_path(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<String> {
    let Some(node) = fields.get("path") else { return Some(String::new()) };
    let text = reader.text(fields, "path")?;
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if text.starts_with('/') || text.contains(['\\', '\0']) || parts.contains(&"..") {
        let hint = "write it from the root of the repository, such as `docs/guides`";
        reader.error(node, format!("`{text}` is no path inside of the repository"), hint);
        return None;
    }
    Some(parts.join("/"))
}
