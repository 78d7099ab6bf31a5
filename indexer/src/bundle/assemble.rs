use ccr_index::FileProblem;
use ccr_index::model::{Access, CodeBundle, Metadata, TaskKind};
use ccr_index::platform::split_supports;

use super::interface::Interface;
use super::layout::Role;
use super::resources::Followed;
use super::{platform, scripts, suite};
use crate::library::Repository;
use crate::parse::robot::{self, Suite};
use crate::parse::script::{self, Language};
use crate::parse::{Parsed, Problem, generation_rules, meta, readme, skill, slx_template, text};

/// A file of a bundle.
#[derive(Debug, Clone)]
pub struct BundleFile {
    /// Path inside the bundle's directory.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A bundle with the texts that are searched and what was wrong in its files.
#[derive(Debug, Default)]
pub struct Assembled {
    /// The facts.
    pub bundle: CodeBundle,
    /// What each task calls, one text a task.
    pub task_code: Vec<String>,
    /// Texts of suites and scripts with their repository paths.
    pub sources: Vec<(String, String)>,
    /// The parsed suites with their repository paths, those that the bundle does not run included.
    pub suites: Vec<(String, Suite)>,
    /// What looked wrong, with repository paths.
    pub problems: Vec<FileProblem>,
}

/// What other files say of things that the bundle's own suites may leave open.
#[derive(Default)]
struct Fallbacks {
    titles: Vec<String>,
    descriptions: Vec<String>,
    authors: Vec<String>,
    platforms: Vec<String>,
    access: Option<Access>,
}

/// Reads the files of a directory. `root` is its repository path, such as `codebundles/k8s-check`, and
/// `repository` what its suites may import.
pub fn assemble(
    collection: &str,
    directory: &str,
    root: &str,
    files: &[BundleFile],
    repository: &Repository<'_>,
) -> Assembled {
    let mut assembled = Assembled {
        bundle: CodeBundle {
            id: format!("{collection}/{directory}"),
            collection: collection.to_owned(),
            directory: directory.to_owned(),
            path: root.to_owned(),
            ..CodeBundle::default()
        },
        ..Assembled::default()
    };
    let mut fallbacks = Fallbacks::default();
    let has_main_suite =
        files.iter().any(|file| matches!(Role::of(&file.path), Some(Role::Runbook | Role::Monitor)));
    for (role, file) in in_order(files) {
        // A suite beside the runbook or the monitor is not run by the platform: it is read for its
        // mistakes only.
        let role = if role == Role::OtherSuite && !has_main_suite { Role::Runbook } else { role };
        assembled.read(role, file, repository, &mut fallbacks);
    }
    assembled.finish(fallbacks);
    assembled
}

/// Files with their roles, runbook and monitor first, then by path.
fn in_order(files: &[BundleFile]) -> Vec<(Role, &BundleFile)> {
    let mut ordered: Vec<(Role, &BundleFile)> =
        files.iter().filter_map(|file| Some((Role::of(&file.path)?, file))).collect();
    let rank = |role| match role {
        Role::Runbook => 0,
        Role::Monitor => 1,
        Role::OtherSuite => 2,
        _ => 3,
    };
    ordered.sort_by(|(a, left), (b, right)| rank(*a).cmp(&rank(*b)).then_with(|| left.path.cmp(&right.path)));
    ordered
}

impl Assembled {
    fn read(
        &mut self,
        role: Role,
        file: &BundleFile,
        repository: &Repository<'_>,
        fallbacks: &mut Fallbacks,
    ) {
        let path = format!("{}/{}", self.bundle.path, file.path);
        let decoded = match role {
            Role::Runbook | Role::Monitor | Role::OtherSuite => suite_text(&file.bytes),
            _ => text::decode(&file.bytes),
        };
        let text = self.take(&path, decoded);
        match role {
            Role::Runbook => self.read_suite(Some(TaskKind::Runbook), &path, text, repository),
            Role::Monitor => self.read_suite(Some(TaskKind::Sli), &path, text, repository),
            Role::OtherSuite => self.read_suite(None, &path, text, repository),
            Role::Readme => {
                let mut readme = self.take(&path, readme::parse(&text));
                readme.path = path;
                self.bundle.readme = Some(readme);
            }
            Role::Meta => self.read_meta(&path, &text, fallbacks),
            Role::Skill => self.read_skill(&path, &text, fallbacks),
            Role::GenerationRules => {
                let mut rules = self.take(&path, generation_rules::parse(&text));
                rules.iter_mut().for_each(|rule| rule.path.clone_from(&path));
                self.bundle.generation_rules.extend(rules);
            }
            Role::Template => {
                let mut template = self.take(&path, slx_template::parse(&text));
                template.path = path;
                self.bundle.templates.push(template);
            }
            Role::Script => {
                let Some(language) = Language::of(&file.path, &text) else { return };
                let mut script = self.take(&path, script::parse(language, &text));
                script.path.clone_from(&path);
                self.bundle.scripts.push(script);
                self.sources.push((path, text));
            }
        }
    }

    /// The value, its problems noted.
    fn take<T>(&mut self, path: &str, parsed: Parsed<T>) -> T {
        self.problems.extend(parsed.problems.into_iter().map(|problem| problem.in_file(path)));
        parsed.value
    }

    /// Reads a suite, and takes its facts where it is a runbook or a monitor.
    fn read_suite(&mut self, kind: Option<TaskKind>, path: &str, text: String, repository: &Repository<'_>) {
        let file_name = path.rsplit('/').next().unwrap_or(path);
        let suite = self.take(path, robot::parse_suite(&text, file_name));
        if let Some(refusal) = &suite.refusal {
            let message = format!("Robot Framework would not run this suite: {refusal}");
            self.problems.push(Problem::whole(message).in_file(path));
        }
        if let Some(kind) = kind {
            self.add_suite(&suite, kind, path, repository);
            self.sources.push((path.to_owned(), text));
        }
        self.suites.push((path.to_owned(), suite));
    }

    fn add_suite(&mut self, suite: &Suite, kind: TaskKind, path: &str, repository: &Repository<'_>) {
        let bundle = &mut self.bundle;
        for (name, value) in suite.metadata.iter() {
            match name.to_lowercase().replace([' ', '_'], "").as_str() {
                "displayname" if bundle.display_name.is_empty() => value.clone_into(&mut bundle.display_name),
                "author" if bundle.author.is_none() => bundle.author = Some(value.to_owned()),
                "supports" => extend_new(&mut bundle.support_tags, split_supports(value)),
                _ => {}
            }
            let setting = Metadata { name: name.to_owned(), value: value.to_owned() };
            if !bundle.metadata.contains(&setting) {
                bundle.metadata.push(setting);
            }
        }
        if bundle.description.is_empty() {
            bundle.description.clone_from(&suite.doc);
        }
        let mut interface = Interface::of(suite, path);
        let followed = Followed::of(suite, path, repository);
        for (path, keyword) in &followed.keywords {
            keyword.calls().for_each(|call| interface.read(call, path));
        }
        // Runbook and monitor often import the same resource file.
        push_new(&mut bundle.user_variables, interface.user_variables);
        push_new(&mut bundle.secrets, interface.secrets);
        push_new(&mut bundle.services, interface.services);
        push_new(&mut bundle.platform_variables, interface.platform_variables);
        bundle.imports.extend(suite::imports(&suite.resource.imports, path, repository));
        push_new(&mut bundle.imports, followed.imports(repository));
        bundle.keywords.extend(suite::keywords(suite, path));
        push_new(&mut bundle.keywords, followed.uses(suite));
        for (task, code) in suite::tasks(suite, kind, &bundle.id, path) {
            bundle.tasks.push(task);
            self.task_code.push(code);
        }
        match kind {
            TaskKind::Runbook => bundle.runbook_path = Some(path.to_owned()),
            TaskKind::Sli => bundle.sli_path = Some(path.to_owned()),
        }
    }

    fn read_meta(&mut self, path: &str, text: &str, fallbacks: &mut Fallbacks) {
        let meta = self.take(path, meta::parse(text));
        extend_new(&mut self.bundle.meta_tags, meta.tags);
        fallbacks.titles.extend(meta.title);
        fallbacks.descriptions.extend(meta.description);
        fallbacks.authors.extend(meta.author);
    }

    fn read_skill(&mut self, path: &str, text: &str, fallbacks: &mut Fallbacks) {
        let skill = self.take(path, skill::parse(text));
        self.bundle.skill_description = self.bundle.skill_description.take().or(skill.description);
        extend_new(&mut self.bundle.resource_types, skill.resource_types);
        fallbacks.platforms.extend(skill.platforms);
        fallbacks.access = fallbacks.access.or(skill.access);
    }

    /// Fills what the suites left open and what needs all files.
    fn finish(&mut self, fallbacks: Fallbacks) {
        let bundle = &mut self.bundle;
        if bundle.display_name.is_empty() {
            let stated = fallbacks.titles.into_iter().find(|title| !title.is_empty());
            bundle.display_name = stated.unwrap_or_else(|| {
                bundle.inferred.push("display_name".to_owned());
                title_of(&bundle.directory)
            });
        }
        if bundle.description.is_empty() {
            let described = fallbacks.descriptions.into_iter().chain(bundle.skill_description.clone());
            bundle.description = described.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        }
        bundle.author = bundle.author.take().or_else(|| fallbacks.authors.into_iter().next());
        let types: Vec<String> =
            bundle.generation_rules.iter().flat_map(|rule| rule.resource_types.iter().cloned()).collect();
        extend_new(&mut bundle.resource_types, types);
        bundle.access = bundle.tasks.iter().filter_map(|task| task.access).max().or(fallbacks.access);
        suite::make_ids_unique(&mut bundle.tasks);
        platform::set(bundle, &fallbacks.platforms);
        scripts::link(&mut bundle.scripts, &bundle.tasks, &bundle.path);
    }
}

/// The text of a suite. Robot Framework takes UTF-8 only; what it refuses is read as well as can be.
fn suite_text(bytes: &[u8]) -> Parsed<String> {
    match robot::decode(bytes) {
        Ok(text) => Parsed::clean(text.to_owned()),
        Err(refused) => {
            let mut parsed = text::decode(bytes);
            // The first problem is how it was read: one cause is told once.
            match parsed.problems.first_mut() {
                Some(first) => {
                    first.message.push_str("; Robot Framework takes UTF-8 only");
                    first.severity = refused.severity;
                }
                None => parsed.problems.push(refused),
            }
            parsed
        }
    }
}

/// `azure-vm_health` in words: `Azure Vm Health`.
fn title_of(directory: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    };
    directory
        .split(['-', '_', ' '])
        .filter(|word| !word.is_empty())
        .map(capital)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Appends what is not there yet.
fn push_new<T: PartialEq>(list: &mut Vec<T>, more: Vec<T>) {
    for value in more {
        if !list.contains(&value) {
            list.push(value);
        }
    }
}

/// Appends what is not there yet, letter case ignored.
fn extend_new(list: &mut Vec<String>, more: Vec<String>) {
    for value in more {
        if !list.iter().any(|known| known.eq_ignore_ascii_case(&value)) {
            list.push(value);
        }
    }
}
