use std::collections::BTreeMap;

use gix_hash::{ObjectId, oid};
use gix_object::tree::EntryMode;
use gix_object::{Kind, TreeRefIter};

use super::objects::{Reader, parse_id};
use crate::source::error::ReadError;
use crate::source::path::{flaw, link_target, lossy};
use crate::source::snapshot::{Entry, FileProblem, Limits, Listing};

/// Longest target of a link: what operating systems take as a path.
const MAX_TARGET: u64 = 4096;
/// Most links that one link may pass through.
const MAX_HOPS: usize = 40;

/// Deepest folder that is looked into: what git takes too.
const MAX_DEPTH: usize = 2048;

/// Lists the files of a commit. Fails with a reason when the clone does not hold them.
pub(super) fn list(reader: &mut Reader, commit: &str, limits: Limits) -> Result<Listing, String> {
    let commit = parse_id(commit).ok_or("the commit is no object id")?;
    let (root, _) = reader.commit(&commit)?;
    let mut tree = Tree::default();
    tree.read(reader, &root, limits)?;
    tree.resolve_links(reader, limits)?;
    tree.listing.entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(tree.listing)
}

#[derive(Default)]
struct Tree {
    listing: Listing,
    links: Vec<Link>,
}

struct Link {
    path: String,
    id: ObjectId,
    size: u64,
}

/// A folder that is being read: its path with a slash, and what of it was not looked at yet.
struct Folder {
    path: Vec<u8>,
    rest: std::vec::IntoIter<Named>,
}

/// One entry of a folder.
struct Named {
    name: Vec<u8>,
    mode: EntryMode,
    id: ObjectId,
}

impl Folder {
    fn read(reader: &mut Reader, path: Vec<u8>, id: &oid) -> Result<Folder, String> {
        let bytes = reader.tree(id).map_err(|reason| format!("{reason} (`{}`)", lossy(&path)))?;
        let named = TreeRefIter::from_bytes(&bytes, reader.hash()).map(|entry| {
            let entry = entry.map_err(|error| format!("tree `{id}` cannot be read: {error}"))?;
            Ok(Named { name: entry.filename.to_vec(), mode: entry.mode, id: entry.oid.to_owned() })
        });
        Ok(Folder { path, rest: named.collect::<Result<Vec<_>, String>>()?.into_iter() })
    }
}

impl Tree {
    /// Reads a folder with all folders in it, in git's order.
    fn read(&mut self, reader: &mut Reader, root: &oid, limits: Limits) -> Result<(), String> {
        let mut open = vec![Folder::read(reader, Vec::new(), root)?];
        let mut folders = 0;
        while let Some(folder) = open.last_mut() {
            let Some(named) = folder.rest.next() else {
                open.pop();
                continue;
            };
            let path = [folder.path.as_slice(), &named.name].concat();
            // Folders without files count as well: a few that hold each other many times never end.
            if self.listing.entries.len() + self.links.len() >= limits.files || folders > limits.files {
                let message = format!("more than {} files; the rest is left out", limits.files);
                self.listing.problems.push(FileProblem { path: String::new(), message });
                break;
            }
            if !named.mode.is_tree() {
                self.add(reader, &path, &named, limits)?;
            } else if open.len() >= MAX_DEPTH {
                let message = format!("more than {MAX_DEPTH} folders in each other");
                self.listing.problems.push(FileProblem { path: lossy(&path), message });
            } else {
                folders += 1;
                open.push(Folder::read(reader, [&path[..], b"/"].concat(), &named.id)?);
            }
        }
        Ok(())
    }

    fn add(&mut self, reader: &mut Reader, path: &[u8], named: &Named, limits: Limits) -> Result<(), String> {
        let mut problem = |message: &str| {
            self.listing.problems.push(FileProblem { path: lossy(path), message: message.to_owned() });
            Ok(())
        };
        let Ok(text) = std::str::from_utf8(path) else {
            return problem("path is not UTF-8");
        };
        if let Some(message) = flaw(text) {
            return problem(message);
        }
        if named.mode.is_commit() {
            let message = "submodule is not read; list its repository as a collection".to_owned();
            self.listing.notes.push(FileProblem { path: text.to_owned(), message });
            return Ok(());
        }
        if !named.mode.is_blob_or_symlink() {
            return problem("neither file nor link nor submodule");
        }
        let header = reader.header(&named.id).map_err(|reason| format!("{reason} (`{text}`)"))?;
        let (path, size, limit) = (text.to_owned(), header.size, limits.file_bytes);
        if named.mode.is_link() {
            self.links.push(Link { path, id: named.id, size });
        } else if size > limit {
            let obstacle = Some(ReadError::TooLarge { size, limit });
            self.listing.entries.push(Entry { path, size, id: String::new(), obstacle });
        } else {
            self.listing.entries.push(Entry { path, size, id: named.id.to_string(), obstacle: None });
        }
        Ok(())
    }

    /// Turns links into entries: with the contents of what they lead to inside of the tree, or with
    /// what is wrong with them. Nothing but the tree is looked at.
    fn resolve_links(&mut self, reader: &mut Reader, limits: Limits) -> Result<(), String> {
        let mut targets = BTreeMap::new();
        for link in self.links.iter().filter(|link| link.size <= MAX_TARGET) {
            let target = reader.read(&link.id, Kind::Blob, MAX_TARGET)?;
            targets.insert(link.path.as_str(), lossy(&target));
        }
        let files = self.listing.entries.iter().map(|entry| (entry.path.as_str(), entry)).collect();
        let resolver = Resolver { files, targets };
        let mut linked = Vec::new();
        for link in &self.links {
            linked.push(match resolver.follow(&link.path) {
                Ok(file) => Entry { path: link.path.clone(), ..file.clone() },
                Err(obstacle) => {
                    Entry { path: link.path.clone(), size: 0, id: String::new(), obstacle: Some(obstacle) }
                }
            });
        }
        self.listing.entries.extend(linked);
        self.listing.entries.truncate(limits.files);
        Ok(())
    }
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
