//! Robot Framework's variables in texts of libraries: arguments embedded into names, and defaults
//! that must not be taken for variables.

/// The first variable of a text.
struct Variable<'a> {
    before: &'a str,
    mark: char,
    base: &'a str,
    items: Vec<&'a str>,
    after: &'a str,
}

fn find<'a>(text: &'a str, marks: &str) -> Option<Variable<'a>> {
    let bytes = text.as_bytes();
    let start = (0..bytes.len().saturating_sub(1)).find(|at| {
        bytes[at + 1] == b'{' && marks.as_bytes().contains(&bytes[*at]) && !is_escaped(bytes, *at)
    })?;
    let close = closing(bytes, start + 1, b'{', b'}')?;
    let mut end = close + 1;
    let mut items = Vec::new();
    while "$@&".contains(char::from(bytes[start])) && bytes.get(end) == Some(&b'[') {
        let close = closing(bytes, end, b'[', b']')?;
        items.push(&text[end + 1..close]);
        end = close + 1;
    }
    Some(Variable {
        before: &text[..start],
        mark: char::from(bytes[start]),
        base: &text[start + 2..close],
        items,
        after: &text[end..],
    })
}

fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Offset of the bracket that closes the one at `open`.
fn closing(bytes: &[u8], open: usize, left: u8, right: u8) -> Option<usize> {
    let (mut depth, mut escaped) = (0_usize, false);
    for (at, byte) in bytes.iter().enumerate().skip(open) {
        if escaped {
            escaped = false;
        } else if *byte == b'\\' {
            escaped = true;
        } else if *byte == left {
            depth += 1;
        } else if *byte == right {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// What a keyword's name says of its embedded arguments: one entry each, true where it has a type.
pub(super) fn embedded(name: &str) -> Vec<bool> {
    let mut found = Vec::new();
    let mut rest = name;
    while let Some(variable) = find(rest, "$") {
        let (argument, kind) = variable.base.split_once(": ").unwrap_or((variable.base, ""));
        let kind = kind.split(':').next().unwrap_or_default();
        found.push(!argument.is_empty() && !argument.contains(':') && !kind.is_empty());
        rest = variable.after;
    }
    found
}

/// A default value that is a string, escaped so that Robot Framework reads the same string.
pub(super) fn escape_default(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            c => escaped.push(c),
        }
    }
    escape_spaces(&escape_variables(&escaped, 0))
}

/// Variables inside variables that are escaped; deeper ones are left as they are.
const MAX_DEPTH: u32 = 20;

fn escape_variables(text: &str, depth: u32) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    if depth >= MAX_DEPTH {
        return text.to_owned();
    }
    while let Some(variable) = find(rest, "$@&%*") {
        escaped.push_str(variable.before);
        escaped.extend(['\\', variable.mark, '{']);
        escaped.push_str(&escape_variables(variable.base, depth + 1));
        escaped.push('}');
        for item in variable.items {
            escaped.push('[');
            escaped.push_str(&escape_variables(item, depth + 1));
            escaped.push(']');
        }
        rest = variable.after;
    }
    escaped.push_str(rest);
    escaped
}

/// A backslash before a leading space, after a trailing one and between two.
fn escape_spaces(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = None;
    for c in text.chars() {
        if c == ' ' && before.is_none_or(|before| before == ' ') {
            escaped.push('\\');
        }
        escaped.push(c);
        before = Some(c);
    }
    if before == Some(' ') {
        escaped.push('\\');
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_escaped() {
        for (text, expected) in [
            ("plain text", "plain text"),
            ("", ""),
            (" ", r"\ \"),
            ("a  b ", r"a \ b \"),
            ("a\\n\n", r"a\\n\n"),
            ("${x}", r"\${x}"),
            ("@{a${b}}[${c}] %{d}", r"\@{a\${b}}[\${c}] \%{d}"),
            (r"\${x}", r"\\\${x}"),
            ("$x ${", "$x ${"),
        ] {
            assert_eq!(escape_default(text), expected, "{text:?}");
        }
    }

    #[test]
    fn embedded_arguments() {
        assert_eq!(embedded("Log in as ${user} with ${password:[^ ]+}"), [false, false]);
        assert_eq!(embedded("Wait ${time: int}"), [true]);
        assert_eq!(embedded("No arguments"), [false; 0]);
    }
}
