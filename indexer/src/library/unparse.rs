//! Expressions as texts, as Python's `ast.unparse` writes annotations.

use super::value::Value;
use crate::parse::python::{Constant, Expression, Operator};

/// The text of an annotation.
pub(super) fn text(expression: &Expression) -> String {
    match expression {
        Expression::Name(name) => name.clone(),
        Expression::Attribute(value, name) => format!("{}.{name}", text(value)),
        Expression::Subscript(value, index) => match &**index {
            Expression::Tuple(items) if !items.is_empty() => format!("{}[{}]", text(value), list(items)),
            index => format!("{}[{}]", text(value), text(index)),
        },
        Expression::Tuple(items) if items.len() == 1 => format!("({},)", text(&items[0])),
        Expression::Tuple(items) => format!("({})", list(items)),
        Expression::List(items) => format!("[{}]", list(items)),
        Expression::Set(items) => format!("{{{}}}", list(items)),
        Expression::Dict(items) => {
            let pair = |(key, value): &(Option<Expression>, Expression)| match key {
                Some(key) => format!("{}: {}", text(key), text(value)),
                None => format!("**{}", text(value)),
            };
            format!("{{{}}}", items.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        Expression::Binary(left, Operator::BitOr, right) => format!("{} | {}", text(left), text(right)),
        Expression::Starred(value) => format!("*{}", text(value)),
        Expression::Call(call) => {
            let named = call.keywords.iter().map(|(name, value)| format!("{name}={}", text(value)));
            let arguments: Vec<String> = call.arguments.iter().map(text).chain(named).collect();
            format!("{}({})", text(&call.function), arguments.join(", "))
        }
        Expression::Constant(constant) => match constant {
            Constant::None => "None".to_owned(),
            Constant::Bool(true) => "True".to_owned(),
            Constant::Bool(false) => "False".to_owned(),
            Constant::Int(value) => value.to_string(),
            Constant::BigInt(text) => text.clone(),
            Constant::Float(value) => Value::Float(*value).repr().unwrap_or_default(),
            Constant::Text(text) => super::value::quoted(text),
            Constant::Bytes(bytes) => Value::Bytes(bytes.clone()).repr().unwrap_or_default(),
            Constant::Ellipsis => "...".to_owned(),
        },
        _ => "...".to_owned(),
    }
}

fn list(items: &[Expression]) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(", ")
}
