//! Libdoc's JSON, versions 1 to 4 (`robot.libdocpkg.jsonbuilder`).

use serde_json::{Map, Value};

use super::arguments::{Given, arranged};
use super::place::{Step, place};
use super::short_doc::short;
use super::spec::{ItemSpec, KeywordSpec, MemberSpec, Origin, Spec, TypeDocSpec, TypeSpec};
use super::{MOST_PROBLEMS, tags, type_text, words};
use crate::parse::{Parsed, Problem};

/// Reads a JSON spec.
pub(super) fn parse(text: &str) -> Parsed<Option<Spec>> {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            let (line, column) = (error.line() as u32, error.column().max(1) as u32);
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            return refused(Problem::at(line.max(1), column, format!("no JSON: {message}")));
        }
    };
    let Some(root) = value.as_object().filter(|root| root.contains_key("keywords")) else {
        return refused(Problem::at(1, 1, "no Libdoc spec: it is no object with `keywords`"));
    };
    let mut reader = Reader { text, problems: Vec::new() };
    let spec = reader.spec(&Node { value: &value, up: None }, root);
    Parsed { value: Some(spec), problems: reader.problems }
}

fn refused(problem: Problem) -> Parsed<Option<Spec>> {
    Parsed { value: None, problems: vec![problem] }
}

/// A value with the way to it.
struct Node<'a, 'p> {
    value: &'a Value,
    up: Option<(&'p Node<'a, 'p>, Step<'a>)>,
}

impl<'a> Node<'a, '_> {
    fn path(&self) -> Vec<Step<'a>> {
        let mut path = Vec::new();
        let mut up = self.up.as_ref();
        while let Some((node, step)) = up {
            path.push(*step);
            up = node.up.as_ref();
        }
        path.reverse();
        path
    }

    /// A member that is there and not null.
    fn member<'n>(&'n self, name: &'a str) -> Option<Node<'a, 'n>> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Node { value, up: Some((self, Step::Member(name))) })
    }
}

struct Reader<'t> {
    text: &'t str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, node: &Node<'_, '_>, message: &str) {
        if self.problems.len() >= MOST_PROBLEMS {
            return;
        }
        let path = node.path();
        let mut shown = String::new();
        for step in &path {
            match step {
                Step::Member(name) if shown.is_empty() => shown.push_str(name),
                Step::Member(name) => shown.push_str(&format!(".{name}")),
                Step::Item(index) => shown.push_str(&format!("[{index}]")),
            }
        }
        let (line, column) = place(self.text, &path);
        self.problems.push(Problem::at(line, column, format!("`{shown}` {message}")));
    }

    fn spec(&mut self, root: &Node<'_, '_>, members: &Map<String, Value>) -> Spec {
        let doc_format = self.text(root, "docFormat");
        let keywords = self.list(root, "keywords", Self::keyword);
        let typedocs = match members.contains_key("typedocs") {
            true => self.list(root, "typedocs", Self::type_doc),
            false => self.data_types(root),
        };
        let mut spec = Spec {
            name: self.text(root, "name"),
            doc: self.text(root, "doc"),
            version: self.text(root, "version"),
            kind: self.word(root, "type", words::kind).unwrap_or("LIBRARY"),
            scope: self.word(root, "scope", words::scope).unwrap_or("TEST"),
            doc_format: if doc_format.is_empty() { "ROBOT".to_owned() } else { doc_format },
            lineno: self.line(root),
            source: Some(self.text(root, "source")).filter(|source| !source.is_empty()),
            inits: self.list(root, "inits", Self::keyword),
            typedocs,
            ..Spec::default()
        };
        if spec.name.is_empty() {
            self.problem(root, "has no `name`");
        }
        spec.typedocs.sort_by_key(|doc| doc.name.to_lowercase());
        spec.with_keywords(keywords)
    }

    fn keyword(&mut self, node: &Node<'_, '_>) -> Option<KeywordSpec> {
        if !node.value.is_object() {
            self.problem(node, "is no keyword");
            return None;
        }
        let doc = self.text(node, "doc");
        let shortdoc = self.text(node, "shortdoc");
        let own = self.texts(node, "tags");
        let raises = node.member("raises").and_then(|raises| raises.value.as_object().cloned());
        Some(KeywordSpec {
            name: self.text(node, "name"),
            shortdoc: if shortdoc.is_empty() { short(&doc) } else { shortdoc },
            args: arranged(self.list(node, "args", Self::argument)),
            return_type: node.member("returnType").and_then(|node| self.kind_of_value(&node)),
            return_doc: self.text(node, "returnDoc"),
            raises: raises.unwrap_or_default(),
            tags: tags::normalized(own.iter().map(String::as_str)),
            lineno: self.line(node),
            private: self.is_true(node, "private"),
            deprecated: self.is_true(node, "deprecated"),
            origin: Origin { path: self.text(node, "source"), symbol: String::new() },
            failure: None,
            doc,
        })
    }

    fn argument(&mut self, node: &Node<'_, '_>) -> Option<Given> {
        let kind = words::argument_kind(node.value.get("kind")?.as_str()?)?;
        let kind_of_value = match node.value.get("type") {
            Some(_) => node.member("type").and_then(|node| self.kind_of_value(&node)),
            None => {
                let typedocs = node.value.get("typedocs");
                let typedoc = |name: &str| typedocs?.get(name)?.as_str().map(str::to_owned);
                type_text::union(&self.texts(node, "types"), typedoc)
            }
        };
        let default = node.member("defaultValue").map(|default| match default.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        Some(Given {
            name: self.text(node, "name"),
            kind,
            kind_of_value,
            default,
            doc: self.text(node, "doc"),
        })
    }

    fn kind_of_value(&mut self, node: &Node<'_, '_>) -> Option<TypeSpec> {
        if !node.value.is_object() {
            self.problem(node, "is no type");
            return None;
        }
        let optional = |reader: &mut Self, name: &'static str| {
            node.member(name).map(|_| reader.text(node, name)).filter(|text| !text.is_empty())
        };
        let name = optional(self, "name");
        Some(TypeSpec {
            union: name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("union")),
            typedoc: optional(self, "typedoc"),
            nested: self.list(node, "nested", Self::kind_of_value),
            alias: optional(self, "alias"),
            name,
        })
    }

    fn type_doc(&mut self, node: &Node<'_, '_>) -> Option<TypeDocSpec> {
        let kind = self.word(node, "type", words::type_kind)?;
        Some(TypeDocSpec {
            kind,
            name: self.text(node, "name"),
            doc: self.text(node, "doc"),
            usages: self.texts(node, "usages"),
            accepts: self.texts(node, "accepts"),
            members: (kind == "Enum").then(|| self.members(node)),
            items: (kind == "TypedDict").then(|| self.items(node)),
        })
    }

    /// What specs had before `typedocs`.
    fn data_types(&mut self, root: &Node<'_, '_>) -> Vec<TypeDocSpec> {
        let Some(node) = root.member("dataTypes") else { return Vec::new() };
        let mut found = self.list(&node, "enums", |reader, node| {
            let (name, doc) = (reader.text(node, "name"), reader.text(node, "doc"));
            let members = Some(reader.members(node));
            Some(TypeDocSpec { kind: "Enum", name, doc, members, ..TypeDocSpec::default() })
        });
        found.extend(self.list(&node, "typedDicts", |reader, node| {
            let (name, doc) = (reader.text(node, "name"), reader.text(node, "doc"));
            let items = Some(reader.items(node));
            Some(TypeDocSpec { kind: "TypedDict", name, doc, items, ..TypeDocSpec::default() })
        }));
        found
    }

    fn members(&mut self, node: &Node<'_, '_>) -> Vec<MemberSpec> {
        self.list(node, "members", |reader, node| {
            Some(MemberSpec { name: reader.text(node, "name"), value: reader.text(node, "value") })
        })
    }

    fn items(&mut self, node: &Node<'_, '_>) -> Vec<ItemSpec> {
        self.list(node, "items", |reader, node| {
            let required = node.value.get("required").and_then(Value::as_bool);
            Some(ItemSpec { key: reader.text(node, "key"), kind: reader.text(node, "type"), required })
        })
    }

    /// A text member; empty where it is absent or null.
    fn text(&mut self, node: &Node<'_, '_>, name: &'static str) -> String {
        match node.member(name) {
            None => String::new(),
            Some(found) => match found.value.as_str() {
                Some(text) => text.to_owned(),
                None => {
                    self.problem(&found, "must be a text");
                    String::new()
                }
            },
        }
    }

    fn texts(&mut self, node: &Node<'_, '_>, name: &'static str) -> Vec<String> {
        self.list(node, name, |reader, item| {
            let text = item.value.as_str().map(str::to_owned);
            if text.is_none() {
                reader.problem(item, "must be a text");
            }
            text
        })
    }

    fn list<T>(
        &mut self,
        node: &Node<'_, '_>,
        name: &'static str,
        mut read: impl FnMut(&mut Self, &Node<'_, '_>) -> Option<T>,
    ) -> Vec<T> {
        let Some(list) = node.member(name) else { return Vec::new() };
        let Some(items) = list.value.as_array() else {
            self.problem(&list, "must be a list");
            return Vec::new();
        };
        let nodes = items.iter().enumerate();
        nodes
            .filter_map(|(index, value)| read(self, &Node { value, up: Some((&list, Step::Item(index))) }))
            .collect()
    }

    fn word(
        &mut self,
        node: &Node<'_, '_>,
        name: &'static str,
        pick: impl Fn(&str) -> Option<&'static str>,
    ) -> Option<&'static str> {
        let found = node.member(name)?;
        let word = found.value.as_str().and_then(pick);
        if word.is_none() {
            self.problem(&found, "is none of the words that Libdoc writes there");
        }
        word
    }

    fn is_true(&self, node: &Node<'_, '_>, name: &'static str) -> bool {
        node.value.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// `lineno`, a number or a text of one; 0 and less is none.
    fn line(&mut self, node: &Node<'_, '_>) -> Option<u32> {
        let found = node.member("lineno")?;
        let number = match found.value {
            Value::String(text) => text.parse().ok(),
            other => other.as_i64(),
        };
        if number.is_none() {
            self.problem(&found, "must be a whole number");
        }
        number.and_then(|number| u32::try_from(number).ok()).filter(|line| *line > 0)
    }
}
