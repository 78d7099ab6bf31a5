/// A programming language of script files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Any shell of the Bourne family.
    Bash,
    /// Python.
    Python,
    /// PowerShell.
    PowerShell,
    /// JavaScript.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// Go.
    Go,
    /// Perl.
    Perl,
    /// Ruby.
    Ruby,
    /// awk.
    Awk,
    /// jq.
    Jq,
    /// Lua.
    Lua,
    /// SQL.
    Sql,
}

impl Language {
    /// The language of a file: by its ending, or by the `#!` line where the ending tells nothing.
    /// `None` for files that are no programs.
    pub fn of(file_name: &str, text: &str) -> Option<Language> {
        let ending = file_name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        let by_ending = match ending.as_str() {
            "sh" | "bash" | "zsh" | "ksh" | "bats" => Language::Bash,
            "py" => Language::Python,
            "ps1" | "psm1" => Language::PowerShell,
            "js" | "mjs" | "cjs" => Language::JavaScript,
            "ts" => Language::TypeScript,
            "go" => Language::Go,
            "pl" => Language::Perl,
            "rb" => Language::Ruby,
            "awk" => Language::Awk,
            "jq" => Language::Jq,
            "lua" => Language::Lua,
            "sql" => Language::Sql,
            _ => return by_interpreter(text),
        };
        Some(by_ending)
    }

    /// The word for the language in an index, such as `bash`.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::Bash => "bash",
            Language::Python => "python",
            Language::PowerShell => "powershell",
            Language::JavaScript => "javascript",
            Language::TypeScript => "typescript",
            Language::Go => "go",
            Language::Perl => "perl",
            Language::Ruby => "ruby",
            Language::Awk => "awk",
            Language::Jq => "jq",
            Language::Lua => "lua",
            Language::Sql => "sql",
        }
    }

    /// What a comment to the end of the line begins with.
    pub(super) fn comment_mark(self) -> &'static str {
        match self {
            Language::JavaScript | Language::TypeScript | Language::Go => "//",
            Language::Lua | Language::Sql => "--",
            _ => "#",
        }
    }

    /// What a comment of several lines begins and ends with.
    pub(super) fn comment_block(self) -> Option<(&'static str, &'static str)> {
        match self {
            Language::JavaScript | Language::TypeScript | Language::Go | Language::Sql => Some(("/*", "*/")),
            Language::PowerShell => Some(("<#", "#>")),
            _ => None,
        }
    }
}

fn by_interpreter(text: &str) -> Option<Language> {
    let line = text.strip_prefix("#!")?.lines().next()?;
    let mut words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let interpreter = words.find(|word| *word != "env" && !word.starts_with('-'))?;
    let name = interpreter.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    match name {
        "sh" | "bash" | "dash" | "zsh" | "ksh" | "ash" => Some(Language::Bash),
        "python" => Some(Language::Python),
        "pwsh" => Some(Language::PowerShell),
        "node" => Some(Language::JavaScript),
        "perl" => Some(Language::Perl),
        "ruby" => Some(Language::Ruby),
        "awk" | "gawk" => Some(Language::Awk),
        "jq" => Some(Language::Jq),
        "lua" => Some(Language::Lua),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_and_interpreters() {
        let check = |name: &str, text: &str, expected: Option<Language>| {
            assert_eq!(Language::of(name, text), expected, "{name} {text}");
        };
        check("a.sh", "", Some(Language::Bash));
        check("A.PY", "#!/bin/bash\n", Some(Language::Python));
        check("stub", "#!/usr/bin/env -S bash -e\n", Some(Language::Bash));
        check("stub.v1", "#!/usr/bin/python3.12\n", Some(Language::Python));
        check("stub", "#!/usr/bin/env\n", None);
        check("README", "text\n", None);
        check("", "#!", None);
    }
}
