//! Libraries that a repository holds as Libdoc specs.

use ccr_index::FileProblem;
use ccr_index::model::{Library, LibraryKind};

use super::Spec;
use super::files::{Files, Snapshot, join, parent};
use super::find::Found;
use crate::parse::{libspec, text};

/// The libraries of the specs among the files, in the order of their paths.
pub(super) fn read(collection: &str, snapshot: &Snapshot<'_>) -> Found {
    let mut found = Found::default();
    for path in snapshot.paths() {
        let by_name = path.ends_with(".libspec");
        if !by_name && !path.ends_with(".json") && !path.ends_with(".xml") {
            continue;
        }
        let Some(bytes) = snapshot.bytes(path).filter(|bytes| by_name || libspec::is_libspec(bytes)) else {
            continue;
        };
        let decoded = text::decode(bytes);
        let parsed = libspec::parse(&decoded.value);
        let problems = [decoded.problems, parsed.problems].concat();
        let problems: Vec<FileProblem> = problems.into_iter().map(|problem| problem.in_file(path)).collect();
        match parsed.value.filter(|spec| !spec.name.is_empty()) {
            Some(spec) => found.libraries.push(library(spec, collection, path, snapshot, problems)),
            None => found.problems.extend(problems),
        }
    }
    found
}

/// The library of the spec in the file `path`: what it says of files of other machines is looked for
/// in the repository; what is not there stands in the spec itself.
fn library(
    mut spec: Spec,
    collection: &str,
    path: &str,
    snapshot: &Snapshot<'_>,
    problems: Vec<FileProblem>,
) -> Library {
    let source = spec.source.take();
    let place = |source: &str| in_repository(source, path, snapshot);
    let own = source.as_deref().and_then(place);
    for keyword in spec.inits.iter_mut().chain(&mut spec.keywords) {
        let written = Some(keyword.origin.path.as_str()).filter(|written| !written.is_empty());
        match written.map_or(own.clone(), place) {
            Some(found) => keyword.origin.path = found,
            None => {
                path.clone_into(&mut keyword.origin.path);
                keyword.lineno = None;
            }
        }
    }
    if own.is_none() {
        spec.lineno = None;
    }
    let name = match &own {
        Some(own) if spec.kind == "RESOURCE" => own.clone(),
        _ => spec.name.clone(),
    };
    spec.library(collection, &name, own.as_deref().unwrap_or(path), problems)
}

/// The repository path of a file that a spec names by its path on another machine: the longest end
/// of it that is a file here. A bare file name is too little to go by.
fn in_repository(source: &str, spec: &str, snapshot: &Snapshot<'_>) -> Option<String> {
    let source = source.replace('\\', "/");
    if !source.starts_with('/') && !source.contains(':') {
        let beside = join(parent(spec), &source);
        return [source, beside].into_iter().find(|path| snapshot.is_file(path));
    }
    let starts = source.match_indices('/').map(|(at, _)| &source[at + 1..]);
    let mut ends = starts.filter(|end| end.contains('/'));
    ends.find(|end| snapshot.is_file(end)).map(str::to_owned)
}

/// Whether a library that was found by its source is the one of a spec: by its import name, or by
/// its file and the last part of the name.
pub(super) fn is_same(found: &Library, spec: &Library) -> bool {
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    found.name == spec.name
        || (found.path == spec.path
            && (found.kind == LibraryKind::Resource || last(&found.name) == last(&spec.name)))
}

#[cfg(test)]
mod tests {
    use crate::library::{Repository, find};

    fn spec(name: &str, source: &str, keywords: &str) -> String {
        format!(
            "{{\"specversion\": 3, \"name\": \"{name}\", \"doc\": \"Of {name}.\", \"type\": \"LIBRARY\", \
             \"scope\": \"GLOBAL\", \"docFormat\": \"TEXT\", \"source\": \"{source}\", \"lineno\": 3, \
             \"inits\": [], \"keywords\": [{keywords}]}}"
        )
    }

    /// Name, path and line of each library and its keywords.
    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[(&str, &str, u32)]) {
        let files: Vec<_> =
            files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        let found = find("c", &Repository::new([], &files), &[]).unwrap();
        assert_eq!(found.problems, []);
        let of_libraries = found.libraries.iter().flat_map(|library| {
            let own = (library.name.as_str(), library.path.as_str(), library.line);
            let keywords = library.keywords.iter();
            std::iter::once(own)
                .chain(keywords.map(|each| (each.name.as_str(), each.path.as_str(), each.line)))
        });
        assert_eq!(of_libraries.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_only_a_spec_tells_stands_in_the_spec() {
        let text = spec("Remote.Thing", "/opt/things/thing.py", "{\"name\": \"Do It\", \"lineno\": 9}");
        check(
            &[("specs/thing.json", &text), ("package.json", "{\"keywords\": [\"a\"], \"broken")],
            &[("Remote.Thing", "specs/thing.json", 1), ("Do It", "specs/thing.json", 1)],
        );
    }

    #[test]
    fn a_source_of_the_repository_is_named_with_its_lines() {
        let keywords = "{\"name\": \"Made Up\", \"lineno\": 9}, {\"name\": \"Other\", \"lineno\": 2, \
                        \"source\": \"C:\\\\build\\\\elsewhere.py\"}";
        let text = spec("Dynamic", "/home/me/repo/tools/Dynamic.py", keywords);
        check(
            &[("docs/Dynamic.libspec", &text), ("tools/Dynamic.py", "class Dynamic: ...\n")],
            &[
                ("Dynamic", "tools/Dynamic.py", 3),
                ("Made Up", "tools/Dynamic.py", 9),
                ("Other", "docs/Dynamic.libspec", 1),
            ],
        );
    }

    #[test]
    fn what_is_read_from_its_source_counts() {
        let source = "class Pump:\n    ROBOT_LIBRARY_SCOPE = 'GLOBAL'\n    def start(self):\n        pass\n";
        let files = [
            ("docs/Pump.libspec", spec("Pump", "/repo/libraries/Pump.py", "{\"name\": \"Stale\"}")),
            ("docs/Pump.json", spec("libraries.Pump", "/repo/libraries/Pump.py", "{\"name\": \"Stale\"}")),
            ("libraries/Pump.py", source.to_owned()),
        ];
        let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
        check(&files, &[("Pump", "libraries/Pump.py", 1), ("Start", "libraries/Pump.py", 3)]);
    }

    #[test]
    fn a_broken_spec_is_a_problem_at_its_place() {
        let files = [("a.libspec".to_owned(), b"<keywordspec name='A'".to_vec())];
        let found = find("c", &Repository::new([], &files), &[]).unwrap();
        assert_eq!(found.libraries, []);
        let [problem] = &found.problems[..] else { panic!("{:?}", found.problems) };
        assert_eq!((problem.path.as_deref(), problem.line), (Some("a.libspec"), Some(1)));
    }
}
