//! Enumerations and typed dictionaries: the types that Libdoc lists with their members.

use std::rc::Rc;

use super::classes::Ancestor;
use super::docstring;
use super::hints::{NoType, standard};
use super::object::{ClassObject, Object, Scope};
use super::standard_types::{PYTHON, STANDARD};
use super::type_info::{EnumType, Kind, TypedDictType};
use super::value::Value;
use super::world::World;
use crate::parse::python::{Call, Constant, Expression, Statement};

const ENUMS: &[&str] = &["enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"];
const TYPED_DICTS: &[&str] = &["typing.TypedDict", "typing_extensions.TypedDict"];

impl World<'_> {
    /// True for a class derived from `enum.Enum`.
    pub(super) fn is_enum(&self, class: &ClassObject) -> bool {
        self.descends_from(class, ENUMS)
    }

    /// What kind of type a class of the files is.
    pub(super) fn class_kind(&self, class: &ClassObject) -> Kind {
        if self.is_enum(class) {
            return Kind::Enum(Rc::new(self.enum_type(class)));
        }
        if self.descends_from(class, TYPED_DICTS) {
            return Kind::TypedDict(Rc::new(self.typed_dict(class)));
        }
        let ancestors = self.ancestors(class);
        let bases: Vec<&str> = ancestors
            .iter()
            .filter_map(|ancestor| match ancestor {
                Ancestor::Foreign(name) => standard(name).map(|(_, derived)| derived),
                Ancestor::Local(class) => {
                    let name = self.qualified(&Object::Class(class.clone()))?;
                    standard(&name).map(|(_, derived)| derived)
                }
            })
            .collect();
        // `object` is taken for itself only.
        let base =
            STANDARD.iter().map(|known| known.name).find(|name| bases.contains(name) && *name != "object");
        Kind::Class(class.clone(), base)
    }

    fn enum_type(&self, class: &ClassObject) -> EnumType {
        let names = class.node.body.iter().flat_map(|statement| match statement {
            Statement::Assign { targets, value: Some(value), .. } => {
                let names = targets.iter().filter_map(Expression::as_name);
                names.map(|name| (name, &**value)).collect()
            }
            _ => Vec::new(),
        });
        let mut members: Vec<(String, String)> = Vec::new();
        let mut last = None;
        for (name, value) in names.filter(|(name, _)| !name.starts_with('_')) {
            let value = self.member_value(class, name, value, last.as_ref());
            let shown = value.as_ref().and_then(Value::display).unwrap_or_else(|| "...".to_owned());
            members.push((name.to_owned(), shown));
            last = value;
        }
        EnumType {
            name: class.node.name.clone(),
            doc: self.inherited_doc(class),
            is_integer: self.descends_from(class, &["enum.IntEnum", "enum.IntFlag", "builtins.int"]),
            members,
        }
    }

    fn member_value(
        &self,
        class: &ClassObject,
        name: &str,
        value: &Expression,
        last: Option<&Value>,
    ) -> Option<Value> {
        let scope = class.scope();
        if !self.is_call_of(&scope, value, "enum.auto") {
            return self.evaluate(&scope, value);
        }
        if self.descends_from(class, &["enum.StrEnum"]) {
            return Some(Value::Text(name.to_lowercase()));
        }
        let Some(Value::Int(last)) = last else { return Some(Value::Int(1)) };
        Some(Value::Int(if self.descends_from(class, &["enum.Flag", "enum.IntFlag"]) {
            last.checked_mul(2)?
        } else {
            last.checked_add(1)?
        }))
    }

    fn is_call_of(&self, scope: &Scope, expression: &Expression, wanted: &str) -> bool {
        let Expression::Call(call) = expression else { return false };
        let callee = self.resolve(scope, &call.function).and_then(|callee| self.qualified(&callee));
        callee.as_deref() == Some(wanted)
    }

    /// The documentation of a class, or of the first ancestor that has some: Python's
    /// `inspect.getdoc(class)`.
    pub(super) fn inherited_doc(&self, class: &ClassObject) -> String {
        let found = self.ancestors(class).iter().find_map(|ancestor| match ancestor {
            Ancestor::Local(class) => self.class_doc(class).as_deref().map(docstring::clean),
            Ancestor::Foreign(name) => python_doc(name).map(str::to_owned),
        });
        found.unwrap_or_default()
    }

    /// `Enum("Name", ...)` and `TypedDict("Name", {...})`.
    pub(super) fn functional_kind(&self, scope: &Scope, callee: &str, call: &Call) -> Option<Kind> {
        let name = call.arguments.first()?.as_text()?.to_owned();
        let items = call.arguments.get(1)?;
        if TYPED_DICTS.contains(&callee) {
            let Expression::Dict(pairs) = items else { return None };
            let items = pairs.iter().filter_map(|(key, value)| {
                Some((key.as_ref()?.as_text()?.to_owned(), self.type_repr(scope, value), true))
            });
            let doc = python_doc("builtins.dict").unwrap_or_default().to_owned();
            return Some(Kind::TypedDict(Rc::new(TypedDictType { name, doc, items: items.collect() })));
        }
        if !ENUMS.contains(&callee) {
            return None;
        }
        let counted = |names: Vec<String>| {
            names.into_iter().enumerate().map(|(index, name)| (name, (index + 1).to_string())).collect()
        };
        let members: Vec<(String, String)> = match self.evaluate(scope, items)? {
            Value::Dict(items) => items
                .iter()
                .map(|(key, value)| Some((key.display()?, value.display()?)))
                .collect::<Option<_>>()?,
            Value::Text(names) => {
                counted(names.replace(',', " ").split_whitespace().map(str::to_owned).collect())
            }
            items => match items.as_items()? {
                names if names.iter().all(|name| name.as_text().is_some()) => {
                    counted(names.iter().filter_map(Value::display).collect())
                }
                pairs => pairs
                    .iter()
                    .map(|pair| match pair.as_items()? {
                        [name, value] => Some((name.display()?, value.display()?)),
                        _ => None,
                    })
                    .collect::<Option<_>>()?,
            },
        };
        let doc = python_doc(callee).unwrap_or_default().to_owned();
        let is_integer = matches!(callee, "enum.IntEnum" | "enum.IntFlag");
        Some(Kind::Enum(Rc::new(EnumType { name, doc, is_integer, members })))
    }

    fn typed_dict(&self, class: &ClassObject) -> TypedDictType {
        let mut items: Vec<(String, String, bool)> = Vec::new();
        // Items of a base come first; a class of the files may extend another.
        for owner in self.local_ancestors(class).iter().rev() {
            let scope = owner.scope();
            let total = owner.node.keywords.iter().find(|(name, _)| name == "total");
            let total = total.is_none_or(|(_, value)| *value == Expression::Constant(Constant::Bool(true)));
            for statement in &owner.node.body {
                let Statement::Assign { targets, annotation: Some(annotation), .. } = statement else {
                    continue;
                };
                let Some(name) = targets.first().and_then(Expression::as_name) else { continue };
                items.push((
                    name.to_owned(),
                    self.type_repr(&scope, annotation),
                    self.requirement(&scope, annotation).unwrap_or(total),
                ));
            }
        }
        let doc = class.node.doc.as_deref().map(docstring::clean);
        let doc = doc.or_else(|| python_doc("builtins.dict").map(str::to_owned)).unwrap_or_default();
        TypedDictType { name: class.node.name.clone(), doc, items }
    }

    /// What `Required[...]` and `NotRequired[...]` say.
    fn requirement(&self, scope: &Scope, annotation: &Expression) -> Option<bool> {
        let Expression::Subscript(base, _) = annotation else { return None };
        let Some(Object::Foreign(name)) = self.resolve(scope, base) else { return None };
        match name.rsplit_once('.').map(|(_, last)| last) {
            Some("Required") => Some(true),
            Some("NotRequired") => Some(false),
            _ => None,
        }
    }

    /// Python's `str` of a type, or its `__name__` where it is a plain class.
    fn type_repr(&self, scope: &Scope, hint: &Expression) -> String {
        match hint {
            Expression::Constant(Constant::Text(text)) => {
                format!(
                    "ForwardRef({}, module='{}')",
                    super::value::quoted(text),
                    self.module(scope.module).dotted
                )
            }
            Expression::Subscript(base, index) => {
                let items = match &**index {
                    Expression::Tuple(items) => &items[..],
                    other => std::slice::from_ref(other),
                };
                let items: Vec<String> = items.iter().map(|item| self.nested_repr(scope, item)).collect();
                format!("{}[{}]", self.nested_repr(scope, base), items.join(", "))
            }
            Expression::Binary(left, _, right) => {
                format!("{} | {}", self.nested_repr(scope, left), self.nested_repr(scope, right))
            }
            hint => match self.hint(scope, hint, false) {
                Ok(info) => info.to_string(),
                Err(NoType::Undefined | NoType::Refused(_)) => super::unparse::text(hint),
            },
        }
    }

    fn nested_repr(&self, scope: &Scope, hint: &Expression) -> String {
        match hint {
            Expression::Name(_) | Expression::Attribute(..) => {
                let object = self.resolve(scope, hint).and_then(|object| self.qualified(&object));
                let name = object.unwrap_or_else(|| super::unparse::text(hint));
                name.strip_prefix("builtins.").map_or(name.clone(), str::to_owned)
            }
            Expression::Constant(_) => super::unparse::text(hint),
            hint => self.type_repr(scope, hint),
        }
    }
}

fn python_doc(name: &str) -> Option<&'static str> {
    PYTHON.iter().find(|(known, _)| *known == name).map(|(_, doc)| *doc)
}
