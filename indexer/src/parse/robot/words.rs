//! How Robot Framework puts values into its messages.

/// `'a', 'b' and 'c'`
pub(super) fn list<S: AsRef<str>>(items: &[S]) -> String {
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        out.push_str(match index {
            0 => "",
            _ if index + 1 == items.len() => " and ",
            _ => ", ",
        });
        out.push('\'');
        out.push_str(item.as_ref());
        out.push('\'');
    }
    out
}

/// One error as it is, several as a list; none when there is none.
pub(super) fn errors(errors: Vec<String>) -> Option<String> {
    match errors.len() {
        0 | 1 => errors.into_iter().next(),
        _ => Some(format!("Multiple errors:\n- {}", errors.join("\n- "))),
    }
}

/// A message of Robot Framework in the form that our own have.
pub(super) fn problem(message: &str) -> String {
    let message = message.strip_suffix('.').unwrap_or(message).replace('\'', "`");
    let mut chars = message.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            let rest = &message[first.len_utf8()..];
            first.to_lowercase().chain(rest.chars()).collect()
        }
        _ => message,
    }
}

/// Python's `repr` of a string.
pub(super) fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => out.extend(['\\', c]),
            c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        assert_eq!(list(&["a"]), "'a'");
        assert_eq!(list(&["a", "b", "c"]), "'a', 'b' and 'c'");
        assert_eq!(errors(vec![]), None);
        assert_eq!(errors(vec!["a".into()]).unwrap(), "a");
        assert_eq!(errors(vec!["a".into(), "b".into()]).unwrap(), "Multiple errors:\n- a\n- b");
        assert_eq!(quoted(r#"a'b\c"#), r#""a'b\\c""#);
        assert_eq!(problem("Setting 'A' is not allowed here."), "setting `A` is not allowed here");
        assert_eq!(problem("IF has no END."), "IF has no END");
        assert_eq!(quoted("a\tb"), r"'a\tb'");
    }
}
