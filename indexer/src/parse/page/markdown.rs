use super::{PageText, Verdict};

/// Reads a Markdown page.
pub fn markdown(_page: &str) -> PageText {
    PageText { verdict: Verdict::Empty, ..PageText::default() }
}
