//! Types written as text, as specs before Robot Framework 6.1 have them: `List[int]`, `int | None`.

use super::spec::TypeSpec;

/// Types may be nested this deep; what is deeper is no type.
pub(super) const MAX_DEPTH: usize = 32;

/// The union of some types, or the only one of them; none of an empty list.
pub(super) fn union(texts: &[String], typedoc: impl Fn(&str) -> Option<String>) -> Option<TypeSpec> {
    let mut parts: Vec<TypeSpec> = Vec::new();
    for text in texts {
        match parse(text) {
            TypeSpec { union: true, nested, .. } => parts.extend(nested),
            part => parts.push(part),
        }
    }
    parts.iter_mut().for_each(|part| name_typedocs(part, &typedoc));
    match parts.len() {
        0 | 1 => parts.pop(),
        _ => Some(joined(parts)),
    }
}

fn name_typedocs(part: &mut TypeSpec, typedoc: &impl Fn(&str) -> Option<String>) {
    part.typedoc = part.name.as_deref().and_then(typedoc);
    part.nested.iter_mut().for_each(|nested| name_typedocs(nested, typedoc));
}

fn joined(parts: Vec<TypeSpec>) -> TypeSpec {
    TypeSpec { name: Some("Union".to_owned()), nested: parts, union: true, ..TypeSpec::default() }
}

/// The type that a text means; one that means none is a name.
fn parse(text: &str) -> TypeSpec {
    let mut parser = Parser { rest: text.trim() };
    match parser.union(0) {
        Some(parsed) if parser.rest.is_empty() => parsed,
        _ => TypeSpec { name: Some(text.to_owned()), ..TypeSpec::default() },
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn union(&mut self, depth: usize) -> Option<TypeSpec> {
        let mut parts = vec![self.one(depth)?];
        while self.take('|') {
            parts.push(self.one(depth)?);
        }
        if parts.len() > 1 { Some(joined(parts)) } else { parts.pop() }
    }

    fn one(&mut self, depth: usize) -> Option<TypeSpec> {
        let end = self.rest.find(['[', ']', ',', '|']).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        let name = name.trim();
        self.rest = rest;
        let mut nested = Vec::new();
        let has_brackets = self.take('[');
        if depth > MAX_DEPTH || (name.is_empty() && !has_brackets) {
            return None;
        }
        if has_brackets {
            loop {
                if self.take(']') {
                    break;
                }
                nested.push(self.union(depth + 1)?);
                if !self.take(',') && !self.rest.starts_with(']') {
                    return None;
                }
            }
        }
        let union = name.eq_ignore_ascii_case("union");
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        Some(TypeSpec { name, nested, union, ..TypeSpec::default() })
    }

    fn take(&mut self, mark: char) -> bool {
        let rest = self.rest.trim_start().strip_prefix(mark);
        if let Some(rest) = rest {
            self.rest = rest.trim_start();
        }
        rest.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_again() {
        let check = |texts: &[&str], expected: &str| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(union(&texts, |_| None).map(|found| found.to_string()).unwrap_or_default(), expected);
        };
        check(&[], "");
        check(&["int"], "int");
        check(&["int", "None"], "int | None");
        check(&["Dict[str, List[int]]"], "Dict[str, List[int]]");
        check(&["Union[int, str]", "float"], "int | str | float");
        check(&["Callable[[int, str], None]"], "Callable[[int, str], None]");
        check(&["Literal['a, b]"], "Literal['a, b]");
        check(&["no type["], "no type[");
        check(&["my own type"], "my own type");
        check(&[&"a[".repeat(100_000)], &"a[".repeat(100_000));
    }
}
