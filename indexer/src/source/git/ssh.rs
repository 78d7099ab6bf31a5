//! Limits for ssh, where the user has set none.

use std::env;
use std::sync::OnceLock;

use super::clone::LOCAL;
use super::command::Git;
use crate::config::GitUrl;

/// What ssh is told: to give up on a host that does not answer, and on a connection that went silent.
const LIMITED: &str = "ssh -o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=4";

/// Adds the limits to a command that goes through ssh, unless the user chose another program or other
/// options for git to use.
pub(super) fn add(git: Git, url: &GitUrl) -> Git {
    let is_ssh =
        url.secret().starts_with("ssh://") || (!url.secret().contains("://") && url.local_path().is_none());
    if is_ssh && !is_configured() { git.env("GIT_SSH_COMMAND", LIMITED) } else { git }
}

fn is_configured() -> bool {
    static CONFIGURED: OnceLock<bool> = OnceLock::new();
    *CONFIGURED.get_or_init(|| {
        let is_set = |variable: &str| env::var_os(variable).is_some_and(|value| !value.is_empty());
        let in_file = || {
            let asked = Git::new("config").args(["--get", "core.sshCommand"]).run(LOCAL);
            asked.is_ok_and(|output| output.success && !output.stdout.trim_ascii().is_empty())
        };
        is_set("GIT_SSH_COMMAND") || is_set("GIT_SSH") || in_file()
    })
}
