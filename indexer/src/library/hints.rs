//! Type hints: what Robot Framework makes of annotations (`TypeInfo.from_type_hint`).

use super::object::{Object, Scope, is_builtin_function};
use super::type_info::{Kind, TypeInfo};
use super::value::{Value, quoted};
use super::world::World;
use crate::parse::python::{Constant, Expression, Operator, parse_expression};

/// Why a hint gives no type.
#[derive(Debug)]
pub(super) enum NoType {
    /// A text names something that is not defined: Robot Framework then takes all annotations of
    /// the function as they are written.
    Undefined,
    /// Robot Framework refuses the type, and with it the keyword.
    Refused(String),
}

/// The standard type that Robot Framework converts to for a type of Python, by its dotted name;
/// second the one for classes derived from it.
pub(super) fn standard(name: &str) -> Option<(&'static str, &'static str)> {
    let (module, class) = name.rsplit_once('.').unwrap_or(("", name));
    let same = |name| Some((name, name));
    match (module, class) {
        ("builtins", "object") => same("object"),
        ("builtins", "str") | ("typing", "Text") => same("string"),
        ("collections", "UserString") => same("Sequence"),
        ("builtins", "bool") => same("boolean"),
        ("builtins", "int") | ("numbers", "Integral") => same("integer"),
        ("builtins", "float") | ("numbers", "Real" | "Rational") | ("fractions", "Fraction") => same("float"),
        ("decimal", "Decimal") => same("decimal"),
        ("builtins", "bytes") => same("bytes"),
        ("builtins", "bytearray") => same("bytearray"),
        ("datetime", "datetime") => same("datetime"),
        ("datetime", "date") => same("date"),
        ("datetime", "timedelta") => same("timedelta"),
        (
            "pathlib",
            "Path" | "PurePath" | "PosixPath" | "WindowsPath" | "PurePosixPath" | "PureWindowsPath",
        )
        | ("os", "PathLike") => same("Path"),
        ("types", "NoneType") => same("None"),
        ("builtins", "list") | ("typing", "List") => Some(("list", "Sequence")),
        ("builtins", "tuple") | ("typing", "Tuple") => Some(("tuple", "Sequence")),
        ("typing", "NamedTuple") => same("Sequence"),
        ("builtins", "range" | "memoryview")
        | ("collections", "deque" | "UserList")
        | ("typing" | "collections.abc" | "collections", "Sequence" | "MutableSequence" | "ByteString")
        | ("typing", "Deque") => same("Sequence"),
        ("builtins", "dict") | ("typing", "Dict") => Some(("dictionary", "Mapping")),
        ("typing" | "collections.abc" | "collections", "Mapping" | "MutableMapping" | "OrderedDict")
        | ("collections", "defaultdict" | "Counter" | "ChainMap" | "UserDict")
        | ("typing", "DefaultDict" | "Counter" | "ChainMap") => same("Mapping"),
        ("builtins", "set") | ("typing", "Set") => same("set"),
        ("builtins", "frozenset") | ("typing", "FrozenSet") => Some(("frozenset", "set")),
        ("collections.abc" | "collections", "Set" | "MutableSet")
        | ("typing", "AbstractSet" | "MutableSet") => same("set"),
        ("robot.api.types" | "robot.utils" | "robot.utils.secret", "Secret") => same("Secret"),
        _ => None,
    }
}

impl World<'_> {
    /// The type of an annotation.
    ///
    /// `text` is true for what comes from a text, where a name must be defined; an annotation
    /// outside of texts has been evaluated when the library was imported.
    pub(super) fn hint(&self, scope: &Scope, hint: &Expression, text: bool) -> Result<TypeInfo, NoType> {
        self.step(|| Some(self.hint_now(scope, hint, text)))
            .unwrap_or_else(|| Err(NoType::Refused("type is nested too deeply".to_owned())))
    }

    fn hint_now(&self, scope: &Scope, hint: &Expression, text: bool) -> Result<TypeInfo, NoType> {
        match hint {
            Expression::Constant(Constant::Text(written)) => {
                let parsed = parse_expression(written).ok_or(NoType::Undefined)?;
                self.text_hint(scope, written, &parsed)
            }
            Expression::Constant(Constant::None) => Ok(none()),
            Expression::Constant(Constant::Ellipsis) => Ok(TypeInfo::new("...", Kind::Ellipsis)),
            Expression::Name(_) | Expression::Attribute(..) => self.named_hint(scope, hint, text),
            Expression::Subscript(base, index) => self.parametrized(scope, base, index, text),
            Expression::Binary(left, Operator::BitOr, right) => {
                Ok(TypeInfo::union(vec![self.hint(scope, left, text)?, self.hint(scope, right, text)?]))
            }
            // Robot Framework's own way to say that an argument takes any of them.
            Expression::Tuple(items) | Expression::List(items) => {
                if items.is_empty() {
                    return Err(NoType::Refused("Union cannot be empty.".to_owned()));
                }
                Ok(TypeInfo::union(self.all_hints(scope, items, text)?))
            }
            other => Ok(self.shown(scope, other)),
        }
    }

    /// The type of an annotation that is a text. A text that comes up again while it is looked at,
    /// as in `Item = str | list["Item"]`, is left as it is written.
    pub(super) fn text_hint(
        &self,
        scope: &Scope,
        text: &str,
        parsed: &Expression,
    ) -> Result<TypeInfo, NoType> {
        if self.texts.borrow().iter().any(|open| open == text) {
            return TypeInfo::from_text(text).map_err(NoType::Refused);
        }
        self.texts.borrow_mut().push(text.to_owned());
        let info = self.hint(&Scope::of(scope.module), parsed, true);
        self.texts.borrow_mut().pop();
        info
    }

    fn all_hints(&self, scope: &Scope, items: &[Expression], text: bool) -> Result<Vec<TypeInfo>, NoType> {
        items.iter().map(|item| self.hint(scope, item, text)).collect()
    }

    /// A value that is no type: by what Python prints of it.
    fn shown(&self, scope: &Scope, hint: &Expression) -> TypeInfo {
        let shown = self.evaluate(scope, hint).and_then(|value| value.display());
        TypeInfo::new(shown.unwrap_or_else(|| super::unparse::text(hint)), Kind::Unknown)
    }

    fn named_hint(&self, scope: &Scope, hint: &Expression, text: bool) -> Result<TypeInfo, NoType> {
        let last = match hint {
            Expression::Name(name) | Expression::Attribute(_, name) => name.as_str(),
            _ => "",
        };
        match self.resolve(scope, hint) {
            None if text => Err(NoType::Undefined),
            None | Some(Object::Unknown) => Ok(TypeInfo::new(last, Kind::Unknown)),
            Some(Object::Class(class)) => Ok(TypeInfo::new(class.node.name.clone(), self.class_kind(&class))),
            Some(Object::Foreign(name)) => Ok(foreign_hint(&name)),
            Some(Object::TypeAlias(name, scope, value)) => {
                let info = self.hint(&Scope::of(scope.module), &value, true)?;
                Ok(TypeInfo { alias: Some(name), ..info })
            }
            Some(Object::Expression(scope, parts)) => match &parts[..] {
                [part] => self.assigned_hint(&scope, last, part),
                _ => Ok(TypeInfo::new(last, Kind::Unknown)),
            },
            Some(Object::Function(function)) => {
                Ok(TypeInfo::new(format!("<function {}>", function.node.name), Kind::Unknown))
            }
            Some(Object::Module(id)) => {
                Ok(TypeInfo::new(format!("<module '{}'>", self.module(id).dotted), Kind::Unknown))
            }
        }
    }

    /// `Name = Union[...]`, `Name = Enum("Name", ...)`, `T = TypeVar("T")`, `Id = NewType("Id", int)`.
    fn assigned_hint(&self, scope: &Scope, name: &str, value: &Expression) -> Result<TypeInfo, NoType> {
        let Expression::Call(call) = value else { return self.hint(scope, value, false) };
        let callee = self.resolve(scope, &call.function).and_then(|callee| self.qualified(&callee));
        let first = call.arguments.first().and_then(Expression::as_text).unwrap_or(name);
        match callee.as_deref() {
            Some("typing.TypeVar" | "typing_extensions.TypeVar") => {
                Ok(TypeInfo::new(format!("~{first}"), Kind::Unknown))
            }
            Some("typing.NewType" | "typing_extensions.NewType") => {
                let module = &self.module(scope.module).dotted;
                Ok(TypeInfo::new(format!("{module}.{first}"), Kind::Unknown))
            }
            Some("collections.namedtuple" | "typing.NamedTuple") => {
                Ok(TypeInfo::new(first, Kind::Standard("Sequence")))
            }
            Some(callee) => {
                Ok(TypeInfo::new(first, self.functional_kind(scope, callee, call).unwrap_or_default()))
            }
            None => Ok(TypeInfo::new(name, Kind::Unknown)),
        }
    }

    fn parametrized(
        &self,
        scope: &Scope,
        base: &Expression,
        index: &Expression,
        text: bool,
    ) -> Result<TypeInfo, NoType> {
        let items = match index {
            Expression::Tuple(items) => &items[..],
            other => std::slice::from_ref(other),
        };
        let object = self.resolve(scope, base);
        let name = match &object {
            Some(Object::Foreign(name)) => name.rsplit_once('.').map_or(name.as_str(), |(_, last)| last),
            _ => "",
        };
        let typing = matches!(&object, Some(Object::Foreign(name))
            if name.starts_with("typing.") || name.starts_with("typing_extensions."));
        match name {
            "Union" if typing => return Ok(TypeInfo::union(self.all_hints(scope, items, text)?)),
            "Optional" if typing => {
                return Ok(TypeInfo::union(vec![self.hint(scope, index, text)?, none()]));
            }
            "Literal" if typing => {
                let values = items.iter().map(|item| self.literal_hint(scope, item)).collect();
                return Ok(TypeInfo { nested: Some(values), ..TypeInfo::new("Literal", Kind::Literal) });
            }
            "Annotated" | "Required" | "NotRequired" | "ReadOnly" | "Final" | "ClassVar" if typing => {
                return items.first().map_or(Ok(TypeInfo::default()), |item| self.hint(scope, item, text));
            }
            _ => {}
        }
        let info = self.named_hint(scope, base, text)?;
        let nested = items
            .iter()
            .map(|item| match item {
                Expression::List(items) => {
                    Ok(TypeInfo::new(self.bracketed(scope, items, text)?, Kind::Unknown))
                }
                item => self.hint(scope, item, text),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let alias = info.alias.as_ref().map(|alias| {
            let parameters: Vec<String> = nested.iter().map(ToString::to_string).collect();
            format!("{alias}[{}]", parameters.join(", "))
        });
        if alias.is_some() {
            return Ok(TypeInfo { alias, ..info });
        }
        info.with_nested(nested).map_err(NoType::Refused)
    }

    /// The argument types of a `Callable`: `[int, str]`.
    fn bracketed(&self, scope: &Scope, items: &[Expression], text: bool) -> Result<String, NoType> {
        let infos = self.all_hints(scope, items, text)?;
        let shown: Vec<String> = infos
            .iter()
            .map(|info| match info.nested {
                None => info.name.clone().unwrap_or_default(),
                Some(_) => info.to_string(),
            })
            .collect();
        Ok(format!("[{}]", shown.join(", ")))
    }

    fn literal_hint(&self, scope: &Scope, item: &Expression) -> TypeInfo {
        let shown = match item {
            Expression::Constant(Constant::Text(text)) => quoted(text),
            item => match self.evaluate(scope, item) {
                Some(Value::Member { name, .. }) => name,
                Some(value) => value.repr().unwrap_or_else(|| super::unparse::text(item)),
                None => super::unparse::text(item),
            },
        };
        TypeInfo::new(shown, Kind::Unknown)
    }
}

fn none() -> TypeInfo {
    TypeInfo::new("None", Kind::Standard("None"))
}

/// A type from outside of the files, by its last name.
fn foreign_hint(dotted: &str) -> TypeInfo {
    let (module, name) = dotted.rsplit_once('.').unwrap_or(("", dotted));
    if module == "builtins" && is_builtin_function(name) {
        return TypeInfo::new(format!("<built-in function {name}>"), Kind::Unknown);
    }
    match (module, name) {
        ("builtins", "Ellipsis") => TypeInfo::new("...", Kind::Ellipsis),
        ("typing" | "typing_extensions", "Any") => TypeInfo::new("Any", Kind::Standard("Any")),
        ("typing", "Text") => TypeInfo::new("str", Kind::Standard("string")),
        ("typing", "AnyStr") => TypeInfo::new("~AnyStr", Kind::Unknown),
        ("typing" | "typing_extensions", "Never" | "NoReturn" | "Self" | "LiteralString" | "Optional") => {
            TypeInfo::new(dotted, Kind::Unknown)
        }
        _ => TypeInfo::new(name, standard(dotted).map_or(Kind::Unknown, |(exact, _)| Kind::Standard(exact))),
    }
}
