//! The outline of a YAML text that a template engine has yet to fill in.
//!
//! Such a text is no YAML: braces stand where YAML would open a mapping, and control lines stand
//! between entries at any indentation. What stays true is the layout, so entries are told by their
//! line and indentation.

/// `key: value` at a place in the layout.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry<'a, 't> {
    /// Keys that the entry stands below, outermost first; an item of a list is `-`.
    pub(super) parents: &'a [&'t str],
    /// Its key.
    pub(super) key: &'t str,
    /// Its value, without quotes and comment; empty where entries below it follow.
    pub(super) value: String,
    /// Whether it is the first of a list item.
    pub(super) begins_item: bool,
    /// Line from 1.
    pub(super) line: u32,
}

/// Calls `visit` for each entry, in order.
pub(super) fn entries<'t>(text: &'t str, mut visit: impl FnMut(&Entry<'_, 't>)) {
    let mut outline = Outline { lines: text.lines().collect(), next: 0 };
    let mut parents: Vec<&'t str> = Vec::new();
    let mut indents: Vec<usize> = Vec::new();
    while let Some((mut indent, mut rest)) = outline.next_content() {
        let line = u32::try_from(outline.next).unwrap_or(u32::MAX);
        let mut begins_item = false;
        while let Some(after) =
            rest.strip_prefix('-').filter(|after| after.is_empty() || after.starts_with(' '))
        {
            let is_outside = |at: usize, key: &str| at > indent || (at == indent && key == "-");
            while let (Some(&at), Some(&key)) = (indents.last(), parents.last())
                && is_outside(at, key)
            {
                indents.pop();
                parents.pop();
            }
            indents.push(indent);
            parents.push("-");
            begins_item = true;
            indent += 1 + indentation(after);
            rest = after.trim_start();
        }
        let Some((key, value)) = key_and_value(rest) else { continue };
        while indents.last().is_some_and(|&at| at >= indent) {
            indents.pop();
            parents.pop();
        }
        let value = outline.value(value, indent);
        visit(&Entry { parents: &parents, key, value, begins_item, line });
        indents.push(indent);
        parents.push(key);
    }
}

struct Outline<'t> {
    lines: Vec<&'t str>,
    next: usize,
}

impl<'t> Outline<'t> {
    /// The next line that is neither empty, comment, document marker nor control line.
    fn next_content(&mut self) -> Option<(usize, &'t str)> {
        while let Some(&line) = self.lines.get(self.next) {
            self.next += 1;
            let rest = line.trim();
            if rest.starts_with("{#") && !rest.contains("#}") {
                while self.lines.get(self.next).is_some_and(|line| !line.contains("#}")) {
                    self.next += 1;
                }
                self.next += 1;
            } else if !is_passed_over(rest) && rest != "---" {
                return Some((indentation(line), rest));
            }
        }
        None
    }

    /// The whole value that begins with `first`, of a key at `indent`.
    fn value(&mut self, first: &str, indent: usize) -> String {
        if let Some(style) = first.chars().next().filter(|c| matches!(c, '|' | '>'))
            && first[1..].trim_start_matches(['+', '-']).split('#').next().unwrap_or("").trim().is_empty()
        {
            return self.block(indent, if style == '>' { " " } else { "\n" });
        }
        if let Some(quote) = first.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            return self.quoted(first, quote, indent);
        }
        let mut value = without_comment(first).to_owned();
        while let Some(line) = self.continuation(indent).filter(|line| {
            !is_passed_over(line) && !line.starts_with("- ") && *line != "-" && key_and_value(line).is_none()
        }) {
            join(&mut value, without_comment(line), " ");
            self.next += 1;
        }
        value
    }

    fn block(&mut self, indent: usize, separator: &str) -> String {
        let mut value = String::new();
        while let Some(line) = self.continuation(indent) {
            if !line.starts_with("{%") {
                join(&mut value, line, separator);
            }
            self.next += 1;
        }
        value
    }

    fn quoted(&mut self, first: &str, quote: char, indent: usize) -> String {
        let mut value = String::new();
        let mut part = &first[1..];
        loop {
            if let Some(end) = closing_quote(part, quote) {
                join(&mut value, &part[..end], " ");
                break;
            }
            join(&mut value, part.trim(), " ");
            let Some(line) = self.continuation(indent) else { break };
            part = line;
            self.next += 1;
        }
        match quote {
            '"' => value.replace("\\\"", "\""),
            _ => value.replace("''", "'"),
        }
    }

    /// The next line, trimmed, if it is blank or stands deeper than `indent`.
    fn continuation(&self, indent: usize) -> Option<&'t str> {
        let line = self.lines.get(self.next)?;
        (line.trim().is_empty() || indentation(line) > indent).then(|| line.trim())
    }
}

fn is_passed_over(line: &str) -> bool {
    line.is_empty() || line.starts_with('#') || line.starts_with("{%") || line.starts_with("{#")
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// A key is a word of letters, digits and `_ - . /` before a colon and a space or line end.
fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let bare = super::super::fields::unquote(key);
    let is_key = !bare.is_empty() && bare.chars().all(|c| c.is_alphanumeric() || "_-./".contains(c));
    (is_key && (value.is_empty() || value.starts_with([' ', '\t']))).then(|| (bare, value.trim()))
}

/// A plain value up to a comment; `#` inside braces belongs to an expression.
fn without_comment(value: &str) -> &str {
    let mut depth = 0_usize;
    let mut before = ' ';
    for (at, c) in value.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '#' if depth == 0 && before.is_whitespace() => return value[..at].trim_end(),
            _ => {}
        }
        before = c;
    }
    value.trim_end()
}

/// Where the quote that is open closes; quotes inside braces belong to an expression.
fn closing_quote(text: &str, quote: char) -> Option<usize> {
    let mut depth = 0_usize;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if quote == '"' => {
                chars.next();
            }
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if c == quote && depth == 0 => {
                if quote == '\'' && chars.next_if(|&(_, next)| next == quote).is_some() {
                    continue;
                }
                return Some(at);
            }
            _ => {}
        }
    }
    None
}

fn join(value: &mut String, part: &str, separator: &str) {
    if !value.is_empty() && !part.is_empty() {
        value.push_str(separator);
    }
    value.push_str(part);
}
