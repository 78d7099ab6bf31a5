//! A snapshot of a collection to its documents.

use std::collections::BTreeMap;

use ccr_index::FileProblem;
use ccr_index::model::{CodeCollection, Document};

use crate::bundle::{Assembled, BundleFile, Role, assemble};
use crate::documents::{Links, of_bundle, of_collection};
use crate::parse::{readme, text};
use crate::source::{Entry, Listing, Snapshot, SourceError, web_link, web_link_to_folder};

/// The folder whose folders are CodeBundles.
const BUNDLES: &str = "codebundles/";
/// The README of the collection itself.
const README: &str = "README.md";

/// What a collection gave.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) documents: Vec<Document>,
    pub(super) counts: BTreeMap<String, u64>,
    pub(super) problems: Vec<FileProblem>,
}

/// Reads and parses every file of the snapshot that says something.
pub(super) fn read(collection: &CodeCollection, snapshot: &Snapshot) -> Result<Read, SourceError> {
    let listing = snapshot.list()?;
    let mut read = Read::default();
    read.problems
        .extend(listing.problems.iter().map(|problem| file_problem(&problem.path, &problem.message)));
    let mut files = read_wanted(&listing, snapshot, &mut read.problems);
    let links = links(collection);
    let readme = files.remove("").and_then(|mut root| root.pop()).map(|file| {
        let decoded = text::decode(&file.bytes);
        read.problems.extend(decoded.problems.into_iter().map(|problem| problem.in_file(README)));
        readme::parse(&decoded.value).value
    });
    read.documents.push(of_collection(collection, readme.as_ref(), &*links));
    for directory in directories(&listing) {
        let root = format!("{BUNDLES}{directory}");
        let files = files.remove(directory).unwrap_or_default();
        let mut assembled = assemble(&collection.slug, directory, &root, &files);
        read.problems.append(&mut assembled.problems);
        count(&assembled, &mut read.counts);
        read.documents.extend(of_bundle(assembled, &*links));
    }
    for document in &read.documents {
        *read.counts.entry(document.kind.as_str().to_owned()).or_default() += 1;
    }
    Ok(read)
}

/// The bundles: folders directly below `codebundles/`, hidden ones left out, sorted by name.
fn directories(listing: &Listing) -> Vec<&str> {
    let mut directories: Vec<&str> = listing
        .entries
        .iter()
        .filter_map(|entry| Some(entry.path.strip_prefix(BUNDLES)?.split_once('/')?.0))
        .filter(|directory| !directory.starts_with('.'))
        .collect();
    directories.sort_unstable();
    directories.dedup();
    directories
}

/// The bundle's directory (empty for the collection itself) and the path inside it, where the file
/// is one that is read.
fn wanted(path: &str) -> Option<(&str, &str)> {
    if path == README {
        return Some(("", path));
    }
    let (directory, inner) = path.strip_prefix(BUNDLES)?.split_once('/')?;
    (!directory.starts_with('.') && Role::of(inner).is_some()).then_some((directory, inner))
}

/// Contents of the wanted files by bundle; what cannot be read becomes a problem.
fn read_wanted(
    listing: &Listing,
    snapshot: &Snapshot,
    problems: &mut Vec<FileProblem>,
) -> BTreeMap<String, Vec<BundleFile>> {
    let entries: Vec<&Entry> = listing.entries.iter().filter(|entry| wanted(&entry.path).is_some()).collect();
    let mut files: BTreeMap<String, Vec<BundleFile>> = BTreeMap::new();
    for (entry, contents) in snapshot.read(&entries) {
        let Some((directory, inner)) = wanted(&entry.path) else { continue };
        match contents {
            Ok(bytes) => {
                let file = BundleFile { path: inner.to_owned(), bytes };
                files.entry(directory.to_owned()).or_default().push(file);
            }
            Err(error) => problems.push(file_problem(&entry.path, &error.to_string())),
        }
    }
    files
}

fn file_problem(path: &str, message: &str) -> FileProblem {
    FileProblem { path: Some(path.to_owned()), line: None, column: None, message: message.to_owned() }
}

/// Links to a line of a file, or to a folder, at the commit that was read.
fn links(collection: &CodeCollection) -> Box<Links<'_>> {
    Box::new(move |path, line| {
        let (url, commit) = (collection.git_url.as_deref()?, collection.commit.as_deref()?);
        let is_file = line.is_some() || path.rsplit('/').next().is_some_and(|name| name.contains('.'));
        if is_file { web_link(url, commit, path, line) } else { web_link_to_folder(url, commit, path) }
    })
}

/// Counts what a bundle holds besides its documents.
fn count(assembled: &Assembled, counts: &mut BTreeMap<String, u64>) {
    let bundle = &assembled.bundle;
    let suites = [&bundle.runbook_path, &bundle.sli_path].into_iter().flatten().count();
    let held = [
        ("suite", suites),
        ("user_variable", bundle.user_variables.len()),
        ("secret", bundle.secrets.len()),
        ("service", bundle.services.len()),
        ("platform_variable", bundle.platform_variables.len()),
        ("import", bundle.imports.len()),
        ("generation_rule", bundle.generation_rules.len()),
        ("template", bundle.templates.len()),
    ];
    for (name, number) in held {
        *counts.entry(name.to_owned()).or_default() += number as u64;
    }
}
