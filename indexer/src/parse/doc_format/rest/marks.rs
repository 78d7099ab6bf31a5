//! Marks inside of a paragraph: `*em*`, `**strong**`, ``` ``code`` ```, roles, names and links.

use crate::parse::doc_format::inline;
use crate::parse::doc_format::plain::{escaped, quoted};

/// Marks in the order in which they are looked for, each with the element of its text.
const MARKS: [(&str, &str); 4] = [("``", "code"), ("**", "strong"), ("*", "em"), ("`", "code")];

/// The text as HTML.
pub(super) fn line(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    // Marks that nothing closes any more are not looked for again.
    let mut open = [true; MARKS.len()];
    let (mut done, mut at) = (0, 0);
    while let Some(found) = text[at..].find(['*', '`', '\\']).map(|found| at + found) {
        if text[found..].starts_with('\\') {
            push_plain(&text[done..found], &mut html);
            let escaped = text[found + 1..].chars().next();
            done = found + 1 + escaped.filter(|c| c.is_whitespace()).map_or(0, char::len_utf8);
            at = found + 1 + escaped.map_or(0, char::len_utf8);
            continue;
        }
        let Some(kind) = MARKS.iter().position(|(mark, _)| text[found..].starts_with(mark)) else { break };
        let start = found + MARKS[kind].0.len();
        let end =
            if open[kind] && opens(text, found, start) { end_of(text, start, MARKS[kind].0) } else { None };
        match end {
            Some(end) => {
                push_plain(without_role(&text[done..found], MARKS[kind].0), &mut html);
                at = marked(&text[start..end], kind, text, end, &mut html);
                done = at;
            }
            None => {
                open[kind] &= !opens(text, found, start);
                at = start;
            }
        }
    }
    push_plain(&text[done..], &mut html);
    html
}

/// Writes the marked text that ends at `end`, and gives the place behind its marks.
fn marked(content: &str, kind: usize, text: &str, end: usize, html: &mut String) -> usize {
    let (mark, tag) = MARKS[kind];
    let after = &text[end + mark.len()..];
    let underscores = if mark == "`" { after.len() - after.trim_start_matches('_').len() } else { 0 };
    let target = content.strip_suffix('>').and_then(|content| content.rsplit_once('<'));
    match target {
        Some((shown, target)) if underscores > 0 => {
            let shown = if shown.trim().is_empty() { target } else { shown.trim() };
            html.push_str(&format!("<a href=\"{}\">{}</a>", quoted(target), escaped(shown)));
        }
        _ => html.push_str(&format!("<{tag}>{}</{tag}>", escaped(content))),
    }
    end + mark.len() + underscores.min(2)
}

/// The text before a name without the `:role:` in front of it, which may have parts (`:py:func:`).
fn without_role<'a>(before: &'a str, mark: &str) -> &'a str {
    if mark != "`" || !before.ends_with(':') {
        return before;
    }
    let mut end = before.len() - 1;
    let mut kept = before;
    while let Some(start) = before[..end].rfind(|c: char| !(c.is_alphanumeric() || "-_.+".contains(c))) {
        if !before[start..].starts_with(':') || start + 1 == end {
            break;
        }
        kept = &before[..start];
        end = start;
    }
    kept
}

/// Whether a mark at `found` opens: behind the begin, a space or an opening mark, and before text.
fn opens(text: &str, found: usize, start: usize) -> bool {
    let before = text[..found].chars().next_back();
    let behind = before.is_none_or(|c| c.is_whitespace() || "'\"([{<-/:".contains(c));
    behind && text[start..].chars().next().is_some_and(|c| !c.is_whitespace())
}

/// Where the mark closes that opened before `start`: behind text, and before the end, a space or a
/// closing mark.
fn end_of(text: &str, start: usize, mark: &str) -> Option<usize> {
    let first = text[start..].chars().next()?.len_utf8();
    let closes = |at: &usize| {
        let before = text[..*at].chars().next_back();
        let after = text[at + mark.len()..].chars().next();
        before.is_some_and(|c| !c.is_whitespace())
            && after.is_none_or(|c| c.is_whitespace() || "'\")]}>-/:.,;!?\\_".contains(c))
    };
    text[start + first..].match_indices(mark).map(|(at, _)| start + first + at).find(closes)
}

fn push_plain(text: &str, html: &mut String) {
    html.push_str(&inline::with_links(&escaped(text)));
}
