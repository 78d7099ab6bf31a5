//! Types as Robot Framework prints them (`robot.running.TypeInfo`).

use std::fmt;
use std::rc::Rc;

use super::object::ClassObject;
use super::type_texts;

/// What a type is, beyond its name.
#[derive(Debug, Clone, Default)]
pub(super) enum Kind {
    /// Not known to Robot Framework.
    #[default]
    Unknown,
    /// One that Robot Framework converts to, by the name that it has in Libdoc: `integer`.
    Standard(&'static str),
    /// A class of the files, and the standard type that it is derived from.
    Class(ClassObject, Option<&'static str>),
    /// An enumeration.
    Enum(Rc<EnumType>),
    /// A `TypedDict`.
    TypedDict(Rc<TypedDictType>),
    /// `...`
    Ellipsis,
    Union,
    Literal,
}

/// An enumeration with its members.
#[derive(Debug)]
pub(super) struct EnumType {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) is_integer: bool,
    /// Names and values.
    pub(super) members: Vec<(String, String)>,
}

/// A `TypedDict` with its items.
#[derive(Debug)]
pub(super) struct TypedDictType {
    pub(super) name: String,
    pub(super) doc: String,
    /// Key, type and whether the key must be there.
    pub(super) items: Vec<(String, String, bool)>,
}

/// A type.
#[derive(Debug, Clone, Default)]
pub(super) struct TypeInfo {
    /// None for no type at all, and for a list of types inside of another.
    pub(super) name: Option<String>,
    pub(super) kind: Kind,
    pub(super) nested: Option<Vec<TypeInfo>>,
    pub(super) alias: Option<String>,
}

impl TypeInfo {
    /// A type without parameters.
    pub(super) fn new(name: impl Into<String>, kind: Kind) -> Self {
        TypeInfo { name: Some(name.into()), kind, nested: None, alias: None }
    }

    /// `nested[0] | nested[1] ...`, unions in it taken apart and doubles left out.
    pub(super) fn union(nested: Vec<TypeInfo>) -> Self {
        let mut parts: Vec<TypeInfo> = Vec::new();
        for info in nested {
            let members = match info {
                TypeInfo { kind: Kind::Union, alias: None, nested, .. } => nested.unwrap_or_default(),
                info => vec![info],
            };
            for member in members {
                if !parts.iter().any(|part| part.to_string() == member.to_string()) {
                    parts.push(member);
                }
            }
        }
        match <[TypeInfo; 1]>::try_from(parts) {
            Ok([only]) => only,
            Err(parts) => TypeInfo {
                name: Some("Union".to_owned()),
                kind: Kind::Union,
                nested: Some(parts),
                alias: None,
            },
        }
    }

    pub(super) fn is_union(&self) -> bool {
        matches!(self.kind, Kind::Union)
    }

    /// The same type with parameters.
    ///
    /// # Errors
    /// Robot Framework's message when the type does not take so many.
    pub(super) fn with_nested(mut self, nested: Vec<TypeInfo>) -> Result<Self, String> {
        let homogenous = matches!(nested.last(), Some(TypeInfo { kind: Kind::Ellipsis, .. }));
        let expected = match self.kind {
            Kind::Standard("tuple") if homogenous => Some(2),
            Kind::Standard("Sequence" | "list" | "set" | "frozenset") => Some(1),
            Kind::Standard("Mapping" | "dictionary") => Some(2),
            _ => None,
        };
        if expected.is_some_and(|expected| expected != nested.len()) {
            return Err(format!("`{self}` with {} parameters", nested.len()));
        }
        self.nested = Some(nested);
        Ok(self)
    }

    /// Reads a type written in Robot Framework's own way: `list[int] | None`.
    ///
    /// # Errors
    /// Says that the text is no type.
    pub(super) fn from_text(text: &str) -> Result<Self, String> {
        type_texts::parse(text)
    }
}

impl fmt::Display for TypeInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(alias) = &self.alias {
            return f.write_str(alias);
        }
        let union = self.is_union();
        if !union {
            f.write_str(self.name.as_deref().unwrap_or_default())?;
        }
        let Some(nested) = &self.nested else { return Ok(()) };
        f.write_str(if union { "" } else { "[" })?;
        for (index, info) in nested.iter().enumerate() {
            let separator = if union { " | " } else { ", " };
            write!(f, "{}{info}", if index > 0 { separator } else { "" })?;
        }
        f.write_str(if union { "" } else { "]" })
    }
}
