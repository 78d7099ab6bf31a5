//! Suite files: settings, tests and the resource parts together (`SettingsBuilder`,
//! `SuiteBuilder` and `TestCaseBuilder` of Robot Framework's
//! `src/robot/running/builder/transformers.py`).

use super::body::{self, Body, Owner, Statement};
use super::definition::{Definition, definitions};
use super::documentation;
use super::languages::Languages;
use super::letters::{is_lower, title};
use super::lexer::{Cell, Context, Scope, Section, SectionRange, Setting, Settings, Statements, sections};
use super::model::{KeywordCall, Metadata, Suite, TestCase};
use super::reader::Reader;
use super::refusal::Refusal;
use super::resource::{KeywordTags, Keywords, fixture, import, metadata, single, variables};
use super::spaces::trim;
use super::{tags, words};

/// What the Settings section gives to every test.
#[derive(Default)]
struct Defaults {
    setup: Option<KeywordCall>,
    teardown: Option<KeywordCall>,
    timeout: Option<String>,
    tags: Vec<String>,
    /// For tests without `[Tags]`.
    default_tags: Vec<String>,
    template: Option<String>,
    /// Whether rows are template arguments, even if the template turns out to be `NONE`.
    has_template: bool,
    /// How many bytes each test takes over.
    size: usize,
}

impl Defaults {
    fn measure(&mut self) {
        let fixtures = self.setup.iter().chain(&self.teardown);
        let texts = fixtures.flat_map(|call| call.args.iter().chain([&call.name]));
        let texts = texts.chain(&self.timeout).chain(&self.template);
        self.size = texts.chain(&self.tags).chain(&self.default_tags).map(|text| text.len() + 1).sum();
    }
}

/// Reads a suite file.
pub(super) fn suite(text: &str, file_name: &str, reader: &mut Reader<'_>) -> Suite {
    let all = Statements::split(text);
    let mut languages = Languages::english();
    let found = sections(&all, false, &mut languages, reader);
    let mut builder = Builder {
        all: &all,
        languages: &languages,
        reader,
        suite: Suite::default(),
        metadata: Vec::new(),
        defaults: Defaults::default(),
        keyword_tags: KeywordTags::default(),
    };
    builder.settings(&found);
    builder.sections(&found);
    builder.finish(file_name)
}

struct Builder<'b, 'a, 'r> {
    all: &'b Statements<'a>,
    languages: &'b Languages,
    reader: &'b mut Reader<'r>,
    suite: Suite,
    metadata: Vec<(String, String)>,
    defaults: Defaults,
    keyword_tags: KeywordTags,
}

impl<'b, 'a> Builder<'b, 'a, '_> {
    /// Settings come first, wherever they stand: templates change how tests are read.
    fn settings(&mut self, found: &[SectionRange]) {
        let mut settings = Settings::new(Scope::Suite);
        for range in found.iter().filter(|range| range.section == Section::Settings) {
            for index in range.statements.clone() {
                let statement = self.all.get(index);
                match settings.read(statement, self.languages) {
                    Ok(setting) => self.setting(setting, statement),
                    Err(message) => self.reader.problem(&statement[0], words::problem(&message)),
                }
            }
        }
        self.defaults.measure();
    }

    fn setting(&mut self, setting: Setting, statement: &[Cell<'_>]) {
        let values = &statement[1..];
        let reader = &mut *self.reader;
        match setting {
            Setting::Documentation => self.suite.doc = documentation::join(values, reader),
            Setting::Metadata => self.metadata.push(metadata(values, reader)),
            Setting::Name => self.suite.name = single(values, reader).unwrap_or_default(),
            Setting::SuiteSetup => self.suite.setup = Some(fixture(statement, reader)),
            Setting::SuiteTeardown => self.suite.teardown = Some(fixture(statement, reader)),
            Setting::TestSetup => self.defaults.setup = Some(fixture(statement, reader)),
            Setting::TestTeardown => self.defaults.teardown = Some(fixture(statement, reader)),
            Setting::TestTemplate => {
                self.defaults.has_template = values.first().is_some_and(|value| !value.value.is_empty());
                self.defaults.template = single(values, reader);
            }
            Setting::TestTimeout => self.defaults.timeout = single(values, reader),
            Setting::TestTags => self.test_tags(values),
            Setting::DefaultTags => self.defaults.default_tags = reader.strings(values),
            Setting::KeywordTags => self.keyword_tags = KeywordTags::new(values, reader),
            Setting::Library | Setting::Resource | Setting::Variables => {
                self.suite.resource.imports.extend(import(setting, statement, reader));
            }
            // Settings of tests and keywords only.
            Setting::Tags
            | Setting::Setup
            | Setting::Teardown
            | Setting::Template
            | Setting::Timeout
            | Setting::Arguments
            | Setting::Return => {}
        }
    }

    fn test_tags(&mut self, values: &[Cell<'_>]) {
        for value in values.iter().filter(|value| value.value.starts_with('-')) {
            let message = format!("tags starting with a hyphen like `{}` are deprecated here", value.value);
            self.reader.warn(value, message);
        }
        self.defaults.tags = tags::unique(&self.reader.strings(values));
    }

    fn sections(&mut self, found: &[SectionRange]) {
        let mut rpa = None;
        let mut keywords = Keywords::default();
        for range in found {
            match range.section {
                Section::Variables => {
                    let rows = variables(self.all, range.statements.clone(), self.reader);
                    self.suite.resource.variables.extend(rows);
                }
                Section::TestCases | Section::Tasks => {
                    let tasks = range.section == Section::Tasks;
                    if *rpa.get_or_insert(tasks) != tasks {
                        self.reader.refuse(Refusal::TestsAndTasks);
                    }
                    for definition in definitions(self.all, range.statements.clone()) {
                        let test = self.test(&definition);
                        self.suite.tests.push(test);
                    }
                }
                Section::Keywords => {
                    for definition in definitions(self.all, range.statements.clone()) {
                        keywords.add(&definition, &self.keyword_tags, self.languages, self.reader);
                    }
                }
                Section::Settings | Section::Comments => {}
            }
        }
        self.suite.rpa = rpa.unwrap_or_default();
        self.suite.resource.keywords = keywords.finish();
    }

    fn test(&mut self, definition: &Definition<'b, 'a>) -> TestCase {
        let lineno = definition.name.line;
        let mut test = TestCase { name: self.reader.string(definition.name), lineno, ..TestCase::default() };
        let nothing = Defaults::default();
        let may_copy = self.reader.may_copy(self.defaults.size, lineno);
        let defaults = if may_copy { &self.defaults } else { &nothing };
        test.setup.clone_from(&defaults.setup);
        test.teardown.clone_from(&defaults.teardown);
        test.timeout.clone_from(&defaults.timeout);
        test.template.clone_from(&defaults.template);
        let mut settings = Settings::new(Scope::Test);
        let statements = definition.statements(Context::Test, &mut settings, self.languages);
        let has_template = self.has_template(&statements);
        let Body { items, settings } = body::body(statements, Owner::Test, has_template, self.reader);
        test.body = items;
        check(&test, definition.name, self.reader);
        let own_tags = set(&mut test, settings, self.reader);
        test.tags = match own_tags {
            Some(own) => tags::add(&defaults.tags, &own, lineno, self.reader),
            None => tags::unique(defaults.tags.iter().chain(&defaults.default_tags)),
        };
        if let Some(template) = &test.template {
            body::apply_template(template, &mut test.body, lineno, self.reader);
        }
        test
    }

    /// Whether rows are template arguments (`TestCaseSettings.template_set`).
    fn has_template(&self, statements: &[Statement<'_, '_>]) -> bool {
        let own = statements.iter().find_map(|statement| match statement {
            Statement::Setting(Setting::Template, cells) => {
                Some(cells.get(1).map_or("NONE", |cell| cell.value))
            }
            _ => None,
        });
        match own {
            Some(own) if own.to_uppercase() == "NONE" => false,
            Some(own) if !own.is_empty() => true,
            _ => self.defaults.has_template,
        }
    }

    fn finish(self, file_name: &str) -> Suite {
        let mut suite = self.suite;
        if suite.name.is_empty() {
            suite.name = name_from_file(file_name);
        }
        suite.metadata = Metadata::from_entries(self.metadata);
        if suite.tests.is_empty() {
            self.reader.refuse(Refusal::NoTests(suite.name.clone()));
        }
        suite
    }
}

/// Sets what a test says itself; gives its tags, which are added to those of the file.
fn set(
    test: &mut TestCase,
    settings: Vec<(Setting, &[Cell<'_>])>,
    reader: &mut Reader<'_>,
) -> Option<Vec<String>> {
    let mut own_tags = None;
    let mut own_metadata = Vec::new();
    for (setting, statement) in settings {
        let values = &statement[1..];
        match setting {
            Setting::Documentation => test.doc = documentation::join(values, reader),
            Setting::Metadata => own_metadata.push(metadata(values, reader)),
            Setting::Tags => own_tags = Some(reader.strings(values)),
            Setting::Setup => test.setup = Some(fixture(statement, reader)),
            Setting::Teardown => test.teardown = Some(fixture(statement, reader)),
            Setting::Template => test.template = single(values, reader),
            Setting::Timeout => test.timeout = single(values, reader),
            _ => {}
        }
    }
    test.metadata = Metadata::from_entries(own_metadata);
    own_tags
}

/// Reports what makes Robot Framework fail a test when it runs it.
fn check(test: &TestCase, name: &Cell<'_>, reader: &mut Reader<'_>) {
    if test.name.is_empty() {
        reader.problem(name, "test or task has no name");
    }
    if test.body.is_empty() {
        reader.problem(name, format!("test or task `{}` is empty", test.name));
    }
}

/// The name of a suite without a `Name` setting (`TestSuite.name_from_source`).
fn name_from_file(file_name: &str) -> String {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    // A name that only starts with a dot has no ending.
    let stem = match base.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && !ending.is_empty() => stem,
        _ => base,
    };
    let name = match stem.split_once("__") {
        Some((_, name)) if !name.is_empty() => name,
        _ => stem,
    };
    let name = name.replace('_', " ");
    let name = trim(&name);
    if is_lower(name) { title(name) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_files() {
        #[track_caller]
        fn check(file: &str, expected: &str) {
            assert_eq!(name_from_file(file), expected);
        }
        check("runbook.robot", "Runbook");
        check("a/b/01__my_suite.robot", "My Suite");
        check("MY_suite.robot", "MY suite");
        check("__init__.robot", "Init");
        check("a.b.robot", "A.B");
        check("x__.robot", "X");
        check(".robot", ".Robot");
        check("k8s_x2y.robot", "K8S X2Y");
    }
}
