//! Robot Framework's own markup (`robot.utils.htmlformatters`, `robot.libdocpkg.htmlutils`).

mod blocks;
mod marks;

use super::plain::escaped;

/// Paragraphs of this text ask Libdoc for a table of contents, which a single text cannot have.
const CONTENTS: &str = "<p>%TOC%</p>";

/// The documentation as HTML, addresses not yet checked.
pub(super) fn html(documentation: &str) -> String {
    let html = blocks::html(&escaped(documentation));
    names(&html.replace(CONTENTS, ""))
}

/// Shows what stands between backticks, names of keywords and sections, as code.
fn names(html: &str) -> String {
    let mut shown = String::with_capacity(html.len());
    for line in html.split_inclusive('\n') {
        let mut rest = line;
        while let Some(open) = rest.find('`') {
            let inner = &rest[open + 1..];
            let first = inner.chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
            let close = inner[first..].find('`').filter(|_| first > 0).map(|at| first + at);
            let Some(close) = close else { break };
            shown.push_str(&rest[..open]);
            shown.push_str("<code>");
            shown.push_str(&inner[..close]);
            shown.push_str("</code>");
            rest = &inner[close + 1..];
        }
        shown.push_str(rest);
    }
    shown
}
