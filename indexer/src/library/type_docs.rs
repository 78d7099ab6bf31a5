//! What Libdoc says of the types that a library uses.

use std::collections::BTreeMap;

use super::docstring;
use super::hints::standard;
use super::keyword::Owner;
use super::object::Object;
use super::standard_types::STANDARD;
use super::type_info::{Kind, TypeInfo};
use super::value::Value;
use super::world::World;
use crate::parse::libspec::{ItemSpec, MemberSpec, TypeDocSpec, TypeSpec};

/// A converter of `ROBOT_LIBRARY_CONVERTERS`.
pub(super) struct Converter {
    /// The type that it makes.
    target: Object,
    name: String,
    doc: String,
    accepts: Vec<String>,
}

/// The types of a library, gathered while its keywords are written.
pub(super) struct TypeDocs<'a> {
    world: &'a World<'a>,
    converters: Vec<Converter>,
    markdown: bool,
    /// By name without regard to case.
    found: BTreeMap<String, TypeDocSpec>,
}

impl<'a> TypeDocs<'a> {
    pub(super) fn new(world: &'a World<'a>, converters: Vec<Converter>, doc_format: &str) -> Self {
        TypeDocs { world, converters, markdown: doc_format == "MARKDOWN", found: BTreeMap::new() }
    }

    /// A type as the spec has it; notes that `keyword` uses it.
    pub(super) fn spec(&mut self, info: &TypeInfo, keyword: &str) -> TypeSpec {
        let typedoc = if info.is_union() { None } else { self.note(info, keyword) };
        let nested = info.nested.iter().flatten().map(|nested| self.spec(nested, keyword)).collect();
        TypeSpec {
            name: info.name.clone(),
            typedoc,
            nested,
            union: info.is_union(),
            alias: info.alias.clone(),
        }
    }

    fn note(&mut self, info: &TypeInfo, keyword: &str) -> Option<String> {
        let doc = self.type_doc(info)?;
        let name = doc.name.clone();
        let known = self.found.entry(name.to_lowercase()).or_insert(doc);
        if !known.usages.iter().any(|usage| usage == keyword) {
            known.usages.push(keyword.to_owned());
        }
        Some(name)
    }

    fn type_doc(&self, info: &TypeInfo) -> Option<TypeDocSpec> {
        match &info.kind {
            Kind::Enum(found) => {
                let accepts = if found.is_integer { &["string", "integer"][..] } else { &["string"] };
                let member = |(name, value): &(String, String)| MemberSpec {
                    name: name.clone(),
                    value: value.clone(),
                };
                return Some(TypeDocSpec {
                    members: Some(found.members.iter().map(member).collect()),
                    ..type_doc("Enum", &found.name, &found.doc, accepts)
                });
            }
            Kind::TypedDict(found) => {
                let item = |(key, kind, required): &(String, String, bool)| ItemSpec {
                    key: key.clone(),
                    kind: kind.clone(),
                    required: Some(*required),
                };
                return Some(TypeDocSpec {
                    items: Some(found.items.iter().map(item).collect()),
                    ..type_doc("TypedDict", &found.name, &found.doc, &["string", "Mapping"])
                });
            }
            _ => {}
        }
        if let Some(converter) = self.converters.iter().find(|converter| self.converts(converter, info)) {
            let accepts: Vec<&str> = converter.accepts.iter().map(String::as_str).collect();
            return Some(type_doc("Custom", &converter.name, &converter.doc, &accepts));
        }
        let name = match info.kind {
            Kind::Standard(name) | Kind::Class(_, Some(name)) => name,
            Kind::Literal => "Literal",
            _ => return None,
        };
        let found = STANDARD.iter().find(|known| known.name == name)?;
        let doc = if self.markdown { found.markdown } else { found.doc };
        Some(type_doc("Standard", found.name, doc, found.accepts))
    }

    fn converts(&self, converter: &Converter, info: &TypeInfo) -> bool {
        match (&converter.target, &info.kind) {
            (Object::Class(target), Kind::Class(class, _)) => {
                self.world.local_ancestors(class).contains(target)
            }
            (Object::Foreign(target), Kind::Standard(name)) => {
                standard(target).is_some_and(|(exact, _)| exact == *name)
            }
            (Object::Foreign(target), Kind::Unknown) => {
                info.name.as_deref() == target.rsplit_once('.').map(|(_, last)| last)
            }
            (Object::Foreign(target), Kind::Class(class, _)) => {
                self.world.descends_from(class, &[target.as_str()])
            }
            _ => false,
        }
    }

    /// The types by name, each with the names of the keywords that use it.
    pub(super) fn finish(self) -> Vec<TypeDocSpec> {
        let mut found: Vec<TypeDocSpec> = self.found.into_values().collect();
        for doc in &mut found {
            doc.usages.sort_by_key(|usage| usage.to_lowercase());
        }
        found
    }
}

fn type_doc(kind: &'static str, name: &str, doc: &str, accepts: &[&str]) -> TypeDocSpec {
    TypeDocSpec {
        kind,
        name: name.to_owned(),
        doc: doc.to_owned(),
        accepts: accepts.iter().map(|name| (*name).to_owned()).collect(),
        ..TypeDocSpec::default()
    }
}

impl World<'_> {
    /// The converters that a library states in `ROBOT_LIBRARY_CONVERTERS`.
    pub(super) fn converters(&self, setting: Option<Value>) -> Vec<Converter> {
        let Some(Value::Dict(items)) = setting else { return Vec::new() };
        items
            .into_iter()
            .filter_map(|(target, converter)| {
                let (Value::Object(target), converter) = (target, converter) else { return None };
                let (name, own) = match &target {
                    Object::Class(class) => (class.node.name.clone(), self.inherited_doc(class)),
                    Object::Foreign(name) => (
                        name.rsplit_once('.').map_or(name.as_str(), |(_, last)| last).to_owned(),
                        String::new(),
                    ),
                    _ => return None,
                };
                let (doc, accepts) = match converter {
                    Value::Object(object) => self.converter_facts(&object)?,
                    _ => (String::new(), Vec::new()),
                };
                let doc = if doc.is_empty() { own } else { doc };
                Some(Converter { target, name: type_name(&name).to_owned(), doc, accepts })
            })
            .collect()
    }

    /// Documentation of a converter function and the types that its argument takes.
    fn converter_facts(&self, converter: &Object) -> Option<(String, Vec<String>)> {
        let (routine, in_class) = match converter {
            Object::Class(class) => {
                let (_, init) = self.class_attribute(class, "__init__")?;
                (self.routine(&init)?, Some(class.clone()))
            }
            object => {
                let in_class = match object {
                    Object::Function(function) => function.scope.class.clone(),
                    _ => None,
                };
                (self.routine(object)?, in_class)
            }
        };
        let owner = in_class.as_ref().map_or(Owner::None, Owner::Class);
        let signature = self.signature(&routine, owner).ok()?;
        let doc = match converter {
            Object::Class(class) => self.inherited_doc(class),
            _ => routine.doc.as_deref().map(docstring::clean).unwrap_or_default(),
        };
        let info = signature.arguments.into_iter().next().and_then(|argument| argument.info);
        let accepted = match info {
            Some(TypeInfo { kind: Kind::Union, nested: Some(nested), .. }) => nested,
            Some(info) => vec![info],
            None => Vec::new(),
        };
        let accepts =
            accepted.iter().filter_map(|info| info.name.as_deref()).map(type_name).map(str::to_owned);
        Some((doc, accepts.collect()))
    }
}

/// `robot.utils.type_name`: the name of a type in words.
fn type_name(name: &str) -> &str {
    match name {
        "str" => "string",
        "bool" => "boolean",
        "int" => "integer",
        "dict" => "dictionary",
        other => other.trim_matches('_'),
    }
}
