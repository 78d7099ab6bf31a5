//! What suite and resource files have in common: imports, variables and keywords, and resource
//! files themselves (`ResourceBuilder` and `KeywordBuilder` of Robot Framework's
//! `src/robot/running/builder/transformers.py`).

use std::collections::HashMap;
use std::ops::Range;

use super::body::{self, Body, Owner};
use super::definition::{Definition, definitions};
use super::languages::Languages;
use super::letters::fold_name;
use super::lexer::{Cell, Context, Scope, Section, SectionRange, Setting, Settings, Statements, sections};
use super::model::{BodyItem, Import, ImportKind, KeywordCall, Resource, Return, UserKeyword, Variable};
use super::reader::Reader;
use super::refusal::Refusal;
use super::spaces::plain_spaces;
use super::variables::Unclosed;
use super::{arguments, documentation, embedded, tags, words};

/// Reads a resource file.
pub(super) fn resource(text: &str, reader: &mut Reader<'_>) -> Resource {
    let all = Statements::split(text);
    let mut languages = Languages::english();
    let found = sections(&all, true, &mut languages, reader);
    let mut resource = Resource::default();
    let mut settings = Settings::new(Scope::Resource);
    let mut keywords = Keywords::default();
    // Unlike in suite files, `Keyword Tags` count for the keywords below them only.
    let mut keyword_tags = KeywordTags::default();
    for SectionRange { section, statements } in found {
        match section {
            Section::Settings => {
                for index in statements {
                    let statement = all.get(index);
                    match settings.read(statement, &languages) {
                        Ok(Setting::KeywordTags) => {
                            keyword_tags = KeywordTags::new(&statement[1..], reader);
                        }
                        Ok(Setting::Documentation) => {
                            resource.doc = documentation::join(&statement[1..], reader);
                        }
                        Ok(setting) => resource.imports.extend(import(setting, statement, reader)),
                        Err(message) => reader.problem(&statement[0], words::problem(&message)),
                    }
                }
            }
            Section::Variables => resource.variables.extend(variables(&all, statements, reader)),
            Section::Keywords => {
                for definition in definitions(&all, statements) {
                    keywords.add(&definition, &keyword_tags, &languages, reader);
                }
            }
            Section::TestCases | Section::Tasks | Section::Comments => {}
        }
    }
    resource.keywords = keywords.finish();
    resource
}

/// The value of a setting that takes one; `NONE` stands for none.
pub(super) fn single(values: &[Cell<'_>], reader: &Reader<'_>) -> Option<String> {
    let value = reader.string(values.first()?);
    (!value.is_empty() && value.to_uppercase() != "NONE").then_some(value)
}

/// A setup or teardown.
pub(super) fn fixture(statement: &[Cell<'_>], reader: &Reader<'_>) -> KeywordCall {
    let name = statement.get(1).map(|name| reader.string(name)).unwrap_or_default();
    let args = reader.strings(statement.get(2..).unwrap_or_default());
    KeywordCall { name, args, assign: Vec::new(), lineno: Some(statement[0].line) }
}

/// Name and value of a `Metadata` setting.
pub(super) fn metadata(values: &[Cell<'_>], reader: &Reader<'_>) -> (String, String) {
    match values.split_first() {
        Some((name, value)) => (reader.string(name), documentation::join(value, reader)),
        None => (String::new(), String::new()),
    }
}

/// What an import setting imports; none for other settings.
pub(super) fn import(setting: Setting, statement: &[Cell<'_>], reader: &Reader<'_>) -> Option<Import> {
    let kind = match setting {
        Setting::Library => ImportKind::Library,
        Setting::Resource => ImportKind::Resource,
        Setting::Variables => ImportKind::Variables,
        _ => return None,
    };
    let values = &statement[1..];
    let (values, alias) = match values {
        [before @ .., mark, alias] if kind == ImportKind::Library && is_as(mark.value) => {
            (before, Some(alias))
        }
        _ => (values, None),
    };
    let name = values.first().or(alias).map(|name| reader.string(name)).unwrap_or_default();
    let args = reader.strings(values.get(1..).unwrap_or_default());
    let alias = alias.map(|alias| reader.string(alias)).filter(|alias| !alias.is_empty());
    Some(Import { kind, name, args, alias, lineno: statement[0].line })
}

fn is_as(mark: &str) -> bool {
    matches!(plain_spaces(mark).as_str(), "AS" | "WITH NAME")
}

/// The rows of a Variables section.
pub(super) fn variables(all: &Statements<'_>, range: Range<usize>, reader: &mut Reader<'_>) -> Vec<Variable> {
    range.map(|index| variable(all.get(index), reader)).collect()
}

fn variable(statement: &[Cell<'_>], reader: &mut Reader<'_>) -> Variable {
    let (name, values) = (reader.string(&statement[0]), reader.strings(&statement[1..]));
    let names: &[&str] = if statement[0].value.starts_with('$') { &["separator"] } else { &[] };
    let (value, options) = body::split_options(&values, names);
    let error = words::errors(body::variable_errors(&name, value));
    if let Some(error) = &error {
        reader.problem(&statement[0], words::problem(error));
    }
    Variable {
        name: body::variable_name(&name),
        value: value.to_vec(),
        lineno: statement[0].line,
        error,
        separator: body::option(&options, "separator"),
    }
}

/// What `Keyword Tags` gives to every keyword.
#[derive(Default)]
pub(super) struct KeywordTags {
    tags: Vec<String>,
    /// How many bytes each keyword takes over.
    size: usize,
}

impl KeywordTags {
    pub(super) fn new(values: &[Cell<'_>], reader: &Reader<'_>) -> Self {
        let tags = tags::unique(&reader.strings(values));
        KeywordTags { size: tags.iter().map(|tag| tag.len() + 1).sum(), tags }
    }
}

/// The keywords of a file.
#[derive(Default)]
pub(super) struct Keywords {
    all: Vec<UserKeyword>,
    /// Places of those without embedded arguments, by folded name.
    by_name: HashMap<String, usize>,
}

impl Keywords {
    pub(super) fn add(
        &mut self,
        definition: &Definition<'_, '_>,
        tags: &KeywordTags,
        languages: &Languages,
        reader: &mut Reader<'_>,
    ) {
        let keyword = keyword(definition, tags, languages, reader);
        if let Some(error) = &keyword.error {
            reader.problem(definition.name, words::problem(error));
        }
        if embedded::arguments(&keyword.name) == Ok(true) {
            self.all.push(keyword);
            return;
        }
        match self.by_name.get(&fold_name(&keyword.name)) {
            Some(first) => {
                let error = "Keyword with same name defined multiple times.";
                reader.problem(definition.name, words::problem(error));
                self.all[*first].error = Some(error.to_owned());
            }
            None => {
                self.by_name.insert(fold_name(&keyword.name), self.all.len());
                self.all.push(keyword);
            }
        }
    }

    pub(super) fn finish(self) -> Vec<UserKeyword> {
        self.all
    }
}

fn keyword(
    definition: &Definition<'_, '_>,
    tags: &KeywordTags,
    languages: &Languages,
    reader: &mut Reader<'_>,
) -> UserKeyword {
    let (name, lineno) = (reader.string(definition.name), definition.name.line);
    let error = if name.is_empty() {
        Some("User keyword name cannot be empty.".to_owned())
    } else {
        embedded::arguments(&name).err()
    };
    let mut keyword = UserKeyword { name, lineno, error, ..UserKeyword::default() };
    if reader.may_copy(tags.size, lineno) {
        keyword.tags.clone_from(&tags.tags);
    }
    let mut settings = Settings::new(Scope::Keyword);
    let statements = definition.statements(Context::Keyword, &mut settings, languages);
    let Body { items, settings } = body::body(statements, Owner::Keyword, false, reader);
    keyword.body = items;
    let mut returned = Vec::new();
    for (setting, statement) in settings {
        if setting == Setting::Return {
            reader.warn(&statement[0], "the `[Return]` setting is deprecated, use the `RETURN` statement");
            returned = reader.strings(&statement[1..]);
        } else {
            set(&mut keyword, setting, statement, reader);
        }
    }
    if !returned.is_empty() {
        keyword.body.push(BodyItem::Return(Return { values: returned, lineno: None, error: None }));
    }
    if keyword.body.is_empty() {
        reader.problem(definition.name, format!("keyword `{}` is empty", keyword.name));
    }
    keyword
}

fn set(keyword: &mut UserKeyword, setting: Setting, statement: &[Cell<'_>], reader: &mut Reader<'_>) {
    let (values, line) = (&statement[1..], statement[0].line);
    match setting {
        Setting::Documentation => keyword.doc = documentation::join(values, reader),
        Setting::Tags => keyword.tags = tags::add(&keyword.tags, &reader.strings(values), line, reader),
        Setting::Timeout => keyword.timeout = single(values, reader),
        Setting::Setup => keyword.setup = Some(fixture(statement, reader)),
        Setting::Teardown => keyword.teardown = Some(fixture(statement, reader)),
        Setting::Arguments => match arguments::parse(&reader.strings(values)) {
            Ok(Ok(args)) => keyword.args = args,
            Ok(Err(errors)) => {
                let errors = words::errors(errors).unwrap_or_default();
                keyword.error = Some(format!("Invalid argument specification: {errors}"));
            }
            Err(Unclosed(message)) => reader.refuse(Refusal::UnclosedVariable { line, message }),
        },
        _ => {}
    }
}
