//! The values of expressions that need nothing to be run.

use std::sync::Arc;

use super::bindings::sum;
use super::object::{ClassObject, FunctionObject, Object, Scope};
use super::type_info::Kind;
use super::value::Value;
use super::world::World;
use crate::parse::python::{Call, Constant, Expression, Operator, ParameterKind, Statement, UnaryOperator};

/// The longest text or list that an operator makes.
const MAX_SIZE: usize = 100_000;

/// The version of Python that conditions on `sys.version_info` are held against: the oldest that
/// is not past its end with Robot Framework 7.5 in wide use.
const PYTHON: [i64; 2] = [3, 11];

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
            Object::Foreign(name) => Some(foreign(name).unwrap_or_else(|| Value::Object(object.clone()))),
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
                foreign_call(&name, &arguments, &named)
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

fn number(value: &Value) -> Option<f64> {
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

/// Attributes of the standard library whose value is the same everywhere that matters.
fn foreign(name: &str) -> Option<Value> {
    Some(match name {
        "typing.TYPE_CHECKING" | "typing_extensions.TYPE_CHECKING" => Value::Bool(false),
        "sys.version_info" => Value::Tuple(PYTHON.iter().copied().map(Value::Int).collect()),
        "sys.platform" => Value::Text("linux".to_owned()),
        "os.name" => Value::Text("posix".to_owned()),
        "os.sep" => Value::Text("/".to_owned()),
        "os.pathsep" => Value::Text(":".to_owned()),
        "os.linesep" => Value::Text("\n".to_owned()),
        "sys.maxsize" => Value::Int(i64::MAX),
        "logging.DEBUG" => Value::Int(10),
        "logging.INFO" => Value::Int(20),
        "logging.WARNING" | "logging.WARN" => Value::Int(30),
        "logging.ERROR" => Value::Int(40),
        "logging.CRITICAL" => Value::Int(50),
        "math.inf" => Value::Float(f64::INFINITY),
        "math.pi" => Value::Float(std::f64::consts::PI),
        _ => return None,
    })
}

fn foreign_call(name: &str, arguments: &[Value], named: &[(String, Value)]) -> Option<Value> {
    match (name, arguments) {
        // Where the environment decides, Libdoc prints what is there when it runs; the default is
        // what the author wrote.
        ("os.getenv" | "os.environ.get", [_]) if named.is_empty() => Some(Value::None),
        ("os.getenv" | "os.environ.get", [_, default]) => Some(default.clone()),
        ("datetime.timedelta", _) => timedelta(arguments, named),
        ("pathlib.Path" | "pathlib.PurePath", [Value::Text(path)]) if named.is_empty() => {
            Some(Value::Shown(path.clone(), format!("PosixPath({})", super::value::quoted(path))))
        }
        _ if !named.is_empty() => None,
        ("builtins.list" | "builtins.tuple" | "builtins.set" | "builtins.frozenset", []) => {
            collection(name, &[])
        }
        ("builtins.list" | "builtins.tuple" | "builtins.set" | "builtins.frozenset", [items]) => {
            collection(name, items.as_items()?)
        }
        ("builtins.dict", []) => Some(Value::Dict(Vec::new())),
        ("builtins.str", []) => Some(Value::Text(String::new())),
        ("builtins.str", [value]) => value.display().map(Value::Text),
        ("builtins.bool", []) => Some(Value::Bool(false)),
        ("builtins.bool", [value]) => value.truth().map(Value::Bool),
        ("builtins.int", []) => Some(Value::Int(0)),
        ("builtins.int", [value @ Value::Int(_)]) => Some(value.clone()),
        ("builtins.int", [Value::Text(text)]) => text.trim().parse().ok().map(Value::Int),
        ("builtins.float", [Value::Text(text)]) => text.trim().parse().ok().map(Value::Float),
        ("builtins.float", [value]) => number(value).map(Value::Float),
        ("builtins.len", [Value::Text(text)]) => i64::try_from(text.chars().count()).ok().map(Value::Int),
        ("builtins.len", [items]) => i64::try_from(items.as_items()?.len()).ok().map(Value::Int),
        _ => None,
    }
}

fn collection(name: &str, items: &[Value]) -> Option<Value> {
    let items = items.to_vec();
    Some(match name {
        "builtins.list" => Value::List(items),
        "builtins.tuple" => Value::Tuple(items),
        "builtins.set" => Value::Set(items),
        "builtins.frozenset" => Value::FrozenSet(items),
        _ => return None,
    })
}

/// `datetime.timedelta(...)` of whole numbers, as `str` prints it: `1 day, 0:00:30`.
fn timedelta(arguments: &[Value], named: &[(String, Value)]) -> Option<Value> {
    let units = [
        ("days", 86_400_000_000),
        ("seconds", 1_000_000),
        ("microseconds", 1),
        ("milliseconds", 1_000),
        ("minutes", 60_000_000),
        ("hours", 3_600_000_000),
        ("weeks", 604_800_000_000_i64),
    ];
    let positional = arguments.iter().zip(units).map(|(value, (_, unit))| Some((value, unit)));
    let named = named
        .iter()
        .map(|(name, value)| units.iter().find(|(known, _)| known == name).map(|(_, unit)| (value, *unit)));
    let mut total = 0_i64;
    for part in positional.chain(named) {
        let (value, unit) = part?;
        let part = match value {
            Value::Int(value) => value.checked_mul(unit)?,
            // Rounded to microseconds, as Python does.
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
            Value::Float(value) if value.abs() < 1e6 => (value * unit as f64).round() as i64,
            _ => return None,
        };
        total = total.checked_add(part)?;
    }
    let (days, rest) = (total.div_euclid(86_400_000_000), total.rem_euclid(86_400_000_000));
    let (seconds, micros) = (rest / 1_000_000, rest % 1_000_000);
    let mut shown = match days {
        0 => String::new(),
        1 | -1 => format!("{days} day, "),
        _ => format!("{days} days, "),
    };
    shown.push_str(&format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
    if micros > 0 {
        shown.push_str(&format!(".{micros:06}"));
    }
    Some(Value::Shown(shown, format!("datetime.timedelta({total})")))
}
