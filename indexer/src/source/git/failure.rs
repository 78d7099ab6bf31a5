//! What git's error text means, without the credentials in it.

use std::path::Path;

use super::command::RunError;
use super::disk;
use crate::config::GitUrl;
use crate::source::error::SourceError;

/// Longest reason that is passed on.
const MAX_REASON: usize = 300;

/// What git adds to every failure of a transport.
const SAYS_NOTHING: &[&str] = &[
    "fatal: Could not read from remote repository.",
    "Please make sure you have the correct access rights",
    "and the repository exists.",
];

/// The error behind what git said about a remote, or about the folder of clones.
pub(super) fn from_stderr(url: &GitUrl, clones: &Path, stderr: &str) -> SourceError {
    if let Some(error) = disk::from_stderr(clones, stderr) {
        return error;
    }
    let said = |words: &[&str]| words.iter().any(|word| stderr.contains(word));
    let reason = reason(url, stderr);
    let url = url.public();
    if let Some((_, path)) = stderr.split_once("dubious ownership in repository at '") {
        let path = path.split('\'').next().unwrap_or("").to_owned();
        SourceError::DubiousOwnership { url, path }
    } else if said(&[
        "Authentication failed",
        "could not read Username",
        "could not read Password",
        "Permission denied",
        "Host key verification failed",
        "returned error: 401",
        "returned error: 403",
        "terminal prompts disabled",
        // To the page of a login as a rule.
        "unable to update url base from redirection",
    ]) {
        SourceError::AccessDenied { url, reason }
    } else if said(&[
        "does not appear to be a git repository",
        "does not exist",
        "not found",
        "not a git repository",
        "No such file or directory",
        "invalid gitfile format",
        "is this a git repository",
    ]) {
        SourceError::NoRepository { url, reason }
    } else if said(&["unable to access", "Could not resolve", "Connection "]) {
        SourceError::Unreachable { url, reason }
    } else {
        SourceError::GitFailed { url, reason }
    }
}

/// The error behind a command that gave no output.
pub(super) fn from_run(url: &GitUrl, error: RunError) -> SourceError {
    let url = url.public();
    match error {
        RunError::TimedOut(reason) => SourceError::TimedOut { url, reason },
        other => not_run(other),
    }
}

/// The error behind a command of ours that gave no output.
pub(super) fn not_run(error: RunError) -> SourceError {
    match error {
        RunError::NotInstalled => SourceError::GitNotInstalled,
        RunError::Io(error) => SourceError::NotStarted { reason: error.to_string() },
        RunError::TimedOut(reason) => SourceError::NotStarted { reason: format!("it {reason}") },
    }
}

/// The line that says what went wrong, without credentials. One that ends with a colon is no reason
/// without those that follow it.
fn reason(url: &GitUrl, stderr: &str) -> String {
    let lines = stderr.split(['\n', '\r']).map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty() && !SAYS_NOTHING.contains(line)).collect();
    let message =
        |line: &&str| line.strip_prefix("fatal: ").or(line.strip_prefix("error: ")).map(str::to_owned);
    let told = lines.iter().enumerate().find_map(|(at, line)| Some((at, message(line)?)));
    let reason = match told {
        Some((at, mut told)) if told.ends_with(':') => {
            let more = lines[at + 1..].iter().take_while(|line| message(line).is_none());
            let more: Vec<&str> = more.copied().collect();
            told.push(' ');
            told + &more.join(", ")
        }
        Some((_, told)) => told,
        None => (*lines.last().unwrap_or(&"git gave no reason")).to_owned(),
    };
    let mut reason = redact(url, &reason);
    if reason.len() > MAX_REASON {
        reason.truncate(reason.floor_char_boundary(MAX_REASON));
        reason.push_str(" ...");
    }
    reason
}

/// Drops the credentials of an address, and those of any other address, from a text.
fn redact(url: &GitUrl, text: &str) -> String {
    let mut text = text.replace(url.secret(), &url.public());
    if let Some(user) = userinfo(url.secret()) {
        let password = user.split_once(':').map_or(user, |(_, password)| password);
        // Shorter ones would tear words apart; they are gone where they stand in an address.
        if password.len() >= 4 && url.has_credentials() {
            text = text.replace(password, "***");
        }
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find("://") {
        let (before, address) = rest.split_at(start + 3);
        clean.push_str(before);
        let end = address.find(|c: char| c == '/' || c.is_whitespace() || c == '\'').unwrap_or(address.len());
        let address = match address[..end].rfind('@') {
            Some(at) => &address[at + 1..],
            None => address,
        };
        // A query may hold a token, and says nothing.
        let end = address.find(|c: char| c.is_whitespace() || "',".contains(c)).unwrap_or(address.len());
        let query = address[..end].find('?').unwrap_or(end);
        clean.push_str(&address[..query]);
        rest = &address[end..];
    }
    clean + rest
}

fn userinfo(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    authority.rsplit_once('@').map(|(user, _)| user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_dropped() {
        let check = |url: &str, stderr: &str, expected: &str| {
            assert_eq!(reason(&GitUrl::parse(url).unwrap(), stderr), expected);
        };
        check(
            "https://user:s3cret@example.org/a",
            "progress 1%\rprogress 2%\nfatal: unable to access 'https://user:s3cret@example.org/a/': no route\n",
            "unable to access 'https://example.org/a/': no route",
        );
        check(
            "https://s3cret@example.org/a",
            "fatal: Authentication failed for s3cret, redirected to https://x:y@example.com/b",
            "Authentication failed for ***, redirected to https://example.com/b",
        );
        check("https://example.org/a", "", "git gave no reason");
        check(
            "git@example.org:a",
            "git@example.org: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\n\
             Please make sure you have the correct access rights\nand the repository exists.\n",
            "git@example.org: Permission denied (publickey).",
        );
        check(
            "/srv/a",
            "remote: Counting objects: 1\rerror: RPC failed\nfatal: expected flush\n",
            "RPC failed",
        );
        check("/srv/a", "warning: odd\nwhat is this\n", "what is this");
        check(
            "https://user:s3cret@example.org/a",
            "fatal: unable to update url base from redirection:\n  asked for: https://example.org/a/info/refs?\
             service=git-upload-pack\n   redirect: https://sso.example.org/login?token=s3cret\n",
            "unable to update url base from redirection: asked for: https://example.org/a/info/refs, redirect: \
             https://sso.example.org/login",
        );
    }

    #[test]
    fn kinds_of_failure() {
        let check = |stderr: &str, expected: fn(&SourceError) -> bool| {
            let url = GitUrl::parse("https://example.org/a").unwrap();
            let error = from_stderr(&url, Path::new("/data/clones"), stderr);
            assert!(expected(&error), "{error:?}");
        };
        check("fatal: unable to access 'https://x/': Could not resolve host: x", |error| {
            matches!(error, SourceError::Unreachable { .. })
        });
        check("ssh: connect to host x port 22: Connection refused\nfatal: Could not read from", |error| {
            matches!(error, SourceError::Unreachable { .. })
        });
        check("fatal: could not read Username for 'https://x': terminal prompts disabled", |error| {
            matches!(error, SourceError::AccessDenied { .. })
        });
        check("fatal: '/x' does not appear to be a git repository\nfatal: Could not read from", |error| {
            matches!(error, SourceError::NoRepository { .. })
        });
        check("fatal: detected dubious ownership in repository at '/x/.git'\nTo add an exception", |error| {
            error.to_string().ends_with("run `git config --global --add safe.directory '/x/.git'`")
        });
        check("fatal: unable to update url base from redirection:\n asked for: x\n", |error| {
            matches!(error, SourceError::AccessDenied { .. })
        });
        check("fatal: Unable to create '/data/clones/a.git/shallow.lock': Permission denied", |error| {
            matches!(error, SourceError::Disk { .. })
        });
        // Of the clone, and not of the remote: it is made anew.
        check("error: Could not read d3adbeef\nfatal: bad object", |error| {
            matches!(error, SourceError::GitFailed { .. })
        });
    }
}
