//! A snapshot of a collection to its documents.

use std::collections::{BTreeMap, HashMap, HashSet};

use ccr_index::model::{self, CodeCollection, Document, Kind, Library};
use ccr_index::{FileProblem, OutsideImport, Rule};

use super::report::Step;
use crate::bundle::{BundleFile, Interface, Role, assemble};
use crate::documents::{Links, of_bundle, of_collection, of_library};
use crate::library::{self, FunctionTexts, Repository};
use crate::parse::robot::{self, Import, ImportKind, Suite};
use crate::parse::{Problem, libspec, readme, text};
use crate::source::{Entry, Listing, ReadError, Snapshot, SourceError};

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
    /// What could not be read at this moment, and why: without it nobody knows what the source holds.
    pub(super) failures: Failures,
    pub(super) outside_imports: Vec<OutsideImport>,
}

/// What could not be read, with the reasons.
#[derive(Debug, Default)]
pub(super) struct Failures(Vec<(String, String)>);

impl Failures {
    pub(super) fn add(&mut self, path: &str, reason: String) {
        if !self.0.iter().any(|(known, _)| known == path) {
            self.0.push((path.to_owned(), reason));
        }
    }

    /// Whether a document may be made of what could not be read, among others: the files of a bundle are one
    /// thing, and what is elsewhere may be a part of everything.
    fn touch(&self, document: &Document) -> bool {
        let bundle = |path: &str| {
            let directory = path.strip_prefix(BUNDLES)?.split('/').next()?;
            Some(directory.to_owned())
        };
        let own = document.location.path.as_deref().and_then(bundle);
        self.0.iter().any(|(path, _)| match bundle(path) {
            Some(directory) => own.as_ref() == Some(&directory),
            None if path == README => document.kind == Kind::Collection,
            None => true,
        })
    }

    /// The first of them and how many more there are; nothing where there are none.
    pub(super) fn reason(&self) -> Option<String> {
        let (path, reason) = self.0.first()?;
        let place = if path.is_empty() { String::new() } else { format!("`{path}`: ") };
        let more = match self.0.len() - 1 {
            0 => String::new(),
            1 => ", and 1 more could not be read".to_owned(),
            more => format!(", and {more} more could not be read"),
        };
        Some(format!("{place}{reason}{more}"))
    }
}

/// Reads and parses every file of the snapshot that says something. `begin` is told of each step.
pub(super) fn read(
    collection: &CodeCollection,
    snapshot: &Snapshot,
    begin: &dyn Fn(Step) -> Result<(), SourceError>,
) -> Result<Read, SourceError> {
    if snapshot.commit().is_some() {
        begin(Step::List)?;
    }
    let listing = snapshot.list()?;
    let mut read = Read::default();
    read.problems.extend(
        listing.problems.iter().map(|problem| left_out(&problem.path, Problem::whole(&*problem.message))),
    );
    let notes = listing.notes.iter();
    read.problems.extend(notes.map(|note| left_out(&note.path, Problem::warning(&*note.message))));
    listing.failures.iter().for_each(|failure| read.failures.add(&failure.path, failure.message.clone()));
    begin(Step::Read)?;
    let mut files = read_wanted(&listing, snapshot, &mut read);
    let links = Links::into(collection);
    let readme = files.remove("").and_then(|mut root| root.pop()).map(|file| {
        let decoded = text::decode(&file.bytes);
        read.problems.extend(decoded.problems.into_iter().map(|problem| problem.in_file(README)));
        readme::parse(&decoded.value).value
    });
    read.documents.push(of_collection(collection, readme.as_ref(), &links));
    let library_files = read_library_files(&listing, snapshot, &mut read);
    begin(Step::Parse)?;
    let paths = listing.entries.iter().map(|entry| entry.path.as_str());
    let repository = Repository::new(paths, &library_files);
    let mut imports = Vec::new();
    let mut of_bundles = Vec::new();
    for directory in directories(&listing) {
        let root = format!("{BUNDLES}{directory}");
        let files = files.remove(directory).unwrap_or_default();
        let mut assembled = assemble(&collection.slug, directory, &root, &files, &repository);
        read.problems.append(&mut assembled.problems);
        count(&mut read.counts, "generation_rule", assembled.bundle.generation_rules.len());
        count(&mut read.counts, "template", assembled.bundle.templates.len());
        for (path, suite) in std::mem::take(&mut assembled.suites) {
            count_suite(&suite, &mut read.counts);
            add_imports(&mut imports, &path, suite);
        }
        of_bundles.extend(assembled.bundle.imports.iter().cloned());
        read.documents.extend(of_bundle(assembled, &links));
    }
    read_other_suites(&listing, snapshot, &mut imports, &mut read);
    // The first to import something decides how it is read.
    imports.sort_by(|(one, _), (other, _)| one.cmp(other));
    let found = library::find(&collection.slug, &repository, &imports).unwrap_or_else(|error| {
        read.failures.add("", format!("could not start a thread to read libraries on: {error}"));
        library::Found::default()
    });
    read.problems.extend(found.problems);
    read.outside_imports = outside_imports(of_bundles, &found.libraries);
    let texts = FunctionTexts::new(&library_files);
    for mut library in found.libraries {
        read.problems.append(&mut library.problems);
        read.documents.extend(of_library(&library, &links, &texts));
    }
    read.problems.extend(unread_links(&listing));
    drop_repeated_ids(&mut read);
    warn_of_nothing(&listing, &mut read);
    read.count_documents();
    Ok(read)
}

/// The imports that mean neither a file nor a library of the source, by type and name.
fn outside_imports(imports: Vec<model::Import>, libraries: &[Library]) -> Vec<OutsideImport> {
    let own: HashSet<&str> = libraries.iter().map(|library| library.name.as_str()).collect();
    let mut seen = HashSet::new();
    let mut outside: BTreeMap<(String, String), OutsideImport> = BTreeMap::new();
    for import in imports {
        let is_own = import.file.is_some() || (import.kind == "library" && own.contains(&*import.name));
        // A resource file counts once, however many bundles import it.
        if is_own || !seen.insert((import.path.clone(), import.line)) {
            continue;
        }
        let key = (import.kind.clone(), import.name.clone());
        outside.entry(key).or_insert(OutsideImport { count: 0, first: import }).count += 1;
    }
    outside.into_values().collect()
}

impl Read {
    /// Notes why a file could not be read: as what is wrong with it, or as what nobody knows at this moment.
    fn refuse(&mut self, path: &str, error: &ReadError) {
        if error.is_failure() {
            self.failures.add(path, error.to_string());
        } else {
            self.problems.push(unread(path, error));
        }
    }

    /// Adds those of the documents from before that were not read now, and takes those back that were read from
    /// a part only.
    pub(super) fn keep(&mut self, before: Vec<Document>) {
        let mut places: HashMap<String, usize> =
            (0..).zip(&self.documents).map(|(place, document)| (document.id.clone(), place)).collect();
        for document in before {
            match places.remove(&document.id) {
                Some(place) if self.failures.touch(&document) => self.documents[place] = document,
                Some(_) => {}
                None => {
                    *self.counts.entry(document.counted_as().to_owned()).or_default() += 1;
                    self.documents.push(document);
                }
            }
        }
    }

    /// Counts the documents by their kinds.
    pub(super) fn count_documents(&mut self) {
        for document in &self.documents {
            *self.counts.entry(document.counted_as().to_owned()).or_default() += 1;
        }
    }
}

/// Drops documents whose id another one has: a bundle in a folder `a#b` would be the task `b` of the
/// bundle `a`, and an index holds an id once.
fn drop_repeated_ids(read: &mut Read) {
    let mut seen = HashSet::new();
    let problems = &mut read.problems;
    read.documents.retain(|document| {
        let is_new = seen.insert(document.id.clone());
        if !is_new {
            let message = format!("left out: something else has the id `{}`", document.id);
            let path = document.location.path.as_deref().unwrap_or_default();
            problems.push(Problem::whole(message).of(Rule::IdTaken).in_file(path));
        }
        is_new
    });
}

/// Says so where there is nothing that could be found: most likely the wrong folder or ref was given.
fn warn_of_nothing(listing: &Listing, read: &mut Read) {
    let is_library = |entry: &Entry| matches!(ending(&entry.path), "py" | "resource" | "libspec");
    if read.documents.len() == 1 && !listing.entries.iter().any(is_library) {
        let message = "no CodeBundles: there are no folders with files below `codebundles/`";
        read.problems
            .push(FileProblem { path: None, ..Problem::warning(message).of(Rule::SourceEmpty).in_file("") });
    }
}

/// Parses the suites that belong to no bundle, such as the tests of a library: they are counted, what is
/// wrong in them is told, and what they import may be a library.
fn read_other_suites(
    listing: &Listing,
    snapshot: &Snapshot,
    imports: &mut Vec<(String, Import)>,
    read: &mut Read,
) {
    let is_other = |path: &str| path.ends_with(".robot") && wanted(path).is_none();
    let entries: Vec<&Entry> = listing.entries.iter().filter(|entry| is_other(&entry.path)).collect();
    for (entry, contents) in snapshot.read(&entries) {
        let path = entry.path.as_str();
        match contents.map(|bytes| robot::decode(&bytes).map(|text| robot::parse_suite(text, path))) {
            Ok(Ok(parsed)) => {
                count_suite(&parsed.value, &mut read.counts);
                read.problems.extend(parsed.problems.into_iter().map(|problem| problem.in_file(path)));
                add_imports(imports, path, parsed.value);
            }
            Ok(Err(problem)) => read.problems.push(problem.in_file(path)),
            Err(error) => read.refuse(path, &error),
        }
    }
}

/// Links that lead to no file and that nobody wanted to read, such as one to a folder: what is behind them
/// is not indexed there, and nobody else says so.
fn unread_links(listing: &Listing) -> impl Iterator<Item = FileProblem> {
    let is_read = |path: &str| wanted(path).is_some() || is_library_file(path) || path.ends_with(".robot");
    listing.entries.iter().filter(move |entry| !is_read(&entry.path)).filter_map(|entry| {
        let obstacle = entry.obstacle.as_ref().filter(|obstacle| obstacle.is_of_a_link())?;
        let is_bundle = entry.path.strip_prefix(BUNDLES).is_some_and(|name| !name.contains('/'));
        let more = if is_bundle { "; a bundle that is a link is not indexed" } else { "" };
        Some(left_out(&entry.path, Problem::warning(format!("{obstacle}{more}"))))
    })
}

/// Adds what a suite imports, unless a hidden folder holds it.
fn add_imports(imports: &mut Vec<(String, Import)>, path: &str, suite: Suite) {
    if !is_hidden(path) {
        imports.extend(suite.resource.imports.into_iter().map(|import| (path.to_owned(), import)));
    }
}

fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}

/// Whether a file is or describes a keyword library.
fn is_library_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    !is_hidden(path)
        && (matches!(ending(path), "py" | "resource" | "libspec")
            || matches!(name, "pyproject.toml" | "setup.cfg")
            || may_be_spec(path))
}

/// Whether a file is a Libdoc spec where its content says so.
fn may_be_spec(path: &str) -> bool {
    matches!(ending(path), "json" | "xml")
}

fn ending(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Paths and contents of the files that libraries are found in. What cannot be read is told here,
/// unless it is a bundle's file, which tells it itself.
fn read_library_files(listing: &Listing, snapshot: &Snapshot, read: &mut Read) -> Vec<(String, Vec<u8>)> {
    let entries: Vec<&Entry> = listing.entries.iter().filter(|entry| is_library_file(&entry.path)).collect();
    let mut files = Vec::with_capacity(entries.len());
    for (entry, contents) in snapshot.read(&entries) {
        match contents {
            Ok(bytes) if may_be_spec(&entry.path) && !libspec::is_libspec(&bytes) => {}
            Ok(bytes) => files.push((entry.path.clone(), bytes)),
            Err(error) if error.is_failure() => read.refuse(&entry.path, &error),
            Err(_) if may_be_spec(&entry.path) || wanted(&entry.path).is_some() => {}
            Err(error) => read.refuse(&entry.path, &error),
        }
    }
    files
}

/// The bundles: folders directly below `codebundles/` that hold anything but a placeholder such as
/// `.gitkeep`, hidden ones left out, sorted by name.
fn directories(listing: &Listing) -> Vec<&str> {
    let mut directories: Vec<&str> = listing
        .entries
        .iter()
        .filter_map(|entry| entry.path.strip_prefix(BUNDLES)?.split_once('/'))
        .filter(|(directory, inner)| {
            let is_placeholder = inner.starts_with('.') && !inner.contains('/');
            !directory.starts_with('.') && !is_placeholder
        })
        .map(|(directory, _)| directory)
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

/// Contents of the wanted files by bundle.
fn read_wanted(listing: &Listing, snapshot: &Snapshot, read: &mut Read) -> BTreeMap<String, Vec<BundleFile>> {
    let entries: Vec<&Entry> = listing.entries.iter().filter(|entry| wanted(&entry.path).is_some()).collect();
    let mut files: BTreeMap<String, Vec<BundleFile>> = BTreeMap::new();
    for (entry, contents) in snapshot.read(&entries) {
        let Some((directory, inner)) = wanted(&entry.path) else { continue };
        match contents {
            Ok(bytes) => {
                let file = BundleFile { path: inner.to_owned(), bytes };
                files.entry(directory.to_owned()).or_default().push(file);
            }
            Err(error) => read.refuse(&entry.path, &error),
        }
    }
    files
}

fn left_out(path: &str, problem: Problem) -> FileProblem {
    problem.of(Rule::FileLeftOut).in_file(path)
}

fn unread(path: &str, error: &ReadError) -> FileProblem {
    Problem::whole(error.to_string()).of(error.rule()).in_file(path)
}

/// Counts what a suite holds besides the documents that it becomes.
fn count_suite(suite: &Suite, counts: &mut BTreeMap<String, u64>) {
    let interface = Interface::of(suite, "");
    let libraries = suite.resource.imports.iter().filter(|import| import.kind == ImportKind::Library);
    count(counts, "robot_file", 1);
    count(counts, "robot_task", suite.tests.len());
    count(counts, "robot_keyword", suite.resource.keywords.len());
    count(counts, "library_import", libraries.count());
    count(counts, "user_variable", interface.user_variables.len());
    count(counts, "secret", interface.secrets.len());
    count(counts, "service", interface.services.len());
    count(counts, "platform_variable", interface.platform_variables.len());
}

fn count(counts: &mut BTreeMap<String, u64>, what: &str, number: usize) {
    if number > 0 {
        *counts.entry(what.to_owned()).or_default() += number as u64;
    }
}
