use super::cells::Cell;
use super::similar::similar;
use crate::parse::robot::languages::Languages;
use crate::parse::robot::letters::{fold, title};
use crate::parse::robot::spaces::{plain_spaces, trim};

/// A setting, whatever word stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setting {
    Documentation,
    Metadata,
    Name,
    SuiteSetup,
    SuiteTeardown,
    TestSetup,
    TestTeardown,
    TestTemplate,
    TestTimeout,
    TestTags,
    DefaultTags,
    KeywordTags,
    Library,
    Resource,
    Variables,
    Tags,
    Setup,
    Teardown,
    Template,
    Timeout,
    Arguments,
    Return,
}

impl Setting {
    /// Whether it may be used more than once.
    fn is_repeatable(self) -> bool {
        matches!(self, Setting::Metadata | Setting::Library | Setting::Resource | Setting::Variables)
    }

    /// Whether it takes one value only.
    fn is_single(self) -> bool {
        matches!(
            self,
            Setting::Resource
                | Setting::TestTimeout
                | Setting::TestTemplate
                | Setting::Timeout
                | Setting::Template
                | Setting::Name
        )
    }
}

/// Where a setting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Settings section of a suite file.
    Suite,
    /// Settings section of a resource file.
    Resource,
    /// Body of a test or task.
    Test,
    /// Body of a keyword.
    Keyword,
}

const SUITE: &[(&str, Setting)] = &[
    ("Documentation", Setting::Documentation),
    ("Metadata", Setting::Metadata),
    ("Name", Setting::Name),
    ("Suite Setup", Setting::SuiteSetup),
    ("Suite Teardown", Setting::SuiteTeardown),
    ("Test Setup", Setting::TestSetup),
    ("Test Teardown", Setting::TestTeardown),
    ("Test Template", Setting::TestTemplate),
    ("Test Timeout", Setting::TestTimeout),
    ("Test Tags", Setting::TestTags),
    ("Default Tags", Setting::DefaultTags),
    ("Keyword Tags", Setting::KeywordTags),
    ("Library", Setting::Library),
    ("Resource", Setting::Resource),
    ("Variables", Setting::Variables),
    // Other names of the same.
    ("Force Tags", Setting::TestTags),
    ("Task Tags", Setting::TestTags),
    ("Task Setup", Setting::TestSetup),
    ("Task Teardown", Setting::TestTeardown),
    ("Task Template", Setting::TestTemplate),
    ("Task Timeout", Setting::TestTimeout),
];

const RESOURCE: &[(&str, Setting)] = &[
    ("Documentation", Setting::Documentation),
    ("Keyword Tags", Setting::KeywordTags),
    ("Library", Setting::Library),
    ("Resource", Setting::Resource),
    ("Variables", Setting::Variables),
];

const TEST: &[(&str, Setting)] = &[
    ("Documentation", Setting::Documentation),
    ("Metadata", Setting::Metadata),
    ("Tags", Setting::Tags),
    ("Setup", Setting::Setup),
    ("Teardown", Setting::Teardown),
    ("Template", Setting::Template),
    ("Timeout", Setting::Timeout),
];

const KEYWORD: &[(&str, Setting)] = &[
    ("Documentation", Setting::Documentation),
    ("Arguments", Setting::Arguments),
    ("Setup", Setting::Setup),
    ("Teardown", Setting::Teardown),
    ("Timeout", Setting::Timeout),
    ("Tags", Setting::Tags),
    ("Return", Setting::Return),
];

impl Scope {
    fn names(self) -> &'static [(&'static str, Setting)] {
        match self {
            Scope::Suite => SUITE,
            Scope::Resource => RESOURCE,
            Scope::Test => TEST,
            Scope::Keyword => KEYWORD,
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Scope::Suite => "in suite file",
            Scope::Resource => "in resource file",
            Scope::Test => "with tests or tasks",
            Scope::Keyword => "with user keywords",
        }
    }
}

/// The settings of one place, each of which is checked as it comes.
pub(crate) struct Settings {
    scope: Scope,
    seen: Vec<Setting>,
}

impl Settings {
    pub(crate) fn new(scope: Scope) -> Self {
        Settings { scope, seen: Vec::new() }
    }

    /// The setting that a statement gives a value to, or Robot Framework's words about why it does not.
    pub(crate) fn read(&mut self, statement: &[Cell<'_>], languages: &Languages) -> Result<Setting, String> {
        let written = self.written_name(statement[0].value);
        let name = title(&plain_spaces(written));
        let name = languages.setting(&name).unwrap_or(&name);
        let Some(setting) = lookup(self.scope.names(), name) else {
            return Err(self.unknown(written, name));
        };
        if self.seen.contains(&setting) && !setting.is_repeatable() {
            return Err(format!("Setting '{written}' is allowed only once. Only the first value is used."));
        }
        if setting.is_single() && statement.len() > 2 {
            let count = statement.len() - 1;
            return Err(format!("Setting '{written}' accepts only one value, got {count}."));
        }
        if !self.seen.contains(&setting) {
            self.seen.push(setting);
        }
        Ok(setting)
    }

    fn written_name<'a>(&self, cell: &'a str) -> &'a str {
        match self.scope {
            Scope::Suite | Scope::Resource => cell,
            Scope::Test | Scope::Keyword => {
                trim(cell.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(cell))
            }
        }
    }

    fn unknown(&self, written: &str, name: &str) -> String {
        let elsewhere = [SUITE, RESOURCE, TEST, KEYWORD];
        if elsewhere.iter().any(|names| lookup(names, name).is_some()) {
            return format!("Setting '{written}' is not allowed {}.", self.scope.in_words());
        }
        let mut message = format!("Non-existing setting '{written}'.");
        let names: Vec<(String, &str)> =
            self.scope.names().iter().map(|(name, _)| (fold(name), *name)).collect();
        let folded: Vec<&str> = names.iter().map(|(folded, _)| folded.as_str()).collect();
        let close = similar(&fold(name), &folded);
        if !close.is_empty() {
            message.push_str(" Did you mean:");
        }
        for found in close {
            let name = names.iter().find(|(folded, _)| folded == found).map_or(found, |(_, name)| name);
            message.push_str("\n    ");
            message.push_str(name);
        }
        message
    }
}

fn lookup(names: &[(&str, Setting)], wanted: &str) -> Option<Setting> {
    names.iter().find(|(name, _)| *name == wanted).map(|(_, setting)| *setting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::robot::lexer::Statements;

    #[track_caller]
    fn check(scope: Scope, text: &str, expected: &[Result<Setting, &str>]) {
        let all = Statements::split(text);
        let mut settings = Settings::new(scope);
        let found: Vec<_> =
            (0..all.len()).map(|index| settings.read(all.get(index), &Languages::english())).collect();
        let found: Vec<_> =
            found.iter().map(|found| found.as_ref().copied().map_err(String::as_str)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_and_aliases() {
        check(
            Scope::Suite,
            "documentation  a\nFORCE\u{a0}TAGS  a\nTask Setup  a\nLibrary  A\nLibrary  B",
            &[
                Ok(Setting::Documentation),
                Ok(Setting::TestTags),
                Ok(Setting::TestSetup),
                Ok(Setting::Library),
                Ok(Setting::Library),
            ],
        );
        check(Scope::Test, "[ Tags ]  a", &[Ok(Setting::Tags)]);
    }

    #[test]
    fn wrong_uses() {
        check(
            Scope::Suite,
            "Test Tags  a\nForce Tags  b\nName  a  b\nName  a",
            &[
                Ok(Setting::TestTags),
                Err("Setting 'Force Tags' is allowed only once. Only the first value is used."),
                Err("Setting 'Name' accepts only one value, got 2."),
                Ok(Setting::Name),
            ],
        );
        check(
            Scope::Test,
            "[Arguments]  a\n[Stup]\n[]\n[Xyz]",
            &[
                Err("Setting 'Arguments' is not allowed with tests or tasks."),
                Err("Non-existing setting 'Stup'. Did you mean:\n    Setup"),
                Err("Non-existing setting ''."),
                Err("Non-existing setting 'Xyz'."),
            ],
        );
        check(
            Scope::Resource,
            "Metadata  a  b",
            &[Err("Setting 'Metadata' is not allowed in resource file.")],
        );
        check(
            Scope::Keyword,
            "[Template]  a",
            &[Err("Setting 'Template' is not allowed with user keywords.")],
        );
    }
}
