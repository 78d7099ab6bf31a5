use std::collections::BTreeMap;
use std::path::PathBuf;

use ccr_index::model::Visibility;

use super::git_url::GitUrl;
use super::reader::{Fields, Reader};
use crate::yaml::Node;

const FIELDS: &[&str] = &[
    "name",
    "slug",
    "git_url",
    "path",
    "git_ref",
    "owner",
    "owner_email",
    "owner_icon",
    "description",
    "visibility",
    "image_source",
    "image_registry",
    "default_ref",
    "static_path",
];

/// Longest slug: it names a folder, with a suffix, and is part of every id.
const MAX_SLUG: usize = 100;

/// One entry of `codecollections`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionSource {
    /// Unique short name, `[a-z0-9][a-z0-9._-]*` without `..`.
    pub slug: String,
    /// Display name; the slug where none is given.
    pub name: String,
    /// Where its files come from.
    pub origin: Origin,
    /// What the collection is for.
    pub description: Option<String>,
    /// Who owns it.
    pub owner: Option<String>,
    /// The owner's mail address.
    pub owner_email: Option<String>,
    /// URL of the owner's picture.
    pub owner_icon: Option<String>,
    /// Public or hidden.
    pub visibility: Visibility,
    /// Settings of the reference's image catalog.
    pub image: ImageSettings,
}

/// Where the files of a collection come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A git repository.
    Git {
        /// Its address.
        url: GitUrl,
        /// Branch, tag or commit; the remote's HEAD where none is given.
        reference: Option<String>,
    },
    /// A plain folder, relative to the folder of `sources.yaml`.
    Folder(PathBuf),
}

/// The reference's settings for container images of a collection.
///
/// They are accepted so that its `codecollections.yaml` pastes in unchanged, kept, and noted as
/// having no effect: `ccr` indexes sources, not images.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageSettings {
    /// `image_source`: `oci`, `static` or the name of a plugin.
    pub source: Option<String>,
    /// `image_registry`: an OCI repository without a scheme.
    pub registry: Option<String>,
    /// `default_ref`: the ref whose image is the latest.
    pub default_ref: Option<String>,
    /// `static_path`: where a static catalog lies.
    pub static_path: Option<String>,
}

/// A slug that a source of our own has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reserved {
    pub(super) slug: &'static str,
    /// What has it.
    pub(super) of: &'static str,
    /// What to do about it.
    pub(super) hint: &'static str,
}

/// Reads the list under `codecollections`; entries with a mistake are left out. No entry may have a slug
/// that is `reserved`.
pub(super) fn read_all(reader: &mut Reader<'_>, node: &Node, reserved: &[Reserved]) -> Vec<CollectionSource> {
    let mut seen = BTreeMap::new();
    let mut collections = Vec::new();
    for item in reader.list(node, "codecollections") {
        let Some(fields) = reader.mapping(item, "a code collection", FIELDS) else { continue };
        collections.extend(read_one(reader, item, &fields, &mut seen, reserved));
    }
    collections
}

fn read_one(
    reader: &mut Reader<'_>,
    item: &Node,
    fields: &Fields<'_>,
    seen: &mut BTreeMap<String, u32>,
    reserved: &[Reserved],
) -> Option<CollectionSource> {
    // Every field is read before the first `?`, so that one mistake does not hide another.
    let slug = read_slug(reader, item, fields, seen, reserved);
    let origin = read_origin(reader, item, fields);
    let name = reader.text(fields, "name");
    let description = reader.text(fields, "description");
    let owner = reader.text(fields, "owner");
    let owner_email = reader.text(fields, "owner_email");
    let owner_icon = reader.text(fields, "owner_icon");
    let visibility = match reader.choice(fields, "visibility", &["public", "hidden"]) {
        Some(1) => Visibility::Hidden,
        _ => Visibility::Public,
    };
    let image = read_image(reader, fields);
    let slug = slug?;
    let name = name.unwrap_or_else(|| slug.clone());
    let origin = origin?;
    Some(CollectionSource {
        slug,
        name,
        origin,
        description,
        owner,
        owner_email,
        owner_icon,
        visibility,
        image,
    })
}

fn read_slug(
    reader: &mut Reader<'_>,
    item: &Node,
    fields: &Fields<'_>,
    seen: &mut BTreeMap<String, u32>,
    reserved: &[Reserved],
) -> Option<String> {
    let Some(node) = fields.get("slug") else {
        reader.error(item, "missing `slug`", "add `slug:` with a short unique name, such as `my-collection`");
        return None;
    };
    let slug = reader.text(fields, "slug")?;
    if !is_slug(&slug) {
        reader.error(
            node,
            format!("`{slug}` is no slug"),
            format!("use a-z, 0-9, `.`, `_`, `-`, starting with a letter or digit, without `..`, at most {MAX_SLUG}"),
        );
        return None;
    }
    if let Some(reserved) = reserved.iter().find(|reserved| reserved.slug == slug) {
        reader.error(node, format!("`{slug}` is the slug of {}", reserved.of), reserved.hint);
        return None;
    }
    if let Some(first) = seen.get(&slug) {
        let message = format!("duplicate slug `{slug}`, first on line {first}");
        reader.error(node, message, "give each collection a slug of its own");
        return None;
    }
    seen.insert(slug.clone(), node.line);
    Some(slug)
}

fn is_slug(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.bytes().next().is_some_and(word)
        && text.bytes().all(|byte| word(byte) || b"._-".contains(&byte))
        && !text.contains("..")
        && text.len() <= MAX_SLUG
}

fn read_origin(reader: &mut Reader<'_>, item: &Node, fields: &Fields<'_>) -> Option<Origin> {
    let reference = read_reference(reader, fields);
    match (fields.get("git_url"), fields.get("path")) {
        (None, None) => {
            let hint = "add `git_url:` with the address of a repository, or `path:` with a folder";
            reader.error(item, "missing `git_url`", hint);
            None
        }
        (Some(_), Some(path)) => {
            reader.error(path, "both `git_url` and `path`", "keep one: a repository or a plain folder");
            None
        }
        (Some(node), None) => read_git_url(reader, fields, node).map(|url| Origin::Git { url, reference }),
        (None, Some(_)) => {
            if let Some(key) = fields.key("git_ref") {
                let hint = "remove it, or read the repository with `git_url:` instead of `path:`";
                reader.error_at_key(key, "`git_ref` needs a `git_url`", hint);
            }
            reader.text(fields, "path").map(|path| Origin::Folder(PathBuf::from(path)))
        }
    }
}

/// Reads the `git_url` of `fields`, which is the value of `node`.
pub(super) fn read_git_url(reader: &mut Reader<'_>, fields: &Fields<'_>, node: &Node) -> Option<GitUrl> {
    match GitUrl::parse(&reader.text(fields, "git_url")?) {
        Ok(url) => {
            note_url(reader, fields, &url);
            Some(url)
        }
        Err(error) => {
            reader.error(node, error.to_string(), error.hint());
            None
        }
    }
}

fn note_url(reader: &mut Reader<'_>, fields: &Fields<'_>, url: &GitUrl) {
    let Some(key) = fields.key("git_url") else { return };
    if url.has_credentials() {
        reader.note(key, "`git_url` holds credentials; git's credential helpers or an ssh key are safer");
    }
    if url.secret().starts_with("http://") {
        reader.note(key, "`git_url` uses http, which is not encrypted");
    }
}

pub(super) fn read_reference(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<String> {
    let node = fields.get("git_ref")?;
    let text = reader.text(fields, "git_ref")?;
    if is_reference(&text) {
        return Some(text);
    }
    reader.error(
        node,
        format!("`{text}` is no name of a branch, tag or commit"),
        "write it as `git branch` or `git tag` prints it",
    );
    None
}

/// The rules of `git check-ref-format`, and no leading `-`.
fn is_reference(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    text.split('/').all(part)
        && !text.starts_with('-')
        && !text.ends_with('.')
        && !text.contains("..")
        && !text.contains("@{")
        && text != "@"
        && !text.chars().any(|c| c.is_control() || c.is_whitespace() || "~^:?*[\\".contains(c))
}

fn read_image(reader: &mut Reader<'_>, fields: &Fields<'_>) -> ImageSettings {
    for name in ["image_source", "image_registry", "default_ref", "static_path"] {
        if let Some(key) = fields.key(name) {
            reader.note(key, format!("`{name}` is accepted and has no effect: images are not indexed"));
        }
    }
    ImageSettings {
        source: reader.text(fields, "image_source"),
        registry: reader.text(fields, "image_registry"),
        default_ref: reader.text(fields, "default_ref"),
        static_path: reader.text(fields, "static_path"),
    }
}
