//! Values that an expression has without running anything, and Python's `str` and `repr` of them.

use std::fmt::Write as _;

use super::object::{ClassObject, Object};

/// What an expression evaluates to.
#[derive(Debug, Clone)]
pub(super) enum Value {
    None,
    Bool(bool),
    Int(i64),
    /// An integer that does not fit, as Python prints it.
    BigInt(String),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    Ellipsis,
    Tuple(Vec<Value>),
    List(Vec<Value>),
    Set(Vec<Value>),
    FrozenSet(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    /// A member of an enumeration.
    Member {
        class: ClassObject,
        name: String,
        value: Box<Value>,
    },
    /// A module, class, function or something from outside of the files.
    Object(Object),
    /// A value of which only its texts are known: `str` and `repr`.
    Shown(String, String),
}

impl Value {
    /// A value from its `repr` alone.
    pub(super) fn shown(text: &str) -> Self {
        Value::Shown(text.to_owned(), text.to_owned())
    }

    /// The text of a string.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list, tuple or set.
    pub(super) fn as_items(&self) -> Option<&[Value]> {
        match self {
            Value::Tuple(items) | Value::List(items) | Value::Set(items) | Value::FrozenSet(items) => {
                Some(items)
            }
            _ => None,
        }
    }

    /// Python's `bool(value)`, where it is known.
    pub(super) fn truth(&self) -> Option<bool> {
        Some(match self {
            Value::None => false,
            Value::Bool(value) => *value,
            Value::Int(value) => *value != 0,
            Value::Float(value) => *value != 0.0,
            Value::Text(text) => !text.is_empty(),
            Value::Bytes(bytes) => !bytes.is_empty(),
            Value::Tuple(items) | Value::List(items) | Value::Set(items) | Value::FrozenSet(items) => {
                !items.is_empty()
            }
            Value::Dict(items) => !items.is_empty(),
            Value::BigInt(_) | Value::Ellipsis | Value::Object(Object::Class(_) | Object::Module(_)) => true,
            Value::Member { .. } | Value::Object(_) | Value::Shown(..) => return None,
        })
    }

    /// Python's `str(value)`; none when it depends on the run.
    pub(super) fn display(&self) -> Option<String> {
        match self {
            Value::Text(text) => Some(text.clone()),
            Value::Shown(text, _) => Some(text.clone()),
            Value::Member { class, name, .. } => Some(format!("{}.{name}", class.node.name)),
            other => other.repr(),
        }
    }

    /// Python's `repr(value)`; none when it depends on the run.
    pub(super) fn repr(&self) -> Option<String> {
        Some(match self {
            Value::None => "None".to_owned(),
            Value::Bool(true) => "True".to_owned(),
            Value::Bool(false) => "False".to_owned(),
            Value::Int(value) => value.to_string(),
            Value::BigInt(text) | Value::Shown(_, text) => text.clone(),
            Value::Float(value) => float(*value),
            Value::Text(text) => quoted(text),
            Value::Bytes(bytes) => bytes_literal(bytes),
            Value::Ellipsis => "Ellipsis".to_owned(),
            Value::Tuple(items) if items.len() == 1 => format!("({},)", items[0].repr()?),
            Value::Tuple(items) => format!("({})", joined(items)?),
            Value::List(items) => format!("[{}]", joined(items)?),
            Value::Set(items) if items.is_empty() => "set()".to_owned(),
            Value::Set(items) => format!("{{{}}}", joined(items)?),
            Value::FrozenSet(items) if items.is_empty() => "frozenset()".to_owned(),
            Value::FrozenSet(items) => format!("frozenset({{{}}})", joined(items)?),
            Value::Dict(items) => {
                let pair =
                    |(key, value): &(Value, Value)| Some(format!("{}: {}", key.repr()?, value.repr()?));
                format!("{{{}}}", items.iter().map(pair).collect::<Option<Vec<_>>>()?.join(", "))
            }
            Value::Member { class, name, value } => {
                format!("<{}.{name}: {}>", class.node.name, value.repr()?)
            }
            Value::Object(object) => object.repr()?,
        })
    }
}

fn joined(items: &[Value]) -> Option<String> {
    Some(items.iter().map(Value::repr).collect::<Option<Vec<_>>>()?.join(", "))
}

/// Python's `repr` of a float.
fn float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".to_owned() } else { "-inf".to_owned() };
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = value.to_string();
        return if plain.contains('.') { plain } else { format!("{plain}.0") };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// Python's `repr` of a string.
pub(super) fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push(quote);
    for c in text.chars() {
        match c {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if c == quote => shown.extend(['\\', c]),
            c if is_printable(c) => shown.push(c),
            c => push_escape(&mut shown, c),
        }
    }
    shown.push(quote);
    shown
}

fn push_escape(shown: &mut String, c: char) {
    let code = u32::from(c);
    // Writing to a string cannot fail.
    let _ = match code {
        0..=0xff => write!(shown, "\\x{code:02x}"),
        0x100..=0xffff => write!(shown, "\\u{code:04x}"),
        _ => write!(shown, "\\U{code:08x}"),
    };
}

/// Near to Python's `str.isprintable`: controls, separators, format marks and private use are not.
fn is_printable(c: char) -> bool {
    let format = matches!(
        u32::from(c),
        0xad | 0x600..=0x605 | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xe000..=0xf8ff | 0xfeff
            | 0xfff0..=0xfffb | 0xe0000..=0x10_ffff
    );
    !c.is_control() && !format && (c == ' ' || !c.is_whitespace())
}

fn bytes_literal(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    let mut shown = format!("b{quote}");
    for byte in bytes {
        match byte {
            b'\\' => shown.push_str("\\\\"),
            b'\n' => shown.push_str("\\n"),
            b'\r' => shown.push_str("\\r"),
            b'\t' => shown.push_str("\\t"),
            byte if char::from(*byte) == quote => shown.extend(['\\', quote]),
            0x20..=0x7e => shown.push(char::from(*byte)),
            _ => push_escape(&mut shown, char::from(*byte)),
        }
    }
    shown.push(quote);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &Value, expected: &str) {
        assert_eq!(value.repr().as_deref(), Some(expected));
    }

    #[test]
    fn representations() {
        for (value, expected) in [
            (1.0, "1.0"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (0.0001, "0.0001"),
            (1.5e-5, "1.5e-05"),
            (-0.1, "-0.1"),
            (1e20, "1e+20"),
            (f64::INFINITY, "inf"),
        ] {
            check(&Value::Float(value), expected);
        }
        check(&Value::Text("it's \"x\"\n\u{a0}\u{1f600}".into()), "'it\\'s \"x\"\\n\\xa0\u{1f600}'");
        check(&Value::Text("it's".into()), "\"it's\"");
        check(&Value::Bytes(b"a\xff'".to_vec()), "b\"a\\xff'\"");
        check(&Value::Tuple(vec![Value::Int(1)]), "(1,)");
        check(&Value::Dict(vec![(Value::Text("a".into()), Value::List(vec![Value::None]))]), "{'a': [None]}");
        check(&Value::Set(Vec::new()), "set()");
    }
}
