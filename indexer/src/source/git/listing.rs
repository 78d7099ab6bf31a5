use std::collections::BTreeMap;
use std::path::Path;

use super::clone::LOCAL;
use super::command::{Git, RunError};
use super::contents::Batch;
use crate::source::error::ReadError;
use crate::source::path::{flaw, link_target, lossy};
use crate::source::snapshot::{Entry, FileProblem, Limits, Listing};

/// Longest target of a link: what operating systems take as a path.
const MAX_TARGET: u64 = 4096;
/// Most links that one link may pass through.
const MAX_HOPS: usize = 40;

/// Lists the files of a commit. Fails with a reason when the clone does not hold them.
pub(super) fn list(git_dir: &Path, commit: &str, limits: Limits) -> Result<Listing, String> {
    let git = Git::at(git_dir, "ls-tree").args(["-r", "-l", "-z", "--full-tree", commit]);
    let output = git.run(LOCAL).map_err(|error| match error {
        RunError::NotInstalled => "git is not installed".to_owned(),
        RunError::Io(error) => error.to_string(),
        RunError::TimedOut(reason) => format!("git {reason}"),
    })?;
    if !output.success {
        return Err(output.stderr.lines().next_back().unwrap_or("git gave no reason").to_owned());
    }
    let mut tree = read_tree(&output.stdout, limits)?;
    resolve_links(git_dir, &mut tree, limits)?;
    tree.listing.entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(tree.listing)
}

#[derive(Default)]
struct Tree<'t> {
    listing: Listing,
    links: Vec<Link<'t>>,
}

struct Link<'t> {
    path: &'t str,
    id: &'t str,
    size: u64,
}

/// Reads `MODE TYPE ID SIZE<tab>PATH<nul>`, again and again.
fn read_tree(output: &[u8], limits: Limits) -> Result<Tree<'_>, String> {
    let mut tree = Tree::default();
    for record in output.split(|byte| *byte == 0).filter(|record| !record.is_empty()) {
        if tree.listing.entries.len() + tree.links.len() >= limits.files {
            let message = format!("more than {} files; the rest is left out", limits.files);
            tree.listing.problems.push(FileProblem { path: String::new(), message });
            break;
        }
        let tab = record.iter().position(|byte| *byte == b'\t').ok_or("git listed what cannot be read")?;
        let (facts, path) = (&record[..tab], &record[tab + 1..]);
        let facts = std::str::from_utf8(facts).map_err(|_| "git listed what cannot be read")?;
        let mut facts = facts.split_ascii_whitespace();
        let (Some(mode), Some(kind), Some(id), Some(size)) =
            (facts.next(), facts.next(), facts.next(), facts.next())
        else {
            return Err("git listed what cannot be read".to_owned());
        };
        if matches!(kind, "blob" | "tree") && size.parse::<u64>().is_err() {
            // `BAD`: the tree is there, and what it names is not.
            return Err(format!("object `{id}` of `{}` is missing", lossy(path)));
        }
        tree.add(path, mode, kind, id, size, limits);
    }
    Ok(tree)
}

impl<'t> Tree<'t> {
    fn add(&mut self, path: &'t [u8], mode: &str, kind: &str, id: &'t str, size: &str, limits: Limits) {
        let mut problem = |message: &str| {
            self.listing.problems.push(FileProblem { path: lossy(path), message: message.to_owned() });
        };
        let Ok(text) = std::str::from_utf8(path) else {
            return problem("path is not UTF-8");
        };
        if let Some(message) = flaw(text) {
            return problem(message);
        }
        match (mode, kind, size.parse::<u64>()) {
            ("120000", "blob", Ok(size)) => self.links.push(Link { path: text, id, size }),
            (_, "blob", Ok(size)) => {
                let limit = limits.file_bytes;
                let obstacle = (size > limit).then_some(ReadError::TooLarge { size, limit });
                let id = if obstacle.is_none() { id.to_owned() } else { String::new() };
                self.listing.entries.push(Entry { path: text.to_owned(), size, id, obstacle });
            }
            (_, "commit", _) => {
                let message = "submodule is not read; list its repository as a collection".to_owned();
                self.listing.notes.push(FileProblem { path: text.to_owned(), message });
            }
            _ => problem("neither file nor link nor submodule"),
        }
    }
}

/// Turns links into entries: with the contents of what they lead to inside of the tree, or with
/// what is wrong with them. Nothing but the tree is looked at.
fn resolve_links(git_dir: &Path, tree: &mut Tree<'_>, limits: Limits) -> Result<(), String> {
    let readable: Vec<&Link<'_>> = tree.links.iter().filter(|link| link.size <= MAX_TARGET).collect();
    if tree.links.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = readable.iter().map(|link| link.id).collect();
    let mut batch = Batch::start(git_dir, 0)?;
    let mut targets = BTreeMap::new();
    for (position, link) in readable.iter().enumerate() {
        targets.insert(link.path, lossy(&batch.get(&ids, position, MAX_TARGET)?));
    }
    let files = tree.listing.entries.iter().map(|entry| (entry.path.as_str(), entry)).collect();
    let resolver = Resolver { files, targets };
    let mut linked = Vec::new();
    for link in &tree.links {
        linked.push(match resolver.follow(link.path) {
            Ok(file) => Entry { path: link.path.to_owned(), ..file.clone() },
            Err(obstacle) => {
                Entry { path: link.path.to_owned(), size: 0, id: String::new(), obstacle: Some(obstacle) }
            }
        });
    }
    tree.listing.entries.extend(linked);
    tree.listing.entries.truncate(limits.files);
    Ok(())
}

struct Resolver<'t> {
    files: BTreeMap<&'t str, &'t Entry>,
    targets: BTreeMap<&'t str, String>,
}

impl Resolver<'_> {
    fn follow(&self, link: &str) -> Result<&Entry, ReadError> {
        let Some(target) = self.targets.get(link) else {
            return Err(ReadError::LinkDangling { target: "a target longer than any path".to_owned() });
        };
        let target = target.clone();
        let mut path = link.to_owned();
        for _ in 0..MAX_HOPS {
            if let Some(file) = self.files.get(path.as_str()) {
                return Ok(file);
            }
            let Some((link, rest)) = self.first_link(&path) else {
                return Err(if self.is_folder(&path) {
                    ReadError::LinkToFolder { target }
                } else {
                    ReadError::LinkDangling { target }
                });
            };
            let next = self.targets.get(link).and_then(|target| link_target(link, target));
            let Some(next) = next else { return Err(ReadError::LinkOutside { target }) };
            path = match (next.is_empty(), rest.is_empty()) {
                (_, true) => next,
                (true, false) => rest.to_owned(),
                (false, false) => format!("{next}/{rest}"),
            };
        }
        Err(ReadError::LinkLoop { target })
    }

    /// The first part of a path that is a link, and what follows it.
    fn first_link<'p>(&self, path: &'p str) -> Option<(&'p str, &'p str)> {
        let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        ends.map(|end| path.split_at(end))
            .find(|(front, _)| self.targets.contains_key(front))
            .map(|(front, rest)| (front, rest.trim_start_matches('/')))
    }

    fn is_folder(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        let below = |found: Option<&str>| found.is_some_and(|found| found.starts_with(&inside));
        path.is_empty()
            || below(self.files.range(inside.as_str()..).next().map(|(path, _)| *path))
            || below(self.targets.range(inside.as_str()..).next().map(|(path, _)| *path))
    }
}
