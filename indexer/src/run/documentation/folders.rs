//! Folders of documentation: the Markdown and text files of a repository, a collection or the disk.

use std::collections::HashSet;

use ccr_index::FileProblem;
use ccr_index::Rule;
use ccr_index::model::{Page, Visibility};

use super::files;
use crate::config::{CollectionSource, Folder, FolderOrigin, GitUrl, ImageSettings, Origin};
use crate::parse::{Problem, text};
use crate::run::plan::RunOptions;
use crate::run::summary::SourceOutcome;
use crate::source::{self, Entry, FetchOptions, Fetched, Outcome, SourceError, web_link};
use ccr_index::causes;

/// The folder of a collection whose folders are CodeBundles.
const BUNDLES: &str = "codebundles/";

/// What a folder gave.
#[derive(Debug, Clone, Default)]
pub(super) struct FolderPages {
    /// What the ids of its pages begin with.
    pub(super) prefix: String,
    pub(super) pages: Vec<Page>,
    pub(super) problems: Vec<FileProblem>,
    /// Why these are not the pages of this moment.
    pub(super) stale: Option<String>,
    /// Why there are none.
    pub(super) failed: Option<String>,
    /// Files that could not be read at this moment, by the ids of their pages, and why.
    pub(super) unread: Vec<(String, String)>,
    /// Why some files are not even known.
    pub(super) unlisted: Option<String>,
    /// The commit that was read; none of a folder on the disk.
    pub(super) commit: Option<String>,
}

impl FolderPages {
    /// Why what it gave is not all that it has.
    pub(super) fn failure(&self) -> Option<&str> {
        let unread = || self.unread.first().map(|(_, reason)| reason.as_str());
        self.failed.as_deref().or(self.unlisted.as_deref()).or_else(unread)
    }

    /// Why the page at this address, which is in service and was not read, may still be there.
    pub(super) fn lacks(&self, url: &str) -> Option<&str> {
        let unread = self.unread.iter().find(|(id, _)| id == url).map(|(_, reason)| reason.as_str());
        unread.or_else(|| self.unlisted.as_deref().filter(|_| self.holds(url)))
    }

    /// Whether a page is one of the folder's.
    pub(super) fn holds(&self, url: &str) -> bool {
        url.strip_prefix(&self.prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// What is known of the collections of a run.
pub(super) struct Collections<'a> {
    pub(super) listed: &'a [CollectionSource],
    /// How each went; none for those that the run was not about.
    pub(super) outcome: &'a dyn Fn(&str) -> Option<&'a SourceOutcome>,
}

/// Reads the pages of a folder.
pub(super) fn read(
    folder: &Folder,
    category: &str,
    collections: &Collections<'_>,
    options: &RunOptions,
) -> FolderPages {
    let place = place(folder, collections);
    let mut read = FolderPages { prefix: place.prefix(), ..FolderPages::default() };
    let fetched = match place.source.as_ref().map(|source| fetch(source, &place, options)) {
        Some(Ok(fetched)) => fetched,
        Some(Err(error)) => {
            read.failed = Some(place.stale.unwrap_or_else(|| reason(&error)));
            return read;
        }
        None => {
            read.failed = Some("its collection is not listed".to_owned());
            return read;
        }
    };
    read.stale = place.stale.clone();
    if let Outcome::Stale { reason } = &fetched.outcome {
        read.stale = Some(reason.clone());
    }
    if let Err(error) = read_files(&mut read, folder, category, &place, &fetched) {
        read.failed = Some(causes(&error));
    }
    read
}

fn reason(error: &SourceError) -> String {
    match error {
        // What it says of CodeBundles is no help here.
        SourceError::NotAFolder { path } => format!("`{}` is not a folder", path.display()),
        other => causes(other),
    }
}

/// Where a folder is.
struct Place {
    source: Option<CollectionSource>,
    /// The repository, as ids name it.
    repository: String,
    /// Inside of it; empty for the whole.
    path: String,
    is_collection: bool,
    /// Whether the clone was brought up to date in this run already.
    is_fetched: bool,
    /// Why it was not, where it should have been.
    stale: Option<String>,
}

impl Place {
    /// Whether what is at a path, which could not be listed, may hold pages of the folder.
    fn touches(&self, path: &str) -> bool {
        let below = |inner: &str, outer: &str| {
            outer.is_empty()
                || inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        below(path, &self.path) && (self.holds(path) || path.is_empty()) || below(&self.path, path)
    }

    fn prefix(&self) -> String {
        let folder = if self.path.is_empty() { String::new() } else { format!("/{}", self.path) };
        format!("docs:{}{folder}", self.repository)
    }

    /// What bundles say of themselves is found with them.
    fn holds(&self, path: &str) -> bool {
        let is_whole = self.path.is_empty() && !(self.is_collection && path.starts_with(BUNDLES));
        is_whole
            || path == self.path
            || path.strip_prefix(&self.path).is_some_and(|rest| rest.starts_with('/'))
    }
}

fn place(folder: &Folder, collections: &Collections<'_>) -> Place {
    let of_origin = |origin: Origin, repository: String, path: &str| Place {
        source: Some(source_of(slug_of(&origin), origin)),
        repository,
        path: path.to_owned(),
        is_collection: false,
        is_fetched: false,
        stale: None,
    };
    match &folder.origin {
        FolderOrigin::Git { url, reference, path } => {
            let origin = Origin::Git { url: url.clone(), reference: reference.clone() };
            of_origin(origin, repository(url), path)
        }
        FolderOrigin::Disk(path) => {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            of_origin(Origin::Folder(path.clone()), name.unwrap_or_else(|| folder.name.clone()), "")
        }
        FolderOrigin::Collection { slug, path } => {
            let outcome = (collections.outcome)(slug);
            let stale = match outcome {
                Some(SourceOutcome::Stale { reason } | SourceOutcome::Failed { reason }) => {
                    Some(reason.clone())
                }
                _ => None,
            };
            Place {
                source: collections.listed.iter().find(|source| source.slug == *slug).cloned(),
                repository: slug.clone(),
                path: path.clone(),
                is_collection: true,
                is_fetched: outcome.is_some_and(|outcome| *outcome != SourceOutcome::Kept),
                stale,
            }
        }
    }
}

/// The slug that the clone of a folder's own repository has.
pub(super) fn clone_slug(folder: &Folder) -> Option<String> {
    let FolderOrigin::Git { url, reference, .. } = &folder.origin else { return None };
    Some(slug_of(&Origin::Git { url: url.clone(), reference: reference.clone() }))
}

fn slug_of(origin: &Origin) -> String {
    format!("_docs-{}", &blake3::hash(format!("{origin:?}").as_bytes()).to_hex()[..16])
}

/// A source of files that is no collection. Its slug begins as none of `sources.yaml` can, so that its
/// clone is nobody else's.
fn source_of(slug: String, origin: Origin) -> CollectionSource {
    CollectionSource {
        name: slug.clone(),
        slug,
        origin,
        description: None,
        owner: None,
        owner_email: None,
        owner_icon: None,
        visibility: Visibility::Public,
        image: ImageSettings::default(),
    }
}

/// A repository by its host and path, or by its last part where it is on this machine.
fn repository(url: &GitUrl) -> String {
    let address = url.public();
    let address = address.strip_suffix(".git").unwrap_or(&address).trim_end_matches('/');
    match address.split_once("://") {
        Some((scheme, rest)) if scheme != "file" => {
            rest.rsplit_once('@').map_or(rest, |(_, rest)| rest).to_owned()
        }
        None if address.split('/').next().is_some_and(|host| host.contains(':')) => {
            let rest = address.rsplit_once('@').map_or(address, |(_, rest)| rest);
            rest.replacen(':', "/", 1)
        }
        _ => address.rsplit('/').next().unwrap_or(address).to_owned(),
    }
}

/// A collection that this run brought up to date is not asked again.
fn fetch(source: &CollectionSource, place: &Place, options: &RunOptions) -> Result<Fetched, SourceError> {
    let offline = options.fetch.offline || place.is_fetched;
    let fetch = FetchOptions { offline, ..options.fetch };
    source::fetch(source, &options.base_dir, &options.data_dir, &fetch, &|_| ())
}

fn read_files(
    read: &mut FolderPages,
    folder: &Folder,
    category: &str,
    place: &Place,
    fetched: &Fetched,
) -> Result<(), SourceError> {
    let snapshot = &fetched.snapshot;
    let listing = snapshot.list()?;
    let git_url = place.source.as_ref().and_then(|source| match &source.origin {
        Origin::Git { url, .. } => Some(url.public()),
        Origin::Folder(_) => None,
    });
    let id = |path: &str| format!("docs:{}/{path}", place.repository);
    let wanted = |entry: &&Entry| place.holds(&entry.path) && files::is_page(&entry.path);
    let entries: Vec<&Entry> = listing.entries.iter().filter(wanted).collect();
    read.commit = snapshot.commit().map(str::to_owned);
    if let Some(failure) = listing.failures.iter().find(|failure| place.touches(&failure.path)) {
        let problem = Problem::whole(&*failure.message).of(Rule::FileUnreadable);
        read.problems.push(in_file(&id(&failure.path), problem));
        read.unlisted = Some(format!("`{}`: {}", id(&failure.path), failure.message));
    }
    let mut texts: HashSet<Vec<u8>> = HashSet::new();
    for (entry, contents) in snapshot.read(&entries) {
        let path = entry.path.as_str();
        let decoded = match contents {
            Ok(bytes) => text::decode(&bytes),
            Err(error) => {
                if error.is_failure() {
                    read.unread.push((id(path), format!("`{}`: {error}", id(path))));
                }
                let problem = Problem::whole(error.to_string()).of(error.rule());
                read.problems.push(in_file(&id(path), problem));
                continue;
            }
        };
        read.problems.extend(decoded.problems.into_iter().map(|problem| in_file(&id(path), problem)));
        let said = files::read(path, &decoded.value);
        let is_empty = said.sections.iter().all(|section| section.text.is_empty() && section.code.is_empty());
        // The same text at another path is the same page.
        if is_empty || !texts.insert(serde_json::to_vec(&said.sections).unwrap_or_default()) {
            continue;
        }
        let link = git_url.as_deref().zip(snapshot.commit());
        read.pages.push(Page {
            url: id(path),
            link: link.and_then(|(url, commit)| web_link(url, commit, path, None)),
            path: Some(path.to_owned()),
            title: said.title.unwrap_or_else(|| named_after(path)),
            description: said.description.unwrap_or_default(),
            category: category.to_owned(),
            topics: folder.topics.clone(),
            priority: folder.priority,
            sections: said.sections,
            ..Page::default()
        });
    }
    let unread =
        listing.entries.iter().filter(|entry| place.holds(&entry.path) && !files::is_page(&entry.path));
    for entry in unread {
        if let Some(obstacle) = entry.obstacle.as_ref().filter(|obstacle| obstacle.is_of_a_link()) {
            let problem = Problem::warning(obstacle.to_string()).of(Rule::FileLeftOut);
            read.problems.push(in_file(&id(&entry.path), problem));
        }
    }
    if entries.is_empty() && read.unlisted.is_none() {
        let message = "no Markdown or text files are here".to_owned();
        read.problems.push(in_file(&read.prefix, Problem::whole(message).of(Rule::PageUnreadable)));
    }
    Ok(())
}

/// A problem of a page that its id names; nothing of an id says what kind of file it is.
fn in_file(id: &str, problem: Problem) -> FileProblem {
    let rule = problem.rule.unwrap_or(Rule::Page);
    problem.of(rule).in_file(id)
}

/// The name of a file without its ending; of an index, that of its folder.
fn named_after(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = name.rsplit_once('.').map_or(name, |(name, _)| name);
    let is_index = matches!(name.to_ascii_lowercase().as_str(), "readme" | "index") && !folder.is_empty();
    if is_index { folder.rsplit('/').next().unwrap_or(folder).to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_by_name() {
        let check = |url: &str, name: &str| assert_eq!(repository(&GitUrl::parse(url).unwrap()), name);
        check("https://u:p@example.org/acme/handbook.git", "example.org/acme/handbook");
        check("git@example.org:acme/handbook", "example.org/acme/handbook");
        check("ssh://git@example.org:22/acme/handbook", "example.org:22/acme/handbook");
        check("file:///srv/git/handbook.git", "handbook");
        check("../handbook/", "handbook");
    }

    #[test]
    fn pages_without_a_heading_are_named_after_their_file() {
        assert_eq!(named_after("docs/setup/README.md"), "setup");
        assert_eq!(named_after("README.md"), "README");
        assert_eq!(named_after("docs/a.b.txt"), "a.b");
    }
}
