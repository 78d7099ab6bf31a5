//! Keys: held, sent, and never shown.

use std::fmt;
use std::sync::Arc;

/// What stands where a key was.
const HIDDEN: &str = "[hidden]";
/// No shorter key is looked for in texts: it would take ordinary words for itself.
const SHORTEST: usize = 6;

/// A key or token. What shows values shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// The key without the white space that files and commands leave around it; `None` where nothing is
    /// left.
    pub fn new(text: &str) -> Option<Secret> {
        let text = text.trim();
        (!text.is_empty()).then(|| Secret(text.into()))
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// The text without the key.
    pub(super) fn hide_in(&self, text: &str) -> String {
        if self.0.len() < SHORTEST { text.to_owned() } else { text.replace(&*self.0, HIDDEN) }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(HIDDEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_not_shown() {
        let key = Secret::new(" sk-0123456789 \n").expect("a key");
        assert_eq!(format!("{key:?} {:#?}", Some(&key)), "[hidden] Some(\n    [hidden],\n)");
        assert_eq!(key.hide_in("key sk-0123456789 is wrong"), "key [hidden] is wrong");
        assert_eq!(Secret::new(" \n"), None);
    }
}
