//! Tokens from a command that prints them, such as
//! `az account get-access-token --resource https://cognitiveservices.azure.com --query accessToken -o tsv`.

use std::fmt;
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use ccr_index::embed::service::{Secret, TokenSource};

const NAME: &str = "CCR_EMBEDDER_TOKEN_COMMAND";
/// How long the command may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes that are read of what it prints.
const MOST: u64 = 64 << 10;

/// A command line of the shell.
pub(super) struct TokenCommand {
    command: String,
    patience: Duration,
}

impl TokenCommand {
    pub(super) fn new(command: String) -> TokenCommand {
        TokenCommand { command, patience: PATIENCE }
    }
}

impl fmt::Debug for TokenCommand {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Somebody may have written a password into it.
        formatter.write_str(NAME)
    }
}

impl TokenSource for TokenCommand {
    fn token(&self) -> Result<Secret, String> {
        let (shell, option) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
        let mut child = Command::new(shell)
            .args([option, &self.command])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{NAME} could not be started: {error}"))?;
        let mut output = child.stdout.take().ok_or_else(|| format!("{NAME} has no output"))?.take(MOST);
        let (give, take) = channel();
        thread::spawn(move || {
            let mut text = String::new();
            let read = output.read_to_string(&mut text).map(|_| text);
            // Nobody listens any more where it took too long.
            let _ = give.send(read);
        });
        let Ok(printed) = take.recv_timeout(self.patience) else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("{NAME} printed no token within {} s", self.patience.as_secs_f64()));
        };
        let status = child.wait().map_err(|error| format!("{NAME} did not end well: {error}"))?;
        if !status.success() {
            return Err(format!(
                "{NAME} failed ({status}): run it by hand to see why; you may have to log in"
            ));
        }
        let printed = printed.map_err(|error| format!("{NAME} printed no text: {error}"))?;
        token_in(&printed).and_then(|token| Secret::new(&token)).ok_or_else(|| {
            format!("{NAME} has to print one token and nothing else, or JSON with `accessToken`")
        })
    }
}

/// The token in what a command printed: the only word, or a field of a JSON object.
fn token_in(printed: &str) -> Option<String> {
    let printed = printed.trim();
    if !printed.starts_with('{') {
        let is_one_word = printed.bytes().all(|byte| byte.is_ascii_graphic());
        return is_one_word.then(|| printed.to_owned());
    }
    let json: serde_json::Value = serde_json::from_str(printed).ok()?;
    let names = ["accessToken", "access_token", "token"];
    names.iter().find_map(|name| json.get(name)?.as_str().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stands_alone_or_in_json() {
        let check = |printed: &str, expected: Option<&str>| {
            assert_eq!(token_in(printed).as_deref(), expected, "{printed}");
        };
        check("abc.def\n", Some("abc.def"));
        check(r#"{"accessToken": "abc", "expiresOn": "x"}"#, Some("abc"));
        check(r#"{"token": "abc"}"#, Some("abc"));
        check(r#"{"error": "abc"}"#, None);
        check("Please log in", None);
        check("a\nb", None);
    }

    #[cfg(unix)]
    #[test]
    fn a_command_is_run_and_its_failures_are_said() {
        let run = |command: &str, patience: Duration| {
            let command = TokenCommand { command: command.to_owned(), patience };
            assert!(!format!("{command:?}").contains("hunter2"));
            command.token()
        };
        let token = run("echo hunter2", PATIENCE).expect("a token");
        assert_eq!(Some(token), Secret::new("hunter2"));
        let check = |command: &str, patience: Duration, expected: &str| {
            let error = run(command, patience).expect_err("no token");
            assert!(error.contains(expected) && !error.contains("hunter2"), "{error}");
        };
        check("echo hunter2; exit 3", PATIENCE, "exit status: 3");
        check("echo", PATIENCE, "has to print one token");
        check("echo hunter2 hunter2", PATIENCE, "has to print one token");
        check("exec cat /dev/zero", PATIENCE, "failed");
        // Prints nothing and does not end, until nobody reads its output any more.
        check("exec tail -f /dev/null", Duration::from_millis(100), "within 0.1 s");
    }
}
