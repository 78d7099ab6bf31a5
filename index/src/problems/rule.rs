use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::manifest::Severity;

/// What kind of thing is wrong. Programs hold on to [`Rule::id`], which never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the table says what each is")]
pub enum Rule {
    SourceFailed,
    SourceStale,
    SourceEmpty,
    FileUnreadable,
    FileLeftOut,
    FileEncoding,
    FileEmpty,
    IdTaken,
    RobotSyntax,
    RobotDeprecated,
    PythonSyntax,
    KeywordRefused,
    Libspec,
    Meta,
    Skill,
    GenerationRules,
    SlxTemplate,
    Script,
    Readme,
    PageUnreadable,
    Page,
    Other,
}

/// Id, what is wrong where it is broken, and what to do about it.
type Entry = (Rule, &'static str, &'static str, &'static str);

const TABLE: [Entry; 22] = [
    (
        Rule::SourceFailed,
        "source-failed",
        "A source could not be read, and nothing of it was ever indexed",
        "Check its entry in sources.yaml and the network, then run `ccr index`",
    ),
    (
        Rule::SourceStale,
        "source-stale",
        "A source could not be read; its last good documents stay",
        "Check that the source can be reached, then run `ccr index`",
    ),
    (
        Rule::SourceEmpty,
        "source-empty",
        "A source holds nothing that can be found",
        "Check that its entry in sources.yaml names the right folder or ref",
    ),
    (
        Rule::FileUnreadable,
        "file-unreadable",
        "A file is there and could not be read",
        "Check the permissions of the file and the disk, then run `ccr index`",
    ),
    (
        Rule::FileLeftOut,
        "file-left-out",
        "A file is left out: it is too large, a link that leads nowhere, or no regular file",
        "Put a regular file of a usual size in its place",
    ),
    (Rule::FileEncoding, "file-encoding", "A text is not in UTF-8", "Save the file as UTF-8"),
    (Rule::FileEmpty, "file-empty", "A file is empty", "Write it, or remove it"),
    (
        Rule::IdTaken,
        "id-taken",
        "Two things would have the same id, and one of them is left out",
        "Give one of them another name",
    ),
    (
        Rule::RobotSyntax,
        "robot-syntax",
        "Robot Framework refuses something in a suite or resource file",
        "Write it as Robot Framework's user guide says; `ccr parse FILE` checks a file",
    ),
    (
        Rule::RobotDeprecated,
        "robot-deprecated",
        "A suite or resource file uses what Robot Framework is going to drop",
        "Use what the message names instead",
    ),
    (
        Rule::PythonSyntax,
        "python-syntax",
        "A Python module cannot be read whole; keywords may be missing",
        "Correct the syntax; `ccr parse FILE` checks a file",
    ),
    (
        Rule::KeywordRefused,
        "keyword-refused",
        "A function would be a keyword, and Robot Framework refuses it",
        "Correct the name or the arguments of the function",
    ),
    (
        Rule::Libspec,
        "libspec",
        "A Libdoc spec cannot be read whole",
        "Make it anew with Robot Framework's `libdoc`",
    ),
    (Rule::Meta, "meta", "Something is wrong in a meta.yaml", "Correct the field or the YAML"),
    (
        Rule::Skill,
        "skill",
        "Something is wrong in a skill file",
        "Correct its front matter; a value with `: ` in it is quoted",
    ),
    (
        Rule::GenerationRules,
        "generation-rules",
        "Something is wrong in generation rules",
        "Correct the field or the YAML",
    ),
    (Rule::SlxTemplate, "slx-template", "Something is wrong in an SLX template", "Correct the template"),
    (Rule::Script, "script", "Something is wrong in a script", "Correct the script"),
    (Rule::Readme, "readme", "Something is wrong in a README", "Correct the README"),
    (
        Rule::PageUnreadable,
        "page-unreadable",
        "A page or folder of documentation could not be read",
        "Check its address in sources.yaml, then run `ccr index`",
    ),
    (
        Rule::Page,
        "page",
        "Something about a page of documentation",
        "Correct its entry in sources.yaml, or the page",
    ),
    (Rule::Other, "other", "Something else is wrong", "Do what the message says"),
];

impl Rule {
    /// Every rule, in the order of the table.
    pub fn all() -> impl Iterator<Item = Rule> {
        TABLE.iter().map(|(rule, ..)| *rule)
    }

    /// The name that stays the same in every version, such as `robot-syntax`.
    pub fn id(self) -> &'static str {
        self.entry().1
    }

    /// The rule of an id.
    pub fn from_id(id: &str) -> Option<Rule> {
        TABLE.iter().find(|(_, known, ..)| *known == id).map(|(rule, ..)| *rule)
    }

    /// What it is about, in a sentence without a period.
    pub fn title(self) -> &'static str {
        self.entry().2
    }

    /// What to do, in a sentence without a period.
    pub fn hint(self) -> &'static str {
        self.entry().3
    }

    /// How much it matters mostly.
    pub fn severity(self) -> Severity {
        match self {
            Rule::SourceEmpty | Rule::FileEmpty | Rule::RobotDeprecated | Rule::Page => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// Whether something could not be read, which is seldom its author's fault: what may be as good as ever
    /// upstream is missing or old here.
    pub fn is_of_reading(self) -> bool {
        matches!(self, Rule::SourceFailed | Rule::SourceStale | Rule::FileUnreadable | Rule::PageUnreadable)
    }

    /// What is wrong with a file where its parser says no more, by the kind of file that its path makes it.
    pub fn of_path(path: &str) -> Rule {
        let lower = path.to_ascii_lowercase();
        let name = lower.rsplit('/').next().unwrap_or(&lower);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let is_below = |folder: &str| lower.contains(&format!("/.runwhen/{folder}/"));
        match ending {
            _ if is_below("generation-rules") => Rule::GenerationRules,
            _ if is_below("templates") => Rule::SlxTemplate,
            "robot" | "resource" => Rule::RobotSyntax,
            "py" => Rule::PythonSyntax,
            "libspec" | "json" | "xml" => Rule::Libspec,
            "md" if name.starts_with("skill") => Rule::Skill,
            "md" if name.starts_with("readme") => Rule::Readme,
            "yaml" | "yml" if name.starts_with("meta.") => Rule::Meta,
            "sh" | "bash" | "ps1" | "js" | "ts" => Rule::Script,
            _ => Rule::Other,
        }
    }

    fn entry(self) -> &'static Entry {
        TABLE.iter().find(|(rule, ..)| *rule == self).unwrap_or(&TABLE[TABLE.len() - 1])
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Rule {
    /// A rule of a newer program is [`Rule::Other`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        Ok(Rule::from_id(&id).unwrap_or(Rule::Other))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_rule_stands_in_the_table_once() {
        let ids: HashSet<&str> = Rule::all().map(Rule::id).collect();
        let rules: HashSet<Rule> = Rule::all().collect();
        assert_eq!((ids.len(), rules.len()), (TABLE.len(), TABLE.len()));
        for (rule, id, title, hint) in TABLE {
            assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{id}");
            assert!(!title.ends_with('.') && !hint.ends_with('.'), "{id}");
            assert_eq!((rule.id(), Rule::from_id(id)), (id, Some(rule)));
            assert_eq!(serde_json::from_str::<Rule>(&serde_json::to_string(&rule).unwrap()).unwrap(), rule);
        }
        assert_eq!(serde_json::from_str::<Rule>("\"of-tomorrow\"").unwrap(), Rule::Other);
    }

    #[test]
    fn files_by_their_kind() {
        for (path, id) in [
            ("codebundles/a/runbook.robot", "robot-syntax"),
            ("libraries/RW/CLI.py", "python-syntax"),
            ("keywords/a.resource", "robot-syntax"),
            ("codebundles/a/meta.yaml", "meta"),
            ("codebundles/a/SKILL-TEMPLATE.md", "skill"),
            ("codebundles/a/.runwhen/generation-rules/a.yaml", "generation-rules"),
            ("codebundles/a/.runwhen/templates/a-slx.yaml", "slx-template"),
            ("codebundles/a/x.sh", "script"),
            ("README.md", "readme"),
            ("docs/x.libspec", "libspec"),
            ("codebundles/a/x", "other"),
            ("", "other"),
        ] {
            assert_eq!(Rule::of_path(path).id(), id, "{path}");
        }
    }
}
