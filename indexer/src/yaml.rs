//! The one door to YAML: text in, a value or one [`Problem`] with line and column out.
//!
//! Documents come from strangers' repositories, so every read is bounded: nesting, nodes, and what
//! aliases may expand to. Duplicate keys are refused. Of a stream of several documents only a
//! single one is accepted.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{
    DefaultMessageFormatter, Error, MessageFormatter, NonFiniteFloatPolicy, Options, Spanned,
};

use crate::parse::Problem;

/// Deepest nesting of collections that is read.
const MAX_DEPTH: usize = 64;
/// Most nodes (scalars and collections) of one document.
const MAX_NODES: usize = 200_000;
/// Most nodes that all aliases of one document may expand to together.
const MAX_ALIAS_NODES: usize = 50_000;

/// Reads a text of one document as `T`; an empty text reads as null.
///
/// Untyped documents are read as `serde_json::Value`, which keeps the order of keys; `.nan` and
/// `.inf` become strings there. Fails on text that is not YAML, does not fit `T`, or breaks a
/// limit; the problem names the place.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_saphyr::from_str_with_options(text, options()).map_err(|error| problem(&error))
}

/// Reads a text of one document as a tree that knows where each node stands.
///
/// Only `true` and `false` are booleans here: a word such as `y` or `no` in a list of words stays
/// a word.
pub fn tree(text: &str) -> Result<Node, Problem> {
    let mut options = options();
    options.strict_booleans = true;
    options.non_finite_float_policy = NonFiniteFloatPolicy::PassThrough;
    let tree = serde_saphyr::from_str_with_options::<Spanned<NodeValue>>(text, options);
    tree.map(Node::from).map_err(|error| problem(&error))
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_nodes: MAX_NODES,
            max_events: 4 * MAX_NODES,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_ALIAS_NODES },
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

fn problem(error: &Error) -> Problem {
    let message = match error {
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => {
            "the document is too large, too deeply nested, or expands too many aliases".to_owned()
        }
        Error::MultipleDocuments { .. } => "more than one document where one is expected".to_owned(),
        Error::AliasError { error, .. } => return problem(error),
        error => {
            let message = DefaultMessageFormatter.format_message(error);
            // The library tells programmers which of its options to set; that helps no author.
            message.split(", set ").next().unwrap_or(&message).to_owned()
        }
    };
    match error.location() {
        Some(place) => Problem::at(narrow(place.line()), narrow(place.column()), message),
        None => Problem::whole(message),
    }
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A node of a document and the place where it begins.
///
/// Of an alias, the place is that of the alias and not of what it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Line from 1.
    pub line: u32,
    /// Column in characters from 1.
    pub column: u32,
    /// What stands there.
    pub value: NodeValue,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeValue {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`, unquoted.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction or exponent, or a whole number beyond 64 bits.
    Float(f64),
    /// Everything else that is one word or text.
    Text(String),
    /// Items in order.
    Sequence(Vec<Node>),
    /// Keys and values in order; no key occurs twice.
    Mapping(Vec<(Key, Node)>),
}

/// A key of a mapping and the place where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Line from 1.
    pub line: u32,
    /// Column in characters from 1.
    pub column: u32,
    /// The key as it is written.
    pub text: String,
}

impl NodeValue {
    /// The kind of the node in words, with an article.
    pub fn kind(&self) -> &'static str {
        match self {
            NodeValue::Null => "nothing",
            NodeValue::Bool(_) => "a boolean",
            NodeValue::Integer(_) | NodeValue::Float(_) => "a number",
            NodeValue::Text(_) => "a text",
            NodeValue::Sequence(_) => "a list",
            NodeValue::Mapping(_) => "a mapping",
        }
    }
}

impl From<Spanned<NodeValue>> for Node {
    fn from(spanned: Spanned<NodeValue>) -> Self {
        let (line, column) = (spanned.referenced.line(), spanned.referenced.column());
        Node { line: narrow(line), column: narrow(column), value: spanned.value }
    }
}

impl From<Spanned<String>> for Key {
    fn from(spanned: Spanned<String>) -> Self {
        let (line, column) = (spanned.referenced.line(), spanned.referenced.column());
        Key { line: narrow(line), column: narrow(column), text: spanned.value }
    }
}

impl<'de> Deserialize<'de> for NodeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = NodeValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<NodeValue, E> {
        Ok(NodeValue::Null)
    }

    fn visit_none<E>(self) -> Result<NodeValue, E> {
        Ok(NodeValue::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<NodeValue, E> {
        Ok(NodeValue::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<NodeValue, E> {
        Ok(NodeValue::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<NodeValue, E> {
        // A number beyond i64 is none that any field of ours takes: its kind is enough.
        Ok(i64::try_from(value).map_or(NodeValue::Float(value as f64), NodeValue::Integer))
    }

    fn visit_i128<E>(self, value: i128) -> Result<NodeValue, E> {
        Ok(NodeValue::Float(value as f64))
    }

    fn visit_u128<E>(self, value: u128) -> Result<NodeValue, E> {
        Ok(NodeValue::Float(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<NodeValue, E> {
        Ok(NodeValue::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<NodeValue, E> {
        Ok(NodeValue::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<NodeValue, E> {
        Ok(NodeValue::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<NodeValue, A::Error> {
        let mut nodes = Vec::new();
        while let Some(item) = items.next_element::<Spanned<NodeValue>>()? {
            nodes.push(Node::from(item));
        }
        Ok(NodeValue::Sequence(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<NodeValue, A::Error> {
        let mut nodes = Vec::new();
        while let Some(key) = entries.next_key::<Spanned<String>>()? {
            nodes.push((Key::from(key), Node::from(entries.next_value::<Spanned<NodeValue>>()?)));
        }
        Ok(NodeValue::Mapping(nodes))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(text: &str, expected: &Value) {
        assert_eq!(from_str::<Value>(text).as_ref(), Ok(expected), "{text}");
    }

    fn check_problem(text: &str, line: u32, column: u32, part: &str) {
        let problem = from_str::<Value>(text).unwrap_err();
        assert_eq!((problem.line, problem.column), (Some(line), Some(column)), "{text}: {problem:?}");
        assert!(problem.message.contains(part), "{text}: {problem:?}");
        assert!(tree(text).is_err());
    }

    #[test]
    fn untyped_documents() {
        check("", &Value::Null);
        check("# only a comment\n", &Value::Null);
        check("\u{feff}a: 1\n", &json!({"a": 1}));
        check("---\nb: 2\na: [x, 'y']\n...\n", &json!({"b": 2, "a": ["x", "y"]}));
        check("a: |\n  one\n  two\nb: >-\n  one\n  two\n", &json!({"a": "one\ntwo\n", "b": "one two"}));
        check("a: &x {k: v}\nb: *x\n", &json!({"a": {"k": "v"}, "b": {"k": "v"}}));
        check(
            "base: &x {k: v}\nb:\n  <<: *x\n  l: w\n",
            &json!({"base": {"k": "v"}, "b": {"k": "v", "l": "w"}}),
        );
        check("a: .nan\n", &json!({"a": ".nan"}));
        check("a: b\r\nc: d\r\n", &json!({"a": "b", "c": "d"}));
        check("a: {\n\"b\": \"\"\n}\n", &json!({"a": {"b": ""}}));
    }

    #[test]
    fn problems_have_a_place() {
        check_problem("a: 1\na: 2\n", 2, 1, "duplicate");
        check_problem("a: b: c\n", 1, 5, "mapping values are not allowed");
        check_problem("a: [1,\n", 1, 4, "unclosed bracket");
        check_problem("a: *nobody\n", 1, 4, "anchor");
        check_problem("--- \na: 1\n---\nb: 2\n", 4, 1, "more than one document");
    }

    #[test]
    fn bombs_are_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let below = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
        }
        assert!(from_str::<Value>(&bomb).unwrap_err().message.contains("aliases"));
        for open in ["[", "{a: ", "- "] {
            let problem = from_str::<Value>(&open.repeat(100_000)).unwrap_err();
            assert_eq!(problem.line, Some(1), "{problem:?}");
        }
    }

    #[test]
    fn nodes_know_their_place() {
        let root = tree("a: x\nb:\n  - 1.5\n  - é: ~\n").unwrap();
        let NodeValue::Mapping(entries) = root.value else { panic!("no mapping") };
        assert_eq!((entries[1].0.line, entries[1].0.column), (2, 1));
        let NodeValue::Sequence(items) = &entries[1].1.value else { panic!("no list") };
        assert_eq!((items[0].line, items[0].column, &items[0].value), (3, 5, &NodeValue::Float(1.5)));
        let NodeValue::Mapping(inner) = &items[1].value else { panic!("no mapping") };
        assert_eq!((inner[0].0.column, inner[0].1.column), (5, 8));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "[a-c:\\-\\[\\]{}&*!|>'\"#,\\n\\t ~<0-9.é]{0,60}") {
            let _ = from_str::<Value>(&text);
            let _ = tree(&text);
        }
    }
}
