//! Tasks of a suite with what they say, run, call and raise.

use std::collections::{HashMap, HashSet};

use ccr_index::model::{Access, Import, Issue, KeywordUse, Task, TaskKind};
use ccr_index::text::{KeywordName, fold_keyword, keyword_key};

use super::calls::Arguments;
use crate::library::Repository;
use crate::parse::robot::{self, KeywordCall, Suite, TestCase, UserKeyword};

/// Named arguments whose value is a script file of the bundle.
const SCRIPT_ARGUMENTS: [&str; 4] = ["bash_file", "script_file", "python_file", "file"];
/// Endings that make a word in a command a script.
const SCRIPT_ENDINGS: [&str; 3] = [".sh", ".py", ".ps1"];

/// The tasks of a suite, each with the text of what it calls. `path` is the repository path of the
/// file, `bundle` the id of the bundle.
pub(super) fn tasks(suite: &Suite, kind: TaskKind, bundle: &str, path: &str) -> Vec<(Task, String)> {
    let own = OwnKeywords::of(suite);
    suite.tests.iter().map(|test| task(test, kind, bundle, path, &own)).collect()
}

/// Tasks of one name, say in the runbook and in the monitor, get `@2`, `@3` behind their ids.
pub(super) fn make_ids_unique(tasks: &mut [Task]) {
    let mut taken: HashSet<String> = tasks.iter().map(|task| task.id.clone()).collect();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for task in tasks {
        let count = seen.entry(task.id.clone()).or_insert(0);
        *count += 1;
        // A task may have such a name itself.
        while *count > 1 && !taken.insert(format!("{}@{count}", task.id)) {
            *count += 1;
        }
        if *count > 1 {
            task.id = format!("{}@{count}", task.id);
        }
    }
}

/// The keywords of other files that a suite calls, in set-up and teardown too.
pub(super) fn keywords(suite: &Suite, path: &str) -> Vec<KeywordUse> {
    let own = OwnKeywords::of(suite);
    let in_tests = suite.tests.iter().flat_map(TestCase::calls).map(|call| ("", call));
    let in_keywords = suite.resource.keywords.iter();
    let in_keywords =
        in_keywords.flat_map(|keyword| keyword.calls().map(|call| (keyword.name.as_str(), call)));
    let setup = suite.setup.iter().map(|call| ("Suite Setup", call));
    let teardown = suite.teardown.iter().map(|call| ("Suite Teardown", call));
    let mut found = Vec::new();
    for (within, call) in setup.chain(in_tests).chain(in_keywords).chain(teardown) {
        if !call.name.is_empty() && !own.has(&call.name) {
            push_use(&mut found, call, within, path);
        }
    }
    found
}

pub(super) fn push_use(list: &mut Vec<KeywordUse>, call: &KeywordCall, within: &str, path: &str) {
    if !list.iter().any(|known| known.name == call.name && known.path == path) {
        list.push(KeywordUse {
            name: call.name.clone(),
            within: within.to_owned(),
            path: path.to_owned(),
            line: call.lineno.unwrap_or(0),
            url: None,
        });
    }
}

/// What a suite or resource file imports. `path` is its repository path.
pub(super) fn imports(imports: &[robot::Import], path: &str, repository: &Repository<'_>) -> Vec<Import> {
    let word = |kind| match kind {
        robot::ImportKind::Library => "library",
        robot::ImportKind::Resource => "resource",
        robot::ImportKind::Variables => "variables",
    };
    let import = |import: &robot::Import| Import {
        kind: word(import.kind).to_owned(),
        name: import.name.clone(),
        alias: import.alias.clone(),
        file: repository.imported_file(path, import),
        path: path.to_owned(),
        line: import.lineno,
    };
    imports.iter().map(import).collect()
}

/// Keywords of the suite itself.
pub(super) struct OwnKeywords<'a> {
    /// By [`keyword_key`].
    by_key: HashMap<String, &'a UserKeyword>,
    /// Those with embedded arguments.
    embedded: Vec<KeywordName>,
}

impl<'a> OwnKeywords<'a> {
    pub(super) fn of(suite: &'a Suite) -> Self {
        let keywords = &suite.resource.keywords;
        let names = keywords.iter().map(|keyword| KeywordName::of(&keyword.name));
        OwnKeywords {
            by_key: keywords.iter().map(|keyword| (keyword_key(&keyword.name), keyword)).collect(),
            embedded: names.filter(KeywordName::is_embedded).collect(),
        }
    }

    /// Whether a call by this name is one of a keyword of the suite itself.
    pub(super) fn has(&self, name: &str) -> bool {
        let folded = fold_keyword(name);
        self.by_key.contains_key(&keyword_key(name)) || self.embedded.iter().any(|own| own.matches(&folded))
    }

    /// The calls of a task with those of the suite's own keywords that it reaches, each of these once;
    /// with each call the name of the keyword that holds it.
    fn reached(&self, test: &'a TestCase) -> Vec<(&'a str, &'a KeywordCall)> {
        let mut calls: Vec<(&str, &KeywordCall)> = test.calls().map(|call| ("", call)).collect();
        let mut entered = HashSet::new();
        let mut next = 0;
        while let Some((_, call)) = calls.get(next) {
            next += 1;
            let key = keyword_key(&call.name);
            if let Some(keyword) = self.by_key.get(&key)
                && entered.insert(key)
            {
                calls.extend(keyword.calls().map(|call| (keyword.name.as_str(), call)));
            }
        }
        calls
    }
}

fn task(test: &TestCase, kind: TaskKind, bundle: &str, path: &str, own: &OwnKeywords<'_>) -> (Task, String) {
    let mut task = Task {
        id: format!("{bundle}#{}", test.name),
        name: test.name.clone(),
        kind,
        documentation: test.doc.clone(),
        path: path.to_owned(),
        line: test.lineno,
        ..Task::default()
    };
    read_tags(&mut task, &test.tags);
    let mut code = String::new();
    for (within, call) in own.reached(test) {
        read_call(&mut task, call, within, own);
        code.push_str(&call.name);
        for cell in &call.args {
            code.push(' ');
            code.push_str(cell);
        }
        code.push('\n');
    }
    (task, code)
}

/// `access:` and `data:` tags are facts of their own; the rest stay tags.
fn read_tags(task: &mut Task, tags: &[String]) {
    for tag in tags {
        let lower = tag.to_lowercase();
        if let Some(access) = lower.strip_prefix("access:") {
            let stated = Access::from_word(access.trim());
            // A task that says both may write.
            task.access = task.access.max(stated);
        } else if let Some(data) = lower.strip_prefix("data:") {
            push_new(&mut task.data, data.trim());
        } else {
            task.tags.push(tag.clone());
        }
    }
}

fn read_call(task: &mut Task, call: &KeywordCall, within: &str, own: &OwnKeywords<'_>) {
    let arguments = Arguments::of(call);
    let key = keyword_key(&call.name);
    if key == "addissue" {
        task.issues.push(issue(call, &arguments));
    }
    let named =
        arguments.named.iter().filter(|(name, _)| SCRIPT_ARGUMENTS.contains(name)).map(|(_, value)| *value);
    let words = call
        .args
        .iter()
        .flat_map(|cell| cell.split([' ', '=', ';', '&', '|', '"', '\'']))
        .map(|word| word.trim_start_matches("./"));
    let in_commands = words.filter(|word| SCRIPT_ENDINGS.iter().any(|ending| word.ends_with(ending)));
    for script in named.chain(in_commands) {
        push_new(&mut task.scripts, script);
    }
    if !call.name.is_empty() && !own.has(&call.name) {
        push_use(&mut task.keywords, call, within, &task.path);
    }
}

fn issue(call: &KeywordCall, arguments: &Arguments<'_>) -> Issue {
    // By position: `severity, title, expected, actual, reproduce_hint, observed_at, next_steps`.
    let value = |name: &str, position: usize| {
        arguments.get(name).or_else(|| arguments.positional.get(position).copied()).map(str::to_owned)
    };
    Issue {
        title: value("title", 1).unwrap_or_default(),
        severity: value("severity", 0),
        next_steps: value("next_steps", 6),
        line: call.lineno.unwrap_or(0),
    }
}

fn push_new(list: &mut Vec<String>, value: &str) {
    if !value.is_empty() && !list.iter().any(|known| known == value) {
        list.push(value.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_tasks_with_the_same_name() {
        let check = |names: &[&str], expected: &[&str]| {
            let mut tasks: Vec<Task> =
                names.iter().map(|name| Task { id: (*name).to_owned(), ..Task::default() }).collect();
            make_ids_unique(&mut tasks);
            let ids: Vec<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
            assert_eq!(ids, expected);
        };
        check(&["a", "b", "a", "a"], &["a", "b", "a@2", "a@3"]);
        check(&["a", "a", "a@2"], &["a", "a@3", "a@2"]);
        check(&["a@2", "a@2", "a", "a", "a"], &["a@2", "a@2@2", "a", "a@3", "a@4"]);
    }
}
