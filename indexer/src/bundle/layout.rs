//! Which file of a bundle is what (reference.md 1.4).

/// Endings of program files that are read as scripts.
const SCRIPT_ENDINGS: [&str; 17] = [
    "sh", "bash", "zsh", "ksh", "bats", "py", "ps1", "psm1", "js", "mjs", "ts", "go", "pl", "rb", "awk",
    "jq", "sql",
];

/// What a file of a bundle is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// `runbook.robot`.
    Runbook,
    /// `sli.robot`.
    Monitor,
    /// Another suite directly in the bundle; it counts where there is neither of the two.
    OtherSuite,
    /// `README.md`.
    Readme,
    /// `meta.yaml`.
    Meta,
    /// `SKILL-TEMPLATE.md` or `SKILL.md`.
    Skill,
    /// A file below `.runwhen/generation-rules/`, with or without a suffix.
    GenerationRules,
    /// A file below `.runwhen/templates/`.
    Template,
    /// A program file.
    Script,
}

impl Role {
    /// The role of a file by its path inside the bundle; `None` for what is not read: test set-ups
    /// below `.test/` and data.
    pub fn of(path: &str) -> Option<Role> {
        let lower = path.to_lowercase();
        match lower.as_str() {
            "runbook.robot" => return Some(Role::Runbook),
            "sli.robot" => return Some(Role::Monitor),
            "readme.md" => return Some(Role::Readme),
            "meta.yaml" | "meta.yml" => return Some(Role::Meta),
            "skill-template.md" | "skill.md" => return Some(Role::Skill),
            _ => {}
        }
        if lower.starts_with(".runwhen/generation-rules/") {
            return Some(Role::GenerationRules);
        }
        if lower.starts_with(".runwhen/templates/") {
            return Some(Role::Template);
        }
        if lower.split('/').any(|part| part.starts_with('.')) {
            return None;
        }
        let (stem, ending) = lower.rsplit_once('.')?;
        if ending == "robot" && !stem.contains('/') {
            return Some(Role::OtherSuite);
        }
        SCRIPT_ENDINGS.contains(&ending).then_some(Role::Script)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_by_path() {
        let check = |path: &str, expected: Option<Role>| assert_eq!(Role::of(path), expected, "{path}");
        check("runbook.robot", Some(Role::Runbook));
        check("sli.robot", Some(Role::Monitor));
        check("sli_clean.robot", Some(Role::OtherSuite));
        check("robot_tests/one.robot", None);
        check("README.md", Some(Role::Readme));
        check("meta.yaml", Some(Role::Meta));
        check("SKILL-TEMPLATE.md", Some(Role::Skill));
        check(".runwhen/generation-rules/no-suffix", Some(Role::GenerationRules));
        check(".runwhen/templates/a-slx.yaml", Some(Role::Template));
        check("tools/check.sh", Some(Role::Script));
        check(".test/terraform/run.sh", None);
        check("data.json", None);
        check("Makefile", None);
    }
}
