//! The values of expressions that need nothing to be run.

use std::sync::Arc;

use super::bindings::sum;
use super::foreign;
use super::object::{ClassObject, FunctionObject, Object, Scope};
use super::type_info::Kind;
use super::value::Value;
use super::world::World;
use crate::parse::python::{Call, Constant, Expression, Operator, ParameterKind, Statement, UnaryOperator};

/// The longest text or list that an operator makes.
const MAX_SIZE: usize = 100_000;

impl World<'_> {
    /// The value of an expression; none when it cannot be told without running it.
    pub(super) fn evaluate(&self, scope: &Scope, expression: &Expression) -> Option<Value> {
        self.step(|| self.evaluate_now(scope, expression))
    }

    fn evaluate_now(&self, scope: &Scope, expression: &Expression) -> Option<Value> {
        Some(match expression {
            Expression::Constant(constant) => literal(constant),
            Expression::Name(name) => return self.value_of(&self.lookup(scope, name)?),
            Expression::Attribute(value, name) => return self.attribute_value(scope, value, name),
            Expression::Tuple(items) => Value::Tuple(self.evaluate_all(scope, items)?),
            Expression::List(items) => Value::List(self.evaluate_all(scope, items)?),
            Expression::Set(items) => Value::Set(self.evaluate_all(scope, items)?),
            Expression::Dict(items) => {
                let pair = |(key, value): &(Option<Expression>, Expression)| {
                    Some((self.evaluate(scope, key.as_ref()?)?, self.evaluate(scope, value)?))
                };
                Value::Dict(items.iter().map(pair).collect::<Option<_>>()?)
            }
            Expression::Unary(operator, value) => {
                return unary(*operator, self.evaluate(scope, value)?);
            }
            Expression::Binary(left, operator, right) => {
                return self.binary(scope, left, *operator, right);
            }
            Expression::If { test, body, otherwise } => {
                let branch = if self.evaluate(scope, test)?.truth()? { body } else { otherwise };
                return self.evaluate(scope, branch);
            }
            Expression::Joined(parts) => {
                let parts = self.evaluate_all(scope, parts)?;
                Value::Text(parts.iter().map(Value::display).collect::<Option<String>>()?)
            }
            Expression::Call(call) => return self.call(scope, call),
            Expression::Subscript(value, index) => {
                let (value, index) = (self.evaluate(scope, value)?, self.evaluate(scope, index)?);
                return subscript(&value, &index);
            }
            Expression::Lambda(node) => Value::Object(Object::Function(FunctionObject {
                scope: scope.clone(),
                node: Arc::clone(node),
            })),
            Expression::Starred(_) | Expression::Other => return None,
        })
    }

    fn evaluate_all(&self, scope: &Scope, items: &[Expression]) -> Option<Vec<Value>> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Expression::Starred(items) => {
                    values.extend_from_slice(self.evaluate(scope, items)?.as_items()?);
                }
                item => values.push(self.evaluate(scope, item)?),
            }
        }
        Some(values)
    }

    /// The value of what a name stands for.
    pub(super) fn value_of(&self, object: &Object) -> Option<Value> {
        self.step(|| match object {
            Object::Expression(scope, parts) => {
                sum(parts.iter().map(|part| self.evaluate(scope, part)).collect::<Option<_>>()?)
            }
            Object::Foreign(name) => {
                Some(foreign::attribute(name).unwrap_or_else(|| Value::Object(object.clone())))
            }
            Object::Unknown => None,
            object => Some(Value::Object(object.clone())),
        })
    }

    fn attribute_value(&self, scope: &Scope, value: &Expression, name: &str) -> Option<Value> {
        let object = self.resolve(scope, value);
        if let Some(Object::Class(class)) = &object
            && self.is_enum(class)
        {
            return self.member(class, name);
        }
        if let Some(Object::Expression(scope, parts)) = &object
            && let [part] = &parts[..]
            && let Expression::Call(call) = &**part
        {
            return self.functional_member(scope, call, name);
        }
        if let Some(found) = object.and_then(|object| self.attribute(&object, name)) {
            return self.value_of(&found);
        }
        match (self.evaluate(scope, value)?, name) {
            (Value::Member { value, .. }, "value") => Some(*value),
            (Value::Member { name, .. }, "name") => Some(Value::Text(name)),
            _ => None,
        }
    }

    /// A member of `Name = Enum("Name", ...)`.
    fn functional_member(&self, scope: &Scope, call: &Call, name: &str) -> Option<Value> {
        let callee = self.resolve(scope, &call.function)?;
        let Kind::Enum(found) = self.functional_kind(scope, &self.qualified(&callee)?, call)? else {
            return None;
        };
        let (_, value) = found.members.iter().find(|(member, _)| member == name)?;
        Some(Value::Shown(name.to_owned(), format!("<{}.{name}: {value}>", found.name)))
    }

    /// A member of an enumeration by its name.
    fn member(&self, class: &ClassObject, name: &str) -> Option<Value> {
        let (_, object) = self.class_attribute(class, name)?;
        if matches!(object, Object::Function(_) | Object::Class(_)) {
            return None;
        }
        let value = self.value_of(&object).unwrap_or_else(|| Value::shown("..."));
        Some(Value::Member { class: class.clone(), name: name.to_owned(), value: Box::new(value) })
    }

    fn binary(
        &self,
        scope: &Scope,
        left: &Expression,
        operator: Operator,
        right: &Expression,
    ) -> Option<Value> {
        let left = self.evaluate(scope, left);
        match operator {
            Operator::And | Operator::Or => {
                let left = left?;
                let decided = left.truth()? == (operator == Operator::Or);
                return if decided { Some(left) } else { self.evaluate(scope, right) };
            }
            _ => {}
        }
        operate(left?, operator, self.evaluate(scope, right)?)
    }

    fn call(&self, scope: &Scope, call: &Call) -> Option<Value> {
        if let Expression::Attribute(text, method) = &call.function
            && let Some(Value::Text(text)) = self.evaluate(scope, text)
        {
            return text_method(&text, method, &self.evaluate_all(scope, &call.arguments)?);
        }
        match self.resolve(scope, &call.function)? {
            Object::Foreign(name) => {
                let arguments = self.evaluate_all(scope, &call.arguments)?;
                let named =
                    |(name, value): &(String, Expression)| Some((name.clone(), self.evaluate(scope, value)?));
                let named = call.keywords.iter().map(named).collect::<Option<Vec<_>>>()?;
                foreign::call(&name, &arguments, &named)
            }
            Object::Class(class) if call.arguments.is_empty() && call.keywords.is_empty() => {
                self.instance(&class)
            }
            Object::Function(function) if call.arguments.is_empty() && call.keywords.is_empty() => {
                self.returned(&function)
            }
            _ => None,
        }
    }

    /// What a function without decorators and obligatory arguments returns, where that is one of
    /// its statements with a value that can be told, such as `return VERSION`.
    fn returned(&self, function: &FunctionObject) -> Option<Value> {
        let node = &function.node;
        let given = |kind| matches!(kind, ParameterKind::VarPositional | ParameterKind::VarNamed);
        if !node.decorators.is_empty()
            || node.parameters.iter().any(|parameter| parameter.default.is_none() && !given(parameter.kind))
        {
            return None;
        }
        let scope = Scope::of(function.scope.module);
        node.body.iter().find_map(|statement| match statement {
            Statement::Return(Some(value)) => Some(self.evaluate(&scope, value)),
            Statement::If { test: Expression::Name(name), .. } => {
                let flag = node.parameters.iter().find(|parameter| parameter.name == *name)?;
                let default = self.evaluate(&scope, flag.default.as_ref()?);
                (default.and_then(|value| value.truth()) != Some(false)).then_some(None)
            }
            Statement::Expression(Expression::Constant(_)) => None,
            _ => Some(None),
        })?
    }
}

fn literal(constant: &Constant) -> Value {
    match constant {
        Constant::None => Value::None,
        Constant::Bool(value) => Value::Bool(*value),
        Constant::Int(value) => Value::Int(*value),
        Constant::BigInt(text) => Value::BigInt(text.clone()),
        Constant::Float(value) => Value::Float(*value),
        Constant::Text(text) => Value::Text(text.clone()),
        Constant::Bytes(bytes) => Value::Bytes(bytes.clone()),
        Constant::Ellipsis => Value::Ellipsis,
    }
}

fn unary(operator: UnaryOperator, value: Value) -> Option<Value> {
    Some(match (operator, value) {
        (UnaryOperator::Not, value) => Value::Bool(!value.truth()?),
        (UnaryOperator::Minus, Value::Int(value)) => Value::Int(value.checked_neg()?),
        (UnaryOperator::Minus, Value::Float(value)) => Value::Float(-value),
        (UnaryOperator::Minus, Value::BigInt(text)) => Value::BigInt(format!("-{text}")),
        (UnaryOperator::Plus, value @ (Value::Int(_) | Value::Float(_) | Value::BigInt(_))) => value,
        (UnaryOperator::Invert, Value::Int(value)) => Value::Int(!value),
        _ => return None,
    })
}

fn operate(left: Value, operator: Operator, right: Value) -> Option<Value> {
    match (left, operator, right) {
        (Value::Int(left), operator, Value::Int(right)) => integers(left, operator, right),
        (left @ (Value::Int(_) | Value::Float(_)), operator, right @ (Value::Int(_) | Value::Float(_))) => {
            floats(number(&left)?, operator, number(&right)?)
        }
        (Value::Text(text), Operator::Multiply, Value::Int(count))
        | (Value::Int(count), Operator::Multiply, Value::Text(text)) => {
            let count = usize::try_from(count).unwrap_or(0);
            (text.len().checked_mul(count)? <= MAX_SIZE).then(|| Value::Text(text.repeat(count)))
        }
        (Value::List(items), Operator::Multiply, Value::Int(count)) => {
            let count = usize::try_from(count).unwrap_or(0);
            (items.len().checked_mul(count)? <= MAX_SIZE)
                .then(|| Value::List(std::iter::repeat_n(items, count).flatten().collect()))
        }
        (Value::Tuple(left), operator, right) if is_comparison(operator) => {
            compare_versions(&left, operator, right.as_items()?)
        }
        (left, Operator::Add, right) => {
            let size = |value: &Value| {
                value.as_text().map_or_else(|| value.as_items().map_or(0, <[_]>::len), str::len)
            };
            if size(&left) + size(&right) > MAX_SIZE {
                return None;
            }
            sum(vec![left, right])
        }
        (left, Operator::Equal, right) => Some(Value::Bool(left.repr()? == right.repr()?)),
        (left, Operator::NotEqual, right) => Some(Value::Bool(left.repr()? != right.repr()?)),
        _ => None,
    }
}

fn is_comparison(operator: Operator) -> bool {
    matches!(operator, Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual)
}

fn compare_versions(left: &[Value], operator: Operator, right: &[Value]) -> Option<Value> {
    let numbers = |items: &[Value]| -> Option<Vec<i64>> {
        items.iter().map(|item| if let Value::Int(value) = item { Some(*value) } else { None }).collect()
    };
    let (left, right) = (numbers(left)?, numbers(right)?);
    Some(Value::Bool(match operator {
        Operator::Less => left < right,
        Operator::LessOrEqual => left <= right,
        Operator::Greater => left > right,
        Operator::GreaterOrEqual => left >= right,
        _ => return None,
    }))
}

pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Float(value) => Some(*value),
        // Exact below 2^53, and Python compares and adds as floats, too.
        #[allow(clippy::cast_precision_loss)]
        Value::Int(value) => Some(*value as f64),
        _ => None,
    }
}

fn integers(left: i64, operator: Operator, right: i64) -> Option<Value> {
    Some(match operator {
        Operator::Add => Value::Int(left.checked_add(right)?),
        Operator::Subtract => Value::Int(left.checked_sub(right)?),
        Operator::Multiply => Value::Int(left.checked_mul(right)?),
        Operator::FloorDivide => Value::Int(left.checked_sub(modulo(left, right)?)?.checked_div(right)?),
        Operator::Modulo => Value::Int(modulo(left, right)?),
        Operator::Power => Value::Int(left.checked_pow(u32::try_from(right).ok()?)?),
        Operator::LeftShift => {
            let factor = 1_i64.checked_shl(u32::try_from(right).ok()?).filter(|factor| *factor > 0)?;
            Value::Int(left.checked_mul(factor)?)
        }
        Operator::BitOr => Value::Int(left | right),
        Operator::BitAnd => Value::Int(left & right),
        Operator::Divide => return floats(number(&Value::Int(left))?, operator, number(&Value::Int(right))?),
        Operator::Equal => Value::Bool(left == right),
        Operator::NotEqual => Value::Bool(left != right),
        Operator::Less => Value::Bool(left < right),
        Operator::LessOrEqual => Value::Bool(left <= right),
        Operator::Greater => Value::Bool(left > right),
        Operator::GreaterOrEqual => Value::Bool(left >= right),
        _ => return None,
    })
}

/// Python's `%`, whose result has the sign of the right side.
fn modulo(left: i64, right: i64) -> Option<i64> {
    let rest = left.checked_rem(right)?;
    Some(if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest })
}

fn floats(left: f64, operator: Operator, right: f64) -> Option<Value> {
    Some(match operator {
        Operator::Add => Value::Float(left + right),
        Operator::Subtract => Value::Float(left - right),
        Operator::Multiply => Value::Float(left * right),
        Operator::Divide if right != 0.0 => Value::Float(left / right),
        Operator::Less => Value::Bool(left < right),
        Operator::LessOrEqual => Value::Bool(left <= right),
        Operator::Greater => Value::Bool(left > right),
        Operator::GreaterOrEqual => Value::Bool(left >= right),
        _ => return None,
    })
}

fn subscript(value: &Value, index: &Value) -> Option<Value> {
    match (value, index) {
        (Value::Dict(items), index) => {
            let wanted = index.repr()?;
            let found = items.iter().rev().find(|(key, _)| key.repr().as_ref() == Some(&wanted))?;
            Some(found.1.clone())
        }
        (value, Value::Int(index)) => {
            let items = value.as_items()?;
            let index = if *index < 0 { i64::try_from(items.len()).ok()? + index } else { *index };
            items.get(usize::try_from(index).ok()?).cloned()
        }
        _ => None,
    }
}

fn text_method(text: &str, method: &str, arguments: &[Value]) -> Option<Value> {
    match (method, arguments) {
        ("join", [items]) => {
            let items = items.as_items()?.iter().map(Value::as_text).collect::<Option<Vec<_>>>()?;
            Some(Value::Text(items.join(text)))
        }
        ("strip", []) => Some(Value::Text(text.trim().to_owned())),
        ("upper", []) => Some(Value::Text(text.to_uppercase())),
        ("lower", []) => Some(Value::Text(text.to_lowercase())),
        _ => None,
    }
}
