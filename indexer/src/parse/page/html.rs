use super::{PageText, Verdict};

/// Reads an HTML page.
pub fn html(_page: &str) -> PageText {
    PageText { verdict: Verdict::Empty, ..PageText::default() }
}
