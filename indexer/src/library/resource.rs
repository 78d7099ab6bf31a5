//! Resource files: Libdoc's spec of their user keywords.

use super::arguments::{Argument, Signature};
use super::document::Specs;
use super::files::{Files, Snapshot};
use super::keyword::Keyword;
use super::naming;
use super::type_docs::TypeDocs;
use super::world::World;
use crate::parse::libspec::tags;
use crate::parse::libspec::{Origin, Spec};
use crate::parse::python::ParameterKind;
use crate::parse::robot::{Resource, UserKeyword};

/// Libdoc's spec of a resource file with this name (that of the file without its ending).
pub fn document_resource(name: &str, resource: &Resource) -> Spec {
    let nothing = Snapshot::default();
    let world = World::new(&nothing as &dyn Files, Vec::new());
    let mut types = TypeDocs::new(&world, Vec::new(), "ROBOT");
    let mut specs = Specs { types: &mut types };
    let keywords = resource.keywords.iter().map(|each| specs.keyword(&keyword(each))).collect();
    // Libdoc removes the escapes twice.
    let doc = unescape(&unescape(&resource.doc));
    let spec = Spec {
        name: name.to_owned(),
        doc: if doc.is_empty() { format!("Documentation for resource file ``{name}``.") } else { doc },
        kind: "RESOURCE",
        scope: "GLOBAL",
        doc_format: "ROBOT".to_owned(),
        lineno: Some(1),
        ..Spec::default()
    };
    spec.with_keywords(keywords)
}

fn keyword(user: &UserKeyword) -> Keyword {
    let signature = Signature { arguments: arguments(&user.args), returns: None };
    let mut keyword = Keyword::new(user.name.clone(), signature, &unescape(&user.doc), &user.tags);
    // `-tag` in the documentation takes a tag of `Keyword Tags` away.
    let removed: Vec<String> =
        keyword.info.tags.iter().filter_map(|tag| tag.strip_prefix('-')).map(naming::normalized).collect();
    let stays = |tag: &&str| !tag.starts_with('-') && !removed.contains(&naming::normalized(tag));
    let own = keyword.info.tags.iter().chain(&user.tags).map(String::as_str).filter(stays);
    keyword.tags = tags::normalized(own);
    keyword.line = Some(user.lineno);
    keyword.error = keyword.error.or_else(|| user.error.clone());
    keyword.origin = Origin::default();
    keyword
}

fn arguments(written: &[String]) -> Vec<Argument> {
    let mut arguments = Vec::new();
    let mut named_only = false;
    for text in written {
        let (mark, rest) = text.split_at(text.len().min(1));
        let (name, default) = split(rest);
        let kind = match mark {
            "@" => {
                named_only = true;
                if name.is_empty() {
                    continue;
                }
                ParameterKind::VarPositional
            }
            "&" => ParameterKind::VarNamed,
            _ if named_only => ParameterKind::NamedOnly,
            _ => ParameterKind::PositionalOrNamed,
        };
        arguments.push(Argument {
            name: name.to_owned(),
            kind,
            info: None,
            default: default.map(str::to_owned),
        });
    }
    arguments
}

/// Name and default of `{name}=default`.
fn split(text: &str) -> (&str, Option<&str>) {
    let inner = text.strip_prefix('{').unwrap_or(text);
    match inner.split_once("}=") {
        Some((name, default)) => (name, Some(default)),
        None => (inner.strip_suffix('}').unwrap_or(inner), None),
    }
}

/// Robot Framework's `unescape`: `\n`, `\x41`, `\\` and so on.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        let rest = chars.as_str();
        let Some(next) = chars.next() else { break };
        match next {
            'n' => plain.push('\n'),
            'r' => plain.push('\r'),
            't' => plain.push('\t'),
            'x' | 'u' | 'U' => {
                let digits = match next {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                match rest.get(1..=digits).and_then(code_point) {
                    Some(c) => {
                        plain.push(c);
                        chars = rest[1 + digits..].chars();
                    }
                    None => plain.push(next),
                }
            }
            other => plain.push(other),
        }
    }
    plain
}

fn code_point(digits: &str) -> Option<char> {
    let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hexadecimal { u32::from_str_radix(digits, 16).ok().and_then(char::from_u32) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_removed() {
        for (text, expected) in [
            ("plain", "plain"),
            (r"a\nb\tc", "a\nb\tc"),
            (r"\x41\u00e4\U0001F600", "A\u{e4}\u{1f600}"),
            (r"\\n \${x} \xg", "\\n ${x} xg"),
            ("end\\", "end"),
            (r"\uD800", "uD800"),
        ] {
            assert_eq!(unescape(text), expected, "{text}");
        }
    }

    #[test]
    fn arguments_of_user_keywords() {
        let written = ["${a}", "${b}=1}=2", "@{}", "${c}", "&{rest}"].map(str::to_owned);
        let kinds: Vec<_> = arguments(&written).iter().map(|each| (each.name.clone(), each.kind)).collect();
        assert_eq!(
            kinds,
            [
                ("a".to_owned(), ParameterKind::PositionalOrNamed),
                ("b".to_owned(), ParameterKind::PositionalOrNamed),
                ("c".to_owned(), ParameterKind::NamedOnly),
                ("rest".to_owned(), ParameterKind::VarNamed),
            ]
        );
    }
}
