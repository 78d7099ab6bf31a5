//! Libdoc's XML, versions 3 to 7 (`robot.libdocpkg.xmlbuilder`).

use roxmltree::{Document, Node, ParsingOptions};

use super::arguments::{Given, arranged};
use super::short_doc::short;
use super::spec::{ItemSpec, KeywordSpec, MemberSpec, Origin, Spec, TypeDocSpec, TypeSpec};
use super::{MOST_PROBLEMS, tags, type_text, words};
use crate::parse::{Parsed, Problem};

/// Most nodes of a file: four times those of the largest library that is known.
const MOST_NODES: u32 = 500_000;
/// The versions that Robot Framework 4 to 7 write.
const VERSIONS: [&str; 5] = ["3", "4", "5", "6", "7"];

/// Reads an XML spec. A document type is refused, and with it every entity of its own: no file can
/// grow by being read, or name another one.
pub(super) fn parse(text: &str) -> Parsed<Option<Spec>> {
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = match Document::parse_with_options(text, options) {
        Ok(document) => document,
        Err(error) => {
            let (place, message) = (error.pos(), error.to_string());
            // The message ends with the place.
            let message = message.split(" at ").next().unwrap_or_default();
            return refused(Problem::at(place.row, place.col, format!("no XML: {message}")));
        }
    };
    let root = document.root_element();
    let mut reader = Reader { document: &document, problems: Vec::new() };
    if !root.has_tag_name("keywordspec") {
        reader.problem(root, format!("no Libdoc spec: its root is `{}`", root.tag_name().name()));
        return Parsed { value: None, problems: reader.problems };
    }
    let version = root.attribute("specversion").unwrap_or_default();
    if !VERSIONS.contains(&version) {
        reader.problem(
            root,
            format!("spec version `{version}` is not read: 3 to 7 are, of Robot Framework 4 to 7"),
        );
        return Parsed { value: None, problems: reader.problems };
    }
    let spec = reader.spec(root);
    Parsed { value: Some(spec), problems: reader.problems }
}

fn refused(problem: Problem) -> Parsed<Option<Spec>> {
    Parsed { value: None, problems: vec![problem] }
}

struct Reader<'d, 'i> {
    document: &'d Document<'i>,
    problems: Vec<Problem>,
}

impl<'d> Reader<'d, '_> {
    fn problem(&mut self, node: Node<'_, '_>, message: impl Into<String>) {
        if self.problems.len() < MOST_PROBLEMS {
            let place = self.document.text_pos_at(node.range().start);
            self.problems.push(Problem::at(place.row, place.col, message));
        }
    }

    fn spec(&mut self, root: Node<'d, '_>) -> Spec {
        let typedocs = match child(root, "typedocs") {
            Some(node) => children(node, "type").filter_map(|node| self.type_doc(node)).collect(),
            None => data_types(root),
        };
        let kind = self.word(root, "type", words::kind).unwrap_or("LIBRARY");
        let source = root.attribute("source").map(str::to_owned);
        let list = |name| child(root, name);
        let keywords = list("keywords").into_iter().flat_map(|list| children(list, "kw"));
        let keywords: Vec<KeywordSpec> = keywords.map(|node| self.keyword(node, source.as_deref())).collect();
        let inits = list("inits").into_iter().flat_map(|list| children(list, "init"));
        let inits = inits.map(|node| self.keyword(node, source.as_deref())).collect();
        let mut spec = Spec {
            name: attribute(root, "name"),
            doc: text(root, "doc"),
            version: text(root, "version"),
            kind,
            scope: self.word(root, "scope", words::scope).unwrap_or("TEST"),
            doc_format: root.attribute("format").filter(|it| !it.is_empty()).unwrap_or("ROBOT").to_owned(),
            lineno: self.line(root),
            source,
            inits,
            typedocs,
            ..Spec::default()
        };
        if spec.name.is_empty() {
            self.problem(root, "the spec has no `name`");
        }
        spec.typedocs.sort_by_key(|doc| doc.name.to_lowercase());
        spec.with_keywords(keywords)
    }

    fn keyword(&mut self, node: Node<'_, '_>, source: Option<&str>) -> KeywordSpec {
        let doc = text(node, "doc");
        let shortdoc = text(node, "shortdoc");
        let own = child(node, "tags").into_iter().flat_map(|tags| children(tags, "tag")).map(inner);
        let own: Vec<String> = own.collect();
        let given = child(node, "arguments").into_iter().flat_map(|list| children(list, "arg"));
        let raised = child(node, "raises").into_iter().flat_map(|list| children(list, "type"));
        KeywordSpec {
            name: attribute(node, "name"),
            shortdoc: if shortdoc.is_empty() { short(&doc) } else { shortdoc },
            args: arranged(given.filter_map(argument).collect()),
            return_type: child(node, "returntype").and_then(|node| kind_of_value(node, 0)),
            return_doc: text(node, "returndoc"),
            raises: raised.map(|node| (attribute(node, "name"), inner(node).into())).collect(),
            tags: tags::normalized(own.iter().map(String::as_str)),
            lineno: self.line(node),
            private: node.attribute("private") == Some("true"),
            deprecated: node.attribute("deprecated") == Some("true"),
            origin: Origin {
                path: node.attribute("source").or(source).unwrap_or_default().to_owned(),
                symbol: String::new(),
            },
            failure: None,
            doc,
        }
    }

    fn type_doc(&mut self, node: Node<'_, '_>) -> Option<TypeDocSpec> {
        let kind = self.word(node, "type", words::type_kind)?;
        let texts = |list: &'static str, item: &'static str| {
            child(node, list).into_iter().flat_map(|list| children(list, item)).map(inner).collect()
        };
        Some(TypeDocSpec {
            kind,
            name: attribute(node, "name"),
            doc: text(node, "doc"),
            usages: texts("usages", "usage"),
            accepts: texts("accepts", "type"),
            members: (kind == "Enum").then(|| members(node)),
            items: (kind == "TypedDict").then(|| items(node)),
        })
    }

    fn word(
        &mut self,
        node: Node<'_, '_>,
        name: &'static str,
        pick: impl Fn(&str) -> Option<&'static str>,
    ) -> Option<&'static str> {
        let written = node.attribute(name)?;
        let word = pick(written);
        if word.is_none() {
            self.problem(node, format!("`{name}` cannot be `{written}`"));
        }
        word
    }

    fn line(&mut self, node: Node<'_, '_>) -> Option<u32> {
        let written = node.attribute("lineno").filter(|written| !written.is_empty())?;
        let line = written.parse::<i64>().ok();
        if line.is_none() {
            self.problem(node, format!("`lineno` must be a whole number, found `{written}`"));
        }
        line.and_then(|line| u32::try_from(line).ok()).filter(|line| *line > 0)
    }
}

/// What specs had before `typedocs`.
fn data_types(root: Node<'_, '_>) -> Vec<TypeDocSpec> {
    let Some(node) = child(root, "datatypes") else { return Vec::new() };
    let below = |list: &'static str, item: &'static str| {
        child(node, list).into_iter().flat_map(move |list| children(list, item))
    };
    let enums = below("enums", "enum").map(|node| TypeDocSpec {
        kind: "Enum",
        name: attribute(node, "name"),
        doc: text(node, "doc"),
        members: Some(members(node)),
        ..TypeDocSpec::default()
    });
    let dictionaries = below("typeddicts", "typeddict").map(|node| TypeDocSpec {
        kind: "TypedDict",
        name: attribute(node, "name"),
        doc: text(node, "doc"),
        items: Some(items(node)),
        ..TypeDocSpec::default()
    });
    enums.chain(dictionaries).collect()
}

fn members(node: Node<'_, '_>) -> Vec<MemberSpec> {
    let found = child(node, "members").into_iter().flat_map(|list| children(list, "member"));
    found.map(|node| MemberSpec { name: attribute(node, "name"), value: attribute(node, "value") }).collect()
}

fn items(node: Node<'_, '_>) -> Vec<ItemSpec> {
    let found = child(node, "items").into_iter().flat_map(|list| children(list, "item"));
    let item = |node: Node<'_, '_>| ItemSpec {
        key: attribute(node, "key"),
        kind: attribute(node, "type"),
        required: node.attribute("required").map(|required| required == "true"),
    };
    found.map(item).collect()
}

/// An argument; none for a mark between arguments.
fn argument(node: Node<'_, '_>) -> Option<Given> {
    let name = inner(child(node, "name")?);
    let kind = words::argument_kind(node.attribute("kind")?)?;
    let types: Vec<Node<'_, '_>> = children(node, "type").collect();
    let kind_of_value = match types[..] {
        [only] if only.has_attribute("name") => kind_of_value(only, 0),
        _ => {
            let texts: Vec<String> = types.iter().copied().map(inner).collect();
            type_text::union(&texts, |name| {
                let found = types.iter().find(|node| inner(**node) == name)?;
                found.attribute("typedoc").map(str::to_owned)
            })
        }
    };
    let default = child(node, "default").map(inner);
    Some(Given { name, kind, kind_of_value, default, doc: text(node, "doc") })
}

fn kind_of_value(node: Node<'_, '_>, depth: usize) -> Option<TypeSpec> {
    if depth > type_text::MAX_DEPTH {
        return None;
    }
    let optional = |name| node.attribute(name).filter(|value: &&str| !value.is_empty()).map(str::to_owned);
    let name = optional("name");
    Some(TypeSpec {
        union: name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("union")),
        typedoc: optional("typedoc"),
        nested: children(node, "type").filter_map(|nested| kind_of_value(nested, depth + 1)).collect(),
        alias: optional("alias"),
        name,
    })
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.has_tag_name(name))
}

fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.has_tag_name(name))
}

/// The text of the child with this name; empty where there is none.
fn text(node: Node<'_, '_>, name: &'static str) -> String {
    child(node, name).map(inner).unwrap_or_default()
}

/// The text of an element before its first child element.
fn inner(node: Node<'_, '_>) -> String {
    let texts = node.children().take_while(|child| !child.is_element()).filter(Node::is_text);
    texts.filter_map(|text| text.text()).collect()
}

fn attribute(node: Node<'_, '_>, name: &'static str) -> String {
    node.attribute(name).unwrap_or_default().to_owned()
}
