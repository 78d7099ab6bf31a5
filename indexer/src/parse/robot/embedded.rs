//! Arguments embedded in keyword names, such as `${count:\d+} lamps` (Robot Framework's
//! `src/robot/running/arguments/embedded.py`).

use super::pattern;
use super::spaces::collapse;
use super::types;
use super::variables::{find, find_all};

/// What Robot Framework adds to each custom pattern, so that it matches variables as well.
const PLACEHOLDER: &str = r"|=robot-834d5d70-239e-43f6-97fb-902acf41625b-\d+=";

/// Whether a keyword name has embedded arguments, or what is wrong with them.
pub(super) fn arguments(name: &str) -> Result<bool, String> {
    if !name.contains("${") {
        return Ok(false);
    }
    let name = collapse(name);
    let mut regexp = String::new();
    let mut after = None;
    let mut custom = false;
    for variable in find_all(&name, "$") {
        let variable = variable.map_err(|error| error.0)?;
        let (kind, pattern) = parts(variable.base);
        if let Some((argument, kind)) = kind {
            check_type(argument, kind)?;
        }
        custom |= pattern.is_some();
        push_escaped(variable.before, &mut regexp);
        regexp.push('(');
        regexp.push_str(&pattern.map_or_else(|| ".*?".to_owned(), formatted));
        regexp.push(')');
        after = Some(variable.after);
    }
    let Some(after) = after else { return Ok(false) };
    push_escaped(after, &mut regexp);
    match pattern::error(&regexp.replace(r"\ ", r"\s")) {
        Some(error) if custom => Err(format!("Compiling embedded arguments regexp failed: error: {error}")),
        _ => Ok(true),
    }
}

/// Name with type, and pattern, of `name: type:pattern`, of which only the name is needed.
fn parts(base: &str) -> (Option<(&str, &str)>, Option<&str>) {
    let Some((name, rest)) = base.split_once(':') else { return (None, None) };
    if let Some(typed) = rest.strip_prefix(' ') {
        let (kind, pattern) = match typed.split_once(':') {
            Some((kind, pattern)) => (kind, Some(pattern)),
            None => (typed, None),
        };
        if !name.is_empty() && !kind.is_empty() {
            return (Some((name, kind)), pattern);
        }
    }
    (None, Some(rest))
}

fn check_type(argument: &str, kind: &str) -> Result<(), String> {
    let written = format!("${{{argument}: {kind}}}");
    match find(&written).and_then(|found| types::error(&found.typed(), true)) {
        Some(error) => Err(format!("Invalid embedded argument '{written}': {error}")),
        None => Ok(()),
    }
}

/// Python's `re.escape`.
fn push_escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        if "()[]{}?*+-|^$\\.&~# \t\n\r\x0b\x0c".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
}

/// A custom pattern as it stands in the expression for the whole name.
fn formatted(pattern: &str) -> String {
    let pattern = without_groups(without_flags(pattern));
    let mut out = String::with_capacity(pattern.len() + PLACEHOLDER.len());
    let mut rest = pattern.as_str();
    while let Some(start) = rest.find('\\') {
        let end = start + rest[start..].bytes().take_while(|byte| *byte == b'\\').count();
        out.push_str(&rest[..start]);
        let count = end - start;
        // Curly braces need no escape here; every other escape is doubled, as those in names are.
        let kept = if rest[end..].starts_with(['{', '}']) { count / 2 * 2 } else { count };
        out.push_str(&r"\\\\".repeat(kept / 2));
        out.push_str(if kept % 2 == 1 { "\\" } else { "" });
        rest = &rest[end..];
    }
    out.push_str(rest);
    out.push_str(PLACEHOLDER);
    out
}

/// Without inline flags such as `(?i)`.
fn without_flags(pattern: &str) -> &str {
    let flags = |text: &str, allowed: &str| text.chars().take_while(|c| allowed.contains(*c)).count();
    let Some(rest) = pattern.strip_prefix("(?") else { return pattern };
    let set = flags(rest, "aiLmsux");
    let mut end = set;
    if let Some(negated) = rest[end..].strip_prefix('-') {
        let count = flags(negated, "imsx");
        end += if count > 0 { 1 + count } else { 0 };
    }
    if set == 0 { pattern } else { rest[end..].strip_prefix(')').unwrap_or(pattern) }
}

/// With every group made a non-capturing one.
fn without_groups(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut before = None;
    while let Some(start) = rest.find('(') {
        let escaped = rest[..start].chars().next_back().or(before) == Some('\\');
        let (head, tail) = rest.split_at(start + 1);
        out.push_str(head);
        before = Some('(');
        rest = tail;
        if escaped {
            continue;
        }
        // Up to the next `)`, whatever stands between.
        let Some(end) = rest.find(')') else { break };
        out.push_str("?:");
        out.push_str(&rest[..=end]);
        rest = &rest[end + 1..];
        before = Some(')');
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_arguments() {
        assert_eq!(arguments("a b"), Ok(false));
        assert_eq!(arguments(r"a \${b}"), Ok(false));
        assert_eq!(arguments(r"a (${b}) ${c:\d+} ${d: int:(a|b)*} ${e:(?i)x\}}"), Ok(true));
        assert_eq!(arguments("a ${b"), Err("Variable '${b' was not closed properly.".to_owned()));
        assert_eq!(
            arguments("${a: x}"),
            Err("Invalid embedded argument '${a: x}': Unrecognized type 'x'.".to_owned())
        );
        assert_eq!(
            arguments("a ${b:(} c"),
            Err("Compiling embedded arguments regexp failed: error: missing ), unterminated subpattern \
                 at position 3"
                .to_owned())
        );
    }

    #[test]
    fn patterns_are_formatted() {
        let formatted = |pattern| formatted(pattern).strip_suffix(PLACEHOLDER).unwrap().to_owned();
        assert_eq!(formatted(r"(?i-s)(a)|\(b(c))"), r"(?:a)|\(b(?:c))");
        assert_eq!(formatted(r"\d\\\{2\\}"), r"\d\\\\{2\\\\}");
    }
}
