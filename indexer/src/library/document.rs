//! A library written out: Libdoc's spec of a module or class.

use super::code::Code;
use super::docstring;
use super::keyword::{Keyword, Owner};
use super::naming;
use super::type_docs::TypeDocs;
use super::type_info::TypeInfo;
use super::world::World;
use crate::parse::libspec::tags;
use crate::parse::libspec::{ArgumentSpec, KeywordSpec, Spec, short};
use crate::parse::python::ParameterKind;

impl World<'_> {
    /// Libdoc's spec of a library that is imported as `name`, and what was refused in it.
    pub(super) fn document(&self, code: &Code, name: &str) -> (Spec, Vec<(String, String)>) {
        let text =
            |setting: &str| self.setting(code, setting).and_then(|value| value.display()).unwrap_or_default();
        let upper = |setting| naming::normalized(&text(setting)).to_uppercase();
        let version = Some(text("ROBOT_LIBRARY_VERSION")).filter(|version| !version.is_empty());
        let doc_format = Some(upper("ROBOT_LIBRARY_DOC_FORMAT")).filter(|format| !format.is_empty());
        let doc_format = doc_format.unwrap_or_else(|| "ROBOT".to_owned());
        let converters = self.converters(self.setting(code, "ROBOT_LIBRARY_CONVERTERS"));
        let (doc, scope, lineno) = match code {
            Code::Module(id) => (self.module_doc(*id), "GLOBAL", 1),
            Code::Class(class) => {
                let scope = match upper("ROBOT_LIBRARY_SCOPE").as_str() {
                    "GLOBAL" => "GLOBAL",
                    "SUITE" | "TESTSUITE" => "SUITE",
                    _ => "TEST",
                };
                (self.class_doc(class), scope, class.node.line)
            }
        };
        let doc = doc.map(|doc| docstring::clean(&doc)).filter(|doc| !doc.is_empty());
        let keywords = self.keywords(code);
        let mut types = TypeDocs::new(self, converters, &doc_format);
        let mut specs = Specs { types: &mut types };
        let inits = self.init(code).into_iter().map(|init| specs.keyword(&init)).collect();
        let found = keywords.found.iter().map(|keyword| specs.keyword(keyword)).collect();
        let spec = Spec {
            name: name.to_owned(),
            doc: doc.unwrap_or_else(|| format!("Documentation for library ``{name}``.")),
            version: version.unwrap_or_else(|| text("__version__")),
            kind: "LIBRARY",
            scope,
            doc_format,
            lineno: Some(lineno),
            inits,
            typedocs: types.finish(),
            ..Spec::default()
        };
        (spec.with_keywords(found), keywords.refused)
    }

    /// The arguments of an import, where the class takes some.
    fn init(&self, code: &Code) -> Option<Keyword> {
        let Code::Class(class) = code else { return None };
        let (_, object) = self.class_attribute(class, "__init__")?;
        let routine = self.routine(&object)?;
        let signature = self.signature(&routine, Owner::Class(class)).ok()?;
        if signature.arguments.is_empty() {
            return None;
        }
        let doc = self.routine_doc(&routine, Some(class));
        let mut init = Keyword::new("__init__".to_owned(), signature, &doc, &[]);
        init.line = Some(routine.function.node.line);
        init.origin = self.origin(&routine, "__init__");
        Some(init)
    }
}

/// Writes keywords out and gathers their types.
pub(super) struct Specs<'a, 'w> {
    pub(super) types: &'a mut TypeDocs<'w>,
}

impl Specs<'_, '_> {
    pub(super) fn keyword(&mut self, keyword: &Keyword) -> KeywordSpec {
        let doc = keyword.doc();
        let raises = keyword.info.raises.iter().map(|(error, text)| (error.clone(), text.clone().into()));
        KeywordSpec {
            name: keyword.name.clone(),
            shortdoc: short(&doc),
            args: self.arguments(keyword),
            return_type: keyword.signature.returns.as_ref().map(|info| self.types.spec(info, &keyword.name)),
            return_doc: keyword.info.returns.clone(),
            raises: raises.collect(),
            tags: keyword.tags.clone(),
            lineno: keyword.line,
            private: tags::has_reserved(&keyword.tags, "private"),
            deprecated: doc.strip_prefix("*DEPRECATED").is_some_and(|rest| rest.contains('*')),
            origin: keyword.origin.clone(),
            failure: keyword.failure(),
            doc,
        }
    }

    fn arguments(&mut self, keyword: &Keyword) -> Vec<ArgumentSpec> {
        let mut specs: Vec<ArgumentSpec> = Vec::new();
        let mut before = None;
        for argument in &keyword.signature.arguments {
            if before == Some(ParameterKind::PositionalOnly) && argument.kind != ParameterKind::PositionalOnly
            {
                specs.push(mark("POSITIONAL_ONLY_MARKER", "/"));
            }
            let starts_named = argument.kind == ParameterKind::NamedOnly
                && !matches!(before, Some(ParameterKind::NamedOnly | ParameterKind::VarPositional));
            if starts_named {
                specs.push(mark("NAMED_ONLY_MARKER", "*"));
            }
            before = Some(argument.kind);
            let doc = keyword.info.args.iter().find(|(name, _)| *name == argument.name);
            let doc = doc.map(|(_, doc)| doc.clone()).unwrap_or_default();
            specs.push(ArgumentSpec {
                kind_of_value: argument.info.as_ref().map(|info| self.types.spec(info, &keyword.name)),
                doc,
                required: argument.default.is_none() && !is_variable(argument.kind),
                repr: repr(
                    &argument.name,
                    argument.kind,
                    argument.info.as_ref(),
                    argument.default.as_deref(),
                ),
                name: argument.name.clone(),
                default: argument.default.clone(),
                kind: kind_name(argument.kind),
            });
        }
        if before == Some(ParameterKind::PositionalOnly) {
            specs.push(mark("POSITIONAL_ONLY_MARKER", "/"));
        }
        specs
    }
}

fn mark(kind: &'static str, repr: &str) -> ArgumentSpec {
    ArgumentSpec { kind, repr: repr.to_owned(), ..ArgumentSpec::default() }
}

fn is_variable(kind: ParameterKind) -> bool {
    matches!(kind, ParameterKind::VarPositional | ParameterKind::VarNamed)
}

/// Libdoc's name of a kind of arguments.
fn kind_name(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::PositionalOnly => "POSITIONAL_ONLY",
        ParameterKind::PositionalOrNamed => "POSITIONAL_OR_NAMED",
        ParameterKind::VarPositional => "VAR_POSITIONAL",
        ParameterKind::NamedOnly => "NAMED_ONLY",
        ParameterKind::VarNamed => "VAR_NAMED",
    }
}

fn repr(name: &str, kind: ParameterKind, info: Option<&TypeInfo>, default: Option<&str>) -> String {
    let stars = match kind {
        ParameterKind::VarPositional => "*",
        ParameterKind::VarNamed => "**",
        _ => "",
    };
    let mut repr = format!("{stars}{name}");
    if let Some(info) = info {
        repr.push_str(&format!(": {info}"));
    }
    if let Some(default) = default {
        repr.push_str(if info.is_some() { " = " } else { "=" });
        repr.push_str(default);
    }
    repr
}
