//! What a word means by its place in a command.

use super::super::known::program;
use super::super::messages::Messages;

/// Words after which another command begins.
const OPENERS: [&str; 12] =
    ["if", "then", "elif", "else", "do", "while", "until", "!", "{", "}", "coproc", "time"];
/// Programs whose arguments are another command.
const WRAPPERS: [&str; 11] =
    ["sudo", "env", "exec", "nohup", "timeout", "xargs", "command", "builtin", "nice", "stdbuf", "retry"];

/// A command that is being read.
#[derive(Default)]
pub(super) struct Command {
    /// The word that is open.
    pub(super) word: Vec<u8>,
    /// Whether a word is open, be it empty (`""`).
    pub(super) in_word: bool,
    /// Whether some of the word stood in quotes.
    pub(super) quoted: bool,
    /// Whether the next word is the target of a redirection.
    pub(super) redirected: bool,
    /// `case` without its `esac`: there, `)` ends a pattern.
    pub(super) cases: usize,
    /// What the words read so far make of the next one.
    role: Role,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A command word, or what may stand before one.
    #[default]
    Start,
    /// The same, after a wrapper such as `sudo`.
    Wrapped,
    /// The name after `function`.
    Name,
    /// An argument like any other.
    Argument,
    /// An argument of a command that prints.
    Printed,
    /// The name after `--arg`.
    ArgName,
    /// The value of `--arg title` and its like.
    ArgMessage,
}

impl Command {
    /// Inside `(…)` of an array, where no command stands.
    pub(super) fn array() -> Self {
        Command { role: Role::Argument, ..Command::default() }
    }

    /// Whether a command word may come next.
    pub(super) fn at_start(&self) -> bool {
        matches!(self.role, Role::Start | Role::Wrapped | Role::Name)
    }

    /// Ends the command: the next word begins another.
    pub(super) fn restart(&mut self) {
        self.discard();
        self.role = Role::Start;
        self.redirected = false;
    }

    /// Forgets the word that is open.
    pub(super) fn discard(&mut self) {
        self.word.clear();
        self.in_word = false;
        self.quoted = false;
    }

    /// Ends the word that is open, if there is one.
    pub(super) fn end_word(&mut self, commands: &mut Vec<&'static str>, messages: &mut Messages) {
        if !self.in_word {
            return;
        }
        let word = String::from_utf8_lossy(&self.word).into_owned();
        let quoted = self.quoted;
        self.discard();
        if std::mem::take(&mut self.redirected) {
            return;
        }
        self.role = match self.role {
            Role::Start | Role::Wrapped => self.command_word(&word, quoted, commands),
            Role::Name => Role::Start,
            Role::ArgName if is_message_name(&word) => Role::ArgMessage,
            Role::ArgName => Role::Argument,
            Role::ArgMessage => {
                messages.add(&word);
                Role::Argument
            }
            Role::Argument if word == "--arg" => Role::ArgName,
            Role::Argument => Role::Argument,
            Role::Printed => {
                if quoted {
                    messages.add(&word);
                }
                Role::Printed
            }
        };
    }

    fn command_word(&mut self, word: &str, quoted: bool, commands: &mut Vec<&'static str>) -> Role {
        if !quoted {
            match word {
                "case" => self.cases += 1,
                "esac" => self.cases = self.cases.saturating_sub(1),
                _ => {}
            }
            if OPENERS.contains(&word) {
                return Role::Start;
            }
            if word == "function" {
                return Role::Name;
            }
            if WRAPPERS.contains(&word) {
                return Role::Wrapped;
            }
        }
        if is_assignment(word) {
            return self.role;
        }
        if self.role == Role::Wrapped {
            if word == "-v" || word == "-V" {
                return Role::Argument;
            }
            if word.starts_with('-') || word.contains("{}") || word.starts_with(|c: char| c.is_ascii_digit())
            {
                return Role::Wrapped;
            }
        }
        commands.extend(program(word));
        if prints(word) { Role::Printed } else { Role::Argument }
    }
}

/// Whether a command prints its arguments: the builtins, and functions that scripts name after it.
fn prints(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    matches!(word.as_str(), "echo" | "printf" | "die" | "fail" | "warn" | "err" | "info")
        || word.contains("issue")
        || word.starts_with("log")
        || word.contains("error")
}

fn is_message_name(word: &str) -> bool {
    ["title", "message", "msg", "summary", "details", "next"].iter().any(|part| word.contains(part))
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        let name = name.strip_suffix('+').unwrap_or(name);
        let name = name.split('[').next().unwrap_or(name);
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}
