//! Who calls a keyword and who imports a library.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::Searcher;
use super::shelf::{Meaning, Shelf};
use crate::lexical::{call_term, documents_of, import_term};
use crate::model::{CodeBundle, KeywordUse, Kind};
use crate::store::{Error, Generation};
use crate::text::keyword_key;

/// Bundles that are looked at: some keywords are called by nearly all.
const MOST_BUNDLES: usize = 1000;
/// Calls that are given.
const MOST_CALLS: usize = 100;
/// A call that a task makes through a keyword of its own suite is as plain as one among so many more.
const DETOUR: usize = 3;

/// Who calls a keyword.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Callers {
    /// How many bundles do.
    pub bundles: usize,
    /// How many tasks do, directly or through keywords of their own suite.
    pub tasks: usize,
    /// The best examples of them, best first: the plainest call of every bundle before the second one
    /// of any.
    pub calls: Vec<Caller>,
}

/// A call of a keyword by a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Caller {
    /// Id of the bundle.
    pub codebundle: String,
    /// Its display name.
    pub title: String,
    /// Name of the task that makes the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
    /// The user keyword that holds the call, `Suite Setup` or `Suite Teardown`; absent where the task
    /// itself holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Repository path of the suite, or of a resource file that it imports.
    pub path: String,
    /// Line of the call, from 1.
    pub line: u32,
    /// Web address of the line at the commit that was indexed.
    pub url: Option<String>,
}

/// A bundle that imports a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Id of the bundle.
    pub codebundle: String,
    /// Its display name.
    pub title: String,
}

impl Searcher {
    /// Who calls a keyword of the library with this id, directly or through keywords of its own. Best are
    /// the calls that name the library and stand among the fewest others.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn callers(&self, library: &str, keyword: &str) -> Result<Callers, Error> {
        let shelf = Shelf::new(self.reader())?;
        let Some(place) = shelf.place(library) else { return Ok(Callers::default()) };
        let mut bundles = self.bundles_with(&call_term(keyword))?;
        if !shelf.is_implicit(place) {
            let importing: HashSet<u32> =
                self.bundles_with(&import_term(&shelf.library(place).name))?.into_iter().collect();
            bundles.retain(|number| importing.contains(number));
        }
        bundles.truncate(MOST_BUNDLES);
        let wanted = Wanted { shelf: &shelf, place, key: keyword_key(keyword) };
        let mut callers = Callers::default();
        let mut found: Vec<(usize, Plainness, Caller)> = Vec::new();
        for bundle in records(self.reader(), &bundles)? {
            let (tasks, calls) = wanted.calls_of(&bundle)?;
            callers.bundles += usize::from(!calls.is_empty());
            callers.tasks += tasks;
            found.extend(calls.into_iter().enumerate().map(|(round, (rank, call))| (round, rank, call)));
        }
        found.sort_by(|a, b| (a.0, &a.1, &a.2.codebundle).cmp(&(b.0, &b.1, &b.2.codebundle)));
        put_repeated_last(&mut found);
        callers.calls = found.into_iter().map(|(_, _, call)| call).take(MOST_CALLS).collect();
        Ok(callers)
    }

    /// The bundles that import the library with this id, one of every collection before the second one of
    /// any.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn users(&self, library: &str) -> Result<Vec<User>, Error> {
        let shelf = Shelf::new(self.reader())?;
        let Some(place) = shelf.place(library) else { return Ok(Vec::new()) };
        let name = &shelf.library(place).name;
        let numbers = self.bundles_with(&import_term(name))?;
        let mut users: Vec<(usize, User)> = Vec::new();
        let mut of_collection: Option<(String, usize)> = None;
        for head in self.reader().heads(&numbers)? {
            // A file of that path belongs to its own collection, a name may mean another one elsewhere.
            if shelf.target(&head.collection, name) != Meaning::Library(place) {
                continue;
            }
            let round = match &mut of_collection {
                Some((slug, count)) if *slug == head.collection => {
                    *count += 1;
                    *count
                }
                other => {
                    *other = Some((head.collection, 0));
                    0
                }
            };
            users.push((round, User { codebundle: head.id, title: head.title }));
        }
        users.sort_by_key(|(round, _)| *round);
        Ok(users.into_iter().map(|(_, user)| user).collect())
    }

    fn bundles_with(&self, term: &str) -> Result<Vec<u32>, Error> {
        let postings = self.reader().postings(&[term])?.pop().flatten().unwrap_or_default();
        let mut numbers = documents_of(&postings);
        numbers.retain(|number| self.kind(*number) == Some(Kind::CodeBundle));
        Ok(numbers)
    }
}

/// Puts calls of tasks whose name was there before into later rounds: bundles are often copies of one
/// another.
fn put_repeated_last(found: &mut [(usize, Plainness, Caller)]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (round, _, caller) in found.iter_mut() {
        if let Some(task) = &caller.task {
            let count = seen.entry(task.clone()).or_default();
            *round = (*round).max(*count);
            *count += 1;
        }
    }
    found.sort_by_key(|(round, ..)| *round);
}

/// The records of bundles.
fn records(reader: &dyn Generation, bundles: &[u32]) -> Result<Vec<CodeBundle>, Error> {
    let documents = reader.documents(bundles)?;
    let records = documents.iter().filter_map(|document| document.record.as_deref());
    Ok(records.filter_map(|json| serde_json::from_str(json).ok()).collect())
}

/// The keyword whose calls are looked for.
struct Wanted<'a> {
    shelf: &'a Shelf<'a>,
    /// Place of its library.
    place: usize,
    key: String,
}

/// The smaller, the better an example: the library is not named, how many other calls stand beside it,
/// no task makes it, its line.
type Plainness = (bool, usize, bool, u32);

impl Wanted<'_> {
    /// How many tasks of the bundle call the keyword, and its calls, the plainest first.
    fn calls_of(&self, bundle: &CodeBundle) -> Result<(usize, Vec<(Plainness, Caller)>), Error> {
        let (tasks, mut found) = self.calls_of_tasks(bundle)?;
        found.sort_by_key(|(rank, _)| *rank);
        for used in &bundle.keywords {
            if let Some(named) = self.is_meant(used, bundle)? {
                let beside = |other: &&KeywordUse| other.within == used.within && other.path == used.path;
                let others = bundle.keywords.iter().filter(beside).count();
                found.push(((!named, others, true, used.line), caller(bundle, used)));
            }
        }
        // One line is one example, whoever comes by, and a task says more than its suite.
        let mut seen = HashSet::new();
        found.retain(|(_, caller)| seen.insert((caller.path.clone(), caller.line)));
        found.sort_by_key(|(rank, _)| *rank);
        Ok((tasks, found))
    }

    fn calls_of_tasks(&self, bundle: &CodeBundle) -> Result<(usize, Vec<(Plainness, Caller)>), Error> {
        let mut tasks = 0;
        let mut found = Vec::new();
        for task in &bundle.tasks {
            let before = found.len();
            for used in &task.keywords {
                let Some(named) = self.is_meant(used, bundle)? else { continue };
                let detour = if used.within.is_empty() { 0 } else { DETOUR };
                let caller = Caller {
                    task: Some(task.name.clone()),
                    task_id: Some(task.id.clone()),
                    ..caller(bundle, used)
                };
                found.push(((!named, task.keywords.len() + detour, false, used.line), caller));
            }
            tasks += usize::from(found.len() > before);
        }
        Ok((tasks, found))
    }

    /// Whether a call is one of the keyword, and if so, whether it names the library.
    fn is_meant(&self, used: &KeywordUse, bundle: &CodeBundle) -> Result<Option<bool>, Error> {
        if keyword_key(&used.name) != self.key {
            return Ok(None);
        }
        let visible = self.shelf.visible(bundle, &used.path);
        let found = self.shelf.find(&used.name, &visible)?;
        Ok(found.filter(|(library, ..)| *library == self.place).map(|(_, _, named)| named))
    }
}

fn caller(bundle: &CodeBundle, used: &KeywordUse) -> Caller {
    Caller {
        codebundle: bundle.id.clone(),
        title: bundle.display_name.clone(),
        task: None,
        task_id: None,
        within: Some(used.within.clone()).filter(|within| !within.is_empty()),
        path: used.path.clone(),
        line: used.line,
        url: used.url.clone(),
    }
}
