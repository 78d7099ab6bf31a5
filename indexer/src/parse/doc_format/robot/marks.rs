//! `*bold*`, `_italic_`, ``` ``code`` ``` and links of one line (`LineFormatter`).

use crate::parse::doc_format::inline;

/// The escaped line as HTML.
pub(super) fn line(line: &str) -> String {
    let mut html = BOLD.apply(line);
    html = ITALIC.apply(&html);
    html = CODE.apply(&html);
    inline::with_links_and_images(&html)
}

const BOLD: Mark = Mark { mark: "*", not_first: &[' '], inside_italic: true, tag: "b" };
const ITALIC: Mark = Mark { mark: "_", not_first: &[' ', '_'], inside_italic: false, tag: "i" };
const CODE: Mark = Mark { mark: "``", not_first: &[' ', '`'], inside_italic: false, tag: "code" };

struct Mark {
    mark: &'static str,
    /// What the marked text may not begin with.
    not_first: &'static [char],
    /// Whether an `_` may stand outside of the marks.
    inside_italic: bool,
    tag: &'static str,
}

impl Mark {
    /// Marks count where they open behind the begin of the line or a space, and close before its end
    /// or a space, quotes, parentheses and punctuation between left out.
    fn apply(&self, line: &str) -> String {
        if !line.contains(self.mark) {
            return line.to_owned();
        }
        let closers: Vec<usize> =
            overlapping(line, self.mark).filter(|at| self.closes(&line[at + self.mark.len()..])).collect();
        let mut html = String::with_capacity(line.len());
        let mut done = 0;
        let mut at = 0;
        loop {
            let content = if at == 0 || line[..at].ends_with(' ') { self.opens(line, at) } else { None };
            let closing = content.and_then(|content| {
                let least = content + line[content..].chars().next()?.len_utf8();
                closers.get(closers.partition_point(|at| *at < least)).map(|close| (content, *close))
            });
            if let Some((content, close)) = closing {
                html.push_str(&line[done..content - self.mark.len()]);
                let tag = self.tag;
                html.push_str(&format!("<{tag}>{}</{tag}>", &line[content..close]));
                done = close + self.mark.len();
                at = done;
            }
            let Some(space) = line[at..].find(' ') else { break };
            at += space + 1;
        }
        html.push_str(&line[done..]);
        html
    }

    /// Where the marked text begins whose opening mark stands at `at`, marks of other kinds skipped.
    fn opens(&self, line: &str, at: usize) -> Option<usize> {
        let rest = line[at..].trim_start_matches(['"', '\'', '(']);
        let rest = if self.inside_italic { rest.strip_prefix('_').unwrap_or(rest) } else { rest };
        let content = rest.strip_prefix(self.mark)?;
        let first = content.chars().next()?;
        (!self.not_first.contains(&first)).then_some(line.len() - content.len())
    }

    fn closes(&self, after: &str) -> bool {
        let after = if self.inside_italic { after.strip_prefix('_').unwrap_or(after) } else { after };
        let after = after.trim_start_matches(['"', '\'', ')', '.', ',', '!', '?', ':', ';']);
        after.is_empty() || after.starts_with(' ')
    }
}

/// Where a mark stands, those that overlap too.
fn overlapping<'a>(line: &'a str, mark: &'a str) -> impl Iterator<Item = usize> + 'a {
    let ends = line.len().saturating_sub(mark.len() - 1);
    (0..ends).filter(move |at| line.as_bytes()[*at..].starts_with(mark.as_bytes()))
}
