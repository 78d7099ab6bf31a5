use std::ops::Range;

use super::cells::{Cell, Statements};
use crate::parse::robot::languages::Languages;
use crate::parse::robot::letters::title;
use crate::parse::robot::reader::Reader;
use crate::parse::robot::refusal::Refusal;
use crate::parse::robot::spaces::{plain_spaces, trim};

/// The sections that a file may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Settings,
    Variables,
    TestCases,
    Tasks,
    Keywords,
    Comments,
}

impl Section {
    const ALL: [Section; 6] = [
        Section::Settings,
        Section::Variables,
        Section::TestCases,
        Section::Tasks,
        Section::Keywords,
        Section::Comments,
    ];

    fn plural(self) -> &'static str {
        match self {
            Section::Settings => "Settings",
            Section::Variables => "Variables",
            Section::TestCases => "Test Cases",
            Section::Tasks => "Tasks",
            Section::Keywords => "Keywords",
            Section::Comments => "Comments",
        }
    }

    fn from_singular(name: &str) -> Option<Section> {
        Section::ALL.into_iter().find(|section| section.plural().strip_suffix('s') == Some(name))
    }
}

/// A section and its statements without the header.
pub(crate) struct SectionRange {
    pub(crate) section: Section,
    pub(crate) statements: Range<usize>,
}

/// Finds the sections of a file, and the languages that its `Language:` lines add.
///
/// What stands before the first header and below an unknown header is left out.
pub(crate) fn sections(
    all: &Statements<'_>,
    resource: bool,
    languages: &mut Languages,
    reader: &mut Reader<'_>,
) -> Vec<SectionRange> {
    let mut found: Vec<SectionRange> = Vec::new();
    let mut before_first = true;
    let mut open = false;
    for index in 0..all.len() {
        let statement = all.get(index);
        if statement[0].value.starts_with('*') {
            before_first = false;
            let section = section(&statement[0], resource, languages, reader);
            open = section.is_some();
            found.extend(section.map(|section| SectionRange { section, statements: index + 1..index + 1 }));
        } else if before_first {
            add_language(statement, languages, reader);
        } else if let Some(last) = found.last_mut().filter(|_| open) {
            last.statements.end = index + 1;
        }
    }
    found
}

/// The section that a header opens.
fn section(
    header: &Cell<'_>,
    resource: bool,
    languages: &Languages,
    reader: &mut Reader<'_>,
) -> Option<Section> {
    let name = title(plain_spaces(header.value).trim_matches(['*', ' ']));
    let plural = languages.section(&name);
    let allowed = |section: &Section| !(resource && matches!(section, Section::TestCases | Section::Tasks));
    let Some(section) = plural.or_else(|| Section::from_singular(&name)).filter(allowed) else {
        invalid_section(header, &name, plural, resource, reader);
        return None;
    };
    if plural.is_none() {
        reader.warn(
            header,
            format!(
                "singular section headers like `{}` are deprecated, use `*** {} ***`",
                header.value,
                section.plural()
            ),
        );
    }
    Some(section)
}

fn invalid_section(
    header: &Cell<'_>,
    name: &str,
    known: Option<Section>,
    resource: bool,
    reader: &mut Reader<'_>,
) {
    if !resource {
        reader.problem(header, format!("unrecognized section header `{}`", header.value));
        return;
    }
    let message = if known.is_some() {
        format!("resource file with `{name}` section is invalid")
    } else {
        format!("unrecognized section header `{}`", header.value)
    };
    reader.problem(header, message.clone());
    reader.refuse(Refusal::InvalidSection { line: header.line, message });
}

/// Takes a `Language: name` line (`ImplicitCommentLexer`).
fn add_language(statement: &[Cell<'_>], languages: &mut Languages, reader: &mut Reader<'_>) {
    if !statement[0].value.contains(':') {
        return;
    }
    let line: Vec<&str> = statement.iter().map(|cell| cell.value).collect();
    let line = line.join(" ");
    let Some((config, value)) = line.split_once(':') else { return };
    if config.to_lowercase() == "language" && !languages.add(trim(value)) {
        reader.problem(&statement[0], format!("language `{}` is not known", trim(value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, resource: bool, expected: &[(Section, Range<usize>)], problems: &[&str]) {
        let all = Statements::split(text);
        let mut reader = Reader::new(text, None);
        let found = sections(&all, resource, &mut Languages::english(), &mut reader);
        let found: Vec<_> = found.into_iter().map(|range| (range.section, range.statements)).collect();
        assert_eq!(found, expected);
        let messages: Vec<_> = reader.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages, problems);
    }

    #[test]
    fn headers() {
        check("a\nb", false, &[], &[]);
        check("x\n*** Settings ***\na\nb\n", false, &[(Section::Settings, 2..4)], &[]);
        check(
            "* variables\na\n** TEST\u{a0}CASES **  Name  Tags\n*tasks",
            false,
            &[(Section::Variables, 1..2), (Section::TestCases, 3..3), (Section::Tasks, 4..4)],
            &[],
        );
        check(" *** Settings ***\na", false, &[], &[]);
        check("  *** Settings ***\na", false, &[], &[]);
    }

    #[test]
    fn singular_headers_are_deprecated() {
        check(
            "*** Setting ***\na",
            false,
            &[(Section::Settings, 1..2)],
            &["singular section headers like `*** Setting ***` are deprecated, use `*** Settings ***`"],
        );
    }

    #[test]
    fn unknown_headers_hide_what_is_below() {
        check(
            "*** Settings ***\na\n*** Nope ***\nb\n*** Keywords ***\nc",
            false,
            &[(Section::Settings, 1..2), (Section::Keywords, 5..6)],
            &["unrecognized section header `*** Nope ***`"],
        );
        check("*** Test Cases ***\na", true, &[], &["resource file with `Test Cases` section is invalid"]);
    }

    #[test]
    fn language_lines() {
        check("Language: fi\n*** Asetukset ***\na", false, &[(Section::Settings, 2..3)], &[]);
        check("language:  french  \n*** Unités de test ***", false, &[(Section::TestCases, 2..2)], &[]);
        check(
            "*** Comments ***\nLanguage: fi\n*** Asetukset ***",
            false,
            &[(Section::Comments, 1..2)],
            &["unrecognized section header `*** Asetukset ***`"],
        );
        check("Language: Sindarin", false, &[], &["language `Sindarin` is not known"]);
    }
}
