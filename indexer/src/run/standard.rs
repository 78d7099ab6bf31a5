//! Robot Framework's standard libraries as a source that comes with the program.

use ccr_index::model::{CodeCollection, Library, STANDARD_LIBRARIES};
use ccr_index::{Outcome, SourceState};

use super::collection::Read;
use super::plan::{self, RunOptions};
use super::source::{self, Indexed};
use crate::documents::{Links, of_collection, of_library};
use crate::library::FunctionTexts;
use crate::parse::libspec;

/// Their Libdoc specs, a line for each library; `dev/standard-libraries` writes them.
const SPECS: &str = include_str!("../../data/standard_libraries.jsonl");
/// The tag in Robot Framework's repository.
const REF: &str = "v7.5";
const GIT_URL: &str = "https://github.com/robotframework/robotframework";
/// Where their documentation is.
const PAGES: &str = "https://robotframework.org/robotframework/7.5/libraries/";
const DESCRIPTION: &str = "The standard libraries of Robot Framework, such as BuiltIn, Collections, Process and \
                           String, which suites can import without installing anything.";

/// Makes their documents, unless the generation in service has them.
pub(super) fn index(known: Option<&SourceState>, options: &RunOptions) -> Indexed {
    let hash = plan::hash(&options.program, SPECS);
    if let Some(known) = known.filter(|known| !options.force && known.settings_hash == hash) {
        return source::unchanged(known, None);
    }
    let collection = collection();
    let read = read(&collection);
    let state = SourceState {
        collection,
        fingerprint: None,
        settings_hash: hash,
        outcome: Outcome::Fresh,
        stale_since: None,
        counts: read.counts.clone(),
        problems: read.problems.clone(),
        outside_imports: Vec::new(),
        incomplete: false,
        shrinks: Vec::new(),
    };
    source::parsed(state, read, None)
}

fn collection() -> CodeCollection {
    CodeCollection {
        slug: STANDARD_LIBRARIES.to_owned(),
        name: "Robot Framework".to_owned(),
        description: DESCRIPTION.to_owned(),
        git_url: Some(GIT_URL.to_owned()),
        git_ref: Some(REF.to_owned()),
        owner: Some("Robot Framework Foundation".to_owned()),
        ..CodeCollection::default()
    }
}

fn read(collection: &CodeCollection) -> Read {
    let mut read = Read::default();
    read.documents.push(of_collection(collection, None, &Links::Repository(GIT_URL, REF)));
    for library in libraries() {
        read.documents.extend(of_library(&library, &Links::Pages(PAGES), &FunctionTexts::new(&[])));
    }
    read.count_documents();
    read
}

/// The libraries, without paths: none of their files is in a source.
fn libraries() -> impl Iterator<Item = Library> {
    SPECS.lines().filter_map(|line| libspec::parse(line).value).map(|spec| {
        let name = spec.name.clone();
        spec.library(STANDARD_LIBRARIES, &name, "", Vec::new())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_library_is_read_whole() {
        assert!(SPECS.lines().all(|line| libspec::parse(line).problems.is_empty()));
        let found: Vec<Library> = libraries().collect();
        let names: Vec<&str> = found.iter().map(|library| library.name.as_str()).collect();
        let expected = [
            "BuiltIn",
            "Collections",
            "DateTime",
            "Dialogs",
            "OperatingSystem",
            "Process",
            "Screenshot",
            "String",
            "Telnet",
            "XML",
        ];
        assert_eq!(names, expected);
        assert!(found.iter().all(|library| library.version == REF[1..] && !library.keywords.is_empty()));
        assert!(PAGES.contains(&REF[1..]));
    }

    #[test]
    fn keywords_lead_to_their_pages() {
        let read = read(&collection());
        let keyword =
            read.documents.iter().find(|document| document.id == "robotframework/BuiltIn#Run Keyword If");
        let location = keyword.map(|keyword| keyword.location.clone()).unwrap_or_default();
        let page = "https://robotframework.org/robotframework/7.5/libraries/BuiltIn.html#Run%20Keyword%20If";
        assert_eq!((location.url.as_deref(), location.path, location.line), (Some(page), None, None));
        assert_eq!(read.counts["library"], 10);
        assert!(read.counts["keyword"] > 300, "{:?}", read.counts);
    }
}
