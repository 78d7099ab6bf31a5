//! The least version of git, asked for once.

use std::sync::OnceLock;

use super::clone::LOCAL;
use super::command::Git;
use super::failure;
use crate::source::error::SourceError;

/// The least version: the first that speaks protocol version 2, by which a server names only the refs asked
/// for and gives any commit away.
const LEAST: (u32, u32) = (2, 18);

/// Refuses a git that is too old. One that says nothing of its version is taken.
pub(super) fn check() -> Result<(), SourceError> {
    static GOOD: OnceLock<()> = OnceLock::new();
    if GOOD.get().is_some() {
        return Ok(());
    }
    let output = Git::new("version").run(LOCAL).map_err(failure::not_run)?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match number(&said) {
        Some(found) if found < LEAST => Err(SourceError::GitTooOld {
            found: format!("{}.{}", found.0, found.1),
            needed: format!("{}.{}", LEAST.0, LEAST.1),
        }),
        _ => {
            // Another thread found the same.
            let _ = GOOD.set(());
            Ok(())
        }
    }
}

/// The two first numbers of `git version 2.39.5 (Apple Git-154)`.
fn number(said: &str) -> Option<(u32, u32)> {
    let number = said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut parts = number.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        assert_eq!(number("git version 2.39.5 (Apple Git-154)"), Some((2, 39)));
        assert_eq!(number("git version 2.47.3"), Some((2, 47)));
        assert_eq!(number("git version 1.8.3.1"), Some((1, 8)));
        assert_eq!(number("git version 2.51.0.windows.1"), Some((2, 51)));
        assert_eq!(number("git version 3.0-rc1"), None);
        assert_eq!(number("hub"), None);
    }
}
