//! Variables in cells (Robot Framework's `src/robot/variables/search.py`).

use super::spaces::trim_end;

/// What may stand before a `{`.
const ANY: &str = "$@&%*";
/// What can be assigned to.
const ASSIGNABLE: &str = "$@&";

/// The first variable of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Variable<'a> {
    /// `$`, `@`, `&`, `%` or `*`.
    pub(super) mark: char,
    /// What stands in the braces, without the type where that was asked for.
    pub(super) base: &'a str,
    /// The type after `: `.
    pub(super) kind: Option<&'a str>,
    pub(super) before: &'a str,
    /// The whole variable with its items.
    pub(super) whole: &'a str,
    pub(super) after: &'a str,
    has_items: bool,
}

/// A variable that is not closed, in Robot Framework's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unclosed(pub(super) String);

impl<'a> Variable<'a> {
    /// The same with its type taken out of the base.
    pub(super) fn typed(mut self) -> Self {
        if let Some((base, kind)) = self.base.rsplit_once(": ") {
            (self.base, self.kind) = (base, Some(kind));
        }
        self
    }

    /// Whether the string is this variable and nothing else.
    fn is_all(&self) -> bool {
        !self.base.is_empty() && self.before.is_empty() && self.after.is_empty()
    }

    /// Whether the string is a variable that can be assigned to: neither items nor variables inside.
    pub(super) fn is_plain_assign(&self) -> Result<bool, Unclosed> {
        let outside = self.is_all() && ASSIGNABLE.contains(self.mark) && !self.has_items;
        Ok(outside && search(self.base, ANY)?.is_none())
    }

    fn is_nested_assign(&self, items: bool) -> bool {
        self.is_all() && ASSIGNABLE.contains(self.mark) && (items || !self.has_items)
    }
}

/// The first variable; none when there is none or it is not closed.
pub(super) fn find(text: &str) -> Option<Variable<'_>> {
    search(text, ANY).ok().flatten()
}

/// Every variable with one of these marks, in order, each of which splits what the one before left.
pub(super) fn find_all<'a>(
    text: &'a str,
    marks: &'static str,
) -> impl Iterator<Item = Result<Variable<'a>, Unclosed>> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let found = search(rest?, marks).transpose()?;
        rest = found.as_ref().ok().map(|variable| variable.after);
        Some(found)
    })
}

/// Whether there is a variable that is closed.
pub(super) fn contains(text: &str) -> bool {
    matches!(search(text, ASSIGNABLE), Ok(Some(_)))
}

/// Whether a cell takes the result of a keyword: `${x}`, `@{x}[0]`, `${x} =`, `${a${b}}`.
pub(super) fn is_assign(text: &str) -> bool {
    // Most cells are no variables at all.
    if !text.starts_with(['$', '@', '&']) || text.as_bytes().get(1) != Some(&b'{') {
        return false;
    }
    let found = match text.strip_suffix('=') {
        Some(name) => search(trim_end(name), ANY),
        None => search(text, ASSIGNABLE),
    };
    found.ok().flatten().is_some_and(|variable| variable.is_nested_assign(true))
}

/// Whether a cell is a name for `VAR` or the Variables section: with `=` and variables inside, but
/// without items.
pub(super) fn is_definable(text: &str) -> bool {
    let name = text.strip_suffix('=').map_or(text, trim_end);
    find(name).is_some_and(|variable| variable.is_nested_assign(false))
}

/// Whether a cell is one `&{variable}`.
pub(super) fn is_dict(text: &str) -> bool {
    matches!(search(text, ASSIGNABLE), Ok(Some(variable)) if variable.mark == '&' && variable.is_all())
}

/// The place of the `=` in `name=value`: neither escaped nor inside a variable
/// (`robot.utils.split_from_equals`).
pub(super) fn equals(text: &str) -> Option<usize> {
    if !text.contains('=') {
        return None;
    }
    let mut rest = text;
    for variable in find_all(text, "$@&%") {
        // What is not closed is no variable.
        let Ok(variable) = variable else { break };
        if let Some(at) = unescaped_equals(variable.before) {
            return Some(offset(text, rest) + at);
        }
        rest = variable.after;
    }
    unescaped_equals(rest).map(|at| offset(text, rest) + at)
}

fn offset(text: &str, end: &str) -> usize {
    text.len() - end.len()
}

fn unescaped_equals(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    text.match_indices('=').map(|(at, _)| at).find(|at| !is_escaped(bytes, *at))
}

/// Whether an odd number of backslashes stands before a place.
fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// The first variable with one of these marks.
pub(super) fn search<'a>(text: &'a str, marks: &str) -> Result<Option<Variable<'a>>, Unclosed> {
    let bytes = text.as_bytes();
    let Some(start) = find_start(bytes, marks.as_bytes()) else { return Ok(None) };
    let mark = char::from(bytes[start]);
    let mut brackets = (b'{', b'}');
    let (mut open, mut escaped) = (1, false);
    let mut base = None;
    let mut has_items = false;
    let mut at = start + 2;
    while let Some(&byte) = bytes.get(at) {
        if byte == brackets.1 && !escaped {
            open -= 1;
            if open == 0 {
                let base = *base.get_or_insert(&text[start + 2..at]);
                has_items |= brackets.0 == b'[';
                if bytes.get(at + 1) != Some(&b'[') || !ASSIGNABLE.contains(mark) {
                    let (before, rest) = text.split_at(start);
                    let (whole, after) = rest.split_at(at + 1 - start);
                    return Ok(Some(Variable { mark, base, kind: None, before, whole, after, has_items }));
                }
                brackets = (b'[', b']');
                open = 1;
                at += 1;
            }
        } else if byte == brackets.0 && !escaped {
            open += 1;
        } else {
            escaped = byte == b'\\' && !escaped;
        }
        at += 1;
    }
    let item = if base.is_some() { "Variable item" } else { "Variable" };
    Err(Unclosed(format!("{item} '{}' was not closed properly.", &text[start..])))
}

/// The first mark that has a `{` behind it and is not escaped.
fn find_start(bytes: &[u8], marks: &[u8]) -> Option<usize> {
    let mut from = 1;
    loop {
        let start = bytes.get(from..)?.iter().position(|byte| *byte == b'{')? + from - 1;
        if marks.contains(&bytes[start]) && !is_escaped(bytes, start) {
            return Some(start);
        }
        from = start + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments() {
        for yes in
            ["${x}", "@{x}", "&{x}", "${x}=", "${x} =", "${x}[0]", "${x}[a][b] =", "${a${b}}", r"${a\}}"]
        {
            assert!(is_assign(yes), "{yes}");
        }
        for no in ["x", "$x", "${}", "${x", "${x}y", "y${x}", "%{x}", r"\${x}", "${x}==", "${x}[0", "=", ""] {
            assert!(!is_assign(no), "{no}");
        }
        assert!(is_definable("${x: int} ="));
        assert!(is_definable("${a${b}}"));
        assert!(!is_definable("${x}[0]"));
    }

    #[test]
    fn parts_of_a_variable() {
        let found = find(r"a \${b} ${c{d}}[1][${e}] f").unwrap();
        assert_eq!(found.before, r"a \${b} ");
        assert_eq!(found.base, "c{d}");
        assert_eq!(found.whole, "${c{d}}[1][${e}]");
        assert_eq!(found.after, " f");
        let typed = find("${a: b: int}").unwrap().typed();
        assert_eq!((typed.base, typed.kind), ("a: b", Some("int")));
        let names: Vec<_> = find_all("${a}[x]%{b}[y] @{c}", "$%").map(|v| v.unwrap().base).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn unclosed_variables_have_robots_words() {
        let error = |text| search(text, ANY).unwrap_err().0;
        assert_eq!(error("a ${b"), "Variable '${b' was not closed properly.");
        assert_eq!(error("${b}[c"), "Variable item '${b}[c' was not closed properly.");
    }

    #[test]
    fn equals_signs() {
        #[track_caller]
        fn check(text: &str, expected: Option<usize>) {
            assert_eq!(equals(text), expected);
        }
        check("a=b", Some(1));
        check(r"a\=b", None);
        check(r"a\\=b", Some(3));
        check("${a=b}=c", Some(6));
        check("${a=b=c", Some(3));
        check("ä${x}é=c", Some(8));
        check("ab", None);
    }
}
