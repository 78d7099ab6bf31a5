//! Documentation texts: Python's `inspect.cleandoc` and Robot Framework's reading of the sections
//! of a docstring (`robot.running.docstringparser`).

use crate::parse::libspec::lines;

/// What a docstring says, section by section.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct DocInfo {
    /// What is left without the sections.
    pub(super) doc: String,
    /// `Args:`, in order.
    pub(super) args: Vec<(String, String)>,
    /// `Returns:`
    pub(super) returns: String,
    /// `Raises:`, in order.
    pub(super) raises: Vec<(String, String)>,
    /// `Tags:`, split at commas.
    pub(super) tags: Vec<String>,
}

/// Python's `inspect.cleandoc`: the common indent of all lines but the first removed, empty lines
/// at both ends dropped.
pub(super) fn clean(doc: &str) -> String {
    let expanded = expand_tabs(doc);
    let lines: Vec<&str> = expanded.split('\n').collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let margin = lines.iter().skip(1).filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min();
    let mut cleaned: Vec<&str> = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        cleaned.push(if index == 0 { line.trim_start() } else { cut(line, margin.unwrap_or(0)) });
    }
    let first = cleaned.iter().position(|line| !line.is_empty()).unwrap_or(cleaned.len());
    let last = cleaned.iter().rposition(|line| !line.is_empty()).map_or(first, |last| last + 1);
    cleaned[first..last].join("\n")
}

/// The line without its first `count` bytes, which are white space.
fn cut(line: &str, count: usize) -> &str {
    line.get(count..).unwrap_or("")
}

/// Python's `str.expandtabs` with eight columns.
fn expand_tabs(text: &str) -> String {
    if !text.contains('\t') {
        return text.to_owned();
    }
    let mut expanded = String::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let spaces = 8 - column % 8;
                expanded.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            '\n' | '\r' => {
                expanded.push(c);
                column = 0;
            }
            _ => {
                expanded.push(c);
                column += 1;
            }
        }
    }
    expanded
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Text,
    Args,
    Returns,
    Raises,
    Tags,
}

/// Reads the sections of a docstring that is already dedented.
pub(super) fn parse(doc: &str) -> DocInfo {
    let mut info = DocInfo::default();
    let mut section = (Section::Text, Vec::new());
    let mut can_start = true;
    for line in lines(doc) {
        if let Some((kind, inline)) = header(line, can_start) {
            finish(&mut info, std::mem::replace(&mut section, (kind, vec![inline])));
        } else if section.0 == Section::Text || line.is_empty() || starts_indented(line) {
            section.1.push(line);
        } else {
            finish(&mut info, std::mem::replace(&mut section, (Section::Text, vec![line])));
        }
        can_start = section.0 != Section::Text || line.trim().is_empty();
    }
    finish(&mut info, section);
    info.doc = info.doc.trim().to_owned();
    info
}

/// True when the first two characters are white space.
fn starts_indented(line: &str) -> bool {
    let start: Vec<char> = line.chars().take(2).collect();
    !start.is_empty() && start.iter().all(|c| c.is_whitespace())
}

fn finish(info: &mut DocInfo, (kind, lines): (Section, Vec<&str>)) {
    let content = lines.join("\n");
    if kind == Section::Text {
        info.doc.push_str(content.trim_end());
        info.doc.push_str("\n\n");
        return;
    }
    let content = clean(&content);
    let content = content.trim_end();
    match kind {
        Section::Text => {}
        Section::Args => merge(&mut info.args, named_docs(content)),
        Section::Raises => merge(&mut info.raises, named_docs(content)),
        Section::Returns => content.trim().clone_into(&mut info.returns),
        Section::Tags => {
            let joined = self::lines(content).collect::<Vec<_>>().join(" ");
            info.tags
                .extend(joined.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned));
        }
    }
}

/// Python's `dict.update`: a name that is there keeps its place and takes the new text.
fn merge(into: &mut Vec<(String, String)>, docs: Vec<(String, String)>) {
    for (name, doc) in docs {
        match into.iter_mut().find(|(existing, _)| *existing == name) {
            Some(existing) => existing.1 = doc,
            None => into.push((name, doc)),
        }
    }
}

/// The section that a line begins, and the text after its colon.
///
/// `Tags:` may begin within a paragraph, as of old; the others need an empty line before them.
fn header(line: &str, can_start: bool) -> Option<(Section, &str)> {
    let rest = line.trim_start_matches(['*', '_']);
    let word = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let kind = match rest[..word].to_ascii_lowercase().as_str() {
        "args" | "arguments" | "parameters" => Section::Args,
        "returns" | "return" | "yields" => Section::Returns,
        "raises" | "raise" => Section::Raises,
        "tags" => Section::Tags,
        _ => return None,
    };
    let rest = rest[word..].trim_start_matches(['*', '_']).strip_prefix(':')?;
    let rest = rest.strip_prefix(':').unwrap_or(rest).trim_start_matches(['*', '_']);
    let inline = rest.trim_start();
    if !rest.is_empty() && inline.len() == rest.len() {
        return None;
    }
    (can_start || kind == Section::Tags).then_some((kind, inline))
}

/// `name: text` entries; lines without a name continue the entry before.
fn named_docs(content: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut entry: (&str, Vec<&str>) = ("", Vec::new());
    for line in lines(content) {
        match named(line) {
            Some((name, inline)) => {
                finish_entry(&mut found, std::mem::replace(&mut entry, (name, vec![inline])));
            }
            None => entry.1.push(line),
        }
    }
    finish_entry(&mut found, entry);
    found
}

/// `\s?(\S.*?):(\s+(.*))?` over a whole line.
fn named(line: &str) -> Option<(&str, &str)> {
    let first = line.chars().next()?;
    let rest = if first.is_whitespace() { &line[first.len_utf8()..] } else { line };
    if rest.chars().next()?.is_whitespace() {
        return None;
    }
    rest.match_indices(':').find_map(|(at, _)| {
        let after = &rest[at + 1..];
        let fits = at > 0 && (after.is_empty() || after.starts_with(char::is_whitespace));
        fits.then(|| (&rest[..at], after.trim_start()))
    })
}

fn finish_entry(found: &mut Vec<(String, String)>, (name, lines): (&str, Vec<&str>)) {
    let content = lines.join("\n");
    let name = name.trim();
    let content =
        if name.is_empty() { content.trim_end().to_owned() } else { clean(&content).trim_end().to_owned() };
    if name.is_empty() && content.is_empty() {
        return;
    }
    let name = argument_name(name);
    if name != "/" && name != "*" {
        found.push((name, content));
    }
}

/// The argument that an entry of `Args:` is for: without list marks, code marks, types in
/// parentheses and stars.
fn argument_name(name: &str) -> String {
    let mut name = name;
    for mark in ["- ", "+ ", "* "] {
        if let Some(rest) = name.strip_prefix(mark) {
            name = rest;
            break;
        }
    }
    if name.starts_with('`') {
        name = name.trim_matches('`').trim();
    }
    if let Some((before, _)) = name.split_once('(') {
        name = before.trim_end();
    }
    let variable = ["${", "@{", "&{"].iter().find_map(|start| name.strip_prefix(start)?.strip_suffix('}'));
    if name.starts_with('*') && name != "*" {
        name = name.trim_start_matches('*').trim();
    } else if let Some(inner) = variable {
        name = inner.trim();
    }
    if name.is_empty() { "<no-name>".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dedents() {
        assert_eq!(clean("First.\n\n    Second\n      deeper\n    "), "First.\n\nSecond\n  deeper");
        assert_eq!(clean("\n\tTab\n\t\tmore\n"), "Tab\n        more");
        assert_eq!(clean(""), "");
        assert_eq!(clean("  only  "), "only  ");
    }

    #[test]
    fn sections_of_a_docstring() {
        let info = parse(
            "Does it.\n\nArgs:\n    name (str): the name\n        goes on\n    *rest: others\n    /: no\n\n\
             Returns:\n    a value\n\n*Raises:*\n    ValueError: if not\n\nTags: a, b b,,\n\nMore text.",
        );
        assert_eq!(info.doc, "Does it.\n\nMore text.");
        assert_eq!(
            info.args,
            [("name".into(), "the name\ngoes on".into()), ("rest".into(), "others".into())]
        );
        assert_eq!(info.returns, "a value");
        assert_eq!(info.raises, [("ValueError".to_owned(), "if not".to_owned())]);
        assert_eq!(info.tags, ["a", "b b"]);
    }

    #[test]
    fn only_tags_may_begin_within_a_paragraph() {
        let info = parse("Text\nArgs: no\nTags: one");
        assert_eq!(info.tags, ["one"]);
        assert_eq!(info.doc, "Text\nArgs: no");
    }
}
