//! How git gets what `git_url` says of user and password, without anybody reading it in the list of
//! processes.

use super::command::Git;
use crate::config::{GitUrl, Login};

/// The variables that hold them, for the processes of one command only.
const NAME: &str = "CCR_GIT_NAME";
const PASSWORD: &str = "CCR_GIT_PASSWORD";

/// Prints them when git asks. `printf` of a shell is no process of its own.
const HELPER: &str = r#"!f() { if test "$1" = get; then printf 'username=%s\npassword=%s\n' "$CCR_GIT_NAME" "$CCR_GIT_PASSWORD"; fi; }; f"#;

/// Adds the login of the address to a command that is given the address without.
///
/// They are for the scheme, host and port of the address alone: a redirect to another host gets
/// none. With a password the user's own helpers are left out for this host, so that none of them stores it; a
/// name alone is only told to them.
pub(super) fn add(git: Git, url: &GitUrl) -> Git {
    match url.login() {
        None => git,
        Some(Login { scope, name, password: Some(password) }) => git
            .configured(&[
                format!("credential.{scope}.helper="),
                format!("credential.{scope}.helper={HELPER}"),
            ])
            .env(NAME, one_line(&name))
            .env(PASSWORD, one_line(&password)),
        Some(Login { scope, name, password: None }) => {
            git.configured(&[format!("credential.{scope}.username={}", one_line(&name))])
        }
    }
}

/// What git would take as more than a name or a password ends there.
fn one_line(text: &str) -> &str {
    text.split(['\n', '\r', '\0']).next().unwrap_or_default()
}
